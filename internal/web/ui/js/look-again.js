// A screen that hangs somewhere, and the pass in a hand that waits, looks again by itself: only what has changed on it
// is put in anew, so that whoever hears the page hears the new number alone. What stands
// there only for a while goes when it is over, and a page that looks again no more is the
// last that is asked for. Without script the page is loaded again as a whole.
const every = Number(document.body.dataset.again) * 1000;

const look = async () => {
	try {
		const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
		if (answer.ok && answer.url === location.href.split("#")[0]) {
			const page = new DOMParser().parseFromString(await answer.text(), "text/html");
			for (const is of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-live]"))) {
				const next = page.getElementById(is.id);
				if (is.dataset.live) next ?? is.remove();
				else if (next && next.innerHTML !== is.innerHTML) is.innerHTML = next.innerHTML;
			}
			if (!page.body.dataset.again) return;
		}
	} catch {
		// The network is away: the clock on the screen stands still, and it looks again.
	}
	setTimeout(look, every);
};

if (every > 0) setTimeout(look, every);
