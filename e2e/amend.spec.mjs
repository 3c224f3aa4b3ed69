// After the approval: somebody else goes. The change is written, announced,
// signed, decided, and what was listed before is what has followed.
import assert from "node:assert/strict";
import { file } from "./lib/files.mjs";
import { fill, go, leads, present, press, saved, says, saysNot } from "./lib/pages.mjs";
import { begin, choose, COSTS, DEPART, INVITATION, itinerary, LEG, MISSION, NEW, NOTICE, OBJECTIONS, RATE, RETURN, supply } from "./lib/story.mjs";
import { PHONE, signIn, test } from "./lib/test.mjs";

test("somebody else goes: what follows is read first and the new approval takes the place of the old", async (s) => {
	const { town } = s;
	const he = await s.as("he", "internet");
	const luo = await s.as("luo", "internet");
	let at = "";
	const desks = async (/** @type {RegExp} */ title) => {
		for (const [login, list, button] of /** @type {const} */ ([["shou", "/queue", /受理并取号/], ["shen", "/queue", /按所选意见上报/], ["chu", "/queue", /按所选意见上报/], ["zhu", "/sign", /^签发/]])) {
			const page = await s.as(login, "office");
			await go(page, list);
			await leads(page, () => page.locator("main").getByRole("link", { name: title }).first().click());
			if (title.source === "变更") {
				await says(page, "换人、增员", "谭思齐", "冉启航", "换发新批件", "须补充公示5个工作日");
				await s.inspect(page);
			}
			for (const look of await page.getByRole("checkbox", { name: /我看过这/ }).all()) await look.check();
			await press(page, button);
			await page.context().close();
		}
		await town.settle();
	};

	await s.step("three people are approved", async () => {
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
		for (const [typed, name] of [["jmy", "江明远"], ["舒若兰", "舒若兰"], ["281", "谭思齐"]]) await choose(he, typed, name);
		for (const [step, values] of /** @type {const} */ ([["invitations", INVITATION], ["budget", COSTS], ["budget", RATE], ["notice", NOTICE], ["notice", OBJECTIONS]])) {
			await go(he, `${at}/${step}`);
			await fill(he, values);
			await press(he, "确认，下一项");
		}
		await supply(he, at);
		await go(he, at + "/check");
		await present(he);
		await go(luo, "/sign");
		await leads(luo, () => luo.getByRole("link", { name: /合作研究团组/ }).click());
		await press(luo, "签好并提交");
		await town.settle();
		await go(he, at + "/withdraw");
		await s.inspect(he);
		await desks(/合作研究团组/);
		const zhu = await s.as("zhu", "office");
		for (const end of ["revoke", "supersede"]) {
			await go(zhu, `${at.replace("/cases/", "/c/")}/${end}`);
			await s.inspect(zhu);
		}
		await zhu.context().close();
		await go(he, at);
		await says(he, "已批3人", "变更、取消");
	});
	const first = await (await he.request.get(at + "/approval")).body();

	let change = "";
	await s.step("the kinds are explained, with the way that each takes", async () => {
		await leads(he, () => he.getByRole("link", { name: "变更、取消" }).click());
		await says(he, "勘误", "减员", "换人、增员", "改期", "增减天数", "变更国家或路线", "取消任务", "备案", "重新报批");
		await s.inspect(he);
		await press(he, "办理换人、增员");
		change = "/cases/" + decodeURIComponent(new URL(he.url()).pathname.split("/")[2]);
		await saved(he, () => fill(he, { "amendment.reason": "谭思齐因病不能成行，改由冉启航参加。" }));
		await s.inspect(he);
		await press(he, "确认，下一项");
	});

	await s.step("only what may change is open; each pause is saved, and what follows is listed at once", async () => {
		await saysNot(he, "补充或更正江明远的资料");
		await press(he, "谭思齐不去了");
		await press(he, "撤回，谭思齐还是去");
		await says(he, "谭思齐不去了");
		await press(he, "谭思齐不去了");
		await says(he, "撤回，谭思齐还是去");
		await leads(he, () => he.getByRole("link", { name: /新录一人/ }).click());
		await fill(he, NEW);
		await press(he, "存好");
		await says(he, "冉启航");
		await s.inspect(he);
		await go(he, change + "/invitations");
		await fill(he, { "invitations[0].invitees": "JIANG MINGYUAN\nSHU RUOLAN\nRAN QIHANG" });
		await press(he, "确认，下一项");
		await go(he, change);
		await says(he, "谭思齐", "不再参团", "新参团", "换发新批件", "停办谭思齐的", "为冉启航办", "冉启航须补充公示5个工作日");
		await s.inspect(he);
	});

	await s.step("without a notice of their own nobody comes in", async () => {
		await supply(he, change);
		await go(he, change + "/check");
		await leads(he, () => he.getByRole("button", { name: "交签批人" }).click());
		await says(he, "没有补充公示");
		await town.at("2026-03-20T09:00");
		await signIn(he, "he");
		await signIn(luo, "luo");
		await go(he, change + "/notice");
		await fill(he, { "notice.from": "2026-03-11", "notice.to": "2026-03-19" });
		await press(he, "确认，下一项");
		await go(he, change + "/check");
		await s.inspect(he);
		await present(he);
	});

	await s.step("the signatory reads what changes and what follows, and submits it", async () => {
		await go(luo, "/sign");
		await leads(luo, () => luo.getByRole("link", { name: /变更/ }).click());
		await says(luo, "谭思齐", "新参团", "换发新批件", "谭思齐因病不能成行");
		await s.inspect(luo);
		await press(luo, "确认提交变更");
		await town.settle();
		await go(he, at);
		await says(he, "换人、增员");
	});

	await s.step("the office sees old beside new, and decides", async () => desks(/变更/));

	await s.step("the new approval says what it replaces, and the old one no longer holds", async () => {
		await go(he, at);
		await says(he, "已批3人");
		const second = await (await he.request.get(at + "/approval")).body();
		assert.ok(!second.equals(first), "the approval is still the old one");
		const anybody = await s.visitor("internet");
		for (const [bytes, words] of /** @type {const} */ ([[first, "已被替代"], [second, "这份批件真实、有效"]])) {
			await go(anybody, "/verify");
			await anybody.locator("input[type=file]").setInputFiles(file("批件.pdf", bytes));
			await press(anybody, /核验/);
			await says(anybody, words);
		}
	});

	await s.step("case and change stand on one timeline, on a phone too", async () => {
		const phone = await s.visitor("internet", { size: PHONE, state: await he.context().storageState() });
		await go(phone, at);
		await says(phone, "变更", "换人、增员");
		await s.inspect(phone);
		await go(phone, at + "/progress");
		await says(phone, "单位申请变更：换人、增员", "变更生效：换人、增员");
		await s.inspect(phone);
		await go(phone, change);
		await says(phone, "已随之办理的", "变更已经生效");
		await s.inspect(phone);
	});
});
