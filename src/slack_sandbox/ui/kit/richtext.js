/** The `rich_text` block: sections, nested lists, quotes, preformatted text. */

import { append, h, link } from "../dom.js";
import { slackDate } from "../time.js";
import { emojiFromCodePoints, emojiNode } from "./emoji.js";
import { broadcastNode, channelNode, groupNode, userNode } from "./mentions.js";
import { plainText } from "./mrkdwn.js";

const MAX_INDENT = 8;

/** A rich_text block as a node. */
export function richText(block, scene) {
  const root = h("div", { class: "rich-text" });
  const elements = Array.isArray(block.elements) ? block.elements : [];
  let at = 0;
  while (at < elements.length) {
    if (elements[at].type === "rich_text_list") {
      const run = [];
      while (elements[at]?.type === "rich_text_list") run.push(elements[at++]);
      root.append(nestedLists(run, scene));
    } else {
      append(root, container(withoutGap(elements[at], elements[at - 1]), scene));
      at += 1;
    }
  }
  return root;
}

// A line break right after a code block or quote would show as an empty line.
function withoutGap(element, before) {
  const [first, ...rest] = element.elements ?? [];
  const gap = element.type === "rich_text_section" && before && before.type !== "rich_text_section";
  if (!gap || first?.type !== "text" || !first.text?.startsWith("\n")) return element;
  return { ...element, elements: [{ ...first, text: first.text.slice(1) }, ...rest] };
}

function container(element, scene) {
  const border = element.border ? "bordered" : "";
  switch (element.type) {
    case "rich_text_section":
      return [h("div", { class: "rich-section" }, ...parts(element.elements, scene))];
    case "rich_text_quote":
      return [h("blockquote", { class: border }, ...parts(element.elements, scene))];
    case "rich_text_preformatted": {
      const code = h("code", {}, ...parts(element.elements, scene, true));
      return [h("pre", { class: `code-block ${border}`, tabindex: "0" }, code)];
    }
    default:
      return [];
  }
}

// Neighbouring lists of deeper indent belong inside the last item before them.
function nestedLists(run, scene) {
  const root = h("div", { class: "rich-lists" });
  const open = [];
  for (const element of run) {
    const depth = Math.min(MAX_INDENT, Math.max(0, Number(element.indent) || 0));
    while (open.length && open.at(-1).depth > depth) open.pop();
    if (!open.length || open.at(-1).depth < depth || open.at(-1).style !== element.style) {
      if (open.length && open.at(-1).depth === depth) open.pop();
      const list = newList(element, depth);
      const parent = open.at(-1)?.list.lastElementChild ?? root;
      parent.append(list);
      open.push({ list, depth, style: element.style });
    }
    const { list } = open.at(-1);
    for (const item of element.elements ?? []) {
      list.append(h("li", {}, ...parts(item.elements, scene)));
    }
  }
  return root;
}

function newList(element, depth) {
  const ordered = element.style === "ordered";
  const start = ordered && element.offset ? Number(element.offset) + 1 : null;
  return h(ordered ? "ol" : "ul", { class: `rich-list depth-${depth % 3}`, start });
}

function parts(elements, scene, literal = false) {
  return (elements ?? []).flatMap((part) => styled(partNodes(part, scene, literal), part.style));
}

function partNodes(part, scene, literal) {
  switch (part.type) {
    case "text":
      return literal ? [part.text ?? ""] : plainText(part.text ?? "", { emoji: false });
    case "link":
      return literal
        ? [part.text ?? part.url ?? ""]
        : [link(part.url, part.text ?? part.url ?? "")];
    case "user":
      return [userNode(part.user_id, scene)];
    case "usergroup":
      return [groupNode(part.usergroup_id, scene)];
    case "channel":
      return [channelNode(part.channel_id, scene)];
    case "emoji":
      return [emojiNode(withTone(part), emojiFromCodePoints(part.unicode))];
    case "broadcast":
      return [broadcastNode(part.range)];
    case "date":
      return [datePart(part)];
    case "color":
      return [colorPart(part.value)];
    case "team":
      return [part.team_id ?? ""];
    default:
      return [part.text ?? ""];
  }
}

function withTone(part) {
  return part.skin_tone ? `${part.name}::skin-tone-${part.skin_tone}` : part.name;
}

function datePart(part) {
  const shown = slackDate(part.timestamp, part.format ?? "") ?? part.fallback ?? "";
  const time = h("time", { class: "date", title: part.fallback }, shown);
  return part.url ? link(part.url, time) : time;
}

function colorPart(value) {
  const valid = /^#[0-9a-f]{6}$/i.test(value ?? "");
  const swatch = valid
    ? h("span", { class: "swatch", style: { "background-color": value } })
    : null;
  return h("span", { class: "inline-code" }, swatch, value ?? "");
}

const STYLE_TAGS = [
  ["code", "code"],
  ["bold", "strong"],
  ["italic", "em"],
  ["strike", "s"],
  ["underline", "u"],
];

function styled(nodes, style) {
  if (!style) return nodes;
  return STYLE_TAGS.filter(([name]) => style[name]).reduce(
    (inner, [, tag]) => [h(tag, tag === "code" ? { class: "inline-code" } : {}, ...inner)],
    nodes,
  );
}
