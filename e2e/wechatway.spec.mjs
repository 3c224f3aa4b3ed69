// The whole way on the phone out of WeChat: from the message that a trip is approved to
// the rating at its end, by the links of messages and pages alone.
import assert from "node:assert/strict";
import { bringIn, fill, go, leads, press, saved, says } from "./lib/pages.mjs";
import { NARROW } from "./lib/sizes.mjs";
import { PHONE, test } from "./lib/test.mjs";
import { Town } from "./lib/town.mjs";
import { chatOf, INSIDE, pair } from "./lib/wechat.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** Takes a time that is free, wherever a page offers some. @param {Page} phone @param {RegExp} day @param {string} slot */
async function book(phone, day, slot) {
	await leads(phone, () => phone.getByRole("link", { name: day }).click());
	await fill(phone, { slot });
	await press(phone, /^选.*下一步$/);
	await press(phone, /^确认(预约|改期)$/);
}

test("in WeChat a traveller goes from the message of the approval to the rating by links alone", async (s) => {
	const { town } = s;
	const phone = await s.visitor("internet", { size: PHONE, agent: INSIDE });
	const chat = chatOf(phone, /** @type {any} */ (town).wechat, "冉启航");
	/** Follows a link of the page. @param {string | RegExp} name */
	const on = (name) => leads(phone, () => phone.locator("main").getByRole("link", { name }).first().click());
	const afterwards = () => leads(phone, () => phone.locator('a[href$="/after"]:visible').first().click());
	const forgotten = () => phone.context().clearCookies({ name: "yitang_internet" });
	let at = "";

	await s.step("a traveller is bound by the link to their own data, while the case is at the office", async () => {
		const he = await s.as("he", "internet");
		at = "/cases/" + (await bringIn(he, await pair())).split("/")[2];
		await town.carry(at, "review");
		await go(he, "/people?q=冉启航");
		await leads(he, () => he.locator("main").getByRole("link", { name: "冉启航" }).first().click());
		await press(he, "生成链接");
		const link = new URL((await he.locator("a.addr").getAttribute("href")) ?? "", town.internet).pathname;
		await he.context().close();
		await chat.open();
		await press(phone, "关注", { within: phone.locator("header") });
		await go(phone, link); // as their officer sends it
		await fill(phone, { digits: "1256" });
		await press(phone, "打开");
		await on("绑定我的微信");
		await press(phone, "同意并绑定");
		await says(phone, "已绑定");
	});

	await s.step("told that it is approved, they come in by the message's link without a password, and read the document as a page", async () => {
		await town.carry(at, "decide");
		await forgotten();
		await chat.told(/已批准/);
		await chat.follow("查看详情");
		assert.equal(new URL(phone.url()).pathname, at + "/progress");
		await on(/看批件/);
		await says(phone, "第 1 页，共", "核验", "发到电脑");
		const picture = phone.locator("main img").first();
		assert.ok(await picture.evaluate((i) => /** @type {HTMLImageElement} */ (i).decode().then(() => /** @type {HTMLImageElement} */ (i).naturalWidth > 0)), "the page's picture can't be drawn");
		await phone.locator("summary", { hasText: "看文字" }).first().click();
		await says(phone, "冉启航");
		await s.inspect(phone, "inside WeChat");
		await phone.goBack();
	});

	await s.step("they book their visit, and copy its date", async () => {
		await on(/约.*(时间|这一次)/);
		if (!(await phone.locator("[name=slot]").count()) && !(await phone.getByRole("link", { name: /周四 12/ }).count())) await on("约这一次");
		await book(phone, /周四 12/, "09:30");
		await says(phone, "到场码");
		await on("加到日历");
		await says(phone, "记到日历", "3月12日", "带身份证原件");
		await s.inspect(phone, "inside WeChat");
		await on("回到到场码");
		await says(phone, "到场码");
		await town.settle();
	});

	await town.at("2026-03-12T09:25");
	await s.step("they are checked in at the window, and what they rate is what the message leads to", async () => {
		await forgotten();
		await chat.open();
		await chat.menu("大厅预约");
		await chat.follow("打开预约凭证");
		const chuang = await s.as("chuang", "office");
		await leads(chuang, () => chuang.locator("main").getByRole("link", { name: "冉启航" }).first().click());
		await press(chuang, /签到/);
		await press(chuang, /已核原件/);
		await chuang.context().close();
		await town.carry(at, "capture");
		await chat.told(/办得怎么样/);
		await chat.follow("查看详情");
		await says(phone, "这次在大厅办得怎么样");
		await fill(phone, { grade: "4" });
		await press(phone, "交评价");
		await says(phone, "已收到：满意");
	});

	await s.step("told that their booklet is on its way, they follow on, leave and come home", async () => {
		await town.carry(at, "lend");
		await forgotten();
		await chat.told(/证照已发/);
		await chat.follow("查看详情");
		await says(phone, "签证");
		await town.at("2026-05-11T20:00");
		await chat.open();
		await chat.menu("办理进度");
		await chat.follow("看进度");
		await afterwards();
		await press(phone, "登记出境");
		await says(phone, "在境外");
		await town.at("2026-05-15T20:00");
		await chat.open();
		await chat.menu("办理进度");
		await chat.follow("看进度");
		await afterwards();
		await press(phone, "下一步：核对期限");
		await press(phone, "确认5月15日已回国");
		await says(phone, "交回");
		await town.settle();
	});

	await s.step("and rate the whole trip", async () => {
		await on(/评一评|去评价/);
		await fill(phone, { grade: "5", words: "在微信里就办完了。" });
		await press(phone, "交评价");
		await says(phone, "已收到：非常满意");
	});
}, () => Town.start({ tells: true }));

