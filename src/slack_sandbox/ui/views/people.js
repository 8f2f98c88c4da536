/** Choosing who one is: a first screen, and a menu to change or open another person's tab. */

import { ask } from "../api.js";
import { directory } from "../directory.js";
import { h } from "../dom.js";
import { icon } from "../icons.js";
import { openMenu } from "../kit/popover.js";
import { state } from "../store.js";
import { nextTheme, setTheme } from "../theme.js";
import { personAvatar } from "./avatar.js";

function addressOf(name, keepPlace = false) {
  const address = new URL("/", location.origin);
  address.searchParams.set("user", name);
  address.hash = keepPlace ? location.hash : "";
  return address.toString();
}

/** The first screen, for an address without `?user=`. */
export async function choosePerson(unknown = null) {
  const { people, team } = await ask("people");
  const cards = people.map((user) =>
    h(
      "a",
      { class: "person-card", href: addressOf(user.name, true) },
      personAvatar(user),
      h("strong", {}, user.real_name),
      h("span", { class: "muted" }, user.title || `@${user.name}`),
    ),
  );
  return h(
    "main",
    { class: "welcome" },
    h("span", { class: "team-sign", "aria-hidden": "true" }, team.name[0]),
    h("h1", {}, "Who are you today?"),
    h(
      "p",
      { class: "muted" },
      unknown ? `Nobody here is called “${unknown}”. ` : "",
      `${team.name} is a pretend Slack workspace on this machine. Pick a person; open another tab to be a second one.`,
    ),
    h("div", { class: "person-cards" }, ...cards),
  );
}

/** The menu at the sidebar's foot. */
export function openPersonMenu(anchor) {
  const others = directory
    .users()
    .filter(
      (user) => !user.is_bot && !user.deleted && user.id !== "USLACKBOT" && user.id !== state.me.id,
    );
  const items = others.map((user) => ({
    label: `Be ${user.real_name || user.shownName}`,
    detail: `@${user.name}`,
    icon: personAvatar(user, { small: true }),
    run: () => {
      location.assign(addressOf(user.name));
    },
  }));
  const next = nextTheme();
  items.push(
    "line",
    {
      label: "Choose on a page",
      detail: "All people, as links for new tabs",
      icon: icon("people"),
      run: () => location.assign("/"),
    },
    {
      label: { light: "Light colours", dark: "Dark colours", auto: "Colours as the system" }[next],
      icon: icon(next === "dark" ? "moon" : "sun"),
      run: () => setTheme(next),
    },
    {
      label: "Block Kit gallery",
      icon: icon("eye"),
      run: () => location.assign("/ui/gallery.html"),
    },
  );
  openMenu(anchor, items, { kind: "wide-menu" });
}
