// Provided once: two people who have been abroad before go to another country,
// and hardly anything is typed.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fill, go, leads, press, says } from "./lib/pages.mjs";
import { supply } from "./lib/story.mjs";
import { signIn, test } from "./lib/test.mjs";
import { ROOT } from "./lib/town.mjs";

/** @typedef {import("playwright-core").Page} Page */

const MOST = 12; // values that a second trip may want typed

/** An example case with its first two people, as a case file. */
async function pair() {
	const c = JSON.parse(await readFile(join(ROOT, "testdata/cases/valid-germany-5-days.json"), "utf8"));
	delete c.expect;
	delete c.materials;
	c.members.length = 2;
	c.budget.lines = c.budget.lines.filter((/** @type {any} */ l) => (l.member ?? 0) < 2);
	return JSON.stringify(c);
}

/**
 * Counts what somebody does on a page: fields that they type into, and all that
 * they only choose or press.
 * @param {Page} page
 */
function counting(page) {
	const did = { typed: /** @type {string[]} */ ([]), choices: 0 };
	return {
		did,
		/** @param {Record<string, string | boolean | string[]>} values */
		async fill(values) {
			for (const [name, value] of Object.entries(values)) {
				const kind = await page.locator(`[name="${name}"]:not([type=hidden])`).first().evaluate((e) => (e instanceof HTMLInputElement ? e.type : e.tagName));
				if (["SELECT", "radio", "checkbox"].includes(kind)) did.choices += Array.isArray(value) ? value.length : 1;
				else did.typed.push(name);
			}
			await fill(page, values);
		},
		/** @param {string | RegExp} name */
		async press(name) {
			did.choices++;
			await press(page, name);
		},
		/** @param {import("playwright-core").Locator} link */
		async follow(link) {
			did.choices++;
			await leads(page, () => link.click());
		},
	};
}

test("two known people make a second trip to another country with at most twelve typed values", async (s) => {
	const { town } = s;
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	const sign = async (/** @type {RegExp} */ title) => {
		await go(luo, "/sign");
		await leads(luo, () => luo.getByRole("link", { name: title }).click());
		await press(luo, "签好并提交");
		await town.settle();
	};

	await s.step("a first trip of the two to Berlin is approved", async () => {
		await go(he, "/cases/new");
		await fill(he, { text: await pair() });
		await press(he, "导入");
		const at = new URL(he.url()).pathname;
		await supply(he, at);
		await go(he, at + "/check");
		await press(he, "送签批人");
		await sign(/合作研究团组/);
		for (const [login, list, button] of /** @type {const} */ ([["shou", "/queue", /受理并取号/], ["shen", "/queue", /按所选意见上报/], ["chu", "/queue", /按所选意见上报/], ["zhu", "/sign", /签发/]])) {
			const page = await s.as(login, "office");
			await go(page, list);
			await leads(page, () => page.locator("main").getByRole("link", { name: /合作研究团组/ }).first().click());
			for (const look of await page.getByRole("checkbox", { name: /我看过这/ }).all()) await look.check();
			await press(page, button);
			await page.context().close();
		}
		await town.settle();
		await go(he, at);
		await says(he, "已批2人");
	});

	const me = counting(he);
	let at = "";
	await s.step("the second trip begins with the same people, elsewhere", async () => {
		await go(he, "/cases");
		await me.follow(he.getByRole("link", { name: "新建团组" }).first());
		await me.press("同样的人，去别处");
		at = new URL(he.url()).pathname;
		await go(he, at + "/mission");
		await me.fill({
			"case.purpose": "与巴黎示范大学商定文物数字化联合课题的分工与数据标准，签署合作意向书，并查勘双方共用的扫描实验室。",
			"case.necessity": "对方扫描实验室只在八月对外开放查勘，设备能否共用须当面测试；课题申报截止于今年十月，错过本次查勘将无法按期联合申报。",
			"case.expectedResults": "签署合作意向书一份；形成数据标准草案；确定课题双方负责人和时间表；回国后十五个工作日内提交报告并公开。",
			"case.inAnnualPlan": true,
		});
		await s.inspect(he);
		await me.press("确认，下一项");
	});

	await s.step("one day and how many days, one city: the return, the country and its names follow", async () => {
		await go(he, at + "/trip");
		await me.fill({ "case.depart": "2026-08-24", "case.daysAbroad": "5", "legs[0].city": "巴黎", "legs[0].arrive": "2026-08-24T11:30", "legs[0].leave": "2026-08-28T08:10" });
		await me.press("确认，下一项");
		await says(he, "2026-08-28", "法国", "Paris");
		await me.press("没写的半天，按行程和邀请方排好");
		await s.inspect(he);
		await me.press("确认，下一项");
	});

	await s.step("members stand there already", async () => {
		await go(he, at + "/members");
		await says(he, "江明远", "舒若兰");
		await me.press("确认，下一项");
	});

	await s.step("a new host's letter, the budget from dated rates, and the notice that hangs from today", async () => {
		await go(he, at + "/invitations");
		await me.fill({ "invitations[0].issuer": "巴黎示范大学", "invitations[0].signatory": "B. Exemple", "invitations[0].signatoryTitle": "国际处处长", "invitations[0].contact": "intl@example.fr", "invitations[0].issued": "2026-03-02" });
		await me.press(/邀请期就是出访日期/);
		await says(he, "法国");
		await s.inspect(he);
		await me.press("确认，下一项");
		await go(he, at + "/budget");
		await me.fill({ "budget.financeReviewed": true, "costs.airfare": "8200" });
		await s.inspect(he);
		await me.press("确认，下一项");
		await go(he, at + "/notice");
		await me.press(/今天张贴/);
		await s.inspect(he);
		await me.press("确认，下一项");
		await go(he, at + "/trip");
		await says(he, "按行程和邀请方排出");
	});

	await s.step("only papers of this trip are wanted", async () => {
		await go(he, at + "/documents");
		await supply(he, at);
	});

	await s.step("when the notice has hung its five days the case goes to the signatory and to the office", async () => {
		await town.at("2026-03-17T09:00");
		await signIn(he, "he");
		await signIn(luo, "luo");
		await go(he, at + "/notice");
		await me.fill({ "notice.objections": "none" });
		await me.press("确认，下一项");
		await go(he, at + "/check");
		await says(he, "可以送签了");
		await s.inspect(he);
		await me.press("送签批人");
		await sign(/法国/);
		await go(he, at);
	});

	console.log(`second trip: ${me.did.typed.length} typed values, ${me.did.choices} choices`);
	assert.ok(me.did.typed.length <= MOST, `${me.did.typed.length} typed values, at most ${MOST} are allowed: ${me.did.typed.join(", ")}`);
});
