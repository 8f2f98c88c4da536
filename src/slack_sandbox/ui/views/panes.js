/** Which pane stands at the right: details or the inspector (a thread has its own). */

import { closeThread } from "../route.js";
import { changed } from "../store.js";
import { setInspecting } from "../stream.js";

export const panes = { open: null };

const ROOM_FOR_TWO = "(min-width: 1500px)";

/** Whether a pane and a thread fit side by side. */
export function roomForTwo() {
  return matchMedia(ROOM_FOR_TWO).matches;
}

/** Opens a pane, or closes it when it is open. */
export function togglePane(name) {
  panes.open = panes.open === name ? null : name;
  if (panes.open && !roomForTwo()) closeThread();
  setInspecting(panes.open === "inspector");
  changed("route");
}

/** Closes whatever pane is open. */
export function closePane() {
  if (panes.open) togglePane(panes.open);
}
