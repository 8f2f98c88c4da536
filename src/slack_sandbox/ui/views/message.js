/** One message: author, text or blocks, files, reactions, thread, notes. */

import { gesture } from "../api.js";
import { authorOf, directory } from "../directory.js";
import { h, safeSource } from "../dom.js";
import { icon } from "../icons.js";
import { renderBlocks } from "../kit/blocks.js";
import { emojiNode } from "../kit/emoji.js";
import { mrkdwn, textObject } from "../kit/mrkdwn.js";
import { open } from "../route.js";
import { state } from "../store.js";
import { ago, clockTime, dateOf, fullTime } from "../time.js";
import { avatar, personAvatar } from "./avatar.js";
import { fileCards } from "./files.js";
import { editor, isEditing } from "./message_edit.js";
import { toolbar } from "./message_tools.js";
import { messageScene } from "./scenes.js";
import { told } from "./toast.js";

const NOTICES =
  /^(?:channel|group)_(?:join|leave|topic|purpose|name|archive|unarchive)$|^pinned_item$/;

/** Whether a message is a line about the channel rather than somebody's words. */
export function isNotice(message) {
  return NOTICES.test(message.subtype ?? "");
}

/**
 * Draws a message.
 *
 * @param {string} channel
 * @param {object} message
 * @param {{grouped?: boolean, place?: "channel"|"thread"}} options
 */
export function messageNode(channel, message, { grouped = false, place = "channel" } = {}) {
  const scene = messageScene(channel, message);
  const author = authorOf(message);
  const classes = [
    "message",
    grouped && "grouped",
    message.is_ephemeral && "ephemeral",
    isNotice(message) && "notice",
    message.pinned_to?.length && "pinned",
  ];
  const node = h(
    "article",
    {
      class: classes.filter(Boolean).join(" "),
      tabindex: "-1",
      data: { ts: message.ts },
      "aria-label": `${author.name}, ${clockTime(dateOf(message.ts))}`,
    },
    h("div", { class: "message-side" }, side(message, author, grouped)),
    h(
      "div",
      { class: "message-main" },
      message.pinned_to?.length ? h("div", { class: "message-flag" }, icon("pin"), "Pinned") : null,
      message.subtype === "thread_broadcast" ? broadcastFlag(channel, message) : null,
      grouped || isNotice(message) ? null : byline(message, author),
      isEditing(channel, message) ? editor(channel, message) : content(channel, message, scene),
      fileCards(message.files),
      reactions(channel, message),
      place === "channel" ? threadLine(channel, message) : null,
      message.is_ephemeral ? ephemeralNote(channel, message) : null,
    ),
  );
  if (!message.is_ephemeral && message.subtype !== "tombstone")
    node.append(toolbar(channel, message, place));
  return node;
}

function side(message, author, grouped) {
  const date = dateOf(message.ts);
  if (grouped || isNotice(message))
    return h("time", { class: "side-time", title: fullTime(date) }, clockTime(date));
  if (author.icon || !author.user)
    return avatar({ id: message.bot_id, name: author.name, bot: author.isBot, icon: author.icon });
  return personAvatar(author.user, { bot: author.isBot });
}

function byline(message, author) {
  const date = dateOf(message.ts);
  return h(
    "div",
    { class: "byline" },
    h("span", { class: "author", title: author.user?.real_name ?? null }, author.name),
    author.isBot ? h("span", { class: "badge-app" }, "APP") : null,
    h(
      "time",
      { class: "stamp", title: fullTime(date), datetime: date.toISOString() },
      clockTime(date),
    ),
  );
}

function content(channel, message, scene) {
  const body = message.blocks?.length
    ? renderBlocks(message.blocks, scene)
    : h("div", { class: "message-text" }, ...mrkdwn(message.text ?? "", scene));
  if (message.subtype === "me_message") body.classList.add("me-message");
  // An app rewriting its own card is not an edit worth telling.
  if (message.edited && !message.bot_id)
    lastLine(body).append(h("span", { class: "edited" }, " (edited)"));
  const text = message.blocks?.length || message.text ? body : null;
  return [
    text,
    ...(message.attachments ?? []).map((attachment) => attachmentNode(attachment, scene)),
  ];
}

