// Which place a file's name speaks of: the paper, and whose it is.

/** @typedef {{ kind?: string, who?: string, filled?: string }} Place Names with | between. */

/** Characters that two texts have in common, in one piece. @param {string} a @param {string} b */
function common(a, b) {
	for (let n = Math.min(a.length, b.length); n > 0; n--)
		for (let i = 0; i + n <= b.length; i++) if (a.includes(b.slice(i, i + n))) return b.slice(i, i + n);
	return "";
}

/** @param {string} s */
const plain = (s) => s.toLowerCase().replace(/[^\p{L}]/gu, "");

/** @param {string | undefined} s */
const names = (s) => (s ? s.split("|").map(plain) : []);

/**
 * The index of the place, and whether it is certain: what is filled isn't given
 * twice without a question.
 * @param {string} file @param {Place[]} places
 */
export function placeOf(file, places) {
	let name = plain(file.replace(/\.\w+$/, ""));
	const whose = new Set(places.map((p) => p.who).filter((w) => names(w).some((n) => name.includes(n))));
	for (const n of [...whose].flatMap(names)) name = name.replace(n, "");
	const scored = places.map((p, at) => {
		let score = 0, whole = false;
		for (const kind of names(p.kind)) {
			const both = common(name, kind);
			if (both.length < (/\p{Script=Han}/u.test(both) ? 2 : 4)) continue;
			score = Math.max(score, both.length + both.length / kind.length);
			whole ||= both === kind || both === name;
		}
		return { at, score, sure: whole && whose.size < 2 && p.filled == null };
	});
	const fit = scored.filter(({ at, score }) => score && (!places[at].who || !whose.size || whose.has(places[at].who)));
	const top = Math.max(0, ...fit.map((s) => s.score));
	const best = fit.filter((s) => s.score === top);
	return { at: best[0]?.at ?? -1, sure: best.length === 1 && best[0].sure };
}
