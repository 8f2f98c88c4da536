/**
 * Standard Markdown as DOM nodes, for `markdown` blocks and file previews.
 *
 * Covers what runbooks and post-mortems use: headings, lists with tasks, fences, quotes,
 * tables, rules, emphasis, code, links. HTML is text here.
 */

import { h, link } from "../dom.js";
import { emojiNode, isEmoji } from "./emoji.js";
import { entity } from "./mrkdwn.js";

const BLOCK_START = /^(?:#{1,6}\s|```|~~~|>|\s*(?:[-*+]|\d+[.)])\s|\s*(?:-{3,}|\*{3,}|_{3,})\s*$)/;
const ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;
const RULE = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** Nodes of a Markdown text. */
export function markdown(text, scene = null) {
  return blockNodes(String(text).replaceAll("\r\n", "\n").split("\n"), scene);
}

function blockNodes(lines, scene) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    if (lines[at].trimStart().startsWith("<!--")) {
      at = afterComment(lines, at);
      continue;
    }
    const [node, next] = blockAt(lines, at, scene);
    nodes.push(node);
    at = next;
  }
  return nodes;
}

// Comments are for authors and tools, not for readers; an open one is shown as text.
function afterComment(lines, at) {
  const end = lines.findIndex((line, index) => index >= at && line.includes("-->"));
  if (end < 0) {
    lines[at] = lines[at].replace("<!--", "\\<!--");
    return at;
  }
  const rest = lines[end].slice(lines[end].indexOf("-->") + 3);
  lines[end] = rest;
  return rest.trim() ? end : end + 1;
}

