// B8: what the first view of a page costs on a phone on a slow line, with nothing
// kept from before: bytes over the line, and when its largest part stands there
// (largest contentful paint, as the browser tells it).
//
//   make demo                       # in another window
//   node bench/phone.mjs            # or: --site http://127.0.0.1:8080 --as liaison14 --password … /cases /guide
//
// Without paths it looks at where a phone begins and at what a traveller looks at on the
// way: their home, and of the trips that links lead to from there the progress, the
// choice of a time, the pass and the rating.
//
// The line is a proxy before the site: 150 ms there and back, for the handshake
// too, 1.6 Mbit/s down and 750 kbit/s up, shared by all connections: what
// Lighthouse calls slow 4G. The phone is the browser with its processor slowed
// to a quarter. Baseline: one sentence without any style, served by Node over
// the same line to the same phone, in turns with the pages.
import { createServer as page } from "node:http";
import { connect, createServer } from "node:net";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const RTT = 150; // ms
const DOWN = 1_600_000 / 8; // bytes a second
const UP = 750_000 / 8;
const TIMES = 7;
const AIM = { bytes: 30_000, ms: 800 };

const { values: o, positionals } = parseArgs({ allowPositionals: true, options: {
	site: { type: "string", default: "http://127.0.0.1:8080" },
	as: { type: "string", default: "liaison14" },
	password: { type: "string", default: "yunjiang-2026" },
} });
const BEGIN = ["/login", "/cases", "/visits", "/guide", "/me"];
/** Pages of one trip, found by following links. */
const TRAVELLERS = [/^\/cases\/[^/]+\/progress$/, /^\/visits\/[^/]+\/slots$/, /^\/visits\/[^/]+\/pass$/, /^\/me\/rate\/[^/]+$/];

/** A line of so many bytes a second: what is sent waits for what was sent before. @param {number} speed */
function line(speed) {
	let free = 0; // when it can take the next byte, in ms
	return (/** @type {number} */ bytes) => {
		const now = performance.now();
		free = Math.max(free, now) + (bytes / speed) * 1000;
		return free - now + RTT / 2;
	};
}

/** A slow line to a port; counts what came down. @param {number} port */
async function slow(port) {
	const down = line(DOWN);
	const up = line(UP);
	const count = { bytes: 0 };
	const server = createServer((phone) => {
		phone.pause();
		setTimeout(() => { // the handshake
			const site = connect(port, "127.0.0.1");
			const carry = (/** @type {import("node:net").Socket} */ from, /** @type {import("node:net").Socket} */ to, /** @type {(bytes: number) => number} */ wait, /** @type {boolean} */ counts) => {
				from.on("data", (d) => {
					if (counts) count.bytes += d.length;
					for (let i = 0; i < d.length; i += 1460) { // packet by packet
						const packet = d.subarray(i, i + 1460);
						setTimeout(() => to.writable && to.write(packet), wait(packet.length + 40));
					}
				});
				from.on("end", () => setTimeout(() => to.end(), wait(0)));
				from.on("error", () => to.destroy());
			};
			carry(phone, site, up, false);
			carry(site, phone, down, true);
			phone.resume();
		}, RTT);
	});
	await new Promise((done) => server.listen(0, "127.0.0.1", () => done(undefined)));
	return { port: /** @type {import("node:net").AddressInfo} */ (server.address()).port, count, end: () => server.close() };
}

const median = (/** @type {number[]} */ all) => [...all].sort((a, b) => a - b)[all.length >> 1];

const bare = page((_, res) => res.setHeader("Content-Type", "text/html; charset=utf-8").end("<!doctype html><title>.</title><p>一趟：一次提交，办三件事。"));
await new Promise((done) => bare.listen(0, "127.0.0.1", () => done(undefined)));
const lines = { site: await slow(+new URL(o.site).port), bare: await slow(/** @type {import("node:net").AddressInfo} */ (bare.address()).port) };
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || undefined, channel: process.env.CHROMIUM ? undefined : "chromium", args: ["--no-sandbox"] });

