/** Files under a message, and the window that shows one whole. */

import { fileAddress, fileText } from "../api.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { markdown } from "../kit/markdown.js";
import { textScene } from "./scenes.js";

const TEXT = /^text\/|^application\/(?:json|x-yaml|yaml|x-sh|xml)/;
const PREVIEW_CHARACTERS = 1200;
const previews = new Map();

const isImage = (file) => /^image\/(?:png|jpe?g|gif|webp|svg\+xml)$/.test(file.mimetype ?? "");
const isMarkdown = (file) =>
  file.mimetype === "text/markdown" ||
  ["markdown", "md", "quip", "canvas"].includes(file.filetype) ||
  /\.md$/i.test(file.name ?? "");
const isText = (file) => isMarkdown(file) || TEXT.test(file.mimetype ?? "");

/** Cards of a message's files. */
export function fileCards(files) {
  if (!files?.length) return null;
  return h("div", { class: "files" }, ...files.map(fileCard));
}

function fileCard(file) {
  if (file.mode === "tombstone")
    return h("div", { class: "file-card muted" }, icon("trash"), "This file was deleted.");
  if (isImage(file)) {
    const picture = h("img", {
      class: "kit-image",
      src: fileAddress(file.id),
      alt: file.title ?? file.name,
      loading: "lazy",
    });
    return h(
      "button",
      {
        type: "button",
        class: "file-image",
        "aria-label": `Open ${titleOf(file)}`,
        on: { click: () => openFile(file) },
      },
      picture,
    );
  }
  const card = h("div", { class: "file-card" }, fileHead(file));
  if (isText(file)) card.append(preview(file));
  return card;
}

function titleOf(file) {
  return file.title || file.name || file.id;
}

function fileHead(file) {
  const title = isText(file)
    ? h(
        "button",
        { type: "button", class: "file-title", on: { click: () => openFile(file) } },
        titleOf(file),
      )
    : h("span", { class: "file-title" }, titleOf(file));
  return h(
    "div",
    { class: "file-head" },
    h("span", { class: "file-sign" }, icon("file")),
    h(
      "span",
      { class: "file-names" },
      title,
      h("small", { class: "muted" }, `${kindOf(file)} · ${sizeOf(file.size)}`),
    ),
    h(
      "a",
      {
        class: "button small",
        href: fileAddress(file.id, { download: true }),
        download: file.name ?? true,
      },
      "Download",
    ),
  );
}

function kindOf(file) {
  if (isMarkdown(file)) return "Markdown";
  return file.pretty_type ?? file.filetype?.toUpperCase() ?? file.mimetype ?? "File";
}

function sizeOf(bytes) {
  if (!bytes) return "0 B";
  if (bytes < 1024) return `${bytes} B`;
  return bytes < 1_048_576
    ? `${(bytes / 1024).toFixed(1)} kB`
    : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

function preview(file) {
  const box = h("div", { class: "file-preview" });
  const show = (text) => {
    box.classList.toggle("cut", text.length > 400 || text.split("\n").length > 7);
    const body = isMarkdown(file) ? frontMatter(text).body : text;
    fill(box, ...rendered(file, body.slice(0, PREVIEW_CHARACTERS)));
  };
  const key = `${file.id}:${file.size}:${file.updated ?? ""}`;
  if (previews.has(key)) show(previews.get(key));
  else {
    fileText(file.id).then(
      (text) => {
        previews.set(key, text);
        show(text);
      },
      (refusal) => fill(box, h("span", { class: "muted" }, refusal.message)),
    );
  }
  return box;
}

function rendered(file, text) {
  if (!isMarkdown(file)) return [h("pre", { class: "code-block" }, h("code", {}, text))];
  const { matter, body } = frontMatter(text);
  const fields = matter
    ? h("details", {}, h("summary", {}, "Front matter"), h("pre", { class: "code-block" }, matter))
    : null;
  return [h("div", { class: "markdown" }, fields, ...markdown(body, textScene))];
}

// Fields between two lines of hyphens at the very start, as many Markdown tools write them.
function frontMatter(text) {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\s*\r?\n/.exec(text);
  return match ? { matter: match[1], body: text.slice(match[0].length) } : { body: text };
}

/** Shows a file in a window of its own. */
async function openFile(file) {
  const body = h("div", { class: "modal-body" }, "Loading…");
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const dialog = h(
    "dialog",
    { class: "modal viewer", "aria-label": titleOf(file), on: { close: () => dialog.remove() } },
    h(
      "header",
      {},
      h("h2", {}, titleOf(file)),
      h(
        "a",
        {
          class: "button small",
          href: fileAddress(file.id, { download: true }),
          download: file.name ?? true,
        },
        "Download",
      ),
      h(
        "button",
        { type: "button", class: "icon-button", "aria-label": "Close", on: { click: close } },
        icon("close"),
      ),
    ),
    body,
  );
  document.body.append(dialog);
  dialog.showModal();
  if (isImage(file)) {
    fill(body, h("img", { class: "viewer-image", src: fileAddress(file.id), alt: titleOf(file) }));
    return;
  }
  try {
    fill(body, ...rendered(file, await fileText(file.id)));
  } catch (refusal) {
    fill(body, refusal.message);
  }
}