function lastLine(body) {
  return [...body.querySelectorAll(".rich-section, .rich-list li, .kit-text")].at(-1) ?? body;
}

// Attachments are the old form of cards; alerts from other tools still arrive as them.
function attachmentNode(attachment, scene) {
  const named = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };
  const colour =
    named[attachment.color] ??
    (/^#?[0-9a-f]{6}$/i.test(attachment.color ?? "")
      ? `#${attachment.color.replace("#", "")}`
      : null);
  const text = (value) => (value ? h("div", {}, ...mrkdwn(String(value), scene)) : null);
  const picture = safeSource(attachment.image_url);
  const fields = (attachment.fields ?? []).map((field) =>
    h(
      "div",
      { class: field.short ? "" : "wide" },
      h("strong", {}, field.title ?? ""),
      text(field.value),
    ),
  );
  return h(
    "div",
    { class: "attachment", style: colour ? { "border-inline-start-color": colour } : {} },
    text(attachment.pretext),
    attachment.title
      ? h("strong", {}, ...textObject({ type: "mrkdwn", text: titleLink(attachment) }, scene))
      : null,
    attachment.blocks ? renderBlocks(attachment.blocks, scene) : text(attachment.text),
    fields.length ? h("div", { class: "attachment-fields" }, ...fields) : null,
    picture ? h("img", { class: "kit-image", src: picture, alt: attachment.fallback ?? "" }) : null,
    attachment.footer ? h("small", { class: "muted" }, attachment.footer) : null,
  );
}

function titleLink({ title, title_link: address }) {
  return address ? `<${address}|${title}>` : title;
}

function reactions(channel, message) {
  if (!message.reactions?.length) return null;
  const chips = message.reactions.map((reaction) => {
    const mine = reaction.users.includes(state.me.id);
    const names = reaction.users.map((id) => directory.user(id)?.shownName ?? id).join(", ");
    const label = `${reaction.name}, ${reaction.count ?? reaction.users.length}: ${names}`;
    const toggle = async () =>
      told(
        await gesture(mine ? "unreact" : "react", { channel, ts: message.ts, name: reaction.name }),
      );
    return h(
      "button",
      {
        type: "button",
        class: mine ? "reaction mine" : "reaction",
        "aria-pressed": String(mine),
        "aria-label": label,
        title: `${names} reacted with :${reaction.name}:`,
        on: { click: toggle },
      },
      emojiNode(reaction.name),
      h("span", {}, reaction.count ?? reaction.users.length),
    );
  });
  return h("div", { class: "reactions" }, ...chips);
}

function threadLine(channel, message) {
  if (!message.reply_count || message.subtype === "thread_broadcast") return null;
  const people = (message.reply_users ?? [])
    .slice(0, 4)
    .map((id) => personAvatar(directory.user(id), { small: true }));
  const count = `${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`;
  return h(
    "button",
    {
      type: "button",
      class: "thread-line",
      on: { click: () => open(channel, { thread: message.ts }) },
    },
    h("span", { class: "thread-people" }, ...people),
    h("span", { class: "thread-count" }, count),
    message.latest_reply
      ? h("span", { class: "muted" }, `Last reply ${ago(dateOf(message.latest_reply))}`)
      : null,
  );
}

function broadcastFlag(channel, message) {
  const show = () => open(channel, { thread: message.thread_ts });
  return h(
    "div",
    { class: "message-flag" },
    icon("thread"),
    h(
      "button",
      { type: "button", class: "text-button", on: { click: show } },
      "replied to a thread",
    ),
  );
}

function ephemeralNote(channel, message) {
  const dismiss = async () => told(await gesture("dismiss", { channel, ts: message.ts }));
  return h(
    "div",
    { class: "ephemeral-note" },
    icon("hidden"),
    "Only visible to you",
    h("span", { "aria-hidden": "true" }, "·"),
    h("button", { type: "button", class: "text-button", on: { click: dismiss } }, "Dismiss"),
  );
}