test("a returned field is corrected on a phone of 360 pixels by the link of its message", async (s) => {
	const { town } = s;
	const phone = await s.visitor("internet", { size: NARROW, agent: INSIDE });
	const chat = chatOf(phone, /** @type {any} */ (town).wechat, "何远舟");
	const he = await s.as("he", "internet");
	const at = "/cases/" + (await bringIn(he, await pair())).split("/")[2];
	await he.context().close();
	await s.step("the officer is bound", async () => {
		await chat.open();
		await press(phone, "关注", { within: phone.locator("header") });
		await chat.menu("办理进度");
		await chat.follow("登录并绑定");
		await fill(phone, { name: "he", password: "yitang-e2e-2026" });
		await press(phone, "登录");
		await press(phone, "同意并绑定");
		await says(phone, "已绑定");
	});
	const shou = await s.as("shou", "office");
	await s.step("intake returns one field", async () => {
		await town.carry(at, "submit");
		await go(shou, at.replace("/cases/", "/c/"));
		await leads(shou, () => shou.getByRole("link", { name: /一次性告知/ }).first().click());
		await fill(shou, { field: "case.purpose", words: "写清设备的名称和台数" });
		await press(shou, "加一项");
		await press(shou, "发出告知，共 1 项");
		await town.settle();
	});
	await s.step("the message leads to the field, which is corrected there", async () => {
		await phone.context().clearCookies({ name: "yitang_internet" });
		await chat.told(/请补正/);
		await chat.follow("查看详情");
		await says(phone, "写清设备的名称和台数");
		assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is pushed sideways");
		const field = phone.locator('[name="case.purpose"]');
		const was = await field.inputValue();
		await saved(phone, () => fill(phone, { "case.purpose": was + "设备为高速相机两台。" }));
		await s.inspect(phone);
		await press(phone, "补正好了，交回外办");
		await says(phone, "补正已交回外办");
		await town.settle();
	});
	await s.step("intake reads what was corrected", async () => {
		await go(shou, at.replace("/cases/", "/c/"));
		await says(shou, "设备为高速相机两台");
	});
}, () => Town.start({ tells: true }));
