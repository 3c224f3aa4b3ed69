// What people type and send that can't be so, or twice, or too late. Each is
// said in words, and nothing that was typed is lost.
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { file, pdf } from "./lib/files.mjs";
import { fill, go, leads, press, saved, says, saysNot, values } from "./lib/pages.mjs";
import { begin, LEG, MISSION, NEW, places } from "./lib/story.mjs";
import { ROOT } from "./lib/town.mjs";
import { sameTown, test } from "./lib/test.mjs";

const PURPOSE = "case.purpose";
const NECESSITY = "case.necessity";

test("an empty case is refused with the whole list, and each finding leads to a field that is there", async (s) => {
	const he = await s.as("he", "internet");
	const at = await begin(he);
	await go(he, at + "/check");
	await press(he, "交签批人");
	await says(he, "还有 33 处要填，还不能交签批");
	const links = await he.locator(".errors a").evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""));
	assert.ok(links.length >= 15, `${links.length} of the findings lead anywhere`);
	const lost = [];
	for (const path of new Set(links.map((l) => l.split("#")[0]))) {
		await go(he, path);
		for (const to of links.filter((l) => l.startsWith(path + "#"))) {
			if (!(await he.locator(`[id="${to.split("#")[1]}"]`).count())) lost.push(to);
		}
	}
	assert.deepEqual(lost, [], "links that end at no field");
}, sameTown);

test("two tabs on one draft: each sees what the other changed, and nothing is lost", async (s) => {
	const one = await s.as("he", "internet");
	const at = await begin(one);
	await go(one, at + "/mission");
	const two = await one.context().newPage();
	s.watch(two);
	await go(two, at + "/mission");

	await saved(one, () => fill(one, { [PURPOSE]: MISSION[PURPOSE] }));
	await saved(two, () => fill(two, { [NECESSITY]: MISSION[NECESSITY] }), 409);
	const notice = two.locator("[data-notice]");
	await notice.getByText(/有1处被改过/).waitFor();
	assert.deepEqual(await values(two, [PURPOSE, NECESSITY]), { [PURPOSE]: MISSION[PURPOSE], [NECESSITY]: MISSION[NECESSITY] });

	// The same field in both: what was typed stays, with the other's beside it.
	await go(one, at + "/mission");
	await go(two, at + "/mission");
	await saved(one, () => fill(one, { [PURPOSE]: "甲改的出访任务" }));
	await saved(two, () => fill(two, { [PURPOSE]: "乙改的出访任务" }), 409);
	await notice.getByText("甲改的出访任务").waitFor();
	assert.equal((await values(two, [PURPOSE]))[PURPOSE], "乙改的出访任务");
	await saved(two, () => notice.getByRole("button", { name: "用对方的" }).click());
	await go(one, at + "/mission");
	assert.deepEqual(await values(one, [PURPOSE, NECESSITY]), { [PURPOSE]: "甲改的出访任务", [NECESSITY]: MISSION[NECESSITY] });
}, sameTown);

test("a page that is stale without script says what changed and keeps what was typed", async (s) => {
	const one = await s.as("he", "internet", { script: false });
	const at = await begin(one);
	await go(one, at + "/mission");
	const two = await one.context().newPage();
	await go(two, at + "/mission");
	await fill(one, { [PURPOSE]: "甲改的出访任务" });
	await press(one, "确认，下一项");
	await fill(two, { [PURPOSE]: "乙改的出访任务", [NECESSITY]: "乙写的必要性" });
	await press(two, "确认，下一项");
	await says(two, "处被改过", "甲改的出访任务");
	assert.deepEqual(await values(two, [PURPOSE, NECESSITY]), { [PURPOSE]: "乙改的出访任务", [NECESSITY]: "乙写的必要性" });
	await press(two, "确认，下一项");
	await go(one, at + "/mission");
	assert.deepEqual(await values(one, [PURPOSE, NECESSITY]), { [PURPOSE]: "乙改的出访任务", [NECESSITY]: "乙写的必要性" });
}, sameTown);

