// Sends one large file in the order of its bytes (tus), so that a line that broke
// goes on where it stopped: a little later, or when the same file is chosen again
// after the page was closed. Loaded when there is such a file, by <file-drop>.
import { Upload } from "tus-js-client";

// What leaves at once: inside WeChat no more than a megabyte gets through, and a line that
// breaks costs no more than that anywhere.
const PIECE = 1_000_000;

// Seconds between tries; a try that gets on begins at the front again.
const waits = [0, 1, 3, 5, 10, 20, ...Array(20).fill(30)];

/**
 * @param {File} file
 * @param {string} endpoint
 * @param {(part: number) => void} sent told how much has left, of 1
 * @param {() => void} broken told when the line has broken and is waited for
 * @param {AbortSignal} [signal] another file was chosen instead
 * @returns {Promise<string>} the id under which the whole file lies there
 */
export async function resume(file, endpoint, sent, broken, signal) {
	let done = () => {};
	let failed = (/** @type {Error} */ _) => {};
	const ended = new Promise((yes, no) => {
		done = () => yes(undefined);
		failed = no;
	});
	const upload = new Upload(file, {
		endpoint,
		metadata: { filename: file.name },
		chunkSize: PIECE,
		retryDelays: waits.map((s) => 1000 * s),
		onProgress: (n, of) => sent(of ? n / of : 0),
		onShouldRetry: (e) => {
			// A line that is down has no status; what the server refuses stays refused.
			const status = "originalResponse" in e ? (e.originalResponse?.getStatus() ?? 0) : 0;
			const again = status === 0 || status >= 500 || status === 409 || status === 423;
			if (again) broken();
			return again;
		},
		onAfterResponse: (req, res) => {
			// Asked how much came, a server that can't say doesn't mean that nothing did.
			if (req.getMethod() === "HEAD" && res.getStatus() >= 500) throw new Error("asked later");
		},
		onSuccess: done,
		onError: failed,
	});
	const begun = (await upload.findPreviousUploads())[0];
	if (begun) upload.resumeFromPreviousUpload(begun);
	if (signal?.aborted) throw new Error("another was chosen");
	signal?.addEventListener("abort", () => {
		upload.abort();
		failed(new Error("another was chosen"));
	});
	upload.start();
	await ended;
	return (upload.url ?? "").split("/").pop() ?? "";
}

/**
 * Forgets where a file lay that its form has taken: its name stays on no shared computer.
 * @param {string} id
 */
export const forget = (id) => {
	for (const key of Object.keys(localStorage)) {
		if (key.startsWith("tus::") && localStorage.getItem(key)?.includes(`/${id}"`)) localStorage.removeItem(key);
	}
};

/**
 * What the last press said is wrong at a place where a file has been given is wrong no more.
 * @param {Element} summary @param {Element} place
 */
export const mended = (summary, place) => {
	for (const a of /** @type {NodeListOf<HTMLAnchorElement>} */ (summary.querySelectorAll("li a[href^='#']"))) {
		const at = document.getElementById(decodeURIComponent(a.hash.slice(1)));
		if (at && (place.contains(at) || at.contains(place))) a.closest("li")?.remove();
	}
	const left = summary.querySelectorAll("li").length;
	const title = summary.querySelector("h2");
	if (left === 0) summary.remove();
	else if (title) title.textContent = (title.textContent ?? "").replace(/\d+/, String(left));
};

/**
 * The session has ended: sending the file once more would end the same way. Who signs
 * in comes back to this page.
 * @param {Element} item @param {DOMStringMap} words
 */
export const away = (item, words) => {
	const says = item.querySelector(".err");
	const a = document.createElement("a");
	a.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
	a.textContent = words.login ?? "";
	says?.replaceChildren(words.ended ?? "", " ", a);
	item.querySelector("button")?.remove();
	const status = item.closest("file-drop")?.querySelector("[role=status]");
	if (status) status.textContent = words.ended ?? "";
};
