/** The inspector: every API call and envelope with its latency and content. */

import { ask } from "../api.js";
import { fill, h, reconcile } from "../dom.js";
import { icon } from "../icons.js";
import { changed, state, subscribe, takeInspector } from "../store.js";
import { onEvent } from "../stream.js";
import { closePane, panes } from "./panes.js";
import { jsonTree } from "./json_tree.js";
import { toast } from "./toast.js";

const SHOWN = 300;
const KINDS = {
  all: "All",
  api_call: "API calls",
  envelope: "Envelopes",
  response_url: "response_url",
  socket: "Socket",
};
const rows = new Map();
let kind = "all";
let wanted = "";
let clearedAt = 0;
let loaded = false;

/** The pane's node. */
export function mountInspector() {
  const list = h("div", { class: "inspector-list" });
  const count = h("span", { class: "muted" });
  const search = h("input", {
    class: "field",
    type: "search",
    placeholder: "Filter: method, command, error, payload",
    "aria-label": "Filter",
  });
  const kinds = h("div", { class: "inspector-kinds", role: "group", "aria-label": "Kinds" });
  const node = h(
    "aside",
    { class: "pane inspector-pane", "aria-label": "Inspector", hidden: true },
    h(
      "header",
      { class: "pane-head" },
      h("h2", {}, "Inspector ", count),
      h("button", { type: "button", class: "button small", on: { click: clear } }, "Clear"),
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": "Close inspector",
          on: { click: closePane },
        },
        icon("close"),
      ),
    ),
    h("div", { class: "inspector-tools" }, search, kinds),
    list,
  );
  search.addEventListener("input", () => {
    wanted = search.value.trim().toLowerCase();
    changed("inspector");
  });
  subscribe(["route", "inspector"], () => {
    node.hidden = panes.open !== "inspector";
    if (node.hidden) return;
    if (!loaded) load();
    drawKinds(kinds);
    draw(list, count);
  });
  onEvent("refreshed", startAnew);
  return node;
}

function startAnew() {
  state.inspector.length = 0;
  rows.clear();
  loaded = false;
  clearedAt = 0;
  changed("inspector");
}

async function load() {
  loaded = true;
  try {
    takeInspector((await ask("inspector", { after: 0, limit: 500 })).entries);
  } catch (refusal) {
    toast(refusal.message, "error");
  }
}

function clear() {
  clearedAt = state.inspector.at(-1)?.seq ?? 0;
  changed("inspector");
}

function drawKinds(node) {
  const buttons = Object.entries(KINDS).map(([name, title]) => {
    const choose = () => {
      kind = name;
      changed("inspector");
    };
    return h(
      "button",
      {
        type: "button",
        class: "chip-button",
        "aria-pressed": String(kind === name),
        on: { click: choose },
      },
      title,
    );
  });
  fill(node, ...buttons);
}

function draw(list, count) {
  const fits = (entry) =>
    entry.seq > clearedAt &&
    (kind === "all" || entry.kind === kind) &&
    (!wanted || JSON.stringify(entry).toLowerCase().includes(wanted));
  const entries = state.inspector.filter(fits).sort((a, b) => b.seq - a.seq);
  count.textContent = String(entries.length);
  const nodes = entries.slice(0, SHOWN).map(rowOf);
  reconcile(
    list,
    nodes.length
      ? nodes
      : [h("p", { class: "empty muted" }, "Nothing yet. Type a slash command and watch.")],
  );
}

function keyOf(entry) {
  return entry.kind === "envelope"
    ? `${entry.envelope_id}/${entry.retry_attempt ?? 0}`
    : `#${entry.seq}`;
}

// An envelope that settles keeps its row, so that an open payload stays open.
function rowOf(entry) {
  const known = rows.get(keyOf(entry));
  if (known?.entry === entry) return known.node;
  const node = known?.node ?? h("details", { class: "inspector-row" });
  fill(node, summary(entry), body(entry, node));
  rows.set(keyOf(entry), { entry, node });
  return node;
}

function summary(entry) {
  const [name, state_, good] = factsOf(entry);
  const time = new Date(entry.at * 1000).toLocaleTimeString([], { hour12: false });
  return h(
    "summary",
    {},
    h(
      "span",
      { class: `kind kind-${entry.kind}`, title: KINDS[entry.kind] ?? entry.kind },
      { api_call: "API", envelope: "EVT", response_url: "URL", socket: "WS" }[entry.kind] ?? "…",
    ),
    h("span", { class: "inspector-name" }, name),
    h(
      "span",
      { class: good === false ? "verdict bad" : good ? "verdict good" : "verdict" },
      state_,
    ),
    h(
      "span",
      { class: "latency" },
      typeof entry.latency_ms === "number" ? `${entry.latency_ms.toFixed(1)} ms` : "",
    ),
    h("time", { class: "muted" }, time),
  );
}

function factsOf(entry) {
  switch (entry.kind) {
    case "api_call":
      return [entry.method, entry.ok ? "ok" : (entry.error ?? String(entry.status)), entry.ok];
    case "envelope": {
      const retry = entry.retry_attempt ? ` retry ${entry.retry_attempt}` : "";
      const name = [entry.type, entry.name].filter(Boolean).join(" ");
      return [
        name + retry,
        entry.state,
        { acked: true, sent: null }[entry.state] ?? (entry.state === "sent" ? null : false),
      ];
    }
    case "response_url":
      return ["response_url", entry.ok ? `ok, use ${entry.use}` : entry.error, entry.ok];
    default:
      return [
        `socket ${entry.connection ?? ""} ${entry.event ?? ""}`,
        entry.reason ?? `${entry.connections ?? 0} open`,
        entry.event === "refused" ? false : null,
      ];
  }
}

function body(entry, row) {
  const parts = [
    ["Arguments", entry.arguments],
    ["Payload", entry.payload],
    ["Answer", entry.answer],
  ];
  const node = h("div", { class: "inspector-body" });
  const drawParts = () => {
    if (!row.open || node.childNodes.length) return;
    for (const [title, value] of parts) {
      if (value === undefined || value === null) continue;
      node.append(
        h("div", { class: "inspector-part" }, h("strong", {}, title), copyButton(value)),
        jsonTree(value),
      );
    }
    if (entry.envelope_id)
      node.append(
        h(
          "small",
          { class: "muted" },
          `envelope ${entry.envelope_id}, connection ${entry.connection ?? "–"}`,
        ),
      );
  };
  row.addEventListener("toggle", drawParts);
  drawParts();
  return node;
}

function copyButton(value) {
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(JSON.stringify(value, null, 2));
      toast("Copied as JSON");
    } catch {
      toast("This browser does not let the page copy.", "error");
    }
  };
  return h("button", { type: "button", class: "text-button", on: { click: copy } }, "Copy");
}
