/** The emoji picker: a search field over the groups. */

import { fill, h } from "../dom.js";
import { emojiNode, findEmoji } from "../kit/emoji.js";
import { EMOJI_GROUPS } from "../kit/emoji_table.js";
import { openPopover } from "../kit/popover.js";
import { state } from "../store.js";

const FOUND = 60;

/** Opens the picker at an anchor; `pick(name)` is called once. */
export function openEmojiPicker(anchor, pick, align = "end") {
  const grid = h("div", { class: "emoji-grid" });
  const search = h("input", {
    class: "combo-input",
    placeholder: "Search emoji",
    "aria-label": "Search emoji",
  });
  const handle = openPopover(anchor, h("div", { class: "emoji-picker" }, search, grid), { align });
  const choose = (name) => {
    handle.close();
    pick(name);
  };
  const button = (name) =>
    h(
      "button",
      {
        type: "button",
        class: "emoji-button",
        "aria-label": name,
        title: `:${name}:`,
        on: { click: () => choose(name) },
      },
      emojiNode(name),
    );
  const group = (title, names) => [
    h("div", { class: "emoji-title" }, title),
    h("div", { class: "emoji-row" }, ...names.map(button)),
  ];
  const draw = () => {
    const typed = search.value.trim().replaceAll(":", "");
    if (typed) {
      const names = findEmoji(typed, FOUND).map(([name]) => name);
      fill(
        grid,
        names.length ? group("Found", names) : h("div", { class: "combo-empty" }, "No such emoji"),
      );
      return;
    }
    const own = Object.keys(state.emoji);
    fill(
      grid,
      ...EMOJI_GROUPS.map(([title, pairs]) =>
        group(
          title,
          pairs.map(([name]) => name),
        ),
      ),
      own.length ? group("This workspace", own) : null,
    );
  };
  search.addEventListener("input", draw);
  search.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    grid.querySelector("button")?.click();
  });
  draw();
  handle.place();
  search.focus();
}
