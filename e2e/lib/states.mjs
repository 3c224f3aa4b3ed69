// What a page shows only after somebody has done something on it, and what its
// address doesn't tell: a form that is sent back, an empty list.
import { fill, go, leads, press } from "./pages.mjs";

/** @typedef {import("playwright-core").Page} Page */

/** A form was sent back: a field says what is wrong with it. */
const SENT_BACK = "[aria-invalid=true]";

/**
 * Zone, who does it, the page's path, the state's name, how one comes there, and what then is to be seen.
 * @type {{zone: "internet" | "office" | "passport", who: string, path: string, state: string, come: (p: Page, as: (login: string) => Promise<Page>) => Promise<unknown>, shows: string}[]}
 */
export const STATES = [
	...(/** @type {const} */ (["internet", "office", "passport"])).map((zone) => ({
		zone, who: "", path: "/login", state: "refused", shows: SENT_BACK,
		come: async (/** @type {Page} */ p) => {
			await go(p, "/login");
			await fill(p, { name: "he", password: "wrong" });
			await leads(p, () => p.locator("main form button").first().click());
		},
	})),
	{
		zone: "internet", who: "he", path: "/people/new", state: "sent back", shows: SENT_BACK,
		come: async (p) => {
			await go(p, "/people/new");
			await press(p, "存好");
		},
	},
	{ zone: "internet", who: "he", path: "/people", state: "nobody found", shows: "text=找到 0 人", come: (p) => go(p, "/people?q=zzzz") },
	{
		zone: "internet", who: "he", path: "/plan/edit", state: "sent back", shows: SENT_BACK,
		come: async (p) => {
			await go(p, "/plan/edit?year=2026");
			await press(p, "添加一项");
			await press(p, "保存并交签批");
		},
	},
	{
		zone: "internet", who: "luo", path: "/plan", state: "to be signed", shows: "text=签批并报送",
		come: async (p, as) => {
			const he = await as("he");
			await go(he, "/plan/edit?year=2026"); // the line that was sent back is there still
			await fill(he, { "lines[0].title": "赴德国合作研究", "lines[0].countries": "德国", "lines[0].people": "4" });
			await press(he, "保存并交签批");
			await he.context().close();
			await go(p, "/plan?year=2026");
		},
	},
	{
		zone: "office", who: "admin", path: "/config/edit/rule", state: "sent back", shows: SENT_BACK,
		come: async (p) => {
			await go(p, "/config/rules");
			await go(p, (await p.locator('a[href^="/config/edit/rule?id="]').first().getAttribute("href")) ?? "");
			await fill(p, { if: "size(c.contries) > 2" });
			await press(p, "看影响");
		},
	},
	{ zone: "office", who: "ren", path: "/personnel", state: "nobody found", shows: "text=找到 0 人", come: (p) => go(p, "/personnel?q=zzzz") },
];
