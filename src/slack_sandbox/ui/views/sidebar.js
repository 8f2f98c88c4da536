/** The workspace sidebar: conversations, unread marks, who one is. */

import { gesture } from "../api.js";
import { appChannel, channelTitle, directory } from "../directory.js";
import { fill, h, reconcile } from "../dom.js";
import { icon } from "../icons.js";
import { NodeCache, whenChanged } from "../redraw.js";
import { open, route } from "../route.js";
import { state, subscribe } from "../store.js";
import { avatar, personAvatar } from "./avatar.js";
import { createChannel, openBrowser } from "./browse.js";
import { openPersonMenu } from "./people.js";
import { openSwitcher } from "./switcher.js";
import { told } from "./toast.js";

const SMALL_TEAM = 12;
const rows = new NodeCache();

/** The sidebar's node; follows the store. */
export function mountSidebar() {
  const head = h("div", { class: "sidebar-head" });
  const foot = h("div", { class: "sidebar-foot" });
  const channels = section("Channels", [
    headButton("Browse channels", "menu", openBrowser),
    headButton("Create a channel", "plus", createChannel),
  ]);
  const direct = section("Direct messages", [
    headButton("New message", "plus", () => openSwitcher({ people: true })),
  ]);
  const apps = section("Apps");
  const body = h(
    "nav",
    { class: "sidebar-body", "aria-label": "Conversations" },
    channels.node,
    direct.node,
    apps.node,
  );
  const redrawHead = whenChanged(() => drawHead(head));
  const redrawFoot = whenChanged(() => drawFoot(foot));
  subscribe(["workspace", "names", "route", "connection"], () => {
    redrawHead(state.team, state.app?.name, state.app?.connections);
    drawRows(channels.list, direct.list, apps.list);
    redrawFoot(state.online, state.me, state.namesVersion);
    drawTitle();
  });
  return h("div", { class: "sidebar" }, head, searchButton(), body, foot);
}

function drawHead(head) {
  const connected = state.app?.connections > 0;
  const name = state.app?.name ?? "The app";
  const status = connected ? `${name} is connected` : `${name} is offline`;
  fill(
    head,
    h("span", { class: "team-sign", "aria-hidden": "true" }, (state.team?.name ?? "S")[0]),
    h(
      "span",
      { class: "team-name" },
      h("strong", {}, state.team?.name ?? "Sandbox"),
      h(
        "small",
        { class: "app-status", title: status },
        h("span", { class: connected ? "dot on" : "dot" }),
        status,
      ),
    ),
  );
}

function searchButton() {
  return h(
    "button",
    { type: "button", class: "sidebar-search", on: { click: () => openSwitcher() } },
    icon("search"),
    h("span", {}, "Search or jump to"),
    h("kbd", {}, /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘K" : "Ctrl K"),
  );
}

function drawRows(channels, direct, apps) {
  const app = appChannel();
  const joined = directory
    .channels()
    .filter(
      (channel) => channel.id === route.channel || (channel.is_member && !channel.is_archived),
    );
  const named = joined.filter((channel) => ["public", "private"].includes(channel.kind));
  const spoken = joined.filter(
    (channel) => ["im", "mpim"].includes(channel.kind) && channel.id !== app?.id,
  );
  reconcile(channels, named.map(channelRow));
  reconcile(direct, [
    ...spoken.sort(selfLast).map(channelRow),
    ...strangers(spoken).map(personRow),
  ]);
  reconcile(apps, state.app ? [appRow(app)] : []);
}

const selfLast = (a, b) => Number(a.user === state.me.id) - Number(b.user === state.me.id);

// A few colleagues one has not written to yet are offered too; a large workspace has the switcher.
function strangers(spoken) {
  const known = new Set(spoken.map((channel) => channel.user));
  const people = directory
    .users()
    .filter((user) => !user.is_bot && !user.deleted && user.id !== "USLACKBOT");
  const others = people.filter((user) => !known.has(user.id) && user.id !== state.me.id);
  return people.length <= SMALL_TEAM ? others : [];
}

function section(title, buttons = []) {
  const list = h("ul", {});
  const head = h("div", { class: "sidebar-title" }, h("h2", {}, title), ...buttons);
  return {
    list,
    node: h("section", { class: "sidebar-section", "aria-label": title }, head, list),
  };
}

function headButton(label, sign, run) {
  return h(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click: run } },
    icon(sign),
  );
}

