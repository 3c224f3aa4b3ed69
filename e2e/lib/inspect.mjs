// What every page owes everybody: axe finds nothing, nothing is pushed sideways
// on a phone, in light and in dark; a search field and its button are one row.
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DESK, PHONE } from "./sizes.mjs";
import { ROOT, zoneAt } from "./town.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Ways to look at a page: the whole of axe in two; in the other two, which make soak adds, what light and width can change. */
const WAYS = /** @type {const} */ ([
	{ size: DESK, scheme: "light", only: undefined },
	{ size: PHONE, scheme: "dark", only: undefined },
	{ size: DESK, scheme: "dark", only: ["color-contrast"] },
	{ size: PHONE, scheme: "light", only: ["color-contrast"] },
]);
const SOAK = Boolean(process.env.YITANG_SOAK);
let turn = 0;

/** Both ways, or all in a soak. */
export const everyWay = () => WAYS.slice(0, SOAK ? 4 : 2);
/** In the middle of a story each page is looked at in one way, now wide, now narrow; pages.spec looks at every page in both. */
export const inTurn = () => (SOAK ? WAYS : [WAYS[turn++ % 2]]);

/** Which pages were looked at in this run, a line each: zone and path. */
export const LOOKED = join(ROOT, "e2e/out/looked.txt");

/**
 * Looks at the page as it stands, and leaves it as it was.
 * @param {import("playwright-core").Page} page
 * @param {readonly (typeof WAYS)[number][]} ways
 * @returns {Promise<string[]>} what is wrong
 */
export async function inspect(page, ways) {
	const wrong = [];
	const was = page.viewportSize();
	const at = new URL(page.url());
	mkdirSync(dirname(LOOKED), { recursive: true });
	appendFileSync(LOOKED, `${zoneAt.get(at.origin)} ${at.pathname}\n`);
	await page.evaluate(axe); // by the developer protocol, which the content policy doesn't bind
	for (const { size, scheme, only } of ways) {
		await page.setViewportSize(size);
		await page.emulateMedia({ colorScheme: scheme });
		const how = `${at.pathname}${at.search} (${size.width} px, ${scheme})`;
		const found = await page.evaluate(async (rules) => {
			const res = await /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ["violations"], ...(rules ? { runOnly: { type: "rule", values: rules } } : {}) });
			return res.violations.map((/** @type {any} */ v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((/** @type {any} */ n) => n.target.join(" ") + " " + n.html.slice(0, 160)).join(" | ")}`);
		}, only);
		wrong.push(...found.map((/** @type {string} */ f) => `${how}: ${f}`));
		const torn = await page.evaluate(() =>
			[...document.querySelectorAll(".finder")]
				.filter((f) => Math.abs((f.querySelector("input[type=search]")?.getBoundingClientRect().bottom ?? 0) - (f.querySelector("button")?.getBoundingClientRect().bottom ?? 0)) > 4)
				.map((f) => f.outerHTML.slice(0, 120)),
		);
		if (torn.length) wrong.push(`${how}: a search field stands apart from its button: ${torn.join(" | ")}`);
		// A card's cells are within the phone; a table that isn't laid out as cards may be pushed.
		const cut = await page.evaluate(() => [...document.querySelectorAll(".tbl.cards")].filter((t) => t.scrollWidth > (t.parentElement?.clientWidth ?? 0) + 1).map((t) => t.outerHTML.slice(0, 120)));
		if (cut.length && size === PHONE) wrong.push(`${how}: a card is wider than the phone: ${cut.join(" | ")}`);
		if (size !== PHONE) continue;
		const wide = await page.evaluate(() => {
			const room = document.documentElement.clientWidth;
			if (document.documentElement.scrollWidth <= room) return "";
			const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1 && !e.closest(".scroll"));
			return `${document.documentElement.scrollWidth} px: ${out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)).join(" | ")}`;
		});
		if (wide) wrong.push(`${how}: is pushed sideways, ${wide}`);
	}
	await page.emulateMedia({ colorScheme: null });
	if (was) await page.setViewportSize(was);
	return wrong;
}
