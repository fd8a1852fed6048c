// Days as numbers, and the marks of an axis from years to days.

const DAY = 86400000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const YEARS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

/** Returns the number of a day, written YYYY-MM-DD. */
export function dayOf(text) {
  const [year, month, day] = text.split("-").map(Number);
  return numberOf(year, month - 1, day);
}

function numberOf(year, month, day = 1) {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return Math.round(date.getTime() / DAY);
}

function parts(day) {
  const date = new Date(Math.floor(day) * DAY);
  return [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
}

/**
 * Returns the marks between two days: where each is, what it says, and whether it begins a year.
 * @param {number} room how many of them there is room for
 */
export function marks(first, last, room) {
  const span = last - first;
  if (span / 1.5 < room) return daily(first, last, Math.max(1, Math.ceil(span / room)));
  if (span / 30 < room) return monthly(first, last, [1, 2, 3, 6].find((step) => span / 30 / step < room) ?? 6);
  if (span / 180 < room) return monthly(first, last, 6);
  const step = YEARS.find((years) => span / 365 / years < room) ?? 1000;
  const found = [];
  for (let year = Math.floor(parts(first)[0] / step) * step; ; year += step) {
    const at = numberOf(year, 0);
    if (at > last) return found;
    if (at >= first) found.push({ at, text: String(year), major: false });
  }
}

function monthly(first, last, step) {
  const found = [];
  const [year] = parts(first);
  for (let month = 0; ; month += step) {
    const at = numberOf(year, month);
    if (at > last) return found;
    const [itsYear, itsMonth] = parts(at);
    if (at >= first) found.push({ at, text: itsMonth ? MONTHS[itsMonth] : String(itsYear), major: itsMonth === 0 });
  }
}

function daily(first, last, step) {
  const found = [];
  for (let at = Math.ceil(first); at <= last; at += 1) {
    const [year, month, day] = parts(at);
    if (day !== 1 && ((day - 1) % step || (step > 1 && day > 31 - step / 2))) continue;
    const text = day === 1 ? (month ? `1 ${MONTHS[month]}` : `1 Jan ${year}`) : String(day);
    found.push({ at, text, major: day === 1 });
  }
  return found;
}

/** Returns a span of days in words, for who cannot see the axis. */
export function spanInWords(first, last) {
  const say = (day) => {
    const [year, month, date] = parts(day);
    return last - first > 900 ? String(year) : `${date} ${MONTHS[month]} ${year}`;
  };
  return `${say(first)} to ${say(last)}`;
}
