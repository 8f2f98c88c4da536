"""RB010, RB012, RB013, RB015, RB021, RB027: what is to be typed."""

import re
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from incident_bot.domain.runbooks.lint.subject import Fence, Said, Subject, Surroundings

_MUTATING = re.compile(
    r"\b(?:kubectl|oc|helm)\b[^\n|]{0,200}\b(?:apply|delete|scale|set|patch|rollout (?:restart|undo)|"
    r"rollback|upgrade|drain|cordon|uncordon|annotate|create|replace|edit)\b"
    r"|\b(?:systemctl|service)\b[^\n]{0,80}\b(?:restart|stop|start|reload)\b"
    r"|\bcurl\b[^\n]{0,300}-X\s*(?:POST|PUT|PATCH|DELETE)\b"
    r"|\b(?:UPDATE|INSERT INTO|DELETE FROM|ALTER|VACUUM|REINDEX)\b"
    r"|\b(?:docker|podman)(?: compose)?\b[^\n]{0,80}\b(?:restart|stop|rm|up|down)\b",
)
_DESTRUCTIVE = re.compile(
    r"\b(?:kubectl|oc)\b[^\n|]{0,80}\bdelete\s+(?!pods?\b|po\b|-f\b)\S"
    r"|\bkubectl\b[^\n|]{0,80}\bdrain\b|\bhelm\s+(?:uninstall|delete)\b"
    r"|\b(?:DROP|TRUNCATE)\s+(?:TABLE|DATABASE|SCHEMA|INDEX)\b|\bdropdb\b"
    r"|\bDELETE\s+FROM\b(?![^\n;]*\bWHERE\b)|\brm\s+-[a-zA-Z]*r|\bFLUSH(?:ALL|DB)\b"
    r"|\bmkfs\b|\bdd\s+if=|\bkill\s+-(?:9|KILL)\b|\bterraform\s+destroy\b"
    r"|\bgit\s+push\b[^\n]{0,60}--force\b|\bresetlogs\b|\bpg_resetwal\b",
    re.IGNORECASE,
)
_WARNED = re.compile(
    r"warning|caution|danger|destructive|irreversible|cannot be undone|data loss|careful|make sure"
    r"|confirm|only (?:if|when|after|once)|never|destroys?|deletes?|lost|loses?|approv|back ?up"
    r"|last resort|two[- ]person|⚠|🛑|❗",
    re.IGNORECASE,
)
_VERIFIED = re.compile(
    r"verif|check|confirm|watch|status|expect|should|must|look|wait|until|again|health|is back"
    r"|falls|\bget\b|describe|\bselect\b|count|\bjq\b|\blogs?\b|release|stays?\b|see\b",
    re.IGNORECASE,
)
_POD = re.compile(r"\b[a-z][a-z0-9-]{2,40}-[a-f0-9]{8,10}-[a-z0-9]{5}\b")
_ASSIGNED = re.compile(
    r"(?:^|[\s;(])(?:export\s+|read\s+(?:-\w+\s+){0,4})?([A-Za-z_]\w{0,60})="
    r"|\b(?:for|read(?:\s+-\w+){0,4})\s+([A-Za-z_]\w{0,60})\b",
    re.MULTILINE,
)
_WORDS = re.compile(r"[A-Za-z0-9_]+")
_COMMAND = re.compile(r"^(?:sudo\s+)?([a-z][a-z0-9_.-]{2,24})(?:\s|$)")
_KUBECTL_VERBS = re.compile(
    r"\b(kubelet|kubeadm)\s+(?:get|describe|logs|apply|delete|exec|rollout)\b"
)
KNOWN_COMMANDS = frozenset(
    [
        "kubectl",
        "helm",
        "docker",
        "docker-compose",
        "podman",
        "curl",
        "wget",
        "psql",
        "pg_dump",
        "pg_restore",
        "pg_isready",
        "pgbench",
        "redis-cli",
        "mysql",
        "mysqldump",
        "sqlite3",
        "mongosh",
        "aws",
        "gcloud",
        "az",
        "flyctl",
        "fly",
        "terraform",
        "vault",
        "consul",
        "nomad",
        "systemctl",
        "journalctl",
        "service",
        "ssh",
        "scp",
        "rsync",
        "git",
        "grep",
        "egrep",
        "awk",
        "sed",
        "sort",
        "uniq",
        "head",
        "tail",
        "cat",
        "less",
        "find",
        "xargs",
        "tar",
        "gzip",
        "gunzip",
        "unzip",
        "ping",
        "traceroute",
        "dig",
        "nslookup",
        "host",
        "netstat",
        "lsof",
        "iostat",
        "vmstat",
        "top",
        "htop",
        "free",
        "kill",
        "pkill",
        "ps",
        "crontab",
        "chmod",
        "chown",
        "mkdir",
        "rmdir",
        "openssl",
        "jq",
        "yq",
        "python",
        "python3",
        "pip",
        "node",
        "npm",
        "npx",
        "yarn",
        "make",
        "promtool",
        "amtool",
        "etcdctl",
        "kafka-topics.sh",
        "kafka-consumer-groups.sh",
        "rabbitmqctl",
        "nginx",
        "haproxy",
        "argocd",
        "istioctl",
        "calicoctl",
        "crictl",
        "ctr",
        "celery",
        "alembic",
        "echo",
        "printf",
        "date",
        "sleep",
        "watch",
        "timeout",
        "seq",
        "test",
        "read",
        "export",
        "source",
        "true",
        "false",
        "exit",
        "return",
        "while",
        "until",
        "for",
        "done",
        "case",
        "esac",
        "else",
        "elif",
        "then",
        "local",
        "declare",
        "unset",
        "shift",
        "trap",
        "exec",
        "eval",
        "time",
        "tee",
        "touch",
        "stat",
        "which",
        "diff",
        "comm",
        "join",
        "paste",
        "cut",
        "split",
        "base64",
        "sha256sum",
        "md5sum",
        "env",
        "printenv",
        "set",
        "pushd",
        "popd",
        "cd",
    ]
)


