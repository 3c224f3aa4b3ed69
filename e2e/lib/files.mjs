// Papers as people hand them in: each small, whole, and unlike every other.
import { deflateSync } from "node:zlib";

/** @param {string} says */
export const pdf = (says) =>
	Buffer.from(
		`%PDF-1.4\n% ${says}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n` +
			"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>endobj\n4 0 obj<</Length 14>>\nstream\n0 0 99 99 re f\nendstream endobj\nxref\n0 4\n0000000000 65535 f \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n9\n%%EOF\n",
	);

const chunk = (/** @type {string} */ type, /** @type {Buffer} */ data) => {
	const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
	const out = Buffer.alloc(8);
	out.writeUInt32BE(data.length, 0);
	out.writeUInt32BE(crc(body), 4);
	return Buffer.concat([out.subarray(0, 4), body, out.subarray(4)]);
};

const table = Array.from({ length: 256 }, (_, n) => {
	for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
	return n >>> 0;
});
const crc = (/** @type {Buffer} */ b) => (b.reduce((c, x) => table[(c ^ x) & 255] ^ (c >>> 8), ~0) ^ ~0) >>> 0;

/**
 * A picture in colour. @param {number} width @param {number} height
 * @param {(x: number, y: number) => [number, number, number]} paint
 */
export function png(width, height, paint) {
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 2, 0, 0, 0], 8);
	const rows = Buffer.alloc((3 * width + 1) * height);
	for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) rows.set(paint(x, y), y * (3 * width + 1) + 1 + 3 * x);
	return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** A scanned page. */
export const scan = () => png(300, 420, (x, y) => (y % 20 < 2 && x > 30 && x < 270 ? [40, 40, 60] : [250, 250, 248]));

let shots = 0; // no two people have one photo

/** A head before a white ground, 33 by 48; each person has their own. @param {number} [n] */
export const photo = (n = ++shots) => png(396, 576, (x, y) => ((x - 198) ** 2 / 100 ** 2 + (y - 330) ** 2 / 180 ** 2 < 1 ? [180, 100 + ((n >> 6) % 60), 90 + (n % 64)] : [255, 255, 255]));

/** Ridges of a finger; each finger has its own. @param {number} n */
export const finger = (n) => png(260, 260, (x, y) => (Math.hypot(x - 130, y - 100 - 10 * n) % (8 + n) < 4 ? [30, 30, 30] : [240, 240, 240]));

export const signature = () => png(240, 80, (x, y) => (Math.abs(y - 40 - 25 * Math.sin(x / 12)) < 3 ? [10, 20, 80] : [255, 255, 255]));

/** A ZIP archive of stored entries. @param {Record<string, string>} entries */
function zip(entries) {
	const files = [];
	const index = [];
	let at = 0;
	for (const [name, text] of Object.entries(entries)) {
		const data = Buffer.from(text);
		const n = Buffer.from(name);
		const common = Buffer.alloc(26);
		common.writeUInt16LE(20, 0);
		common.writeUInt16LE(33, 8); // 1 January 1980
		common.writeUInt32LE(crc(data), 10);
		common.writeUInt32LE(data.length, 14);
		common.writeUInt32LE(data.length, 18);
		common.writeUInt16LE(n.length, 22);
		const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), common, n, data]);
		const tail = Buffer.alloc(14);
		tail.writeUInt32LE(at, 10);
		index.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00", "latin1"), common, tail, n]));
		files.push(local);
		at += local.length;
	}
	const directory = Buffer.concat(index);
	const end = Buffer.alloc(22);
	end.write("PK\x05\x06", 0, "latin1");
	end.writeUInt16LE(index.length, 8);
	end.writeUInt16LE(index.length, 10);
	end.writeUInt32LE(directory.length, 12);
	end.writeUInt32LE(at, 16);
	return Buffer.concat([...files, directory, end]);
}

const types = (/** @type {string} */ part, /** @type {string} */ type) =>
	`<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${part}" ContentType="${type}+xml"/></Types>`;

/** @param {string} says */
export const docx = (says) =>
	zip({
		"[Content_Types].xml": types("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main"),
		"_rels/.rels": "<Relationships/>",
		"word/document.xml": `<document>${says}</document>`,
	});

/** @param {string} says */
export const xlsx = (says) =>
	zip({
		"[Content_Types].xml": types("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main"),
		"_rels/.rels": "<Relationships/>",
		"xl/workbook.xml": `<workbook>${says}</workbook>`,
	});

export const MEDIA = {
	pdf: "application/pdf",
	png: "image/png",
	docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

/** @param {string} name with its ending @param {Buffer} content */
export const file = (name, content) => ({ name, mimeType: MEDIA[/** @type {keyof MEDIA} */ (name.split(".").pop() ?? "")] ?? "application/octet-stream", buffer: content });
