/** Scenes: what a piece of Block Kit on this page may look up and do. */

import { fileAddress, gesture, upload } from "../api.js";
import { directory } from "../directory.js";
import { FormState } from "../kit/form.js";
import { explain } from "../refusals.js";
import { open } from "../route.js";
import { state } from "../store.js";
import { toast } from "./toast.js";

const messageForms = new Map();
const viewForms = new Map();

const shared = {
  directory,
  openChannel: (id) => open(id),
  openUser: async (id) => {
    const answer = await gesture("open_dm", { users: [id] });
    if (answer.ok) open(answer.channel);
    else toast(explain(answer), "error");
  },
  fileSource: (file) => (file.id ? fileAddress(file.id) : null),
  upload: async (files) => {
    const answer = await upload(files);
    if (!answer.ok) toast(explain(answer), "error");
    return answer.uploaded ?? (answer.files ?? []).map((id) => ({ id }));
  },
};

function formOf(forms, key, saved, channel) {
  if (!forms.has(key)) forms.set(key, new FormState(saved, channel));
  return forms.get(key);
}

/** The scene of a message; what a reader chose in it survives edits of the message. */
export function messageScene(channel, message) {
  const form = formOf(messageForms, `${channel}:${message.ts}`, message.state?.values, channel);
  const container = { type: "message", channel, ts: message.ts };
  return {
    ...shared,
    surface: "message",
    form,
    ...talking(container, form, () => message.blocks),
  };
}

/** The scene of a modal or of the Home tab. */
export function viewScene(view, changed = null) {
  const form = formOf(viewForms, view.id, view.state?.values, null);
  const container = { type: "view", view_id: view.id };
  return {
    ...shared,
    surface: view.type,
    form,
    changed,
    errors: state.modalNotes.get(view.id)?.errors ?? {},
    ...talking(container, form, () => view.blocks),
  };
}

function talking(container, form, blocks) {
  return {
    act: (block, element, chosen) =>
      gesture("act", {
        container,
        block_id: block.block_id,
        action_id: element.action_id,
        chosen: chosen ?? {},
        state: form.values(blocks()),
      }),
    suggest: async (block, element, typed) => {
      const answer = await gesture("suggest", {
        container,
        block_id: block.block_id,
        action_id: element.action_id,
        value: typed,
      });
      if (answer.acked === false) toast("The app did not send any options.", "error");
      return answer;
    },
  };
}

/** A scene for text alone: topics, previews. */
export const textScene = { ...shared, surface: "text" };
