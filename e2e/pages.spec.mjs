// Every page that can be reached, as everybody who may see it: axe, light and
// dark, wide and narrow, without a word in the console.
import assert from "node:assert/strict";
import { everyWay, inspect } from "./lib/inspect.mjs";
import { test } from "./lib/test.mjs";
import { Town } from "./lib/town.mjs";

/** Who walks: one of each role. What one has looked at, the next needn't. */
const WALKERS = /** @type {const} */ ({
	internet: ["", "he", "luo", "jiang", "admin"],
	office: ["", "shou", "chu", "zhu", "qian", "guan", "chuang", "admin", "audit"],
	passport: ["", "zhao", "cai", "audit"],
});

/** An address without what differs from one object to the next. @param {string} url */
const kind = (url) => {
	const u = new URL(url);
	const path = u.pathname.replace(/\/(?:[0-9a-f]{8}-[0-9a-f-]{20,}[^/]*|[bp]-?p?\d+(?:\.[^/]*)?)/gi, "/*").replace(/\/v\/[^/]+/, "/v/*");
	return u.origin + path + "?" + [...u.searchParams.keys()].filter((k) => !["of", "said", "paper", "day", "from"].includes(k)).sort().join("&");
};

for (const zone of /** @type {("internet" | "office" | "passport")[]} */ (Object.keys(WALKERS))) {
	test(`every page of the ${zone} site is open to everybody: axe, light and dark, 1440 and 390 pixels`, async (s) => {
		const wrong = [];
		const seen = new Set();
		for (const login of WALKERS[zone]) {
			const page = login ? await s.as(login, zone) : await s.visitor(zone);
			const at = s.town.facts?.at ?? "";
			const queue = ["/login", "/display", "/keys", "/verify", "/nothing-here", at, at.replace("/cases/", "/c/")].map((p) => new URL(p, s.town[zone]).href);
			if (login) queue.unshift(page.url());
			const asked = new Set();
			while (queue.length) {
				const url = /** @type {string} */ (queue.shift());
				if (asked.has(kind(url)) || url.includes("lang=")) continue;
				asked.add(kind(url));
				const got = await page.request.get(url);
				if (!got.headers()["content-type"]?.startsWith("text/html")) continue;
				const text = await got.text();
				for (const [, to] of text.matchAll(/ href="([^"#]+)/g)) {
					const link = new URL(to.replaceAll("&amp;", "&"), got.url());
					if (link.origin === s.town[zone]) queue.push(link.href);
				}
				const key = `${got.status()} ${kind(got.url())}`;
				if (seen.has(key)) continue; // somebody before has looked at it
				seen.add(key);
				await page.goto(url);
				wrong.push(...(await inspect(page, everyWay())).map((w) => `${login || "nobody"}: ${w}`));
			}
			await page.context().close();
		}
		s.t.diagnostic(`${seen.size} pages: ${[...seen].map((k) => k.replace(s.town[zone], "")).sort().join("  ")}`);
		assert.ok(seen.size > 8, `only ${seen.size} pages were reached`);
		assert.deepEqual(wrong, []);
	}, async () => (await Town.kept()) ?? Town.start());
}
