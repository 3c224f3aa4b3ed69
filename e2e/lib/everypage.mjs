// Every page of a zone that can be reached, as everybody who may see it: axe,
// light and dark, wide and narrow, without a word in the console; and what one that is
// made for phones weighs.
import assert from "node:assert/strict";
import { join } from "node:path";
import { everyWay, inspect } from "./inspect.mjs";
import { leads } from "./pages.mjs";
import { STATES } from "./states.mjs";
import { ROOT } from "./town.mjs";
import { heavy } from "./weigh.mjs";

/** Who walks: one of each role. What one has looked at, the next needn't. */
const WALKERS = /** @type {const} */ ({
	internet: ["", "he", "luo", "jiang", "admin"],
	office: ["", "shou", "shen", "chu", "zhu", "qian", "guan", "chuang", "ren", "admin", "audit"],
	passport: ["", "zhao", "cai", "admin", "audit"],
});

/** An address without what differs from one object to the next. @param {string} url */
const kind = (url) => {
	const u = new URL(url);
	const path = u.pathname.replace(/\/(?:[0-9a-f]{8}-[0-9a-f-]{20,}[^/]*|[bp]-?p?\d+(?:\.[^/]*)?)/gi, "/*").replace(/\/(v|mine)\/[^/]+/, "/$1/*");
	return u.origin + path + "?" + [...u.searchParams.keys()].filter((k) => !["of", "said", "paper", "day", "from", "back"].includes(k)).sort().join("&");
};

/** What there is only after a press: a draft, a list that is looked through, and the link with which somebody sees their own record. @param {any} s */
async function pressed(s) {
	const he = await s.as("he", "internet");
	await he.goto("/cases/new");
	await he.locator("details > summary", { hasText: "案卷" }).first().click();
	await he.locator("#f-case-file").setInputFiles(join(ROOT, "testdata/cases/valid-germany-5-days.json"));
	await leads(he, () => he.getByRole("button", { name: "导入", exact: true }).click());
	const draft = new URL(he.url()).pathname.split("/").slice(0, 3).join("/");
	assert.match(draft, /^\/cases\/[0-9a-f-]{36}$/);
	await he.goto("/people/import");
	await he.locator("textarea").first().fill("姓名\t部门\t职务\n邵一舟\t国际合作处\t科员");
	await leads(he, () => he.getByRole("button", { name: "读一下" }).click());
	const list = he.url();
	await he.goto("/people/p1");
	await leads(he, () => he.getByRole("button", { name: "生成链接" }).click());
	const own = new URL((await he.locator("a.addr").getAttribute("href")) ?? "", s.town.internet).pathname;
	await he.context().close();
	assert.match(list, /\/imports\//);
	assert.match(own, /^\/mine\//);
	return { draft: [draft], he: [draft, list, "/arrivals", "/corrections", "/people/duplicates", "/people/p1/merge?with=p2"], "": [own, "/v/ZZZZZZZZ"] };
}

/** The body of a test. @param {"internet" | "office" | "passport"} zone */
export const everyPageOf = (zone) => async (/** @type {any} */ s) => {
	const wrong = [];
	const seen = new Set();
	const more = /** @type {Record<string, string[]>} */ (zone === "internet" ? await pressed(s) : { ren: ["/personnel/p1"] });
	for (const login of WALKERS[zone]) {
		const page = login ? await s.as(login, zone) : await s.visitor(zone);
		const at = s.town.facts?.at ?? "";
		const queue = ["/login", "/display", "/keys", "/verify", "/guide/own/DEU", "/nothing-here", at, at.replace("/cases/", "/c/"), ...(more[login] ?? [])].map((p) => new URL(p, s.town[zone]).href);
		if (login) queue.unshift(page.url());
		const asked = new Set();
		// The draft's pages are others than those of the case that was put away.
		const like = (/** @type {string} */ url) => kind(url) + (more.draft?.some((d) => new URL(url).pathname.startsWith(d)) ? " of a draft" : "");
		while (queue.length) {
			const url = /** @type {string} */ (queue.shift());
			if (asked.has(like(url)) || url.includes("lang=")) continue;
			asked.add(like(url));
			const got = await page.request.get(url);
			if (!got.headers()["content-type"]?.startsWith("text/html")) continue;
			const text = await got.text();
			for (const [, to] of text.matchAll(/ href="([^"#]+)/g)) {
				const link = new URL(to.replaceAll("&amp;", "&"), got.url());
				if (link.origin === s.town[zone]) queue.push(link.href);
			}
			const key = `${got.status()} ${like(got.url())}`;
			if (seen.has(key)) continue; // somebody before has looked at it
			seen.add(key);
			if (zone === "internet") wrong.push(...(await heavy(page.request, got.url(), text)).map((w) => `${login || "nobody"}: ${w}`));
			await page.goto(url);
			wrong.push(...(await inspect(page, everyWay())).map((w) => `${login || "nobody"}: ${w}`));
		}
		await page.context().close();
	}
	for (const { who, path, state, come, shows } of STATES.filter((t) => t.zone === zone)) {
		const page = who ? await s.as(who, zone) : await s.visitor(zone);
		await come(page, (login) => s.as(login, zone));
		assert.equal(new URL(page.url()).pathname, path);
		await page.locator(shows).first().waitFor();
		wrong.push(...(await inspect(page, everyWay(), state)).map((w) => `${state}: ${w}`));
		await page.context().close();
	}
	s.t.diagnostic(`${seen.size} pages: ${[...seen].map((k) => k.replace(s.town[zone], "")).sort().join("  ")}`);
	assert.ok(seen.size > 8, `only ${seen.size} pages were reached`);
	const reached = [...seen].join(" ");
	for (const must of { internet: ["/imports/", "/mine/"], office: ["/personnel?", "/personnel/"], passport: [] }[zone]) assert.ok(reached.includes(must), `no page of ${must} was looked at`);
	assert.deepEqual(wrong, []);
};
