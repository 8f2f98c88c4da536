"""People click, choose and type into the elements of messages and views."""

from typing import Any

from slack_sandbox import payloads, views
from slack_sandbox.errors import SlackError
from slack_sandbox.form import PLAIN_VALUES, element, merged_values
from slack_sandbox.gestures.hands import Gesture, outcome_answer, settled
from slack_sandbox.messages import whispered
from slack_sandbox.model import Conversation, Json

MOST_OPTIONS = 100
KEPT = ("text", "value", "style", "placeholder", "confirm", "accessibility_label")


async def act(gesture: Gesture) -> Json:
    """Click a button or choose something."""
    container = _container(gesture)
    if container.get("type") == "view":
        payload = _in_view(gesture, container)
    else:
        payload = _in_message(gesture, container)
    action_id = gesture.text("action_id")
    outcome = await settled(gesture.hands.hub.send("interactive", payload, action_id, True))
    if not outcome.acked:
        gesture.workspace.tell(
            "action_failed",
            user=gesture.user.id,
            container=container,
            block_id=gesture.text("block_id"),
            action_id=action_id,
            error=outcome.error,
        )
    return outcome_answer(outcome)


def _container(gesture: Gesture) -> Json:
    container = gesture.fields.get("container")
    if not isinstance(container, dict):
        raise SlackError("missing_field", message="The gesture needs the field container.")
    return container


def _in_view(gesture: Gesture, container: Json) -> Json:
    workspace = gesture.workspace
    view = _view(gesture, str(container.get("view_id")))
    found = _found(gesture, view["blocks"])
    known = workspace.state.values.get(view["id"], {})
    values = merged_values(view["blocks"], known, _state(gesture, found))
    workspace.state.values[view["id"]] = values
    action = _action(gesture, found)
    trigger_id = gesture.hands.triggers.issue(gesture.user.id, view["id"])
    return payloads.block_actions_in_view(workspace, gesture.user, view, action, trigger_id)


def _view(gesture: Gesture, view_id: str) -> Json:
    view = views.find(gesture.workspace, view_id)
    if view is None or views.holder(gesture.workspace, view_id) != gesture.user.id:
        raise SlackError("view_not_found", message="This view is not open any more.")
    return view


def message_of(gesture: Gesture, container: Json) -> tuple[Conversation, Json]:
    """Return the conversation and message a container names, ephemeral ones too.

    Raises:
        SlackError: ``channel_not_found``, ``message_not_found``.
    """
    channel = gesture.workspace.conversation(str(container.get("channel")))
    ts = str(container.get("ts"))
    message = whispered(channel, gesture.user.id, ts) or channel.history.get(ts)
    if message is None or not gesture.workspace.sees(gesture.user.id, channel):
        raise SlackError("message_not_found")
    return channel, message


def _blocks(message: Json) -> list[Json]:
    blocks = list(message.get("blocks", []))
    for attachment in message.get("attachments", []):
        blocks.extend(attachment.get("blocks", []))
    return blocks


def _in_message(gesture: Gesture, container: Json) -> Json:
    channel, message = message_of(gesture, container)
    blocks = _blocks(message)
    found = _found(gesture, blocks)
    values = merged_values(blocks, {}, _state(gesture, found))
    urls = gesture.hands.response_urls
    payload = payloads.block_actions_in_message(
        gesture.workspace,
        gesture.user,
        channel,
        message,
        _action(gesture, found),
        values,
        gesture.hands.triggers.issue(gesture.user.id),
        urls.issue("actions", gesture.user.id, channel, message["ts"]),
    )
    for number, attachment in enumerate(message.get("attachments", [])):
        if found[0] in attachment.get("blocks", []):
            payload["container"] |= {
                "type": "message_attachment",
                "attachment_id": number + 1,
                "is_app_unfurl": False,
            }
    return payload


def _found(gesture: Gesture, blocks: list[Json]) -> tuple[Json, Json]:
    found = element(blocks, gesture.text("block_id"), gesture.text("action_id"))
    if found is None:
        raise SlackError("element_not_found", message="This element is not there any more.")
    return found


def _state(gesture: Gesture, found: tuple[Json, Json]) -> Json:
    sent = gesture.mapping("state")
    block, chosen_in = found
    if chosen_in["type"] in PLAIN_VALUES and isinstance(gesture.fields.get("chosen"), dict):
        own = sent.get(block["block_id"])
        kept = own if isinstance(own, dict) else {}
        own = {**kept, chosen_in["action_id"]: gesture.fields["chosen"]}
        sent = {**sent, block["block_id"]: own}
    return sent


def _action(gesture: Gesture, found: tuple[Json, Json]) -> Json:
    block, chosen_in = found
    action: dict[str, Any] = {
        "type": chosen_in["type"],
        "action_id": chosen_in["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{gesture.workspace.now():.6f}",
    }
    action |= {k: v for k, v in chosen_in.items() if k in KEPT or k.startswith("initial_")}
    chosen = gesture.fields.get("chosen")
    if isinstance(chosen, dict):
        action |= {key: value for key, value in chosen.items() if key != "type"}
    elif chosen_in["type"] in PLAIN_VALUES:
        action[PLAIN_VALUES[chosen_in["type"]][0]] = None
    return action


async def suggest(gesture: Gesture) -> Json:
    """Type into an external select and get the app's options."""
    container, value = _container(gesture), gesture.text("value", "")
    if container.get("type") == "view":
        view = _view(gesture, str(container.get("view_id")))
        where: Json = {
            "container": {"type": "view", "view_id": view["id"]},
            "view": views.with_values(gesture.workspace, view),
        }
    else:
        channel, message = message_of(gesture, container)
        where = {
            "container": payloads.message_container(channel, message),
            "channel": {"id": channel.id, "name": payloads.channel_name(channel)},
            "message": message,
        }
    block_id, action_id = gesture.text("block_id"), gesture.text("action_id")
    payload = payloads.block_suggestion(
        gesture.workspace, gesture.user, where, block_id, action_id, value
    )
    outcome = await settled(gesture.hands.hub.send("interactive", payload, action_id, True))
    answer = outcome.answer if isinstance(outcome.answer, dict) else {}
    for key in ("option_groups", "options"):
        if isinstance(answer.get(key), list):
            return outcome_answer(outcome, **{key: answer[key][:MOST_OPTIONS]})
    return outcome_answer(outcome, options=[])