test("a double click does it once, with script and without", async (s) => {
	for (const script of [true, false]) {
		const he = await s.as("he", "internet", { script });
		const drafts = he.locator('main tbody a[href^="/cases/"]');
		await go(he, "/cases");
		const before = await drafts.count();
		await go(he, "/cases/new");
		await leads(he, () => he.getByRole("button", { name: "开始" }).dblclick());
		await he.waitForURL(/\/cases\/[0-9a-f-]{30,}/);
		await go(he, "/cases");
		assert.equal((await drafts.count()) - before, 1, `script: ${script}`);
		await he.context().close();
	}
}, sameTown);

test("Back, and sent again, records a person once", async (s) => {
	for (const script of [true, false]) {
		const he = await s.as("he", "internet", { script });
		const at = await begin(he);
		await go(he, at + "/members/new");
		const who = script ? NEW : { ...NEW, givenName: "帆", idNumber: "509901199003073217", latinGivenNames: "FAN" };
		await fill(he, who);
		await press(he, "存好");
		await he.goBack();
		if (!(await he.locator("[name=familyName]").inputValue())) await fill(he, who); // a browser may have forgotten the form
		await press(he, "存好");
		await go(he, at + "/members");
		await says(he, who.familyName + who.givenName);
		await go(he, "/people?q=" + encodeURIComponent(who.familyName + who.givenName));
		assert.equal(await he.locator("main tbody tr").count(), 1, `script: ${script}`);
		await he.context().close();
	}
}, sameTown);

test("a session that ends while a form is full: signing in again gives the form back", async (s) => {
	for (const script of [true, false]) {
		const he = await s.as("he", "internet", { script });
		const at = await begin(he);
		await go(he, at + "/mission");
		const elsewhere = await he.context().newPage();
		await go(elsewhere, "/cases");
		await leads(elsewhere, () => elsewhere.getByRole("button", { name: /退出/ }).click());
		await fill(he, { [PURPOSE]: "会话中断前写的出访任务𠮷" });
		await press(he, "确认，下一项");
		await says(he, "您已在这台电脑上退出登录");
		await fill(he, { name: "he", password: "yitang-e2e-2026" });
		await press(he, /登录/);
		await says(he, "您填的还在");
		assert.equal(await he.locator(`[name="${PURPOSE}"]`).inputValue(), "会话中断前写的出访任务𠮷");
		await press(he, "用我填的再提交一次");
		await go(he, at + "/mission");
		assert.equal((await values(he, [PURPOSE]))[PURPOSE], "会话中断前写的出访任务𠮷", `script: ${script}`);
		await he.context().close();
	}
}, sameTown);

test("what could not be saved when a session ended is brought back after signing in", async (s) => {
	const he = await s.as("he", "internet");
	const at = await begin(he);
	await go(he, at + "/mission");
	const elsewhere = await he.context().newPage();
	await go(elsewhere, "/cases");
	await leads(elsewhere, () => elsewhere.getByRole("button", { name: /退出/ }).click());
	await fill(he, { [PURPOSE]: "停下时会话已经到时" });
	await he.getByText("登录已到时，您填的还在这台电脑上").waitFor();
	await leads(he, () => he.getByRole("link", { name: "重新登录" }).click());
	await fill(he, { name: "he", password: "yitang-e2e-2026" });
	await saved(he, () => press(he, /登录/));
	await he.getByText("已带回上次没存上的内容").waitFor();
	await go(he, at + "/mission");
	assert.equal((await values(he, [PURPOSE]))[PURPOSE], "停下时会话已经到时");
}, sameTown);

/** A picture as a camera makes it, drawn by the browser. @param {import("playwright-core").Page} page */
const jpeg = async (page) =>
	Buffer.from(
		await page.context().newPage().then(async (p) => {
			const data = await p.evaluate(() => {
				const c = document.createElement("canvas");
				[c.width, c.height] = [1200, 1600];
				c.getContext("2d")?.fillRect(100, 100, 900, 40);
				return c.toDataURL("image/jpeg").split(",")[1];
			});
			await p.close();
			return data;
		}),
		"base64",
	);

