// The button that books a visit names the time that is chosen: <form data-says>.
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-says]"));
const name = () => {
	const chosen = /** @type {HTMLInputElement | null} */ (form?.querySelector("input[data-says]:checked"));
	const button = document.querySelector(`button[form="${form?.id}"]`);
	if (chosen?.dataset.says && button) button.textContent = chosen.dataset.says;
};
form?.addEventListener("change", name);
name();

// For how long the chosen time is still kept: <span data-left="540" data-words="over|1 minute|…">.
const left = /** @type {HTMLElement | null} */ (document.querySelector("[data-left]"));
const words = left?.dataset.words?.split("|") ?? [];
const ends = Date.now() + Number(left?.dataset.left) * 1000;
const tell = () => {
	const rest = Math.max(0, ends - Date.now());
	if (left) left.textContent = words[Math.min(words.length - 1, Math.ceil(rest / 60000))];
	if (rest > 0) setTimeout(tell, rest % 60000 || 60000);
};
tell();
