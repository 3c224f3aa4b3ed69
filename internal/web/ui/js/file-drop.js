// <file-drop>: sends files one after the other, with progress, from the
// picker, by dragging, or by paste. Each is answered by one list item (File);
// a refused one stays in the list with its reason.
//
//	POST, multipart, with the form's hidden fields, _fragment=1 and the file, or
//	with the name of one that went ahead (resume.js): Upload-Id, Upload-Field
//	2xx, 413, 415, 422  body: the list item; with it, optionally, what the place
//	                    says of itself from now on ([data-standing])

/** @typedef {{file: File, item: HTMLLIElement, done?: (why: string) => void, told?: Map<string, string>}} Waiting */

class FileDrop extends HTMLElement {
	connectedCallback() {
		const form = this.querySelector("form");
		const input = /** @type {HTMLInputElement | null} */ (this.querySelector("input[type=file]"));
		const list = this.querySelector("ul.files");
		if (!form || !input || !list) return;
		this.form = form;
		this.input = input;
		this.list = list;
		/** @type {Waiting[]} */
		this.queue = [];
		this.querySelector("[data-drop]")?.removeAttribute("hidden");
		const send = form.querySelector("button");
		if (send) send.hidden = true;
		input.addEventListener("change", () => {
			this.take(input.files);
			input.value = "";
		});
		form.addEventListener("submit", (e) => e.preventDefault());
		if (this.dataset.camera && matchMedia("(pointer: coarse)").matches) {
			// A phone's camera at a press; the field itself opens its album too.
			const take = document.createElement("button");
			take.type = "button";
			take.className = "btn two";
			take.textContent = this.dataset.camera;
			take.onclick = () => {
				input.setAttribute("capture", "environment");
				input.click();
				input.removeAttribute("capture");
			};
			input.before(take);
		}
		form.dataset.live = ""; // the file goes by itself: the box needs no room for its name
		const zone = /** @type {HTMLElement} */ (this.closest("[data-place]") ?? form);
		zone.addEventListener("dragover", (e) => {
			if (!e.dataTransfer?.types.includes("Files")) return;
			e.preventDefault();
			zone.dataset.state = "over";
		});
		zone.addEventListener("dragleave", () => (zone.dataset.state = ""));
		zone.addEventListener("drop", (e) => {
			e.preventDefault();
			zone.dataset.state = "";
			this.take(e.dataTransfer?.files);
		});
		document.addEventListener("paste", (e) => {
			// A page with several places takes a paste where the focus is.
			const files = e.clipboardData?.files;
			const here = this.contains(document.activeElement) || document.querySelectorAll("file-drop").length === 1;
			if (files?.length && here) {
				e.preventDefault();
				this.take(files);
			}
		});
	}

	/**
	 * @param {Iterable<File> | null | undefined} files
	 * @param {(why: string) => void} [done] told of each why it was refused, "" once it is taken
	 * @param {Map<string, string>} [told] said of them elsewhere, in place of what stands in the form
	 */
	take(files, done, told) {
		for (const e of this.querySelectorAll("li:has(.err):not(:has(button))")) e.remove(); // their reasons were read
		for (const file of files ?? []) {
			const item = document.createElement("li");
			this.list?.append(item);
			const max = Number(this.dataset.max);
			if (file.size === 0) this.fail({ file, item, done, told }, this.dataset.empty);
			else if (max && file.size > max) this.fail({ file, item, done, told }, this.dataset.large);
			else {
				this.show(item, file, this.dataset.waiting);
				this.queue?.push({ file, item, done, told });
			}
		}
		this.next();
	}

