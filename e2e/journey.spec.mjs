// One delegation from the first click to the archive, in the demo city.
import { journey } from "./lib/journey.mjs";
import { test } from "./lib/test.mjs";

/** @type {import("./lib/journey.mjs").City} */
const YUNJIANG = {
	reviewers: [["shen", "/queue", /按所选意见上报/], ["chu", "/queue", /按所选意见上报/], ["zhu", "/sign", /^签发/]],
	case: /YJ-2026-000001-[0-9A-Z]/,
	number: "号",
	hall: "云江市外事服务大厅",
	slot: "09:30",
	opens: "2026-03-12T09:25",
	due: "5月22日前交回",
	late: "2026-05-23T10:00",
};

test("one delegation goes from the first click to the archive in one visit, returned once and with one member declined", async (s) => s.town.keep({ at: await journey(s, YUNJIANG) }));
