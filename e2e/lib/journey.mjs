// The story that the browser tests of each city tell, with what differs from city to city.
import assert from "node:assert/strict";
import { docx, file, finger, photo, signature } from "./files.mjs";
import { fill, go, leads, present, press, saved, says, saysNot, text, typed, values } from "./pages.mjs";
import { begin, choose, COSTS, DEPART, INVITATION, itinerary, LEG, MISSION, NEW, NOTICE, OBJECTIONS, RATE, RETURN, supply } from "./story.mjs";
import { PHONE, signIn } from "./test.mjs";

/**
 * What differs from city to city.
 * @typedef {object} City
 * @property {[string, string, RegExp][]} reviewers who decides in turn, in which list, with which button
 * @property {RegExp} case how a case is numbered
 * @property {string} number of the approval
 * @property {string} hall its name
 * @property {string} slot when the hall has a place on the twelfth
 * @property {string} opens when somebody stands at its window for that
 * @property {string} due until when booklets come back
 * @property {string} late when one that hasn't is a day late
 * @property {{notice: Record<string, string>, says: string}} [short] a notice that is too short there, and how it is told
 * @property {boolean} [looked] whether its pages have been looked at where the other city's story was told
 */

/** One value under two names that are two data: whom a half-day is spent with and who invites need not be the same, nor until when they invite and when people return, and a booklet's lines are read off by two machines. */
const TWICE = new Set(["case.return invitations[].to", "invitations[].issuer itinerary[].host", "line2 scan"]);
/** How many pages the whole case of this journey takes on paper, with all that is folded on a screen. */
const PRINTED = 4;

/**
 * The whole way of one delegation through the three zones, each step by the person
 * who does it, in their own zone's site.
 * @param {import("./test.mjs").SceneType} s @param {City} city
 */