	async next() {
		if (this.sending) return;
		const job = this.queue?.shift();
		if (!job || !this.form || !this.input) return;
		this.sending = true;
		// A camera's picture in the size that serves; the whole one where that can't be had.
		const { shrink } = this.dataset;
		if (shrink) job.file = await import(shrink).then((m) => m.shrink(job.file)).catch(() => job.file);
		const { file, item } = job;
		const data = new FormData(this.form);
		for (const [name, value] of job.told ?? []) data.set(name, value);
		data.set("_fragment", "1");
		const bar = document.createElement("progress");
		bar.max = 100;
		bar.setAttribute("aria-label", file.name);
		const says = this.show(item, file, (this.dataset.sending ?? "").replace("%n", "0"));
		item.append(bar);
		const url = new URL(this.form.getAttribute("action") ?? "", location.href).href;
		const sent = (/** @type {number} */ part) => {
			const n = Math.floor(100 * part);
			bar.value = n;
			says.textContent = n < 100 ? (this.dataset.sending ?? "").replace("%n", String(n)) : (this.dataset.checking ?? "");
		};
		const ahead = await this.ahead(file, sent, () => (says.textContent = this.dataset.broken ?? ""));
		if (ahead) data.delete(this.input.name);
		else data.set(this.input.name, file, file.name);
		const xhr = new XMLHttpRequest(); // fetch tells nothing about what has left
		if (!ahead) xhr.upload.onprogress = (e) => sent(e.loaded / (e.total || 1));
		xhr.onloadend = () => {
			this.sending = false;
			// Another address means that we were sent away, to sign in.
			const told = xhr.responseURL === url && ((xhr.status >= 200 && xhr.status < 300) || [413, 415, 422].includes(xhr.status));
			const t = document.createElement("template");
			t.innerHTML = told ? xhr.responseText : "";
			const answer = t.content.querySelector("li");
			if (answer) {
				item.replaceWith(answer);
				// What the place says of itself has changed with it.
				const standing = t.content.querySelector("[data-standing]");
				if (standing) this.place()?.querySelector("[data-standing]")?.replaceWith(standing);
				this.announce(answer.textContent);
				job.done?.(xhr.status < 300 ? "" : (answer.querySelector(".err") ?? answer).textContent ?? "");
				if (ahead && xhr.status < 300) this.lazily((m) => m.forget(ahead));
				if (xhr.status < 300) this.mended();
			} else {
				this.fail(job, this.dataset.failed, true);
				if (xhr.status === 401) this.lazily((m) => m.away(item, this.dataset));
			}
			this.next();
		};
		xhr.open("POST", url);
		if (ahead) {
			xhr.setRequestHeader("Upload-Id", ahead);
			xhr.setRequestHeader("Upload-Field", this.input.name);
		}
		xhr.send(data);
	}

	/**
	 * Sends a large file ahead, so that a broken line costs only what is missing, and
	 * gives its id; "" for a file that goes with its form.
	 * @param {File} file @param {(part: number) => void} sent @param {() => void} broken
	 * @returns {Promise<string>}
	 */
	async ahead(file, sent, broken) {
		const { resume, uploads } = this.dataset;
		if (!resume || !uploads || file.size < 512 * 1024) return "";
		try {
			return await (await import(resume)).resume(file, uploads, sent, broken);
		} catch {
			return ""; // what can't go ahead is tried with its form, and answered there
		}
	}

	/** @param {HTMLLIElement} item @param {File} file @param {string | undefined} words */
	show(item, file, words) {
		const name = document.createElement("span");
		name.className = "b";
		name.textContent = file.name || "–";
		const says = document.createElement("span");
		says.className = "what";
		says.textContent = words ?? "";
		item.replaceChildren(name, says);
		return says;
	}

	/** @param {Waiting} job @param {string | undefined} why @param {boolean} [again] */
	fail(job, why, again) {
		const { file, item } = job;
		this.show(item, file, "");
		const p = document.createElement("p");
		p.className = "err";
		p.textContent = why ?? "";
		item.append(p);
		this.announce(`${file.name} ${why}`);
		job.done?.(why ?? "");
		if (!again) return;
		const retry = document.createElement("button");
		retry.type = "button";
		retry.className = "lnk";
		retry.textContent = this.dataset.again ?? "";
		retry.onclick = () => {
			this.queue?.push(job);
			this.next();
		};
		item.append(retry);
	}

	/** The nearest part of the page that says how this place stands. */
	place() {
		let e = this.parentElement;
		while (e && !e.querySelector("[data-standing]")) e = e.parentElement;
		return e;
	}

	mended() {
		const summary = document.querySelector(".errors[role=alert]");
		if (summary) this.lazily((m) => m.mended(summary, this.place() ?? this));
		this.input?.setAttribute("value", "_"); // its form has changed, for who asks (live-check)
		this.dispatchEvent(new CustomEvent("draft-saved", { bubbles: true }));
	}

	/** What few need comes when it is needed. @param {(m: any) => void} use */
	lazily(use) {
		import(this.dataset.resume ?? "").then(use, () => {});
	}

	/** @param {string | null} words */
	announce(words) {
		const status = this.querySelector("[role=status]");
		if (status) status.textContent = (words ?? "").replace(/\s+/g, " ").trim();
	}
}

customElements.define("file-drop", FileDrop);
