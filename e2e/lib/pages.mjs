// What people do on a page, in their own words: fill, press, wait for the
// saving; and what a paper is dropped, pasted or picked with.
import assert from "node:assert/strict";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {import("playwright-core").Locator} Locator */

/** What was typed in this file's tests, value by value: the fields it was typed into, without the number of a row. @type {Map<string, Set<string>>} */
export const typed = new Map();

/** @param {string} name @param {string} value */
const keep = (name, value) => typed.set(value, (typed.get(value) ?? new Set()).add(name.replace(/\[\d+\]/g, "[]")));

/**
 * Fills fields by their names: text, choices by their value, boxes by true and
 * false or, several under one name, by a list.
 * @param {Page | Locator} at @param {Record<string, string | boolean | string[]>} values
 */
export async function fill(at, values) {
	for (const [name, value] of Object.entries(values)) {
		const all = at.locator(`[name="${name}"]:not([type=hidden])`);
		const kind = await all.first().evaluate((e) => (e instanceof HTMLInputElement ? e.type : e.tagName));
		if (Array.isArray(value)) for (const v of value) await at.locator(`[name="${name}"][value="${v}"]`).check();
		else if (kind === "SELECT") await all.selectOption(/** @type {string} */ (value));
		else if (kind === "radio") await at.locator(`[name="${name}"][value="${value}"]`).check();
		else if (kind === "checkbox") await all.setChecked(/** @type {boolean} */ (value));
		else {
			await all.fill(/** @type {string} */ (value));
			keep(name, /** @type {string} */ (value));
		}
	}
}

/** What the fields say now. @param {Page} page @param {string[]} names */
export const values = async (page, names) =>
	Object.fromEntries(await Promise.all(names.map(async (n) => [n, await page.locator(`[name="${n}"]:not([type=hidden])`).first().inputValue()])));

/**
 * Types, and waits until the form says that all of it is saved: an earlier pause
 * may have saved a part already. With a status, that answer must have come.
 * @param {Page} page @param {() => Promise<unknown>} typing @param {number} [status]
 */
export async function saved(page, typing, status) {
	const told = (/** @type {import("playwright-core").Response} */ r) => r.request().method() === "POST" && (r.request().postData() ?? "").includes("_autosave=1") && r.status() === status;
	await Promise.all([status && page.waitForResponse(told), typing()]);
	await page.waitForFunction(() => [...document.querySelectorAll("auto-save")].every((a) => !(/** @type {any} */ (a).busy) && !(/** @type {any} */ (a).dirty)), undefined, { timeout: 40_000 });
}

/** Presses a button that leads on. @param {Page} page @param {string | RegExp} name @param {{within?: Locator}} [o] */
export async function press(page, name, o = {}) {
	const button = (o.within ?? page.locator("main")).getByRole("button", { name, exact: typeof name === "string" }).first();
	await leads(page, () => button.click());
}

/** Does something that leads to a page, and waits until it is there. @param {Page} page @param {() => Promise<unknown>} act */
export async function leads(page, act) {
	await Promise.all([page.waitForEvent("load"), act()]);
}

/** @param {Page} page @param {string} url */
export async function go(page, url) {
	const res = await page.goto(url);
	assert.equal(res?.status(), 200, `GET ${url}`);
}

/** The text of the page, without needless space. @param {Page} page */
export const text = async (page) => (await page.locator("body").innerText()).replace(/\s+/g, " ");

/** @param {Page} page @param {...(string | RegExp)} words */
export async function says(page, ...words) {
	const t = await text(page);
	for (const w of words) assert.ok(typeof w === "string" ? t.includes(w) : w.test(t), `${page.url()} doesn't say ${w}:\n${t}`);
}

/** @param {Page} page @param {...string} words */
export async function saysNot(page, ...words) {
	const t = await text(page);
	for (const w of words) assert.ok(!t.includes(w), `${page.url()} says ${w}:\n${t}`);
}

const transfer = (/** @type {Page} */ page, /** @type {{name: string, mimeType: string, buffer: Buffer}[]} */ files) =>
	page.evaluateHandle(
		(fs) => {
			const t = new DataTransfer();
			for (const f of fs) t.items.add(new File([Uint8Array.from(atob(f.data), (c) => c.charCodeAt(0))], f.name, { type: f.type }));
			return t;
		},
		files.map((f) => ({ name: f.name, type: f.mimeType, data: f.buffer.toString("base64") })),
	);

/** Waits until a place shows the file. @param {Page} page @param {Locator} place @param {() => Promise<unknown>} act @param {string} name */
async function lands(place, act, name) {
	await act();
	const item = place.locator(".files li").filter({ hasText: name });
	await item.locator("a[href]").first().waitFor();
}

/** @param {Page} page @param {Locator} place @param {ReturnType<typeof import("./files.mjs").file>} f */
export const drop = async (page, place, f) => {
	const data = await transfer(page, [f]);
	const form = place.locator("form");
	await lands(place, async () => {
		await form.dispatchEvent("dragover", { dataTransfer: data });
		await form.dispatchEvent("drop", { dataTransfer: data });
	}, f.name);
};

/** @param {Page} page @param {Locator} place @param {ReturnType<typeof import("./files.mjs").file>} f */
export const paste = async (page, place, f) => {
	const data = await transfer(page, [f]);
	await lands(place, async () => {
		await place.locator("input[type=file]").focus();
		await page.evaluate((d) => document.activeElement?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: d, bubbles: true, cancelable: true })), data);
	}, f.name);
};

/** @param {Locator} place @param {ReturnType<typeof import("./files.mjs").file>} f */
export const pick = (place, f) => lands(place, () => place.locator("input[type=file]").setInputFiles(f), f.name);

/** Begins a case with a case file, whose box stands folded. @param {Page} page @param {string} file @returns where the case is */
export async function bringIn(page, file) {
	await go(page, "/cases/new");
	await page.getByText("手里有别处导出的案卷文件").click();
	await fill(page, { text: file });
	await press(page, "导入");
	return new URL(page.url()).pathname;
}

/**
 * Gives a reason in each box that wants one and has none, and lays the case before the
 * signatory. @param {import("playwright-core").Page} page
 */
export async function present(page) {
	for (const box of await page.locator('textarea[name^="answers."]').all()) if (!(await box.inputValue())) await box.fill("已与对方核实，当日照常接待。");
	await press(page, "交签批人");
}
