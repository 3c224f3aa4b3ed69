const fs = require("node:fs");
const path = require("node:path");
const root = path.join(__dirname, "..");
const { all } = require("../lib/words");
const { moment, shift } = require("../lib/time");

test("every word is there in all three languages, and nothing else", () => {
  for (const [lang, words] of Object.entries(all)) expect([lang, Object.keys(words).sort()]).toEqual([lang, Object.keys(all["zh-CN"]).sort()]);
});

test("every word that a page shows exists, and every word is shown", () => {
  const keys = Object.keys(all["zh-CN"]).map((k) => k.replace(/\./g, "_"));
  const source = files(root).filter((f) => /\.(wxml|js)$/.test(f) && !f.includes("/test/") && !f.endsWith("words.js")).map((f) => fs.readFileSync(f, "utf8")).join("\n");
  const used = new Set([...source.matchAll(/\bw\.([a-z_0-9]+)/g)].map((m) => m[1]).concat([...source.matchAll(/title: "([a-z_]+)"/g)].map((m) => m[1])));
  for (const k of used) expect(keys).toContain(k);
  const made = /^(rate_[1-5]|link_|again|yes|no|empty|loading)/; // put together from a value
  expect(keys.filter((k) => !used.has(k) && !made.test(k))).toEqual([]);
});

test("what is uploaded stays under two megabytes, and each page and component has its four files", () => {
  let size = 0;
  for (const f of files(root)) if (!f.includes("/test/")) size += fs.statSync(f).size;
  expect(size).toBeLessThan(2 << 20);
  const app = JSON.parse(fs.readFileSync(path.join(root, "app.json"), "utf8"));
  for (const at of [...app.pages, ...Object.values(app.usingComponents).map((c) => c.slice(1))])
    for (const end of ["js", "json", "wxml", "wxss"]) expect([at, end, fs.existsSync(path.join(root, at + "." + end))]).toEqual([at, end, true]);
});

test("times are the office's, whatever the phone's zone", () => {
  expect(moment("2026-12-09T17:30:00Z")).toBe("12-10 1:30");
  expect(shift("2026-12-31", 1)).toBe("2027-01-01");
  expect(shift("2026-03-01", -1)).toBe("2026-02-28");
});

function files(dir) {
  return fs.readdirSync(dir, { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? files(path.join(dir, e.name)) : [path.join(dir, e.name)]));
}
