/**
 * What is open, kept in the address so that Back works and a place can be shared:
 * `#/CHANNEL`, `#/CHANNEL/TS` (a message), `#/CHANNEL/home`, `#/CHANNEL/thread/TS`; `#/` shows the sidebar on a phone.
 */

import { changed } from "./store.js";

export const route = { channel: null, home: false, thread: null, message: null };

const TS = /^\d+\.\d+$/;

function read() {
  const [, channel, kind, ts] = location.hash.split("/").map(decodeURIComponent);
  Object.assign(route, {
    channel: channel || null,
    home: kind === "home",
    thread: kind === "thread" && ts ? ts : null,
    message: TS.test(kind ?? "") ? kind : null,
  });
  changed("route");
}

/** Starts following the address. */
export function followAddress() {
  window.addEventListener("hashchange", read);
  read();
}

/** Opens a conversation, optionally its thread or the app's Home tab. */
export function open(channel, { thread = null, home = false, message = null } = {}) {
  const tail = thread ? `/thread/${thread}` : home ? "/home" : message ? `/${message}` : "";
  location.hash = `#/${channel}${tail}`;
}

/**
 * The place a permalink names, or null when the address is something else.
 *
 * @param {string} address of this sandbox or of `domain.slack.com`
 */
export function placeOfPermalink(address, domain) {
  let link;
  try {
    link = new URL(address);
  } catch {
    return null;
  }
  const ours = link.host === location.host || link.host === `${domain}.slack.com`;
  const match = /^\/archives\/([A-Z0-9]+)\/p(\d+)(\d{6})$/.exec(link.pathname);
  if (!ours || !match) return null;
  return {
    channel: match[1],
    ts: `${match[2]}.${match[3]}`,
    thread: link.searchParams.get("thread_ts"),
  };
}

/** Leaves the conversation: the sidebar on a phone. */
export function openSidebar() {
  location.hash = "#/";
}

/** Closes the thread, staying in its conversation. */
export function closeThread() {
  if (route.thread) open(route.channel);
}
