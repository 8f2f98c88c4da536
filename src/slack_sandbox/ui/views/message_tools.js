/** The buttons that appear on a message: react, thread, pin, edit, delete, shortcuts. */

import { gesture } from "../api.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { confirmed } from "../kit/actions.js";
import { emojiNode } from "../kit/emoji.js";
import { openMenu } from "../kit/popover.js";
import { open } from "../route.js";
import { state } from "../store.js";
import { openEmojiPicker } from "./emoji_picker.js";
import { startEditing } from "./message_edit.js";
import { textScene } from "./scenes.js";
import { toast, told } from "./toast.js";

const QUICK = ["white_check_mark", "eyes", "pushpin"];

/** The toolbar of one message. */
export function toolbar(channel, message, place) {
  const react = async (name) => {
    const mine = message.reactions?.some(
      (reaction) => reaction.name === name && reaction.users.includes(state.me.id),
    );
    told(await gesture(mine ? "unreact" : "react", { channel, ts: message.ts, name }));
  };
  const quick = QUICK.map((name) => tool(`React with ${name}`, emojiNode(name), () => react(name)));
  const bar = h(
    "div",
    { class: "message-tools", role: "toolbar", "aria-label": "Message actions" },
    ...quick,
    tool("Add reaction", icon("smile"), (event) => openEmojiPicker(event.currentTarget, react)),
    place === "channel"
      ? tool("Reply in thread", icon("thread"), () =>
          open(channel, { thread: message.thread_ts ?? message.ts }),
        )
      : null,
    tool("More actions", icon("dots"), (event) => more(event.currentTarget, channel, message)),
  );
  bar.addEventListener("keydown", moveBetweenTools);
  return bar;
}

function tool(label, glyph, run) {
  return h(
    "button",
    {
      type: "button",
      class: "icon-button",
      tabindex: "-1",
      "aria-label": label,
      title: label,
      on: { click: run },
    },
    glyph,
  );
}

// Enter on a message leads here; the arrows walk the tools, Escape leads back.
function moveBetweenTools(event) {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.closest(".message").focus();
  }
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const tools = [...event.currentTarget.querySelectorAll("button")];
  tools[(tools.indexOf(document.activeElement) + step + tools.length) % tools.length].focus();
}

function more(anchor, channel, message) {
  const { ts } = message;
  const pinned = message.pinned_to?.includes(channel);
  const mine = message.user === state.me.id && !message.bot_id;
  const items = [
    {
      label: pinned ? "Unpin from channel" : "Pin to channel",
      icon: icon("pin"),
      run: async () => told(await gesture(pinned ? "unpin" : "pin", { channel, ts })),
    },
    { label: "Copy link", icon: icon("link"), run: () => copyLink(channel, message) },
  ];
  if (mine) {
    items.push({
      label: "Edit message",
      icon: icon("edit"),
      run: () => startEditing(channel, message),
    });
    items.push({
      label: "Delete message…",
      icon: icon("trash"),
      danger: true,
      run: () => remove(channel, ts),
    });
  }
  const shortcuts = state.shortcuts.filter((shortcut) => shortcut.type === "message");
  if (shortcuts.length) items.push("line");
  for (const shortcut of shortcuts) {
    items.push({
      label: shortcut.name,
      detail: state.app?.name,
      icon: icon("bolt"),
      run: () => runShortcut(shortcut, channel, ts),
    });
  }
  openMenu(anchor, items, { align: "end" });
}

async function runShortcut({ callback_id: id, name }, channel, ts) {
  const answer = told(await gesture("message_shortcut", { callback_id: id, channel, ts }));
  if (answer.acked === false) toast(`${name}: the app did not answer.`, "error");
}

async function remove(channel, ts) {
  const question = {
    title: { text: "Delete message" },
    text: {
      type: "plain_text",
      text: "Are you sure you want to delete this message? This cannot be undone.",
    },
    confirm: { text: "Delete" },
    deny: { text: "Cancel" },
    style: "danger",
  };
  if (await confirmed(question, textScene)) told(await gesture("delete", { channel, ts }));
}

async function copyLink(channel, message) {
  const tail =
    message.thread_ts && message.thread_ts !== message.ts
      ? `?thread_ts=${message.thread_ts}&cid=${channel}`
      : "";
  const address = `${location.origin}/archives/${channel}/p${message.ts.replace(".", "")}${tail}`;
  try {
    await navigator.clipboard.writeText(address);
    toast("Link copied");
  } catch {
    toast(address);
  }
}
