// The process is killed, the disk is full, the port is taken: what was
// acknowledged is there afterwards, and nothing happens twice.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import node from "node:test";
import { file, pdf } from "./lib/files.mjs";
import { fill, go, leads, pick, present, press, saved, says, values } from "./lib/pages.mjs";
import { begin, COSTS, choose, DEPART, INVITATION, itinerary, LEG, MISSION, NOTICE, OBJECTIONS, places, RATE, RETURN, supply } from "./lib/story.mjs";
import { test } from "./lib/test.mjs";
import { ROOT, Town } from "./lib/town.mjs";

test("a large paper goes on where its line broke: after a kill, and chosen again after the page was closed", async (s) => {
	const { town } = s;
	const folder = await mkdtemp(join(tmpdir(), "yitang-e2e-"));
	s.t.after(() => rm(folder, { recursive: true }));
	const he = await s.as("he", "internet");
	const at = await begin(he);
	/** @type {number[]} */
	let from = []; // where each line began in its file
	/** Chooses a large file over a slow line, and tells when a good part has left. @param {import("playwright-core").Page} page @param {string} name */
	const choose = async (page, name) => {
		from = [];
		page.on("request", (r) => {
			if (r.method() === "PATCH") from.push(Number(r.headers()["upload-offset"]));
			else if (r.method() === "POST" && r.url().endsWith("/uploads/")) from.push(0);
		});
		await go(page, at + "/documents");
		const line = await page.context().newCDPSession(page);
		await line.send("Network.emulateNetworkConditions", { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 2 << 20 });
		await places(page).first().locator("input[type=file]").setInputFiles(join(folder, name));
		await page.waitForFunction(() => (document.querySelector("progress")?.value ?? 0) >= 30);
	};
	/** @param {import("playwright-core").Page} page @param {string} name */
	const there = (page, name) => page.locator("main .files li a", { hasText: name }).waitFor();

	await writeFile(join(folder, "邀请函.pdf"), pdf("k".repeat(8 << 20)));
	await choose(he, "邀请函.pdf");
	await town.kill();
	await he.getByText("网络断了，恢复后接着传").waitFor();
	await town.open();
	s.troubles.length = 0; // a server that is gone is an error in any console
	await there(he, "邀请函.pdf");
	assert.ok(/** @type {number} */ (from.at(-1)) >= 1 << 20, `it began again at ${from}`);
	s.troubles.length = 0;

	await writeFile(join(folder, "请示.pdf"), pdf("c".repeat(8 << 20)));
	const leaves = await he.context().newPage();
	await choose(leaves, "请示.pdf");
	await leaves.close({ runBeforeUnload: false });
	const again = await s.as("he", "internet", { state: await s.contexts[0]?.storageState() });
	// A server that can't say how much came, and a form that breaks, cost nothing that came.
	const once = new Set(["HEAD", "POST"]);
	await again.route(/\/uploads\/.+|\/papers$/, (r) => {
		if (!once.delete(r.request().method())) return r.fallback();
		return r.request().method() === "HEAD" ? r.fulfill({ status: 503 }) : r.abort();
	});
	await choose(again, "请示.pdf");
	await again.getByRole("button", { name: "再传一次" }).click();
	await there(again, "请示.pdf");
	assert.equal(once.size, 0);
	assert.ok(from.every((n) => n >= 1 << 20), `it began again at ${from}`);
	await again.waitForFunction(() => !Object.keys(localStorage).some((k) => k.startsWith("tus::")));
	s.troubles.length = 0; // both are errors in any console
});