def check(subject: Subject, _around: Surroundings) -> Iterator[Said]:
    """Yield the findings of the whole family."""
    warned = _warned_lines(subject)
    for fence in subject.fences:
        if fence.fenced and not fence.block.language:
            yield Said("RB010", fence.start, "this fence names no language")
        if fence.is_shell and fence.block.commands and fence.block.output:
            yield Said("RB013", fence.start, "commands and output share one block")
        yield from _dangers(subject, fence, warned)
        yield from _spelling(fence)
    yield from _placeholders(subject)
    yield from _unverified(subject)


def _dangers(subject: Subject, fence: Fence, warned: frozenset[int]) -> Iterator[Said]:
    found = _DESTRUCTIVE.search(fence.block.commands)
    if found and not _is_warned(subject, fence, warned):
        message = f"{found.group().strip()[:40]!r} destroys; say so before"
        yield Said("RB015", fence.start, message)
    pod = _POD.search(fence.block.commands)
    if pod and fence.is_shell:
        yield Said("RB015", fence.start, f"pod name {pod.group()!r} will not exist; use a selector")


def _warned_lines(subject: Subject) -> frozenset[int]:
    return frozenset(number for number, line in subject.prose if _WARNED.search(line))


def _is_warned(subject: Subject, fence: Fence, warned: frozenset[int]) -> bool:
    start = subject.document.sections[subject.section_at(fence.start)].line
    if any(number in warned for number in range(start, fence.start)):
        return True
    comments = "\n".join(
        line for line in fence.block.code.split("\n") if "#" in line or "--" in line
    )
    return _WARNED.search(comments) is not None


def _placeholders(subject: Subject) -> Iterator[Said]:
    code = "\n".join(fence.block.code for fence in subject.fences)
    known = {name.upper() for found in _ASSIGNED.findall(code) for name in found if name}
    known |= _declared(subject)
    known |= {word.upper() for word in _WORDS.findall(subject.prose_text)}
    said: set[str] = set()
    for fence in subject.fences:
        if not (fence.is_shell or fence.block.language in {"sql", ""}):
            continue
        for name in fence.block.placeholders:
            words = {word.upper() for word in _WORDS.findall(name)}
            if words and name not in said and not words <= known:
                said.add(name)
                yield Said("RB012", fence.start, f"nobody says what {name} is")


def _declared(subject: Subject) -> set[str]:
    declared = subject.front.get("vars")
    names = declared if isinstance(declared, dict | list) else ()
    found = {word.upper() for name in names for word in _WORDS.findall(str(name))}
    for fence in subject.fences:
        for key, value in fence.block.attributes:
            if key == "vars":
                found.update(word.upper() for word in _WORDS.findall(value))
    return found


def _unverified(subject: Subject) -> Iterator[Said]:
    document = subject.document
    if any(section.grade("verification") for section in subject.main.sections):
        return
    said: set[int] = set()
    for fence in subject.fences:
        if not (fence.is_shell or fence.block.language == "sql"):
            continue
        found = _MUTATING.search(fence.block.commands)
        at = subject.section_at(fence.start)
        if found is None or at in said or "can-i" in found.group():
            continue
        end = document.sections[at].stop
        after = "\n".join(document.lines[fence.end : end])
        inside = fence.block.commands[found.end() :]
        if not _VERIFIED.search(after + inside):
            said.add(at)
            yield Said("RB021", fence.start, "nothing says how to see that this worked")


def _spelling(fence: Fence) -> Iterator[Said]:
    if not fence.is_shell:
        return
    for offset, line in enumerate(fence.block.commands.split("\n")):
        wrong = _KUBECTL_VERBS.search(line)
        if wrong:
            yield Said("RB027", fence.first_line + offset, f"{wrong.group()!r}: kubectl is meant")
        command = _COMMAND.match(line)
        meant = _near_command(command.group(1)) if command else ""
        if command and meant:
            message = f"{command.group(1)!r}: is {meant} meant?"
            yield Said("RB027", fence.first_line + offset, message)


@lru_cache(maxsize=4096)
def _near_command(word: str) -> str:
    """Return the known command a word is a slip of, one letter away (two in long ones)."""
    if word in KNOWN_COMMANDS or len(word) < 4:
        return ""
    slips = 2 if len(word) >= 7 else 1
    near = process.extractOne(
        word, KNOWN_COMMANDS, scorer=DamerauLevenshtein.distance, score_cutoff=slips
    )
    if near is None or abs(len(near[0]) - len(word)) > 1 or near[0][0] != word[0]:
        return ""
    # "pg_restores" is a slip; "redis" and "service" are words of their own.
    return near[0] if len(near[0]) >= 4 else ""
