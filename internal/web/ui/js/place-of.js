// Which place a file's name speaks of: the paper, and whose it is.

/** @typedef {{ kind?: string, who?: string, country?: string, filled?: boolean }} Place */

/** Characters that two texts have in common, in one piece. @param {string} a @param {string} b */
function common(a, b) {
	for (let n = Math.min(a.length, b.length); n > 0; n--)
		for (let i = 0; i + n <= b.length; i++) if (a.includes(b.slice(i, i + n))) return b.slice(i, i + n);
	return "";
}

/** @param {string | undefined} s */
const plain = (s) => (s ?? "").normalize("NFC").toLowerCase().replace(/[^\p{L}]/gu, "");

/** The names of a place: a paper's or a country's, with | between. @param {string | undefined} s */
const names = (s) => (s ?? "").split("|").map(plain).filter(Boolean);

/**
 * The index of the place, and whether it is certain: what is filled isn't given
 * twice without a question.
 * @param {string} file @param {Place[]} places
 */
export function placeOf(file, places) {
	let name = plain(file.replace(/\.\w+$/, ""));
	// Whose it is stands in the name beside what it is.
	const people = new Set(places.map((p) => p.who).filter((w) => w && name.includes(plain(w))));
	for (const who of people) name = name.replace(plain(who), "");
	const countries = new Set(places.map((p) => p.country).filter((c) => names(c).some((n) => name.includes(n))));
	for (const n of [...countries].flatMap(names)) name = name.replace(n, "");
	const scored = places.map((p, at) => {
		let score = 0, whole = false;
		for (const kind of names(p.kind)) {
			const both = common(name, kind);
			if (both.length < (/\p{Script=Han}/u.test(both) ? 2 : 4)) continue;
			score = Math.max(score, both.length + both.length / kind.length);
			whole ||= both === kind || both === name;
		}
		return { at, score, whole, place: p };
	});
	const fit = scored.filter(({ score, place: p }) => score && (!p.who || !people.size || people.has(p.who)) && (!p.country || !countries.size || countries.has(p.country)));
	const top = Math.max(0, ...fit.map((s) => s.score));
	const best = fit.filter((s) => s.score === top);
	return { at: best[0]?.at ?? -1, sure: best.length === 1 && best[0].whole && people.size < 2 && countries.size < 2 && !best[0].place.filled };
}
