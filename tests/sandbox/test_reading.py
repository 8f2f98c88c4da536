from typing import Any

import pytest

from slack_sandbox.clock import Clock
from slack_sandbox.first_day import new_workspace
from slack_sandbox.ids import Ids
from slack_sandbox.reading import words
from slack_sandbox.rules import Rules

WORKSPACE = new_workspace(Ids(1), Clock(), Rules())


def mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


@pytest.mark.parametrize(
    ("message", "read"),
    [
        ({"text": "plain &amp; simple"}, "plain & simple"),
        ({"text": "<@U0ADA00001> in <#C0GENERAL1|general>"}, "@ada in #general"),
        ({"text": "<https://x.y|here> <!channel> <!date^1^{date}|soon>"}, "here @channel soon"),
        ({"text": "fallback", "blocks": [{"type": "section", "text": mrkdwn("shown")}]}, "shown"),
        (
            {
                "blocks": [
                    {"type": "header", "text": mrkdwn("Head")},
                    {"type": "section", "fields": [mrkdwn("left"), mrkdwn("right")]},
                    {"type": "context", "elements": [mrkdwn("small")]},
                    {"type": "image", "alt_text": "chart", "image_url": "https://x.y/z"},
                ]
            },
            "Head\nleft\nright\nsmall\nchart",
        ),
        (
            {
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {"type": "text", "text": "hi "},
                                    {"type": "user", "user_id": "U0BO000002"},
                                    {"type": "emoji", "name": "eyes"},
                                ],
                            }
                        ],
                    }
                ]
            },
            "hi @bo:eyes:",
        ),
        ({"text": "", "attachments": [{"text": "attached"}]}, "attached"),
        ({"text": "", "files": [{"title": "Draft", "name": "pm.md"}]}, "Draft pm.md"),
    ],
)
def test_a_message_reads_as_a_person_reads_it(message: dict[str, Any], read: str) -> None:
    assert words(WORKSPACE, message) == read
