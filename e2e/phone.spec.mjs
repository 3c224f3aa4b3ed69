// A traveller's own page on a phone, over a line that breaks: a photo as the camera
// gives it goes on where it stopped, and what is wrong with one is said before it leaves.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pdf, photo, png } from "./lib/files.mjs";
import { leads } from "./lib/pages.mjs";
import { PHONE } from "./lib/sizes.mjs";
import { test } from "./lib/test.mjs";

/**
 * A portrait as a telephone keeps it: lying, with how to turn it told beside it (EXIF, 6).
 * Noise makes it large, and comments of which nobody knows more than three megabytes. @param {import("playwright-core").Page} page @param {number} [times] as wide and high @returns {Promise<Buffer>}
 */
async function shot(page, times = 1) {
	const b64 = await page.evaluate(async (k) => {
		const c = document.createElement("canvas");
		c.width = 2000 * k;
		c.height = 1500 * k;
		const g = /** @type {CanvasRenderingContext2D} */ (c.getContext("2d"));
		g.fillStyle = "white";
		g.fillRect(0, 0, c.width, c.height);
		const noise = g.getImageData(500 * k, 300 * k, 1400 * k, 900 * k); // the head, its top to the left
		for (let i = 0; i < noise.data.length; i += 4) noise.data.set([180 - (Math.random() * 120), 90 + Math.random() * 80, 60 + Math.random() * 90], i);
		g.putImageData(noise, 500 * k, 300 * k);
		const blob = /** @type {Blob} */ (await new Promise((yes) => c.toBlob(yes, "image/jpeg", k > 1 ? 0.9 : 1)));
		let s = "";
		for (const b of new Uint8Array(await blob.arrayBuffer())) s += String.fromCharCode(b);
		return btoa(s);
	}, times);
	const jpeg = Buffer.from(b64, "base64");
	const exif = Buffer.from("Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", "latin1");
	const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2]);
	const note = Buffer.alloc(65_000, 0x20);
	note.set([0xff, 0xfe, (note.length - 2) >> 8, (note.length - 2) & 255]);
	const notes = Array(Math.max(0, Math.ceil((3_200_000 - jpeg.length) / note.length))).fill(note);
	return Buffer.concat([head, exif, ...notes, jpeg.subarray(2)]);
}

/** Inside WeChat no more than this leaves at once. */
const PIECE = 1_000_000;

