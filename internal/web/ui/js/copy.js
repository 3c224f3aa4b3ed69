// A text is copied as a whole. Without this the text is there to be marked. The
// text may follow from what is typed, and its button with it.

const offer = () => {
	for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-copy]"))) button.hidden = false;
};

offer();
document.addEventListener("draft-grown", offer);
document.addEventListener("click", async (e) => {
	const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (e.target).closest("[data-copy]"));
	const text = button && document.getElementById(button.dataset.copy ?? "");
	if (!text) return;
	getSelection()?.selectAllChildren(text);
	// A page that didn't come over https has no clipboard.
	if (navigator.clipboard) await navigator.clipboard.writeText(text.textContent ?? "");
	else document.execCommand("copy");
	button.textContent = button.dataset.done ?? "";
});
