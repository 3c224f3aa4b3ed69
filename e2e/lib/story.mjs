// One application, as its liaison officer writes it: four people to Berlin for
// five days in May, with everything that the rules want.
import assert from "node:assert/strict";
import { drop, fill, go, leads, paste, pick, press, saved } from "./pages.mjs";
import { docx, file, pdf, photo, scan, xlsx } from "./files.mjs";

/** @typedef {import("playwright-core").Page} Page */

export const DEPART = "2026-05-11";
export const RETURN = "2026-05-15";

export const MISSION = {
	"case.category": "research",
	"case.purpose": "与柏林示范大学就联合实验室第二期建设签署备忘录，商定三个课题的分工、数据共享办法和2027年互派人员计划，完成设备验收。",
	"case.necessity": "联合实验室一期将于2026年底到期，双方须当面验收设备并商定二期方案，视频会议无法完成设备验收与样品交接，推迟将使课题中断并影响已立项经费的执行。",
	"case.expectedResults": "签署二期备忘录一份；完成两台设备验收；确定三个课题的负责人、里程碑和经费分担；形成2027年互派六人的名单，并于回国后十五个工作日内提交报告。",
	"case.inAnnualPlan": true,
	"case.planLine": "2026-07",
};

export const LEG = {
	"legs[0].city": "柏林",
	"legs[0].arrive": "2026-05-11T13:00",
	"legs[0].leave": "2026-05-15T07:30",
	"legs[0].transport": "flight",
	"legs[0].cabin": "economy",
	"legs[0].carrier": "CA",
	"legs[0].number": "CA901",
};

/** The one who isn't on the unit's list yet: no booklet, so one visit. */
export const NEW = {
	familyName: "冉",
	givenName: "启航",
	latinSurname: "RAN",
	latinGivenNames: "QIHANG",
	idNumber: "509901198801271256",
	idExpires: "2038-01-01",
	mobile: "19900001002",
	email: "p2@example.edu.cn",
	department: "国际合作处",
	post: "教师",
	rank: "section",
	principal: "none",
	employment: "active",
	"vetting.status": "passed",
	"vetting.validUntil": "2027-01-31",
	cleared: "notNeeded",
};

export const INVITATION = {
	"invitations[0].issuer": "柏林示范大学",
	"invitations[0].issuerKind": "organisation",
	"invitations[0].signatory": "A. Beispiel",
	"invitations[0].signatoryTitle": "国际处处长",
	"invitations[0].contact": "office@example.org",
	"invitations[0].issued": "2026-02-08",
	"invitations[0].from": "2026-05-10",
	"invitations[0].to": "2026-05-16",
	"invitations[0].language": "en",
	"invitations[0].purpose": "联合实验室合作研究",
	"invitations[0].costBearer": "sender",
	"invitations[0].translator": "谭思齐",
};

export const NOTICE = {
	"notice.from": "2026-02-27",
	"notice.to": "2026-03-09",
	"notice.place": "单位内网及公告栏",
};

/** Asked once the notice has hung for all its days. */
export const OBJECTIONS = { "notice.objections": "none" };

export const COSTS = { "budget.fund": "fiscal", "costs.airfare": "7200", "costs.insurance": "200" };

/** The rate can be given once it is known that euros are spent. */
export const RATE = { "fx.EUR.rate": "7.80", "fx.EUR.date": "2026-03-05" };

/** Begins a case and gives its address. @param {Page} page */
export async function begin(page) {
	await go(page, "/cases");
	await leads(page, () => page.getByRole("link", { name: "新建团组" }).first().click());
	await press(page, "开始");
	return "/cases/" + new URL(page.url()).pathname.split("/")[2];
}

/** Every half-day of the itinerary, as it is after the days and the place are known. @param {Page} page */
export async function itinerary(page) {
	const fields = page.locator('[name^="itinerary["][name$=".activity"]');
	const n = await fields.count();
	assert.equal(n, 10, "two halves for each of five days");
	for (let i = 0; i < n; i++) {
		const away = i === 0 || i >= n - 2;
		await fill(page, { [`itinerary[${i}].activity`]: away ? "乘机往返" : `与柏林示范大学座谈第${i}项议题并验收设备` });
		if (!away) await fill(page, { [`itinerary[${i}].host`]: "柏林示范大学", [`itinerary[${i}].official`]: true });
	}
}

/** Finds somebody by a few characters and takes them into the group. @param {Page} page @param {string} typed @param {string} name */
export async function choose(page, typed, name) {
	const box = page.locator("person-picker input[type=search]");
	await box.click();
	await box.pressSequentially(typed);
	const option = page.getByRole("option", { name: new RegExp(name) });
	await option.waitFor();
	await leads(page, () => option.click());
}

/** The places for papers that are still wanted now. @param {Page} page */
export const places = (page) => page.locator("main file-drop:not(details file-drop)");

/**
 * Gives every paper that the page asks for, by picker, by drag and drop and by
 * paste in turn.
 * @param {Page} page @param {string} at
 * @param {string[]} typed - takes the names of fields that had to be typed into on the way
 * @param {boolean} coarse - one of them is a scan that can hardly be read
 * @param {string[]} kinds - takes the kind of each paper that is given
 */
export async function supply(page, at, typed = [], coarse = true, kinds = []) {
	await go(page, at + "/documents");
	const all = places(page);
	const n = await all.count();
	const own = at.split("/")[2]; // each paper of a case is another one than that of the case before
	const make = [(/** @type {string} */ s) => file(s + ".pdf", pdf(s + own)), (/** @type {string} */ s) => file(s + ".docx", docx(s + own)), (/** @type {string} */ s) => file(s + ".xlsx", xlsx(s + own))];
	let given = 0;
	for (let i = 0; i < n; i++) {
		const place = all.nth(i);
		if ((await place.locator(".files li").count()) > 0) continue;
		const photos = (await place.locator("input[type=file]").getAttribute("accept")) === ".jpg,.jpeg,.png";
		const f = photos ? file(`照片${i}.png`, photo()) : i === 1 && coarse ? file("扫描件1.png", scan()) : make[i % 3](`材料${i}`);
		for (const day of await place.locator("input[type=date]").all()) { // a paper whose days follow from nothing says them
			if (await day.inputValue()) continue;
			const name = (await day.getAttribute("name")) ?? "";
			await day.fill(name.startsWith("from.") ? "2026-01-01" : "2028-12-31");
			typed.push(name);
		}
		if (i % 3 === 0) await pick(place, f);
		else if (i % 3 === 1) await drop(page, place, f);
		else await paste(page, place, f);
		kinds.push((await place.locator("input[name=kind]").first().getAttribute("value")) ?? "");
		given++;
	}
	return given;
}
