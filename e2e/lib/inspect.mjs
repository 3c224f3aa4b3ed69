// What every page owes everybody: axe finds nothing, nothing is pushed sideways
// on a phone, in light and in dark; a search field and its button are one row; the
// narrowest phone has room for it, and so it has in the largest type.
import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DESK, NARROW, PHONE } from "./sizes.mjs";
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
/** In the middle of a story each page is looked at in one way, now wide, now narrow; everypage.mjs looks at every page in both. */
export const inTurn = () => (SOAK ? WAYS : [WAYS[turn++ % 2]]);

/** Which pages were looked at in this run, a line each: zone and path. */
export const LOOKED = join(ROOT, "e2e/out/looked.txt");

/** A way into a page for what its content policy doesn't bind. @type {WeakMap<import("playwright-core").Page, Promise<import("playwright-core").CDPSession>>} */
const sessions = new WeakMap();

/** Half the price of page.evaluate, which would look through all that axe is. @param {import("playwright-core").Page} page */
async function putAxeInto(page) {
	const session = sessions.get(page) ?? page.context().newCDPSession(page);
	sessions.set(page, session);
	await (await session).send("Runtime.evaluate", { expression: axe + "; 0" });
}

/**
 * Looks at the page as it stands, and leaves it as it was.
 * @param {import("playwright-core").Page} page
 * @param {readonly (typeof WAYS)[number][]} ways
 * @param {string} [state] what the page shows, where its address doesn't tell
 * @returns {Promise<string[]>} what is wrong
 */
export async function inspect(page, ways, state) {
	const wrong = [];
	const was = page.viewportSize();
	const at = new URL(page.url());
	mkdirSync(dirname(LOOKED), { recursive: true });
	// A page that is refused wasn't seen, and what comes back from a form counts where somebody names that state.
	const status = await page.evaluate(() => /** @type {any} */ (performance.getEntriesByType("navigation")[0]).responseStatus);
	if (status === 200 || state) appendFileSync(LOOKED, `${zoneAt.get(at.origin)} ${at.pathname}${state ? ` (${state})` : ""}\n`);
	await putAxeInto(page);
	for (const { size, scheme, only } of ways) {
		await page.setViewportSize(size);
		await page.emulateMedia({ colorScheme: scheme });
		const how = `${at.pathname}${at.search} (${size.width} px, ${scheme})`;
		const found = await page.evaluate(look, only);
		wrong.push(...found.map((f) => `${how}: ${f}`));
		if (size === PHONE) wrong.push(...(await narrowest(page, zoneAt.get(at.origin) === "internet")).map((f) => `${at.pathname}${at.search} ${f}`));
	}
	await page.emulateMedia({ colorScheme: null });
	if (was) await page.setViewportSize(was);
	return wrong;
}

/** What is wrong, as the page itself finds it. @param {readonly string[] | undefined} rules */
async function look(rules) {
	const begins = (/** @type {Element} */ e) => e.outerHTML.slice(0, 120);
	// Without fetching style sheets anew for rules that aren't asked, or sound and film that we don't have.
	const res = await /** @type {any} */ (globalThis).axe.run(document, { resultTypes: ["violations"], preload: false, ...(rules ? { runOnly: { type: "rule", values: rules } } : {}) });
	/** @type {string[]} */
	const wrong = res.violations.map((/** @type {any} */ v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((/** @type {any} */ n) => n.target.join(" ") + " " + n.html.slice(0, 160)).join(" | ")}`);
	const low = (/** @type {Element} */ f, /** @type {string} */ what) => f.querySelector(what)?.getBoundingClientRect().bottom ?? 0;
	const torn = [...document.querySelectorAll(".finder")].filter((f) => Math.abs(low(f, "input[type=search]") - low(f, "button")) > 4).map(begins);
	if (torn.length) wrong.push(`a search field stands apart from its button: ${torn.join(" | ")}`);
	return wrong;
}

/**
 * What there is no room for on a phone; where travellers and units read, on the narrowest too, as it is and in the largest type (大字版).
 * @param {import("playwright-core").Page} page @param {boolean} everybodys
 */
async function narrowest(page, everybodys) {
	const wrong = [];
	const ways = [{ size: PHONE, text: "" }, { size: NARROW, text: "" }, { size: NARROW, text: "150" }];
	for (const { size, text } of ways.slice(0, everybodys ? 3 : 1)) {
		await page.setViewportSize(size);
		wrong.push(...(await page.evaluate(roomy, text)).map((f) => `(${size.width} px${text ? `, type at ${text} %` : ""}): ${f}`));
	}
	return wrong;
}

/** @param {string} text how large the type is, in per cent */
function roomy(text) {
	const root = document.documentElement;
	const was = root.dataset.text;
	if (text) root.dataset.text = text;
	const begins = (/** @type {Element} */ e) => e.outerHTML.slice(0, 120);
	/** @type {string[]} */
	const wrong = [];
	// A card's cells are within the phone; a table that isn't laid out as cards may be pushed.
	const cut = [...document.querySelectorAll(".tbl.cards")].filter((t) => t.scrollWidth > (t.parentElement?.clientWidth ?? 0) + 1).map(begins);
	if (cut.length) wrong.push(`a card is wider than the phone: ${cut.join(" | ")}`);
	const room = root.clientWidth;
	if (root.scrollWidth > room) {
		const out = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > room + 1 && !e.closest(".scroll"));
		wrong.push(`is pushed sideways, ${root.scrollWidth} px: ${out.slice(0, 3).map(begins).join(" | ")}`);
	}
	// Words that stand beside something wider have room for more than two signs a line.
	const thin = [...document.querySelectorAll("main *")].filter((e) => {
		if (e.closest(".scroll, .vh, svg") || ![...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.textContent?.trim()) || (e.textContent ?? "").trim().length < 5) return false;
		const { width, height } = e.getBoundingClientRect();
		const type = parseFloat(getComputedStyle(e).fontSize);
		return width > 1 && width < type * 2.2 && height > type * 5;
	});
	if (thin.length) wrong.push(`words are squeezed: ${thin.slice(0, 3).map(begins).join(" | ")}`);
	if (was === undefined) delete root.dataset.text;
	else root.dataset.text = was;
	return wrong;
}
