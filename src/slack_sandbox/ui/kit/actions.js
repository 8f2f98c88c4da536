/**
 * What happens when a reader uses an element: ask for confirmation, remember, tell the app.
 *
 * A scene offers `form` (FormState) and `act(block, element, chosen)` → the server's answer.
 */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { explain } from "../refusals.js";
import { contentField } from "./form.js";
import { plainText, textObject } from "./mrkdwn.js";

/** Asks a confirm object's question; resolves to true or false. */
export function confirmed(confirm, scene) {
  if (!confirm) return Promise.resolve(true);
  return new Promise((resolve) => {
    const dialog = h("dialog", {
      class: "modal confirm",
      "aria-label": confirm.title?.text ?? "Confirm",
    });
    const answer = (value) => {
      dialog.close();
      dialog.remove();
      resolve(value);
    };
    const style = confirm.style === "danger" ? "danger" : "primary";
    const button = (text, name, value) =>
      h(
        "button",
        { type: "button", class: `button ${name}`, on: { click: () => answer(value) } },
        ...text,
      );
    dialog.append(
      h("h2", {}, ...plainText(confirm.title?.text ?? "Are you sure?")),
      h("div", { class: "confirm-text" }, ...textObject(confirm.text, scene)),
      h(
        "footer",
        {},
        button(plainText(confirm.deny?.text ?? "Cancel"), "", false),
        button(plainText(confirm.confirm?.text ?? "Yes"), style, true),
      ),
    );
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      answer(false);
    });
    document.body.append(dialog);
    dialog.showModal();
    dialog.querySelector("footer button:last-child").focus();
  });
}

/** Sends a click or choice; shows it pending, and a warning when the app did not answer. */
export async function act({ scene, block, element }, chosen, node) {
  node.classList.add("pending");
  clearWarning(node);
  const answer = await scene.act(block, element, chosen);
  node.classList.remove("pending");
  if (answer && (answer.ok === false || answer.acked === false)) warn(node, answer);
}

/**
 * Takes a new content of a stateful element.
 *
 * @returns {Promise<boolean>} false when the reader denied the confirmation
 */
export async function choose(context, content, node) {
  const { scene, block, element } = context;
  const sends = block.type !== "input" || block.dispatch_action === true;
  if (sends && !(await confirmed(element.confirm, scene))) return false;
  scene.form.set(block, element, content);
  scene.changed?.(block);
  const empty = Array.isArray(content) ? content : (content ?? null);
  if (sends) act(context, { [contentField(element)]: empty }, node);
  return true;
}

/** Marks an element whose action failed. */
export function warn(node, answer) {
  clearWarning(node);
  const why = explain(answer);
  node.after(
    h("span", { class: "action-warning", role: "alert", title: why }, icon("warning"), why),
  );
}

function clearWarning(node) {
  if (node.nextSibling?.classList?.contains("action-warning")) node.nextSibling.remove();
}
