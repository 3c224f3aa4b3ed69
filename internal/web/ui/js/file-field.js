// <file-field>: one file of a form that asks more. It tells of a portrait what can be
// measured before it is sent, offers a phone's camera beside its album, makes what it
// took as small as serves (shrink.js), and sends a large file ahead of the form
// (resume.js), which then names it in its address:
// ?_upload=…&_field=… Loaded by the pages that have such a field.

/** @typedef {{width: number, height: number, contrast: number, ground: number, grey: boolean}} Picture */

class FileField extends HTMLElement {
	connectedCallback() {
		const input = /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=file]"));
		const form = input?.form;
		if (!input || !form) return;
		this.input = input;
		this.form = form;
		this.action = form.action;
		input.addEventListener("change", () => this.chosen());
		form.addEventListener("submit", (e) => this.leaves(e));
		// Before all who listen at the other form: it goes once the file has gone.
		if ("along" in this.dataset) document.addEventListener("submit", (e) => this.along(e), true);
		// A page that the browser kept: the file is still chosen, its form may go again.
		// What went ahead was answered to and is gone: it goes again.
		addEventListener("pageshow", (e) => {
			input.disabled = false;
			form.action = this.action ?? form.action;
			if (e.persisted) this.chosen();
		});
		if (this.dataset.camera && matchMedia("(pointer: coarse)").matches) this.offer();
		if (this.dataset.paste) {
			this.say(this.dataset.paste);
			document.addEventListener("paste", (e) => this.pasted(e));
		}
	}

	/** The camera, at a press: without it the same field opens the album. */
	offer() {
		const take = document.createElement("button");
		take.type = "button";
		take.className = "btn two";
		take.textContent = this.dataset.take ?? "";
		take.onclick = () => {
			const input = this.input;
			if (!input) return;
			input.setAttribute("capture", this.dataset.camera ?? "");
			input.click();
			setTimeout(() => input.removeAttribute("capture"));
		};
		this.input?.before(take);
	}

	/** @param {ClipboardEvent} e */
	pasted(e) {
		const files = [...(e.clipboardData?.files ?? [])].filter((f) => f.type.startsWith("image/"));
		if (!files[0] || !this.input) return;
		e.preventDefault();
		const t = new DataTransfer();
		t.items.add(files[0]);
		this.input.files = t.files;
		this.chosen();
	}

	async chosen() {
		let file = this.input?.files?.[0];
		this.stop?.abort();
		this.stop = new AbortController();
		const { signal } = this.stop;
		this.id = "";
		this.going = undefined;
		this.say("");
		this.querySelector("figure")?.remove();
		if (!file) return;
		if (this.dataset.shrink) {
			this.going = this.smaller(file, signal);
			await this.going;
			if (signal.aborted) return;
			this.going = undefined;
			file = this.input?.files?.[0] ?? file;
		}
		if (file.size > Number(this.dataset.max)) {
			this.say(this.dataset.large, true);
			return;
		}
		if (file.size >= 512 * 1024 && this.dataset.resume) this.going = this.ahead(file, signal);
		if (this.dataset.width || this.dataset.paste) await this.look(file, signal);
	}

	/** The file in the field, in the size that serves. @param {File} file @param {AbortSignal} signal */
	async smaller(file, signal) {
		try {
			const { shrink } = await import(this.dataset.shrink ?? "");
			const made = await shrink(file);
			if (made === file || signal.aborted || !this.input) return;
			const t = new DataTransfer();
			t.items.add(made);
			this.input.files = t.files;
		} catch {
			// the whole file goes
		}
	}

	/** @param {File} file @param {AbortSignal} signal */
	async ahead(file, signal) {
		try {
			const { resume } = await import(this.dataset.resume ?? "");
			const sent = (/** @type {number} */ part) => {
				if (!signal.aborted) this.tell((this.dataset.sending ?? "").replace("%n", String(Math.floor(100 * part))));
			};
			const id = await resume(file, this.dataset.uploads, sent, () => this.tell(this.dataset.broken), signal);
			if (signal.aborted) return;
			this.id = id;
			this.tell(this.dataset.there);
		} catch {
			if (!signal.aborted) this.tell(""); // what can't go ahead goes with its form, and is answered there
		}
		if (!signal.aborted) this.going = undefined;
	}

	/** The form waits for its file, and names the one that is there. @param {SubmitEvent} e */
	async leaves(e) {
		const { form, input } = this;
		if (!form || !input) return;
		if (this.going) {
			e.preventDefault();
			if (this.waits) return;
			this.waits = true;
			const by = /** @type {HTMLElement | null} */ (e.submitter);
			await this.going;
			this.waits = false;
			form.requestSubmit(by);
			return;
		}
		if (!this.id || e.defaultPrevented) return;
		this.named(form, input);
		const { forget } = await import(this.dataset.resume ?? "");
		forget(this.id);
	}

	/** A form that names the file which went ahead of it. @param {HTMLFormElement} form @param {HTMLInputElement} input */
	named(form, input) {
		const at = new URL(this.action ?? form.action);
		at.searchParams.set("_upload", this.id ?? "");
		at.searchParams.set("_field", input.name);
		form.action = at.href;
		input.disabled = true;
	}

	/**
	 * Another form of the page is sent: the file that was chosen goes first. Where it
	 * isn't taken, why is said here, and the other form stays.
	 * @param {SubmitEvent} e
	 */
	async along(e) {
		const { form, input } = this;
		const other = /** @type {HTMLFormElement} */ (e.target);
		if (!form || !input?.files?.length || other === form || other.method !== "post") return;
		e.preventDefault();
		e.stopImmediatePropagation();
		if (this.waits) return;
		this.waits = true;
		await this.going;
		if (this.id) this.named(form, input);
		const res = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => undefined);
		input.disabled = this.waits = false;
		form.action = this.action ?? form.action;
		if (res?.ok) {
			if (this.id) (await import(this.dataset.resume ?? "")).forget(this.id);
			input.value = "";
			other.requestSubmit(/** @type {HTMLElement | null} */ (e.submitter));
			return;
		}
		const page = new DOMParser().parseFromString((await res?.text().catch(() => "")) ?? "", "text/html");
		this.say(page.querySelector(".errors li")?.textContent ?? this.dataset.broken, true);
		input.focus();
	}

	/** Shows a picture as it stands, and what is wrong with a portrait. @param {File} file @param {AbortSignal} signal */
	async look(file, signal) {
		/** @type {ImageBitmap | undefined} */
		let img;
		try {
			img = await createImageBitmap(file, { imageOrientation: "from-image" });
		} catch {
			return; // not a picture that this browser knows: the answer tells
		}
		if (signal.aborted) return;
		const figure = document.createElement("figure");
		const shown = document.createElement("canvas");
		const scale = Math.min(1, 320 / Math.max(img.width, img.height));
		shown.width = Math.max(1, Math.round(img.width * scale));
		shown.height = Math.max(1, Math.round(img.height * scale));
		shown.getContext("2d")?.drawImage(img, 0, 0, shown.width, shown.height);
		shown.setAttribute("role", "img");
		shown.setAttribute("aria-label", file.name);
		figure.append(shown);
		this.append(figure);
		if (!this.dataset.width) return;
		const wrong = this.wrong(measure(shown, img.width, img.height));
		this.say(wrong.length ? wrong.join(" ") : this.dataset.good, wrong.length > 0);
	}

	/** What the rule would say. @param {Picture} p */
	wrong(p) {
		const d = this.dataset;
		const of = (/** @type {string | undefined} */ words) => (words ?? "").replace("%w", String(p.width)).replace("%h", String(p.height));
		const ratio = (1000 * p.width) / p.height;
		if (p.width < Number(d.width) || p.height < Number(d.height)) return [of(d.small)];
		if (p.contrast < Number(d.contrast)) return [of(d.blank)];
		return [ratio < Number(d.narrow) || ratio > Number(d.wide) ? of(d.shape) : "", p.ground < Number(d.ground) ? of(d.dark) : "", p.grey ? of(d.grey) : ""].filter(Boolean);
	}

	/** @param {string | undefined} words @param {boolean} [bad] */
	say(words, bad) {
		this.words = words ?? "";
		this.bad = bad;
		this.tell(this.way);
	}

	/** How far the file is, beside what is said of it. @param {string | undefined} way */
	tell(way) {
		this.way = way ?? "";
		const p = this.querySelector("[role=status]");
		if (!p) return;
		p.textContent = [this.words, this.way].filter(Boolean).join(" ");
		p.className = this.bad ? "err" : "s";
	}
}

/**
 * What the server measures (passport.Measure), of the picture as it is shown.
 * @param {HTMLCanvasElement} canvas @param {number} width @param {number} height
 * @returns {Picture}
 */
function measure(canvas, width, height) {
	const { width: w, height: h } = canvas;
	const data = canvas.getContext("2d")?.getImageData(0, 0, w, h).data ?? new Uint8ClampedArray(4 * w * h);
	const corner = Math.max(1, Math.floor(w / 10));
	let sum = 0;
	let squares = 0;
	let edge = 0;
	let edges = 0;
	let grey = true;
	for (let y = 0; y < h; y++) {
		for (let x = 0; x < w; x++) {
			const [r = 0, g = 0, b = 0] = data.subarray(4 * (y * w + x));
			const l = (299 * r + 587 * g + 114 * b) / 1000;
			sum += l;
			squares += l * l;
			if (r !== g || g !== b) grey = false;
			if (y < corner && (x < corner || w - x <= corner)) {
				edge += l;
				edges++;
			}
		}
	}
	const n = w * h;
	return { width, height, contrast: Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)), ground: edge / (edges || 1), grey };
}

customElements.define("file-field", FileField);
