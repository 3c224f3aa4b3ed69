// What the office says to all, and what people say to it: without signing in,
// on the phone and at the desk, with and without script.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("what somebody says about a page comes to the office, is answered, and stands among what was changed", async (s) => {
	const wrong = [];
	const look = async (/** @type {import("playwright-core").Page} */ p, /** @type {string} */ what) => wrong.push(...(await inspect(p, everyWay(), what)).map((w) => `${what}: ${w}`));
	/** Says something from a page's foot. @param {import("playwright-core").Page} p @param {string} at @param {string} words */
	const say = async (p, at, words) => {
		await go(p, at);
		await leads(p, () => p.locator("footer").getByRole("link", { name: "提意见" }).click());
		await fill(p, { matter: "wish", words });
		await look(p, "feedback");
		await press(p, "发给外办");
		await says(p, "已发给外办", words);
		await look(p, "sent");
	};
	const he = await s.as("he", "internet", { size: PHONE });
	await say(he, "/people", "名单想按部门排");
	await says(he, /\d+×\d+/);
	const mine = he.url();
	const plain = await s.visitor("internet", { size: PHONE, script: false });
	await go(plain, "/guide");
	await leads(plain, () => plain.locator("footer").getByRole("link", { name: "提意见" }).click());
	await press(plain, "发给外办");
	await says(plain, "没有选是哪一种");
	await fill(plain, { matter: "question", words: "能打印吗" });
	await press(plain, "发给外办");
	await says(plain, "请记下这个网址");
	await say(await s.as("cai", "passport"), "/orders", "拍照的按钮再大些");
	await say(await s.as("chuang", "office"), "/desk", "想看后面还有几位");
	await s.town.settle();

	const chu = await s.as("chu", "office");
	await go(chu, "/remarks");
	await says(chu, "名单想按部门排", "能打印吗", "想看后面还有几位");
	await saysNot(chu, "拍照的按钮再大些");
	await look(chu, "the list");

	// Free words leave the isolated network when two people there let them go.
	const zhao = await s.as("zhao", "passport");
	await go(zhao, "/node");
	await says(zhao, "按放行规则暂扣");
	await leads(zhao, () => zhao.getByRole("link", { name: "网间暂扣" }).click());
	await says(zhao, "网间暂扣1件", "要两人放行");
	await look(zhao, "held");
	await leads(zhao, () => zhao.getByRole("link", { name: "对页面的意见" }).click());
	await saysNot(zhao, "拍照的按钮再大些"); // who lets it go decides about its kind
	await press(zhao, "提出放行");
	await says(zhao, "请写理由");
	await look(zhao, "sent back");
	await fill(zhao, { why: "问过本人，不涉密" });
	await press(zhao, "提出放行");
	await says(zhao, "请另一个人到这里办");
	await leads(zhao, () => zhao.getByRole("link", { name: "对页面的意见" }).click());
	await says(zhao, "要由另一个人办");
	await saysNot(zhao, "同意放行");
	await look(zhao, "asked");
	const second = await s.as("admin", "passport", { size: PHONE, script: false });
	await go(second, zhao.url().replace(/^https?:\/\/[^/]+/, ""));
	await says(second, "问过本人，不涉密");
	await press(second, "同意放行");
	await says(second, "已放行");
	await s.town.settle();
	await go(second, "/release");
	await says(second, "没有暂扣的记录");
	await go(chu, "/remarks");
	await says(chu, "拍照的按钮再大些");
	for (const [who, zone] of /** @type {const} */ ([["chu", "office"], ["admin", "internet"]])) {
		const p = await s.as(who, zone);
		await go(p, "/release");
		await says(p, "没有暂扣的记录");
		await look(p, `nothing held, ${zone}`);
	}
	await go(chu, "/remarks");
	await leads(chu, () => chu.getByRole("link", { name: "名单想按部门排" }).click());
	await press(chu, "我先看看");
	await fill(chu, { to: "done", reply: "已经可以了" });
	await press(chu, "答复");
	await fill(chu, { what: "人员名单可以按部门排序" });
	await press(chu, "公开");
	await says(chu, "已公开。");
	await look(chu, "answered");
	await s.town.settle();

	await go(he, mine.replace(/\?.*/, ""));
	await says(he, "已经可以了", "人员名单可以按部门排序");
	await look(he, "answered");
	const desk = await s.visitor("internet", { size: DESK });
	await go(desk, "/changes");
	await says(desk, "人员名单可以按部门排序", "因意见而改");
	await saysNot(desk, "何远舟");
	await look(desk, "changes");

	await go(chu, "/notices/new");
	await fill(chu, { sort: "feature", title: "可以按部门排了", body: "在人员页。" });
	await press(chu, "发布");
	await s.town.settle();
	await go(he, "/cases");
	await says(he, "新功能：可以按部门排了");
	await look(he, "something new");
	await leads(he, () => he.getByRole("button", { name: "知道了" }).click());
	await saysNot(he, "新功能：可以按部门排了");
	assert.deepEqual(wrong, []);
}, Town.kept);

test("a guide that is printed says on paper all that it says on a screen, whole and unfolded", async (s) => {
	const desk = await s.visitor("internet", { size: DESK });
	await go(desk, "/guide/own/DEU");
	assert.ok((await desk.locator("main details:not([open])").count()) > 0, "nothing is folded on the screen");
	await desk.emulateMedia({ media: "print" });
	await desk.setViewportSize({ width: 643, height: 1000 }); // an A4 sheet between its margins
	assert.ok(await desk.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the paper");
	const screen = await desk.locator("button, .btn, input, textarea, .tabs, .foot, .bar").evaluateAll((all) => all.filter((e) => e.checkVisibility()).map((e) => e.outerHTML.slice(0, 80)));
	assert.deepEqual(screen, [], "belongs to a screen");
	// Whatever a reader reads at once: a heading, a cell, an item.
	const said = await desk.locator("main :is(h1, h2, h3, p, li, dt, dd, th, td, caption, summary)").evaluateAll((all) =>
		all.filter((e) => !e.closest(".noprint, .do, .vh, .head .acts, form") && !e.querySelector("p, li, dd, td, th, a.btn, .tag")).map((e) => e.textContent ?? ""));
	const bare = (/** @type {string} */ t) => t.normalize("NFKC").replace(/\s/g, ""); // some faces' tables say a radical for its character
	const folder = await mkdtemp(join(tmpdir(), "yitang-e2e-"));
	s.t.after(() => rm(folder, { recursive: true }));
	const file = join(folder, "guide.pdf");
	await desk.pdf({ path: file, preferCSSPageSize: true });
	// In the order in which it is drawn: a cell's lines stay together.
	const paper = bare(execFileSync("pdftotext", ["-raw", "-nopgbrk", "-enc", "UTF-8", file, "-"]).toString());
	const texts = [...new Set(said.map(bare))].filter((t) => t.length > 1);
	assert.ok(texts.length > 40, `only ${texts.length} texts stand on the screen`);
	assert.deepEqual(texts.filter((t) => !paper.includes(t)), [], "isn't on the paper");
}, Town.kept);
