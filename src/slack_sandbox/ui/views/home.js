/** The app's Home tab. */

import { gesture } from "../api.js";
import { appChannel } from "../directory.js";
import { fill, h } from "../dom.js";
import { icon } from "../icons.js";
import { renderBlocks } from "../kit/blocks.js";
import { route } from "../route.js";
import { state, subscribe } from "../store.js";
import { viewScene } from "./scenes.js";

let visited = false;
let drawn = null;

/** The tab's node; tells the app each time it is opened. */
export function mountHome() {
  const body = h("div", { class: "home-body" });
  const node = h("div", { class: "home", hidden: true }, body);
  subscribe(["route", "home", "names", "workspace"], () => {
    const here = route.home && route.channel === appChannel()?.id;
    node.hidden = !here;
    if (here && !visited) gesture("open_home", { tab: "home" });
    visited = here;
    if (here) draw(body);
  });
  return node;
}

function draw(body) {
  const view = state.home;
  const signature = JSON.stringify([view?.id, view?.blocks, state.namesVersion]);
  if (signature === drawn) return;
  drawn = signature;
  if (view?.blocks?.length) fill(body, renderBlocks(view.blocks, viewScene(view)));
  else
    fill(
      body,
      h(
        "div",
        { class: "empty" },
        icon("home"),
        h("h2", {}, "Nothing here yet"),
        h("p", {}, `${state.app?.name ?? "The app"} has not published its Home tab for you.`),
      ),
    );
}
