// <person-picker>: finds people while the name is typed. Three letters or
// digits, or one Han character, ask the address that the form itself asks;
// the choice is posted as the button of the full page would.

const PAUSE = 200; // ms without a key

/** @param {string} q */
const enough = (q) => /\p{Script=Han}/u.test(q) || [...q].length >= 3;

class PersonPicker extends HTMLElement {
	connectedCallback() {
		const input = /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=search]"));
		const list = /** @type {HTMLElement | null} */ (this.querySelector("[role=listbox]"));
		if (!input || !list) return;
		this.input = input;
		this.list = list;
		this.status = this.querySelector("[role=status]");
		this.at = -1;
		this.asked = 0;
		input.setAttribute("role", "combobox");
		input.setAttribute("aria-autocomplete", "list");
		input.setAttribute("aria-expanded", "false");
		input.setAttribute("aria-controls", list.id);
		input.addEventListener("input", () => {
			clearTimeout(this.wait);
			this.wait = setTimeout(() => this.find(), PAUSE);
		});
		input.addEventListener("keydown", (e) => this.key(e));
		input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
		list.addEventListener("mousedown", (e) => e.preventDefault());
		list.addEventListener("click", (e) => {
			const option = /** @type {HTMLElement} */ (e.target).closest("[role=option]");
			if (option) this.choose(/** @type {HTMLElement} */ (option));
		});
	}

	get options() {
		return /** @type {HTMLElement[]} */ ([...(this.list?.querySelectorAll("[role=option]:not([aria-disabled])") ?? [])]);
	}

	async find() {
		const { input, list } = this;
		if (!input || !list) return;
		const q = input.value.trim();
		const asked = (this.asked = (this.asked ?? 0) + 1);
		if (!enough(q)) return this.close();
		const url = new URL(this.dataset.src ?? "", location.href);
		url.searchParams.set("q", q);
		url.searchParams.set("fragment", "1");
		try {
			const res = await fetch(url, { credentials: "same-origin", redirect: "manual" });
			if (!res.ok) throw res.status;
			const html = await res.text();
			if (asked !== this.asked) return; // a later question is on its way
			list.innerHTML = html;
		} catch {
			this.say(this.dataset.failed);
			return;
		}
		[...list.children].forEach((li, i) => (li.id = `${list.id}-${i}`));
		this.querySelector("[data-found]")?.remove();
		this.at = -1;
		const n = list.children.length;
		list.hidden = n === 0;
		input.setAttribute("aria-expanded", String(n > 0));
		input.removeAttribute("aria-activedescendant");
		this.say(n ? this.dataset.found?.replace("%n", String(n)) : this.dataset.none);
	}

	/** @param {KeyboardEvent} e */
	key(e) {
		if (e.isComposing || !this.list || this.list.hidden) return;
		const n = this.options.length;
		if (e.key === "ArrowDown" && n) this.move((this.at ?? -1) + 1);
		else if (e.key === "ArrowUp" && n) this.move((this.at ?? 0) - 1);
		else if (e.key === "Escape") this.close();
		else if (e.key === "Enter" && (this.at ?? -1) >= 0) this.choose(this.options[this.at ?? 0]);
		else return;
		e.preventDefault();
	}

	/** @param {number} to */
	move(to) {
		const all = this.options;
		this.at = (to + all.length) % all.length;
		all.forEach((o, i) => o.setAttribute("aria-selected", String(i === this.at)));
		this.input?.setAttribute("aria-activedescendant", all[this.at].id);
		all[this.at].scrollIntoView({ block: "nearest" });
	}

	/** @param {HTMLElement} option */
	choose(option) {
		if (option.hasAttribute("aria-disabled")) return;
		const form = /** @type {HTMLFormElement | null} */ (this.querySelector("form[data-add]"));
		const field = /** @type {HTMLInputElement | null} */ (form?.querySelector("input:last-of-type"));
		if (!form || !field) return;
		field.value = option.dataset.value ?? "";
		this.close();
		form.requestSubmit();
	}

	close() {
		if (!this.list) return;
		this.list.hidden = true;
		this.at = -1;
		this.input?.setAttribute("aria-expanded", "false");
		this.input?.removeAttribute("aria-activedescendant");
	}

	/** @param {string | undefined} words */
	say(words) {
		if (this.status) this.status.textContent = words ?? "";
	}
}

customElements.define("person-picker", PersonPicker);
