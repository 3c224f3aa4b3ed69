// A release of the program on its way: signed by its maker, laid ready and
// offered in the office, put in force in the passport network, withdrawn.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { everyWay, inspect } from "./lib/inspect.mjs";
import { fill, go, leads, press, says, saysNot } from "./lib/pages.mjs";
import { PHONE } from "./lib/sizes.mjs";
import { test } from "./lib/test.mjs";
import { ROOT } from "./lib/town.mjs";

const YITANG = join(ROOT, "bin/yitang");
const yitang = (/** @type {string[]} */ ...args) => execFileSync(YITANG, ["update", ...args], { encoding: "utf8" });

test("a release comes from its maker to the passport network, which puts it in force", async (s) => {
	const wrong = [];
	const look = async (/** @type {import("playwright-core").Page} */ p, /** @type {string} */ what) => wrong.push(...(await inspect(p, everyWay(), what)).map((w) => `${what}: ${w}`));
	const dir = mkdtempSync(join(tmpdir(), "yitang-release-"));
	const key = join(dir, "maker.key");
	const print = /fingerprint (\S+)/.exec(yitang("key", "--out", key))?.[1] ?? "";
	const release = (/** @type {string} */ version, /** @type {number} */ next) => {
		const is = JSON.parse(execFileSync(YITANG, ["version", "--json"], { encoding: "utf8" }));
		const program = join(dir, version);
		writeFileSync(program, `#!/bin/sh\necho '${JSON.stringify({ number: is.number + next, version, platform: is.platform })}'\n`, { mode: 0o700 });
		yitang("make", "--key", key, "--program", program, "--zh", "排队屏字更大", "--en", "Larger type on the hall's screen", "--out", `${program}.yitang`);
		return `${program}.yitang`;
	};
	const office = await s.as("admin", "office");
	await go(office, "/node");
	await leads(office, () => office.getByRole("link", { name: "程序更新" }).click());
	await says(office, "还没有新版本", "还没有认定信任哪个发布者");
	await look(office, "nothing yet");

	for (const zone of ["office", "passport"]) yitang("trust", "--data", join(s.town.data, zone), "--key", `${key}.pub`, "--fingerprint", print);
	const file = release("2026.12", 1);
	yitang("bring", file, "--data", join(s.town.data, "office"));
	const bad = readFileSync(file);
	bad[bad.length - 9] ^= 1;
	writeFileSync(file, bad);
	assert.throws(() => execFileSync(YITANG, ["update", "bring", file, "--data", join(s.town.data, "office")], { stdio: "pipe" }), /no release|isn't/);
	await go(office, "/update");
	await says(office, "2026.12", "排队屏字更大", "还没有送");
	await look(office, "laid ready");
	await leads(office, () => office.getByRole("link", { name: "2026.12" }).click());
	await look(office, "before it is sent");
	await press(office, "送往各网");
	await says(office, "已送出");
	await s.town.settle();

	const inside = await s.as("admin", "passport", { size: PHONE });
	await go(inside, "/update");
	await says(inside, "2026.12", "可以启用");
	await look(inside, "arrived");
	await leads(inside, () => inside.getByRole("link", { name: "2026.12" }).click());
	await press(inside, "在本网启用");
	await says(inside, "请写理由");
	await look(inside, "sent back");
	await fill(inside, { reason: "大厅要求" });
	await press(inside, "在本网启用");
	await says(inside, "正在重新启动");
	const zhao = await s.as("zhao", "passport"); // sees it, and has no button
	await go(zhao, "/update");
	await leads(zhao, () => zhao.getByRole("link", { name: "2026.12" }).click());
	await saysNot(zhao, "在本网启用");
	await look(zhao, "for who may not");

	// The internet zone trusts nobody yet.
	const outside = await s.as("admin", "internet");
	await go(outside, "/update");
	await leads(outside, () => outside.getByRole("link", { name: "2026.12" }).click());
	await says(outside, "还没有认定信任哪个发布者");
	await saysNot(outside, "在本网启用");
	await look(outside, "trusts nobody");

	await go(office, "/update");
	await leads(office, () => office.getByRole("link", { name: "2026.12" }).click());
	await fill(office, { reason: "发现一处错误" });
	await press(office, "撤回");
	await says(office, "已撤回");
	await s.town.settle();
	await go(inside, "/update");
	await leads(inside, () => inside.getByRole("link", { name: "2026.12" }).click());
	await says(inside, "发现一处错误", "不能启用");
	await look(inside, "withdrawn");
	assert.deepEqual(wrong, []);
});
