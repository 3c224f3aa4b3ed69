// A text is copied as a whole. Without this the text is there to be marked.

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copy]"))) {
	button.hidden = false;
	button.addEventListener("click", async () => {
		const text = document.getElementById(button.dataset.copy ?? "");
		if (!text) return;
		getSelection()?.selectAllChildren(text);
		// A page that didn't come over https has no clipboard.
		if (navigator.clipboard) await navigator.clipboard.writeText(text.textContent ?? "");
		else document.execCommand("copy");
		button.textContent = button.dataset.done ?? "";
	});
}
