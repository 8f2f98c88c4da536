"""Code blocks with an id: what may be executed, and the hash by which each is approved."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from incident_bot.domain.runbooks.books import Runbook
from incident_bot.domain.runbooks.nodes import Block, CodeBlock, walk


def marked_blocks(runbook: Runbook) -> Iterator[CodeBlock]:
    """Yield the blocks with an id, in reading order."""
    for section in runbook.document.subtree(runbook.root):
        yield from _marked(runbook.document.own_blocks(section.index))


def ids_in(blocks: Iterable[Block]) -> frozenset[str]:
    """Return the ids of the executable blocks among some nodes."""
    return frozenset(id_of(block) for block in _marked(blocks))


def id_of(block: CodeBlock) -> str:
    """Return a block's id, empty without one."""
    keys = dict(block.attributes)
    return keys.get("id") or keys.get("name", "")


def names_of(block: CodeBlock) -> tuple[str, ...]:
    """Return the variables that a block says it needs."""
    named = dict(block.attributes).get("vars", "").split(",")
    return tuple(name.strip() for name in named if name.strip())


def specs_of(runbook: Runbook) -> Mapping[str, Any]:
    """Return what front matter says of variables."""
    steps = runbook.document.front_matter.get("steps")
    found = steps.get("vars") if isinstance(steps, dict) else None
    return found if isinstance(found, dict) else {}


def digest_of(runbook: Runbook, block: CodeBlock) -> str:
    """Return the SHA-256 of a step's id, text, attributes and variables: all that is approved."""
    specs = specs_of(runbook)
    wanted = {name: specs.get(name) for name in names_of(block)}
    told = json.dumps(
        [id_of(block), block.code, sorted(dict(block.attributes).items()), wanted], sort_keys=True
    )
    return hashlib.sha256(told.encode()).hexdigest()


def _marked(nodes: Iterable[Block]) -> Iterator[CodeBlock]:
    for node in walk(nodes):
        if isinstance(node, CodeBlock) and {"id", "name"} & {key for key, _ in node.attributes}:
            yield node
