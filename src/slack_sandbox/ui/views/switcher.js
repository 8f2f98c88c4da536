/** Ctrl/Cmd-K: jump to a conversation or person, or search every message. */

import { ask, gesture } from "../api.js";
import { authorOf, channelTitle, directory } from "../directory.js";
import { append, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { flatText } from "../kit/mrkdwn.js";
import { open } from "../route.js";
import { state } from "../store.js";
import { clockTime, dateOf, dayTitle } from "../time.js";
import { personAvatar } from "./avatar.js";
import { textScene } from "./scenes.js";
import { told } from "./toast.js";

const MOST = 8;
let dialog = null;

/** Opens the switcher; `people` limits it to people. */
export function openSwitcher({ people = false } = {}) {
  if (dialog) return;
  const list = h("div", {
    class: "switcher-list",
    role: "listbox",
    id: "switcher-list",
    "aria-label": "Results",
  });
  const input = h("input", {
    class: "switcher-input",
    role: "combobox",
    "aria-controls": "switcher-list",
    "aria-expanded": "true",
    "aria-label": "Search or jump to",
    autocomplete: "off",
    placeholder: people ? "Write to someone" : "Jump to a channel or person, or search messages",
  });
  dialog = h(
    "dialog",
    { class: "modal switcher", "aria-label": "Search" },
    h("div", { class: "switcher-field" }, icon("search"), input),
    list,
  );
  const model = { input, list, rows: [], at: 0, people };
  dialog.addEventListener("close", shut);
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && shut());
  input.addEventListener("input", () => refresh(model));
  input.addEventListener("keydown", (event) => key(event, model));
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  refresh(model);
}

function shut() {
  dialog?.remove();
  dialog = null;
}

async function refresh(model) {
  const typed = model.input.value.trim();
  const turn = (model.turn = (model.turn ?? 0) + 1);
  const places = placesFor(typed, model.people);
  show(model, [["", places]]);
  if (typed.length < 2 || model.people) return;
  const answer = await ask("search", { q: typed }).catch((refusal) => ({ messages: [], refusal }));
  if (turn !== model.turn || !dialog) return;
  show(model, [
    ["", places],
    [answer.refusal?.message ?? "Messages", answer.messages.map(messageRow)],
  ]);
}

function placesFor(typed, peopleOnly) {
  const wanted = typed.toLowerCase();
  const fits = (...texts) => texts.some((text) => text?.toLowerCase().includes(wanted));
  const channels = peopleOnly
    ? []
    : directory
        .channels()
        .filter(
          (channel) => channel.kind !== "im" && !channel.is_archived && fits(channelTitle(channel)),
        );
  const recent = (channel) => channel.latest ?? "0";
  channels.sort(
    (a, b) => Number(b.is_member) - Number(a.is_member) || (recent(a) < recent(b) ? 1 : -1),
  );
  const users = directory
    .users()
    .filter(
      (user) =>
        !user.deleted && user.id !== "USLACKBOT" && fits(user.name, user.shownName, user.real_name),
    );
  return [...channels.slice(0, MOST).map(channelRow), ...users.slice(0, MOST).map(userRow)];
}

function channelRow(channel) {
  const sign = { private: "lock", mpim: "people" }[channel.kind] ?? "hash";
  return {
    node: [
      icon(sign),
      h("strong", {}, channelTitle(channel)),
      h("span", { class: "muted ellipsis" }, channel.topic ?? ""),
      channel.is_member ? null : h("span", { class: "muted" }, "not joined"),
    ],
    run: () => open(channel.id),
  };
}

function userRow(user) {
  return {
    node: [
      personAvatar(user, { small: true }),
      h("strong", {}, user.shownName),
      h("span", { class: "muted ellipsis" }, user.real_name),
    ],
    run: async () => {
      const answer = told(await gesture("open_dm", { users: [user.id] }));
      if (answer.ok) open(answer.channel);
    },
  };
}

function messageRow({ channel, message }) {
  const place = state.channels.get(channel);
  const reply = message.thread_ts && message.thread_ts !== message.ts;
  const where = `${channelTitle(place)} · ${authorOf(message).name} · ${dayTitle(dateOf(message.ts))} ${clockTime(dateOf(message.ts))}`;
  return {
    node: [
      h(
        "span",
        { class: "found-message" },
        h("small", { class: "muted" }, where),
        h("span", { class: "found-text" }, flatText(message.text ?? "", textScene)),
      ),
    ],
    run: () => {
      open(channel, reply ? { thread: message.thread_ts } : { message: message.ts });
    },
  };
}

function show(model, groups) {
  model.rows = groups.flatMap(([, rows]) => rows);
  fill(model.list);
  for (const [title, rows] of groups) {
    if (title) model.list.append(h("div", { class: "combo-group" }, title));
    append(
      model.list,
      rows.map((row) => option(model, row)),
    );
    if (title === "Messages" && !rows.length)
      model.list.append(h("div", { class: "combo-empty" }, "No message says that"));
  }
  if (!model.rows.length && groups.length === 1)
    model.list.append(h("div", { class: "combo-empty" }, "Nothing by that name"));
  highlight(model, 0);
}

function option(model, row) {
  row.element = h(
    "div",
    {
      class: "switcher-row",
      role: "option",
      id: `switcher-${model.rows.indexOf(row)}`,
      on: { click: () => take(row) },
    },
    ...row.node,
  );
  return row.element;
}

function highlight(model, at) {
  model.at = at;
  model.rows.forEach((row, index) => {
    row.element.classList.toggle("active", index === at);
    row.element.setAttribute("aria-selected", String(index === at));
  });
  model.rows[at]?.element.scrollIntoView({ block: "nearest" });
  model.input.setAttribute("aria-activedescendant", model.rows.length ? `switcher-${at}` : "");
}

function take(row) {
  dialog.close();
  shut();
  row.run();
}

function key(event, model) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && model.rows.length) {
    event.preventDefault();
    highlight(model, (model.at + step + model.rows.length) % model.rows.length);
  } else if (event.key === "Enter" && model.rows[model.at]) {
    event.preventDefault();
    take(model.rows[model.at]);
  }
}
