/** The searchable select behind every `*_select` element. */

import { append, fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { openPopover } from "./popover.js";

let serial = 0;

/**
 * A searchable list that picks one item, or several as chips.
 *
 * An item is `{key, label, node?, detail?, value}`; `search(typed)` returns, or promises,
 * groups `[{label, items}]`. `change(items)` may return false to refuse (a denied confirm).
 */
export class Combobox {
  constructor({
    label,
    placeholder,
    multi = false,
    limit = Infinity,
    picked = [],
    search,
    change,
    minimum = 0,
  }) {
    Object.assign(this, { label, placeholder, multi, limit, search, change, minimum });
    this.picked = picked;
    this.listId = `list-${(serial += 1)}`;
    this.chips = h("span", { class: "combo-chips" });
    this.trigger = h("button", {
      type: "button",
      class: "combo-trigger",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      on: { click: () => this.toggle(), keydown: (event) => this.triggerKey(event) },
    });
    this.node = h(
      "span",
      { class: multi ? "combo combo-multi" : "combo" },
      this.chips,
      this.trigger,
    );
    this.draw();
  }

  draw() {
    const shown = this.multi ? null : this.picked[0];
    const names = this.picked.map((item) => item.label).join(", ");
    this.trigger.setAttribute("aria-label", names ? `${this.label}: ${names}` : this.label);
    fill(
      this.trigger,
      h(
        "span",
        { class: shown ? "combo-value" : "combo-placeholder" },
        shown ? contentOf(shown) : this.placeholder,
      ),
      icon("down"),
    );
    fill(this.chips, this.multi ? this.picked.map((item) => this.chip(item)) : null);
    this.chips.hidden = !this.multi || this.picked.length === 0;
  }

  chip(item) {
    const remove = () => this.pick(this.picked.filter((other) => other.key !== item.key));
    const attributes = {
      type: "button",
      class: "chip-remove",
      "aria-label": `Remove ${item.label}`,
      on: { click: remove },
    };
    return h("span", { class: "chip" }, contentOf(item), h("button", attributes, icon("close")));
  }

  triggerKey(event) {
    if (!this.handle && event.key === "ArrowDown") {
      event.preventDefault();
      this.open();
    } else if (
      !this.handle &&
      (event.key === "Backspace" || event.key === "Delete") &&
      this.picked.length
    ) {
      this.pick(this.multi ? this.picked.slice(0, -1) : []);
    }
  }

  toggle() {
    if (this.handle) this.handle.close();
    else this.open();
  }

  open() {
    this.input = h("input", {
      class: "combo-input",
      role: "combobox",
      autocomplete: "off",
      "aria-label": `Search: ${this.label}`,
      "aria-controls": this.listId,
      "aria-expanded": "true",
      placeholder: "Search",
      on: { input: () => this.refresh(), keydown: (event) => this.inputKey(event) },
    });
    this.list = h("div", {
      class: "combo-list",
      role: "listbox",
      id: this.listId,
      "aria-label": this.label,
    });
    if (this.multi) this.list.setAttribute("aria-multiselectable", "true");
    const box = h("div", { class: "combo-box" }, this.input, this.list);
    this.trigger.setAttribute("aria-expanded", "true");
    this.handle = openPopover(this.trigger, box, {
      matchWidth: true,
      onClose: () => {
        this.handle = null;
        this.trigger.setAttribute("aria-expanded", "false");
      },
    });
    this.input.focus();
    this.refresh();
  }

  async refresh() {
    const typed = this.input.value.trim();
    const turn = (this.turn = (this.turn ?? 0) + 1);
    if (typed.length < this.minimum) {
      this.show([], `Type at least ${this.minimum} character${this.minimum === 1 ? "" : "s"}`);
      return;
    }
    const found = this.search(typed);
    if (found instanceof Promise) this.show([], "Loading…");
    const groups = await found;
    if (turn === this.turn && this.handle) this.show(groups, "Nothing found");
  }

  show(groups, empty) {
    this.options = [];
    fill(this.list);
    for (const group of groups) {
      if (!group.items.length) continue;
      if (group.label) this.list.append(h("div", { class: "combo-group" }, group.label));
      append(
        this.list,
        group.items.map((item) => this.option(item)),
      );
    }
    if (!this.options.length) this.list.append(h("div", { class: "combo-empty" }, empty));
    const chosen = this.options.findIndex(({ item }) => this.isPicked(item));
    this.highlight(Math.max(0, this.multi ? 0 : chosen));
    this.handle?.place();
  }

  option(item) {
    const node = h(
      "div",
      {
        class: "combo-option",
        role: "option",
        id: `${this.listId}-${this.options.length}`,
        "aria-selected": String(this.isPicked(item)),
        on: { click: () => this.choose(item), pointerdown: (event) => event.preventDefault() },
      },
      h(
        "span",
        { class: "combo-option-text" },
        contentOf(item),
        item.detail ? h("small", {}, item.detail) : null,
      ),
      this.isPicked(item) ? icon("check") : null,
    );
    this.options.push({ item, node });
    return node;
  }

  isPicked(item) {
    return this.picked.some((other) => other.key === item.key);
  }

  highlight(index) {
    this.at = index;
    this.options.forEach(({ node }, at) => node.classList.toggle("active", at === index));
    const active = this.options[index]?.node;
    this.input.setAttribute("aria-activedescendant", active?.id ?? "");
    active?.scrollIntoView({ block: "nearest" });
  }

  inputKey(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.options.length) {
      event.preventDefault();
      this.highlight((this.at + step + this.options.length) % this.options.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      event.stopPropagation();
      if (this.options[this.at]) this.choose(this.options[this.at].item);
    } else if (event.key === "Tab") {
      this.handle?.close();
    } else if (event.key === "Backspace" && !this.input.value && this.picked.length && this.multi) {
      this.pick(this.picked.slice(0, -1));
    }
  }

  async choose(item) {
    if (!this.multi) {
      this.handle?.close();
      await this.pick([item]);
      return;
    }
    const without = this.picked.filter((other) => other.key !== item.key);
    const adding = without.length === this.picked.length;
    if (adding && without.length >= this.limit) return;
    this.input.value = "";
    await this.pick(adding ? [...without, item] : without);
    if (this.handle) this.refresh();
  }

  async pick(items) {
    const before = this.picked;
    this.picked = items;
    this.draw();
    if ((await this.change(items)) === false) {
      this.picked = before;
      this.draw();
    }
  }
}

function contentOf(item) {
  return item.node ? item.node.cloneNode(true) : item.label;
}

/** The usual local search: items whose label or detail contains what was typed. */
export function filterGroups(groups, typed) {
  const wanted = typed.toLowerCase();
  const fits = (item) => `${item.label} ${item.detail ?? ""}`.toLowerCase().includes(wanted);
  return groups.map((group) => ({ ...group, items: group.items.filter(fits) }));
}
