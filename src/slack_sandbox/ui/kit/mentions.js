/**
 * People, channels and groups named inside text.
 *
 * A *scene* is what a piece of Block Kit is shown in: `directory` looks up names
 * (`user(id)`, `channel(id)`, `group(id)`, `me`), `openChannel(id)` and `openUser(id)` follow a
 * mention. A scene may lack any of them: the gallery has no workspace.
 */

import { h, pressable } from "../dom.js";

/** `@name`; highlighted when it is the reader. */
export function userNode(id, scene) {
  const user = scene?.directory?.user(id);
  const mine = scene?.directory?.me === id;
  const name = user ? user.shownName : id;
  return mention(`@${name}`, mine ? "mention mention-me" : "mention", () => scene?.openUser?.(id));
}

/** `#name`, or a lock and a neutral label for a private channel the reader cannot see. */
export function channelNode(id, scene, label = null) {
  const channel = scene?.directory?.channel(id);
  const name = channel?.name ?? (label || null);
  if (!name) return h("span", { class: "mention mention-locked" }, "private channel");
  return mention(`#${name}`, "mention", () => scene?.openChannel?.(id));
}

/** `@group`; highlighted when the reader belongs to it. */
export function groupNode(id, scene, label = null) {
  const group = scene?.directory?.group(id);
  const mine = group?.users?.includes(scene.directory.me);
  const name = group ? `@${group.handle}` : (label ?? `@${id}`);
  return mention(name, mine ? "mention mention-me" : "mention", null, group?.name);
}

/** `@here`, `@channel`, `@everyone`. */
export function broadcastNode(range) {
  return mention(`@${range}`, "mention mention-me", null);
}

function mention(text, name, open, title = null) {
  const attributes = { class: name, title };
  if (open) Object.assign(attributes, { role: "link", tabindex: "0", on: pressable(open) });
  return h("span", attributes, text);
}
