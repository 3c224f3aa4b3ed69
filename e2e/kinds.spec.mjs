// The kind of a case is chosen at the start, in plain words; from then on only
// what that kind needs appears. One town serves all of them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { file, pdf } from "./lib/files.mjs";
import { bringIn, fill, go, leads, present, press, says, saysNot } from "./lib/pages.mjs";
import { COSTS, INVITATION, itinerary, LEG, RATE, supply } from "./lib/story.mjs";
import { PHONE, sameTown, test } from "./lib/test.mjs";
import { ROOT } from "./lib/town.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** What the tests below took to its decision, by name; the last test takes it on. @type {Record<string, string>} */
const decided = {};

const OTHER = "渝州市人民政府外事办公室（虚构）";

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
		assert.equal(await he.locator('[data-field="case.kind"] .derived p').innerText(), kind);
	}
}, sameTown);

/**
 * An example case of two people as a case file, as a kind of common delegation.
 * @param {string} title @param {5 | 7} month @param {(c: any) => void} change
 */
async function common(title, month, change) {
	const c = JSON.parse(await readFile(join(ROOT, "testdata/cases/valid-germany-5-days.json"), "utf8"));
	delete c.expect;
	delete c.materials;
	c.members.length = 2;
	c.budget.lines = c.budget.lines.filter((/** @type {any} */ l) => (l.member ?? 0) < 2);
	c.case.title = title;
	change(c);
	return JSON.stringify(c).replace(/2026-05-(1\d)/g, (_, day) => `2026-0${month}-${Number(day) + (month === 7 ? 2 : 0)}`); // Monday to Friday
}

/** Its liaison officer brings it in, its signatory hands it in, the intake desk takes it. @param {any} s @param {Page} he @param {Page} luo @param {string} file @param {(at: string) => Promise<void>} [look] */
async function handsIn(s, he, luo, file, look) {
	const at = await bringIn(he, file);
	await look?.(at);
	await supply(he, at);
	await go(he, at + "/check");
	await present(he);
	await go(luo, "/sign");
	await leads(luo, () => luo.locator("main").getByRole("link", { name: /团组/ }).first().click());
	await press(luo, "签好并提交");
	await s.town.settle();
	return at;
}

/** Somebody of the office opens the case at the top of a list. @param {Page} page @param {string} list @param {RegExp} title */
async function open(page, list, title) {
	await go(page, list);
	await leads(page, () => page.locator("main").getByRole("link", { name: title }).first().click());
}

/** A desk acts on its case and passes it on. @param {any} s @param {string} login @param {string} list @param {RegExp} title @param {RegExp} button @param {(page: Page) => Promise<void>} [look] */
async function acts(s, login, list, title, button, look) {
	const page = await s.as(login, "office");
	await open(page, list, title);
	await look?.(page);
	for (const look of await page.getByRole("checkbox", { name: /我看过这/ }).all()) await look.check();
	await press(page, button);
	await s.town.settle();
	await page.context().close();
}

/** A letter that came on paper is entered with its scan. @param {any} s @param {Page} page @param {string} link @param {Record<string, string>} values */
async function enters(s, page, link, values) {
	await leads(page, () => page.locator("main").getByRole("link", { name: link }).first().click());
	await fill(page, values);
	await page.locator("[name=file]").setInputFiles(file("来函.pdf", pdf(link)));
	await s.inspect(page);
	await press(page, "登记");
	await s.town.settle();
}

