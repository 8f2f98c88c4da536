/**
 * What the page knows of the workspace: one object, changed by the server's events only.
 *
 * Views subscribe to topics; several changes in one turn redraw a view once.
 * Topics: workspace, names, messages, thread, modals, home, inspector, route, connection.
 */

const INSPECTOR_KEPT = 2000;

export const state = {
  seq: 0,
  me: null,
  team: null,
  app: null,
  users: new Map(),
  groups: new Map(),
  channels: new Map(),
  commands: [],
  shortcuts: [],
  modals: [],
  modalNotes: new Map(),
  home: null,
  emoji: {},
  conversations: new Map(),
  thread: null,
  inspector: [],
  online: false,
  namesVersion: 0,
};

const subscribers = new Map();
let pending = null;

/** Calls `draw` after changes of any of the topics. */
export function subscribe(topics, draw) {
  for (const topic of topics) {
    if (!subscribers.has(topic)) subscribers.set(topic, new Set());
    subscribers.get(topic).add(draw);
  }
}

/** Announces changes; the views redraw at the end of this turn. */
export function changed(...topics) {
  if (!pending) {
    pending = new Set();
    queueMicrotask(flush);
  }
  for (const topic of topics) pending.add(topic);
}

function flush() {
  const draws = new Set([...pending].flatMap((topic) => [...(subscribers.get(topic) ?? [])]));
  pending = null;
  for (const draw of draws) draw();
}

/** Takes a whole `state` answer; conversations already loaded are kept until asked again. */
export function takeSnapshot(snapshot) {
  Object.assign(state, {
    seq: snapshot.seq,
    me: snapshot.me,
    team: snapshot.team,
    app: snapshot.app,
    commands: snapshot.commands ?? [],
    shortcuts: snapshot.shortcuts ?? [],
    modals: snapshot.modals ?? [],
    home: snapshot.home ?? null,
    emoji: snapshot.emoji ?? {},
  });
  state.users = byId(snapshot.users);
  state.groups = byId(snapshot.usergroups);
  state.channels = byId(snapshot.channels);
  state.namesVersion += 1;
  changed("workspace", "names", "messages", "thread", "modals", "home");
}

function byId(list) {
  return new Map((list ?? []).map((entry) => [entry.id, entry]));
}

/** Begins a conversation that is being loaded, so that events meanwhile are not lost. */
export function expectPage(channel) {
  state.conversations.set(channel, { messages: [], gone: new Set(), hasMore: true });
}

/** Takes one page of a conversation; what events said meanwhile is newer than the page. */
export function takePage(channel, messages, hasMore) {
  const known = state.conversations.get(channel) ?? { messages: [], gone: new Set() };
  state.conversations.set(channel, { ...known, messages: pageUnder(known, messages), hasMore });
  changed("messages");
}

/** Begins a thread that is being loaded. */
export function expectThread(channel, ts) {
  state.thread = { channel, ts, messages: [], gone: new Set() };
  changed("thread");
}

/** Takes a whole thread. */
export function takeThread(channel, ts, messages) {
  const known = state.thread;
  state.thread = { ...known, channel, ts, messages: pageUnder(known, messages) };
  changed("thread");
}

function pageUnder({ messages, gone }, page) {
  return merge(
    page.filter((message) => !gone.has(message.ts)),
    messages,
  );
}

function merge(first, second) {
  const byTs = new Map([...first, ...second].map((message) => [message.ts, message]));
  return [...byTs.values()].sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

const isReply = (message) => message.thread_ts && message.thread_ts !== message.ts;
const showsInChannel = (message) => !isReply(message) || message.subtype === "thread_broadcast";

function put(channel, message, { onlyKnown = false } = {}) {
  const place = (list) =>
    onlyKnown && !list.some((other) => other.ts === message.ts) ? list : merge(list, [message]);
  const conversation = state.conversations.get(channel);
  if (conversation && showsInChannel(message)) {
    conversation.messages = place(conversation.messages);
    changed("messages");
  }
  const { thread } = state;
  if (thread?.channel === channel && (message.thread_ts ?? message.ts) === thread.ts) {
    thread.messages = place(thread.messages);
    changed("thread");
  }
}

function drop(channel, ts) {
  const forget = (place) => {
    place.messages = place.messages.filter((message) => message.ts !== ts);
    place.gone.add(ts);
  };
  const conversation = state.conversations.get(channel);
  if (conversation) forget(conversation);
  if (state.thread?.channel === channel) forget(state.thread);
  changed("messages", "thread");
}

function putChannel(channel) {
  const before = state.channels.get(channel.id);
  state.channels.set(channel.id, channel);
  if (before?.name !== channel.name) namesChanged();
  changed("workspace", "messages");
}

function namesChanged() {
  state.namesVersion += 1;
  changed("names", "messages", "thread");
}

const APPLY = {
  message: ({ channel, message }) => put(channel, message),
  message_changed: ({ channel, message }) => put(channel, message, { onlyKnown: true }),
  message_deleted: ({ channel, ts }) => drop(channel, ts),
  ephemeral: ({ channel, message }) => put(channel, message),
  ephemeral_changed: ({ channel, message }) => put(channel, message),
  ephemeral_deleted: ({ channel, ts }) => drop(channel, ts),
  channel: ({ channel }) => putChannel(channel),
  channel_gone: ({ channel }) => {
    state.channels.delete(channel);
    changed("workspace", "messages");
  },
  unread: ({ channel, ...counts }) => {
    const known = state.channels.get(channel);
    if (known) state.channels.set(channel, { ...known, ...counts });
    changed("workspace");
  },
  user: ({ user }) => {
    state.users.set(user.id, user);
    namesChanged();
    changed("workspace");
  },
  usergroup: ({ usergroup }) => {
    state.groups.set(usergroup.id, usergroup);
    namesChanged();
  },
  commands: ({ commands, shortcuts }) => {
    state.commands = commands ?? [];
    state.shortcuts = shortcuts ?? [];
    changed("workspace");
  },
  modals: ({ stack }) => {
    state.modals = stack;
    const open = new Set(stack.map((view) => view.id));
    for (const id of state.modalNotes.keys()) if (!open.has(id)) state.modalNotes.delete(id);
    changed("modals");
  },
  modal_errors: ({ view_id: id, errors }) => noteModal(id, { errors }),
  modal_failed: ({ view_id: id, message }) => noteModal(id, { failed: message }),
  home: ({ view }) => {
    state.home = view;
    changed("home");
  },
  app: (app) => {
    state.app = { ...state.app, ...app };
    changed("workspace");
  },
  inspector: (entry) => takeInspector([entry]),
};

/** Sets what a modal says about itself: `{errors}` per block, or `{failed}`. */
export function noteModal(id, note) {
  state.modalNotes.set(id, note);
  changed("modals");
}

/** Applies one event of the stream; unknown events are ignored. */
export function applyEvent(name, content) {
  APPLY[name]?.(content);
}

/** Takes inspector entries; an envelope's settled entry replaces its sent one. */
export function takeInspector(entries) {
  for (const entry of entries) {
    const same = (other) =>
      entry.kind === "envelope" &&
      other.envelope_id === entry.envelope_id &&
      (other.retry_attempt ?? 0) === (entry.retry_attempt ?? 0);
    const at = state.inspector.findLastIndex((other) => other.seq === entry.seq || same(other));
    if (at < 0) state.inspector.push(entry);
    else state.inspector[at] = { ...state.inspector[at], ...entry };
  }
  state.inspector.splice(0, Math.max(0, state.inspector.length - INSPECTOR_KEPT));
  changed("inspector");
}
