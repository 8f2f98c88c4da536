"""Prometheus rule files: read with positions, amended without touching anything else."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.coverage import AlertRule, rule_nodes, rules_in
from incident_bot.errors import Refused


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A rule file as text and as loaded documents."""

    path: Path
    text: str
    documents: tuple[Any, ...]

    @property
    def rules(self) -> tuple[AlertRule, ...]:
        """Return the alerting rules of all documents, in file order."""
        return tuple(
            rule for document in self.documents for rule in rules_in(document, str(self.path))
        )


def read_rule_file(path: Path) -> RuleFile:
    """Read a rule file.

    Raises:
        Refused: It cannot be read or is not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return RuleFile(path, text, _load(text))
    except (OSError, UnicodeDecodeError, YAMLError) as fault:
        reason = str(fault).partition("\n")[0]
        raise Refused(
            f"{path}: {reason}", "Give Prometheus rule files, such as rules/*.yml"
        ) from fault


def _load(text: str) -> tuple[Any, ...]:
    return tuple(YAML(typ="rt").load_all(text))


def address_of(runbook: Runbook, template: str) -> str:
    """Return a runbook's URL: ``{system}``, ``{slug}`` and ``{path}`` filled in, or path appended."""
    if "{" in template:
        return (
            template.replace("{system}", runbook.system)
            .replace("{slug}", runbook.slug)
            .replace("{path}", runbook.path)
        )
    anchor = f"#{runbook.anchor}" if runbook.anchor else ""
    return f"{template.rstrip('/')}/{runbook.path}{anchor}"


def add_annotations(file: RuleFile, addresses: Sequence[tuple[AlertRule, str]]) -> str:
    """Return the file's text with ``runbook_url`` added to some rules, all else as it was."""
    wanted = {(rule.name, rule.line): address for rule, address in addresses}
    lines = file.text.split("\n")
    insertions: list[tuple[int, list[str]]] = []
    for node in _nodes(file.documents):
        address = wanted.get((str(node["alert"]), node.lc.line + 1))
        if address is None:
            continue
        insertion = _insertion(node, address)
        if insertion is None:
            return _dumped(file, wanted)
        insertions.append(insertion)
    for at, added in sorted(insertions, reverse=True, key=lambda pair: pair[0]):
        lines[at:at] = added
    text = "\n".join(lines)
    return text if _same_but_for(file, text, wanted) else _dumped(file, wanted)


def _nodes(documents: Iterable[Any]) -> list[Any]:
    return [node for document in documents for node in rule_nodes(document)]


def _insertion(node: Any, address: str) -> tuple[int, list[str]] | None:
    """Return where to insert which lines; None when the rule is written in flow style."""
    if node.fa.flow_style():
        return None
    annotations = node.get("annotations")
    if annotations:
        if annotations.fa.flow_style():
            return None
        indent = " " * annotations.lc.col
        return annotations.lc.line, [f"{indent}runbook_url: {address}"]
    if "annotations" in node:
        return None
    line, column = node.lc.key("alert")
    indent = " " * column
    return line + 1, [f"{indent}annotations:", f"{indent}  runbook_url: {address}"]


def _same_but_for(file: RuleFile, text: str, wanted: dict[tuple[str, int], str]) -> bool:
    """Check that the amended text says the same, plus the annotations wanted."""
    try:
        amended = _nodes(_load(text))
    except YAMLError:
        return False
    before = _nodes(file.documents)
    if len(amended) != len(before):
        return False
    for old, new in zip(before, amended, strict=True):
        address = wanted.get((str(old["alert"]), old.lc.line + 1))
        expected = {key: value for key, value in old.items() if key != "annotations"}
        notes = dict(old.get("annotations") or {})
        if address is not None:
            notes["runbook_url"] = address
        found = {key: value for key, value in new.items() if key != "annotations"}
        if found != expected or dict(new.get("annotations") or {}) != notes:
            return False
    return True


def _dumped(file: RuleFile, wanted: dict[tuple[str, int], str]) -> str:
    """Amend through ruamel.yaml: comments stay, but white space may move."""
    yaml = YAML(typ="rt")
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    documents = list(yaml.load_all(file.text))
    for node in _nodes(documents):
        address = wanted.get((str(node["alert"]), node.lc.line + 1))
        if address is not None:
            if not node.get("annotations"):
                node["annotations"] = {}
            node["annotations"]["runbook_url"] = address
    buffer = io.StringIO()
    yaml.dump_all(documents, buffer)
    return buffer.getvalue()
