/** Boot: who is this tab, then the workspace and its live stream. */

import { session } from "./api.js";
import { append, fill, h } from "./dom.js";
import { connect, followVisibility, refresh } from "./stream.js";
import { restoreTheme } from "./theme.js";
import { choosePerson } from "./views/people.js";
import { mountWorkspace } from "./views/workspace.js";

const root = document.getElementById("page");

async function boot() {
  restoreTheme();
  const wanted = new URLSearchParams(location.search).get("user");
  if (!wanted) {
    fill(root, await choosePerson());
    return;
  }
  session.user = wanted;
  try {
    await refresh();
  } catch (refusal) {
    if (refusal.answer?.error !== "user_not_found") throw refusal;
    session.user = null;
    fill(root, await choosePerson(wanted));
    return;
  }
  mountWorkspace(root);
  connect();
  followVisibility();
}

boot().catch((failure) => {
  const again = h(
    "button",
    { type: "button", class: "button primary", on: { click: () => location.reload() } },
    "Try again",
  );
  fill(
    root,
    append(h("main", { class: "welcome" }), [
      h("h1", {}, "The sandbox did not answer"),
      h("p", {}, failure.message),
      again,
    ]),
  );
});
