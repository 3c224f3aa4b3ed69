// <live-check>: after each save of a draft on the page, asks its address for
// the pre-check's panel and for what to say beside each field (Live). It never
// moves the focus, and keeps the old findings when the answer doesn't come.

const FIELDS = "input:not([type=hidden]), textarea, select";

/**
 * A form that came back says what was wrong with it when it was sent. Where the
 * reader has changed the field since, and that is saved, the words no longer
 * hold: they go, and their line in the list on top is struck out. What is
 * written there now may be unreadable in its turn. What an office sent back is
 * answered by any field of its part, and by a file that is given there.
 * @param {Map<string, string>} unread
 */
const mended = (unread) => {
	for (const fld of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(".fld[data-state=error]"))) {
		const inputs = inputsOf(fld);
		const words = unread.get(fld.dataset.field ?? "");
		const part = fld.dataset.field?.startsWith("replies.") && fld.closest("[aria-labelledby^=defect]");
		if (!inputsOf(part || fld).some(changed) && (words || !fld.dataset.live)) continue;
		const err = fld.querySelector(".err");
		if (words && err) {
			err.textContent = words;
			continue;
		}
		err?.remove();
		fld.dataset.state = "";
		for (const el of inputs) {
			el.removeAttribute("aria-invalid");
			const line = el.id && document.querySelector(`.errors a[href="#${el.id}"]`);
			if (line) line.replaceWith(Object.assign(document.createElement("s"), { textContent: line.textContent }));
		}
	}
	// What can't be read is said at once, and not only by the page that comes back.
	for (const [name, words] of unread) {
		const fld = /** @type {HTMLElement | null} */ (document.querySelector(`.fld[data-field="${CSS.escape(name)}"]`));
		const el = fld?.querySelector(FIELDS);
		if (!fld || !el || fld.querySelector(".err")) continue;
		const err = Object.assign(document.createElement("p"), { className: "err", id: `${el.id}-error`, textContent: words });
		el.before(err);
		fld.dataset.state = "error";
		fld.dataset.live = "1";
		el.setAttribute("aria-invalid", "true");
		el.setAttribute("aria-describedby", [el.getAttribute("aria-describedby"), err.id].filter(Boolean).join(" "));
	}
	const list = document.querySelector(".errors");
	if (list?.querySelector("s") && ![...list.querySelectorAll("li")].some((li) => !li.querySelector("s"))) list.remove();
};

/** @param {Element} e */
const inputsOf = (e) => /** @type {(HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement)[]} */ ([...e.querySelectorAll(FIELDS)]);

/** @param {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} el */
const changed = (el) => {
	if (el instanceof HTMLSelectElement) return [...el.options].some((o) => o.selected !== o.defaultSelected);
	if (el instanceof HTMLInputElement && (el.type === "checkbox" || el.type === "radio")) return el.checked !== el.defaultChecked;
	return el.value !== el.defaultValue;
};

/**
 * What a part asks: its fields, and what is sent along to say of which day or
 * line they are.
 * @param {ParentNode} part
 */
const asks = (part) =>
	[.../** @type {NodeListOf<HTMLInputElement>} */ (part.querySelectorAll("[name]:not([name^=_])"))].map((el) => el.name + (el.type === "hidden" && el.value)).join();

class LiveCheck extends HTMLElement {
	connectedCallback() {
		/** @type {string} the panel as it was last shown */
		this.last = "";
		document.addEventListener("draft-saved", () => this.ask());
		// What is said beside a field is of what stood there until now.
		document.addEventListener("input", (e) => /** @type {Element} */ (e.target).closest(".fld")?.querySelector("[data-says]")?.setAttribute("data-old", ""));
	}

	async ask() {
		const asked = (this.asked = (this.asked ?? 0) + 1);
		let html;
		try {
			const res = await fetch(this.dataset.src ?? "", { credentials: "same-origin", redirect: "manual" });
			if (!res.ok) return;
			html = await res.text();
		} catch {
			return;
		}
		while (document.querySelector("main :active")) await new Promise((done) => setTimeout(done, 99)); // nothing moves from under what is being pressed
		if (asked !== this.asked) return;
		const t = document.createElement("template");
		t.innerHTML = html;
		const fresh = t.content.querySelector("[data-panel]");
		const panel = this.querySelector("[data-panel]");
		if (!fresh || !panel) return;
		// The same panel isn't read out again, and a reader's place in it stays.
		if (fresh.innerHTML !== this.last) {
			this.last = fresh.innerHTML;
			const open = [...panel.querySelectorAll("details[open][data-keep]")].map((d) => d.getAttribute("data-keep"));
			panel.replaceChildren(...fresh.childNodes);
			for (const d of panel.querySelectorAll("details[data-keep]")) d.toggleAttribute("open", open.includes(d.getAttribute("data-keep")));
		}
		// What follows from what was typed, as the lines of a budget. Where there is
		// something to be filled in, it stays as it is, unless other fields follow by
		// now: the days of an itinerary, once nothing written is on its way.
		let anew = false;
		for (const part of /** @type {NodeListOf<HTMLTemplateElement>} */ (t.content.querySelectorAll("template[data-follows]"))) {
			const shown = document.querySelector(`div[data-follows="${part.dataset.follows}"]`);
			if (!shown) continue;
			const filled = !!shown.querySelector(FIELDS);
			if (filled && ("keeps" in part.dataset || asks(shown) === asks(part.content) || /** @type {any} */ (document.querySelector("auto-save"))?.dirty)) continue;
			if (shown.contains(document.activeElement)) {
				shown.addEventListener("focusout", () => setTimeout(() => this.ask()), { once: true }); // the reader may leave it
				continue;
			}
			shown.replaceChildren(part.content);
			anew ||= filled;
		}
		// A field that follows is shown as it follows now, unless somebody has written it.
		for (const part of /** @type {NodeListOf<HTMLTemplateElement>} */ (t.content.querySelectorAll("template[data-derived]"))) {
			const shown = document.querySelector(`.fld[data-field="${part.dataset.derived}"]`);
			const box = /** @type {HTMLInputElement | null} */ (shown?.querySelector(FIELDS));
			if (shown && !box?.value && !shown.contains(document.activeElement)) shown.replaceWith(part.content);
		}
		// What a sheet says above its fields, as the days that a notice hangs.
		for (const part of /** @type {NodeListOf<HTMLTemplateElement>} */ (t.content.querySelectorAll("template[data-lead]"))) {
			const shown = document.querySelector(`p[data-lead="${part.dataset.lead}"]`);
			if (shown) shown.replaceChildren(part.content);
		}
		document.dispatchEvent(new CustomEvent("draft-grown", { detail: anew }));
		/** @type {Map<string, DocumentFragment>} */
		const says = new Map();
		for (const f of /** @type {NodeListOf<HTMLTemplateElement>} */ (t.content.querySelectorAll("template[data-field]"))) {
			says.set(f.dataset.field ?? "", f.content);
		}
		for (const el of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-says]"))) {
			const words = says.get(el.dataset.says ?? "");
			if (words || el.childElementCount) el.replaceChildren(...(words ? [words] : []));
			delete el.dataset.old;
		}
		/** @type {Map<string, string>} */
		const unread = new Map();
		for (const f of /** @type {NodeListOf<HTMLTemplateElement>} */ (t.content.querySelectorAll("template[data-unread]"))) {
			unread.set(f.dataset.unread ?? "", (f.content.textContent ?? "").trim());
		}
		mended(unread);
	}
}

customElements.define("live-check", LiveCheck);
