/** Select elements of every source: static, external, people, conversations, channels. */

import { h } from "../dom.js";
import { icon } from "../icons.js";
import { choose } from "./actions.js";
import { Combobox, filterGroups } from "./combobox.js";
import { plainText, textObject } from "./mrkdwn.js";

/** A select menu; `context` is {scene, block, element}. */
export function selectElement(context) {
  const { scene, element } = context;
  const multi = element.type.startsWith("multi_");
  const source = sourceOf(element.type.replace("multi_", ""), context);
  const content = scene.form.content(context.block, element);
  const picked = (multi ? (content ?? []) : [content]).filter(
    (entry) => entry !== null && entry !== undefined,
  );
  const combo = new Combobox({
    label: context.label ?? element.placeholder?.text ?? "Choose",
    placeholder: h("span", {}, ...placeholderOf(element, multi)),
    multi,
    limit: element.max_selected_items ?? Infinity,
    minimum: element.type.includes("external_select") ? (element.min_query_length ?? 3) : 0,
    picked: picked.map(source.item),
    search: source.search,
    change: (items) => {
      const values = items.map((item) => item.value);
      return choose(context, multi ? values : (values[0] ?? null), combo.node);
    },
  });
  combo.node.dataset.actionId = element.action_id ?? "";
  return combo.node;
}

function placeholderOf(element, multi) {
  if (element.placeholder) return plainText(element.placeholder.text ?? "");
  return [multi ? "Choose…" : "Choose an option"];
}

function sourceOf(type, context) {
  const { scene, element } = context;
  const directory = scene.directory;
  switch (type) {
    case "static_select":
      return optionSource((typed) => filterGroups(optionGroups(element, scene), typed), scene);
    case "external_select":
      return optionSource((typed) => suggested(context, typed), scene);
    case "users_select":
      return idSource(
        (id) => personItem(id, directory),
        () => people(directory),
      );
    case "channels_select":
      return idSource(
        (id) => channelItem(id, directory),
        () => channels(directory, isOpenChannel),
      );
    default:
      return idSource(
        (id) => conversationItem(id, directory),
        () => conversations(directory, element.filter),
      );
  }
}

function optionSource(search, scene) {
  return { item: (option) => optionItem(option, scene), search };
}

function idSource(item, list) {
  return { item, search: (typed) => filterGroups([{ items: list() }], typed) };
}

function optionItem(option, scene) {
  return {
    key: option.value,
    label: option.text?.text ?? option.value,
    node: h("span", {}, ...textObject(option.text, scene)),
    detail: option.description?.text,
    value: option,
  };
}

function optionGroups({ options, option_groups: groups }, scene) {
  const items = (list) => (list ?? []).map((option) => optionItem(option, scene));
  if (groups)
    return groups.map((group) => ({ label: group.label?.text ?? "", items: items(group.options) }));
  return [{ items: items(options) }];
}

async function suggested({ scene, block, element }, typed) {
  const answer = await scene.suggest(block, element, typed);
  return optionGroups(answer ?? {}, scene);
}

function personItem(id, directory) {
  const user = directory?.user(id);
  const name = user?.shownName ?? id;
  return {
    key: id,
    label: name,
    detail: user && user.real_name !== name ? user.real_name : undefined,
    value: id,
  };
}

function people(directory) {
  return (directory?.users() ?? [])
    .filter((user) => !user.deleted && user.id !== "USLACKBOT")
    .map((user) => personItem(user.id, directory));
}

function channelItem(id, directory) {
  const channel = directory?.channel(id);
  const sign = icon(channel?.kind === "private" ? "lock" : "hash");
  const name = channel?.name ?? id;
  return { key: id, label: name, node: h("span", { class: "with-icon" }, sign, name), value: id };
}

function conversationItem(id, directory) {
  const channel = directory?.channel(id);
  if (channel?.kind !== "im" && channel?.kind !== "mpim") return channelItem(id, directory);
  return { key: id, label: directory.channelTitle(channel), value: id };
}

const isOpenChannel = (channel) => channel.kind === "public" && !channel.is_archived;

function channels(directory, wanted) {
  return (directory?.channels() ?? [])
    .filter(wanted)
    .map((channel) => channelItem(channel.id, directory));
}

function conversations(directory, filter = {}) {
  const kinds = filter?.include ?? ["public", "private", "im", "mpim"];
  const bots = (channel) => channel.kind === "im" && directory.user(channel.user)?.is_bot;
  return (directory?.channels() ?? [])
    .filter((channel) => kinds.includes(channel.kind) && !channel.is_archived)
    .filter((channel) => !(filter?.exclude_bot_users && bots(channel)))
    .map((channel) => conversationItem(channel.id, directory));
}