/** Everybody who looks has a browser in which nothing is kept but who they are. @param {any} cookies @param {{port: number, count: {bytes: number}}} over @param {string} path */
async function look(cookies, over, path) {
	const context = await browser.newContext({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, locale: "zh-CN" });
	await context.addCookies(cookies);
	const phone = await context.newPage();
	const session = await context.newCDPSession(phone);
	await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
	over.count.bytes = 0;
	const answer = await phone.goto(`http://127.0.0.1:${over.port}${path}`, { waitUntil: "load" });
	if (answer?.status() !== 200 || new URL(phone.url()).pathname !== path) throw new Error(`${path} answers ${answer?.status()} at ${phone.url()}`);
	await phone.waitForTimeout(300);
	const ms = await phone.evaluate(() => new Promise((/** @type {(ms: number) => void} */ done) => {
		new PerformanceObserver((seen) => done(seen.getEntries().at(-1)?.startTime ?? NaN)).observe({ type: "largest-contentful-paint", buffered: true });
	}));
	const bytes = over.count.bytes;
	await context.close();
	return { ms, bytes };
}

/** The first page of each kind that links lead to, as far as a few hundred pages go. @param {import("playwright-core").APIRequestContext} site @param {string[]} from */
async function follow(site, from) {
	const queue = [...from];
	const asked = new Set(queue);
	/** @type {(string | undefined)[]} */
	const found = TRAVELLERS.map(() => undefined);
	for (let n = 0; n < 300 && queue.length && found.includes(undefined); n++) {
		const at = /** @type {string} */ (queue.shift());
		const got = await site.get(o.site + at);
		if (!got.ok() || !got.headers()["content-type"]?.startsWith("text/html")) continue;
		const here = new URL(got.url()).pathname; // a page that leads on is none
		TRAVELLERS.forEach((kind, i) => { if (here === at && kind.test(at)) found[i] ??= at; });
		for (const [, to] of (await got.text()).matchAll(/ href="(\/(?:cases|visits|me)[^"?#]*)/g)) {
			if (asked.has(to)) continue;
			asked.add(to);
			if (TRAVELLERS.some((kind) => kind.test(to))) queue.unshift(to);
			else queue.push(to);
		}
	}
	TRAVELLERS.forEach((kind, i) => { if (!found[i]) console.error(`no page ${kind} was found from ${from.join(" ")}`); });
	return found.filter((x) => x !== undefined);
}

const { cookies, paths } = await (async () => {
	const context = await browser.newContext();
	const desk = await context.newPage();
	await desk.goto(o.site + "/login");
	await desk.fill("input[name=name]", o.as);
	await desk.fill("input[name=password]", o.password);
	await Promise.all([desk.waitForURL((u) => u.pathname !== "/login"), desk.press("input[name=password]", "Enter")]);
	const all = await context.cookies();
	const looks = positionals.length ? positionals : [...BEGIN, ...(await follow(context.request, BEGIN.slice(1)))];
	await context.close();
	return { cookies: all, paths: looks };
})();

console.log(`b8   first view at 390 pixels, slow 4G (${RTT} ms, 1.6 Mbit/s), processor at a quarter, nothing kept; medians of ${TIMES} (aims: ${AIM.bytes / 1000} kB, ${AIM.ms} ms)`);
for (const path of paths) {
	/** @type {{ms: number, bytes: number}[]} */ const ours = [];
	/** @type {{ms: number, bytes: number}[]} */ const base = [];
	for (let i = 0; i < TIMES; i++) {
		ours.push(await look(path === "/login" ? [] : cookies, lines.site, path));
		base.push(await look([], lines.bare, "/"));
	}
	const [kb, ms, than] = [median(ours.map((x) => x.bytes)) / 1000, median(ours.map((x) => x.ms)), median(base.map((x) => x.ms))];
	console.log(`     ${path.replace(/[0-9a-f-]{36}/, "…").padEnd(28)} ${kb.toFixed(1).padStart(6)} kB  ${ms.toFixed(0).padStart(5)} ms  bare sentence ${than.toFixed(0)} ms; ratio ${(ms / than).toFixed(2)}`);
}
await browser.close();
for (const l of Object.values(lines)) l.end();
bare.close();
