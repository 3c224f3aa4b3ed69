// What is typed into a form that no draft keeps is there again after a reload, a
// way back or a lost connection, in this tab alone: <form data-keep>.
const box = sessionStorage;
const forms = /** @type {HTMLFormElement[]} */ ([...document.querySelectorAll("form[data-keep]")]);
const sent = box.getItem("sent");
box.removeItem("sent");
// It was taken, unless its page came back with what is wrong, or by a way back.
const wrong = document.querySelector(".errors");
const kept = wrong || performance.navigation.type > 1;
if (!kept) box.removeItem(sent ?? "");

for (const form of forms) {
	const key = "typed:" + form.action;
	const fields = /** @type {HTMLInputElement[]} */ ([...form.elements]).filter((f) => f.name && !/hidden|file|password|submit/.test(f.type));
	const was = JSON.parse(box.getItem(key) ?? "[]");
	// A form that came back has what was sent; nothing is to be put over that.
	if (was.length === fields.length && !wrong) {
		fields.forEach((f, i) => ([f.value, f.checked] = was[i]));
		form.closest("details")?.setAttribute("open", ""); // nobody is to send what they don't see
	}
	form.addEventListener("input", () => box.setItem(key, JSON.stringify(fields.map((f) => [f.value, f.checked]))));
	form.addEventListener("submit", () => box.setItem("sent", key));
}
