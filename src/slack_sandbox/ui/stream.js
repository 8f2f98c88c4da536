/** The live connection: events into the store, and a fresh snapshot whenever events were missed. */

import { ask, session } from "./api.js";
import { setCustomEmoji } from "./kit/emoji.js";
import { applyEvent, changed, state, takeSnapshot } from "./store.js";
import { enterSlot, leaveSlot } from "./stream_slots.js";

const EVENTS = [
  "message",
  "message_changed",
  "message_deleted",
  "ephemeral",
  "ephemeral_changed",
  "ephemeral_deleted",
  "channel",
  "channel_gone",
  "unread",
  "user",
  "usergroup",
  "commands",
  "modals",
  "modal_errors",
  "modal_failed",
  "home",
  "app",
  "inspector",
  "action_failed",
];
const RETRY_MS = [500, 1000, 2000, 5000];

let source = null;
let failures = 0;
let inspecting = false;
let paused = false;
const listeners = new Map();

/** Calls `react(content)` for events the store does not keep (`action_failed`, `message`). */
export function onEvent(name, react) {
  listeners.set(name, [...(listeners.get(name) ?? []), react]);
}

/** Asks for everything again, then tells the views that loaded pages may be stale. */
export async function refresh() {
  const snapshot = await ask("state");
  setCustomEmoji(snapshot.emoji);
  takeSnapshot(snapshot);
  for (const react of listeners.get("refreshed") ?? []) react();
}

/** Opens the stream from the last known change on. */
export function connect() {
  source?.close();
  paused = false;
  const address = new URL("/_sandbox/stream", location.origin);
  address.searchParams.set("user", session.user);
  address.searchParams.set("since", state.seq);
  if (inspecting) address.searchParams.set("inspector", "1");
  source = new EventSource(address);
  source.addEventListener("hello", () => {
    failures = 0;
    setOnline(true);
  });
  source.addEventListener("reset", refresh);
  source.addEventListener("error", () => retry(source));
  for (const name of EVENTS) source.addEventListener(name, (event) => receive(name, event));
}

/** Pauses in hidden tabs that find no slot, and goes on when they are looked at. */
export function followVisibility() {
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState === "visible") {
      leaveSlot();
      if (paused) connect();
      return;
    }
    const mayStream = await enterSlot();
    if (mayStream || document.visibilityState === "visible") return;
    paused = true;
    source?.close();
  });
}

function receive(name, event) {
  if (event.lastEventId) state.seq = Math.max(state.seq, Number(event.lastEventId) || 0);
  const content = JSON.parse(event.data);
  applyEvent(name, content);
  for (const react of listeners.get(name) ?? []) react(content);
}

// The sandbox may have been restarted with another workspace: never resume, always ask anew.
function retry(broken) {
  if (broken !== source || paused) return;
  source.close();
  setOnline(false);
  const wait = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)];
  failures += 1;
  setTimeout(async () => {
    try {
      await refresh();
      connect();
    } catch {
      retry(source);
    }
  }, wait);
}

function setOnline(online) {
  if (state.online === online) return;
  state.online = online;
  changed("connection");
}

/** Asks the server to send API calls and envelopes too, or to stop. */
export function setInspecting(wanted) {
  if (inspecting === wanted) return;
  inspecting = wanted;
  connect();
}
