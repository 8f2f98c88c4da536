/** Menus and lists that float over the page, above open dialogs too. */

import { h } from "../dom.js";

const GAP = 4;
const EDGE = 8;
let current = null;

/** Closes whatever floats. */
export function closePopover() {
  current?.close();
}

/**
 * Shows content next to an anchor until Escape, a click elsewhere or `close()`.
 *
 * @param {HTMLElement} anchor keeps the focus when the popover closes
 * @param {Node} content
 * @param {{matchWidth?: boolean, align?: "start"|"end", kind?: string, onClose?: () => void}} options
 * @returns {{close: () => void, place: () => void}}
 */
export function openPopover(anchor, content, options = {}) {
  closePopover();
  const box = h("div", { class: `popover ${options.kind ?? ""}`, popover: "manual" }, content);
  (anchor.closest("dialog") ?? document.body).append(box);
  box.showPopover();
  const place = () => position(box, anchor, options);
  const listeners = new AbortController();
  const close = () => {
    if (current !== handle) return;
    current = null;
    listeners.abort();
    const hadFocus = box.contains(document.activeElement);
    box.remove();
    if (hadFocus && anchor.isConnected) anchor.focus({ preventScroll: true });
    options.onClose?.();
  };
  const handle = { close, place, box };
  current = handle;
  listen(box, anchor, handle, listeners.signal);
  place();
  return handle;
}

function listen(box, anchor, { close, place }, signal) {
  const outside = (event) => {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close();
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    close();
  };
  const scrolled = (event) => {
    if (box.contains(event.target)) return;
    if (anchor.isConnected) place();
    else close();
  };
  document.addEventListener("pointerdown", outside, { capture: true, signal });
  document.addEventListener("keydown", escape, { capture: true, signal });
  window.addEventListener("scroll", scrolled, { capture: true, signal });
  window.addEventListener("resize", place, { signal });
}

function position(box, anchor, { matchWidth, align = "start" }) {
  const target = anchor.getBoundingClientRect();
  if (matchWidth) box.style.minWidth = `${Math.min(target.width, innerWidth - 2 * EDGE)}px`;
  const size = box.getBoundingClientRect();
  const wanted = align === "end" ? target.right - size.width : target.left;
  const left = Math.max(EDGE, Math.min(wanted, innerWidth - size.width - EDGE));
  const below = target.bottom + GAP;
  const fits = below + size.height <= innerHeight - EDGE;
  const top = fits ? below : Math.max(EDGE, target.top - GAP - size.height);
  box.style.left = `${left}px`;
  box.style.top = `${top}px`;
}

/**
 * A menu of named actions.
 *
 * @param {HTMLElement} anchor
 * @param {Array<{label: Node|string, icon?: Node, detail?: string, danger?: boolean, run: () => void}|"line">} items
 */
export function openMenu(anchor, items, options = {}) {
  const list = h("div", { class: "menu", role: "menu" });
  const handle = openPopover(anchor, list, { ...options, kind: `menu-box ${options.kind ?? ""}` });
  for (const item of items) {
    if (item === "line") list.append(h("div", { class: "menu-line", role: "separator" }));
    else list.append(menuItem(item, handle));
  }
  list.addEventListener("keydown", moveWithArrows);
  handle.place();
  list.querySelector("button")?.focus();
  return handle;
}

function menuItem(item, handle) {
  const run = () => {
    handle.close();
    item.run();
  };
  return h(
    "button",
    {
      type: "button",
      role: "menuitem",
      class: item.danger ? "menu-item danger" : "menu-item",
      on: { click: run },
    },
    item.icon ?? null,
    h(
      "span",
      { class: "menu-label" },
      item.label,
      item.detail ? h("small", {}, item.detail) : null,
    ),
  );
}

function moveWithArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}
