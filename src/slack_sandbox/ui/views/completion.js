/** Completion while typing: commands, people, channels, emoji. */

import { directory } from "../directory.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { emojiNode, findEmoji } from "../kit/emoji.js";
import { state } from "../store.js";
import { personAvatar } from "./avatar.js";

const MOST = 8;
let serial = 0;

/** Commands this page carries out itself. */
const OWN_COMMANDS = [
  { command: "/topic", usage_hint: "[text]", description: "Set the channel topic", own: true },
  {
    command: "/invite",
    usage_hint: "@someone",
    description: "Add people to this channel",
    own: true,
  },
  { command: "/join", usage_hint: "#channel", description: "Join a channel", own: true },
  { command: "/leave", usage_hint: "", description: "Leave this channel", own: true },
  { command: "/rename", usage_hint: "[name]", description: "Rename this channel", own: true },
  { command: "/archive", usage_hint: "", description: "Archive this channel", own: true },
];

/** Every command one may type: the app's, then the page's own. */
export function allCommands() {
  return [...state.commands, ...OWN_COMMANDS];
}

function best(entries, typed, text) {
  const wanted = typed.toLowerCase();
  const rank = (entry) => {
    const at = text(entry).toLowerCase().indexOf(wanted);
    return at < 0 ? Infinity : at;
  };
  return entries
    .filter((entry) => rank(entry) < Infinity)
    .sort((a, b) => Math.sign(rank(a) - rank(b)))
    .slice(0, MOST);
}

function commandItems(typed) {
  const fits = allCommands().filter((entry) => entry.command.startsWith(typed.toLowerCase()));
  return fits.slice(0, 12).map((entry) => ({
    insert: `${entry.command} `,
    node: [
      h("span", { class: "completion-sign" }, icon(entry.own ? "slash" : "bolt")),
      h("strong", {}, entry.command),
      entry.usage_hint ? h("code", {}, entry.usage_hint) : null,
      h("span", { class: "muted" }, entry.description ?? ""),
      entry.own ? null : h("span", { class: "badge-app" }, state.app?.name ?? "APP"),
    ],
  }));
}

function peopleItems(typed) {
  const everyone = directory.users().filter((user) => !user.deleted && user.id !== "USLACKBOT");
  const text = (user) => `${user.name} ${user.shownName} ${user.real_name}`;
  const users = best(everyone, typed, text).map((user) => ({
    insert: `@${user.name} `,
    node: [
      personAvatar(user, { small: true }),
      h("strong", {}, user.shownName),
      h("span", { class: "muted" }, user.real_name),
    ],
  }));
  const groups = best(directory.groups(), typed, (group) => group.handle).map((group) => ({
    insert: `@${group.handle} `,
    node: [
      h("span", { class: "completion-sign" }, icon("people")),
      h("strong", {}, group.handle),
      h("span", { class: "muted" }, group.name),
    ],
  }));
  const ranges = ["here", "channel"].filter((range) => range.startsWith(typed.toLowerCase()));
  const wide = ranges.map((range) => ({
    insert: `@${range} `,
    node: [
      h("span", { class: "completion-sign" }, icon("at")),
      h("strong", {}, range),
      h("span", { class: "muted" }, "Notify everyone in this channel"),
    ],
  }));
  return [...users, ...groups, ...(typed ? wide : [])].slice(0, MOST);
}

function channelItems(typed) {
  const named = directory
    .channels()
    .filter((channel) => ["public", "private"].includes(channel.kind) && !channel.is_archived);
  return best(named, typed, (channel) => channel.name).map((channel) => ({
    insert: `#${channel.name} `,
    node: [
      h("span", { class: "completion-sign" }, icon(channel.kind === "private" ? "lock" : "hash")),
      h("strong", {}, channel.name),
    ],
  }));
}

function emojiItems(typed) {
  return findEmoji(typed).map(([name]) => ({
    insert: `:${name}: `,
    node: [h("span", { class: "completion-sign" }, emojiNode(name)), h("span", {}, `:${name}:`)],
  }));
}

const TRIGGERS = [
  [/^(\/[\w-]*)$/, commandItems],
  [/(?:^|[\s(])@([\w.-]*)$/, peopleItems],
  [/(?:^|[\s(])#([\w-]*)$/, channelItems],
  [/(?:^|[\s(]):([a-z0-9_+-]{2,})$/, emojiItems],
];

/** The list above a text area; the composer hands it the keys first. */
export class Completion {
  constructor(field) {
    this.field = field;
    this.id = `completion-${(serial += 1)}`;
    this.node = h("div", {
      class: "completion",
      role: "listbox",
      id: this.id,
      "aria-label": "Suggestions",
      hidden: true,
    });
    this.items = [];
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", this.id);
  }

  get open() {
    return !this.node.hidden;
  }

  /** Looks at the text before the caret. */
  refresh() {
    const before = this.field.value.slice(0, this.field.selectionStart);
    for (const [pattern, itemsOf] of TRIGGERS) {
      const match = pattern.exec(before);
      if (!match) continue;
      const sign = match[1].startsWith("/") ? 0 : 1;
      this.from = before.length - match[1].length - sign;
      this.show(itemsOf(match[1]));
      return;
    }
    this.close();
  }

  show(items) {
    this.items = items;
    this.node.hidden = items.length === 0;
    const rows = items.map((item, at) =>
      h(
        "div",
        {
          class: "completion-row",
          role: "option",
          id: `${this.id}-${at}`,
          on: { pointerdown: (event) => event.preventDefault(), click: () => this.take(at) },
        },
        ...item.node,
      ),
    );
    fill(this.node, ...rows);
    this.highlight(0);
  }

  highlight(at) {
    this.at = at;
    [...this.node.children].forEach((row, index) => {
      row.classList.toggle("active", index === at);
      row.setAttribute("aria-selected", String(index === at));
    });
    this.node.children[at]?.scrollIntoView({ block: "nearest" });
    if (this.open) this.field.setAttribute("aria-activedescendant", `${this.id}-${at}`);
    else this.field.removeAttribute("aria-activedescendant");
  }

  close() {
    this.node.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  take(at) {
    const end = this.field.selectionStart;
    const { insert } = this.items[at];
    this.field.setRangeText(insert, this.from, end, "end");
    this.close();
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.field.focus();
  }

  /** True when the key was the list's own. */
  takesKey(event) {
    if (!this.open || event.isComposing) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.highlight((this.at + step + this.items.length) % this.items.length);
    else if (event.key === "Tab" || (event.key === "Enter" && !this.isWhole())) this.take(this.at);
    else if (event.key === "Escape") this.close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  // Enter on a name typed in full sends the text instead of completing it again.
  isWhole() {
    const typed = this.field.value.slice(this.from, this.field.selectionStart);
    return this.items[this.at]?.insert.trim() === typed;
  }
}
