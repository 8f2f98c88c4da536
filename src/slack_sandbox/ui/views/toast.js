/** Short notes in the corner: what failed, or who wrote elsewhere. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { explain } from "../refusals.js";

const SHOWN_MS = 6000;

function corner() {
  return document.getElementById("toasts");
}

/** Shows a note; `kind` is `note` or `error`; `run` makes it a button; `place` what it is about. */
export function toast(text, kind = "note", run = null, place = "") {
  const close = () => note.remove();
  const body = run
    ? h(
        "button",
        { type: "button", class: "toast-body", on: { click: () => (close(), run()) } },
        text,
      )
    : h("span", { class: "toast-body" }, text);
  const note = h(
    "div",
    {
      class: `toast ${kind}`,
      role: kind === "error" ? "alert" : "status",
      data: { place },
    },
    kind === "error" ? icon("warning") : null,
    body,
    h(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Dismiss", on: { click: close } },
      icon("close"),
    ),
  );
  corner().append(note);
  setTimeout(close, SHOWN_MS);
}

/** Takes away the notes about a place: the reader is there now. */
export function forgetToasts(place) {
  for (const note of corner().querySelectorAll(`[data-place="${CSS.escape(place)}"]`))
    note.remove();
}

/** Tells the person when a gesture was refused; returns the answer. */
export function told(answer) {
  if (answer.ok === false) toast(explain(answer), "error");
  return answer;
}
