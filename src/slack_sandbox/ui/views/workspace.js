/** The whole workspace on one page: sidebar, conversation, panes, keys. */

import { gesture } from "../api.js";
import { channelTitle } from "../directory.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { flatText } from "../kit/mrkdwn.js";
import { followAddress, open, placeOfPermalink, route } from "../route.js";
import { changed, state, subscribe } from "../store.js";
import { onEvent } from "../stream.js";
import { Composer } from "./composer.js";
import { mountConversation } from "./conversation.js";
import { mountDetails } from "./details.js";
import { mountHeader } from "./header.js";
import { mountHome } from "./home.js";
import { mountInspector } from "./inspector.js";
import { mountModals } from "./modal.js";
import { closePane, panes, roomForTwo } from "./panes.js";
import { mountSidebar } from "./sidebar.js";
import { openSwitcher } from "./switcher.js";
import { textScene } from "./scenes.js";
import { mountThread } from "./thread.js";
import { forgetToasts, toast, told } from "./toast.js";
import { warn } from "../kit/actions.js";

const PREVIEW = 120;
const composer = new Composer({ place: "channel" });
let shown = null;
let thread = null;

/** Builds the page and opens the first conversation. */
export function mountWorkspace(root) {
  const notJoined = h("div", { class: "not-joined-bar", hidden: true });
  const main = h(
    "main",
    { class: "main" },
    mountHeader(),
    mountHome(),
    mountConversation(),
    notJoined,
    composer.node,
  );
  fill(
    root,
    h(
      "div",
      { class: "workspace" },
      mountSidebar(),
      main,
      mountThread(),
      mountDetails(),
      mountInspector(),
    ),
  );
  mountModals();
  subscribe(["route", "workspace"], () => drawMain(root, main, notJoined));
  followAddress();
  if (!route.channel && !matchMedia("(max-width: 700px)").matches) open(firstChannel());
  document.addEventListener("keydown", globalKeys);
  document.addEventListener("click", followPermalink);
  onEvent("message", announce);
  onEvent("action_failed", warnElement);
  changed("workspace", "route", "names", "messages", "modals", "home");
}

function firstChannel() {
  const joined = [...state.channels.values()].filter(
    (channel) => channel.is_member && !channel.is_archived,
  );
  return (joined.find((channel) => channel.is_general) ?? joined[0])?.id ?? "";
}

function drawMain(root, main, notJoined) {
  const channel = state.channels.get(route.channel);
  const layout = root.querySelector(".workspace");
  layout.classList.toggle("place-open", Boolean(channel));
  layout.classList.toggle("thread-open", Boolean(route.thread));
  layout.classList.toggle("pane-open", Boolean(panes.open));
  main.classList.toggle("home-open", route.home);
  if (route.thread && route.thread !== thread && !roomForTwo()) closePane();
  thread = route.thread;
  const named = ["public", "private"].includes(channel?.kind);
  const closed = !channel || route.home || channel.is_archived || (named && !channel.is_member);
  composer.node.hidden = closed;
  notJoined.hidden = !closed || !channel || route.home;
  if (!notJoined.hidden) fill(notJoined, ...closedBar(channel));
  if (channel && channel.id !== shown) {
    shown = channel.id;
    forgetToasts(shown);
    composer.open(channel.id);
  } else if (!channel) shown = null;
}

function closedBar(channel) {
  if (channel.is_archived)
    return [
      h("strong", { class: "with-icon" }, icon("hash"), channel.name),
      " is archived: you can read it, not write in it.",
    ];
  const join = async () => told(await gesture("join", { channel: channel.id }));
  return [
    h("strong", { class: "with-icon" }, icon("hash"), channel.name),
    h("span", { class: "muted" }, "You are looking at this channel without being in it."),
    h("button", { type: "button", class: "button primary", on: { click: join } }, "Join channel"),
  ];
}

function globalKeys(event) {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openSwitcher();
  } else if (event.altKey && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1, event.shiftKey);
  } else if (isTyping(event)) {
    document.querySelector(".main .composer-field")?.focus();
  } else if (
    event.key === "Escape" &&
    !event.defaultPrevented &&
    !document.querySelector("dialog[open]")
  ) {
    if (panes.open) closePane();
    else document.querySelector(".main .composer-field")?.focus();
  }
}

// A letter typed with nothing to receive it belongs to the message being written.
function isTyping(event) {
  const free = !event.target.closest?.("input, textarea, dialog, .popover, [role=menu]");
  return (
    free && !event.ctrlKey && !event.metaKey && !event.altKey && /^[\p{L}\p{N}/]$/u.test(event.key)
  );
}

// A link to a message of this workspace opens here, not in another tab.
function followPermalink(event) {
  const address = event.target.closest?.("a[href]")?.href;
  const place =
    address && !event.defaultPrevented ? placeOfPermalink(address, state.team?.domain) : null;
  if (!place || !state.channels.has(place.channel)) return;
  event.preventDefault();
  open(
    place.channel,
    place.thread && place.thread !== place.ts ? { thread: place.thread } : { message: place.ts },
  );
}

// Alt with the arrows walks the sidebar; with Shift only what is unread.
function step(direction, unreadOnly) {
  const rows = [...document.querySelectorAll(".sidebar-row")].filter(
    (row) => !unreadOnly || row.classList.contains("unread") || row.classList.contains("current"),
  );
  const at = rows.findIndex((row) => row.classList.contains("current"));
  rows[(at + direction + rows.length) % rows.length]?.click();
}

function announce({ channel: id, message }) {
  const channel = state.channels.get(id);
  const visible = route.channel === id && document.visibilityState === "visible";
  if (!channel || visible || message.user === state.me.id) return;
  const direct = ["im", "mpim"].includes(channel.kind);
  const mentioned = (message.text ?? "").includes(`<@${state.me.id}>`);
  if (!direct && !mentioned) return;
  const place = direct ? channelTitle(channel) : `#${channelTitle(channel)}`;
  const words = flatText(message.text ?? "", textScene).slice(0, PREVIEW);
  toast(`${place}: ${words}`, "note", () => open(id), id);
}

function warnElement({ container, block_id: block, action_id: action, error }) {
  const place = container.view_id
    ? ".view-modal, .home"
    : `.message[data-ts="${CSS.escape(container.ts ?? "")}"]`;
  const inside = document
    .querySelector(place)
    ?.querySelector(
      `[data-block-id="${CSS.escape(block ?? "")}"] [data-action-id="${CSS.escape(action ?? "")}"]`,
    );
  if (inside && !inside.classList.contains("pending")) warn(inside, { error });
}
