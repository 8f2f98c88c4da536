/** The place to type: messages, slash commands, files, shortcuts. */

import { gesture, upload } from "../api.js";
import { channelTitle } from "../directory.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { explain } from "../refusals.js";
import { route } from "../route.js";
import { state, subscribe } from "../store.js";
import { allCommands, Completion } from "./completion.js";
import { openEmojiPicker } from "./emoji_picker.js";
import { runOwnCommand } from "./own_commands.js";
import { openShortcuts } from "./shortcuts.js";
import { startEditing } from "./message_edit.js";
import { toast } from "./toast.js";

const drafts = new Map();

/** A composer for the open conversation, or for a thread. */
export class Composer {
  constructor({ place }) {
    this.place = place;
    this.files = [];
    this.field = h("textarea", {
      class: "composer-field",
      rows: "1",
      "aria-label": "Message",
      enterkeyhint: "send",
    });
    this.completion = new Completion(this.field);
    this.hint = h("div", { class: "composer-hint", "aria-live": "polite", hidden: true });
    this.attached = h("div", { class: "composer-files", hidden: true });
    this.broadcast = h("input", { type: "checkbox" });
    this.sendButton = h(
      "button",
      {
        type: "button",
        class: "send-button",
        "aria-label": "Send",
        on: { click: () => this.send() },
      },
      icon("send"),
    );
    this.node = h(
      "div",
      { class: "composer" },
      this.completion.node,
      this.hint,
      h("div", { class: "composer-box" }, this.field, this.attached, this.bar()),
      place === "thread"
        ? h("label", { class: "broadcast" }, this.broadcast, "Also send to the channel")
        : null,
    );
    this.listen();
    subscribe(["workspace", "names"], () => this.label());
  }

  bar() {
    const picker = h("input", {
      type: "file",
      multiple: true,
      hidden: true,
      "aria-label": "Files to attach",
    });
    picker.addEventListener("change", () => {
      this.attach([...picker.files]);
      picker.value = "";
    });
    const button = (label, sign, run) =>
      h(
        "button",
        {
          type: "button",
          class: "icon-button",
          "aria-label": label,
          title: label,
          on: { click: run },
        },
        icon(sign),
      );
    return h(
      "div",
      { class: "composer-bar" },
      button("Attach files", "plus", () => picker.click()),
      button("Emoji", "smile", (event) =>
        openEmojiPicker(event.currentTarget, (name) => this.insert(`:${name}: `), "start"),
      ),
      button("Mention someone", "at", () => this.insert("@")),
      button("Slash command", "slash", () => this.startCommand()),
      this.place === "channel"
        ? button("Shortcuts", "bolt", (event) => openShortcuts(event.currentTarget))
        : null,
      picker,
      h("span", { class: "spring" }),
      h(
        "span",
        { class: "composer-tip" },
        h("kbd", {}, "Enter"),
        " sends · ",
        h("kbd", {}, "Shift"),
        " ",
        h("kbd", {}, "Enter"),
        " new line",
      ),
      this.sendButton,
    );
  }

  listen() {
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("click", () => this.completion.refresh());
    this.field.addEventListener("blur", () => this.completion.close());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("paste", (event) => {
      if (event.clipboardData.files.length) this.attach([...event.clipboardData.files]);
    });
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => {
      event.preventDefault();
      this.attach([...event.dataTransfer.files]);
    });
  }

  /** Shows a conversation's or thread's draft. */
  open(channel, thread = null) {
    this.keep();
    Object.assign(this, { channel, thread, files: [] });
    this.field.value = drafts.get(this.key_()) ?? "";
    this.broadcast.checked = false;
    this.showFiles();
    this.label();
    this.typed();
    this.completion.close();
    if (matchMedia("(hover: hover)").matches) this.field.focus();
  }

  key_() {
    return `${this.channel}/${this.thread ?? ""}`;
  }

  keep() {
    if (this.channel) drafts.set(this.key_(), this.field.value);
  }

  label() {
    const channel = state.channels.get(this.channel);
    if (!channel) return;
    const sign = ["public", "private"].includes(channel.kind) ? "#" : "";
    const text = this.thread ? "Reply…" : `Message ${sign}${channelTitle(channel)}`;
    this.field.placeholder = text;
    this.field.setAttribute("aria-label", text);
  }

  typed() {
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
    this.completion.refresh();
    this.showHint();
    this.sendButton.classList.toggle(
      "ready",
      Boolean(this.field.value.trim() || this.files.length),
    );
  }

  showHint() {
    const [word] = this.field.value.split(/\s/, 1);
    const command =
      this.field.value.startsWith("/") && this.field.value.length > word.length
        ? allCommands().find((entry) => entry.command === word)
        : null;
    this.hint.hidden = !command?.usage_hint;
    if (command)
      fill(
        this.hint,
        icon("bolt"),
        h("strong", {}, command.command),
        " ",
        h("code", {}, command.usage_hint ?? ""),
      );
  }

  key(event) {
    if (this.completion.takesKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.isComposing) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      this.editLast(event);
    }
  }

  editLast(event) {
    const source = this.thread ? state.thread : state.conversations.get(this.channel);
    const last = source?.messages.findLast(
      (message) => message.user === state.me.id && !message.is_ephemeral && !message.subtype,
    );
    if (!last) return;
    event.preventDefault();
    startEditing(this.channel, last);
  }

  insert(text) {
    this.field.focus();
    const before = this.field.value.slice(0, this.field.selectionStart);
    const gap = before && !/\s$/.test(before) ? " " : "";
    this.field.setRangeText(gap + text, this.field.selectionStart, this.field.selectionEnd, "end");
    this.typed();
  }

  startCommand() {
    if (!this.field.value) this.insert("/");
    else this.field.focus();
  }

  attach(files) {
    this.files.push(...files);
    this.showFiles();
    this.typed();
  }

  showFiles() {
    this.attached.hidden = this.files.length === 0;
    const remove = (file) => {
      this.files = this.files.filter((other) => other !== file);
      this.showFiles();
    };
    const chips = this.files.map((file) => {
      const button = h(
        "button",
        {
          type: "button",
          class: "chip-remove",
          "aria-label": `Remove ${file.name}`,
          on: { click: () => remove(file) },
        },
        icon("close"),
      );
      return h("span", { class: "chip" }, icon("file"), file.name, button);
    });
    fill(this.attached, ...chips);
  }

  async send() {
    const text = this.field.value.trim();
    const { files } = this;
    if (!text && !files.length) return;
    this.field.value = "";
    this.files = [];
    this.showFiles();
    this.typed();
    const answer = await this.deliver(text, files);
    if (answer?.ok !== false) return;
    toast(explain(answer), "error");
    if (!this.field.value) {
      this.field.value = text;
      this.files = files;
      this.showFiles();
      this.typed();
    }
  }

  deliver(text, files) {
    const { channel, thread } = this;
    const where = thread ? { channel, thread_ts: thread } : { channel };
    if (files.length) return upload(files, { ...where, text });
    const command = /^(\/[\w-]+)(?:\s+([\s\S]*))?$/.exec(text);
    if (!command)
      return gesture("say", {
        ...where,
        text,
        ...(this.broadcast.checked ? { broadcast: true } : {}),
      });
    const own = runOwnCommand(command[1], command[2] ?? "", route.channel);
    if (own) return own;
    if (thread)
      return {
        ok: false,
        message: `${command[1]} is not supported in threads. Use it in the channel.`,
      };
    return gesture("slash", { channel, command: command[1], text: command[2] ?? "" });
  }
}
