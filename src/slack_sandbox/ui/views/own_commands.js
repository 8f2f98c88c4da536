/** The few slash commands a Slack client carries out itself. */

import { gesture } from "../api.js";
import { directory } from "../directory.js";
import { open } from "../route.js";
import { state } from "../store.js";

const refused = (message) => ({ ok: false, message });

function peopleNamed(text) {
  const names = text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((name) => name.replace(/^@/, "").toLowerCase());
  const users = directory.users();
  return names.map((name) =>
    users.find((user) => [user.name, user.shownName.toLowerCase()].includes(name)),
  );
}

function invite(text, channel) {
  const people = peopleNamed(text);
  if (!people.length || people.includes(undefined))
    return refused("Name people as /invite @ada @bo.");
  return gesture("invite", { channel, users: people.map((user) => user.id) });
}

async function join(text) {
  const name = text.trim().replace(/^#/, "");
  const channel = directory
    .channels()
    .find((entry) => entry.name === name && entry.kind === "public");
  if (!channel) return refused(`There is no channel #${name}.`);
  const answer = await gesture("join", { channel: channel.id });
  if (answer.ok) open(channel.id);
  return answer;
}

const OWN = {
  "/topic": (text, channel) => gesture("set_topic", { channel, text }),
  "/invite": invite,
  "/join": join,
  "/leave": (_, channel) => gesture("leave", { channel }),
  "/rename": (text, channel) =>
    gesture("rename_channel", { channel, name: text.trim().replace(/^#/, "") }),
  "/archive": (_, channel) => gesture("archive", { channel }),
};

/** The answer (or its promise) of a command of the page's own, or null: it is the app's. */
export function runOwnCommand(command, text, channel) {
  const taken = state.commands.some((entry) => entry.command === command);
  return taken ? null : (OWN[command]?.(text, channel) ?? null);
}
