// @ts-check
// The office's time, whatever the phone's own zone: China has one, eight hours
// before UTC all year. Not every phone's engine has Intl.
const EAST = 8 * 3600 * 1000;
const two = (n) => String(n).padStart(2, "0");

/** 9:05, of a moment in RFC 3339. */
function clock(at) {
  const d = new Date(Date.parse(at) + EAST);
  return d.getUTCHours() + ":" + two(d.getUTCMinutes());
}

/** 12-10 9:05 */
function moment(at) {
  const d = new Date(Date.parse(at) + EAST);
  return two(d.getUTCMonth() + 1) + "-" + two(d.getUTCDate()) + " " + clock(at);
}

/** A day so many days later, as the office writes days. */
function shift(day, by) {
  const d = new Date(Date.parse(day + "T00:00:00Z"));
  d.setUTCDate(d.getUTCDate() + by);
  return d.toISOString().slice(0, 10);
}

module.exports = { clock, moment, shift };
