// Discs between two networks that never touch: written, handed over, read in and
// accounted for by two people at each end; and a test of the way. Both nodes are
// served alone, as in two buildings, and nothing but a folder lies between them.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { everyWay, inspect } from "./lib/inspect.mjs";
import { fill, go, leads, press, says, saysNot, text } from "./lib/pages.mjs";
import { PHONE } from "./lib/sizes.mjs";
import { test } from "./lib/test.mjs";
import { PASSWORD, ROOT, zoneAt } from "./lib/town.mjs";

const YITANG = join(ROOT, "bin/yitang");
const ZONES = /** @type {const} */ (["office", "passport"]);
const yitang = (/** @type {string[]} */ args, input = "") => execFileSync(YITANG, args, { encoding: "utf8", input, stdio: ["pipe", "pipe", "pipe"] });

/** Two zones alone on their machines, paired by hand. */
class Pair {
	/** @param {string} data */
	constructor(data) {
		this.data = data;
		this.log = "";
		/** @type {Record<string, import("node:child_process").ChildProcess>} */
		this.served = {};
	}

	static async start() {
		const p = new Pair(await mkdtemp(join(tmpdir(), "yitang-discs-")));
		const prints = /** @type {Record<string, string>} */ ({});
		for (const zone of ZONES) {
			yitang(["init", "--zone", zone, "--data", p.at(zone), ...(zone === "office" ? ["--office", "云江市人民政府外事办公室（虚构）", "--office-key", "yunjiang-fao"] : [])]);
			prints[zone] = /other side: (\S+)/.exec(yitang(["pair", "--data", p.at(zone), "--show", join(p.data, `${zone}.pub`)]))?.[1] ?? "";
		}
		yitang(["pair", "--data", p.at("office"), "--with", join(p.data, "passport.pub"), "--fingerprint", prints.passport]);
		yitang(["pair", "--data", p.at("passport"), "--with", join(p.data, "office.pub"), "--fingerprint", prints.office]);
		for (const [zone, login, name, role] of [["office", "admin", "管一凡", "administrator"], ["office", "chu", "楚可", "chief"], ["office", "audit", "申平", "auditor"], ["passport", "admin", "管二凡", "administrator"], ["passport", "zhao", "赵小满", "passport_officer"]]) {
			yitang(["admin", "add-account", "--data", p.at(zone), "--login", login, "--name", name, "--role", role], PASSWORD + "\n");
		}
		for (const zone of ZONES) await p.serve(zone);
		return p;
	}

	/** @param {string} zone */
	at(zone) {
		return join(this.data, zone);
	}

	/** @param {string} zone */
	async serve(zone) {
		const child = spawn(YITANG, ["serve", "--zone", zone, "--data", this.at(zone), "--listen", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "pipe"] });
		child.stderr.on("data", (b) => (this.log += b));
		this.served[zone] = child;
		for await (const line of createInterface({ input: child.stdout })) {
			const url = /http:\/\/\S+/.exec(line)?.[0];
			if (!url) continue;
			/** @type {any} */ (this)[zone] = url;
			zoneAt.set(url, zone);
			return;
		}
		throw new Error(`the ${zone} zone didn't start: ${this.log}`);
	}

	/** What somebody with a disc does: copies one node's outbox into the other's inbox. @param {string} from @param {string} to */
	async carry(from, to) {
		const disc = join(this.data, "disc");
		await rm(disc, { recursive: true, force: true });
		await cp(join(this.at(from), "exchange/out", to), disc, { recursive: true });
		const inbox = join(this.at(to), "exchange/in", from);
		for (const name of (await readdir(disc)).sort()) { // a file appears whole, as from a copy that is finished
			await cp(join(disc, name), join(inbox, `.${name}`));
			await rename(join(inbox, `.${name}`), join(inbox, name));
		}
	}

	async end() {
		for (const child of Object.values(this.served)) {
			const ended = once(child, "exit");
			child.kill("SIGINT");
			await ended;
		}
		await rm(this.data, { recursive: true, force: true });
	}
}

