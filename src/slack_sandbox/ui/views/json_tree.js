/** JSON as a tree one can fold. */

import { h } from "../dom.js";

const MAX_DEPTH = 40;
const OPEN_DEPTH = 2;
const LONG = 400;

/** A node for any JSON value; deeper levels begin folded and are drawn when first opened. */
export function jsonTree(value, depth = 0) {
  if (value === null || typeof value !== "object") return leaf(value);
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const [left, right] = Array.isArray(value) ? "[]" : "{}";
  if (!entries.length) return h("span", { class: "json-empty" }, left + right);
  if (depth > MAX_DEPTH) return h("span", {}, "…");
  const rows = () =>
    entries.map(([name, child]) =>
      h(
        "div",
        { class: "json-row" },
        h("span", { class: "json-name" }, `${name}: `),
        jsonTree(child, depth + 1),
      ),
    );
  const body = h("div", { class: "json-rows" });
  const count = `${left}${entries.length}${right}`;
  const node = h(
    "details",
    { class: "json", open: depth < OPEN_DEPTH },
    h("summary", {}, h("span", { class: "json-count" }, count)),
    body,
  );
  const draw = () => {
    if (node.open && !body.childNodes.length) body.append(...rows());
  };
  node.addEventListener("toggle", draw);
  draw();
  return node;
}

function leaf(value) {
  if (typeof value !== "string") return h("span", { class: "json-atom" }, String(value));
  const nested = parsed(value);
  if (nested) return jsonTree(nested, OPEN_DEPTH);
  const text =
    value.length > LONG ? `${value.slice(0, LONG)}… (${value.length} characters)` : value;
  return h(
    "span",
    { class: "json-text", title: value.length > LONG ? value.slice(0, 4 * LONG) : null },
    JSON.stringify(text),
  );
}

// Web API arguments carry blocks and views as JSON inside a string.
function parsed(text) {
  if (!/^\s*[[{]/.test(text)) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
