"""views.*: modals and the Home tab."""

from slack_sandbox import views
from slack_sandbox.errors import SlackError, invalid_arguments
from slack_sandbox.methods.call import Call
from slack_sandbox.methods.family import Family
from slack_sandbox.model import Json

FAMILY = Family()


def _given(call: Call) -> Json:
    return views.parse_view(call.arguments["view"])


def _trigger(call: Call) -> str:
    trigger_id = call.text("trigger_id")
    if not trigger_id:
        raise invalid_arguments("missing required field: trigger_id")
    return trigger_id


def _answer(view: Json) -> Json:
    return {"ok": True, "view": view}


@FAMILY.method("views.open")
def open_view(call: Call) -> Json:
    """Open a modal for whoever made the gesture behind the trigger."""
    given = _given(call)
    trigger = call.triggers.take(_trigger(call))
    return _answer(views.open_view(call.workspace, trigger.user, given))


@FAMILY.method("views.push")
def push_view(call: Call) -> Json:
    """Push a view onto the modal the trigger came from."""
    given = _given(call)
    trigger = call.triggers.take(_trigger(call))
    if trigger.view_id is None:
        raise SlackError("not_found")
    return _answer(views.push_view(call.workspace, trigger.user, given))


@FAMILY.method("views.update")
def update_view(call: Call) -> Json:
    """Replace an open view."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if view_id and external_id:
        raise invalid_arguments("Cannot provide both `view_id` and `external_id`")
    if not (view_id or external_id):
        raise invalid_arguments("missing required field: view_id")
    given = _given(call)
    view = views.find(call.workspace, view_id, external_id)
    if view is None:
        raise SlackError("not_found")
    return _answer(views.update_view(call.workspace, view, given, call.text("hash")))


@FAMILY.method("views.publish")
def publish_view(call: Call) -> Json:
    """Set a person's Home tab."""
    given = _given(call)
    user = call.workspace.state.users.get(call.text("user_id"))
    if user is None:
        raise invalid_arguments("failed to match user [json-pointer:/user_id]")
    return _answer(views.publish_view(call.workspace, user.id, given, call.text("hash")))
