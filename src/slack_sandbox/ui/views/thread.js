/** The thread pane: the first message, its replies, and a composer of its own. */

import { ask } from "../api.js";
import { channelTitle } from "../directory.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { closeThread, route } from "../route.js";
import { changed, expectThread, state, subscribe, takeThread } from "../store.js";
import { onEvent } from "../stream.js";
import { Composer } from "./composer.js";
import { MessageList } from "./message_list.js";
import { toast } from "./toast.js";

const list = new MessageList({ place: "thread", label: "Thread" });
const where = h("span", { class: "muted" });
const composer = new Composer({ place: "thread" });
let shown = null;

/** The pane; shows itself when the route names a thread. */
export function mountThread() {
  const node = h(
    "aside",
    { class: "pane thread-pane", "aria-label": "Thread", hidden: true },
    h(
      "header",
      { class: "pane-head" },
      h("h2", {}, "Thread ", where),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close thread",
          on: { click: closeThread },
        },
        icon("close"),
      ),
    ),
    list.node,
    composer.node,
  );
  subscribe(["thread", "route", "names"], () => draw(node));
  onEvent("refreshed", () => {
    shown = null;
    changed("route");
  });
  node.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) closeThread();
  });
  return node;
}

function draw(node) {
  const open = Boolean(route.thread && !route.home);
  node.hidden = !open;
  if (!open) {
    shown = null;
    return;
  }
  const key = `${route.channel}/${route.thread}`;
  if (key !== shown) {
    shown = key;
    expectThread(route.channel, route.thread);
    load(route.channel, route.thread);
    composer.open(route.channel, route.thread);
  }
  const channel = state.channels.get(route.channel);
  fill(where, channel?.kind === "im" ? channelTitle(channel) : `#${channelTitle(channel)}`);
  list.draw({ channel: route.channel, key, messages: state.thread?.messages ?? [] });
}

async function load(channel, ts) {
  try {
    const answer = await ask("thread", { channel, ts });
    if (route.thread === ts) takeThread(channel, answer.messages[0]?.ts ?? ts, answer.messages);
  } catch (refusal) {
    toast(refusal.message, "error");
    closeThread();
  }
}
