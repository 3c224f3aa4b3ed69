// The same with JavaScript switched off: every page is a form that is whole.
import assert from "node:assert/strict";
import { file, pdf, photo } from "./lib/files.mjs";
import { fill, go, leads, present, press, says } from "./lib/pages.mjs";
import { begin, COSTS, DEPART, INVITATION, itinerary, LEG, MISSION, NEW, NOTICE, OBJECTIONS, places, RATE, RETURN } from "./lib/story.mjs";
import { PHONE, test } from "./lib/test.mjs";

test("without script a case is filled, supplied, signed, decided and its visit booked", async (s) => {
	const { town } = s;
	const he = await s.as("he", "internet", { script: false });
	const at = await begin(he);
	const step = async (/** @type {string} */ name, /** @type {Record<string, any>} */ what) => {
		await go(he, `${at}/${name}`);
		await fill(he, what);
		await press(he, "确认，下一项");
	};
	await s.step("filled", async () => {
		await step("mission", MISSION);
		await step("trip", { "case.depart": DEPART, "case.return": RETURN, ...LEG });
		await go(he, at + "/trip");
		await itinerary(he);
		await press(he, "确认，下一项");
		await go(he, at + "/members");
		await fill(he, { q: "明远" });
		await press(he, "查找");
		await press(he, /江明远/);
		await leads(he, () => he.getByRole("link", { name: /新录一人/ }).click());
		await fill(he, NEW);
		await press(he, "存好");
		await says(he, "江明远", "冉启航");
		await step("invitations", INVITATION);
		await step("budget", COSTS);
		await step("budget", RATE);
		await step("notice", NOTICE);
		await step("notice", OBJECTIONS);
	});
	await s.step("supplied", async () => {
		await go(he, at + "/documents");
		// A place that was given something is asked for no longer.
		const wanted = places(he).filter({ hasNot: he.locator(".files li") });
		let given = 0;
		for (let i = 0; i < 60 && (await wanted.count()) > 0; i++) {
			const place = wanted.first();
			const picker = place.locator("input[type=file]");
			const photos = (await picker.getAttribute("accept")) === ".jpg,.jpeg,.png";
			await picker.setInputFiles(photos ? file(`照片${i}.png`, photo()) : file(`材料${i}.pdf`, pdf(`plain ${i}`)));
			await press(he, "上传", { within: place });
			given++;
		}
		assert.ok(given >= 10, `${given} papers were asked for`);
		await go(he, at + "/check");
		await present(he);
		await says(he, "等签批");
	});
	await s.step("signed and decided", async () => {
		const luo = await s.as("luo", "internet", { script: false });
		await leads(luo, () => luo.locator("main").getByRole("link", { name: /合作研究团组/ }).first().click());
		await press(luo, "签好并提交");
		await town.settle();
		for (const [login, list, button] of [["shou", "/queue", /受理并取号/], ["shen", "/queue", /按所选意见上报/], ["chu", "/queue", /按所选意见上报/], ["zhu", "/sign", /^签发/]]) {
			const page = await s.as(/** @type {string} */ (login), "office", { script: false });
			await go(page, /** @type {string} */ (list));
			await leads(page, () => page.locator("main").getByRole("link", { name: /合作研究团组/ }).first().click());
			for (const look of await page.getByRole("checkbox", { name: /我看过这/ }).all()) await look.check(); // what nobody has judged
			await press(page, button);
			await page.context().close();
		}
		await town.settle();
	});
	await s.step("booked on a phone", async () => {
		const phone = await s.visitor("internet", { size: PHONE, script: false, state: await he.context().storageState() });
		await go(phone, at);
		await leads(phone, () => phone.getByRole("link", { name: "约时间" }).first().click());
		await fill(phone, { slot: "10:00" });
		await press(phone, "选这个时间，下一步");
		await says(phone, "为您留到", "带身份证原件");
		await press(phone, "换个时间");
		await fill(phone, { slot: "10:00" });
		await press(phone, "选这个时间，下一步");
		await press(phone, "确认预约");
		await says(phone, "到场码", "带身份证原件");
	});
});
