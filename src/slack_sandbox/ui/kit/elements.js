/** Interactive elements: each type → the function that draws it. */

import { h, safeHref, safeSource } from "../dom.js";
import { icon } from "../icons.js";
import { act, confirmed } from "./actions.js";
import { choiceList, dateInput, fileInput, richTextInput, textInput } from "./inputs.js";
import { mrkdwn, plainText, textObject } from "./mrkdwn.js";
import { openMenu } from "./popover.js";
import { selectElement } from "./selects.js";

const DRAWN = {
  button,
  workflow_button: button,
  overflow,
  image: imageElement,
  mrkdwn: textElement,
  plain_text: textElement,
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  rich_text_input: richTextInput,
  datepicker: dateInput,
  timepicker: dateInput,
  datetimepicker: dateInput,
  checkboxes: choiceList,
  radio_buttons: choiceList,
  file_input: fileInput,
  feedback_buttons: feedbackButtons,
  icon_button: iconButton,
};
for (const source of ["static", "external", "users", "conversations", "channels"]) {
  DRAWN[`${source}_select`] = selectElement;
  DRAWN[`multi_${source}_select`] = selectElement;
}

/**
 * Draws one element.
 *
 * @param {{scene: object, block: object, element: object, inputId?: string, labelId?: string,
 *   describedBy?: string, label?: string}} context
 */
export function renderElement(context) {
  const draw = DRAWN[context.element?.type];
  if (draw) return draw(context);
  return h("span", { class: "unknown-kit" }, `Unknown element: ${context.element?.type ?? "?"}`);
}

function button(context) {
  const { scene, element } = context;
  const style = ["primary", "danger"].includes(element.style) ? element.style : "";
  const attributes = {
    class: `kit-button ${style}`,
    "aria-label": element.accessibility_label,
    "data-action-id": element.action_id,
  };
  const href = safeHref(element.url);
  const node = href
    ? h("a", { ...attributes, href, target: "_blank", rel: "noopener noreferrer nofollow" })
    : h("button", { ...attributes, type: "button" });
  const text = plainText(element.text?.text ?? "", { emoji: element.text?.emoji !== false });
  node.append(h("span", { class: "ellipsis" }, ...text));
  node.addEventListener("click", (event) => press(event, context, node, scene));
  return node;
}

async function press(event, context, node, scene) {
  const { confirm, url } = context.element;
  if (!confirm) {
    act(context, undefined, node);
    return;
  }
  event.preventDefault();
  if (!(await confirmed(confirm, scene))) return;
  act(context, undefined, node);
  if (safeHref(url)) window.open(safeHref(url), "_blank", "noopener,noreferrer");
}

function overflow(context) {
  const { scene, element } = context;
  const node = h(
    "button",
    {
      type: "button",
      class: "kit-button kit-overflow",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "data-action-id": element.action_id,
    },
    icon("dots"),
  );
  const pick = async (option) => {
    if (!(await confirmed(element.confirm, scene))) return;
    const href = safeHref(option.url);
    if (href) window.open(href, "_blank", "noopener,noreferrer");
    act(context, { selected_option: option }, node);
  };
  node.addEventListener("click", () => {
    const items = (element.options ?? []).map((option) => ({
      label: h("span", {}, ...textObject(option.text, scene)),
      detail: option.description?.text,
      run: () => pick(option),
    }));
    openMenu(node, items, { align: "end" });
  });
  return node;
}

function imageElement({ element, scene }) {
  const source = imageSource(element, scene);
  if (!source) return h("span", { class: "image-missing" }, element.alt_text ?? "image");
  return h("img", {
    class: "kit-image-small",
    src: source,
    alt: element.alt_text ?? "",
    loading: "lazy",
  });
}

/** The address of an image object's picture: `image_url` or a file of this workspace. */
export function imageSource(object, scene) {
  const file = object.slack_file;
  if (file) return scene?.fileSource?.(file) ?? null;
  return safeSource(object.image_url);
}

function textElement({ element, scene }) {
  return h("span", { class: "kit-context-text" }, ...textObject(element, scene));
}

function feedbackButtons(context) {
  const { element } = context;
  const one = (choice) => {
    if (!choice) return null;
    const node = h(
      "button",
      { type: "button", class: "kit-button small", "aria-label": choice.accessibility_label },
      ...plainText(choice.text?.text ?? ""),
    );
    node.addEventListener("click", () =>
      act(context, { value: choice.value, text: choice.text }, node),
    );
    return node;
  };
  return h(
    "span",
    { class: "kit-feedback" },
    one(element.positive_button),
    one(element.negative_button),
  );
}

function iconButton(context) {
  const { element, scene } = context;
  const glyph = element.icon === "trash" ? icon("trash") : icon("bolt");
  const node = h(
    "button",
    {
      type: "button",
      class: "kit-button small",
      title: element.text?.text,
      "aria-label": element.accessibility_label ?? element.text?.text ?? element.icon,
    },
    glyph,
    ...mrkdwn(element.text?.text ?? "", scene),
  );
  node.addEventListener("click", async () => {
    if (await confirmed(element.confirm, scene)) act(context, { value: element.value }, node);
  });
  return node;
}
