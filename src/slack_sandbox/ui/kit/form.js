/** What a reader has filled in: Slack's `state.values`, and the rules a client holds it to. */

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

const SINGLE = {
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  users_select: ["selected_user", "initial_user"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  channels_select: ["selected_channel", "initial_channel"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
};

const MULTIPLE = {
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  multi_users_select: ["selected_users", "initial_users"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  file_input: ["files", "initial_files"],
};

/** The name an element's content has in `state.values` and in an action, or null for buttons. */
export function contentField(element) {
  return (SINGLE[element.type] ?? MULTIPLE[element.type])?.[0] ?? null;
}

/** What an element holds before anyone touches it. */
function initialContent(element, channel = null) {
  const [, initial] = SINGLE[element.type] ?? MULTIPLE[element.type];
  if (element[initial] !== undefined) return element[initial];
  if (element.default_to_current_conversation && channel) {
    return element.type.startsWith("multi_") ? [channel] : channel;
  }
  return MULTIPLE[element.type] ? [] : null;
}

/** Every element of some blocks that keeps a content, with its block. */
function statefulElements(blocks) {
  return (blocks ?? []).flatMap((block) => {
    const elements = [block.element, block.accessory, ...(block.elements ?? [])];
    return elements
      .filter((element) => element?.action_id && contentField(element))
      .map((element) => ({ block, element }));
  });
}

/** The content of one surface: one message, one view. */
export class FormState {
  /** @param {object} saved a `state.values` to begin with; @param {string|null} channel where it is */
  constructor(saved = {}, channel = null) {
    this.channel = channel;
    this.entries = new Map();
    for (const [blockId, actions] of Object.entries(saved ?? {})) {
      for (const [actionId, entry] of Object.entries(actions))
        this.entries.set(key(blockId, actionId), entry);
    }
  }

  /** The content of an element: what was chosen, else its initial content. */
  content(block, element) {
    const entry = this.entries.get(key(block.block_id, element.action_id));
    const field = contentField(element);
    return entry && entry.type === element.type && field in entry
      ? entry[field]
      : initialContent(element, this.channel);
  }

  set(block, element, content) {
    const entry = { type: element.type, [contentField(element)]: content };
    this.entries.set(key(block.block_id, element.action_id), entry);
  }

  /** Slack's `state.values` of these blocks, untouched elements included. */
  values(blocks) {
    const state = {};
    for (const { block, element } of statefulElements(blocks)) {
      const entry = { type: element.type, [contentField(element)]: this.content(block, element) };
      (state[block.block_id] ??= {})[element.action_id] = entry;
    }
    return state;
  }
}

function key(blockId, actionId) {
  return `${blockId}\u0000${actionId}`;
}

/**
 * The faults a Slack client points out before it sends a modal.
 *
 * @returns {Record<string, string>} block_id → sentence; empty when the form may be sent
 */
export function formErrors(blocks, form) {
  const errors = {};
  for (const block of blocks ?? []) {
    if (block.type !== "input" || !block.element) continue;
    const fault = faultOf(block, form.content(block, block.element));
    if (fault) errors[block.block_id] = fault;
  }
  return errors;
}

function faultOf(block, content) {
  const element = block.element;
  if (isEmpty(element, content))
    return block.optional ? null : "Please complete this required field.";
  switch (element.type) {
    case "plain_text_input":
      return lengthFault(element, content);
    case "number_input":
      return numberFault(element, content);
    case "email_text_input":
      return EMAIL.test(content) ? null : "Enter a valid email address.";
    case "url_text_input":
      return isWebAddress(content) ? null : "Enter a valid URL, starting with https://";
    default:
      return countFault(element, content);
  }
}

function isEmpty(element, content) {
  if (content === null || content === undefined || content === "") return true;
  if (element.type === "rich_text_input") return plainOfRichText(content).trim() === "";
  if (typeof content === "string") return content.trim() === "";
  return Array.isArray(content) && content.length === 0;
}

function lengthFault({ min_length: least, max_length: most }, text) {
  const length = [...text].length;
  if (least && length < least) return `Use at least ${least} characters (now ${length}).`;
  if (most && length > most) return `Use at most ${most} characters (now ${length}).`;
  return null;
}

function numberFault(element, text) {
  const number = Number(text);
  if (!/^[+-]?\d*\.?\d+$/.test(text.trim()) || Number.isNaN(number)) return "Enter a number.";
  if (!element.is_decimal_allowed && !Number.isInteger(number)) return "Enter a whole number.";
  const [least, most] = [element.min_value, element.max_value];
  if (least !== undefined && number < Number(least)) return `Enter ${least} or more.`;
  if (most !== undefined && number > Number(most)) return `Enter ${most} or less.`;
  return null;
}

function countFault(element, content) {
  const most = element.max_selected_items ?? element.max_files;
  return most && Array.isArray(content) && content.length > most ? `Choose at most ${most}.` : null;
}

function isWebAddress(text) {
  try {
    return ["http:", "https:"].includes(new URL(text.trim()).protocol);
  } catch {
    return false;
  }
}

/** The text of a rich_text value, as a text area shows it. */
export function plainOfRichText(value) {
  const line = (element) =>
    (element.elements ?? []).map((part) => part.text ?? line(part)).join("");
  return (value?.elements ?? []).map(line).join("\n");
}

/** A rich_text value holding plain text. */
export function richTextOfPlain(text) {
  if (!text) return null;
  const section = { type: "rich_text_section", elements: [{ type: "text", text }] };
  return { type: "rich_text", elements: [section] };
}
