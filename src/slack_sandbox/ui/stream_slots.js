/**
 * Which hidden tabs may keep a live stream.
 *
 * A browser opens at most six HTTP/1.1 connections to one server; with a tab per person the
 * streams alone would use them up and every request would wait. Tabs in view always stream;
 * hidden ones share a few slots, and without one they pause until they are looked at.
 */

const SLOTS = 3;
let release = null;

function take(name) {
  return new Promise((resolve) => {
    navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      if (!lock) {
        resolve(false);
        return undefined;
      }
      return new Promise((free) => {
        release = free;
        resolve(true);
      });
    });
  });
}

/** Whether this hidden tab may go on streaming; keeps the slot until `leaveSlot`. */
export async function enterSlot() {
  if (!navigator.locks || release) return true;
  for (let slot = 0; slot < SLOTS; slot += 1) {
    if (await take(`sandbox-stream-${slot}`)) return true;
  }
  return false;
}

/** Gives the slot back: the tab is in view again. */
export function leaveSlot() {
  release?.();
  release = null;
}