test("files that are too large, empty, disguised or cut off are refused in words, and a good one is taken", async (s) => {
	const folder = await mkdtemp(join(tmpdir(), "yitang-e2e-"));
	s.t.after(() => rm(folder, { recursive: true }));
	const bad = [
		{ f: file("空.pdf", Buffer.alloc(0)), says: "这个文件是空的" },
		{ f: file("程序.pdf", Buffer.from("MZ this is a program, whatever it is called")), says: "不要改后缀" },
		{ f: file("断.pdf", pdf("cut").subarray(0, 60)), says: "文件不完整" },
		{ f: join(folder, "大.pdf"), says: "20 MB" },
	];
	await writeFile(/** @type {string} */ (bad[3].f), Buffer.concat([pdf("big"), Buffer.alloc(21 << 20)]));
	await writeFile(join(folder, "刚好.pdf"), pdf("f".repeat((20 << 20) - 1000)));
	for (const script of [true, false]) {
		const he = await s.as("he", "internet", { script });
		const at = await begin(he);
		await go(he, at + "/documents");
		const place = places(he).first();
		for (const b of bad) {
			await place.locator("input[type=file]").setInputFiles(b.f);
			if (!script) await leads(he, () => place.getByRole("button", { name: "上传" }).click());
			await he.locator("main").getByText(b.says).first().waitFor();
			if (!script) await go(he, at + "/documents");
		}
		// Over a slow line how far it has come moves on while it is sent.
		if (script) {
			await he.evaluate(() => {
				new MutationObserver((all) => {
					for (const m of all) for (const n of m.addedNodes) {
						if (n instanceof HTMLProgressElement) setInterval(() => (document.documentElement.dataset.bar = `${document.documentElement.dataset.bar ?? ""} ${n.value}`), 50);
					}
				}).observe(document.body, { childList: true, subtree: true });
			});
			const line = await he.context().newCDPSession(he);
			await line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2 << 20 });
			await place.locator("input[type=file]").setInputFiles(file("慢.pdf", pdf("s".repeat(4 << 20))));
			await he.locator("main .files li a", { hasText: "慢.pdf" }).waitFor();
			await line.detach();
			const bar = ((await he.evaluate(() => document.documentElement.dataset.bar)) ?? "").trim().split(" ").map(Number);
			assert.ok(new Set(bar.filter((n) => n > 0 && n < 100)).size > 2, `the bar stood at ${bar}`);
			assert.deepEqual(bar, bar.toSorted((a, b) => a - b), "the bar went back");
			await go(he, at + "/documents");
		}
		// A picture of a phone, a scan that just fits, and one of an everyday size.
		const good = [file("照.jpg", await jpeg(he)), join(folder, "刚好.pdf"), file("好.pdf", pdf("good"))];
		for (const f of good) {
			await place.locator("input[type=file]").setInputFiles(f);
			if (!script) await leads(he, () => place.getByRole("button", { name: "上传" }).click());
			await he.locator("main .files").getByRole("link", { name: typeof f === "string" ? "刚好.pdf" : f.name, exact: true }).waitFor();
		}
		await go(he, at + "/documents");
		assert.equal(await he.locator("main .files li a.b").count(), good.length + Number(script), `script: ${script}`);
		assert.equal(await he.getByRole("button", { name: "上传", exact: true }).count() > 0, !script, "only without script there is something to press");
		if (script) { // many at once: each by its name to its place, what isn't certain asks
			await he.locator("#bunch").setInputFiles([file("3月公示材料.pdf", pdf("notice")), file("IMG_001.pdf", pdf("which")), file("请示.pdf", Buffer.alloc(0))]);
			await he.locator("[data-place]", { hasText: "公示材料" }).locator(".files li a", { hasText: "3月公示材料.pdf" }).waitFor();
			const asks = he.locator("file-bunch li", { hasText: "IMG_001.pdf" });
			await asks.getByRole("combobox").selectOption({ label: "邀请单位简介" });
			await asks.getByRole("button", { name: "放过去" }).click();
			await he.locator("[data-place]", { hasText: "邀请单位简介" }).locator(".files li a", { hasText: "IMG_001.pdf" }).waitFor();
			const refused = he.locator("file-bunch li", { hasText: "请示.pdf" });
			if (await refused.getByRole("combobox").count()) {
				await refused.getByRole("combobox").selectOption({ label: "邀请单位简介" });
				await refused.getByRole("button", { name: "放过去" }).click();
			}
			await refused.locator(".err").waitFor(); // what its place refused isn't listed as filed
		}
		await he.context().close();
	}
}, sameTown);

