/** The details pane: pins, bookmarks, members, and what one may do with the channel. */

import { gesture } from "../api.js";
import { authorOf, channelTitle, directory } from "../directory.js";
import { fill, h, link } from "../dom.js";
import { icon } from "../icons.js";
import { confirmed } from "../kit/actions.js";
import { renderBlocks } from "../kit/blocks.js";
import { mrkdwn } from "../kit/mrkdwn.js";
import { whenChanged } from "../redraw.js";
import { route } from "../route.js";
import { state, subscribe } from "../store.js";
import { clockTime, dateOf, dayTitle } from "../time.js";
import { personAvatar } from "./avatar.js";
import { revealMessage } from "./conversation.js";
import { askFor } from "./dialog.js";
import { closePane, panes } from "./panes.js";
import { messageScene, textScene } from "./scenes.js";
import { told } from "./toast.js";

/** The pane's node. */
export function mountDetails() {
  const title = h("h2", {}, "Details");
  const body = h("div", { class: "pane-body" });
  const node = h(
    "aside",
    { class: "pane details-pane", "aria-label": "Details", hidden: true },
    h(
      "header",
      { class: "pane-head" },
      title,
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close details",
          on: { click: closePane },
        },
        icon("close"),
      ),
    ),
    body,
  );
  const redraw = whenChanged(() => {
    const channel = state.channels.get(route.channel);
    fill(title, channelTitle(channel));
    fill(body, about(channel), pins(channel), bookmarks(channel), members(channel), acts(channel));
  });
  subscribe(["route", "workspace", "names"], () => {
    const channel = state.channels.get(route.channel);
    node.hidden = panes.open !== "details" || !channel;
    if (node.hidden) return;
    const {
      unread_count: _unread,
      mention_count: _mentions,
      last_read: _read,
      latest: _latest,
      ...shown
    } = channel;
    redraw(shown, state.namesVersion);
  });
  return node;
}

function group(title, button, ...content) {
  return h("section", { class: "details-group" }, h("h3", {}, title, button), ...content);
}

function about(channel) {
  if (!["public", "private"].includes(channel.kind)) return null;
  const line = (name, text) =>
    text
      ? h("p", {}, h("small", { class: "muted" }, name), h("br"), ...mrkdwn(text, textScene))
      : null;
  const made = directory.user(channel.creator);
  return group(
    "About",
    null,
    line("Topic", channel.topic),
    line("Purpose", channel.purpose),
    made ? line("Created by", `<@${made.id}>`) : null,
  );
}

function pins(channel) {
  const list = channel.pins ?? [];
  const items = list.map(({ ts, message }) => {
    const author = message ? authorOf(message).name : "";
    const stamp = `${dayTitle(dateOf(ts))} at ${clockTime(dateOf(ts))}`;
    const show = () => {
      if (matchMedia("(max-width: 700px)").matches) closePane();
      revealMessage(channel.id, ts);
    };
    const unpin = async () => told(await gesture("unpin", { channel: channel.id, ts }));
    const body = message?.blocks?.length
      ? renderBlocks(message.blocks, { ...messageScene(channel.id, message), surface: "pin" })
      : h("div", {}, ...mrkdwn(message?.text ?? "", textScene));
    return h(
      "li",
      { class: "pin-card" },
      h(
        "div",
        { class: "pin-head" },
        h("strong", {}, author),
        h("small", { class: "muted" }, stamp),
      ),
      h("div", { class: "pin-body", inert: true }, body),
      h(
        "div",
        { class: "pin-tools" },
        h(
          "button",
          { type: "button", class: "text-button", on: { click: show } },
          "Jump to message",
        ),
        h("button", { type: "button", class: "text-button", on: { click: unpin } }, "Unpin"),
      ),
    );
  });
  const empty = h("p", { class: "muted" }, "Pin a message and it stays within reach here.");
  return group("Pins", null, items.length ? h("ul", { class: "pin-list" }, ...items) : empty);
}

function bookmarks(channel) {
  const add = () =>
    askFor({
      title: "Add a bookmark",
      button: "Add",
      fields: [
        { name: "title", label: "Name" },
        { name: "link", label: "Link", placeholder: "https://", type: "url" },
      ],
      save: (values) => gesture("bookmark", { channel: channel.id, ...values }),
    });
  const items = (channel.bookmarks ?? []).map((bookmark) => {
    const remove = async () =>
      told(await gesture("unbookmark", { channel: channel.id, bookmark_id: bookmark.id }));
    return h(
      "li",
      { class: "member" },
      icon("bookmark"),
      h("span", { class: "member-name" }, link(bookmark.link, bookmark.title)),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": `Remove ${bookmark.title}`,
          on: { click: remove },
        },
        icon("close"),
      ),
    );
  });
  return group("Bookmarks", plus("Add a bookmark", add), h("ul", {}, ...items));
}

function plus(label, run) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: run } },
    icon("plus"),
  );
}

function members(channel) {
  if (!channel.members) return null;
  const invite = () =>
    askFor({
      title: `Add people to ${channelTitle(channel)}`,
      button: "Add",
      fields: [{ name: "names", label: "Names", placeholder: "ada, bo" }],
      save: ({ names }) => inviteNames(channel, names),
    });
  const rows = channel.members.map((id) => {
    const user = directory.user(id);
    const you = id === state.me.id ? " (you)" : "";
    return h(
      "li",
      { class: "member" },
      personAvatar(user, { small: true }),
      h(
        "span",
        { class: "member-name" },
        h("strong", {}, (user?.shownName ?? id) + you),
        h("small", { class: "muted" }, user?.profile?.title || user?.real_name || ""),
      ),
      user?.is_bot ? h("span", { class: "badge-app" }, "APP") : null,
    );
  });
  const named = ["public", "private"].includes(channel.kind);
  return group(
    `Members (${channel.members.length})`,
    named ? plus("Add people", invite) : null,
    h("ul", {}, ...rows),
  );
}

async function inviteNames(channel, text) {
  const names = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((name) => name.replace(/^@/, "").toLowerCase());
  const found = names.map((name) =>
    directory.users().find((user) => user.name === name || user.shownName.toLowerCase() === name),
  );
  const missing = names.filter((_, at) => !found[at]);
  if (!names.length || missing.length)
    return { ok: false, message: `Nobody here is called ${missing.join(", ") || "that"}.` };
  return gesture("invite", { channel: channel.id, users: found.map((user) => user.id) });
}

function acts(channel) {
  if (!["public", "private"].includes(channel.kind)) return null;
  const button = (name, danger, run) =>
    h(
      "button",
      {
        type: "button",
        class: danger ? "button small danger-text" : "button small",
        on: { click: run },
      },
      name,
    );
  const send = async (name) => told(await gesture(name, { channel: channel.id }));
  const archive = async () => {
    const question = {
      title: { text: `Archive #${channel.name}?` },
      text: {
        type: "plain_text",
        text: "Nobody can write in it any more, but it stays readable and searchable.",
      },
      confirm: { text: "Archive" },
      style: "danger",
    };
    if (await confirmed(question, textScene)) send("archive");
  };
  return h(
    "section",
    { class: "details-group details-acts" },
    channel.is_member
      ? button("Leave", false, () => send("leave"))
      : button("Join", false, () => send("join")),
    channel.is_archived
      ? button("Unarchive", false, () => send("unarchive"))
      : button("Archive…", true, archive),
  );
}
