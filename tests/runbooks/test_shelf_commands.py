"""What an engineer copies from the shelf at night must at least be well-formed."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlglot
import tree_sitter_bash
import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.front_matter import front_matter_plugin
from tree_sitter import Language, Node, Parser

pytestmark = pytest.mark.unmeasured
ROOT = Path(__file__).resolve().parents[2]
SHELF = ROOT / "runbooks"
RULE_FILES = sorted((ROOT / "config" / "alert-rules").glob("*.yml"))
RUNBOOKS = sorted(SHELF.glob("*/*.md"))
MARKDOWN = MarkdownIt("commonmark").use(front_matter_plugin)
BASH = Parser(Language(tree_sitter_bash.language()))

SHELL = {"bash", "sh", "shell", "zsh"}
LONGEST_LINE = 120  # a phone in landscape; rule RB011
RUNBOOK_URL = re.compile(
    r"https://runbooks\.example\.com/(?P<system>[a-z0-9-]+)/(?P<slug>[a-z0-9-]+)"
)
PLACEHOLDER = re.compile(r"<[A-Za-z][A-Za-z0-9 _-]*>")
PROMPT = re.compile(r"^\s*[$#] \S*(kubectl|curl|psql|redis-cli|aws|git)\b", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block: where it stands, what it says it is, and its text."""

    path: Path
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(SHELF)}:{self.line}"


@dataclass(frozen=True)
class Rule:
    """One Prometheus alerting rule and the file it was read from."""

    path: Path
    body: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.body["alert"])


def front_matter(path: Path) -> dict[str, Any]:
    token = MARKDOWN.parse(path.read_text(encoding="utf-8"))[0]
    assert token.type == "front_matter", f"{path.name} has no front matter"
    loaded = yaml.safe_load(token.content)
    assert isinstance(loaded, dict)
    return loaded


def blocks(path: Path) -> Iterator[Block]:
    for token in MARKDOWN.parse(path.read_text(encoding="utf-8")):
        if token.type == "fence":
            assert token.map is not None
            words = token.info.split()
            yield Block(path, token.map[0] + 1, words[0] if words else "", token.content)


def rules_of(path: Path) -> Iterator[Rule]:
    for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
        for body in group["rules"]:
            if "alert" in body:
                yield Rule(path, body)


def faults(node: Node) -> Iterator[Node]:
    if node.type == "ERROR" or node.is_missing:
        yield node
    for child in node.children:
        yield from faults(child)


def sql_arguments(node: Node) -> Iterator[str]:
    """Literal SQL handed to ``psql -c``; strings with shell expansions are left out."""
    if node.type == "command":
        words = node.named_children
        name = words[0].text or b"" if words else b""
        if name == b"psql":
            for flag, argument in pairwise(words):
                literal = argument.type == "raw_string" or (
                    argument.type == "string"
                    and all(part.type == "string_content" for part in argument.named_children)
                )
                if flag.text in {b"-c", b"-Atc", b"-tAc"} and literal:
                    yield (argument.text or b"").decode()[1:-1]
    for child in node.named_children:
        yield from sql_arguments(child)


def blocks_in(*languages: str) -> list[Block]:
    wanted = set(languages)
    return [block for path in RUNBOOKS for block in blocks(path) if block.language in wanted]


def by_place(block: Block) -> str:
    return block.place


def by_file(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def by_alert(rule: Rule) -> str:
    return f"{rule.path.stem}/{rule.name}"


EVERY_RULE = [rule for path in RULE_FILES for rule in rules_of(path)]


@pytest.mark.parametrize("path", RUNBOOKS, ids=by_file)
def test_every_block_says_its_language(path: Path) -> None:
    assert [block.place for block in blocks(path) if not block.language] == []


@pytest.mark.parametrize("path", RUNBOOKS, ids=by_file)
def test_no_line_of_code_is_too_long_for_a_phone(path: Path) -> None:
    wide = [
        f"{block.place}: {line}"
        for block in blocks(path)
        for line in block.text.splitlines()
        if len(line) > LONGEST_LINE
    ]
    assert wide == []


@pytest.mark.parametrize("block", blocks_in(*SHELL), ids=by_place)
def test_every_shell_block_parses(block: Block) -> None:
    tree = BASH.parse(block.text.encode())
    wrong = [f"line {node.start_point[0] + 1}: {node.type}" for node in faults(tree.root_node)]
    assert wrong == []


@pytest.mark.parametrize("block", blocks_in(*SHELL), ids=by_place)
def test_shell_blocks_can_be_pasted_as_they_are(block: Block) -> None:
    assert PROMPT.search(block.text) is None
    assert PLACEHOLDER.findall(block.text) == []
    assert "sudo " not in block.text
    assert re.search(r"curl[^\n]*\|\s*(ba)?sh\b", block.text) is None


@pytest.mark.parametrize("block", blocks_in(*SHELL), ids=by_place)
def test_sql_given_to_psql_parses(block: Block) -> None:
    for statement in sql_arguments(BASH.parse(block.text.encode()).root_node):
        if not statement.lstrip().startswith("\\"):
            assert sqlglot.parse(statement, dialect="postgres")


@pytest.mark.parametrize("block", blocks_in("sql"), ids=by_place)
def test_every_sql_block_parses(block: Block) -> None:
    assert sqlglot.parse(block.text, dialect="postgres")


@pytest.mark.parametrize("block", blocks_in("yaml", "yml"), ids=by_place)
def test_every_yaml_block_loads(block: Block) -> None:
    assert list(yaml.safe_load_all(block.text))


@pytest.mark.parametrize("block", blocks_in("json"), ids=by_place)
def test_every_json_block_loads(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", blocks_in("promql"), ids=by_place)
def test_every_promql_block_closes_its_brackets(block: Block) -> None:
    bare = re.sub(r'"[^"]*"', "", block.text)
    for opening, closing in ("()", "[]", "{}"):
        assert bare.count(opening) == bare.count(closing)


def test_there_are_rule_files() -> None:
    assert RULE_FILES


@pytest.mark.parametrize("rule", EVERY_RULE, ids=by_alert)
def test_every_rule_names_a_runbook_that_exists(rule: Rule) -> None:
    url = str(rule.body.get("annotations", {}).get("runbook_url", ""))
    match = RUNBOOK_URL.fullmatch(url.partition("#")[0])
    assert match is not None, f"no runbook_url of the house form: {url!r}"
    slugs = {front_matter(path)["slug"] for path in (SHELF / match["system"]).glob("*.md")}
    assert match["slug"] in slugs


@pytest.mark.parametrize("rule", EVERY_RULE, ids=by_alert)
def test_a_runbook_quotes_its_rule_faithfully(rule: Rule) -> None:
    url = str(rule.body["annotations"]["runbook_url"]).partition("#")[0]
    _, system, slug = url.rsplit("/", 2)
    pages = [front_matter(path) for path in (SHELF / system).glob("*.md")]
    told = [
        alert
        for page in pages
        if page["slug"] == slug
        for alert in page.get("alerts", [])
        if alert.get("name") == rule.name
    ]
    assert told, f"{system}/{slug} does not list {rule.name}"
    for alert in told:
        if "expr" in alert:
            assert " ".join(alert["expr"].split()) == " ".join(str(rule.body["expr"]).split())
        if "for" in alert:
            assert str(alert["for"]) == str(rule.body.get("for", "0s"))


@pytest.mark.parametrize("path", RULE_FILES, ids=lambda path: path.name)
def test_prometheus_accepts_the_rule_file(path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    answer = subprocess.run(
        [promtool, "check", "rules", str(path)], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
