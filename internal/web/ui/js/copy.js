// A text is copied as a whole, and an address sent on where the machine can send
// one. Without this the text is there to be marked. The text may follow from what
// is typed, and its button with it.

const offered = "share" in navigator ? "[data-copy],[data-share]" : "[data-copy]";

const offer = () => {
	for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(offered))) button.hidden = false;
};

offer();
document.addEventListener("draft-grown", offer);
document.addEventListener("click", async (e) => {
	const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest(offered));
	const { copy, share, title, done } = button?.dataset ?? {};
	const text = button && document.getElementById(copy ?? share ?? "");
	if (!text) return;
	if (share) {
		// Whoever thinks better of it closes the sheet: no mistake.
		await navigator.share({ title, url: text.textContent ?? "" }).catch(() => {});
		return;
	}
	getSelection()?.selectAllChildren(text);
	// A page that didn't come over https has no clipboard.
	if (navigator.clipboard) await navigator.clipboard.writeText(text.textContent ?? "");
	else document.execCommand("copy");
	button.textContent = done ?? "";
});
