/** Names and lookups: how people, channels and groups are called on this page. */

import { state } from "./store.js";

function named(user) {
  if (!user) return null;
  const shownName = user.profile?.display_name || user.display_name || user.real_name || user.name;
  return { ...user, shownName };
}

/** The directory every scene uses. */
export const directory = {
  get me() {
    return state.me?.id;
  },
  user: (id) => named(state.users.get(id)),
  users: () =>
    [...state.users.values()].map(named).sort((a, b) => a.shownName.localeCompare(b.shownName)),
  group: (id) => state.groups.get(id),
  groups: () => [...state.groups.values()],
  channel: (id) => state.channels.get(id),
  channels: () =>
    [...state.channels.values()].sort((a, b) => channelTitle(a).localeCompare(channelTitle(b))),
  channelTitle,
};

/** What a conversation is called: its name, the other person, or everyone in it. */
export function channelTitle(channel) {
  if (!channel) return "";
  if (channel.kind === "im") {
    const name = directory.user(channel.user)?.shownName ?? channel.name ?? channel.user;
    return channel.user === state.me?.id ? `${name} (you)` : name;
  }
  if (channel.kind === "mpim") {
    return (channel.users ?? []).map((id) => directory.user(id)?.shownName ?? id).join(", ");
  }
  return channel.name;
}

/** The app's own conversation with the reader, once it exists. */
export function appChannel() {
  const isApp = (channel) => channel.kind === "im" && channel.user === state.app?.user_id;
  return state.channels.get(state.app?.dm) ?? [...state.channels.values()].find(isApp) ?? null;
}

/** Who wrote a message: `{name, user, isBot, icon}`. */
export function authorOf(message) {
  const user = directory.user(message.user);
  const isBot = Boolean(message.bot_id || user?.is_bot || message.user === "USLACKBOT");
  const name =
    message.username ?? user?.shownName ?? message.bot_profile?.name ?? message.user ?? "someone";
  return { name, user, isBot, icon: message.icons ?? null };
}
