/** The modal stack: the top view in a window, its form, its errors. */

import { gesture } from "../api.js";
import { append, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { closePopover } from "../kit/popover.js";
import { renderBlocks } from "../kit/blocks.js";
import { formErrors } from "../kit/form.js";
import { plainText } from "../kit/mrkdwn.js";
import { explain } from "../refusals.js";
import { noteModal, state, subscribe } from "../store.js";
import { avatar } from "./avatar.js";
import { viewScene } from "./scenes.js";
import { toast } from "./toast.js";

let dialog = null;
let drawn = null;
let sending = false;

/** Follows the store: opens, redraws and closes the window. */
export function mountModals() {
  subscribe(["modals"], draw);
}

const top = () => state.modals.at(-1) ?? null;

function draw() {
  const view = top();
  if (!view) {
    shut();
    return;
  }
  const note = state.modalNotes.get(view.id) ?? {};
  const { state: _filled, hash: _hash, ...shape } = view;
  const signature = JSON.stringify([shape, note, sending, state.modals.length]);
  if (signature === drawn) return;
  const focus = focusKey();
  const scroll =
    drawn && dialog?.dataset.viewId === view.id ? dialog.querySelector(".modal-body").scrollTop : 0;
  drawn = signature;
  ensureDialog();
  closePopover();
  const fresh = dialog.dataset.viewId !== view.id;
  dialog.dataset.viewId = view.id;
  dialog.setAttribute("aria-label", view.title?.text ?? "Dialog");
  const body = h(
    "div",
    { class: "modal-body", tabindex: "-1" },
    failure(note),
    renderBlocks(view.blocks, viewScene(view)),
  );
  fill(dialog, head(view), body, foot(view));
  body.scrollTop = scroll;
  if (fresh) focusFirst(view, body);
  else restoreFocus(focus, body, note);
}

function ensureDialog() {
  if (dialog) return;
  dialog = h("dialog", { class: "modal view-modal" });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close(false);
  });
  dialog.addEventListener("keydown", (event) => {
    const plainEnter =
      event.key === "Enter" &&
      event.target.matches("input:not([type=checkbox],[type=radio],[role=combobox])");
    if (
      (plainEnter || (event.key === "Enter" && (event.ctrlKey || event.metaKey))) &&
      top()?.submit
    ) {
      event.preventDefault();
      submit();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}

function shut() {
  closePopover();
  dialog?.close();
  dialog?.remove();
  dialog = null;
  drawn = null;
  sending = false;
}

function head(view) {
  const back =
    state.modals.length > 1
      ? h(
          "button",
          {
            type: "button",
            class: "icon-button",
            "aria-label": "Back",
            on: { click: () => close(false) },
          },
          icon("back"),
        )
      : avatar({ id: state.app?.user_id, name: state.app?.name ?? "App", bot: true, small: true });
  return h(
    "header",
    {},
    back,
    h("h2", {}, ...plainText(view.title?.text ?? "")),
    h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Close",
        on: { click: () => close(true) },
      },
      icon("close"),
    ),
  );
}

function failure(note) {
  return note.failed
    ? h("div", { class: "modal-failed", role: "alert" }, icon("warning"), note.failed)
    : null;
}

function foot(view) {
  const closeText = view.close?.text ?? (view.submit ? "Cancel" : "Close");
  const buttons = [
    h(
      "button",
      { type: "button", class: "button", on: { click: () => close(false) } },
      ...plainText(closeText),
    ),
  ];
  if (view.submit) {
    buttons.push(
      h(
        "button",
        {
          type: "button",
          class: sending ? "button primary pending" : "button primary",
          disabled: sending,
          "data-submit": true,
          on: { click: submit },
        },
        ...plainText(view.submit.text ?? "Submit"),
      ),
    );
  }
  const maker = h("small", { class: "muted" }, state.app?.name ?? "");
  return append(h("footer", {}), [maker, h("span", { class: "spring" }), ...buttons]);
}

async function submit() {
  const view = top();
  if (sending || !view) return;
  const { form } = viewScene(view);
  const errors = formErrors(view.blocks, form);
  if (Object.keys(errors).length) {
    noteModal(view.id, { errors });
    return;
  }
  sending = true;
  noteModal(view.id, {});
  const answer = await gesture("submit", { view_id: view.id, state: form.values(view.blocks) });
  sending = false;
  const failed =
    answer.result === "failed" || answer.acked === false || (answer.ok === false && !answer.errors);
  if (answer.errors) noteModal(view.id, { errors: answer.errors });
  else if (failed)
    noteModal(view.id, { failed: answer.message ?? "We had some trouble connecting. Try again?" });
  else draw();
}

async function close(all) {
  const view = top();
  if (!view) return;
  const answer = await gesture("close", { view_id: view.id, ...(all ? { all: true } : {}) });
  if (answer.ok === false) toast(explain(answer), "error");
}

function focusFirst(view, body) {
  const wanted =
    body.querySelector("[autofocus]") ??
    body.querySelector("input, textarea, .combo-trigger, button");
  (wanted ?? dialog.querySelector("footer button:last-child"))?.focus();
}

function focusKey() {
  const active = document.activeElement;
  if (!dialog?.contains(active)) return null;
  return {
    block: active.closest("[data-block-id]")?.dataset.blockId,
    submit: active.dataset.submit !== undefined,
    caret: caretOf(active),
  };
}

function caretOf(field) {
  try {
    return field.selectionStart ?? null;
  } catch {
    return null;
  }
}

// After a redraw: the first input at fault, else the field that had the keyboard.
function restoreFocus(focus, body, note) {
  const fault = Object.keys(note.errors ?? {}).length
    ? body.querySelector(".invalid input, .invalid textarea, .invalid button")
    : null;
  if (fault) {
    fault.focus();
    return;
  }
  const block = focus?.block && body.querySelector(`[data-block-id="${CSS.escape(focus.block)}"]`);
  const field =
    block?.querySelector("input, textarea, button") ??
    (focus?.submit ? dialog.querySelector("[data-submit]") : null);
  field?.focus();
  if (focus?.caret !== null && field?.matches("textarea, input[type=text]"))
    field.setSelectionRange(focus.caret, focus.caret);
}
