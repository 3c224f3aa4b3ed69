// The whole way of one delegation through the three zones, each step by the
// person who does it, in their own zone's site.
import assert from "node:assert/strict";
import { fill, go, leads, press, saved, says, saysNot, text, values } from "./lib/pages.mjs";
import { begin, choose, DEPART, INVITATION, itinerary, LEG, MISSION, NEW, NOTICE, RETURN, supply } from "./lib/story.mjs";
import { PHONE, test } from "./lib/test.mjs";

test("one delegation goes from the first click to the archive in one visit, returned once and with one member declined", async (s) => {
	const { town } = s;
	const he = await s.as("he", "internet");
	let at = "";

	await s.step("the liaison officer starts a case, and each pause in typing is saved", async () => {
		at = await begin(he);
		await go(he, at + "/mission");
		await saved(he, () => fill(he, MISSION));
	});

	await s.step("a browser closed in the middle loses nothing", async () => {
		const state = await he.context().storageState();
		await he.context().close();
		s.he = await s.visitor("internet", { state });
		await go(s.he, at + "/mission");
		const names = Object.keys(MISSION).filter((n) => typeof MISSION[n] === "string");
		assert.deepEqual(await values(s.he, names), Object.fromEntries(names.map((n) => [n, MISSION[n]])));
		assert.ok(await s.he.locator('[name="case.inAnnualPlan"]').isChecked());
	});
});
