// <auto-save>: saves its form at every pause in typing.
//
// The form works without it. What the server must answer is told in Draft
// (form.templ). What could not be saved stays in this browser until it could,
// marked by the account, and is put back when the form is opened again: after
// a closed browser, a crash, a session that ended.

const PAUSE = 800; // ms without a key
const FAR = 7 * 24 * 3600e3; // ms that a copy is kept

/** @param {HTMLFormElement} form */
const body = (form) => {
	const out = new URLSearchParams();
	for (const [name, value] of new FormData(form)) {
		if (typeof value === "string") out.append(name, value);
	}
	out.set("_autosave", "1");
	out.delete("_key"); // that one is for the button: each pause is a new saving
	return out;
};

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Input */

/**
 * What a person sees in the fields, by name; hidden ones are ours.
 * @param {HTMLFormElement} form
 */
const typed = (form) => {
	/** @type {Record<string, string[]>} */
	const all = {};
	for (const el of inputs(form)) {
		const list = (all[el.name] ??= []);
		if (!isBox(el)) list.push(el.value);
		else if (el.checked) list.push(el.value);
	}
	return all;
};

/** @param {HTMLFormElement} form @param {string} [name] */
const inputs = (form, name) =>
	/** @type {Input[]} */ ([...form.elements]).filter(
		(el) => el.name && (!name || el.name === name) && !["hidden", "file", "password", "submit", "fieldset"].includes(el.type),
	);

/** @param {Input} el @returns {el is HTMLInputElement} */
const isBox = (el) => el.type === "checkbox" || el.type === "radio";

/** @param {HTMLFormElement} form @param {string} name @param {string[]} values */
const put = (form, name, values) => {
	inputs(form, name).forEach((el, i) => {
		if (isBox(el)) el.checked = values.includes(el.value);
		else if (i < values.length) el.value = values[i];
	});
};

