// Comes last of all: what the others looked at, held against what the sites serve.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { LOOKED } from "./lib/inspect.mjs";
import { STATES } from "./lib/states.mjs";
import { test } from "./lib/test.mjs";

/** What a GET gives that is no page, and so nothing for axe. */
const NO_PAGE = [
	/^\/(static|templates|hint)\//,
	/\/(zip|template|export|visit\.ics|file|personal)$/,
	/\/\{remark\}\/picture$/,
	/\/picture\/\{what\}$|^\/capture\/\{order\}\/taken\//,
	/^\/imports\/\{import\}\/(back|taken)$/, // the rows that stayed out, and those that went in, as spreadsheets
	/^\/discs\/print$/, // the hand-over list, a PDF
	/\/approval$|\/notice\/print$|^\/visa\/\{order\}\/form$/, // PDFs
	/\/made(\/\{person\})?$|\/letters\/\{|^\/(c|cases)\/\{case\}\/papers\/\{/,
	/\/cases\/\{case\}\/(findings|people)$/, // parts of a page
	/^\/api\//, // for programs: internal/api's own tests hold each answer against its document
	/^\/cases\/\{case\}\/correct$/, // leads on to the notice, or to the case once it was answered
	/^\/people\/\{person\}\/number$/, // leads back to the record: the number is shown to a press alone
	/^\/told\/go\/\{message\}$/, // leads on to the page that a message is about
	/^\/training\/over$/, // leads over to the practice site
	/^\/wechat\/(enter|callback)$|^\/mine\/\{token\}\/wechat$/, // the way to WeChat, and what WeChat itself asks
];
/** What an address alone doesn't tell: the journey's refused handing in, and what everypage.mjs looks at. */
const TOLD = ["internet /cases/*/check (sent back)", ...STATES.map((t) => `${t.zone} ${t.path} (${t.state})`)];
/** Pages that no story comes to. */
const ELSEWHERE = [
	"internet /release/{held}", // the passport network's, where something is held
	"office /release/{held}",
	"internet /discs/{disc}", // the same page as the office's
	"internet /pass/{code}", // the same page as /visits/{case}/pass, for who isn't signed in
];

test("every page that a site serves was looked at by somebody in this run", async (s) => {
	const looked = (await readFile(LOOKED, "utf8")).split("\n").filter(Boolean);
	assert.ok(looked.length > 100, `only ${looked.length} pages were looked at: this runs with all the others, by make e2e`);
	const routes = /** @type {Record<string, string[]>} */ (/** @type {any} */ (s.town).routes);
	const missed = [];
	for (const [zone, patterns] of Object.entries(routes)) {
		for (const pattern of patterns) {
			if (NO_PAGE.some((no) => no.test(pattern)) || ELSEWHERE.includes(`${zone} ${pattern}`)) continue;
			const path = new RegExp(`^${zone} ${pattern.replace(/\{\$\}/, "").replace(/\{[^}]*\.\.\.\}/, ".*").replace(/\{[^}]*\}/g, "[^/]+")}$`);
			if (!looked.some((l) => path.test(l.replace(/ \(.*\)$/, "")))) missed.push(`${zone} ${pattern}`);
		}
	}
	const states = new Set(looked.map((l) => l.replace(/[0-9a-f]{8}-[0-9a-f-]{20,}/, "*")));
	missed.push(...TOLD.filter((t) => !states.has(t)));
	assert.deepEqual(missed, []);
});
