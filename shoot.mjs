import { chromium } from "playwright-core";
import { execSync } from "node:child_process";
const exe = execSync("command -v chromium-headless-shell").toString().trim();
const [zone, login, w, ...paths] = process.argv.slice(2);
const port = { internet: 9400, office: 9401, passport: 9402 }[zone];
const b = await chromium.launch({ executablePath: exe, args: ["--no-sandbox"] });
const p = await (await b.newContext({ locale: "zh-CN", viewport: { width: +w, height: +w > 1000 ? 900 : 844 } })).newPage();
await p.goto(`http://127.0.0.1:${port}/login`);
if (login !== "-") {
await p.locator("[name=name]").fill(login); await p.locator("[name=password]").fill("yunjiang-2026");
await p.locator("form button:has-text('登录')").last().click(); await p.waitForLoadState();
}
for (const path of paths) {
  if (path.startsWith("links:")) { await p.goto(`http://127.0.0.1:${port}${path.slice(6)}`); console.log((await p.locator("a").evaluateAll(a => a.map(x => x.getAttribute("href")+" "+x.textContent.trim().slice(0,40)))).join("\n")); continue; }
  await p.goto(`http://127.0.0.1:${port}${path}`);
  const f = `/dev/shm/shots/${login}-${w}${path.replace(/[^a-z0-9]+/gi, "_").slice(0,60)}.png`;
  await p.screenshot({ path: f, fullPage: true }); const h = await p.evaluate(() => document.documentElement.scrollHeight); console.log(f, h);
}
await b.close();
