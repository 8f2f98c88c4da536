from pathlib import Path

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.worlds import small_world
from slack_sandbox.clock import Clock
from slack_sandbox.first_day import new_workspace
from slack_sandbox.ids import Ids
from slack_sandbox.rules import Rules
from slack_sandbox.seed import SeedError, plant, read_seed
from slack_sandbox.testing import SandboxWorkspace

SEED = """
team: {name: Acme, domain: acme}
people:
  ada: {real_name: Ada Lovelace, title: Engineer, tz: Europe/London, admin: true}
  cy: {real_name: Cy Young, email: cy@example.com}
groups:
  oncall: {name: On call, users: [ada, cy]}
channels:
  general: {topic: All of us}
  vault:
    private: true
    members: [ada]
    app: true
    bookmarks: {Board: "https://example.com/board"}
    history:
      - {from: ada, at: -2h, text: "Look at <#general> & cry, @cy", pinned: true}
      - from: cy
        at: 2026-01-02T03:04:05Z
        text: "*old* news"
        reactions: {eyes: [ada, bo]}
        thread:
          - {from: bo, text: agreed}
          - {from: helper, text: noted}
direct:
  - between: [ada, helper]
    history: [{from: ada, text: hello}]
"""


def seed_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "seed.yaml"
    path.write_text(text)
    return path


def test_a_seed_makes_people_groups_channels_and_history(tmp_path: Path) -> None:
    workspace = small_world()
    told: list[str] = []
    workspace.listen(lambda change: told.append(change.kind))
    plant(workspace, read_seed(seed_file(tmp_path, SEED)))

    ada, cy = workspace.user("ada"), workspace.user("cy")
    assert (workspace.team.domain, ada.id, ada.real_name) == ("acme", "U0ADA", "Ada Lovelace")
    assert [g.users for g in workspace.state.usergroups.values()] == [[ada.id, cy.id]]
    general, vault = workspace.named("general"), workspace.named("vault")
    assert general is not None
    assert vault is not None
    assert cy.id in general.members
    assert (vault.kind, vault.members) == ("private", [ada.id, "U0BOT"])
    assert vault.bookmarks[0]["title"] == "Board"
    old, new = [vault.history.messages[ts] for ts in vault.history.top]
    assert old["ts"].startswith("1767323045.")
    assert old["reactions"] == [{"name": "eyes", "users": [ada.id, "U0BO"], "count": 2}]
    assert (old["reply_count"], old["reply_users"]) == (2, ["U0BO", "U0BOT"])
    assert f"<@{cy.id}>" in new["text"]
    assert vault.pins[0]["ts"] == new["ts"]
    assert workspace.direct(ada.id, "U0BOT") is not None
    assert "message_posted" not in told


@pytest.mark.parametrize(
    "text",
    [
        "people: [ada]",
        "people: {ada: {real_name: Ada, tz: Mars/Olympus}}",
        "channels: {general: {colour: red}}",
        "channels: {general: {history: [{from: ada, at: yesterday, text: x}]}}",
        "channels: {general: {history: [{from: nobody, text: x}]}}",
        "channels: {Not A Name: {}}",
        "direct: [{between: []}]",
        "a: b: c",
    ],
)
def test_a_seed_that_does_not_fit_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SeedError):
        plant(small_world(), read_seed(seed_file(tmp_path, text)))


def test_a_missing_seed_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="absent"):
        read_seed(tmp_path / "absent.yaml")


async def test_a_seeded_workspace_is_served_and_tells_the_app_nothing_of_its_past(
    tmp_path: Path,
) -> None:
    workspace = new_workspace(Ids(0), Clock(), Rules())
    seed = "channels: {ops: {app: true, history: [{from: ada, text: hi, reactions: {eyes: [bo]}}]}}"
    plant(workspace, read_seed(seed_file(tmp_path, seed)))
    async with SandboxWorkspace(workspace=workspace) as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        ops = slack.channel("ops").id
        history = await client.conversations_history(channel=ops)
        assert [message["text"] for message in history["messages"]] == ["hi"]
        assert not slack.sandbox.hub.pending
        slack.limits.on = True
        slack.faults.add(method="auth.test", answer="error", error="token_revoked")
        with pytest.raises(SlackApiError, match="token_revoked"):
            await client.auth_test()
