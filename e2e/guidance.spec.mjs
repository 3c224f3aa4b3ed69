// What the office says to all, and what people say to it: without signing in,
// on the phone and at the desk, with and without script.
import assert from "node:assert/strict";
import { everyWay, inspect } from "./lib/inspect.mjs";
import { fill, go, leads, press, says, saysNot } from "./lib/pages.mjs";
import { DESK, PHONE } from "./lib/sizes.mjs";
import { test } from "./lib/test.mjs";
import { Town } from "./lib/town.mjs";

test("a frequent question is written in the office, found by initials on a phone and told to have helped", async (s) => {
	const wrong = [];
	const look = async (/** @type {import("playwright-core").Page} */ p, /** @type {string} */ what) => wrong.push(...(await inspect(p, everyWay(), what)).map((w) => `${what}: ${w}`));
	const chu = await s.as("chu", "office");
	await go(chu, "/faq");
	await leads(chu, () => chu.getByRole("link", { name: "写一个问题" }).click());
	await press(chu, "发布");
	await look(chu, "sent back");
	await fill(chu, { topic: "visa", question: "送签以后多久能拿到签证？", answer: "看国家：\n- 多数在十个工作日以内\n- 进度每天更新", guides: ["own"] });
	await press(chu, "发布");
	await says(chu, "已发布。", "送签以后多久能拿到签证？");
	await look(chu, "one question");
	await s.town.settle();

	const phone = await s.visitor("internet", { size: PHONE, script: false });
	await go(phone, "/guide");
	await leads(phone, () => phone.getByRole("link", { name: "看常见问题" }).click());
	await fill(phone, { q: "sqyhdj" });
	await press(phone, "查找");
	await says(phone, "找到 1 条");
	await leads(phone, () => phone.getByRole("link", { name: "送签以后多久能拿到签证？" }).click());
	await press(phone, "有帮助");
	await says(phone, "已经记下：有帮助");
	await go(phone, "/guide/faq?q=" + encodeURIComponent("食堂几点开门"));
	await says(phone, "没找到");
	await go(phone, "/guide/own/DEU");
	await says(phone, "送签以后多久能拿到签证？");

	const desk = await s.visitor("internet", { size: DESK });
	for (const at of ["/guide/faq", "/guide/faq?q=zzzz"]) {
		await go(desk, at);
		await look(desk, at);
	}
	await go(desk, "/guide/faq");
	await leads(desk, () => desk.getByRole("link", { name: /送签以后/ }).first().click());
	await look(desk, "an answer");
	await s.town.settle();
	await go(chu, "/faq");
	await leads(chu, () => chu.getByRole("link", { name: /送签以后/ }).first().click());
	await says(chu, "有帮助 1，没帮上 0");
	await fill(chu, { reason: "并到另一条里" });
	await press(chu, "下架");
	await says(chu, "已下架");
	await s.town.settle();
	await go(desk, "/guide/faq");
	await saysNot(desk, "送签以后");
	assert.deepEqual(wrong, []);
}, Town.kept);