/** A line to a zone that a test can cut. @param {import("node:test").TestContext} t @param {string} to */
async function lineTo(t, to) {
	/** @type {Set<import("node:net").Socket>} */
	const open = new Set();
	let down = false;
	const server = createServer((a) => {
		if (down) return void a.destroy();
		const b = connect(Number(new URL(to).port), "127.0.0.1");
		for (const [x, y] of [[a, b], [b, a]]) {
			open.add(x);
			x.on("error", () => y.destroy());
			x.on("close", () => (open.delete(x), y.destroy()));
			x.pipe(y);
		}
	});
	await new Promise((yes) => server.listen(0, "127.0.0.1", () => yes(undefined)));
	t.after(() => server.close());
	return {
		at: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`,
		cut() {
			down = true;
			for (const x of open) x.destroy();
		},
		mend: () => (down = false),
	};
}

test("a photo from the camera of a phone is judged before it leaves and goes on where its line broke", async (s) => {
	const folder = await mkdtemp(join(tmpdir(), "yitang-e2e-"));
	s.t.after(() => rm(folder, { recursive: true }));
	const he = await s.as("he", "internet");
	await he.goto("/people/p2");
	await leads(he, () => he.getByRole("button", { name: "生成链接" }).click());
	const link = new URL((await he.locator("a.addr").getAttribute("href")) ?? "", s.town.internet).pathname;
	const own = await s.visitor("internet", { size: PHONE });
	const line = await lineTo(s.t, s.town.internet);
	await own.goto(line.at + link);
	await own.locator("[name=digits]").fill("1242");
	await leads(own, () => own.locator("main form button").first().click());
	const sheet = own.locator("form[action*='/photo']");
	const field = sheet.locator("input[type=file]");
	const says = (/** @type {string | RegExp} */ words) => sheet.getByText(words).waitFor();

	await s.step("the camera stands beside the album", async () => {
		await field.evaluate((i) => i.addEventListener("click", () => i.setAttribute("data-asked", i.getAttribute("capture") ?? "")));
		for (const [press, asked] of /** @type {const} */ ([[sheet.getByRole("button", { name: "拍照" }), "user"], [field, ""]])) {
			const chooser = own.waitForEvent("filechooser");
			await press.click();
			await chooser;
			assert.equal(await field.getAttribute("data-asked"), asked);
			assert.equal(await field.getAttribute("capture"), null);
		}
	});

	await s.step("what is wrong is said before anything leaves", async () => {
		/** @type {string[]} */
		const left = [];
		own.on("request", (r) => r.method() === "GET" || left.push(r.url()));
		await field.setInputFiles({ name: "横的.png", mimeType: "image/png", buffer: png(800, 600, (x, y) => (Math.hypot(x - 400, y - 300) < 200 ? [180, 110, 90] : [255, 255, 255])) });
		await says(/800×600 像素，不是证件照的比例/);
		await field.setInputFiles({ name: "暗的.png", mimeType: "image/png", buffer: png(600, 800, (x, y) => (Math.hypot(x - 300, y - 400) < 200 ? [180, 110, 90] : [90, 90, 100])) });
		await says("背景太暗");
		await field.setInputFiles({ name: "小的.png", mimeType: "image/png", buffer: png(150, 200, (x, y) => (y > 100 ? [180, 110, 90] : [255, 255, 255])) });
		await says(/只有 150×200 像素，至少要 354×472/);
		await s.inspect(own, "a photo that won't do");
		await field.setInputFiles({ name: "好的.png", mimeType: "image/png", buffer: photo() });
		await says("大小、比例、背景都合适。");
		assert.deepEqual(left, []);
	});

	await s.step("the line breaks", async () => {
		const content = await shot(own);
		assert.ok(content.length > 3_000_000, `the photo has only ${content.length} bytes`);
		await writeFile(join(folder, "自拍.jpg"), content);
		/** @type {number[]} */
		const from = [];
		own.on("request", (r) => r.method() === "PATCH" && from.push(Number(r.headers()["upload-offset"])));
		const speed = await own.context().newCDPSession(own);
		const throttled = (/** @type {number} */ up) => speed.send("Network.emulateNetworkConditions", { offline: false, latency: 100, downloadThroughput: -1, uploadThroughput: up });
		await throttled(200 << 10);
		await field.setInputFiles(join(folder, "自拍.jpg"));
		await own.waitForFunction(() => Number(/正在上传(\d+)%/.exec(document.querySelector("file-field [role=status]")?.textContent ?? "")?.[1]) >= 40);
		await own.getByRole("button", { name: "传照片" }).click(); // the form waits for its file
		line.cut();
		await says("网络断了，恢复后接着传");
		line.mend();
		await throttled(-1);
		await own.getByText("已有一张").waitFor();
		s.troubles.length = 0; // a line that is down is an error in any console
		const broke = from.findIndex((at, i) => i > 0 && at % PIECE !== 0); // in the middle of a piece
		assert.ok(from.filter((at) => at === 0).length === 1 && (broke < 0 || from[broke] >= 256 << 10), `it began again at ${from}`);
		const ends = [...new Set(from), content.length].sort((a, b) => a - b);
		assert.ok(ends.length > 3 && ends.every((at, i) => i === 0 || at - ends[i - 1] <= PIECE), `it left in pieces that begin at ${from}, of ${content.length} bytes`);
		assert.equal(await own.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("tus::")).length), 0);
		assert.ok((await own.evaluate(() => document.documentElement.scrollWidth)) <= PHONE.width, "the page is pushed sideways");
	});

	/** What the unit sees of a photo: its size as it stands, and in bytes. @param {string} name */
	const seen = async (name) => {
		await he.goto("/papers");
		const at = (await he.locator("tr, li", { hasText: name }).last().locator("a[href^='/papers/']").first().getAttribute("href")) ?? "";
		return he.evaluate(async (url) => {
			const file = await (await fetch(url)).blob();
			const img = await createImageBitmap(file, { imageOrientation: "from-image" });
			return [img.width, img.height, file.size];
		}, `${at}/file`);
	};
	await s.step("the unit sees it upright", async () => assert.deepEqual((await seen("自拍.jpg")).slice(0, 2), [1500, 2000]));

	await s.step("a larger one is made smaller and upright on the phone, and goes along with another button", async () => {
		const content = await shot(own, 2);
		await field.setInputFiles({ name: "大图.jpg", mimeType: "image/jpeg", buffer: content });
		await says("大小、比例、背景都合适。");
		assert.ok(content.length > 1 << 20, `the photo has only ${content.length} bytes`);
		await own.getByRole("button", { name: "上面这些都对" }).click();
		await own.getByText("已记下，谢谢。").waitFor({ timeout: 60_000 }); // once the photo is there
		const [width, height, size] = await seen("大图.jpg");
		assert.deepEqual([width, height], [1800, 2400]);
		assert.ok(Number(size) < content.length, `${size} bytes of ${content.length}`);
	});

	await s.step("one that isn't taken keeps the other button's form, and says why", async () => {
		await field.setInputFiles({ name: "不是照片.pdf", mimeType: "application/pdf", buffer: pdf("no photo") });
		await own.getByText("改哪一项").click();
		await own.locator("[name=words]").fill("职务写得不对");
		await own.getByRole("button", { name: "交给单位核对" }).click();
		await own.waitForFunction(() => document.querySelector("file-field [role=status].err"));
		assert.equal(await own.locator("[name=words]").inputValue(), "职务写得不对");
		s.troubles.length = 0; // what the site refuses is an error in the console
		await field.setInputFiles([]);
		await leads(own, () => own.getByRole("button", { name: "交给单位核对" }).click());
	});
});
