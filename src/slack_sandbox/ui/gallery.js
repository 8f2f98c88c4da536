/** The gallery: every Block Kit file of a folder, drawn as Slack would, and a place to try one. */

import { ask, check, session } from "./api.js";
import { directory } from "./directory.js";
import { append, fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { renderBlocks } from "./kit/blocks.js";
import { FormState } from "./kit/form.js";
import { mrkdwn, plainText } from "./kit/mrkdwn.js";
import { refresh } from "./stream.js";
import { nextTheme, restoreTheme, setTheme } from "./theme.js";
import { toast } from "./views/toast.js";

const root = document.getElementById("page");
const SAMPLE = [
  { type: "header", text: { type: "plain_text", text: ":wave: Paste Block Kit here" } },
  {
    type: "section",
    text: { type: "mrkdwn", text: "An array of blocks, a message, a modal or a Home view." },
  },
  {
    type: "actions",
    elements: [
      { type: "button", action_id: "try", text: { type: "plain_text", text: "Press me" } },
    ],
  },
];

function sceneOf(surface) {
  return {
    surface,
    directory,
    form: new FormState(),
    expandAll: true,
    act: async (block, element, chosen) => {
      toast(
        `${element.type} ${element.action_id ?? ""}: ${JSON.stringify(chosen ?? { value: element.value ?? null })}`,
      );
      return { ok: true, acked: true };
    },
    suggest: async () => ({ options: [] }),
  };
}

/** The drawn form of a file's content: blocks, a message, a modal or a Home view. */
export function drawn(content) {
  if (content?.type === "modal") return modal(content);
  if (content?.type === "home")
    return h("div", { class: "stage home-stage" }, renderBlocks(content.blocks, sceneOf("home")));
  const message = Array.isArray(content) ? { blocks: content } : (content ?? {});
  const scene = sceneOf("message");
  const attached = (message.attachments ?? []).filter((attachment) => attachment.blocks);
  return h(
    "div",
    { class: "stage" },
    message.blocks
      ? renderBlocks(message.blocks, scene)
      : h("div", { class: "message-text" }, ...mrkdwn(message.text ?? "", scene)),
    ...attached.map((attachment) =>
      h("div", { class: "attachment" }, renderBlocks(attachment.blocks, scene)),
    ),
  );
}

function modal(view) {
  const button = (text, name) => h("span", { class: `button ${name}` }, ...plainText(text));
  return h(
    "div",
    { class: "stage modal modal-stage" },
    h("header", {}, h("h2", {}, ...plainText(view.title?.text ?? ""))),
    h("div", { class: "modal-body" }, renderBlocks(view.blocks, sceneOf("modal"))),
    h(
      "footer",
      {},
      button(view.close?.text ?? "Cancel", ""),
      view.submit ? button(view.submit.text ?? "Submit", "primary") : null,
    ),
  );
}

function facts(content) {
  const blocks = Array.isArray(content) ? content : (content?.blocks ?? []);
  const kind = Array.isArray(content) ? "blocks" : (content?.type ?? "message");
  const size = JSON.stringify(blocks).length.toLocaleString("en-US");
  return `${kind} · ${blocks.length} ${blocks.length === 1 ? "block" : "blocks"} · ${size} characters of JSON`;
}

function idOf(name) {
  return `file-${name.replace(/[^\w-]/g, "-")}`;
}

/** What Slack would refuse, in its words; nothing when it would take it. */
function problemList(problems) {
  if (!problems?.length) return null;
  return h(
    "div",
    { class: "problems", role: "note" },
    h("p", { class: "kit-error" }, icon("warning"), "Slack would refuse this:"),
    h("ul", {}, ...problems.map((problem) => h("li", {}, h("code", {}, problem)))),
  );
}

async function card(name, problems) {
  const node = h("section", { class: "gallery-card", id: idOf(name) }, h("h2", {}, name));
  append(node, [problemList(problems)]);
  try {
    const path = name.split("/").map(encodeURIComponent).join("/");
    const response = await fetch(`/_sandbox/gallery/${path}`);
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    const content = await response.json();
    append(node, [
      h("p", { class: "muted" }, facts(content)),
      drawn(content),
      h(
        "details",
        { class: "source" },
        h("summary", {}, "JSON"),
        h("pre", { class: "code-block" }, JSON.stringify(content, null, 2)),
      ),
    ]);
  } catch (failure) {
    node.append(
      h(
        "p",
        { class: "kit-error" },
        icon("warning"),
        `This file could not be drawn: ${failure.message}`,
      ),
    );
  }
  return node;
}

function tryOut() {
  const field = h("textarea", {
    class: "field try-field",
    rows: "16",
    spellcheck: "false",
    "aria-label": "Block Kit JSON",
  });
  const stage = h("div", { class: "try-stage", "aria-live": "polite" });
  field.value = JSON.stringify(SAMPLE, null, 2);
  const verdict = h("div", { "aria-live": "polite" });
  const judge = async (text) => {
    const { problems } = await check(text);
    if (text === field.value) fill(verdict, problemList(problems));
  };
  const draw = () => {
    fill(verdict);
    try {
      fill(stage, drawn(JSON.parse(field.value)));
    } catch (failure) {
      fill(stage, h("p", { class: "kit-error" }, icon("warning"), failure.message));
      return;
    }
    judge(field.value);
  };
  field.addEventListener("input", draw);
  draw();
  return h(
    "section",
    { class: "gallery-card", id: "try" },
    h("h2", {}, "Try it"),
    h("div", { class: "try" }, field, h("div", {}, stage, verdict)),
  );
}

function sidebar(files, folder, problems) {
  const search = h("input", {
    class: "field",
    type: "search",
    placeholder: "Filter files",
    "aria-label": "Filter files",
  });
  const links = files.map((name) =>
    h("a", { href: `${location.pathname}#${idOf(name)}`, class: "gallery-link" }, problems[name] ? icon("warning") : null, name),
  );
  search.addEventListener("input", () => {
    const wanted = search.value.trim().toLowerCase();
    files.forEach((name, at) => {
      const hidden = !name.toLowerCase().includes(wanted);
      links[at].hidden = hidden;
      const shown = document.getElementById(idOf(name));
      if (shown) shown.hidden = hidden;
    });
  });
  const narrow = h(
    "button",
    { type: "button", class: "button small", "aria-pressed": "false" },
    "Phone width",
  );
  narrow.addEventListener("click", () => {
    const on = root.classList.toggle("narrow-stage");
    narrow.setAttribute("aria-pressed", String(on));
  });
  return h(
    "nav",
    { class: "gallery-side", "aria-label": "Files" },
    h("h1", {}, "Block Kit gallery"),
    h(
      "p",
      { class: "muted" },
      folder
        ? `${files.length} files in ${folder}`
        : "No folder was given. Start the sandbox with --gallery DIR to see its files here.",
    ),
    h(
      "div",
      { class: "gallery-tools" },
      h("a", { class: "button small", href: `${location.origin}/` }, "Workspace"),
      narrow,
      h(
        "button",
        { type: "button", class: "button small", on: { click: () => setTheme(nextTheme()) } },
        "Light / dark",
      ),
    ),
    files.length ? search : null,
    h(
      "div",
      { class: "gallery-links" },
      ...links,
      h("a", { href: `${location.pathname}#try`, class: "gallery-link" }, "Try it"),
    ),
  );
}

// Names in mentions and people in menus come from the workspace, seen as its first person.
async function borrowNames() {
  const { people } = await ask("people");
  session.user = people[0]?.name ?? null;
  if (session.user) await refresh();
}

async function boot() {
  restoreTheme();
  await borrowNames();
  const { files, folder, problems } = await ask("gallery");
  const cards = await Promise.all(files.map((name) => card(name, problems[name])));
  document.title = folder ? `${folder} · Block Kit gallery` : "Block Kit gallery";
  fill(
    root,
    h(
      "div",
      { class: "gallery" },
      sidebar(files, folder, problems),
      h("main", { class: "gallery-main" }, ...cards, tryOut()),
    ),
  );
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

boot().catch((failure) =>
  fill(
    root,
    h(
      "main",
      { class: "gallery-main" },
      h("h1", {}, "The gallery is not there"),
      h("p", {}, failure.message),
    ),
  ),
);