export async function journey(s, city) {
	const { town } = s;
	const inspect = city.looked ? async () => {} : s.inspect.bind(s);
	const he = await s.as("he", "internet");
	let at = "";

	await s.step("the liaison officer starts a case, and each pause in typing is saved", async () => {
		at = await begin(he);
		await go(he, at + "/mission");
		await saved(he, () => fill(he, MISSION));
	});

	const back = await s.step("a browser closed in the middle loses nothing", async () => {
		const state = await he.context().storageState();
		await he.context().close();
		const page = await s.visitor("internet", { state });
		await go(page, at + "/mission");
		const names = Object.keys(MISSION).filter((n) => typeof MISSION[n] === "string");
		assert.deepEqual(await values(page, names), Object.fromEntries(names.map((n) => [n, MISSION[n]])));
		assert.ok(await page.locator('[name="case.inAnnualPlan"]').isChecked());
		await inspect(page);
		await press(page, "确认，下一项");
		return page;
	});

	await s.step("findings come beside the field while the liaison officer types, with their cure", async () => {
		await go(back, at + "/trip");
		await saved(back, () => fill(back, { "case.depart": DEPART, "case.return": "2026-05-16", ...LEG }));
		const beside = back.locator('[data-says="case.return"]');
		await beside.getByText("必须改").waitFor();
		assert.match(await beside.innerText(), /5月15日|5 ?天/);
		await inspect(back);
		await saved(back, () => fill(back, { "case.return": RETURN }));
		await beside.getByText("必须改").waitFor({ state: "detached" });
		await press(back, "确认，下一项");
		await go(back, at + "/trip");
		await itinerary(back);
		await inspect(back);
		await press(back, "确认，下一项");
	});

	await s.step("members are found by three characters: pinyin, name, last digits; one is new", async () => {
		await go(back, at + "/members");
		await choose(back, "jmy", "江明远");
		await choose(back, "舒若兰", "舒若兰");
		await choose(back, "281", "谭思齐");
		await leads(back, () => back.getByRole("link", { name: /新录一人/ }).click());
		await fill(back, NEW);
		await inspect(back);
		await press(back, "存好");
		await says(back, "江明远", "舒若兰", "谭思齐", "冉启航");
		await inspect(back);
		await press(back, "确认，下一项");
	});

	await s.step("invitation, budget and notice; what follows from rates and days is worked out", async () => {
		await go(back, at + "/invitations");
		await fill(back, INVITATION);
		await inspect(back);
		await press(back, "确认，下一项");
		await go(back, at + "/budget");
		await fill(back, COSTS);
		await press(back, "确认，下一项");
		await go(back, at + "/budget");
		await fill(back, RATE);
		await inspect(back);
		await press(back, "确认，下一项");
		await go(back, at + "/notice");
		await fill(back, city.short?.notice ?? NOTICE);
		await inspect(back);
		await press(back, "确认，下一项");
		await fill(back, OBJECTIONS);
		await press(back, "确认，下一项");
	});

	await s.step("submission is refused while something blocks, and each finding leads to its field", async () => {
		await go(back, at + "/check");
		await leads(back, () => back.getByRole("button", { name: "交签批人" }).click());
		await says(back, "承诺书", "已有译文", "还有 9 处要填，还不能交签批");
		await inspect(back, "sent back");
		const to = back.locator(".errors a").first();
		const where = await to.getAttribute("href");
		await to.click();
		await back.waitForURL((u) => u.pathname + u.search + u.hash === where);
		await back.locator(`[id="${where?.split("#")[1]}"]`).waitFor();
	});

	await s.step("papers come by picker, by drag and drop and by paste", async () => {
		assert.ok((await supply(back, at)) > 20);
		await inspect(back);
		await go(back, at + "/check");
		if (city.short) {
			await says(back, city.short.says);
			await saysNot(back, "可以交签批了");
			await go(back, at + "/notice");
			await fill(back, NOTICE);
			await press(back, "确认，下一项");
			await go(back, at + "/check");
		}
		await says(back, "条须说明，写明理由再交签批");
		await inspect(back);
		await present(back);
		await says(back, "等签批");
		await inspect(back);
	});

	const luo = await s.as("luo", "internet");
	await s.step("the signatory hands it back once with words, and signs what is mended", async () => {
		await leads(luo, () => luo.getByRole("link", { name: /合作研究团组/ }).click());
		await press(luo, "退回专管员");
		await says(luo, "有1处要改");
		await inspect(luo);
		await fill(luo, { words: "经办人电话写在联系方式里。" });
		await press(luo, "退回专管员");
		await go(back, at);
		await says(back, "签批人退回", "经办人电话写在联系方式里。");
		await go(back, at + "/invitations");
		await fill(back, { "invitations[0].contact": "office@example.org，+49 30 0000" });
		await press(back, "确认，下一项");
		await go(back, at + "/check");
		await present(back);
		await go(luo, "/sign");
		await leads(luo, () => luo.getByRole("link", { name: /合作研究团组/ }).click());
		await says(luo, "+49 30 0000");
		await press(luo, "签好并提交");
		await town.settle();
	});

	const shou = await s.as("shou", "office");
	const open = async (page, list) => {
		await go(page, list);
		await leads(page, () => page.locator("main").getByRole("link", { name: /合作研究团组/ }).first().click());
	};
	await s.step("intake returns it once with all defects, each tied to its field", async () => {
		await open(shou, "/queue");
		await says(shou, "2026年5月14日是德国的法定假日", "约 35 dpi", "还有 2 项没有判断"); // nothing that must be mended: somebody judges
		await leads(shou, () => shou.getByRole("link", { name: /一次性告知/ }).click());
		for (const [field, words] of [["case.purpose", "写清设备的名称和台数"], ["invitations[0]", "邀请函写明费用由谁承担"]]) {
			await fill(shou, { field, words });
			await press(shou, "加一项");
		}
		await inspect(shou);
		await press(shou, "发出告知，共 2 项");
		await says(shou, "告知已发出");
		await town.settle();
	});

	const mended = MISSION["case.purpose"] + "设备为高速相机两台。";
	await s.step("the liaison officer corrects exactly those fields online; all the rest stays as it was", async () => {
		await go(back, "/cases");
		await says(back, /补正 2 项/);
		await go(back, at + "/mission");
		assert.equal(new URL(back.url()).pathname, at + "/notice", "another step is open");
		await says(back, "写清设备的名称和台数", "邀请函写明费用由谁承担", "其他内容，没有变");
		await inspect(back);
		assert.equal(await back.locator('[name="case.necessity"]').count(), 0, "a field that wasn't sent back is open");
		await saved(back, () => fill(back, { "case.purpose": mended, "replies.invitations[0]": "邀请函原件写明我方承担，已核对。" }));
		await press(back, "补正好了，交回外办");
		await says(back, "补正已交回外办");
		await town.settle();
	});

	await s.step("the reviewer sees what changed, and the case goes on with a number", async () => {
		await open(shou, "/queue?desk=intake&f=corrected");
		await says(shou, "退回的 2 项，单位怎么办的", "单位改动 1 处，其余未动", "设备为高速相机两台", "没改，有说明", "单位说明：邀请函原件写明我方承担，已核对。");
		await saysNot(shou, "case.purpose");
		await inspect(shou);
		for (const look of await shou.getByRole("checkbox", { name: /我看过这/ }).all()) await look.check();
		await press(shou, /受理并取号/);
		await says(shou, "已受理");
		await town.settle();
		await go(back, at);
	});

	await s.step("reviewer, chief and director decide in turn; one member is declined with a reason", async () => {
		const words = "身份与任务不符";
		for (const [login, list, button] of city.reviewers) {
			const page = await s.as(login, "office");
			await open(page, list);
			for (const look of await page.getByRole("checkbox", { name: /我看过这/ }).all()) await look.check(); // what nobody has judged
			if (login === "shen") await says(page, city.case, `${city.reviewers.length}步中的第1步`);
			else await says(page, "不同意，" + words, "建议：同意 3 人，不同意 1 人"); // those before said so
			await page.locator("tr", { hasText: "谭思齐" }).getByRole("radio", { name: "不同意" }).check();
			if (login === "shen") {
				await press(page, button);
				await says(page, "有1处要改");
			}
			await inspect(page);
			await page.getByLabel("不同意谭思齐的理由").fill(words);
			await press(page, button);
			await page.context().close();
		}
		await town.settle();
	});

	await s.step("the approval reaches the liaison officer at once, and anybody can verify it", async () => {
		await go(back, at);
		await says(back, "已批3人", "退回 1 次", "任务批件", city.number);
		const paper = await back.request.get(at + "/approval");
		assert.equal(paper.status(), 200);
		const bytes = await paper.body();
		assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
		const anybody = await s.visitor("internet");
		const ask = async (/** @type {Buffer} */ content) => {
			await go(anybody, "/verify");
			await anybody.locator("input[type=file]").setInputFiles(file("批件.pdf", content));
			await press(anybody, /核验/);
		};
		await ask(bytes);
		await says(anybody, "这份批件真实、有效");
		await inspect(anybody);
		await saysNot(anybody, "江明远");
		await go(anybody, "/v/" + (await s.town.code(at)));
		await says(anybody, /登记簿里有.*，现在有效/, "手里这一份没有核");
		await saysNot(anybody, "整份文件都在签名之内");
		await inspect(anybody);
		const altered = Buffer.from(bytes);
		altered[altered.length >> 1] ^= 1;
		await ask(altered);
		await says(anybody, "核验没有通过", "被改动过");
	});

	await s.step("the liaison officer books the one visit on a phone", async () => {
		const phone = await s.visitor("internet", { size: PHONE, state: await back.context().storageState() });
		await go(phone, at);
		await leads(phone, () => phone.getByRole("link", { name: "约时间" }).first().click());
		await says(phone, "哪天方便来一次", "冉启航");
		await leads(phone, () => phone.getByRole("link", { name: "看到场安排" }).click());
		await says(phone, "要到场1次", "冉启航");
		await inspect(phone);
		const visits = at.replace("/cases/", "/visits/");
		await go(phone, visits + "/wait"); // where nobody needs to wait yet
		await inspect(phone);
		await go(phone, visits);
		await leads(phone, () => phone.getByRole("link", { name: "约这一次" }).click());
		await leads(phone, () => phone.getByRole("link", { name: /周四 12/ }).click());
		await inspect(phone);
		await fill(phone, { slot: city.slot });
		await press(phone, /^选.*下一步$/);
		await says(phone, "为您留到", "确认预约", "带身份证原件");
		await inspect(phone);
		await press(phone, "确认预约");
		await says(phone, "到场码", `3月12日 星期四 ${city.slot.replace(/^0/, "")}`, city.hall, "带身份证原件");
		await inspect(phone);
		await go(phone, visits + "/cancel");
		await inspect(phone);
		await go(phone, at);
		await saysNot(phone, "约一个到场时间");
		await town.settle();
	});

	await town.at(city.opens);
	const chuang = await s.as("chuang", "office");
	await s.step("the window checks the one person in", async () => {
		await says(chuang, "今天1人", "还没到1人");
		const number = (await text(chuang)).match(/[A-Z]\d?-\d{3}/)?.[0] ?? "";
		await leads(chuang, () => // a scanner, whatever has the focus
			chuang.evaluate((code) => {
				for (const key of [...code, "Enter"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
			}, number));
		assert.match(await chuang.evaluate(() => document.activeElement?.textContent ?? ""), /签到/);
		await press(chuang, /签到/);
		await says(chuang, "现在在场1人", "核验身份证原件", "采集面部、指纹和签名");
		await inspect(chuang);
		await press(chuang, /已核原件/);
		await town.settle();
	});

	/** @type {string[]} what is printed in the new booklet */
	let printed = [];
	await s.step("the passport zone captures, makes, checks and hands over the one booklet that is needed", async () => {
		const cai = await s.as("cai", "passport");
		await leads(cai, () => cai.locator("main").getByRole("link", { name: /冉启航/ }).first().click());
		const order = new URL(cai.url()).pathname.replace("/capture/", "/orders/");
		const images = { photo: photo(), fingerRight: finger(1), fingerLeft: finger(2), signature: signature() };
		for (const [name, image] of Object.entries(images)) await cai.locator(`[name="${name}"]`).setInputFiles(file(name + ".png", image));
		await fill(cai, { cardSeen: true });
		await inspect(cai);
		await press(cai, "记下采集");
		await says(cai, "合格：人像、两枚指纹、签名");
		const zhao = await s.as("zhao", "passport");
		await go(zhao, order);
		await says(zhao, "取号码 PE8000001");
		await inspect(zhao);
		await press(zhao, "制证");
		await says(zhao, "制作的人不质检自己做的这一本");
		printed = (await text(zhao)).match(/[A-Z0-9<]{44} [A-Z0-9<]{44}/)?.[0].split(" ") ?? []; // what the checker will scan off the booklet
		assert.equal(printed.length, 2);
		const jian = await s.as("jian", "passport");
		await go(jian, order);
		await go(jian, order + "/spoil");
		await inspect(jian);
		await go(jian, order);
		await leads(jian, () => jian.getByRole("link", { name: "质检" }).click());
		await fill(jian, { line1: printed[0], line2: printed[1] });
		await inspect(jian);
		await press(jian, "一致，通过质检");
		await press(jian, "移交办公网保管");
		await town.settle();
	});

	await s.step("the keeper takes the new booklet into the store by its number; before, nobody could send it for a visa", async () => {
		const bao = await s.as("guan", "office");
		await go(bao, "/booklets/coming");
		await says(bao, "待入库 1 本", "冉启航");
		await fill(bao, { scan: printed[1] });
		await inspect(bao);
		await press(bao, "扫到的入库");
		await says(bao, "冉启航的证照", "已入库", "待入库 0 本");
		await town.settle();
	});

	await s.step("the capture's result closes the last act at the window: the visit is over, and it was the only one", async () => {
		await go(chuang, "/desk");
		await says(chuang, "已办完1人");
		await leads(chuang, () => chuang.locator("main").getByRole("link", { name: "冉启航" }).first().click());
		await says(chuang, "这次办完", "共到场1次");
		await signIn(back, "he");
		await go(back, at);
		await says(back, "到场 1 次");
	});

	const PEOPLE = ["江明远", "舒若兰", "冉启航"];
	const PAPERS = { note: "云外签字第0123号", insuranceArea: "SCHENGEN", insuranceCover: "300000" }; // the days stand there
	const qian = await s.as("qian", "office");
	/** Opens one order of the visa board. */
	const order = async (page, stage, name) => {
		await go(page, "/visa?stage=" + stage);
		await leads(page, () => page.locator("main").getByRole("link", { name }).first().click());
	};
	await s.step("the visa desk packs the kits from what is held and sends them", async () => {
		for (const name of PEOPLE) {
			await order(qian, "planned", name);
			await says(qian, "材料袋，10 样");
			for (const box of await qian.locator("[name=items]").all()) await box.check();
			// What the papers say is read once for the group.
			if (name === PEOPLE[0]) await fill(qian, PAPERS);
			await press(qian, "都看过，装袋");
		}
		await go(qian, "/visa?stage=kit");
		for (const box of await qian.locator("main tbody input[type=checkbox]").all()) await box.check();
		await inspect(qian);
		await press(qian, "把选中的送签");
		await go(qian, "/visa?stage=sent");
		await says(qian, "使馆审理 3", ...PEOPLE);
	});

	await town.at("2026-03-25T10:00");
	await s.step("visas are granted, and checked by somebody else", async () => {
		await signIn(qian, "qian");
		for (const name of PEOPLE) {
			await order(qian, "sent", name);
			await fill(qian, { from: "2026-05-01", until: "2026-07-31", entries: "1", days: "10" });
			if (await qian.locator("[name=went]").count()) await fill(qian, { went: "2026-03-24" }); // the mission wanted to see them
			await press(qian, "登记签证");
		}
		await says(qian, "登记的人不能核对");
		await inspect(qian);
		const bai = await s.as("bai", "office");
		for (const name of PEOPLE) {
			await order(bai, "granted", name);
			await press(bai, "核对无误");
		}
		await town.settle();
		await signIn(back, "he");
	});
	/** A later day: those who work on sign in again. */
	const day = async (/** @type {string} */ time, /** @type {[import("playwright-core").Page, string][]} */ ...people) => {
		await town.at(time);
		for (const [page, login] of people) await signIn(page, login);
	};
	const guan = await s.visitor("office");
	await s.step("custody lends the booklets by courier, and the delegation is cleared to go", async () => {
		await day("2026-04-28T10:00", [guan, "guan"], [back, "he"]);
		await go(guan, "/booklets/out");
		await leads(guan, () => guan.locator("main").getByRole("link", { name: /合作研究团组/ }).first().click());
		await saysNot(guan, "谭思齐"); // declined: no booklet for this trip
		for (const box of await guan.locator("[name=choose]").all()) await box.check();
		await inspect(guan);
		await press(guan, "发给勾选的人，记为借出");
		await says(guan, "已出库，邮寄");
		await town.settle();
		await go(back, at);
		await says(back, "5月11日出发", "证照签证都办好了");
	});

	await s.step("departed, and home again", async () => {
		await day("2026-05-11T20:00", [back, "he"]);
		await go(back, at + "/after");
		await press(back, "登记出境");
		await says(back, "在境外");
		await inspect(back);
		await go(back, at + "/lost");
		await inspect(back);
		await back.locator("[name=booklet]").first().check();
		await fill(back, { where: "德国柏林，地铁 U2 线" });
		await press(back, "报告遗失");
		await says(back, "已报告遗失，等外办挂失", "德国柏林，地铁 U2 线");
		await inspect(back, "told");
		await back.locator("summary", { hasText: "找到了" }).click();
		await press(back, "找到了，撤回报告");
		await saysNot(back, "已报告遗失");
		await day("2026-05-15T20:00", [back, "he"]);
		await go(back, at + "/after");
		await press(back, "下一步：核对期限");
		await says(back, city.due);
		await press(back, "确认5月15日已回国");
		await says(back, "交回3本证照");
		await town.settle();
	});

	const handIn = async (/** @type {string[]} */ names) => {
		await go(guan, "/booklets/in");
		for (const name of names) await guan.locator("tr", { hasText: name }).locator("[name=choose]").check();
		await fill(guan, { by: "courier" });
		await press(guan, "勾选的已收到，收进库");
		await town.settle();
	};
	await s.step("booklets come back by courier within the days allowed; one that is late stands in red with the unit and the desk", async () => {
		await day("2026-05-19T10:00", [guan, "guan"]);
		await handIn(["江明远", "舒若兰"]);
		await day(city.late, [guan, "guan"], [back, "he"]);
		// Whether a mark has the colour that things overdue have.
		const red = async (page, mark) =>
			assert.ok(
				await mark.evaluate((e) => {
					const probe = document.createElement("i");
					probe.style.color = getComputedStyle(document.documentElement).getPropertyValue("--red");
					e.append(probe);
					const is = getComputedStyle(probe).color === getComputedStyle(e).color;
					probe.remove();
					return is;
				}),
				`an overdue booklet isn't red on ${page.url()}`,
			);
		await go(guan, "/booklets/overdue");
		await says(guan, "逾期未交 1 本", "冉启航");
		await red(guan, guan.locator("tr", { hasText: "冉启航" }).locator(".tag"));
		await inspect(guan);
		await go(back, at + "/after");
		await red(back, back.locator(".tag", { hasText: "逾期1天" }));
		await handIn(["冉启航"]);
	});

	await s.step("report, rating, closed and archived", async () => {
		await go(back, at + "/after");
		await saysNot(back, "还没有交回的证照");
		await back.locator("[name=report]").setInputFiles(file("出访报告.docx", docx("出访报告")));
		await press(back, "交报告");
		await says(back, "已交：出访报告.docx");
		await back.locator("[name=notice]").setInputFiles(file("事后公示.docx", docx("事后公示")));
		await press(back, "提交公示材料");
		await says(back, "已交：事后公示.docx");
		await inspect(back);
		await go(back, at.replace("/cases/", "/me/rate/") + "/decline");
		await inspect(back);
		await go(back, at + "/after");
		await leads(back, () => back.getByRole("link", { name: "去评价" }).click());
		await fill(back, { grade: "5", words: "一趟办完。" });
		await back.locator("[name=anonymous]").uncheck(); // without a name it is shown among five, or when the month is over
		await inspect(back);
		await press(back, "交评价");
		await says(back, "已收到：非常满意");
		await town.settle();
		const chu = await s.as("chu", "office");
		await go(chu, "/ratings?grade=5");
		await leads(chu, () => chu.locator("main tbody a").first().click());
		await says(chu, "评价：非常满意", "这个评价不用答复");
		await inspect(chu);
		await go(back, at);
		await says(back, "已归档", "现在没有要办的");
	});

	await s.step("the office prints the whole case: nothing of a screen, nothing folded, no page more than it takes", async () => {
		const shen = await s.as("shen", "office");
		await go(shen, at.replace("/cases/", "/c/"));
		await shen.emulateMedia({ media: "print" });
		const seen = (/** @type {string} */ what) => shen.locator(what).evaluateAll((all) => all.filter((e) => e.checkVisibility()).map((e) => `${e.tagName} ${e.textContent?.trim().slice(0, 30)}`));
		assert.deepEqual(await seen("button, .btn, input, textarea, iframe, .paper, .tabs, nav:not(.chips), [aria-labelledby=made]"), [], "belongs to a screen");
		const tabs = await shen.locator(".chip").evaluateAll((all) => all.map((e) => getComputedStyle(e)).map((c) => [c.display, c.borderTopWidth, c.backgroundColor].join(" ")));
		assert.ok(tabs.length > 5, "the papers aren't named");
		assert.deepEqual([...new Set(tabs)], ["inline 0px rgba(0, 0, 0, 0)"], "the papers' tabs print as tabs");
		const folded = await shen.locator("main details > :not(summary)").evaluateAll((all) => [all.length, all.filter((e) => !e.checkVisibility()).length]);
		assert.ok(folded[0] > 2, "nothing is folded on the screen");
		assert.equal(folded[1], 0, "is folded on paper too");
		const pages = (await shen.pdf({ preferCSSPageSize: true })).toString("latin1").match(/\/Type \/Page\b/g)?.length ?? 0;
		assert.ok(pages > 0 && pages <= PRINTED, `prints on ${pages} pages`);
		await shen.context().close();
	});

	await s.step("the ledger: one visit, one return, and nothing was asked for twice", async () => {
		await town.settle(); // the receipts too
		await go(back, at + "/progress");
		await says(back, "到场 1 次", "退回 1 次", "外办退回补过的", "收纸质原件 0 份", "归档", "两边一致");
		await back.locator("summary", { hasText: "每项资料要过几次" }).click();
		const rows = await back.locator("details table tbody tr").evaluateAll((all) => all.map((r) => [...r.children].map((c) => c.textContent?.trim() ?? "")));
		assert.ok(rows.length > 100, `the ledger lists only ${rows.length} data`);
		assert.deepEqual(rows.filter(([, asked]) => Number(asked) > 1), [], "asked for more than once");
		// Nor was one datum typed under two names, whatever the ledger counts by its path.
		const twice = [...typed].filter(([value, names]) => value.length > 3 && names.size > 1 && !TWICE.has([...names].sort().join(" ")));
		assert.deepEqual(twice.map(([value, names]) => `${value}: ${[...names].join(", ")}`), [], "typed in two places");
		assert.ok(typed.size > 40, `only ${typed.size} values were typed`);
		assert.equal(rows.reduce((n, [, , sent]) => n + Number(sent), 0), 2, "fields that were sent back");
	});
	return at;
}
