// <live-check>: after each save of a draft on the page, asks its address for
// the pre-check's panel and for what to say beside each field (Live). It never
// moves the focus, and keeps the old findings when the answer doesn't come.

class LiveCheck extends HTMLElement {
	connectedCallback() {
		/** @type {string} the panel as it was last shown */
		this.last = "";
		document.addEventListener("draft-saved", () => this.ask());
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
		// What follows from what was typed, as the lines of a budget.
		for (const part of /** @type {NodeListOf<HTMLTemplateElement>} */ (t.content.querySelectorAll("template[data-follows]"))) {
			const shown = document.querySelector(`div[data-follows="${part.dataset.follows}"]`);
			if (shown && !shown.contains(document.activeElement)) shown.replaceChildren(part.content);
		}
		/** @type {Map<string, DocumentFragment>} */
		const says = new Map();
		for (const f of /** @type {NodeListOf<HTMLTemplateElement>} */ (t.content.querySelectorAll("template[data-field]"))) {
			says.set(f.dataset.field ?? "", f.content);
		}
		for (const el of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-says]"))) {
			const words = says.get(el.dataset.says ?? "");
			if (words || el.childElementCount) el.replaceChildren(...(words ? [words] : []));
		}
	}
}

customElements.define("live-check", LiveCheck);
