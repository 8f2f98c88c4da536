/** Times as a reader sees them: their zone, their language's clock, Slack's date tokens. */

const DAY_MS = 86_400_000;
const LOCALE = "en-US";

function format(date, options) {
  return new Intl.DateTimeFormat(LOCALE, options).format(date);
}

/** The Date of a Slack `ts` ("1700000000.000100"). */
export function dateOf(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

/** "14:05" or "2:05 PM", as the reader's browser prefers. */
export function clockTime(date, seconds = false) {
  return new Intl.DateTimeFormat(undefined, {
    hour: "numeric",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  }).format(date);
}

/** Full date and time, for titles. */
export function fullTime(date) {
  return `${format(date, { dateStyle: "full" })} at ${clockTime(date, true)}`;
}

/** A key that changes at the reader's midnight. */
export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

function dayOffset(date, now) {
  const start = (moment) => new Date(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return Math.round((start(date) - start(now)) / DAY_MS);
}

function relativeDay(date, now) {
  return { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[dayOffset(date, now)] ?? null;
}

function ordinal(day) {
  const tail = day % 100;
  if (tail >= 11 && tail <= 13) return `${day}th`;
  return `${day}${{ 1: "st", 2: "nd", 3: "rd" }[day % 10] ?? "th"}`;
}

/** "Today", "Yesterday" or "Monday, March 3rd", for the line between two days. */
export function dayTitle(date, now = new Date()) {
  return relativeDay(date, now) ?? longDate(date, now, true);
}

// Slack leaves the year out of dates less than six months away.
function yearOf(date, now) {
  return Math.abs(date - now) < 182 * DAY_MS ? "" : `, ${date.getFullYear()}`;
}

function longDate(date, now, weekday) {
  const name = weekday ? `${format(date, { weekday: "long" })}, ` : "";
  return `${name}${format(date, { month: "long" })} ${ordinal(date.getDate())}${yearOf(date, now)}`;
}

function shortDate(date, now) {
  return `${format(date, { month: "short" })} ${date.getDate()}${yearOf(date, now)}`;
}

function numericDate(date) {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** "3 minutes ago", "in 2 hours". */
export function ago(date, now = new Date()) {
  const seconds = (date - now) / 1000;
  const units = [
    ["year", 31_536_000],
    ["month", 2_592_000],
    ["day", 86_400],
    ["hour", 3600],
    ["minute", 60],
  ];
  const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });
  for (const [unit, size] of units) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(Math.trunc(seconds), "second");
}

const pretty = (date, now, otherwise) => relativeDay(date, now) ?? otherwise;

const TOKENS = {
  date_num: (date) => numericDate(date),
  date: (date, now) => longDate(date, now, false),
  date_short: (date, now) => shortDate(date, now),
  date_long: (date, now) => longDate(date, now, true),
  date_pretty: (date, now) => pretty(date, now, longDate(date, now, false)),
  date_short_pretty: (date, now) => pretty(date, now, shortDate(date, now)),
  date_long_pretty: (date, now) => pretty(date, now, longDate(date, now, true)),
  time: (date) => clockTime(date),
  time_secs: (date) => clockTime(date, true),
  ago: (date, now) => ago(date, now),
};

/**
 * Slack's `<!date^…>` text in the reader's zone.
 *
 * @returns {string|null} null when the timestamp or a token is unknown (show the fallback)
 */
export function slackDate(timestamp, tokens, now = new Date()) {
  const date = new Date(Number(timestamp) * 1000);
  if (!/^-?\d+$/.test(String(timestamp)) || Number.isNaN(date.getTime())) return null;
  let known = true;
  const text = tokens.replace(/\{(\w+)\}/g, (_, token) => {
    if (!TOKENS[token]) known = false;
    return known ? TOKENS[token](date, now) : "";
  });
  return known ? text : null;
}
