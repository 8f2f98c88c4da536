/** Finding channels one has not joined, and making new ones. */

import { gesture } from "../api.js";
import { directory } from "../directory.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { flatText } from "../kit/mrkdwn.js";
import { open } from "../route.js";
import { askFor, openDialog } from "./dialog.js";
import { textScene } from "./scenes.js";
import { told } from "./toast.js";

/** Asks for a name and makes the channel; Slack's name rules answer. */
export function createChannel() {
  askFor({
    title: "Create a channel",
    button: "Create",
    fields: [
      { name: "name", label: "Name", placeholder: "e.g. inc-checkout", most: 80 },
      { name: "is_private", label: "Private: only invited people see it", type: "checkbox" },
    ],
    save: async (values) => {
      const answer = await gesture("create_channel", {
        ...values,
        name: values.name.replace(/^#/, ""),
      });
      if (answer.ok) open(answer.channel);
      return answer;
    },
  });
}

/** Lists every channel the person may see, archived ones last. */
export function openBrowser() {
  const list = h("ul", { class: "browse-list" });
  const search = h("input", {
    class: "field",
    placeholder: "Find a channel",
    "aria-label": "Find a channel",
  });
  const window_ = openDialog({ title: "Channels", body: [search, list] });
  const draw = () => {
    const typed = search.value.trim().toLowerCase();
    const channels = directory
      .channels()
      .filter(
        (channel) => ["public", "private"].includes(channel.kind) && channel.name.includes(typed),
      )
      .sort((a, b) => Number(a.is_archived) - Number(b.is_archived));
    const rows = channels.map((channel) => browseRow(channel, window_.close));
    fill(list, rows.length ? rows : h("li", { class: "combo-empty" }, "No such channel"));
  };
  search.addEventListener("input", draw);
  draw();
  search.focus();
}

function browseRow(channel, close) {
  const show = () => {
    close();
    open(channel.id);
  };
  const join = async () => {
    if (told(await gesture("join", { channel: channel.id })).ok) show();
  };
  const members = channel.members?.length ?? 0;
  const facts = [
    `${members} ${members === 1 ? "member" : "members"}`,
    channel.is_member ? "joined" : null,
    channel.is_archived ? "archived" : null,
  ]
    .filter(Boolean)
    .join(" · ");
  const about = channel.topic || channel.purpose;
  return h(
    "li",
    { class: "browse-row" },
    h(
      "button",
      { type: "button", class: "browse-name", on: { click: show } },
      h(
        "strong",
        { class: "with-icon" },
        icon(channel.kind === "private" ? "lock" : "hash"),
        channel.name,
      ),
      h("small", { class: "muted" }, facts, about ? ` · ${flatText(about, textScene)}` : null),
    ),
    channel.is_member || channel.is_archived
      ? null
      : h("button", { type: "button", class: "button small", on: { click: join } }, "Join"),
  );
}
