/** Avatars drawn from initials, on the person's own colour. */

import { h, safeSource } from "../dom.js";
import { emojiNode } from "../kit/emoji.js";

const COLOURS = ["4a5fc1", "0f7b6c", "a8430f", "8a3ea8", "b0245a", "2f6b1f", "1a6aa8", "7a5a00"];

function colourOf(id, given) {
  if (/^[0-9a-f]{6}$/i.test(given ?? "")) return given;
  const sum = [...String(id)].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return COLOURS[sum % COLOURS.length];
}

function initials(name) {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : [words[0] ?? "?"];
  return letters.map((word) => [...word][0].toUpperCase()).join("");
}

/**
 * A decorative avatar.
 *
 * @param {{id?: string, name: string, colour?: string, bot?: boolean, icon?: object, small?: boolean}} who
 */
export function avatar({ id, name, colour, bot = false, icon = null, small = false }) {
  const classes = ["avatar", bot && "avatar-bot", small && "avatar-small"]
    .filter(Boolean)
    .join(" ");
  const picture = safeSource(icon?.image_48 ?? icon?.image_72 ?? icon?.image_36);
  if (picture) return h("img", { class: classes, src: picture, alt: "" });
  const glyph = icon?.emoji ? emojiNode(icon.emoji.replaceAll(":", "")) : initials(name || "?");
  const tone = `#${colourOf(id ?? name, colour)}`;
  return h("span", { class: classes, "aria-hidden": "true", style: { "--tone": tone } }, glyph);
}

/** The avatar of a person of the workspace. */
export function personAvatar(user, options = {}) {
  const name = user?.real_name || user?.shownName || user?.name || "?";
  return avatar({ id: user?.id, name, colour: user?.color, bot: user?.is_bot, ...options });
}
