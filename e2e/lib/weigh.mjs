// What a page costs on a phone that has kept nothing (ui: budget): its HTML, and all
// that stands there before anybody does anything, as it goes over the line.
import { gzipSync } from "node:zlib";

/** Bytes, packed. */
export const FIRST_VIEW = 30_000;
export const HTML = 12_000;

/** What parts weigh; they are cached by their content, so one look does. @type {Map<string, Promise<number>>} */
const parts = new Map();

/** @param {Buffer} b */
const packed = (b) => gzipSync(b).length;

/** @param {import("playwright-core").APIRequestContext} request @param {string} url */
const part = (request, url) => {
	const known = parts.get(url) ?? request.get(url).then(async (r) => {
		if (!r.ok()) throw new Error(`${url}: ${r.status()}`);
		const body = await r.body();
		return r.headers()["content-type"]?.startsWith("image/") && !r.headers()["content-type"]?.includes("svg") ? body.length : packed(body);
	});
	parts.set(url, known);
	return known;
};

/** What is wrong with a page's weight; nothing for one that isn't made for phones. @param {import("playwright-core").APIRequestContext} request @param {string} url @param {string} html */
export async function heavy(request, url, html) {
	if (!/<body[^>]* class="[^"]*\bph\b/.test(html)) return [];
	const own = packed(Buffer.from(html));
	const asked = new Set();
	for (const [tag] of html.matchAll(/<(?:link|script|img)\b[^>]*>/g)) {
		if (/\bloading="lazy"/.test(tag) || (tag.startsWith("<link") && !/rel="(stylesheet|icon|manifest|preload|modulepreload)"/.test(tag))) continue;
		const media = /\bmedia="([^"]*)"/.exec(tag)?.[1] ?? "";
		if (/print|dark/.test(media)) continue; // one of two lights is taken
		const at = /\b(?:href|src)="([^"]+)"/.exec(tag)?.[1];
		if (at && !at.startsWith("data:")) asked.add(new URL(at.replaceAll("&amp;", "&"), url).href);
	}
	let all = own;
	for (const at of asked) all += await part(request, at);
	const path = new URL(url).pathname;
	return [
		...(own > HTML ? [`${path}: ${own} bytes of HTML, packed; ${HTML} are allowed`] : []),
		...(all > FIRST_VIEW ? [`${path}: ${all} bytes at first sight, packed; ${FIRST_VIEW} are allowed`] : []),
	];
}
