// The button that books a visit names the time that is chosen: <form data-says>.
const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form[data-says]"));
const name = () => {
	const chosen = /** @type {HTMLInputElement | null} */ (form?.querySelector("input[data-says]:checked"));
	const button = document.querySelector(`button[form="${form?.id}"]`);
	if (chosen?.dataset.says && button) button.textContent = chosen.dataset.says;
};
form?.addEventListener("change", name);
name();
