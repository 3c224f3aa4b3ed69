// A form that is sent where the network is away stays as it is and says so, instead of
// leaving for the browser's own page and losing what was typed. Where something was
// typed the site is asked first: a phone in a lift believes that it has a network.

/** @type {WeakSet<HTMLFormElement>} */
const asking = new WeakSet();
/** @type {WeakSet<HTMLFormElement>} */
const reached = new WeakSet();
const LONG = 8000; // ms

/** @param {HTMLFormElement} form */
const full = (form) => /** @type {HTMLInputElement[]} */ ([...form.elements]).some((f) => f.name && f.value && !/hidden|button|submit/.test(f.type) && (f.checked || !/box|radio/.test(f.type)));

const there = () => fetch(import.meta.url, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(LONG) }).then(() => true, () => false);

// Before all who listen at the form: nobody is to think that it has left.
document.addEventListener("submit", async (e) => {
	const form = /** @type {HTMLFormElement} */ (e.target);
	const button = /** @type {HTMLElement | null} */ (e.submitter);
	if (form.method !== "post" || form.target || button?.hasAttribute("formtarget") || reached.delete(form)) return;
	if (navigator.onLine && !full(form)) return;
	e.preventDefault();
	e.stopImmediatePropagation();
	if (asking.has(form)) return;
	asking.add(form);
	const before = document.getElementById("offline");
	const ok = navigator.onLine && (await there());
	asking.delete(form);
	before?.remove();
	if (ok) {
		reached.add(form);
		form.requestSubmit(button);
		reached.delete(form); // where its fields held it back
		return;
	}
	const says = document.createElement("p");
	says.id = "offline";
	says.className = "note";
	says.dataset.state = "stop";
	says.setAttribute("role", "alert");
	(button ?? form).after(says);
	says.textContent = document.body.dataset.offline ?? ""; // after it stands there: whoever hears the page hears it
}, true);
