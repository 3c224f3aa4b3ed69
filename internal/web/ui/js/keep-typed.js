// What is typed into a form that no draft keeps is there again after a reload, a
// way back or a lost connection, in this tab alone: <form data-keep>.
const box = sessionStorage;
const forms = /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll("form[data-keep]")]);
const sent = box.getItem("sent");
box.removeItem("sent");
if (sent && !forms.length) box.removeItem(sent); // it was taken

for (const form of forms) {
	const key = "typed:" + form.action;
	const fields = /** @type {HTMLInputElement[]} */ ([...form.elements]).filter((f) => f.name && !/hidden|file|password|submit/.test(f.type));
	const was = JSON.parse(box.getItem(key) ?? "[]");
	// A form that came back has what was sent; nothing is to be put over that.
	if (was.length === fields.length && !document.querySelector(".errors")) fields.forEach((f, i) => ([f.value, f.checked] = was[i]));
	form.addEventListener("input", () => box.setItem(key, JSON.stringify(fields.map((f) => [f.value, f.checked]))));
	form.addEventListener("submit", () => box.setItem("sent", key));
}
