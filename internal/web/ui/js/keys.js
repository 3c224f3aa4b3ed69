// Keys of the office: each is printed on its button as data-key. They work
// outside fields only, and not at all when switched off in the settings.
//
//	J K     next, previous row of a table marked data-rows; Enter opens it, X ticks it
//	other   presses the button or link that carries the key, or goes to the finding
//	G then… two keys one after the other: data-key="g q"
//	/       the search field; Esc clears it, and leaves it and the page of all keys
//
// Where a page has a field marked data-scan, letters and figures that come faster than
// anybody types are no keys but a scanner's: they go into that field, and its Enter sends it.

const SECOND = 1000; // ms between two keys that belong together
const READ = 700; // ms for which a page that has just come sends nothing by a key: it was meant for the one before

const began = performance.now();

const off = () => document.documentElement.dataset.keys === "off";

/** @param {EventTarget | null} t */
const writing = (t) => t instanceof HTMLElement && (t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName) && !/^(checkbox|radio)$/.test(/** @type {HTMLInputElement} */ (t).type));

const rows = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-rows] tbody tr:not(.grp)")]).filter((r) => r.querySelector("a[href]"));

const current = () => rows().findIndex((r) => r.hasAttribute("aria-current"));

/** @param {number} by */
const move = (by) => {
	const all = rows();
	if (!all.length) return false;
	const from = current();
	const to = Math.max(0, Math.min(all.length - 1, from < 0 ? 0 : from + by));
	all.forEach((r, i) => (i === to ? r.setAttribute("aria-current", "true") : r.removeAttribute("aria-current")));
	const link = /** @type {HTMLElement} */ (all[to].querySelector("th a[href], a[href]"));
	link.focus({ preventScroll: true });
	all[to].scrollIntoView({ block: "nearest" });
	return true;
};

/** @param {string} key */
const press = (key) => {
	const el = /** @type {HTMLElement | null} */ (
		[...document.querySelectorAll("[data-key]")].find((e) => e.getAttribute("data-key")?.toLowerCase() === key)
	);
	if (!el) return false;
	if (el instanceof HTMLButtonElement && el.type === "submit" && performance.now() - began < READ) return true;
	if (/^(A|BUTTON|SUMMARY)$/.test(el.tagName)) el.click();
	else el.focus();
	return true;
};

let first = "";
let when = 0;

const SCANNER = 50; // ms within which a scanner writes its next character
const SCANNED = 4; // characters that a scan has at least
let scan = "";
let last = 0;
let soon = 0;
/** @type {(() => void)[]} what the keys do that may be the beginning of a scan */
let held = [];

const release = () => {
	const keys = scan.length < SCANNED ? held : [];
	clearTimeout(soon);
	scan = "";
	held = [];
	keys.forEach((act) => act());
};

/** Whether a key is part of what a scanner writes, or may be. @param {KeyboardEvent} e @param {() => void} act */
const scanning = (e, act) => {
	const field = /** @type {HTMLInputElement | null} */ (document.querySelector("input[data-scan]"));
	if (!field || e.key === "Shift") return false; // it stands before a capital letter
	const on = e.timeStamp - last < SCANNER;
	if (e.key === "Enter" && on && scan.length >= SCANNED) {
		field.value = scan;
		release();
		field.form?.requestSubmit();
		return true;
	}
	const part = /^[0-9a-z-]$/i.test(e.key);
	if (!part || !on) release();
	if (!part) return false;
	scan += e.key;
	held.push(act);
	last = e.timeStamp;
	clearTimeout(soon);
	soon = setTimeout(release, SCANNER);
	return true;
};

/** @param {EventTarget | null} t */
const escape = (t) => {
	if (t instanceof HTMLInputElement && t.type === "search") {
		if (t.value) t.value = "";
		else t.blur();
		return true;
	}
	if (location.pathname !== "/keys") return false;
	if (document.referrer.startsWith(location.origin + "/")) history.back();
	else location.assign("/");
	return true;
};

/** Does what a key says; whether it says anything. @param {KeyboardEvent} e */
const acts = (e) => {
	const key = e.key.toLowerCase();
	const two = first && e.timeStamp - when < SECOND ? `${first} ${key}` : "";
	first = "";
	let done = !!two && press(two);
	if (!done && key === "j") done = move(1) || press(key);
	else if (!done && key === "k") done = move(-1) || press(key);
	else if (!done && key === "x") {
		const box = rows()[current()]?.querySelector("input[type=checkbox]");
		if (box) {
			/** @type {HTMLInputElement} */ (box).click();
			done = true;
		} else done = press(key);
	} else if (!done && key === "/") {
		const field = /** @type {HTMLElement | null} */ (document.querySelector("input[type=search]"));
		field?.focus();
		done = !!field;
	} else if (!done && key === "enter") {
		// A focused link or button has its own Enter.
		if (e.target instanceof HTMLElement && e.target.closest("a, button, summary, label, input")) return false;
		const link = /** @type {HTMLElement | null} */ (rows()[current()]?.querySelector("th a[href], a[href]"));
		if (link) {
			link.click();
			done = true;
		} else done = press(key);
	} else if (!done) done = press(key);
	if (!done && key.length === 1 && document.querySelector(`[data-key^="${CSS.escape(key)} " i]`)) {
		first = key;
		when = e.timeStamp;
	}
	return done;
};

document.addEventListener("keydown", (e) => {
	if (e.key === "Escape" && !e.ctrlKey && !e.metaKey && !e.altKey && !e.isComposing && !off()) {
		if (escape(e.target)) e.preventDefault();
		return;
	}
	if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing || writing(e.target)) return;
	const act = () => {
		if (!off() && acts(e)) e.preventDefault();
	};
	if (!e.repeat && scanning(e, act)) e.preventDefault();
	else if (!e.repeat || /^[jk]$/i.test(e.key)) act();
});
