// A phone without a network loses nothing of what was typed, and sends it once.
import assert from "node:assert/strict";
import { leads, says } from "./lib/pages.mjs";
import { PHONE } from "./lib/sizes.mjs";
import { test } from "./lib/test.mjs";

test("a form that is sent without a network stays as it is and is sent once when there is one", async (s) => {
	const page = await s.visitor("internet", { size: PHONE });
	await page.goto("/feedback");
	await page.locator("[name=words]").fill("机场里写的意见𠮷");
	await page.locator("[name=matter]").first().check();
	const send = page.locator("main form .do button");
	await page.context().setOffline(true);
	await send.click();
	await page.getByRole("alert").getByText("没有网络，还没有发出去").waitFor();
	assert.equal(new URL(page.url()).pathname, "/feedback");
	assert.equal(await page.locator("[name=words]").inputValue(), "机场里写的意见𠮷");
	await send.click();
	assert.equal(await page.getByRole("alert").count(), 1);

	await s.step("a phone that believes in its network", async () => {
		await page.context().setOffline(false);
		await page.route("**/static/**", (r) => r.abort("internetdisconnected"));
		await send.click();
		await page.getByRole("alert").getByText("没有网络").waitFor();
		assert.equal(await page.locator("[name=words]").inputValue(), "机场里写的意见𠮷");
		await page.unroute("**/static/**");
	});

	let posted = 0;
	page.on("request", (r) => (posted += r.method() === "POST" ? 1 : 0));
	await leads(page, () => send.click());
	await says(page, "机场里写的意见𠮷");
	assert.equal(posted, 1);
	s.troubles.length = 0; // the network was away
});
