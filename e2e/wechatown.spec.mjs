// A traveller without an account binds their WeChat by the link to their own data, and
// from then on does all of their part there.
import assert from "node:assert/strict";
import { bringIn, fill, go, leads, press, says } from "./lib/pages.mjs";
import { PHONE, test } from "./lib/test.mjs";
import { Town } from "./lib/town.mjs";
import { INSIDE, pair } from "./lib/wechat.mjs";

test("a traveller without an account binds WeChat by their link and is told and books and reads on there", async (s) => {
	const { town } = s;
	const wechat = /** @type {any} */ (town).wechat;
	const first = await s.as("he", "internet");
	const phone = await s.visitor("internet", { size: PHONE, agent: INSIDE });
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
		const draft = await bringIn(first, await pair());
		await town.carry("/cases/" + draft.split("/")[2], "decide");
		await go(first, "/people?q=冉启航");
		await leads(first, () => first.locator("main").getByRole("link", { name: "冉启航" }).first().click());
		person = new URL(first.url()).pathname;
		await press(first, "生成链接");
		link = new URL((await first.locator("a.addr").getAttribute("href")) ?? "", town.internet).pathname;
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

	await s.step("bound in the mini program too, it stands on their pages and on the record, and is undone for itself", async () => {
		/** @param {string} path @param {any} data */
		const post = async (path, data) => {
			const res = await phone.request.post(town.internet + "/api/v1/wechat" + path, { data });
			assert.ok(res.ok(), path + ": " + (await res.text()));
			return res.json();
		};
		await chat();
		const { code } = await (await phone.request.post(phone.url() + "/wx.login")).json();
		const asked = await post("/own/asking", { code, link: link.split("/")[2], digits: "1256" });
		const { token } = await post("/own", { waits: asked.waits });
		assert.ok(token);
		await go(first, person);
		await says(first, "已在小程序里绑定");
		await s.inspect(first);
		await go(phone, link);
		await says(phone, "起有一个微信在小程序里绑定");
		await s.inspect(phone);
		await go(phone, "/wechat");
		await says(phone, "打开小程序就能登录");
		await s.inspect(phone);
		await phone.locator("summary", { hasText: "解除小程序的绑定" }).click();
		await press(phone, "确认解除小程序的绑定");
		await says(phone, "公众号的绑定不受影响");
		const me = await phone.request.get(town.internet + "/api/v1/me", { headers: { Authorization: "Bearer " + token } });
		assert.equal(me.status(), 401);
		await chat(); // the account's binding lets them in as before
		await press(phone, "我的账号", { within: phone.locator("footer") });
		assert.match(await last().innerText(), /冉启航本人/);
	});

	await s.step("the chat leads to the booking of their own visit, and tells when it is made", async () => {
		await phone.context().clearCookies({ name: "yitang_internet" });
		await chat();
		await press(phone, "大厅预约", { within: phone.locator("footer") });
		await leads(phone, () => last().getByRole("link", { name: "现在预约" }).click());
		await leads(phone, () => phone.getByRole("link", { name: /周四 12/ }).click());
		await fill(phone, { slot: "09:30" });
		await press(phone, /^选.*下一步$/);
		await says(phone, "为您留到");
		await press(phone, "确认预约");
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

	const pass = new URL(phone.url()).pathname.replace("cases", "visits").replace("progress", "pass");
	await s.step("the pass asks inside WeChat whether a reminder may come, and shows the way in WeChat's map", async () => {
		await go(phone, pass);
		await phone.locator("html[data-wechat=ready]").waitFor();
		await s.inspect(phone, "inside WeChat");
		await phone.reload();
		phone.once("dialog", (d) => d.accept());
		await phone.getByRole("button", { name: "同意提醒一次" }).click();
		await phone.getByText("已同意，到时提醒您一次。").waitFor();
		const map = phone.getByRole("link", { name: "怎么去，看地图" });
		assert.match((await map.getAttribute("href")) ?? "", /^https:\/\/apis\.map\.qq\.com\/.*coord%3A29\.57/);
		await map.click();
		await phone.waitForTimeout(500);
		assert.equal(new URL(phone.url()).pathname, pass, "WeChat's own map opens over the page");
		await chat();
		await says(phone, "云江市外事服务大厅", "29.573420,106.571360");
		await go(phone, "/wechat");
		await says(phone, "还没用掉的：1 条");
	});

	await town.at("2026-03-12T09:21");
	await s.step("at the hall its code is scanned on the pass, and the window sees who is there", async () => {
		const wall = await s.visitor("internet");
		await go(wall, "/wechat/window");
		await wall.context().close();
		await chat();
		await press(phone, "大厅预约", { within: phone.locator("footer") });
		await leads(phone, () => last().getByRole("link", { name: "打开预约凭证" }).click());
		const scan = phone.getByRole("button", { name: "到了，扫大厅的码" });
		await scan.click(); // the camera sees none
		await chat();
		await press(phone, "把镜头对准“hall”的码", { within: phone.locator("footer") });
		await go(phone, pass);
		await leads(phone, () => scan.click());
		await says(phone, "9:21已告诉窗口您到了");
		await town.settle();
		const chuang = await s.as("chuang", "office");
		await says(chuang, "9:21扫码说到了");
		await chuang.context().close();
	});

	await s.step("outside WeChat the same pass does without WeChat's script", async () => {
		const page = await s.as("he", "internet", { size: PHONE });
		await go(page, pass);
		assert.equal(await page.locator("script[src*=jweixin], form[data-wx-scan]").count(), 0);
		await says(page, "怎么去，看地图");
		await page.context().close();
	});

	await s.step("their officer sees that it is bound, and undoes it when asked", async () => {
		const he = await s.as("he", "internet");
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
		await fill(phone, { digits: "1256" });
		await press(phone, "打开");
		await leads(phone, () => phone.getByRole("link", { name: "绑定我的微信" }).click());
		await press(phone, "同意并绑定");
		await go(phone, "/wechat");
		await phone.locator("summary", { hasText: "解除绑定" }).click();
		await press(phone, "确认解除绑定");
		await says(phone, "请打开单位发的“本人核对”链接");
		await s.inspect(phone, "undone");
		await phone.goto("/wechat/own"); // nobody waits any more
		await says(phone, "这次绑定没有做成");
	});
}, () => Town.start({ tells: true }));
