/** The bolt menu: the app's global shortcuts and its commands. */

import { gesture } from "../api.js";
import { icon } from "../icons.js";
import { openMenu } from "../kit/popover.js";
import { state } from "../store.js";
import { toast, told } from "./toast.js";

async function run({ callback_id: id, name }) {
  const answer = told(await gesture("shortcut", { callback_id: id }));
  if (answer.acked === false) toast(`${name}: the app did not answer.`, "error");
}

function startCommand(command) {
  const field = document.querySelector(".main .composer-field");
  if (!field) return;
  field.value = `${command} `;
  field.dispatchEvent(new Event("input"));
  field.focus();
}

/** Opens the menu at an anchor. */
export function openShortcuts(anchor) {
  const shortcuts = state.shortcuts.filter((shortcut) => shortcut.type === "global");
  const items = shortcuts.map((shortcut) => ({
    label: shortcut.name,
    detail: shortcut.description,
    icon: icon("bolt"),
    run: () => run(shortcut),
  }));
  if (items.length && state.commands.length) items.push("line");
  for (const entry of state.commands) {
    items.push({
      label: entry.command,
      detail: entry.description,
      icon: icon("slash"),
      run: () => startCommand(entry.command),
    });
  }
  if (!items.length) {
    toast("No app has registered shortcuts or commands yet.");
    return;
  }
  openMenu(anchor, items);
}
