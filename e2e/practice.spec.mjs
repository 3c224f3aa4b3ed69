// An officer practises: over to the practice site and into the made-up case; who has
// passed has a certificate, and the office a list.
import assert from "node:assert/strict";
import { everyWay, inspect } from "./lib/inspect.mjs";
import { go, leads, press, says, saysNot } from "./lib/pages.mjs";
import { DESK, PHONE } from "./lib/sizes.mjs";
import { sameTown, test } from "./lib/test.mjs";

test("an officer is led over to practise, where each page says that it is practice", async (s) => {
	const wrong = [];
	const look = async (/** @type {import("playwright-core").Page} */ p, /** @type {string} */ what) => wrong.push(...(await inspect(p, everyWay(), what)).map((w) => `${what}: ${w}`));
	const he = await s.as("he", "internet", { size: DESK });
	await leads(he, () => he.locator("footer").getByRole("link", { name: "练习" }).click());
	await press(he, "开始练习");
	await says(he, "练习已经备好");
	await look(he, "begun");
	await leads(he, () => he.getByRole("link", { name: "重新开始" }).click());
	await look(he, "begin anew");
	await leads(he, () => he.getByRole("link", { name: "不，接着练" }).click());
	const real = new URL(he.url()).origin;
	await leads(he, () => he.getByRole("link", { name: "继续练习" }).click());
	const at = new URL(he.url());
	assert.notEqual(at.origin, real);
	assert.equal(at.pathname, "/practice");
	assert.ok(!at.search, "the way in stays in the address");
	await says(he, "练习（全部虚构）", "这是练习", "下一步，轮到您", "填报案件");
	await look(he, "the path");
	await leads(he, () => he.getByRole("link", { name: "要办的案件", exact: true }).click());
	await says(he, "巴黎示范大学");
	await look(he, "the task");
	const file = await (await he.request.get(at.origin + "/practice/task/file")).text();
	await he.goto(at.origin + "/cases/new");
	await says(he, "这是练习");
	await he.locator("details > summary", { hasText: "案卷" }).first().click();
	await he.locator("textarea[name=text]").fill(file);
	await leads(he, () => he.getByRole("button", { name: "导入", exact: true }).click());
	await he.goto(at.origin + "/practice/task");
	await says(he, "下载样张", "承诺书");
	await look(he, "the papers");
	await go(he, at.origin + "/practice");
	await says(he, "示范城市");
	await leads(he, () => he.getByRole("link", { name: "各人会收到的通知" }).click());
	await says(he, "一条也不会发出去");
	await look(he, "what would be told");

	// The real site goes on beside it, by the same browser, and knows nothing of the case.
	await go(he, real + "/cases");
	await saysNot(he, "这是练习", "示范理工大学");
	await go(he, at.origin + "/practice");

	const phone = await s.visitor("internet", { size: PHONE });
	await phone.goto(at.origin + "/practice");
	await says(phone, "请从单位的网站进来");
	await look(phone, "the gate");
	assert.deepEqual(wrong, []);
}, sameTown);

test("who has passed has a certificate, and the office sees who has and which unit has nobody", async (s) => {
	const wrong = [];
	const look = async (/** @type {import("playwright-core").Page} */ p, /** @type {string} */ what) => wrong.push(...(await inspect(p, everyWay(), what)).map((w) => `${what}: ${w}`));
	const luo = await s.as("luo", "internet", { size: PHONE });
	await go(luo, "/training");
	await leads(luo, () => luo.getByRole("link", { name: "看结业证明" }).click());
	await says(luo, "练习结业证明", "罗知行", "到场", "1 次");
	await look(luo, "the certificate");
	const pdf = await luo.request.get(new URL("/training/certificate/file", luo.url()).href);
	assert.equal((await pdf.body()).subarray(0, 4).toString(), "%PDF");
	const chu = await s.as("chu", "office");
	await leads(chu, () => chu.getByRole("navigation").getByRole("link", { name: "练习" }).click());
	await says(chu, "罗知行", "已通过");
	await look(chu, "the list");
	await leads(chu, () => chu.getByRole("link", { name: /没有人通过的单位/ }).click());
	await saysNot(chu, "罗知行");
	await look(chu, "units with nobody");
	assert.deepEqual(wrong, []);
}, sameTown);