test("a paper among many waits until somebody has looked at its days and is kept with those that they read from it", async (s) => {
	const he = await s.as("he", "internet");
	const text = await readFile(join(ROOT, "testdata/cases/valid-germany-5-days.json"), "utf8");
	const res = await he.request.post("/cases/new", { multipart: { from: "file", _id: crypto.randomUUID(), text } });
	assert.ok(res.ok(), `${res.status()} ${res.url()}`);
	await go(he, new URL(res.url()).pathname.split("/").slice(0, 3).join("/") + "/documents");
	const place = he.locator("[data-place]", { hasText: "境外医疗保险" }).first();
	const name = `境外医疗保险 ${await place.getAttribute("data-who")}.pdf`;
	await he.locator("#bunch").setInputFiles([file(name, pdf("policy"))]);
	const row = he.locator("file-bunch li");
	await row.getByText("请对照文件看一遍").waitFor();
	assert.deepEqual(await row.locator("input").evaluateAll((all) => all.map((x) => /** @type {HTMLInputElement} */ (x).value)), ["2026-05-10", "2026-05-16"], "the days that are proposed");
	assert.equal(await place.locator(".files li").count(), 0, "it was kept before anybody looked");
	await row.getByLabel("有效期至").fill("2026-05-01");
	await row.getByRole("button", { name: "核对好了" }).click();
	await row.getByText("有效期早于起始日").waitFor();
	assert.equal(await row.getByLabel("有效期至").inputValue(), "2026-05-01", "what was typed is lost");
	await row.getByLabel("有效期至").fill("2026-06-30");
	await row.getByRole("button", { name: "核对好了" }).click();
	await place.locator(".files li", { hasText: "2026年5月10日起，有效期至2026年6月30日" }).waitFor();
	assert.equal(await place.getByLabel("有效期至").inputValue(), "2026-05-16", "the place's own proposal was written over");
}, sameTown);

test("identity numbers of 15 digits are explained, full-width digits are read, and rare names come back whole", async (s) => {
	const he = await s.as("he", "internet");
	const at = await begin(he);
	await go(he, at + "/members/new");
	await he.locator("[name=familyName]").pressSequentially("欧阳");
	await he.reload();
	assert.equal(await he.locator("[name=familyName]").inputValue(), "欧阳", "a reload took what was typed of somebody new");
	await fill(he, { ...NEW, familyName: "𠮷", givenName: "䶮", latinSurname: "JI", latinGivenNames: "YAN", idNumber: "509901850212343" });
	await press(he, "存好");
	await says(he, "这是 15 位旧号，现在用 18 位");
	assert.deepEqual(await values(he, ["familyName", "givenName", "idNumber"]), { familyName: "𠮷", givenName: "䶮", idNumber: "509901850212343" });
	await fill(he, { idNumber: "５０９９０１１９８５０２１２３４３Ｘ" });
	await press(he, "存好");
	await says(he, "𠮷䶮", "509***********343X");

	await go(he, at + "/members/new");
	await fill(he, { ...NEW, familyName: "阿依古丽", givenName: "买买提·艾山", latinSurname: "AYIGULI", latinGivenNames: "MAIMAITI AISHAN", idNumber: "509901199003073241" });
	await press(he, "存好");
	await says(he, "买买提·艾山");
	await go(he, at + "/members");
	await says(he, "𠮷䶮", "买买提·艾山");
}, sameTown);