/** @param {unknown} a @param {unknown} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

class AutoSave extends HTMLElement {
	connectedCallback() {
		const form = this.querySelector("form");
		const revision = /** @type {HTMLInputElement | null} */ (form?.querySelector("[name=revision]"));
		if (!form || !revision || !this.dataset.url) return;
		this.form = form;
		this.revision = revision;
		this.said = /** @type {HTMLElement} */ (this.querySelector("[data-saved]"));
		this.notice = /** @type {HTMLElement} */ (this.querySelector("[data-notice]"));
		/** what the server has, as far as we know */
		this.base = this.hasAttribute("data-unsaved") ? {} : typed(form);
		/** @type {Record<string, string[]>} what a closing page sent without hearing back */
		this.parting = {};
		this.wait = 0;
		this.tries = 0;
		this.slot = `draft ${this.dataset.owner} ${this.dataset.url} ${this.dataset.begun}`;
		this.restore();
		// Some fields of the form stand outside of it, so they are listened for above both.
		const typing = (/** @type {Event} */ e) => {
			const el = /** @type {Input} */ (e.target);
			if (el.form !== form) return;
			if (el.dataset.instead) put(form, el.dataset.instead, [""]); // the other way to say it
			this.later(PAUSE);
		};
		document.addEventListener("input", typing);
		document.addEventListener("change", typing);
		form.addEventListener("submit", (e) => {
			// Another listener may have held the form back.
			if (!e.defaultPrevented) this.leaving = true;
			clearTimeout(this.wait);
		});
		// Fields that came since hold what the server has. Where a part was asked
		// anew, a name may stand for another day, and nothing was unsaved.
		document.addEventListener("draft-grown", (e) => {
			this.base = /** @type {CustomEvent} */ (e).detail ? typed(form) : { ...typed(form), ...this.base };
		});
		addEventListener("pagehide", () => this.flush());
		addEventListener("online", () => this.later(0));
		document.addEventListener("visibilitychange", () => {
			if (document.visibilityState === "hidden") this.save();
		});
		addEventListener("pageshow", () => (this.leaving = false));
		if (this.hasAttribute("data-unsaved")) this.later(PAUSE);
	}

	get dirty() {
		return !!this.form && !same(typed(this.form), this.base);
	}

	/** @param {number} ms */
	later(ms) {
		this.keep();
		clearTimeout(this.wait);
		this.wait = setTimeout(() => this.save(), ms);
	}

	/** Puts a copy aside before anything is sent. */
	keep() {
		if (!this.form || !this.slot) return;
		try {
			if (this.dirty) {
				localStorage.setItem(this.slot, JSON.stringify({ at: Date.now(), base: this.base, typed: typed(this.form) }));
			} else {
				localStorage.removeItem(this.slot);
			}
		} catch {
			// Private mode or a full store: the server's copy is all there is.
		}
	}

	/** Puts back what an earlier page could not save, where nothing newer stands. */
	restore() {
		if (!this.form || !this.slot) return;
		let copy;
		try {
			copy = JSON.parse(localStorage.getItem(this.slot) || "null");
		} catch {
			return;
		}
		if (!copy || Date.now() - copy.at > FAR) return;
		let back = 0;
		for (const [name, values] of Object.entries(copy.typed)) {
			const now = this.base?.[name];
			// A field that the server changed meanwhile is the server's.
			if (now && !same(values, now) && same(copy.base[name], now)) {
				put(this.form, name, values);
				back++;
			}
		}
		if (!back) {
			localStorage.removeItem(this.slot);
			return;
		}
		const drop = document.createElement("button");
		drop.type = "button";
		drop.className = "lnk";
		drop.textContent = this.dataset.discard ?? "";
		drop.onclick = () => {
			for (const [name, values] of Object.entries(this.base ?? {})) if (this.form) put(this.form, name, values);
			this.notice?.replaceChildren();
			this.later(0);
		};
		const p = document.createElement("p");
		p.className = "note";
		p.dataset.state = "info";
		p.append(this.dataset.restored ?? "", " ", drop);
		this.notice?.replaceChildren(p);
		this.later(PAUSE);
	}

	async save() {
		const { form, revision } = this;
		if (!form || !revision || this.leaving) return;
		if (this.busy) {
			this.again = true;
			return;
		}
		if (!this.dirty) return;
		this.busy = true;
		this.say(this.dataset.saving, "");
		const sent = typed(form);
		try {
			const data = body(form);
			// Browsers let a page that goes away finish sending 64 kB.
			const keepalive = data.toString().length < 60000;
			const res = await fetch(this.dataset.url ?? "", { method: "POST", body: data, keepalive, credentials: "same-origin", redirect: "manual" });
			const fresh = res.headers.get("Revision");
			const ended = res.type === "opaqueredirect" || res.status === 401 || res.status === 403;
			if (res.ok) {
				if (fresh) revision.value = fresh;
				this.base = sent;
				this.tries = 0;
				this.keep();
				this.say(await res.text(), "ok");
				this.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true }));
			} else if (res.status === 409 && fresh) {
				this.merge(await res.text(), fresh);
			} else if (ended) {
				this.ended();
			} else if (res.status >= 500 || res.status === 429) {
				this.retry();
			} else {
				this.say(this.dataset.refused, "stop");
			}
		} catch {
			this.retry();
		}
		this.busy = false;
		if (this.again) {
			this.again = false;
			this.later(0);
		}
	}

	/**
	 * Somebody else was first. Fields that the reader left alone take the new
	 * value; what was typed stays, with the other's value offered beside it.
	 * @param {string} html @param {string} fresh
	 */
	merge(html, fresh) {
		const { form, revision, notice, base } = this;
		if (!form || !revision || !notice || !base) return;
		const t = document.createElement("template");
		t.innerHTML = html;
		const now = typed(form);
		let theirs = 0;
		for (const li of /** @type {NodeListOf<HTMLElement>} */ (t.content.querySelectorAll("[data-field]"))) {
			const name = li.dataset.field ?? "";
			const is = [li.dataset.is ?? ""];
			if (!now[name] || same(now[name], is) || same(this.parting?.[name], is)) {
				base[name] = is;
				continue;
			}
			theirs++;
			const mine = !same(now[name], base[name]);
			base[name] = is;
			if (mine) {
				const take = document.createElement("button");
				take.type = "button";
				take.className = "lnk";
				take.textContent = this.dataset.take ?? "";
				take.onclick = () => {
					put(form, name, is);
					take.remove();
					this.later(0);
				};
				li.append(" ", take);
			} else {
				put(form, name, is);
			}
		}
		revision.value = fresh;
		// Our own words by another way (sent while the page closed) are no news.
		if (theirs) notice.replaceChildren(t.content);
		this.again = true;
	}

	ended() {
		this.keep();
		this.say(this.dataset.ended, "stop");
		if (!this.said || !this.dataset.login) return;
		const a = document.createElement("a");
		a.href = this.dataset.login;
		a.textContent = this.dataset.loginText ?? "";
		this.said.append(" ", a);
	}

	retry() {
		this.keep();
		this.say(this.dataset.offline, "stop");
		this.tries = (this.tries ?? 0) + 1;
		clearTimeout(this.wait);
		this.wait = setTimeout(() => this.save(), Math.min(30e3, 1000 * 2 ** this.tries));
	}

	/** The page goes away, or is put in the background of a phone. */
	flush() {
		if (!this.form || this.leaving || this.busy || !this.dirty) return;
		this.keep();
		if (!navigator.sendBeacon(this.dataset.url ?? "", body(this.form))) return;
		this.parting = typed(this.form);
		this.leaving = true; // going into the background follows, and would send it twice
	}

	/** @param {string | undefined} words @param {string} state */
	say(words, state) {
		if (!this.said) return;
		this.said.textContent = words ?? "";
		this.said.dataset.state = state;
	}
}

customElements.define("auto-save", AutoSave);
