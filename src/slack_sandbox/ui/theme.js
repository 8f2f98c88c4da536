/** Light, dark, or as the system says; remembered on this machine. */

const KEY = "sandbox-theme";
const ORDER = ["auto", "light", "dark"];

function current() {
  return document.documentElement.dataset.theme ?? "auto";
}

/** The theme a toggle would switch to. */
export function nextTheme() {
  const dark =
    current() === "dark" ||
    (current() === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  return dark ? "light" : "dark";
}

/** Uses a theme and remembers it. */
export function setTheme(theme) {
  document.documentElement.dataset.theme = ORDER.includes(theme) ? theme : "auto";
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
    return;
  }
}

/** Uses the remembered theme. */
export function restoreTheme() {
  try {
    setTheme(localStorage.getItem(KEY) ?? "auto");
  } catch {
    setTheme("auto");
  }
}