test("killed in the middle and started again, nothing acknowledged is lost and nothing happens twice", async (s) => {
	const { town } = s;
	const again = async () => {
		await town.kill();
		await town.open();
	};
	const he = await s.as("he", "internet");
	const at = await begin(he);

	// A pause in typing that was told as saved.
	await go(he, at + "/mission");
	await saved(he, () => fill(he, MISSION));
	await again();
	await go(he, at + "/mission"); // signed in still, the words there
	assert.equal((await values(he, ["case.purpose"]))["case.purpose"], MISSION["case.purpose"]);
	await press(he, "确认，下一项");

	// A file that was told as taken.
	await go(he, at + "/documents");
	await pick(places(he).first(), file("请示.pdf", pdf("request")));
	await again();
	await go(he, at + "/documents");
	assert.equal(await he.locator("main .files li a.b").count(), 1);

	// While nobody answers, what is typed stays in the page and is saved by itself afterwards.
	await go(he, at + "/trip");
	await town.kill();
	await fill(he, { "case.depart": DEPART, "case.return": RETURN, ...LEG });
	await he.getByText("没有存上，您填的还在").waitFor();
	await saved(he, () => town.open());
	await he.locator('[name="itinerary[0].activity"]').waitFor();
	s.troubles.length = 0; // a server that is gone is an error in any console
	await press(he, "确认，下一项");
	await go(he, at + "/trip");
	await itinerary(he);
	await press(he, "确认，下一项");
	await go(he, at + "/members");
	await choose(he, "jmy", "江明远");
	await choose(he, "舒若兰", "舒若兰");
	for (const [step, what] of /** @type {[string, Record<string, any>][]} */ ([["invitations", INVITATION], ["budget", COSTS], ["budget", RATE], ["notice", NOTICE], ["notice", OBJECTIONS]])) {
		await go(he, at + "/" + step);
		await fill(he, what);
		await press(he, "确认，下一项");
	}
	await supply(he, at);
	await go(he, at + "/check");
	await present(he);

	// Submitted, and the process dies before the office has heard of it.
	const luo = await s.as("luo", "internet");
	await leads(luo, () => luo.locator("main").getByRole("link", { name: /合作研究团组/ }).first().click());
	const page = luo.url();
	await press(luo, "签好并提交");
	await again();
	await luo.goto(page).catch(() => {});
	await town.settle();
	const shou = await s.as("shou", "office");
	await says(shou, "受理队列 1 件");
	await leads(shou, () => shou.locator("main").getByRole("link", { name: /合作研究团组/ }).first().click());
	for (const look of await shou.getByRole("checkbox", { name: /我看过这/ }).all()) await look.check();
	await press(shou, /受理并取号/);
	await again();
	await town.settle();
	await go(he, at + "/progress");
	const story = await he.locator("main").innerText();
	for (const once of ["单位提交", "外办收件", "受理，案号"]) assert.equal(story.split(once).length - 1, 1, `${once} isn't told once`);
	s.troubles.length = 0;
});

const FULL = /磁盘|空间|存不下/;

test("a full disk is said in words, and what was typed is still there", async (s) => {
	const he = await s.as("he", "internet");
	const at = await begin(he);
	const typed = { "case.purpose": "签署备忘录。".repeat(80), "case.necessity": "须当面验收设备。".repeat(95), "case.expectedResults": "签署备忘录一份。".repeat(95) };
	await go(he, at + "/mission");

	// Other work takes the last of the space.
	const glutton = await he.context().newPage();
	const example = await readFile(join(ROOT, "testdata/cases/valid-germany-5-days.json"), "utf8");
	let full = false;
	for (let i = 0; i < 60 && !full; i++) {
		const res = await glutton.request.post("/cases/new", { multipart: { from: "file", _id: crypto.randomUUID(), text: example } });
		full = res.status() === 503;
		assert.ok(full ? FULL.test(await res.text()) : res.ok(), `${res.status()} ${res.url()}`);
	}
	assert.ok(full, "the disk never filled up");

	await fill(he, typed);
	await he.getByText("没有存上，您填的还在").waitFor();
	await press(he, "确认，下一项");
	await says(he, FULL);
	for (const [name, value] of Object.entries(typed)) assert.equal(await he.locator(`[name="${name}"]`).inputValue(), value, `${name} is lost`);

	// There is space again: the same page sends what was typed.
	await s.town.kill();
	await s.town.open();
	await press(he, "用我填的再提交一次");
	await go(he, at + "/mission");
	assert.deepEqual(await values(he, Object.keys(typed)), typed);
	s.troubles.length = 0; // 503 is what was asked for
}, () => Town.start({ pages: 280 }));

