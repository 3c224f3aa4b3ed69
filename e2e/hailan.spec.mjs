// The same program in another city, whose office works by a pack of its own:
// other thresholds, another path of review, other numbers, and no line of code.
import assert from "node:assert/strict";
import { fill, go, leads, present, press, says, saysNot } from "./lib/pages.mjs";
import { begin, choose, COSTS, DEPART, INVITATION, itinerary, LEG, MISSION, NEW, NOTICE, OBJECTIONS, RATE, RETURN, supply } from "./lib/story.mjs";
import { test } from "./lib/test.mjs";
import { Town } from "./lib/town.mjs";

/** Hung out for six working days: enough by the law, a day too short in Hailan. */
const SIX_DAYS = { ...NOTICE, "notice.to": "2026-03-05" };

test("another city works by its own pack from the first click to the booking", async (s) => {
	const { town } = s;
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	let at = "";

	await s.step("its own threshold stops what the program's would let pass", async () => {
		at = await begin(he);
		await go(he, at + "/mission");
		await fill(he, MISSION);
		await press(he, "确认，下一项");
		await fill(he, { "case.depart": DEPART, "case.return": RETURN, ...LEG });
		await press(he, "确认，下一项");
		await go(he, at + "/trip");
		await itinerary(he);
		await press(he, "确认，下一项");
		await go(he, at + "/members");
		await choose(he, "jmy", "江明远");
		await leads(he, () => he.getByRole("link", { name: /新录一人/ }).click());
		await fill(he, NEW);
		await press(he, "存好");
		for (const [step, values] of /** @type {const} */ ([["invitations", { ...INVITATION, "invitations[0].translator": "江明远" }], ["budget", COSTS], ["budget", RATE], ["notice", SIX_DAYS], ["notice", OBJECTIONS]])) {
			await go(he, `${at}/${step}`);
			await fill(he, values);
			await press(he, "确认，下一项");
		}
		await supply(he, at);
		await go(he, at + "/check");
		await says(he, "公示只有 6 个工作日（已扣除节假日），不足 7 个");
		await saysNot(he, "可以交签批了");
		await go(he, at + "/notice");
		await fill(he, NOTICE);
		await press(he, "确认，下一项");
		await go(he, at + "/check");
		await says(he, "须说明，写明理由再交签批");
		await present(he);
		await go(luo, "/sign");
		await leads(luo, () => luo.getByRole("link", { name: /合作研究团组/ }).click());
		await press(luo, "签好并提交");
		await town.settle();
	});

	const open = async (/** @type {string} */ login, /** @type {string} */ list) => {
		const page = await s.as(login, "office");
		await go(page, list);
		await leads(page, () => page.locator("main").getByRole("link", { name: /合作研究团组/ }).first().click());
		for (const look of await page.getByRole("checkbox", { name: /我看过这/ }).all()) await look.check();
		return page;
	};
	await s.step("it is numbered in its own way and reviewed by two people before the chief sees it", async () => {
		const admin = await s.as("admin", "office");
		await go(admin, "/config/v/1");
		await s.inspect(admin);
		const shou = await open("shou", "/queue");
		await press(shou, /受理并取号/);
		const shen = await open("shen", "/queue");
		await says(shen, /HL2026-00001[0-9A-Z]/, "4步中的第1步");
		await s.inspect(shen);
		await press(shen, /按所选意见上报/);
		for (const [login, list, button] of /** @type {const} */ ([["fu", "/queue", /按所选意见上报/], ["chu", "/queue", /按所选意见上报/], ["zhu", "/sign", /^签发/]])) {
			await press(await open(login, list), button);
		}
		await town.settle();
	});

	await s.step("its approval bears its name and number, and one person is booked in its own hall", async () => {
		await go(he, at);
		await says(he, "已批2人", "海外办准字〔2026〕0001号");
		const paper = await he.request.get(at + "/approval");
		assert.equal((await paper.body()).subarray(0, 5).toString(), "%PDF-");
		await leads(he, () => he.getByRole("link", { name: "约时间" }).first().click());
		await says(he, "哪天方便来一次", "冉启航");
		await leads(he, () => he.getByRole("link", { name: /周四 12/ }).click());
		await fill(he, { slot: "08:50" });
		await press(he, "就约所选的时间");
		await says(he, "到场码", "3月12日 星期四 8:50", "海澜市外事服务大厅");
		await s.inspect(he);
	});
}, () => Town.start({ pack: "hailan" }));