function personRow(user) {
  return row({
    key: user.id,
    name: user.shownName,
    sign: () => personAvatar(user, { small: true }),
    run: async () => {
      const answer = told(await gesture("open_dm", { users: [user.id] }));
      if (answer.ok) open(answer.channel);
    },
  });
}

function channelRow(channel) {
  const direct = ["im", "mpim"].includes(channel.kind);
  const unread = isInView(channel) ? 0 : channel.unread_count;
  const mentions = isInView(channel) ? 0 : channel.mention_count;
  const person = channel.kind === "im" ? directory.user(channel.user) : null;
  return row({
    key: channel.id,
    name: channelTitle(channel),
    sign: () => (person ? personAvatar(person, { small: true }) : icon(signOf(channel))),
    unread,
    // Every message of a direct conversation is for the reader, so it counts as a mention.
    badge: direct ? unread : mentions,
    current: route.channel === channel.id,
    muted: !channel.is_member || channel.is_archived,
    run: () => open(channel.id),
  });
}

// What arrives before the reader's eyes is about to be marked as read.
function isInView(channel) {
  return route.channel === channel.id && !route.home && document.visibilityState === "visible";
}

function signOf(channel) {
  return { private: "lock", mpim: "people" }[channel.kind] ?? "hash";
}

function appRow(channel) {
  const user = directory.user(state.app.user_id);
  const openApp = async () => {
    const known = appChannel();
    // Whoever was just written to wants to read it, not the Home tab.
    const home = state.app.home_tab_enabled !== false && !known?.unread_count;
    const answer = known
      ? { ok: true, channel: known.id }
      : told(await gesture("open_dm", { users: [state.app.user_id] }));
    if (answer.ok) open(answer.channel, { home });
  };
  return row({
    key: "app",
    name: state.app.name,
    sign: () =>
      user
        ? personAvatar(user, { small: true, bot: true })
        : avatar({ name: state.app.name, bot: true, small: true }),
    unread: channel?.unread_count,
    badge: channel?.unread_count,
    current: Boolean(channel) && route.channel === channel.id,
    run: openApp,
  });
}

function row({ key, name, sign, unread = 0, badge = 0, current = false, muted = false, run }) {
  const signature = JSON.stringify([name, unread, badge, current, muted, state.namesVersion]);
  return rows.keep(key, signature, () => {
    const classes = ["sidebar-row", unread && "unread", current && "current", muted && "not-joined"]
      .filter(Boolean)
      .join(" ");
    const label = unread ? `${name}, ${unread} unread` : name;
    const button = h(
      "button",
      {
        type: "button",
        class: classes,
        "aria-current": current ? "page" : null,
        "aria-label": label,
        on: { click: run },
      },
      h("span", { class: "sidebar-sign" }, sign()),
      h("span", { class: "sidebar-name" }, name),
      badge ? h("span", { class: "badge" }, badge > 99 ? "99+" : badge) : null,
    );
    return h("li", {}, button);
  });
}

function drawFoot(foot) {
  const me = directory.user(state.me.id);
  fill(
    foot,
    state.online
      ? null
      : h("div", { class: "offline", role: "status" }, icon("warning"), "Reconnecting…"),
    h(
      "button",
      {
        type: "button",
        class: "me-button",
        "aria-label": `You are ${me.real_name}. Change person`,
        "aria-haspopup": "menu",
        on: { click: (event) => openPersonMenu(event.currentTarget) },
      },
      personAvatar(me, { small: true }),
      h(
        "span",
        { class: "me-name" },
        h("strong", {}, me.real_name || me.shownName),
        h("small", {}, "Change person"),
      ),
      icon("down"),
    ),
  );
}

function drawTitle() {
  const calls = (channel) =>
    isInView(channel)
      ? 0
      : ((["im", "mpim"].includes(channel.kind) ? channel.unread_count : channel.mention_count) ??
        0);
  const waiting = [...state.channels.values()].reduce((sum, channel) => sum + calls(channel), 0);
  const place = channelTitle(state.channels.get(route.channel)) || "Sandbox";
  document.title = `${waiting ? `(${waiting}) ` : ""}${place} · ${state.team?.name ?? "Sandbox"}`;
}
