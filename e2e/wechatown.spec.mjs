// A traveller without an account binds their WeChat by the link to their own data, and
// from then on does all of their part there.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { bringIn, fill, go, leads, press, says } from "./lib/pages.mjs";
import { PHONE, test } from "./lib/test.mjs";
import { ROOT, Town } from "./lib/town.mjs";

/** An example case of two people; the second holds no booklet, and so has to come once. */
async function pair() {
	const c = JSON.parse(await readFile(join(ROOT, "testdata/cases/valid-germany-5-days.json"), "utf8"));
	delete c.expect;
	delete c.materials;
	c.members = [c.members[0], c.members[2]];
	delete c.members[1].passport;
	c.budget.lines = c.budget.lines.filter((/** @type {any} */ l) => [undefined, 0, 2].includes(l.member)).map((/** @type {any} */ l) => (l.member === 2 ? { ...l, member: 1 } : l));
	return JSON.stringify(c);
}

test("a traveller without an account binds WeChat by their link and is told and books and reads on there", async (s) => {
	const { town } = s;
	const wechat = /** @type {any} */ (town).wechat;
	const he = await s.as("he", "internet");
	const phone = await s.visitor("internet", { size: PHONE });
	const chat = async () => {
		await go(phone, wechat);
		await leads(phone, () => phone.getByRole("link", { name: "冉启航" }).click());
	};
	const last = () => phone.getByRole("list", { name: "消息" }).getByRole("listitem").last();
	/** Opens the chat until its last message says something. @param {RegExp} what */
	const told = async (what) => {
		for (let nth = 0; nth < 40; nth++) {
			await chat();
			if ((await phone.getByRole("listitem").count()) && what.test(await last().innerText())) return;
			await new Promise((on) => setTimeout(on, 250));
		}
		assert.match(await phone.locator("main").innerText(), what);
	};

	let person = "";
	let link = "";
	await s.step("the unit sends the link to their own data", async () => {
		const draft = await bringIn(he, await pair());
		await town.carry("/cases/" + draft.split("/")[2], "decide");
		await go(he, "/people?q=冉启航");
		await leads(he, () => he.locator("main").getByRole("link", { name: "冉启航" }).first().click());
		person = new URL(he.url()).pathname;
		await press(he, "生成链接");
		link = new URL((await he.locator("a.addr").getAttribute("href")) ?? "", town.internet).pathname;
	});

	await s.step("a stranger's chat says how; the link asks for the digits, then for consent", async () => {
		await chat();
		await press(phone, "关注", { within: phone.locator("header") });
		assert.match(await last().innerText(), /本人核对/);
		await go(phone, link);
		await fill(phone, { digits: "1256" });
		await press(phone, "打开");
		await says(phone, "没有账号也可以绑");
		await leads(phone, () => phone.getByRole("link", { name: "绑定我的微信" }).click());
		await says(phone, "冉启航本人的出访", "专管员看得到您绑定了微信");
		await s.inspect(phone);
		await press(phone, "同意并绑定");
		await says(phone, "已绑定");
	});

	await s.step("the chat leads to the booking of their own visit, and tells when it is made", async () => {
		await phone.context().clearCookies({ name: "yitang_internet" });
		await chat();
		await press(phone, "大厅预约", { within: phone.locator("footer") });
		await leads(phone, () => last().getByRole("link", { name: "现在预约" }).click());
		await leads(phone, () => phone.getByRole("link", { name: /周四 12/ }).click());
		await fill(phone, { slot: "09:30" });
		await press(phone, "就约所选的时间");
		await says(phone, "到场码");
		await told(/已预约/);
		await leads(phone, () => last().getByRole("link", { name: "查看详情" }).click());
		await says(phone, "3月12日");
		await chat();
		await press(phone, "办理进度", { within: phone.locator("footer") });
		assert.match(await last().innerText(), /下一步/);
		await leads(phone, () => last().getByRole("link", { name: "看进度" }).click());
		assert.match(new URL(phone.url()).pathname, /\/progress$/);
	});

	await s.step("their officer sees that it is bound, and undoes it when asked", async () => {
		await go(he, person);
		await says(he, "本人的微信");
		await s.inspect(he, "bound");
		await press(he, "按本人要求解除微信绑定");
		await says(he, "微信绑定已解除");
		await phone.goto("/me");
		assert.ok(!(await phone.locator("body").innerText()).includes("冉启航"), "whoever was in by it still is");
	});

	await s.step("bound again by the same link, and undone by who bound it", async () => {
		await go(phone, link);
		await leads(phone, () => phone.getByRole("link", { name: "绑定我的微信" }).click());
		await press(phone, "同意并绑定");
		await go(phone, "/wechat");
		await press(phone, "解除绑定");
		await says(phone, "请打开单位发的“本人核对”链接");
		await s.inspect(phone, "undone");
		await phone.goto("/wechat/own"); // nobody waits any more
		await says(phone, "这次绑定没有做成");
	});
}, () => Town.start({ tells: true }));
