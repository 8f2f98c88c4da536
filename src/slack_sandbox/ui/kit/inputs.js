/** Elements a reader types or picks into: texts, numbers, dates, times, files, choices. */

import { h } from "../dom.js";
import { act, choose } from "./actions.js";
import { plainOfRichText, richTextOfPlain } from "./form.js";
import { textObject } from "./mrkdwn.js";

const INPUT_TYPES = {
  plain_text_input: "text",
  email_text_input: "email",
  url_text_input: "url",
  number_input: "text",
};
const COUNT_FROM = 0.8;
let serial = 0;

/** Text, e-mail, URL and number inputs. */
export function textInput(context) {
  const { scene, block, element } = context;
  const value = scene.form.content(block, element) ?? "";
  const attributes = {
    class: "field",
    id: context.inputId,
    placeholder: element.placeholder?.text,
    "aria-label": context.inputId ? null : (element.placeholder?.text ?? "Text"),
    "aria-describedby": context.describedBy,
    autofocus: element.focus_on_load,
    "data-action-id": element.action_id,
    value,
  };
  const field = element.multiline
    ? h("textarea", { ...attributes, rows: "4" })
    : h("input", { ...attributes, type: INPUT_TYPES[element.type], inputmode: inputMode(element) });
  const counter = h("span", { class: "counter", "aria-live": "polite" });
  const remember = () => {
    scene.form.set(block, element, field.value === "" ? null : field.value);
    showCount(counter, element, field.value);
    scene.changed?.(block);
  };
  field.addEventListener("input", remember);
  if (block.dispatch_action || block.type !== "input") dispatchTyping(context, field);
  showCount(counter, element, value);
  return h("span", { class: "field-box" }, field, counter);
}

function inputMode(element) {
  if (element.type !== "number_input") return null;
  return element.is_decimal_allowed ? "decimal" : "numeric";
}

// A count appears only when the end is near, and says how many are too many.
function showCount(counter, { max_length: most }, text) {
  const left = most ? most - [...text].length : Infinity;
  const near = most && left <= most * (1 - COUNT_FROM);
  counter.textContent = near ? String(left) : "";
  counter.classList.toggle("over", left < 0);
}

function dispatchTyping(context, field) {
  const triggers = context.element.dispatch_action_config?.trigger_actions_on ?? [
    "on_enter_pressed",
  ];
  const send = () => act(context, { value: field.value || null }, field);
  if (triggers.includes("on_character_entered")) field.addEventListener("input", send);
  if (!triggers.includes("on_enter_pressed")) return;
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || (event.shiftKey && context.element.multiline))
      return;
    event.preventDefault();
    event.stopPropagation();
    send();
  });
}

/** A rich text input, as a text area. */
export function richTextInput(context) {
  const { scene, block, element } = context;
  const field = h("textarea", {
    class: "field",
    id: context.inputId,
    rows: "5",
    placeholder: element.placeholder?.text,
    "aria-describedby": context.describedBy,
    "data-action-id": element.action_id,
    value: plainOfRichText(scene.form.content(block, element)),
  });
  field.addEventListener("input", () => {
    scene.form.set(block, element, richTextOfPlain(field.value));
    scene.changed?.(block);
  });
  return field;
}

/** Date, time, and date with time; the last in the reader's own zone. */
export function dateInput(context) {
  const { scene, block, element } = context;
  const kind = { datepicker: "date", timepicker: "time", datetimepicker: "datetime-local" }[
    element.type
  ];
  const content = scene.form.content(block, element);
  const field = h("input", {
    class: "field field-date",
    id: context.inputId,
    type: kind,
    "aria-label": context.inputId ? null : (element.placeholder?.text ?? "Date"),
    "aria-describedby": context.describedBy,
    "data-action-id": element.action_id,
    value: element.type === "datetimepicker" ? localMinutes(content) : (content ?? ""),
  });
  field.addEventListener("change", async () => {
    const chosen = dateContent(element, field.value);
    if (chosen === undefined) return;
    const kept = await choose(context, chosen, field);
    if (!kept)
      field.value = element.type === "datetimepicker" ? localMinutes(content) : (content ?? "");
  });
  const zone = element.timezone ? h("small", { class: "zone" }, element.timezone) : null;
  return h("span", { class: "field-box" }, field, zone);
}

// A half-typed year ("0002-01-01") is not a choice yet.
function dateContent(element, value) {
  if (!value) return null;
  if (element.type !== "timepicker" && Number(value.slice(0, 4)) < 1000) return undefined;
  return element.type === "datetimepicker" ? Math.floor(new Date(value).getTime() / 1000) : value;
}

function localMinutes(epoch) {
  if (!epoch) return "";
  const date = new Date(Number(epoch) * 1000);
  const two = (number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Checkboxes and radio buttons. */
export function choiceList(context) {
  const { scene, block, element } = context;
  const radio = element.type === "radio_buttons";
  const name = `choice-${(serial += 1)}`;
  const chosen = scene.form.content(block, element);
  const isChosen = (option) =>
    radio
      ? chosen?.value === option.value
      : (chosen ?? []).some((other) => other.value === option.value);
  const boxes = [];
  const group = h("div", {
    class: "choices",
    role: radio ? "radiogroup" : "group",
    "aria-labelledby": context.labelId,
    "data-action-id": element.action_id,
  });
  const changed = async () => {
    const picked = boxes.filter(({ box }) => box.checked).map(({ option }) => option);
    const kept = await choose(context, radio ? (picked[0] ?? null) : picked, group);
    if (!kept) boxes.forEach(({ box, option }) => (box.checked = isChosen(option)));
  };
  for (const option of element.options ?? []) {
    const box = h("input", { type: radio ? "radio" : "checkbox", name, on: { change: changed } });
    box.checked = isChosen(option);
    boxes.push({ box, option });
    const detail = option.description
      ? h("small", {}, ...textObject(option.description, scene))
      : null;
    group.append(
      h(
        "label",
        { class: "choice" },
        box,
        h("span", {}, ...textObject(option.text, scene), detail),
      ),
    );
  }
  return group;
}

/** A file input: files go to the sandbox when chosen, the form carries their ids. */
export function fileInput(context) {
  const { scene, block, element } = context;
  const list = h("ul", { class: "file-list" });
  const show = (files) =>
    list.replaceChildren(...files.map((file) => h("li", {}, file.name ?? file.id)));
  const types = (element.filetypes ?? []).map((type) => `.${type}`).join(",");
  const field = h("input", {
    type: "file",
    class: "field",
    id: context.inputId,
    accept: types || null,
    multiple: (element.max_files ?? 10) > 1,
    "data-action-id": element.action_id,
  });
  field.addEventListener("change", async () => {
    const files = (await scene.upload?.([...field.files])) ?? [];
    show(files);
    await choose(context, files, field);
  });
  show(scene.form.content(block, element) ?? []);
  return h("span", { class: "field-box" }, field, list);
}