test("a member of another city is asked about, waited for, notified and confirmed", async (s) => {
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	const shen = await s.as("shen", "office");
	const group = /渝州同行/;
	const at = await s.step("the unit tells who is in whose charge", async () =>
		handsIn(s, he, luo, await common("渝州同行柏林团组", 5, (c) => {
			c.case.kind = "organisedCross";
			Object.assign(c.members[1], { unit: "渝州研究院（虚构）", jurisdiction: OTHER });
			c.notice.units = [c.unit.name, "渝州研究院（虚构）"];
		}), async (draft) => {
			await go(he, draft + "/members");
			await says(he, "主管外事机构");
		}));
	await s.town.carry(at, "accept");

	await s.step("the reviewer asks, and the clock stands still", async () => {
		await open(shen, "/queue", group);
		await says(shen, "双跨团组", "还没有征求意见");
		await leads(shen, () => shen.getByRole("link", { name: "发征求意见函" }).click());
		assert.equal(await shen.locator("[name=authority]").inputValue(), OTHER);
		await s.inspect(shen);
		await press(shen, "发出征求意见函");
		await s.town.settle();
		await shen.reload();
		await says(shen, "等复函，时限暂停", "征求意见函");
		await s.inspect(shen);
		await go(he, at);
		await says(he, `等${OTHER}复函`);
	});

	await s.step("the reply comes on paper, and the case goes on to its decision", async () => {
		await enters(s, shen, "登记复函", { answer: "agrees", number: "渝外办复〔2026〕2号", on: "2026-03-10" });
		await says(shen, "同意，渝外办复〔2026〕2号");
		await s.town.carry(at, "review");
		await acts(s, "zhu", "/sign", group, /^签发/); // by hand: the command enters the confirmation too
	});

	await s.step("the mission notice goes out, and the confirmation is entered", async () => {
		await shen.reload();
		await says(shen, "任务通知书");
		await enters(s, shen, "登记确认件", { number: "渝外办任确〔2026〕2号", on: "2026-03-10" });
		await says(shen, "已确认，渝外办任确〔2026〕2号");
		await s.inspect(shen);
		await go(he, at + "/progress");
		await says(he, `${OTHER}已出确认件`);
		await s.inspect(he);
	});
	decided["a delegation with a member of another city"] = at;
}, sameTown);

test("who joins another city's delegation is answered for, and travels on the confirmation", async (s) => {
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	const shen = await s.as("shen", "office");
	const group = /随渝州/;
	const at = await s.step("the unit tells whose delegation it is, and gives its letter", async () =>
		handsIn(s, he, luo, await common("随渝州大学赴柏林团组", 7, (c) => {
			Object.assign(c.case, { kind: "joined", organiser: "渝州大学（虚构）", organisingAuthority: OTHER, opinionRequest: { number: "渝外办征〔2026〕31号", issued: "2026-03-02" } });
			c.members[0].role = "member";
		}), async (draft) => {
			await go(he, draft + "/mission");
			await says(he, "组团方", "征求意见函文号", "任务通知书文号");
			await s.inspect(he);
		}));
	await s.town.carry(at, "review");
	await acts(s, "zhu", "/sign", group, /^签发/); // by hand: the command enters the mission notice too

	await s.step("the decision went out as a reply; the confirmation waits for the mission notice", async () => {
		await go(he, at);
		await says(he, "等组团方的任务通知书");
		await open(shen, "/queue?q=" + encodeURIComponent("随渝州"), group);
		await says(shen, "参团", "复函", "等组团方批准后下达");
		await s.inspect(shen);
		await enters(s, shen, "登记任务通知书", { number: "渝外办任通〔2026〕12号", on: "2026-03-10", validUntil: "2026-08-31" });
		await says(shen, "渝外办任通〔2026〕12号", "任务确认件");
		await go(he, at);
		await says(he, "任务确认件");
		await s.inspect(he);
	});
	decided["who joined another city's delegation"] = at;
}, sameTown);

/**
 * An example of a kind with two of its people, so many weeks later than it is
 * written: nobody makes two trips at once.
 * @param {string} name @param {number} weeks @param {number[]} people @param {(c: any) => void} [change]
 */