function blockAt(lines, at, scene) {
  const line = lines[at];
  const fence = /^\s*(```+|~~~+)/.exec(line);
  if (fence) return fenceAt(lines, at, fence[1]);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) return [h(`h${heading[1].length}`, {}, ...inline(heading[2], scene)), at + 1];
  if (RULE.test(line)) return [h("hr"), at + 1];
  if (line.startsWith(">")) return quoteAt(lines, at, scene);
  if (ITEM.test(line)) return listAt(lines, at, scene);
  if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "")) return tableAt(lines, at, scene);
  return paragraphAt(lines, at, scene);
}

function fenceAt(lines, at, mark) {
  let end = at + 1;
  while (end < lines.length && !lines[end].trim().startsWith(mark)) end += 1;
  const code = lines.slice(at + 1, end).join("\n");
  return [h("pre", { class: "code-block", tabindex: "0" }, h("code", {}, code)), end + 1];
}

function quoteAt(lines, at, scene) {
  let end = at;
  while (end < lines.length && lines[end].startsWith(">")) end += 1;
  const inner = lines.slice(at, end).map((line) => line.replace(/^> ?/, ""));
  return [h("blockquote", {}, ...blockNodes(inner, scene)), end];
}

function paragraphAt(lines, at, scene) {
  let end = at + 1;
  while (end < lines.length && lines[end].trim() && !BLOCK_START.test(lines[end])) end += 1;
  return [h("p", {}, ...inline(lines.slice(at, end).join("\n"), scene)), end];
}

function listAt(lines, at, scene) {
  const [, lead, marker] = ITEM.exec(lines[at]);
  const ordered = /\d/.test(marker);
  const list = h(ordered ? "ol" : "ul", { start: ordered ? Number.parseInt(marker, 10) : null });
  let end = at;
  while (end < lines.length) {
    const match = ITEM.exec(lines[end]);
    if (!match || match[1].length !== lead.length || /\d/.test(match[2]) !== ordered) break;
    const [item, next] = itemAt(lines, end, match, scene);
    list.append(item);
    end = next;
  }
  return [list, end];
}

// An item runs until a line that is neither indented deeper nor blank before such a line.
function itemAt(lines, at, [, lead, , text], scene) {
  let end = at + 1;
  const inside = [];
  const depth = (line) => line.length - line.trimStart().length;
  while (end < lines.length) {
    const blank = !lines[end].trim();
    const continues = blank
      ? depth(lines[end + 1] ?? "") > lead.length && (lines[end + 1] ?? "").trim()
      : depth(lines[end]) > lead.length;
    if (!continues) break;
    inside.push(lines[end].slice(Math.min(depth(lines[end]), lead.length + 2)));
    end += 1;
  }
  while (end < lines.length && !lines[end].trim() && ITEM.test(lines[end + 1] ?? "")) end += 1;
  const task = /^\[([ xX])\]\s+(.*)$/.exec(text);
  const head = task ? [taskBox(task[1] !== " "), ...inline(task[2], scene)] : inline(text, scene);
  return [h("li", { class: task ? "task" : null }, ...head, ...blockNodes(inside, scene)), end];
}

function taskBox(done) {
  const box = h("input", {
    type: "checkbox",
    disabled: true,
    "aria-label": done ? "done" : "to do",
  });
  box.checked = done;
  return box;
}

function tableAt(lines, at, scene) {
  const aligns = cellsOf(lines[at + 1]).map((rule) =>
    rule.endsWith(":") ? (rule.startsWith(":") ? "center" : "right") : "left",
  );
  const row = (line, tag) =>
    h(
      "tr",
      {},
      ...cellsOf(line).map((text, column) =>
        h(tag, { class: `align-${aligns[column] ?? "left"}` }, ...inline(text, scene)),
      ),
    );
  let end = at + 2;
  const body = [];
  while (end < lines.length && lines[end].includes("|") && lines[end].trim())
    body.push(row(lines[end++], "td"));
  const table = h("table", {}, h("thead", {}, row(lines[at], "th")), h("tbody", {}, ...body));
  return [
    h("div", { class: "table-box", tabindex: "0", role: "region", "aria-label": "Table" }, table),
    end,
  ];
}

function cellsOf(line) {
  const bare = line.trim().replace(/^\|/, "").replace(/\|$/, "");
  return bare.split(/(?<!\\)\|/).map((text) => text.trim().replaceAll("\\|", "|"));
}

const INLINE = [
  [/^\\([\\`*_{}[\]()#+\-.!|~<>])/, (match) => match[1]],
  [
    /^(`+)([\s\S]*?[^`])\1(?!`)/,
    (match) => h("code", { class: "inline-code" }, match[2].trim() || match[2]),
  ],
  [
    /^!\[([^\]]*)\]\(((?:[^()\s]|\([^()\s]*\))+)[^)]*\)/,
    (match) => link(match[2], match[1] || match[2]),
  ],
  [
    /^\[((?:[^[\]]|\[[^\]]*\])*)\]\(((?:[^()\s]|\([^()\s]*\))+)[^)]*\)/,
    (match, scene) => link(match[2], ...inline(match[1], scene)),
  ],
  [/^<(https?:\/\/[^>\s]+|mailto:[^>\s]+)>/, (match) => link(match[1], match[1])],
  [
    /^<([@#!][^<>\s]+(?:\|[^<>]*)?)>/,
    (match, scene) => (scene ? entity(match[1], scene) : match[0]),
  ],
  [/^(\*\*|__)(?=\S)([\s\S]*?\S)\1/, (match, scene) => h("strong", {}, ...inline(match[2], scene))],
  [/^~~(?=\S)([\s\S]*?\S)~~/, (match, scene) => h("s", {}, ...inline(match[1], scene))],
  [/^\*(?=\S)([^*]*?\S)\*/, (match, scene) => h("em", {}, ...inline(match[1], scene))],
  [
    /^_(?=\S)([^_]*?\S)_(?![\p{L}\p{N}])/u,
    (match, scene) => h("em", {}, ...inline(match[1], scene)),
  ],
  [/^https?:\/\/[^\s<>]*[^\s<>.,;:!?)\]}'"*_~]/, (match) => link(match[0], match[0])],
  [/^:([a-z0-9_+'-]+):/, (match) => (isEmoji(match[1]) ? emojiNode(match[1]) : match[0])],
  [/^(?: {2,}|\\)\n/, () => h("br")],
];
const SPECIAL = /[\\`!['<*_~h: ]/;
const WORD = /[\p{L}\p{N}]/u;

/** Inline nodes of Markdown text. */
export function inline(text, scene) {
  const nodes = [];
  let pending = "";
  let at = 0;
  while (at < text.length) {
    const found =
      SPECIAL.test(text[at]) && !startsInsideWord(text, at) ? inlineAt(text.slice(at)) : null;
    if (found) {
      if (pending) nodes.push(pending);
      pending = "";
      nodes.push(found.draw(found.match, scene));
      at += found.match[0].length;
    } else {
      pending += text[at];
      at += 1;
    }
  }
  if (pending) nodes.push(pending);
  return nodes;
}

function startsInsideWord(text, at) {
  return at > 0 && (text[at] === "_" || text[at] === "h") && WORD.test(text[at - 1]);
}

function inlineAt(rest) {
  for (const [pattern, draw] of INLINE) {
    const match = pattern.exec(rest);
    if (match) return { match, draw };
  }
  return null;
}
