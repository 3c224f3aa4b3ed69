// The same program in another city, whose office works by a pack of its own:
// other thresholds, another path of review, other numbers, and no line of code.
import { go } from "./lib/pages.mjs";
import { journey } from "./lib/journey.mjs";
import { NOTICE } from "./lib/story.mjs";
import { test } from "./lib/test.mjs";
import { Town } from "./lib/town.mjs";

/** @type {import("./lib/journey.mjs").City} */
const HAILAN = {
	// Two people review before the chief sees it.
	reviewers: [["shen", "/queue", /按所选意见上报/], ["fu", "/queue", /按所选意见上报/], ["chu", "/queue", /按所选意见上报/], ["zhu", "/sign", /^签发/]],
	case: /HL2026-00001[0-9A-Z]/,
	number: "海外办准字〔2026〕0001号",
	hall: "海澜市外事服务大厅",
	slot: "08:50",
	opens: "2026-03-12T08:45",
	due: "5月25日前交回",
	late: "2026-05-26T10:00",
	// Enough by the law, two days too short in Hailan.
	short: { notice: { ...NOTICE, "notice.to": "2026-03-04" }, says: "公示只有 5 个工作日（已扣除节假日），不足 7 个" },
	looked: true,
};

test("another city works by its own pack from the first click to the archive", async (s) => {
	const admin = await s.as("admin", "office");
	await go(admin, "/config/v/1");
	await s.inspect(admin);
	await journey(s, HAILAN);
}, () => Town.start({ pack: "hailan" }));
