// <file-bunch>: takes many files and hands each to the <file-drop> of the place
// ([data-place]) that its name speaks of: the paper (data-kind, its names with
// | between) and whose it is (data-who). It sends nothing itself. A file
// whose place isn't certain waits for the reader to choose.
import { placeOf } from "./place-of.js";

class FileBunch extends HTMLElement {
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
			if (place && sure) this.put(item, file, place);
			else this.ask(item, file, places, place);
		}
	}

	/** @param {HTMLLIElement} item @param {File} file @param {HTMLElement} place */
	put(item, file, place) {
		const drop = /** @type {any} */ (place.querySelector("file-drop"));
		const label = place.querySelector("label");
		place.querySelector("details")?.setAttribute("open", "");
		const to = document.createElement("a");
		to.href = "#" + label?.htmlFor;
		to.textContent = label?.textContent ?? "";
		const status = this.querySelector("[role=status]");
		const says = document.createElement("p");
		says.className = "what";
		says.textContent = drop.dataset.waiting ?? "";
		delete item.dataset.waits;
		item.replaceChildren(this.word(file), to, says);
		// Only what its place has taken is filed: a refused one says why, here too.
		drop.take([file], (/** @type {string} */ why) => {
			says.className = why ? "err" : "what";
			says.textContent = why;
			if (status && !why) status.textContent = `${file.name} → ${to.textContent}`;
		});
	}

	/** @param {HTMLLIElement} item @param {File} file @param {HTMLElement[]} places @param {HTMLElement | undefined} likely */
	ask(item, file, places, likely) {
		const select = document.createElement("select");
		select.setAttribute("aria-label", `${this.dataset.where} ${file.name}`);
		select.add(new Option(this.dataset.choose, ""));
		places.forEach((p, i) => select.add(new Option(p.querySelector("label")?.textContent ?? "", String(i), p === likely, p === likely)));
		const send = document.createElement("button");
		send.type = "button";
		send.className = "btn two";
		send.textContent = this.dataset.send ?? "";
		send.onclick = () => (select.value ? this.put(item, file, places[Number(select.value)]) : select.focus());
		const acts = document.createElement("div");
		acts.className = "acts";
		const leave = document.createElement("button");
		leave.type = "button";
		leave.className = "lnk";
		leave.textContent = this.dataset.leave ?? "";
		leave.setAttribute("aria-label", `${this.dataset.leave} ${file.name}`);
		leave.onclick = () => {
			item.remove();
			this.querySelector("input")?.focus();
		};
		acts.append(select, send, leave);
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
