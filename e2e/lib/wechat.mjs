// What tests of WeChat have in common: a case of which one has to come to the hall, and
// a phone's chat with the office.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { go, leads } from "./pages.mjs";
import { ROOT } from "./town.mjs";

/** A browser inside WeChat, as its own says who it is. */
export const INSIDE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0 Mobile Safari/537.36 MicroMessenger/8.0.50";

/** An example case of two people; the second holds no booklet, and so has to come once. */
export async function pair() {
	const c = JSON.parse(await readFile(join(ROOT, "testdata/cases/valid-germany-5-days.json"), "utf8"));
	delete c.expect;
	delete c.materials;
	c.members = [c.members[0], c.members[2]];
	delete c.members[1].passport;
	c.budget.lines = c.budget.lines.filter((/** @type {any} */ l) => [undefined, 0, 2].includes(l.member)).map((/** @type {any} */ l) => (l.member === 2 ? { ...l, member: 1 } : l));
	return JSON.stringify(c);
}

/** Somebody's chat with the office. @param {import("playwright-core").Page} phone @param {string} wechat where the phones lie @param {string} who */
export function chatOf(phone, wechat, who) {
	const open = async () => {
		await go(phone, wechat);
		await leads(phone, () => phone.getByRole("link", { name: who }).click());
	};
	/** What the chat says last. */
	const last = () => phone.getByRole("list", { name: "消息" }).getByRole("listitem").last();
	/** Presses what stands in the menu below. @param {string | RegExp} name */
	const menu = (name) => leads(phone, () => phone.locator("footer").getByRole("button", { name }).click());
	/** Follows a link of the last message. @param {string} name */
	const follow = (name) => leads(phone, () => last().getByRole("link", { name }).first().click());
	/** Opens the chat until its last message says something. @param {RegExp} what */
	const told = async (what) => {
		for (let nth = 0; nth < 60; nth++) {
			await open();
			if ((await phone.getByRole("listitem").count()) && what.test(await last().innerText())) return;
			await new Promise((on) => setTimeout(on, 250));
		}
		assert.match(await phone.locator("main").innerText(), what);
	};
	return { open, last, menu, follow, told };
}
