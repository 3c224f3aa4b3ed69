// Runs the browser tests, two files at a time: while one waits for a page the
// other works. node e2e/run.mjs journey pages runs these two.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const END = ".spec.mjs";
const AT_ONCE = 2;

/** These begin first: what others wait for, and the longest, so that none is left alone for long at the end. */
const FIRST = ["journey", "kinds", "hailan", "badinput", "amend"];
/** These go on from the town in which the journey ended. */
const AFTER_THE_JOURNEY = ["pages", "deskpages", "traveller"];
/** Asks whether the others have looked at everything. */
const LAST = "visited";

const wanted = process.argv.slice(2);
const all = readdirSync(HERE).filter((f) => f.endsWith(END)).map((f) => f.slice(0, -END.length)).filter((n) => !wanted.length || wanted.includes(n));
const unknown = wanted.filter((n) => !all.includes(n));
if (unknown.length) throw new Error(`no browser test is called ${unknown.join(", ")}`);

const turn = (/** @type {string} */ name) => [...FIRST, "", ...AFTER_THE_JOURNEY, LAST].indexOf(FIRST.concat(AFTER_THE_JOURNEY, LAST).includes(name) ? name : "");
const waiting = all.sort((a, b) => turn(a) - turn(b));
/** @type {Map<string, Promise<void>>} */
const running = new Map();
/** @type {Set<string>} */
const failed = new Set();

/** @param {string} name */
const begins = (name) => {
	const before = name === LAST ? (/** @type {string} */ other) => other !== LAST : (/** @type {string} */ other) => AFTER_THE_JOURNEY.includes(name) && other === "journey";
	return ![...waiting, ...running.keys()].some(before);
};

/** What a file has to say comes in one piece. @param {string} name */
async function runs(name) {
	const events = run({ files: [join(HERE, name + END)] });
	events.on("test:fail", () => failed.add(name));
	let said = "";
	for await (const line of events.compose(new spec())) said += line;
	process.stdout.write(said);
	running.delete(name);
}

while (waiting.length || running.size) {
	const next = running.size < AT_ONCE ? waiting.findIndex(begins) : -1;
	if (next < 0) {
		await Promise.race(running.values());
		continue;
	}
	const [name] = waiting.splice(next, 1);
	running.set(name, runs(name));
}
if (failed.size) {
	console.error(`failed: ${[...failed].join(", ")} (make e2e E2E="${[...failed].join(" ")}" runs them again)`);
	process.exitCode = 1;
}