async function exampleOf(name, weeks, people, change) {
	const c = JSON.parse(await readFile(join(ROOT, `testdata/cases/${name}.json`), "utf8"));
	delete c.expect;
	delete c.materials;
	c.members = people.map((i) => c.members[i]);
	if (c.budget) c.budget.lines = c.budget.lines.filter((/** @type {any} */ l) => l.member === undefined || people.includes(l.member)).map((/** @type {any} */ l) => (l.member === undefined ? l : { ...l, member: people.indexOf(l.member) }));
	change?.(c);
	return JSON.stringify(c).replace(/2026-05-\d\d/g, (day) => new Date(Date.parse(day) + weeks * 7 * 864e5).toISOString().slice(0, 10));
}

test("to Hong Kong people go on a permit with endorsements: no passport, no visa, and one desk fewer", async (s) => {
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	const group = /赴香港/;
	const at = await handsIn(s, he, luo, await exampleOf("valid-hong-kong-4-days", 13, [0, 1]), async (draft) => {
		await go(he, draft + "/visit");
		await s.inspect(he);
	});
	await s.step("approved by one desk fewer", async () => {
		await s.town.carry(at, "decide");
		const shen = await s.as("shen", "office");
		await open(shen, "/queue?q=" + encodeURIComponent("赴香港"), group);
		await says(shen, "赴港澳不办签证", "因公往来港澳通行证");
		await s.inspect(shen);
		await go(he, at + "/progress");
		await says(he, "通行证", "签注", "随通行证办", "制作2本证照");
		await saysNot(he, "约一个到场时间", "采集");
		await s.inspect(he);
	});
	await s.step("a permit is made from the file, and endorsed for the mission", async () => {
		await s.town.carry(at, "capture"); // photo and signature were given before
		const zhao = await s.as("zhao", "passport");
		await open(zhao, "/orders", /江明远/);
		await press(zhao, "制证");
		await says(zhao, "香港", "签注");
		await s.inspect(zhao);
		await leads(zhao, () => zhao.locator("form[action$='/endorse'] button").first().click());
		await s.inspect(zhao);
	});
	decided["a delegation to Hong Kong"] = at;
}, sameTown);

