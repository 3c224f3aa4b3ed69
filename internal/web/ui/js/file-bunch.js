// <file-bunch>: takes many files and hands each to the <file-drop> of the place
// ([data-place]) that its name speaks of: the paper (data-kind, its names with
// | between) and whose it is (data-who). It sends nothing itself. A file
// whose place isn't certain waits for the reader to choose; one whose place
// asks for its days (from when until when it serves) waits for those: what stands
// there is a proposal, and nobody but the reader knows what stands in the file.
import { placeOf } from "./place-of.js";

class FileBunch extends HTMLElement {
	asked = 0;

	connectedCallback() {
		const input = this.querySelector("input");
		const zone = /** @type {HTMLElement | null} */ (this.querySelector(".drop"));
		if (!input || !zone) return;
		this.hidden = false;
		// Nobody leaves unasked while a file waits: it is only here.
		addEventListener("beforeunload", (e) => this.querySelector("[data-waits]") && e.preventDefault());
		input.onchange = () => {
			this.take([...(input.files ?? [])]);
			input.value = "";
		};
		zone.ondragover = (e) => {
			e.preventDefault();
			zone.dataset.state = "over";
		};
		zone.ondragleave = () => (zone.dataset.state = "");
		zone.ondrop = (e) => {
			e.preventDefault();
			zone.dataset.state = "";
			this.take([...(e.dataTransfer?.files ?? [])]);
		};
	}

	/** @param {File[]} files */
	take(files) {
		const places = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("[data-place]")]);
		for (const file of files) {
			const { at, sure } = placeOf(file.name, places.map((p) => p.dataset));
			const place = places[at];
			const item = document.createElement("li");
			this.querySelector("ul")?.append(item);
			if (place && sure) this.to(item, file, place);
			else this.ask(item, file, places, place);
		}
	}

	/** @param {HTMLLIElement} item @param {File} file @param {HTMLElement} place */
	to(item, file, place) {
		if (place.querySelector("file-drop form .fld")) this.days(item, file, place);
		else this.put(item, file, place);
	}

	/** @param {HTMLElement} place */
	link(place) {
		const label = place.querySelector("label");
		const to = document.createElement("a");
		to.href = "#" + label?.htmlFor;
		to.textContent = label?.textContent ?? "";
		return to;
	}

	/**
	 * @param {HTMLLIElement} item @param {File} file @param {HTMLElement} place
	 * @param {Map<string, string>} [told] what its reader said of it
	 */
	put(item, file, place, told) {
		const drop = /** @type {any} */ (place.querySelector("file-drop"));
		place.querySelector("details")?.setAttribute("open", "");
		const to = this.link(place);
		const status = this.querySelector("[role=status]");
		const says = document.createElement("p");
		says.className = "what";
		says.textContent = drop.dataset.waiting ?? "";
		delete item.dataset.waits;
		item.replaceChildren(this.word(file), to, says);
		// Only what its place has taken is filed: a refused one says why, here too.
		drop.take([file], (/** @type {string} */ why) => {
			if (why && told) {
				this.days(item, file, place, told, why); // to be put right where it was said
				return;
			}
			says.className = why ? "err" : "what";
			says.textContent = why;
			if (status && !why) status.textContent = `${file.name} → ${to.textContent}`;
		}, told);
	}

	/**
	 * Asks what the place of a file asks beside it.
	 * @param {HTMLLIElement} item @param {File} file @param {HTMLElement} place
	 * @param {Map<string, string>} [told] what was said of it and refused
	 * @param {string} [why]
	 */
	days(item, file, place, told, why) {
		const of = `bunch-${++this.asked}-`;
		const box = document.createElement("div");
		box.className = "told";
		box.setAttribute("role", "group");
		box.setAttribute("aria-label", file.name);
		/** @type {Map<string, HTMLInputElement | HTMLSelectElement>} */
		const fields = new Map();
		for (const fld of place.querySelectorAll("file-drop form .fld")) {
			const copy = /** @type {HTMLElement} */ (fld.cloneNode(true));
			delete copy.dataset.field; // what is said of the place's own is said there
			copy.querySelectorAll(".err").forEach((e) => e.remove());
			for (const e of [copy, ...copy.querySelectorAll("*")]) {
				if (e.id) e.id = of + e.id;
				for (const to of ["for", "aria-describedby"]) {
					const ids = e.getAttribute(to);
					if (ids) e.setAttribute(to, ids.split(" ").map((id) => of + id).join(" "));
				}
			}
			const had = /** @type {HTMLInputElement | HTMLSelectElement | null} */ (fld.querySelector("input, select"));
			const asks = /** @type {HTMLInputElement | HTMLSelectElement | null} */ (copy.querySelector("input, select"));
			if (!had || !asks) continue;
			asks.value = told?.get(had.name) ?? had.value;
			asks.removeAttribute("name"); // the file goes with it, not the page
			fields.set(had.name, asks);
			box.append(copy);
		}
		const says = document.createElement("p");
		says.className = "err";
		says.textContent = why ?? this.dataset.days ?? "";
		const send = this.button("btn two", this.dataset.right, file, () => this.put(item, file, place, new Map([...fields].map(([name, e]) => [name, e.value]))));
		const acts = document.createElement("div");
		acts.className = "acts";
		acts.append(send, this.leave(item, file));
		box.append(acts);
		item.dataset.waits = "";
		item.replaceChildren(this.word(file), this.link(place), says, box);
	}

	/** @param {string} kind @param {string | undefined} words @param {File} file @param {() => void} does */
	button(kind, words, file, does) {
		const b = document.createElement("button");
		b.type = "button";
		b.className = kind;
		b.textContent = words ?? "";
		b.setAttribute("aria-label", `${words} ${file.name}`);
		b.onclick = does;
		return b;
	}

	/** @param {HTMLLIElement} item @param {File} file */
	leave(item, file) {
		return this.button("lnk", this.dataset.leave, file, () => {
			item.remove();
			this.querySelector("input")?.focus();
		});
	}

	/** @param {HTMLLIElement} item @param {File} file @param {HTMLElement[]} places @param {HTMLElement | undefined} likely */
	ask(item, file, places, likely) {
		const select = document.createElement("select");
		select.setAttribute("aria-label", `${this.dataset.where} ${file.name}`);
		select.add(new Option(this.dataset.choose, ""));
		places.forEach((p, i) => select.add(new Option(p.querySelector("label")?.textContent ?? "", String(i), p === likely, p === likely)));
		const send = this.button("btn two", this.dataset.send, file, () => {
			const place = places[Number(select.value)];
			if (select.value && place) this.to(item, file, place);
			else select.focus();
		});
		const acts = document.createElement("div");
		acts.className = "acts";
		acts.append(select, send, this.leave(item, file));
		const says = document.createElement("p");
		says.className = "err";
		says.textContent = this.dataset.waits ?? "";
		item.dataset.waits = "";
		item.replaceChildren(this.word(file), says, acts);
	}

	/** @param {File} file */
	word(file) {
		const name = document.createElement("span");
		name.className = "b";
		name.textContent = file.name;
		return name;
	}
}

customElements.define("file-bunch", FileBunch);