test("a return before the departure is said beside the field and blocks", async (s) => {
	const he = await s.as("he", "internet");
	const at = await begin(he);
	await go(he, at + "/trip");
	await saved(he, () => fill(he, { "case.depart": "2026-05-15", "case.return": "2026-05-11", ...LEG }));
	await he.locator('[data-says="case.return"]').getByText("必须改").waitFor();
	// Who chooses how many days it is instead has the return from that.
	await saved(he, () => fill(he, { "case.daysAbroad": "5" }));
	await he.locator('.fld[data-field="case.return"]').getByText("2026年5月19日").waitFor();
	await saved(he, () => fill(he, { "legs[0].leave": "2026-05-19T07:30" }));
	await go(he, at + "/trip");
	await says(he, "2026年5月19日");
	await leads(he, () => he.locator('.fld[data-field="case.return"] a').click());
	await saved(he, () => fill(he, { "case.return": "2026-05-11" }));
	await go(he, at + "/check");
	await press(he, "交签批人");
	await says(he, "入境日期");
	await saysNot(he, "可以交签批了");
}, sameTown);

test("half-days follow the days that are typed without a reload and nothing that was typed is lost", async (s) => {
	const he = await s.as("he", "internet");
	const at = await begin(he);
	await go(he, at + "/trip");
	const halves = he.locator('[name^="itinerary["][name$=".activity"]');
	const grows = (/** @type {number} */ n) => he.waitForFunction((n) => document.querySelectorAll('[name^="itinerary["][name$=".activity"]').length === n, n);
	await saved(he, () => fill(he, { "case.depart": "2026-05-11", ...LEG }));
	assert.equal(await halves.count(), 0);
	await fill(he, { "case.return": "2026-05-15" });
	await grows(10);
	await fill(he, { "case.return": "2026-05-16" });
	await grows(12);
	await saved(he, () => fill(he, { "itinerary[2].activity": "与柏林示范大学座谈" }));
	await fill(he, { "case.return": "2026-05-14" });
	await grows(8);
	assert.deepEqual(await values(he, ["itinerary[2].activity", "itinerary[7].activity", "legs[0].carrier"]), { "itinerary[2].activity": "与柏林示范大学座谈", "itinerary[7].activity": "返程，入境", "legs[0].carrier": "CA" });
	// Who writes in a half-day keeps it until they have left it.
	const answered = he.waitForResponse((r) => r.url().includes("/findings"));
	await fill(he, { "case.return": "2026-05-15" });
	await he.locator('[name="itinerary[3].activity"]').click();
	await answered;
	await he.keyboard.type("验收");
	assert.equal(await halves.count(), 8);
	await he.locator('[name="case.depart"]').focus();
	await grows(10);
	assert.equal((await values(he, ["itinerary[3].activity"]))["itinerary[3].activity"], "验收");
	// A day with something written on it stays on the page when the journey leaves it.
	const heard = he.waitForResponse((r) => r.url().includes("/findings"));
	await saved(he, () => fill(he, { "case.depart": "2026-05-13", "case.return": "2026-05-17" }));
	await heard;
	assert.equal((await values(he, ["itinerary[2].activity"]))["itinerary[2].activity"], "与柏林示范大学座谈");
	await press(he, "确认，下一项");
	await says(he, "写好的半天跟着移到了新的日期");
	assert.equal((await values(he, ["itinerary[2].activity"]))["itinerary[2].activity"], "与柏林示范大学座谈");
}, sameTown);

test("a way back to a refused form or a reload of it shows the form and no error page", async (s) => {
	const he = await s.as("he", "internet");
	for (const [form, button, typed] of /** @type {const} */ ([["/people/new", "存好", true], ["/feedback?about=%2Fcases", "发给外办", false]])) {
		await go(he, form);
		if (typed) await he.locator('main input[type="text"]').first().fill("欧阳");
		await press(he, button);
		await says(he, "处要改");
		assert.equal(new URL(he.url()).pathname + new URL(he.url()).search, form, "the answer stands at the form's own address");
		await go(he, "/people");
		await he.goBack({ waitUntil: "load" });
		assert.equal(await he.locator("main form[method=post]").count() > 0, true, `${form}: the form isn't there`);
		await saysNot(he, "处要改"); // it was asked for, and not sent once more
		if (typed) assert.equal(await he.locator('main input[type="text"]').first().inputValue(), "欧阳");
		await he.reload({ waitUntil: "load" });
		assert.equal(await he.locator("main form[method=post]").count() > 0, true, `${form}: loaded again, it isn't there`);
	}
}, sameTown);
