/**
 * Slack's mrkdwn (and plain_text) as DOM nodes.
 *
 * The grammar follows docs/reference: `*bold*`, `_italic_`, `~strike~`, code, quotes, and
 * `<…>` for links, mentions and dates. Text arrives with `&amp; &lt; &gt;` escaped.
 */

import { h, link } from "../dom.js";
import { slackDate } from "../time.js";
import { emojiNode, isEmoji } from "./emoji.js";
import { broadcastNode, channelNode, groupNode, userNode } from "./mentions.js";

const EMOJI_AT = /:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/y;
const BARE_LINK_AT = /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?)\]}'"*_~]/y;
const STYLES = { "*": "strong", _: "em", "~": "s" };
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const WORD = /[\p{L}\p{N}]/u;

/** Undoes Slack's three escapes. */
export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Applies Slack's three escapes. */
export function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** Nodes for a plain_text object: emoji become pictures, everything else is literal. */
export function plainText(text, { emoji = true } = {}) {
  if (!emoji) return [text];
  return splitBy(text, /:([a-z0-9_+'-]+(?:::skin-tone-[2-6])?):/g, (match) =>
    isEmoji(match[1]) ? emojiNode(match[1]) : match[0],
  );
}

/** Nodes for a text object of either type. */
export function textObject(object, scene) {
  if (!object) return [];
  const text = String(object.text ?? "");
  if (object.type === "mrkdwn") return mrkdwn(text, scene, { verbatim: object.verbatim === true });
  return plainText(text, { emoji: object.emoji !== false });
}

/** Nodes for mrkdwn text: fenced code first, then quotes, then each line's inline styles. */
export function mrkdwn(text, scene, { verbatim = false } = {}) {
  const nodes = [];
  const parts = String(text ?? "").split("```");
  const closed = parts.length % 2 === 1;
  parts.forEach((part, index) => {
    const fenced = index % 2 === 1 && (closed || index < parts.length - 1);
    if (fenced) nodes.push(codeBlock(part, scene));
    else {
      const open = !closed && index === parts.length - 1 ? "```" : "";
      nodes.push(
        ...quotedLines(trimAroundFence(open + part, index, parts.length), scene, verbatim),
      );
    }
  });
  return nodes;
}

/** mrkdwn as one line of plain text with names and emoji resolved, for previews. */
export function flatText(text, scene) {
  const texts = mrkdwn(text, scene).map((node) => {
    if (!(node instanceof Element)) return node.textContent ?? node;
    return node.matches("pre, blockquote") ? ` ${node.textContent} ` : node.textContent;
  });
  return texts.join("").replace(/\s+/g, " ").trim();
}

// The line breaks next to a code block belong to the block's own margins.
function trimAroundFence(text, index, count) {
  const start = index > 0 ? text.replace(/^\n/, "") : text;
  return index < count - 1 ? start.replace(/\n$/, "") : start;
}

/** A block of code; Slack keeps links inside it readable as their text. */
function codeBlock(text, scene) {
  const literal = text.replace(/^\n/, "").replace(/\n$/, "");
  return h(
    "pre",
    { class: "code-block", tabindex: "0" },
    h("code", {}, ...literalEntities(literal, scene)),
  );
}

function quotedLines(text, scene, verbatim) {
  if (!text) return [];
  const nodes = [];
  let quote = null;
  let plain = [];
  const flush = () => {
    if (plain.length) nodes.push(...inline(plain.join("\n"), scene, verbatim));
    if (quote) nodes.push(h("blockquote", {}, ...inline(quote.join("\n"), scene, verbatim)));
    [plain, quote] = [[], null];
  };
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    if (quoted && !quote) flush();
    if (!quoted && quote) flush();
    if (quoted) (quote ??= []).push(quoted[1]);
    else plain.push(line);
  }
  flush();
  return nodes;
}

/** Inline nodes of text that holds no fences or quotes. */
export function inline(text, scene, verbatim = false) {
  const nodes = [];
  let pending = "";
  const flush = () => {
    if (pending) nodes.push(unescape(pending));
    pending = "";
  };
  let at = 0;
  while (at < text.length) {
    const found = tokenAt(text, at, scene, verbatim);
    if (found) {
      flush();
      nodes.push(found.node);
      at = found.end;
    } else {
      pending += text[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function tokenAt(text, at, scene, verbatim) {
  const character = text[at];
  if (character === "<") return entityAt(text, at, scene);
  if (character === "`") return codeAt(text, at, scene);
  if (character === ":") return emojiAt(text, at);
  if (STYLES[character]) return styledAt(text, at, scene, verbatim);
  if (character === "h" && !verbatim) return bareLinkAt(text, at);
  return null;
}

function entityAt(text, at, scene) {
  const end = text.indexOf(">", at);
  if (end < 0 || end === at + 1) return null;
  return { node: entity(text.slice(at + 1, end), scene), end: end + 1 };
}

function codeAt(text, at, scene) {
  const end = text.indexOf("`", at + 1);
  if (end <= at + 1 || text.slice(at, end).includes("\n")) return null;
  const code = h(
    "code",
    { class: "inline-code" },
    ...literalEntities(text.slice(at + 1, end), scene),
  );
  return { node: code, end: end + 1 };
}

function emojiAt(text, at) {
  EMOJI_AT.lastIndex = at;
  const match = EMOJI_AT.exec(text);
  if (!match || !isEmoji(match[1])) return null;
  return { node: emojiNode(match[1]), end: at + match[0].length };
}

function bareLinkAt(text, at) {
  if (at > 0 && WORD.test(text[at - 1])) return null;
  BARE_LINK_AT.lastIndex = at;
  const match = BARE_LINK_AT.exec(text);
  if (!match) return null;
  const address = unescape(match[0]);
  return { node: link(address, address), end: at + match[0].length };
}

function styledAt(text, at, scene, verbatim) {
  const mark = text[at];
  if (at > 0 && (WORD.test(text[at - 1]) || text[at - 1] === mark)) return null;
  const end = closingAt(text, at, mark);
  if (end < 0) return null;
  const inner = inline(text.slice(at + 1, end), scene, verbatim);
  return { node: h(STYLES[mark], {}, ...inner), end: end + 1 };
}

// The closing mark: same line, after a non-space, before a non-word, outside code and <…>.
function closingAt(text, at, mark) {
  if (!text[at + 1] || /\s/.test(text[at + 1]) || text[at + 1] === mark) return -1;
  for (let i = at + 1; i < text.length && text[i] !== "\n"; i += 1) {
    if (text[i] === "`" || text[i] === "<") {
      const close = text.indexOf(text[i] === "`" ? "`" : ">", i + 1);
      if (close > 0) i = close;
    } else if (text[i] === mark && !/\s/.test(text[i - 1])) {
      const next = text[i + 1];
      if (!next || (!WORD.test(next) && next !== mark)) return i;
    }
  }
  return -1;
}

/** What stands between `<` and `>`. */
export function entity(body, scene) {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? null : unescape(body.slice(bar + 1));
  if (/^@[UW]/.test(target)) return userNode(target.slice(1), scene);
  if (target.startsWith("#C")) return channelNode(target.slice(1), scene, label);
  if (target.startsWith("!subteam^"))
    return groupNode(target.slice("!subteam^".length), scene, label);
  if (target.startsWith("!date^")) return dateNode(target, label);
  if (/^!(here|channel|everyone)$/.test(target)) return broadcastNode(target.slice(1));
  if (target.startsWith("!")) return document.createTextNode(label ?? `<${unescape(body)}>`);
  const address = unescape(target);
  if (!SCHEME.test(address)) return document.createTextNode(`<${unescape(body)}>`);
  const shown = label ?? address.replace(/^mailto:/, "");
  return link(address, ...plainText(shown));
}

function dateNode(target, fallback) {
  const [, timestamp, tokens = "", address] = target.split("^");
  const shown = slackDate(timestamp, unescape(tokens)) ?? fallback ?? "";
  const when = new Date(Number(timestamp) * 1000);
  const attributes = { class: "date", title: fallback };
  if (!Number.isNaN(when.getTime())) attributes.datetime = when.toISOString();
  const time = h("time", attributes, shown);
  return address ? link(unescape(address), time) : time;
}

// Inside code, links and mentions are shown as their text.
function literalEntities(text, scene) {
  return splitBy(text, /<([^<>]+)>/g, (match) => entity(match[1], scene).textContent).map((part) =>
    typeof part === "string" ? unescape(part) : part,
  );
}

function splitBy(text, pattern, replace) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push(replace(match));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}
