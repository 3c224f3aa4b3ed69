// Runs the browser tests, two files at a time: while one waits for a page the
// other works. node e2e/run.mjs journey pages runs these two.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const END = ".spec.mjs";

/** The longest begin first, so that none is left alone for long at the end. */
const LONGEST = ["kinds", "journey", "badinput", "amend"];
/** These go on from the town in which the journey ended. */
const AFTERWARDS = ["pages", "traveller"];
/** Asks whether the others have looked at everything. */
const LAST = ["visited"];

const wanted = process.argv.slice(2);
const all = readdirSync(HERE).filter((f) => f.endsWith(END)).map((f) => f.slice(0, -END.length)).filter((n) => !wanted.length || wanted.includes(n));
const unknown = wanted.filter((n) => !all.includes(n));
if (unknown.length) throw new Error(`no browser test is called ${unknown.join(", ")}`);

const rounds = [[...LONGEST, ...all.filter((n) => ![...LONGEST, ...AFTERWARDS, ...LAST].includes(n))], AFTERWARDS, LAST];
for (const round of rounds) {
	const files = round.filter((n) => all.includes(n)).map((n) => join(HERE, n + END));
	if (!files.length) continue;
	const events = run({ files, concurrency: 2 });
	events.on("test:fail", () => (process.exitCode = 1));
	for await (const line of events.compose(new spec())) process.stdout.write(line);
}