test("one approval for a term of a company, and a trip declared under it with what was approved", async (s) => {
	const qi = await s.as("qi", "internet");
	const du = await s.as("du", "internet");
	const staff = [ // the company's own, who hold no passports yet
		{ familyName: "凌", givenName: "致远", latinSurname: "LING", latinGivenNames: "ZHIYUAN", sex: "M", dateOfBirth: "1979-03-18", idNumber: "50990119790318161X" },
		{ familyName: "项", givenName: "安之", latinSurname: "XIANG", latinGivenNames: "ANZHI", sex: "F", dateOfBirth: "1986-11-05", idNumber: "509901198611051842" },
	];
	const at = await handsIn(s, qi, du, await exampleOf("valid-term-approval", 0, [0, 1], (c) => {
		c.case.title = "赴德国售后服务团组（一次审批、多次有效）";
		c.notice.units = ["云江重型机械有限公司（虚构）"];
		for (const [i, m] of c.members.entries()) {
			delete m.unit;
			delete m.passport;
			Object.assign(m, staff[i], { mobile: `1990000300${i}`, email: `q${i}@example.com` });
		}
	}), async (draft) => {
		await go(qi, draft + "/trip");
		await says(qi, "每次在外最多几天", "期限至");
		await go(qi, draft + "/check");
		await saysNot(qi, "本单位不是企业"); // as it would be said to a university
		await s.inspect(qi);
	});
	await s.town.carry(at, "decide");
	await go(qi, at);
	await says(qi, "出访备案", "还没有报备过出访");
	await s.inspect(qi);
	await press(qi, "报备一次出访");
	const trip = "/cases/" + new URL(qi.url()).pathname.split("/")[2];
	await go(qi, trip + "/mission");
	await says(qi, "出访备案", "云江重型机械有限公司（虚构）赴德国");
	await go(qi, trip + "/members");
	await says(qi, "凌致远");
	await go(qi, trip);
	await says(qi, "依据 云外办出");
	await s.inspect(qi);
	await go(qi, at);
	await says(qi, "日期未定", "草稿");
	await go(qi, trip + "/trip");
	await fill(qi, { "case.depart": "2026-10-26", "case.return": "2026-10-30", ...LEG, "legs[0].arrive": "2026-10-26T13:00", "legs[0].leave": "2026-10-30T07:30" });
	await press(qi, "确认，下一项");
	await go(qi, trip + "/trip");
	await itinerary(qi);
	await press(qi, "确认，下一项");
	for (const [step, values] of /** @type {const} */ ([["invitations", { ...INVITATION, "invitations[0].issued": "2026-03-02", "invitations[0].from": "2026-10-25", "invitations[0].to": "2026-10-31", "invitations[0].purpose": "盾构机安装调试" }], ["budget", COSTS], ["budget", RATE]])) {
		await go(qi, `${trip}/${step}`);
		await fill(qi, values);
		await press(qi, "确认，下一项");
	}
	await supply(qi, trip);
	await go(qi, trip + "/check");
	await present(qi);
	await go(du, "/sign");
	await leads(du, () => du.locator("main").getByRole("link", { name: /赴德国/ }).first().click());
	await says(du, "依据的批件", "云外办出");
	await press(du, "签好并提交");
	await s.town.settle();
	await s.town.carry(trip, "accept");
	const zhu = await s.as("zhu", "office");
	await open(zhu, "/sign", /赴德国/);
	await says(zhu, "备案");
	await s.inspect(zhu);
	await acts(s, "zhu", "/sign", /赴德国/, /^签发/);
	await go(qi, trip);
	await says(qi, "已批2人", "依据 云外办出");
	await go(qi, at);
	await says(qi, "2026年10月26日–30日");
	decided["a trip declared under an approval for a term"] = trip;
}, sameTown);

test("people who are sent to a training class bring the approval of its plan, and are decided like others", async (s) => {
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	const group = /科研管理培训/;
	const at = await handsIn(s, he, luo, await exampleOf("valid-germany-5-days", 26, [0, 1], (c) => {
		Object.assign(c.case, { title: "赴柏林科研管理培训团组", kind: "training", category: "training" });
	}), async (draft) => {
		await go(he, draft + "/documents");
		await says(he, "培训计划");
		await s.inspect(he);
	});
	await s.town.carry(at, "accept");
	const shen = await s.as("shen", "office");
	await open(shen, "/queue", group);
	await says(shen, "培训");
	await s.inspect(shen);
	await acts(s, "shen", "/queue", group, /按所选意见上报/);
	const chu = await s.as("chu", "office");
	await go(chu, at.replace("/cases/", "/c/") + "/back");
	await says(chu, "退给哪一步");
	await s.inspect(chu);
	await s.town.carry(at, "decide");
	await go(he, at);
	await says(he, "已批2人", "任务批件");
	decided["a training class"] = at;
}, sameTown);

test("an urgent case goes in first; what it skipped is owed by a day, and given on its own page", async (s) => {
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	const group = /急赴柏林/;
	const at = await handsIn(s, he, luo, await exampleOf("valid-germany-5-days", 4, [0, 1], (c) => {
		c.case.title = "急赴柏林会商团组";
		c.case.urgent = true;
		c.case.urgencyReason = "对方实验室突发故障，须立即派员到场会商";
		delete c.notice;
	}), async (draft) => {
		await go(he, draft + "/mission");
		await s.inspect(he);
		await go(he, draft + "/check");
		await says(he, "申请加急须附领导批示", "可以后补");
		await s.inspect(he);
	});
	await go(he, at);
	await says(he, "还要补交1份材料", "3月24日前补交");
	await s.town.carry(at, "accept");
	const shen = await s.as("shen", "office");
	await open(shen, "/queue", group);
	await says(shen, "急件", "先办后补的材料", "3月24日前补交");
	await s.inspect(shen);

	const small = await s.as("he", "internet", { size: PHONE });
	await go(small, at + "/later");
	await s.inspect(small);
	await small.locator("#f-file-M10").setInputFiles(file("公示照片.pdf", pdf("公示")));
	await small.getByText(/日已补交/).waitFor();
	await small.reload();
	await says(small, "应补的材料都已补齐", "公示照片.pdf");
	await s.inspect(small);
	await s.town.settle();
	await shen.reload();
	await says(shen, "已补交");
	decided["an urgent delegation"] = at;
}, sameTown);