/** A port that is free, like the next two. */
async function threePorts() {
	for (let tries = 0; tries < 50; tries++) {
		const port = 20000 + Math.floor(Math.random() * 12000);
		const servers = [0, 1, 2].map((i) => createServer().listen(port + i, "127.0.0.1"));
		const free = await Promise.all(servers.map((s) => once(s, "listening").then(() => true, () => false)));
		await Promise.all(servers.map((s) => new Promise((done) => s.close(done))));
		if (free.every(Boolean)) return port;
	}
	throw new Error("no three free ports in a row were found");
}

/** @param {string[]} args @param {string} [input] */
const yitang = (args, input) => execFileSync(join(ROOT, "bin/yitang"), args, { input, encoding: "utf8" });

node.test("set up by hand, the binary starts, ends cleanly, keeps its data, and says what is wrong in one sentence", async (t) => {
	const data = await mkdtemp(join(tmpdir(), "yitang-e2e-"));
	t.after(() => rm(data, { recursive: true, force: true }));
	for (const z of ["internet", "office", "passport"]) yitang(["init", "--zone", z, "--data", join(data, z), ...(z === "office" ? ["--office", "巴渝市外事办公室（虚构）", "--office-key", "bayu-fao"] : [])]);
	const shown = yitang(["pair", "--data", join(data, "office"), "--show", join(data, "office.pub")]);
	yitang(["pair", "--data", join(data, "internet"), "--with", join(data, "office.pub"), "--fingerprint", shown.trim().split(" ").pop() ?? ""]);
	yitang(["admin", "add-account", "--data", join(data, "office"), "--login", "audit", "--name", "查实", "--role", "auditor"], "yitang-e2e-2026\n");

	const port = await threePorts();
	const start = async () => {
		const p = spawn(join(ROOT, "bin/yitang"), ["serve", "--zone", "all", "--data", data, "--listen", `127.0.0.1:${port}`]);
		t.after(() => p.kill("SIGKILL"));
		let said = "";
		for await (const line of createInterface({ input: p.stdout })) {
			said += line + "\n";
			if (line.startsWith("passport")) break;
		}
		return { p, said };
	};
	const began = performance.now();
	const first = await start();
	assert.match(first.said, new RegExp(`internet +http://127.0.0.1:${port}\noffice +http://127.0.0.1:${port + 1}\npassport +http://127.0.0.1:${port + 2}`));
	const login = async () => {
		const res = await fetch(`http://127.0.0.1:${port + 1}/login`, { method: "POST", body: new URLSearchParams({ name: "audit", password: "yitang-e2e-2026" }), redirect: "manual" });
		return res.status;
	};
	assert.equal(await login(), 303);
	t.diagnostic(`signed in ${Math.round(performance.now() - began)} ms after the start`);

	const second = spawnSync(join(ROOT, "bin/yitang"), ["serve", "--zone", "all", "--data", data, "--listen", `127.0.0.1:${port}`], { encoding: "utf8" });
	assert.equal(second.status, 1);
	assert.match(second.stderr, new RegExp(`^yitang: port ${port} is in use[^\n]*\n$`));
	const folder = join(data, "no-folder");
	await writeFile(folder, "a file");
	const third = spawnSync(join(ROOT, "bin/yitang"), ["serve", "--zone", "all", "--data", folder, "--listen", `127.0.0.1:${port + 3}`], { encoding: "utf8" });
	assert.equal(third.status, 1);
	assert.match(third.stderr, /^yitang: [^\n]*data folder[^\n]*\n$/);

	for (const signal of /** @type {NodeJS.Signals[]} */ (["SIGINT", "SIGKILL"])) {
		const run = signal === "SIGINT" ? first : await start();
		if (signal === "SIGKILL") assert.equal(await login(), 303, "the account is gone after a clean end");
		const ended = once(run.p, "exit");
		run.p.kill(signal);
		const [code] = await ended;
		if (signal === "SIGINT") assert.equal(code, 0);
	}
	const last = await start();
	assert.equal(await login(), 303, "the account is gone after a kill");
	const ended = once(last.p, "exit");
	last.p.kill("SIGTERM");
	await ended;
});
