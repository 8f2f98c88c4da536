"""Code blocks: the part to copy, the pasted output, the blanks to fill in."""

import json
import re
import textwrap

from incident_bot.domain.runbooks.nodes import CodeBlock

_PROMPT = re.compile(
    r"^\s{0,8}(?:[\w.+-]{1,40}@[\w.+-]{1,80}[^\s$#>]{0,80}\s?[$#]|\[[^\]\n]{1,80}\]\s?[$#]"
    r"|(?:sh|bash)-\d[\d.]{0,8}[$#]|[\w-]{1,40}=[#>]|(?:mysql|sqlite|MariaDB[^>\n]{0,40}|irb)>|[$\u276f])"
    r"(?:[ \t]+(.*)|$)"
)
_ROOT_PROMPT = re.compile(r"^\s{0,8}#[ \t]+(.*)$")
_CONSOLE = frozenset({"console", "shell-session", "sh-session", "terminal", "shellsession"})
_CONTINUES = re.compile(r"(?:\\|\||&&|\|\|)[ \t]*$")
_HEREDOC = re.compile(r"<<-?\s*[\"']?([A-Za-z_]\w{0,40})[\"']?")
_PLACEHOLDERS = re.compile(
    r"<[A-Za-z][\w .:/|-]{0,60}>|\$\{[A-Z][A-Z0-9_]{1,60}\}|\$[A-Z][A-Z0-9_]{1,60}\b"
    r"|\{\{[^{}\n]{1,80}\}\}|\b[A-Za-z0-9]{0,20}-?[xX]{3,12}\b"
    r"|\b(?:YOUR|REPLACE|CHANGE)_[A-Z_]{1,40}\b|\[[A-Z][A-Z0-9_]{2,40}\]"
)
_ASSIGNED = re.compile(r"(?:^|[\s;])(?:export\s+)?([A-Z][A-Z0-9_]{1,60})=")
_KNOWN_VARIABLES = frozenset({"HOME", "PATH", "USER", "PWD", "SHELL", "HOSTNAME", "EOF"})
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.-]*)=(?:\"([^\"]*)\"|'([^']*)'|([^\s}]+))")
_MAX_PLACEHOLDERS = 20


def build_code(content: str, info: str = "") -> CodeBlock:
    """Return the node of a fenced or indented block."""
    code = textwrap.dedent(content.replace("\t", "    ") if "\n\t" in content else content)
    code = code.strip("\n")
    language, attributes = read_info(info)
    commands, output = split_session(code, language)
    return CodeBlock(
        code=code,
        language=language,
        attributes=attributes,
        commands=commands,
        output=output,
        placeholders=placeholders(commands),
        info=info.strip(),
    )


def read_info(info: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return language and attributes of an info string.

    Both ``bash {id=check timeout=30s}`` and Runme's ``bash {"name":"check"}`` are read; every
    value is a string.
    """
    head, brace, rest = info.strip().partition("{")
    words = head.split()
    language = words[0].strip(".").lower()[:40] if words else ""
    if not brace:
        return language, ()
    body = brace + rest[:2000]
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        parsed = None
    if isinstance(parsed, dict):
        return language, tuple((str(key), _scalar(value)) for key, value in parsed.items())
    pairs = (
        (match.group(1), match.group(2) or match.group(3) or match.group(4) or "")
        for match in _ATTRIBUTE.finditer(body)
    )
    return language, tuple(pairs)


def _scalar(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def split_session(code: str, language: str = "") -> tuple[str, str]:
    """Separate typed commands from pasted output.

    A block without any prompt is all commands. Continued lines (backslash, pipe, heredoc) stay
    with their command.
    """
    lines = code.split("\n")
    if not any(_typed(line, language) is not None for line in lines):
        return code, ""
    commands: list[str] = []
    output: list[str] = []
    open_until = ""
    continuing = False
    for line in lines:
        typed = _typed(line, language)
        if open_until or continuing:
            command = line.removeprefix("> ") if not open_until else line
            open_until = "" if open_until and line.strip() == open_until else open_until
        elif typed is not None:
            command = typed
        elif line.lstrip().startswith("#"):
            commands.append(line.strip())
            continue
        else:
            output.append(line)
            continue
        commands.append(command)
        heredoc = None if open_until else _HEREDOC.search(command)
        open_until = heredoc.group(1) if heredoc else open_until
        continuing = not open_until and _CONTINUES.search(command) is not None
    return "\n".join(commands).strip("\n"), "\n".join(output).strip("\n")


def _typed(line: str, language: str) -> str | None:
    prompt = _PROMPT.match(line)
    if prompt is None and language in _CONSOLE:
        prompt = _ROOT_PROMPT.match(line)
    return (prompt.group(1) or "") if prompt else None


def placeholders(commands: str) -> tuple[str, ...]:
    """Return what the reader must fill in, in order of appearance."""
    assigned = {match.group(1) for match in _ASSIGNED.finditer(commands)} | _KNOWN_VARIABLES
    found: dict[str, None] = {}
    for match in _PLACEHOLDERS.finditer(commands):
        if match.group().strip("${}") not in assigned:
            found[match.group()] = None
            if len(found) == _MAX_PLACEHOLDERS:
                break
    return tuple(found)
