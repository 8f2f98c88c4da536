/** Windows of the page's own: a title, a body, buttons. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { explain } from "../refusals.js";

/**
 * Opens a window over the page; Escape and the backdrop close it.
 *
 * @param {{title: string, kind?: string, body: Node[], footer?: Node[]}} content
 * @returns {{node: HTMLDialogElement, close: () => void}}
 */
export function openDialog({ title, kind = "", body, footer = null }) {
  const close = () => {
    node.close();
    node.remove();
  };
  const node = h(
    "dialog",
    { class: `modal ${kind}`, "aria-label": title },
    h(
      "header",
      {},
      h("h2", {}, title),
      h(
        "button",
        { type: "button", class: "icon-button", "aria-label": "Close", on: { click: close } },
        icon("close"),
      ),
    ),
    h("div", { class: "modal-body" }, ...body),
    footer ? h("footer", {}, ...footer) : null,
  );
  node.addEventListener("close", () => node.remove());
  node.addEventListener("pointerdown", (event) => {
    if (event.target === node) close();
  });
  document.body.append(node);
  node.showModal();
  return { node, close };
}

/** Asks for one or more lines of text; `save(values)` may return a refusal to show. */
export function askFor({ title, fields, button, save }) {
  const inputs = fields.map((field) => {
    const input = h("input", {
      class: "field",
      type: field.type ?? "text",
      placeholder: field.placeholder,
      value: field.value ?? "",
      maxlength: field.most ?? null,
    });
    return {
      field,
      input,
      node: h(
        "label",
        { class: "kit-input" },
        h("span", { class: "kit-label" }, field.label),
        input,
      ),
    };
  });
  const fault = h("div", { class: "kit-error", role: "alert", hidden: true });
  const run = async () => {
    const answer = await save(
      Object.fromEntries(
        inputs.map(({ field, input }) => [
          field.name,
          field.type === "checkbox" ? input.checked : input.value.trim(),
        ]),
      ),
    );
    if (answer?.ok === false) {
      fault.hidden = false;
      fault.textContent = explain(answer);
    } else window_.close();
  };
  const window_ = openDialog({
    title,
    kind: "small-dialog",
    body: [...inputs.map(({ node }) => node), fault],
    footer: [h("button", { type: "button", class: "button primary", on: { click: run } }, button)],
  });
  window_.node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches("input")) run();
  });
  inputs[0].input.focus();
}
