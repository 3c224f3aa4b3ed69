// A form that has been sent isn't sent again by a second click. Nothing is
// disabled before; the server knows the form by its key in any case.

/** @type {WeakSet<HTMLFormElement>} */
const sent = new WeakSet();
/** @type {Set<() => void>} */
const undo = new Set();

document.addEventListener("submit", (e) => {
	const form = /** @type {HTMLFormElement} */ (e.target);
	if (e.defaultPrevented || form.method !== "post") return;
	// What opens beside the page leaves the form as it is.
	if (e.submitter?.getAttribute("formtarget") === "_blank") return;
	if (sent.has(form)) {
		e.preventDefault();
		return;
	}
	sent.add(form);
	const button = /** @type {HTMLButtonElement | null} */ (e.submitter);
	const words = button?.dataset.busy;
	undo.add(() => sent.delete(form));
	setTimeout(free, 15000);
	if (!button || !words) return;
	const face = [...button.childNodes];
	button.setAttribute("aria-busy", "true");
	// After the form's values are gathered: the button's own is among them.
	setTimeout(() => button.replaceChildren(words));
	undo.add(() => {
		button.removeAttribute("aria-busy");
		button.replaceChildren(...face);
	});
});

const free = () => {
	for (const f of undo) f();
	undo.clear();
};

// Back to a page that the browser kept, or an answer that was a file: the form
// can be sent anew.
addEventListener("pageshow", free);

// A form that came back: the list of what is wrong takes the focus, even
// where the browser has its own idea of autofocus.
/** @type {HTMLElement | null} */ (document.querySelector(".errors"))?.focus();
