/** Editing one's own message in place. */

import { gesture } from "../api.js";
import { h } from "../dom.js";
import { unescape } from "../kit/mrkdwn.js";
import { changed, state } from "../store.js";
import { told } from "./toast.js";

let editing = null;

/** Whether this message is being edited now. */
export function isEditing(channel, message) {
  return editing?.channel === channel && editing.ts === message.ts;
}

/** What tells a redraw that editing began or ended. */
export function editingKey(channel, message) {
  return isEditing(channel, message) ? "editing" : "";
}

/** Starts editing. */
export function startEditing(channel, message) {
  editing = { channel, ts: message.ts };
  changed("messages", "thread");
}

function stop() {
  editing = null;
  changed("messages", "thread");
  document.querySelector(".composer textarea")?.focus();
}

// Mentions are edited as the names people type.
function editable(text) {
  const named = text.replace(/<@([UW]\w+)(?:\|[^>]*)?>/g, (whole, id) => {
    const user = state.users.get(id);
    return user ? `@${user.name}` : whole;
  });
  const plain = named
    .replace(
      /<#(C\w+)(?:\|([^>]*))?>/g,
      (whole, id, name) => `#${state.channels.get(id)?.name ?? name ?? id}`,
    )
    .replace(/<!(here|channel|everyone)(?:\|[^>]*)?>/g, "@$1")
    .replace(/<((?:https?|mailto):[^>|]+)(?:\|[^>]*)?>/g, "$1");
  return unescape(plain);
}

/** The text area in place of the message. */
export function editor(channel, message) {
  const field = h("textarea", {
    class: "field edit-field",
    "aria-label": "Edit message",
    rows: "2",
  });
  field.value = editable(message.text ?? "");
  const save = async () => {
    const text = field.value.trim();
    if (!text) return;
    const answer = told(await gesture("edit", { channel, ts: message.ts, text }));
    if (answer.ok) stop();
  };
  field.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      stop();
    } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      save();
    }
  });
  queueMicrotask(() => {
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
  return h(
    "div",
    { class: "edit-box" },
    field,
    h(
      "div",
      { class: "edit-buttons" },
      h("button", { type: "button", class: "button small", on: { click: stop } }, "Cancel"),
      h("button", { type: "button", class: "button small primary", on: { click: save } }, "Save"),
    ),
  );
}
