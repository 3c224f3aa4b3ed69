// What every browser test stands on: a browser, people in it, and what is
// looked at afterwards: nothing in the console, nothing refused by the content
// policy, a picture and the text of each page when something failed.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test as nodeTest } from "node:test";
import { chromium } from "playwright-core";
import { inspect, inTurn } from "./inspect.mjs";
import { DESK, PHONE } from "./sizes.mjs";
import { PASSWORD, ROOT, Town } from "./town.mjs";

const OUT = join(ROOT, "e2e/out");
const PATIENCE = 15_000; // ms that a page may take on a busy machine

export { DESK, PHONE };

function executable() {
	if (process.env.CHROMIUM) return process.env.CHROMIUM;
	try {
		return execFileSync("sh", ["-c", "command -v chromium-headless-shell || command -v chromium || command -v chromium-browser || command -v google-chrome"]).toString().trim();
	} catch {
		throw new Error("no Chromium is on the path: install Debian's package chromium-headless-shell, or name one in CHROMIUM");
	}
}

/** @type {Promise<import("playwright-core").Browser> | undefined} */
let browser;
const launch = () =>
	(browser ??= chromium.launch({
		executablePath: executable(),
		headless: true,
		args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=zh-CN"],
	}));
/** @type {Promise<Town> | undefined} */
let common;
/** One town for all tests of a file that keep out of each other's cases. */
export const sameTown = () => (common ??= Town.start());
/** The same, going on from where the journey ended. */
export const keptTown = () => (common ??= Town.kept());

after(async () => {
	await (await browser)?.close();
	await (await common)?.end();
});

/**
 * A test of one town. Its name is what docs/promises.md names.
 * @param {string} name
 * @param {(s: Scene) => Promise<void>} body
 * @param {() => Promise<Town>} [town] where it is done: a fresh one, unless said
 * @param {number} [timeout] ms that it may take
 */
export function test(name, body, town = Town.start, timeout = 600_000) {
	nodeTest(name, { timeout }, async (t) => {
		const scene = new Scene(name, await launch(), t);
		try {
			scene.town = await town();
			await body(scene);
			scene.quiet();
		} catch (err) {
			await scene.show(err);
			throw err;
		} finally {
			await scene.close();
		}
	});
}

class Scene {
	/** @param {string} name @param {import("playwright-core").Browser} b @param {import("node:test").TestContext} t */
	constructor(name, b, t) {
		this.name = name;
		this.browser = b;
		this.t = t;
		/** @type {import("playwright-core").BrowserContext[]} */
		this.contexts = [];
		/** @type {string[]} */
		this.troubles = [];
		/** @type {Town} */
		this.town = /** @type {any} */ (undefined);
		this.at = "";
	}

	/** One step of a longer story. @template T @param {string} what @param {() => Promise<T>} body */
	async step(what, body) {
		this.at = what;
		const began = performance.now();
		try {
			return await body();
		} catch (err) {
			if (err instanceof Error) err.message = `${what}: ${err.message}`;
			throw err;
		} finally {
			if (process.env.E2E_STEPS) console.log(`${((performance.now() - began) / 1000).toFixed(1)} s  ${what}`);
		}
	}

	/**
	 * A browser of somebody who isn't signed in.
	 * @param {"internet" | "office" | "passport"} zone
	 * @param {{size?: {width: number, height: number}, dark?: boolean, script?: boolean, state?: any, agent?: string}} [o]
	 */
	async visitor(zone, o = {}) {
		const context = await this.browser.newContext({
			baseURL: this.town[zone],
			viewport: o.size ?? DESK,
			colorScheme: o.dark ? "dark" : "light",
			javaScriptEnabled: o.script ?? true,
			isMobile: o.size === PHONE,
			hasTouch: o.size === PHONE,
			locale: "zh-CN",
			userAgent: o.agent,
			storageState: o.state,
		});
		context.setDefaultTimeout(PATIENCE);
		this.contexts.push(context);
		const page = await context.newPage();
		this.watch(page);
		return page;
	}

	/** The browser of somebody who has signed in. @param {string} login @param {"internet" | "office" | "passport"} zone */
	async as(login, zone, o = {}) {
		const page = await this.visitor(zone, o);
		if (o.script === false) await signIn(page, login);
		else await enter(page, login);
		return page;
	}

	/** @param {import("playwright-core").Page} page */
	watch(page) {
		page.on("pageerror", (e) => this.troubles.push(`${page.url()}: ${e.stack}`));
		page.on("console", (m) => {
			if (m.type() !== "error" && m.type() !== "warning") return;
			// An answer that refuses is what several tests ask for.
			if (/Failed to load resource: the server responded with a status of (401|403|404|409|413|422)/.test(m.text())) return;
			this.troubles.push(`${page.url()}: ${m.type()}: ${m.text()}`);
		});
		page.on("response", (r) => {
			if (r.status() >= 500) this.troubles.push(`${r.request().method()} ${r.url()}: ${r.status()}`);
		});
	}

	/** Looks with axe and a ruler at a page as it stands. What is wrong is told at the end. @param {import("playwright-core").Page} page @param {string} [state] what the page shows, where its address doesn't tell */
	async inspect(page, state) {
		this.troubles.push(...(await inspect(page, inTurn(), state)).map((w) => `${this.at}: ${w}`));
	}

	/** Fails when a page complained. */
	quiet() {
		if (this.troubles.length) throw new Error(`pages complained:\n${[...new Set(this.troubles)].join("\n")}`);
	}

	/** @param {unknown} err */
	async show(err) {
		mkdirSync(OUT, { recursive: true });
		const name = this.name.replace(/[^\p{L}\p{N}]+/gu, "-").slice(0, 60);
		let n = 0;
		const says = [`${this.name}\nat: ${this.at}\n${err instanceof Error ? err.stack : err}\n`, ...this.troubles, this.town?.log ?? ""];
		for (const page of this.contexts.flatMap((c) => c.pages())) {
			const file = join(OUT, `${name}-${++n}.png`);
			try {
				await page.screenshot({ path: file, fullPage: true, timeout: 5000 });
				says.push(`--- ${page.url()} (${file})\n${await page.locator("body").innerText({ timeout: 2000 })}`);
			} catch (e) {
				says.push(`--- ${page.url()}: no picture: ${e}`);
			}
		}
		writeFileSync(join(OUT, `${name}.txt`), says.join("\n"));
	}

	async close() {
		for (const c of this.contexts) await c.close();
		if (this.town !== (await common)) await this.town?.end();
	}
}

/** @typedef {Scene} SceneType */

/** Signs in without the page for it, and opens what stands first. @param {import("playwright-core").Page} page @param {string} login */
async function enter(page, login) {
	const res = await page.request.post("/login", { form: { name: login, password: PASSWORD }, maxRedirects: 0 });
	if (res.status() !== 303) throw new Error(`${login} can't sign in: ${res.status()}`);
	await page.goto("/");
}

/** Signs in as people do. @param {import("playwright-core").Page} page @param {string} login */
export async function signIn(page, login) {
	await page.goto("/login");
	await page.locator("[name=name]").fill(login);
	await page.locator("[name=password]").fill(PASSWORD);
	await page.locator("main button[type=submit], main form button").first().click();
	await page.waitForURL((u) => u.pathname !== "/login");
}
