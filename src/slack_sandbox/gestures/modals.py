"""People submit and close modals; the app's acknowledgement says what happens next."""

from slack_sandbox import payloads, views
from slack_sandbox.compose import rewrite
from slack_sandbox.errors import SlackError
from slack_sandbox.form import elements, merged_values, refusals
from slack_sandbox.gestures.hands import Gesture, outcome_answer, settled
from slack_sandbox.model import Json
from slack_sandbox.socket import Outcome

TROUBLE = "We had some trouble connecting. Try again?"


async def submit(gesture: Gesture) -> Json:
    """Send a modal's form, unless a Slack client would not."""
    workspace, view = gesture.workspace, _top(gesture)
    known = workspace.state.values.get(view["id"], {})
    values = merged_values(view["blocks"], known, gesture.mapping("state"))
    workspace.state.values[view["id"]] = values
    refused = refusals(view["blocks"], values)
    if refused:
        workspace.tell("modal_errors", user=gesture.user.id, view_id=view["id"], errors=refused)
        return {"ok": False, "error": "invalid_input", "errors": refused}
    trigger_id = gesture.hands.triggers.issue(gesture.user.id, view["id"])
    urls = _response_urls(gesture, view, values)
    payload = payloads.view_submission(workspace, gesture.user, view, trigger_id, urls)
    name = view["callback_id"] or view["id"]
    outcome = await settled(gesture.hands.hub.send("interactive", payload, name, True))
    if not outcome.acked:
        return _failed(gesture, view, outcome)
    try:
        return _follow(gesture, view, outcome)
    except SlackError as refusal:
        return _failed(gesture, view, outcome, refusal)


def _top(gesture: Gesture) -> Json:
    stack = gesture.workspace.state.modals.get(gesture.user.id, [])
    if not stack or stack[-1]["id"] != gesture.text("view_id"):
        raise SlackError("view_not_found", message="This view is not open any more.")
    return stack[-1]


def _response_urls(gesture: Gesture, view: Json, values: Json) -> list[Json]:
    urls = []
    for block, found in elements(view["blocks"]):
        if block["type"] != "input" or not found.get("response_url_enabled"):
            continue
        entry = values[block["block_id"]][found["action_id"]]
        chosen = entry.get("selected_conversation") or entry.get("selected_channel")
        if chosen in gesture.workspace.state.conversations:
            channel = gesture.workspace.state.conversations[chosen]
            url = gesture.hands.response_urls.issue("app", gesture.user.id, channel)
            urls.append(
                {
                    "block_id": block["block_id"],
                    "action_id": found["action_id"],
                    "channel_id": chosen,
                    "response_url": url,
                }
            )
    return urls


def _failed(
    gesture: Gesture, view: Json, outcome: Outcome, refusal: SlackError | None = None
) -> Json:
    workspace, user = gesture.workspace, gesture.user.id
    why = {"code": refusal.code, **refusal.details} if refusal else None
    workspace.tell("modal_failed", user=user, view_id=view["id"], text=TROUBLE, why=why)
    return outcome_answer(outcome, result="failed", message=TROUBLE, why=why)


def _follow(gesture: Gesture, view: Json, outcome: Outcome) -> Json:
    """Do what the acknowledgement of a submission asks for.

    Raises:
        SlackError: when it asks for something Slack would not do.
    """
    workspace, user = gesture.workspace, gesture.user.id
    answer = outcome.answer if isinstance(outcome.answer, dict) else {}
    action = answer.get("response_action")
    if action is None:
        _close(gesture, view)
        return outcome_answer(outcome, result="closed")
    if action == "clear":
        views.close_view(workspace, user, everything=True)
        return outcome_answer(outcome, result="cleared")
    if action == "errors":
        errors = _errors(view, answer.get("errors"))
        workspace.tell("modal_errors", user=user, view_id=view["id"], errors=errors)
        return outcome_answer(outcome, result="errors", errors=errors)
    if views.find(workspace, view["id"]) is None:
        return outcome_answer(outcome, result="closed")
    if action not in ("update", "push"):
        raise SlackError("invalid_response_action")
    given = views.parse_view(answer.get("view"))
    given = {**given, "blocks": rewrite(workspace, given["blocks"])}
    if action == "push":
        views.push_view(workspace, user, given)
        return outcome_answer(outcome, result="pushed")
    views.update_view(workspace, view, given)
    return outcome_answer(outcome, result="updated")


def _errors(view: Json, errors: object) -> dict[str, str]:
    inputs = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackError("invalid_errors", errors=errors)
    return {str(key): str(value) for key, value in errors.items()}


def _close(gesture: Gesture, view: Json) -> None:
    stack = gesture.workspace.state.modals.get(gesture.user.id, [])
    while any(open_view["id"] == view["id"] for open_view in stack):
        views.close_view(gesture.workspace, gesture.user.id)


async def close(gesture: Gesture) -> Json:
    """Close the top view, or with ``all`` the whole stack."""
    workspace, everything = gesture.workspace, bool(gesture.fields.get("all"))
    view = _top(gesture)
    shown = views.with_values(workspace, view)
    if everything:
        root = workspace.state.modals[gesture.user.id][0]
        shown = views.with_values(workspace, root)
    closed = views.close_view(workspace, gesture.user.id, everything)
    if not any(each["notify_on_close"] for each in closed):
        return {"ok": True}
    payload = payloads.view_closed(workspace, gesture.user, shown, is_cleared=everything)
    name = shown["callback_id"] or shown["id"]
    return outcome_answer(await settled(gesture.hands.hub.send("interactive", payload, name)))