test("academics go as long as their task needs, with one who was rehired, and the approval says so", async (s) => {
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	const group = /学术报告/;
	const file = await exampleOf("germany-6-days", 18, [0, 2], (c) => {
		c.case.title = "赴柏林作学术报告团组";
		c.case.academicRegime = true;
		Object.assign(c.members[1], { employment: "rehired", academic: true }); // not on the unit's list yet
	});
	const at = await handsIn(s, he, luo, file, async (draft) => {
		await go(he, draft + "/check");
		await saysNot(he, "不超过 5 天", "不再派遣");
		await go(he, draft + "/documents");
		await says(he, "返聘合同");
		await s.inspect(he);
	});
	await s.town.carry(at, "accept");
	const shen = await s.as("shen", "office");
	await open(shen, "/queue", group);
	await says(shen, "按教学科研人员区别管理");
	await s.town.carry(at, "review");
	await acts(s, "zhu", "/sign", group, /^签发/, async (zhu) =>
		assert.match(await zhu.locator("[name=conditions]").inputValue(), /执行学术交流任务/, "the approval says under which regime they travel"));
	await go(he, at);
	await says(he, "已批2人");
	decided["academics"] = at;
}, sameTown);

// The last of this file: with it the town's clock comes to the end of each trip.
test("each kind of case goes on from its decision to the archive", async (s) => {
	/** @type {[string, string, (page: Page) => Promise<void>][]} in the order in which they travel; whose they are; what the page of the return says */
	const trips = [
		["a delegation with a member of another city", "he", (page) => says(page, "交回1本证照")],
		["an urgent delegation", "he", (page) => says(page, "交回2本证照")],
		["who joined another city's delegation", "he", (page) => says(page, "交回2本证照")],
		["a delegation to Hong Kong", "he", (page) => says(page, "交回2本证照", "尾号 001")], // the permit, not the passport
		["academics", "he", (page) => says(page, "交回2本证照")],
		["a trip declared under an approval for a term", "qi", (page) => says(page, "交回2本证照")],
		["a training class", "he", (page) => says(page, "交回2本证照")],
	];
	for (const [name, liaison, look] of trips) {
		await s.step(name, async () => {
			const at = decided[name];
			assert.ok(at, "it was decided in a test above");
			const after = async (/** @type {string} */ step, /** @type {string} */ page, /** @type {(p: Page) => Promise<void>} */ see) => {
				if (step) await s.town.carry(at, step);
				const now = await s.as(liaison, "internet"); // no session lasts for so many weeks
				await go(now, at + page);
				await see(now);
				await s.inspect(now);
				await now.context().close();
			};
			if (name === "a delegation to Hong Kong") {
				await s.town.carry(at, "receive");
				const guan = await s.as("guan", "office");
				await open(guan, "/booklets/out", /赴香港/);
				await says(guan, "通行证");
				await s.inspect(guan);
			}
			await after("lend", "", (page) => says(page, "证照签证都办好了"));
			await after("come home", "/after", look);
			await after("rate", "", (page) => says(page, "已归档", "现在没有要办的"));
			await after("", "/progress", (page) => says(page, "归档", ...(name === "academics" ? ["9月26日前交回"] : [])));
		});
	}
}, sameTown, 420_000);
