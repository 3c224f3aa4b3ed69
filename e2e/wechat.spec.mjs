// A liaison officer does on the phone, out of WeChat, what a delegation wants of
// them, through a server that speaks WeChat's protocol: a message, signing in,
// the booking, the window, progress, and the rating at the end.
import assert from "node:assert/strict";
import { bringIn, fill, go, leads, press, says, saysNot } from "./lib/pages.mjs";
import { PHONE, test } from "./lib/test.mjs";
import { pair } from "./lib/wechat.mjs";

/** @typedef {import("playwright-core").Page} Page */

test("a liaison officer is told in WeChat and signs in there and books and follows and rates on the phone", async (s) => {
	const { town } = s;
	const wechat = /** @type {any} */ (town).wechat;
	const at = await s.step("a delegation is decided, and one of it has to come to the hall", async () => {
		const he = await s.as("he", "internet");
		const draft = await bringIn(he, await pair());
		const at = "/cases/" + draft.split("/")[2];
		await town.carry(at, "decide");
		await he.context().close();
		return at;
	});

	const phone = await s.visitor("internet", { size: PHONE });
	/** Opens the phone's chat with the office. */
	const chat = async () => {
		await go(phone, wechat);
		await leads(phone, () => phone.getByRole("link", { name: "何远舟" }).click());
	};
	/** What the chat says last. */
	const last = () => phone.getByRole("list", { name: "消息" }).getByRole("listitem").last();
	/** Follows the link of the last message. @param {string} name */
	const follow = async (name) => {
		await leads(phone, () => last().getByRole("link", { name }).first().click());
	};

	await s.step("a stranger is told in the chat how to be known, and agrees to be bound after signing in", async () => {
		await chat();
		await press(phone, "关注", { within: phone.locator("header") });
		await s.inspect(phone);
		await press(phone, "办理进度", { within: phone.locator("footer") });
		assert.match(await last().innerText(), /还不知道您是谁/);
		await follow("登录并绑定");
		await fill(phone, { name: "he", password: "yitang-e2e-2026" });
		await press(phone, "登录");
		await says(phone, "微信知道什么", "证件号、照片、申请材料都不经过微信");
		await s.inspect(phone);
		await press(phone, "同意并绑定");
		await says(phone, "已绑定");
		await s.inspect(phone);
	});

	await s.step("the chat tells of the visit that is wanted, and its link leads to the booking without a password", async () => {
		await phone.context().clearCookies({ name: "yitang_internet" });
		await chat();
		await press(phone, "大厅预约", { within: phone.locator("footer") });
		assert.match(await last().innerText(), /还没有约时间/);
		await follow("现在预约");
		await says(phone, "哪天方便来一次", "冉启航");
		await leads(phone, () => phone.getByRole("link", { name: /周四 12/ }).click());
		await fill(phone, { slot: "09:30" });
		await press(phone, /^选.*下一步$/);
		await says(phone, "为您留到");
		await press(phone, "确认预约");
		await says(phone, "到场码");
		await town.settle();
	});

	let visit = "";
	await town.at("2026-03-12T09:25");
	await s.step("at the window the code on the wall shows the pass, and the person is checked in", async () => {
		const wall = await s.visitor("internet");
		await go(wall, "/wechat/window");
		await says(wall, "扫码看预约");
		await s.inspect(wall);
		await go(wall, "/wechat/door");
		await s.inspect(wall);
		await chat();
		await press(phone, "扫“hall”的码", { within: phone.locator("footer") });
		assert.match(await last().innerText(), /3月12日 星期四 9:30到大厅/);
		await follow("打开预约凭证");
		await says(phone, "3月12日 星期四 9:30");
		const chuang = await s.as("chuang", "office");
		await leads(chuang, () => chuang.locator("main").getByRole("link", { name: "冉启航" }).first().click());
		await press(chuang, /签到/);
		await press(chuang, /已核原件/);
		visit = new URL(chuang.url()).pathname.split("/").pop() ?? "";
		await town.settle();
	});

	await s.step("the chat says the next step, word by word as the site does", async () => {
		await chat();
		await fill(phone, { what: "进度？" });
		await press(phone, "发送", { within: phone.locator("footer") });
		const told = (await last().innerText()).match(/下一步：(.+)/)?.[1] ?? "";
		assert.ok(told.length > 3, `the chat says ${await last().innerText()}`);
		await follow("看进度");
		await says(phone, told.trim());
	});

	await s.step("home again, the chat leads to the rating", async () => {
		await town.carry(at, "report");
		await chat();
		await fill(phone, { what: "进度" });
		await press(phone, "发送", { within: phone.locator("footer") });
		await follow("看进度");
		await go(phone, at + "/after");
		await leads(phone, () => phone.getByRole("link", { name: "去评价" }).click());
		await fill(phone, { grade: "5", words: "在微信里就办完了。" });
		await press(phone, "交评价");
		await says(phone, "已收到：非常满意");
	});

	await s.step("the window shows a code to those who leave, and they rate the visit without signing in", async () => {
		const chuang = await s.as("chuang", "office");
		await go(chuang, "/desk/" + visit);
		await says(chuang, "请来人扫码评价");
		const theirs = await s.visitor("internet", { size: PHONE });
		await go(theirs, "/rate/" + visit); // whoever has but its id
		await says(theirs, "只给到场的人评");
		await s.inspect(theirs, "shut");
		await go(theirs, await town.rates(visit));
		await says(theirs, "这次在大厅办得怎么样");
		await s.inspect(theirs);
		await fill(theirs, { grade: "4" });
		await press(theirs, "交评价");
		await says(theirs, "已收到：满意");
	});

	await s.step("who unfollows is unknown again at once", async () => {
		await chat();
		await press(phone, "取消关注", { within: phone.locator("header") });
		await phone.context().clearCookies({ name: "yitang_internet" });
		await go(phone, "/wechat/enter?next=/wechat");
		await saysNot(phone, "已绑定");
		assert.match(new URL(phone.url()).pathname, /^\/login$/);
		await phone.goto("/wechat/back"); // a link that was used
		await says(phone, "没有认出您的微信", "再试一次");
		await s.inspect(phone, "lost");
	});
});
