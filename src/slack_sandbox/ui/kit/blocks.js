/** Block Kit: each block type → the function that draws it. */

import { h, link, safeHref, safeSource } from "../dom.js";
import { icon } from "../icons.js";
import { imageSource, renderElement } from "./elements.js";
import { markdown } from "./markdown.js";
import { plainText, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const LONG_TEXT = 700;
const LONG_LINES = 12;
let serial = 0;

const DRAWN = {
  section,
  header,
  divider: () => h("hr", { class: "kit-divider" }),
  context: contextBlock,
  actions,
  context_actions: actions,
  image,
  input,
  rich_text: (block, scene) => richText(block, scene),
  markdown: (block, scene) => h("div", { class: "markdown" }, ...markdown(block.text ?? "", scene)),
  table,
  file: fileBlock,
  video,
  alert,
};

/**
 * Draws blocks in a scene.
 *
 * A scene holds `directory`, `form`, `act`, `suggest` and optionally `errors` (block_id → text),
 * `upload`, `fileSource`, `openChannel`, `openUser`, `expandAll`.
 *
 * @returns {HTMLElement} one container with a child per block
 */
export function renderBlocks(blocks, scene) {
  const list = Array.isArray(blocks) ? blocks : [];
  return h("div", { class: "blocks" }, ...list.map((block) => renderBlock(block, scene)));
}

/** Draws one block; a type that is not known shows its name and content. */
function renderBlock(block, scene) {
  const draw = DRAWN[block?.type] ?? unknown;
  const node = draw(block, scene);
  if (block?.block_id) node.dataset.blockId = block.block_id;
  return node;
}

function unknown(block) {
  return h(
    "details",
    { class: "unknown-kit" },
    h("summary", {}, `Block type not drawn here: ${block?.type ?? "?"}`),
    h("pre", {}, JSON.stringify(block, null, 2)),
  );
}

function section(block, scene) {
  const fields = (block.fields ?? []).map((field) =>
    h("div", { class: "kit-field" }, ...textObject(field, scene)),
  );
  const text = block.text
    ? foldable(h("div", { class: "kit-text" }, ...textObject(block.text, scene)), block, scene)
    : null;
  const accessory = block.accessory
    ? h(
        "div",
        { class: "kit-accessory" },
        renderElement({ scene, block, element: block.accessory }),
      )
    : null;
  if (block.accessory?.type === "image") accessory.classList.add("kit-accessory-image");
  return h(
    "div",
    { class: "kit-section" },
    h(
      "div",
      { class: "kit-section-body" },
      text,
      fields.length ? h("div", { class: "kit-fields" }, ...fields) : null,
    ),
    accessory,
  );
}

// Long sections in messages are folded, unless the app says `expand`.
function foldable(node, block, scene) {
  const text = block.text.text ?? "";
  const long = text.length > LONG_TEXT || text.split("\n").length > LONG_LINES;
  if (!long || block.expand || scene.expandAll || scene.surface !== "message") return node;
  const more = h(
    "button",
    { type: "button", class: "fold-button", "aria-expanded": "false" },
    "Show more",
  );
  node.classList.add("folded");
  more.addEventListener("click", () => {
    const folded = node.classList.toggle("folded");
    more.textContent = folded ? "Show more" : "Show less";
    more.setAttribute("aria-expanded", String(!folded));
  });
  return h("div", {}, node, more);
}

function header(block) {
  const level = Math.min(4, Math.max(1, Number(block.level) || 1));
  const attributes = {
    class: `kit-header level-${level}`,
    role: "heading",
    "aria-level": String(level + 2),
  };
  return h(
    "div",
    attributes,
    ...plainText(block.text?.text ?? "", { emoji: block.text?.emoji !== false }),
  );
}

function contextBlock(block, scene) {
  const elements = (block.elements ?? []).map((element) =>
    renderElement({ scene, block, element }),
  );
  return h("div", { class: "kit-context" }, ...elements);
}

function actions(block, scene) {
  const elements = (block.elements ?? []).map((element) =>
    renderElement({ scene, block, element }),
  );
  return h("div", { class: "kit-actions" }, ...elements);
}

function image(block, scene) {
  const source = imageSource(block, scene);
  const picture = source
    ? h("img", { class: "kit-image", src: source, alt: block.alt_text ?? "", loading: "lazy" })
    : h("span", { class: "image-missing" }, block.alt_text ?? "image");
  const title = block.title ? h("figcaption", {}, ...plainText(block.title.text ?? "")) : null;
  return h(
    "figure",
    { class: "kit-figure" },
    title,
    source ? link(block.image_url, picture) : picture,
  );
}

function input(block, scene) {
  const id = `input-${(serial += 1)}`;
  const error = scene.errors?.[block.block_id];
  const label = plainText(block.label?.text ?? "");
  const describedBy =
    [block.hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ") || null;
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element?.type);
  const control = renderElement({
    scene,
    block,
    element: block.element,
    inputId: id,
    labelId: `${id}-label`,
    label: block.label?.text,
    describedBy,
  });
  const field = control.matches?.("input,textarea")
    ? control
    : control.querySelector("input,textarea");
  if (error) field?.setAttribute("aria-invalid", "true");
  return h(
    "div",
    { class: error ? "kit-input invalid" : "kit-input" },
    h(
      grouped ? "div" : "label",
      { class: "kit-label", id: `${id}-label`, for: grouped ? null : id },
      ...label,
      block.optional ? h("span", { class: "optional" }, " (optional)") : null,
    ),
    control,
    error
      ? h("div", { class: "kit-error", id: `${id}-error`, role: "alert" }, icon("warning"), error)
      : null,
    block.hint
      ? h("div", { class: "kit-hint", id: `${id}-hint` }, ...plainText(block.hint.text ?? ""))
      : null,
  );
}

function table(block, scene) {
  const settings = block.column_settings ?? [];
  const rows = block.rows ?? [];
  const cell = (content, column, heading) => {
    const { align = "left", is_wrapped: wrapped = false } = settings[column] ?? {};
    const name = `align-${["left", "center", "right"].includes(align) ? align : "left"}${wrapped ? " wrapped" : ""}`;
    return h(
      heading ? "th" : "td",
      { class: name, scope: heading ? "col" : null },
      cellContent(content, scene),
    );
  };
  const line = (cells, heading) =>
    h("tr", {}, ...(cells ?? []).map((content, at) => cell(content, at, heading)));
  return h(
    "div",
    { class: "table-box", tabindex: "0", role: "region", "aria-label": "Table" },
    h(
      "table",
      {},
      h("thead", {}, rows.length ? line(rows[0], true) : null),
      h("tbody", {}, ...rows.slice(1).map((cells) => line(cells, false))),
    ),
  );
}

function cellContent(content, scene) {
  if (content?.type === "rich_text") return richText(content, scene);
  return String(content?.text ?? content?.value ?? content?.number ?? "");
}

function fileBlock(block) {
  const name = h(
    "span",
    { class: "with-icon" },
    icon("file"),
    `Remote file ${block.external_id ?? ""}`,
  );
  return h("div", { class: "file-card" }, name);
}

function video(block, scene) {
  const href = safeHref(block.title_url) ?? safeHref(block.video_url);
  const title = h("strong", {}, ...plainText(block.title?.text ?? "Video"));
  const thumbnail = safeSource(block.thumbnail_url);
  return h(
    "figure",
    { class: "video-card" },
    block.author_name || block.provider_name
      ? h(
          "div",
          { class: "muted" },
          [block.provider_name, block.author_name].filter(Boolean).join(" · "),
        )
      : null,
    h("div", {}, href ? link(href, title) : title),
    block.description ? h("div", {}, ...textObject(block.description, scene)) : null,
    h(
      "span",
      { class: "video-frame" },
      thumbnail ? h("img", { src: thumbnail, alt: block.alt_text ?? "", loading: "lazy" }) : null,
      h("span", { class: "video-play" }, icon("play")),
    ),
  );
}

function alert(block, scene) {
  const level = ["info", "warning", "error", "success"].includes(block.level)
    ? block.level
    : "default";
  return h("div", { class: `kit-alert ${level}`, role: "note" }, ...textObject(block.text, scene));
}
