// A file finds its place by its name alone. No browser: what decides it is pure.
import assert from "node:assert/strict";
import test from "node:test";
import { placeOf } from "../internal/web/ui/js/place-of.js";

const EXEMPT = "指纹采集特殊情况备案表|fingerprint exemption form";
const PLACES = [
	{ kind: "请示|request letter" },
	{ kind: "邀请函|invitation letter", who: "法国|France" },
	{ kind: "邀请函|invitation letter", who: "德国|Germany" },
	{ kind: "邀请函译文|translation of the invitation" },
	{ kind: "备案表|personnel filing form", who: "欧阳晓岚" }, // on record, nothing uploaded
	{ kind: "备案表|personnel filing form", who: "陈岚" },
	{ kind: EXEMPT, who: "欧阳晓岚" },
	{ kind: "承诺书|commitment", who: "欧阳晓岚", filled: "" },
];
const at = (kind, of) => PLACES.findIndex((p) => p.kind.startsWith(kind + "|") && (!of || p.who?.startsWith(of)));

for (const [name, place, sure] of [
	["备案表 欧阳晓岚.pdf", at("备案表", "欧阳晓岚"), true],
	["备案表-欧阳晓岚（盖章）.PDF", at("备案表", "欧阳晓岚"), true],
	["陈岚_备案表(1).pdf", at("备案表", "陈岚"), true],
	["指纹采集特殊情况备案表 欧阳晓岚.pdf", at("指纹采集特殊情况备案表"), true],
	["承诺书 欧阳晓岚.pdf", at("承诺书"), false], // one is there
	["备案表.pdf", at("备案表", "欧阳晓岚"), false], // whose?
	["邀请函 德国.pdf", at("邀请函", "德国"), true],
	["Invitation letter France.pdf", at("邀请函", "法国"), true],
	["邀请函 法国 德国.pdf", at("邀请函", "法国"), false],
	["邀请函译文.docx", at("邀请函译文"), true],
	["请示.pdf", 0, true],
	["IMG_001.pdf", -1, false],
]) {
	test(`${name} ${sure ? "goes to its place" : "waits for the reader"}`, () => assert.deepEqual(placeOf(name, PLACES), { at: place, sure }));
}
