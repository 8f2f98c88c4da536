/** Emoji by short name: built in, aliased, with skin tones, or the workspace's own images. */

import { h, safeSource } from "../dom.js";
import { ALIASES, EMOJI } from "./emoji_table.js";

const SKIN_TONES = {
  2: "\u{1F3FB}",
  3: "\u{1F3FC}",
  4: "\u{1F3FD}",
  5: "\u{1F3FE}",
  6: "\u{1F3FF}",
};
const custom = new Map();

/** Takes the workspace's own emoji: name → image address, or "alias:other". */
export function setCustomEmoji(emoji) {
  custom.clear();
  for (const [name, target] of Object.entries(emoji ?? {})) custom.set(name, target);
}

function characterOf(name) {
  const [base, tone] = name.split("::skin-tone-");
  const character = EMOJI.get(ALIASES[base] ?? base);
  if (!character) return null;
  return tone ? character.replace("\uFE0F", "") + (SKIN_TONES[tone] ?? "") : character;
}

/** Whether `:name:` would show as a picture. */
export function isEmoji(name) {
  return custom.has(name) || characterOf(name) !== null;
}

/** A node for `:name:`; unknown names stay readable as typed. */
export function emojiNode(name, character = null) {
  const own = custom.get(name);
  if (own?.startsWith("alias:")) return emojiNode(own.slice("alias:".length));
  const label = `:${name}:`;
  const source = own && safeSource(own);
  if (source)
    return h("img", { class: "emoji emoji-image", src: source, alt: label, title: label });
  const glyph = character ?? characterOf(name);
  if (!glyph) return h("span", { class: "emoji-unknown" }, label);
  return h("span", { class: "emoji", role: "img", "aria-label": label, title: label }, glyph);
}

/** The character of a `unicode` field such as "1f525" or "1f1e9-1f1ea". */
export function emojiFromCodePoints(unicode) {
  const points = String(unicode ?? "")
    .split("-")
    .map((hex) => Number.parseInt(hex, 16));
  const valid = points.length && points.every((point) => point > 0x1f && point <= 0x10ffff);
  return valid ? String.fromCodePoint(...points) : null;
}

/** Names that match a fragment, best first: `[name, character|null]`. */
export function findEmoji(fragment, limit = 8) {
  const wanted = fragment.toLowerCase();
  const names = [...custom.keys(), ...EMOJI.keys(), ...Object.keys(ALIASES)];
  const rank = (name) => (name === wanted ? 0 : name.startsWith(wanted) ? 1 : 2);
  return names
    .filter((name) => name.includes(wanted) && isEmoji(name))
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, limit)
    .map((name) => [name, characterOf(name)]);
}
