"""The post-mortem's template, read with Jinja from the shipped folder or a team's own."""

from dataclasses import dataclass
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from incident_bot.domain.postmortems.render import Template

NAME = "postmortem.md.j2"


class TemplateError(Exception):
    """A template that cannot be used; the message names the file, the line and the reason."""


@dataclass(frozen=True, slots=True)
class Templates:
    """The templates in force."""

    postmortem: Template


@dataclass(frozen=True, slots=True)
class _Checked:
    """A Jinja template whose failures are told in words."""

    inner: jinja2.Template

    def render(self, **values: object) -> str:
        try:
            return self.inner.render(**values)
        except jinja2.TemplateError as error:
            name = self.inner.filename or self.inner.name or NAME
            raise TemplateError(f"{name}: {error.message}") from error


def load_templates(folder: Path, custom: Path | None = None) -> Templates:
    """Load ``postmortem.md.j2``.

    The values a template gets are inert Markdown already, so nothing is escaped twice here;
    a name that does not exist fails rather than printing nothing.

    Args:
        folder: the shipped templates.
        custom: a team's own folder; a file there replaces the shipped one of that name, and
            may ``{% extends "shipped/postmortem.md.j2" %}``.

    Raises:
        TemplateError: no such file, or it is not a template.
    """
    shipped = jinja2.FileSystemLoader(folder)
    choice = [jinja2.FileSystemLoader(custom), shipped] if custom else [shipped]
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.ChoiceLoader([*choice, jinja2.PrefixLoader({"shipped": shipped})]),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # this is Markdown; the HTML page is made with raw HTML off
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    try:
        return Templates(postmortem=_Checked(environment.get_template(NAME)))
    except jinja2.TemplateSyntaxError as error:
        raise TemplateError(f"{error.filename}:{error.lineno}: {error.message}") from error
    except jinja2.TemplateNotFound as error:
        raise TemplateError(f"{error.name} is in neither {custom} nor {folder}") from error