test("a disc goes from hand to hand between two networks and a test of the way comes back", async (s) => {
	const wrong = [];
	const look = async (/** @type {import("playwright-core").Page} */ p, /** @type {string} */ what) => wrong.push(...(await inspect(p, everyWay(), what)).map((w) => `${what}: ${w}`));
	/** Loads a page until it says something: a served node takes in what lies in its inbox within seconds. */
	const until = async (/** @type {import("playwright-core").Page} */ p, /** @type {string} */ url, /** @type {string} */ words) => {
		for (let i = 0; i < 60 && !(await text(p)).includes(words); i++) {
			await p.waitForTimeout(250);
			await go(p, url);
		}
		await says(p, words);
	};
	const pair = /** @type {Pair} */ (/** @type {any} */ (s.town));

	const admin = await s.as("admin", "office");
	await go(admin, "/node");
	await says(admin, "还没有试过");
	await press(admin, "发测试包");
	await says(admin, "测试包已发出");
	await until(admin, "/node", "包里，等回执");
	await look(admin, "a test on its way");
	await leads(admin, () => admin.getByRole("link", { name: "介质登记" }).click());
	await says(admin, "还没有登记过盘");
	await look(admin, "no disc yet");
	await press(admin, "登记一张送往护照专网的盘");
	await says(admin, "现在把文件拷到盘上", "待交出", "要由另一个人办");
	const number = (await admin.locator("h1").innerText()).trim();
	assert.match(number, /^OP-\d{4}-0001$/);
	await saysNot(admin, "确认交出1张");
	await look(admin, "written");

	const chu = await s.as("chu", "office", { size: PHONE });
	await go(chu, "/discs");
	await says(chu, "送往护照专网，1张待交出", number);
	await press(chu, "确认交出1张");
	await says(chu, "请写由谁送");
	await look(chu, "handed over to nobody");
	await fill(chu, { "carrier-passport": "周师傅" });
	await press(chu, "确认交出1张");
	await says(chu, "已交出，记录在案", "在路上", "周师傅送");
	await look(chu, "handed over");
	await leads(chu, () => chu.getByRole("link", { name: number }).first().click());
	const pdf = await chu.request.get((await chu.getByRole("link", { name: "打印交接单" }).getAttribute("href")) ?? "");
	assert.equal(pdf.headers()["content-type"], "application/pdf");
	await look(chu, "on its way");

	await pair.carry("office", "passport");
	const zhao = await s.as("zhao", "passport");
	await until(zhao, "/discs", "拷进来还没有登记的盘");
	await until(zhao, "/node", "别的网发来的测试包");
	await look(zhao, "a test that came");
	await go(zhao, "/discs");
	await look(zhao, "copied in");
	await press(zhao, "是我读入的，登记");
	await says(zhao, "请在场的另一个人到这里确认", number, "已收下", "要由另一个人办");
	await look(zhao, "read in");
	const second = await s.as("admin", "passport", { size: PHONE, script: false });
	await go(second, "/discs?show=half");
	await leads(second, () => second.getByRole("link", { name: number }).click());
	await press(second, "我在场，确认收到");
	await says(second, "请写由谁送");
	await fill(second, { carrier: "周师傅" });
	await press(second, "我在场，确认收到");
	await says(second, "已确认，记录在案", "周师傅");
	await go(zhao, "/discs");
	await leads(zhao, () => zhao.getByRole("link", { name: number }).click());
	await look(zhao, "seen by two");

	// The receipt goes back on a disc of theirs, which nobody put on record.
	await pair.carry("passport", "office");
	await until(admin, "/node", "通，有回执");
	await look(admin, "the test is back");
	await go(admin, `/discs?show=arrived&q=${number}`);
	await says(admin, number, "回执已到");
	await go(admin, "/discs?q=nowhere");
	await says(admin, "没有这样的盘");
	await look(admin, "nothing found");

	// Used up and destroyed: two people again.
	await go(admin, "/discs");
	await says(admin, "不在任何一张登记过的盘上");
	await look(admin, "came on no disc on record");
	await leads(admin, () => admin.getByRole("link", { name: number }).first().click());
	await press(admin, "提出：已销毁");
	await says(admin, "请写理由");
	await look(admin, "without a reason");
	await fill(admin, { why: "用完粉碎" });
	await press(admin, "提出：已销毁");
	await says(admin, "要由另一个人办");
	await go(chu, "/discs");
	await leads(chu, () => chu.getByRole("link", { name: number }).first().click());
	await says(chu, "用完粉碎");
	await press(chu, "属实，同意");
	await says(chu, "已同意，记录在案", "已销毁");
	const audit = await s.as("audit", "office");
	await go(audit, "/discs?show=gone");
	await leads(audit, () => audit.getByRole("link", { name: number }).click());
	await saysNot(audit, "提出");
	await look(audit, "destroyed, for who may only look");
	assert.deepEqual(wrong, []);
}, /** @type {any} */ (Pair.start));
