// A town is three zones in a process of their own, with fresh data and free
// ports: see e2e/town. It ends with its test.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const PASSWORD = "yitang-e2e-2026";

const KEPT = join(ROOT, "e2e/out/town");
/** Towns as they begin, each told once in a run and copied from then on. */
const TOLD = join(ROOT, "e2e/out/told");

/** The zone whose site is at an origin. @type {Map<string, string>} */
export const zoneAt = new Map();

/** The time when a town begins: the day on which the example cases are judged. */
export const MORNING = "2026-03-10T09:00";
/** When a town is told who is there: earlier than any test begins. */
const BEFORE = "2026-03-10T08:00";

const folder = () => mkdtemp(join(tmpdir(), "yitang-e2e-"));

/** A folder with the data of a town in which nothing has happened yet. @param {string} pack */
async function told(pack) {
	const done = join(TOLD, pack || "none");
	const data = await folder();
	try {
		await cp(done, data, { recursive: true });
		return data;
	} catch (err) {
		if (/** @type {NodeJS.ErrnoException} */ (err).code !== "ENOENT") throw err;
	}
	const first = new Town(data, { at: BEFORE, pack });
	await first.open();
	await first.close();
	const copy = `${done}-${process.pid}`;
	await mkdir(TOLD, { recursive: true });
	await cp(data, copy, { recursive: true });
	await rename(copy, done).catch(() => rm(copy, { recursive: true })); // another file's test has been quicker
	return data;
}

/** @param {string} time @param {number} ms that have gone since */
const minuteAfter = (time, ms) => new Date(Date.parse(time + "Z") + Math.ceil(ms / 60e3) * 60e3).toISOString().slice(0, 16);

export class Town {
	/** @param {string} data its folder @param {{at?: string, pack?: string, tells?: boolean}} [o] */
	constructor(data, o = {}) {
		this.data = data;
		this.now = o.at ?? MORNING;
		this.ports = "0,0,0";
		this.pack = o.pack ?? "";
		this.tells = o.tells ?? false;
	}

	/** @param {{pages?: number, pack?: string, tells?: boolean}} [o] */
	static async start(o = {}) {
		const t = new Town(await told(o.pack ?? ""), o);
		await t.open(o.pages);
		return t;
	}

	async open(pages = 0) {
		// A town that is opened again goes on where its clock stood: a journal's never goes back.
		if (this.process) this.now = minuteAfter(this.now, Date.now() - this.since);
		this.since = Date.now();
		const args = ["--data", this.data, "--at", this.now, "--ports", this.ports, "--pages", String(pages), "--pack", this.pack, ...(this.tells ? ["--tell"] : [])];
		this.process = spawn(join(ROOT, "bin/e2e-town"), args, { stdio: ["pipe", "pipe", "pipe"] });
		this.log = "";
		this.process.stderr.on("data", (b) => (this.log += b));
		this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
		const { value } = await this.lines.next();
		if (!value) throw new Error(`the town didn't start: ${this.log}`);
		const at = JSON.parse(value);
		Object.assign(this, at); // internet, office, passport: their addresses; routes: their pages
		const zones = ["internet", "office", "passport"];
		for (const z of [...zones, "practice"]) zoneAt.set(at[z], z);
		this.ports = zones.map((z) => new URL(at[z]).port).join();
	}

	/** @param {string} command */
	async tell(command) {
		this.process.stdin.write(command + "\n");
		const { value } = await this.lines.next();
		if (!value?.startsWith("done")) throw new Error(`${command}: ${value ?? "the town has ended"}\n${this.log}`);
		return value.slice("done ".length);
	}

	/** Moves the clock on. @param {string} time in China, 2026-05-11T09:00 */
	async at(time) {
		this.now = time;
		this.since = Date.now();
		await this.tell("at " + time);
	}

	/** Waits until all three zones have heard of everything. */
	settle() {
		return this.tell("settle");
	}

	/** Has the desks take a case on, through a step of the drill: what isn't new in a test's story. @param {string} at where the case is @param {string} step */
	async carry(at, step) {
		await this.tell(`carry ${at.split("/")[2]} ${step}`);
	}

	/** The code that is printed on a case's approval. @param {string} at where the case is */
	code(at) {
		return this.tell(`code ${at.split("/")[2]}`);
	}

	/** Where the code leads that the window shows to those who leave. @param {string} visit its id */
	rates(visit) {
		return this.tell(`rates ${visit}`);
	}

	/** Ends the process as a power cut would. */
	async kill() {
		const ended = once(this.process, "exit");
		this.process.kill("SIGKILL");
		await ended;
	}

	/**
	 * Lets the data stay when the town closes, for a test that goes on from here.
	 * @param {Record<string, string>} facts
	 */
	keep(facts) {
		this.kept = { at: this.now, facts };
	}

	/** A town that goes on from the one that was kept; a fresh one when there is none. */
	static async kept() {
		let was;
		try {
			was = JSON.parse(await readFile(join(KEPT, "town.json"), "utf8"));
		} catch {
			return Town.start();
		}
		const t = new Town(await folder(), { at: was.at });
		await cp(KEPT, t.data, { recursive: true });
		await t.open();
		t.facts = was.facts;
		return t;
	}

	async close() {
		if (this.process.exitCode === null && this.process.signalCode === null) {
			const ended = once(this.process, "exit");
			this.process.stdin.end();
			await ended;
		}
		if (this.kept) {
			await rm(KEPT, { recursive: true, force: true });
			await cp(this.data, KEPT, { recursive: true });
			await writeFile(join(KEPT, "town.json"), JSON.stringify(this.kept));
		}
	}

	/** Ends it, and throws its data away. */
	async end() {
		await this.close();
		await rm(this.data, { recursive: true, force: true });
	}
}
