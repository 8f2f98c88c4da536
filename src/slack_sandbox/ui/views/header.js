/** The head of the open conversation: name, topic, tabs, bookmarks, buttons. */

import { gesture } from "../api.js";
import { appChannel, channelTitle, directory } from "../directory.js";
import { append, fill, h, link } from "../dom.js";
import { icon } from "../icons.js";
import { emojiNode } from "../kit/emoji.js";
import { mrkdwn } from "../kit/mrkdwn.js";
import { whenChanged } from "../redraw.js";
import { open, openSidebar, route } from "../route.js";
import { state, subscribe } from "../store.js";
import { personAvatar } from "./avatar.js";
import { askFor } from "./dialog.js";
import { togglePane } from "./panes.js";
import { textScene } from "./scenes.js";
import { nextTheme, setTheme } from "../theme.js";

/** The head's node; follows the store. */
export function mountHeader() {
  const node = h("header", { class: "head" });
  const redraw = whenChanged(() => draw(node));
  subscribe(["workspace", "route", "names"], () => redraw(shown(), route.home, state.namesVersion));
  return node;
}

// What the head shows of the channel: unread counts are the sidebar's business.
function shown() {
  const channel = state.channels.get(route.channel) ?? {};
  const names = ["id", "kind", "name", "user", "topic", "members", "bookmarks", "is_archived"];
  return [...names.map((name) => channel[name]), channel.pins?.length, appChannel()?.id];
}

function draw(node) {
  const channel = state.channels.get(route.channel);
  if (!channel) {
    fill(node, titleRow(h("h1", {}, state.team?.name ?? "Sandbox"), null));
    return;
  }
  fill(node, titleRow(titleOf(channel), channel), tabs(channel), bookmarks(channel));
}

function titleRow(title, channel) {
  return h(
    "div",
    { class: "head-row" },
    h(
      "button",
      {
        type: "button",
        class: "icon-button back-button",
        "aria-label": "Back to conversations",
        on: { click: openSidebar },
      },
      icon("back"),
    ),
    title,
    channel ? topic(channel) : null,
    h("span", { class: "spring" }),
    channel && ["public", "private"].includes(channel.kind) ? membersButton(channel) : null,
    channel
      ? tool("Pins and details", "pin", () => togglePane("details"), channel.pins?.length)
      : null,
    tool("Inspector: API calls and events", "pulse", () => togglePane("inspector")),
    tool("Light or dark colours", "moon", () => setTheme(nextTheme()), 0, "theme-button"),
  );
}

function titleOf(channel) {
  const name = h("span", { class: "ellipsis" }, channelTitle(channel));
  if (channel.kind === "im") {
    return h(
      "h1",
      { class: "with-icon" },
      personAvatar(directory.user(channel.user), { small: true }),
      name,
    );
  }
  const sign = { private: "lock", mpim: "people" }[channel.kind] ?? "hash";
  return h("h1", { class: "with-icon" }, icon(sign), name);
}

function topic(channel) {
  if (!["public", "private"].includes(channel.kind)) return null;
  const edit = () =>
    askFor({
      title: "Edit topic",
      button: "Save",
      fields: [{ name: "text", label: "Topic", value: channel.topic ?? "", most: 250 }],
      save: ({ text }) => gesture("set_topic", { channel: channel.id, text }),
    });
  const text = channel.topic
    ? mrkdwn(channel.topic.replaceAll("\n", " "), textScene)
    : ["Add a topic"];
  return h(
    "div",
    { class: channel.topic ? "topic" : "topic no-topic", title: channel.topic || null },
    h("span", { class: "topic-text" }, ...text),
    h(
      "button",
      {
        type: "button",
        class: "icon-button topic-edit",
        "aria-label": "Edit topic",
        on: { click: edit },
      },
      icon("edit"),
    ),
  );
}

function membersButton(channel) {
  const members = channel.members ?? [];
  const faces = members.slice(0, 3).map((id) => personAvatar(directory.user(id), { small: true }));
  return h(
    "button",
    {
      type: "button",
      class: "members-button",
      "aria-label": `${members.length} members`,
      title: "Members",
      on: { click: () => togglePane("details") },
    },
    h("span", { class: "faces" }, ...faces),
    String(members.length),
  );
}

function tool(label, sign, run, count = 0, extra = "") {
  return h(
    "button",
    {
      type: "button",
      class: `icon-button ${extra}`,
      "aria-label": label,
      title: label,
      on: { click: run },
    },
    icon(sign),
    count ? h("span", { class: "tool-count" }, count) : null,
  );
}

function tabs(channel) {
  if (channel.id !== appChannel()?.id) return null;
  const tab = (name, home) =>
    h(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        "aria-selected": String(route.home === home),
        on: { click: () => open(channel.id, { home }) },
      },
      name,
    );
  return h(
    "div",
    { class: "tabs", role: "tablist" },
    state.app.home_tab_enabled === false ? null : tab("Home", true),
    state.app.messages_tab_enabled === false ? null : tab("Messages", false),
  );
}

function bookmarks(channel) {
  const list = channel.bookmarks ?? [];
  if (!list.length) return null;
  const items = list.map((bookmark) => {
    const sign = bookmark.emoji ? emojiNode(bookmark.emoji.replaceAll(":", "")) : icon("link");
    return h(
      "span",
      { class: "bookmark" },
      sign,
      link(bookmark.link, bookmark.title ?? bookmark.link),
    );
  });
  return append(h("nav", { class: "bookmarks", "aria-label": "Bookmarks" }), items);
}
