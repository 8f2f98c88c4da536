/** A list of messages that keeps its nodes, its place and the reader's focus across changes. */

import { h, reconcile } from "../dom.js";
import { NodeCache } from "../redraw.js";
import { state } from "../store.js";
import { dateOf, dayKey, dayTitle } from "../time.js";
import { isNotice, messageNode } from "./message.js";
import { editingKey } from "./message_edit.js";

const GROUP_SECONDS = 300;
const NEAR_BOTTOM = 80;

/** The messages of a channel or of a thread. */
export class MessageList {
  /** @param {{place: "channel"|"thread", label: string, older?: () => void}} options */
  constructor({ place, label, older = null }) {
    this.place = place;
    this.older = older;
    this.cache = new NodeCache();
    this.inner = h("div", { class: "messages-inner" });
    this.node = h(
      "div",
      { class: "messages", role: "log", "aria-label": label, tabindex: "0" },
      this.inner,
    );
    this.atBottom = true;
    this.key = null;
    this.node.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.node.addEventListener("keydown", (event) => this.moveFocus(event));
    new ResizeObserver(() => this.atBottom && this.toBottom()).observe(this.inner);
  }

  /** @param {{channel: string, key: string, messages: object[], hasMore?: boolean, newSince?: string, head?: Node}} content */
  draw({ channel, key, messages, hasMore = false, newSince = null, head = null }) {
    const other = key !== this.key;
    if (other) {
      this.cache.clear();
      this.key = key;
      this.atBottom = true;
    }
    this.hasMore = hasMore;
    const height = this.node.scrollHeight;
    const firstBefore = this.firstTs;
    this.firstTs = messages[0]?.ts;
    reconcile(this.inner, [
      ...(head && !hasMore ? [head] : []),
      ...this.nodes(channel, messages, newSince),
    ]);
    const grewAbove = !other && firstBefore && this.firstTs < firstBefore;
    if (grewAbove) this.node.scrollTop += this.node.scrollHeight - height;
    else if (this.atBottom) this.toBottom();
  }

  nodes(channel, messages, newSince) {
    const nodes = [];
    let before = null;
    let marked = false;
    for (const message of messages) {
      const date = dateOf(message.ts);
      const newDay = !before || dayKey(dateOf(before.ts)) !== dayKey(date);
      if (newDay && this.place === "channel")
        nodes.push(this.divider(`day ${dayKey(date)}`, "day-line", dayTitle(date)));
      const isNew =
        !marked &&
        newSince &&
        message.ts > newSince &&
        message.user !== state.me.id &&
        !message.is_ephemeral;
      if (isNew) {
        marked = true;
        nodes.push(this.divider("new", "new-line", "New"));
      }
      nodes.push(
        this.messageNode(channel, message, !newDay && !isNew && continues(before, message)),
      );
      before = message;
    }
    return nodes;
  }

  divider(key, name, text) {
    return this.cache.keep(key, text, () =>
      h("div", { class: name, role: "separator" }, h("span", {}, text)),
    );
  }

  messageNode(channel, message, grouped) {
    const signature = `${grouped} ${state.namesVersion} ${state.shortcuts.length} ${editingKey(channel, message)}`;
    return this.cache.keep(
      message.ts,
      signature,
      () => messageNode(channel, message, { grouped, place: this.place }),
      message,
    );
  }

  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.node;
    this.atBottom = scrollHeight - scrollTop - clientHeight < NEAR_BOTTOM;
    if (scrollTop < NEAR_BOTTOM && this.hasMore) this.older?.();
  }

  toBottom() {
    this.node.scrollTop = this.node.scrollHeight;
  }

  /** Brings a message into view and marks it for a moment. */
  reveal(ts) {
    const node = this.cache.get(ts);
    if (!node) return false;
    this.atBottom = false;
    node.scrollIntoView({ block: "center" });
    node.classList.add("revealed");
    node.addEventListener("animationend", () => node.classList.remove("revealed"), { once: true });
    return true;
  }

  // Up and down walk the messages, Enter goes to a message's tools.
  moveFocus(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = event.target.closest?.(".message");
    if (event.target !== (current ?? this.node)) return;
    if (event.key === "Enter") {
      event.preventDefault();
      current?.querySelector(".message-tools button")?.focus();
    }
    if (!step) return;
    event.preventDefault();
    const all = [...this.inner.querySelectorAll(".message")];
    const next = current ? all[all.indexOf(current) + step] : all.at(-1);
    next?.focus();
  }
}

function continues(before, message) {
  return (
    before &&
    before.user === message.user &&
    before.username === message.username &&
    !isNotice(before) &&
    !isNotice(message) &&
    !message.pinned_to?.length &&
    message.subtype !== "thread_broadcast" &&
    Boolean(before.is_ephemeral) === Boolean(message.is_ephemeral) &&
    Number(message.ts) - Number(before.ts) < GROUP_SECONDS
  );
}
