"""Help by topic, examples first; and what is said to a word that is no command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz import process

from incident_bot.domain.configuration import Commands
from incident_bot.slack.blockkit import Block, Card, context, header, section
from incident_bot.slack.cards.bundle import paragraphs
from incident_bot.slack.cards.prose import code, joined, line
from incident_bot.slack.grammar.subcommands import SUBCOMMANDS, Subcommand, command_of

TOPICS: Mapping[str, str] = {
    "declare": "Open an incident",
    "lead": "Lead it",
    "page": "Page people",
    "runbook": "Follow a runbook",
    "timeline": "Write down and catch up",
    "end": "End it",
    "find": "Find and repair",
    "oncall": "Who is on call",
}
FIRST_STEPS = ("declare", "page", "runbook", "update", "resolve")
DEFAULT_COMMANDS = Commands()


def help_card(topic: str = "", commands: Commands = DEFAULT_COMMANDS) -> Card:
    """Help about one topic or subcommand; about everything in short when there is none."""
    wanted = topic.strip().casefold().lstrip("/")
    known = _topic(wanted) if wanted else None
    if known is not None:
        return _topic_card(known, commands)
    return _overview(topic, commands)


def unknown_card(word: str, nearest: str, example: str) -> Card:
    """What is said to a word that is no command: the nearest one, and an example to type."""
    text = f"{code(word, 100) or 'That'} is not known. Did you mean {code(nearest, 100)}?"
    blocks = [section(f"{text}\nTry {code(example, 300)}")]
    return Card(line(f"{word} is not known. Try {example}", 400), blocks)


def _overview(asked: str, commands: Commands) -> Card:
    blocks: list[Block] = [header("Help")]
    if asked.strip():
        blocks.append(section(f"There is no topic {code(asked, 60)}. These there are:"))
    starts = [s for s in SUBCOMMANDS if s.family == "incident" and s.name in FIRST_STEPS]
    blocks.append(section("*To start*\n" + "\n".join(_example(s, commands) for s in starts)))
    topics = [f"{code(f'{commands.incident} help {t}')} {title}" for t, title in TOPICS.items()]
    blocks.append(section("*More*\n" + "\n".join(topics)))
    blocks.append(context("Every button on an incident's card does the same as a command."))
    return Card("Help: how to run an incident", blocks)


def _topic_card(topic: str, commands: Commands) -> Card:
    shown = [s for s in SUBCOMMANDS if s.topic == topic]
    examples = [code(_typed(s, commands, s.example)) for s in shown if s.name != "help"]
    blocks: list[Block] = [
        header(TOPICS[topic]),
        section("*For example*\n" + "\n".join(examples)),
    ]
    usages = [f"{code(_typed(s, commands, s.usage))}\n{s.help}" for s in shown]
    blocks += [section(text) for text in paragraphs(usages)]
    others = joined([name for name in TOPICS if name != topic])
    blocks.append(context(f"Other topics: {others}"))
    return Card(f"Help: {TOPICS[topic]}", blocks)


def _topic(word: str) -> str | None:
    if word in TOPICS:
        return word
    for subcommand in SUBCOMMANDS:
        if word in (subcommand.name, *subcommand.aliases):
            return subcommand.topic
    names: Sequence[str] = [*TOPICS, *(s.name for s in SUBCOMMANDS if s.name)]
    near = process.extractOne(word, names, score_cutoff=80)
    return _topic(near[0]) if near else None


def _example(subcommand: Subcommand, commands: Commands) -> str:
    return f"{code(_typed(subcommand, commands, subcommand.example))}  {subcommand.help}"


def _typed(subcommand: Subcommand, commands: Commands, rest: str) -> str:
    return f"{command_of(subcommand.family, commands)} {rest}".strip()
