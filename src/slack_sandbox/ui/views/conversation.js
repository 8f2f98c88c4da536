/** The open channel or direct message: loading, unread line, marking as read. */

import { ask, gesture } from "../api.js";
import { channelTitle, directory } from "../directory.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { route } from "../route.js";
import { changed, expectPage, state, subscribe, takePage } from "../store.js";
import { onEvent } from "../stream.js";
import { personAvatar } from "./avatar.js";
import { MessageList } from "./message_list.js";
import { toast } from "./toast.js";

const PAGE = 50;
const LONG_PAGE = 200;
const MOST_PAGES = 50;
const list = new MessageList({
  place: "channel",
  label: "Messages",
  older: () => loadOlder(shown, PAGE),
});
const heads = new Map();
const loads = new Map();
let shown = null;
let newSince = null;
let loading = false;
let wanted = null;
let shownMessage = null;

/** The list's node; begins following the store. */
export function mountConversation() {
  subscribe(["messages", "route", "workspace", "names"], draw);
  onEvent("refreshed", () => {
    state.conversations.clear();
    if (shown) load(shown);
  });
  document.addEventListener("visibilitychange", markRead);
  return list.node;
}

/** Shows a message of the open channel, loading older pages until it is there. */
export async function revealMessage(channel, ts) {
  wanted = { channel, ts };
  if (!state.conversations.has(channel) || loads.has(channel)) await load(channel);
  for (let page = 0; page < MOST_PAGES && wanted?.ts === ts; page += 1) {
    const conversation = state.conversations.get(channel);
    if (!conversation?.hasMore || conversation.messages[0]?.ts <= ts) break;
    await loadOlder(channel, LONG_PAGE);
  }
  changed("messages");
}

function draw() {
  const channel = state.channels.get(route.channel);
  if (!channel || route.home) return;
  if (channel.id !== shown) {
    shown = channel.id;
    newSince = channel.unread_count ? (channel.last_read ?? "0") : null;
    if (!state.conversations.has(shown)) load(shown);
  }
  const conversation = state.conversations.get(channel.id);
  list.draw({
    channel: channel.id,
    key: channel.id,
    messages: conversation?.messages ?? [],
    hasMore: conversation?.hasMore ?? true,
    newSince,
    head: beginning(channel),
  });
  if (route.message && route.message !== shownMessage) revealMessage(channel.id, route.message);
  shownMessage = route.message;
  if (wanted?.channel === channel.id && list.reveal(wanted.ts)) wanted = null;
  markRead();
}

/** Loads the newest page; everyone who asks meanwhile waits for the same answer. */
function load(channel) {
  if (!loads.has(channel))
    loads.set(
      channel,
      loadNewest(channel).finally(() => loads.delete(channel)),
    );
  return loads.get(channel);
}

async function loadNewest(channel) {
  expectPage(channel);
  try {
    const answer = await ask("messages", { channel, limit: PAGE });
    takePage(channel, answer.messages, answer.has_more);
  } catch (refusal) {
    toast(refusal.message, "error");
  }
}

async function loadOlder(channel, limit) {
  const first = state.conversations.get(channel)?.messages[0];
  if (loading || !first) return;
  loading = true;
  try {
    const answer = await ask("messages", { channel, limit, before: first.ts });
    takePage(channel, answer.messages, answer.has_more);
  } catch (refusal) {
    toast(refusal.message, "error");
  } finally {
    loading = false;
  }
}

function markRead() {
  const channel = state.channels.get(shown);
  const latest = state.conversations
    .get(shown)
    ?.messages.findLast((message) => !message.is_ephemeral);
  if (!channel || !latest || document.visibilityState !== "visible") return;
  if (!channel.unread_count && !channel.mention_count) return;
  if (channel.marking === latest.ts) return;
  channel.marking = latest.ts;
  gesture("mark", { channel: channel.id, ts: latest.ts });
}

function beginning(channel) {
  const key = `${channel.id} ${channelTitle(channel)} ${channel.purpose} ${state.namesVersion} ${state.commands.length}`;
  if (heads.get(channel.id)?.key === key) return heads.get(channel.id).node;
  const node = h("div", { class: "beginning" }, ...beginningOf(channel));
  heads.set(channel.id, { key, node });
  return node;
}

function beginningOf(channel) {
  if (channel.kind === "im") {
    const user = directory.user(channel.user);
    const self = channel.user === state.me.id;
    const what = self
      ? "Your own space for drafts, links and notes."
      : `Messages between you and ${user?.real_name ?? "them"}. Nobody else sees them.`;
    return [personAvatar(user), h("h2", {}, channelTitle(channel)), h("p", {}, what)];
  }
  if (channel.kind === "mpim")
    return [h("h2", {}, channelTitle(channel)), h("p", {}, "The start of a group conversation.")];
  const sign = icon(channel.kind === "private" ? "lock" : "hash");
  const what =
    channel.purpose ||
    (channel.kind === "private"
      ? "A private channel: only its members see it."
      : "This is the very beginning of the channel.");
  return [h("h2", { class: "with-icon" }, sign, channel.name), h("p", {}, what), firstSteps()];
}

function firstSteps() {
  if (!state.commands.length) return null;
  return h(
    "p",
    { class: "first-steps" },
    "Type ",
    h("kbd", {}, "/"),
    ` to see what ${state.app?.name ?? "the app"} can do.`,
  );
}
