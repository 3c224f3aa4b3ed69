// The kind of a case is chosen at the start, in plain words; from then on only
// what that kind needs appears. One town serves all of them.
import assert from "node:assert/strict";
import { go, press, says } from "./lib/pages.mjs";
import { PHONE, sameTown, test } from "./lib/test.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Begins a case of a kind and gives its address. @param {Page} page @param {string} kind as its label says */
async function beginAs(page, kind) {
	await go(page, "/cases/new");
	await page.getByRole("radio", { name: new RegExp("^" + kind) }).check();
	await press(page, "开始");
	return "/cases/" + new URL(page.url()).pathname.split("/")[2];
}

test("the start page says what each kind means, begins each as itself and refers what isn't decided here", async (s) => {
	const he = await s.as("he", "internet");
	const small = await s.as("he", "internet", { size: PHONE });
	await go(he, "/cases/new");
	await says(he, "自组团", "参团", "双跨组团", "赴港澳", "一次审批、多次有效", "培训", "赴台湾", "涉密任务", "征求意见", "任务通知书", "确认件");
	await s.inspect(he);
	await go(small, "/cases/new");
	await s.inspect(small);

	for (const [kind, ...words] of [["赴台湾", "台湾事务办公室", "没有建立团组"], ["涉密任务", "当面办理", "没有保存任何内容"]]) {
		const before = await he.request.get("/cases").then((r) => r.text());
		await go(he, "/cases/new");
		await he.getByRole("radio", { name: new RegExp("^" + kind) }).check();
		await press(he, "开始");
		await says(he, ...words);
		assert.equal(new URL(he.url()).pathname, "/cases/new", "the referral has no address of its own");
		await s.inspect(he);
		assert.equal((await he.request.get("/cases").then((r) => r.text())).match(/还没有名称/g)?.length, before.match(/还没有名称/g)?.length, "no case was begun");
	}

	for (const kind of ["自组团", "参团", "双跨组团"]) {
		const at = await beginAs(he, kind);
		await go(he, at + "/mission");
		assert.equal(await he.locator('[name="case.kind"] option:checked').innerText(), kind);
	}
}, sameTown);
