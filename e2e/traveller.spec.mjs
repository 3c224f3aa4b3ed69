// A traveller reads their own record on the phone and says what is wrong with
// it, and the unit answers datum by datum.
import assert from "node:assert/strict";
import { everyWay, inspect } from "./lib/inspect.mjs";
import { leads } from "./lib/pages.mjs";
import { PHONE } from "./lib/sizes.mjs";
import { test } from "./lib/test.mjs";
import { Town } from "./lib/town.mjs";

test("travellers see their own data on the phone and correct them and the unit takes the correction over", async (s) => {
	const he = await s.as("he", "internet");
	await he.goto("/people/p2");
	await leads(he, () => he.getByRole("button", { name: "生成链接" }).click());
	const link = (await he.locator("a.addr").getAttribute("href")) ?? "";
	const own = await s.visitor("internet", { size: PHONE });
	await own.goto(new URL(link, s.town.internet).pathname);
	await own.locator("[name=digits]").fill("1242");
	await leads(own, () => own.locator("main form button").first().click());
	assert.match(await own.locator("main").innerText(), /舒若兰/);
	const wrong = (await inspect(own, everyWay())).map((w) => `own data: ${w}`);

	const at = own.url();
	await own.goto(at + "/lost");
	assert.match(await own.locator("main").innerText(), /现在没有发给本人的证照/);
	wrong.push(...(await inspect(own, everyWay())).map((w) => `a loss: ${w}`));
	await leads(own, () => own.getByRole("link", { name: "回到我的资料" }).click());
	assert.equal(own.url(), at);

	await own.locator("details:has([name=post]) > summary").click();
	await own.locator("[name=post]").fill("国际合作处副处长");
	await leads(own, () => own.locator("form[action$='/wrong'] button").last().click());
	wrong.push(...(await inspect(own, everyWay())).map((w) => `told: ${w}`));

	await he.goto("/corrections");
	await leads(he, () => he.locator("main a[href^='/corrections/']").first().click());
	assert.match(await he.locator("main").innerText(), /国际合作处副处长/);
	wrong.push(...(await inspect(he, everyWay())).map((w) => `the unit: ${w}`));
	await he.locator("[name='take.post']").first().check();
	await leads(he, () => he.locator("main form .do button").click());
	await he.goto("/people/p2");
	assert.equal(await he.locator("[name=post]").inputValue(), "国际合作处副处长");
	assert.deepEqual(wrong, []);
}, Town.kept);
