// Pages that are open inside WeChat, with its JS-SDK: the way to the hall in its own
// map, its scanner, and the question whether one reminder may come. Where the SDK
// doesn't load or WeChat refuses the page, everything stays as it is without it.

const wx = /** @type {any} */ (window).wx;
const signed = /** @type {HTMLMetaElement | null} */ (document.querySelector("meta[name=wechat]"));

/** @param {HTMLElement} a */
const leadTo = (a) =>
	a.addEventListener("click", (e) => {
		e.preventDefault();
		const { lat, lng, name, address } = a.dataset;
		const plain = () => location.assign(/** @type {HTMLAnchorElement} */ (a).href);
		wx.openLocation({ latitude: Number(lat), longitude: Number(lng), name, address, scale: 16, fail: plain });
	});

/** @param {HTMLFormElement} form */
const scanFor = (form) => {
	const code = /** @type {HTMLInputElement} */ (form.elements.namedItem("code"));
	form.hidden = false;
	form.addEventListener("submit", (e) => {
		if (code.value) return;
		e.preventDefault();
		wx.scanQRCode({
			needResult: 1,
			scanType: ["qrCode"],
			success: (/** @type {{resultStr: string}} */ r) => {
				code.value = r.resultStr;
				form.requestSubmit();
			},
		});
	});
};

/** @param {HTMLElement} place */
const askIn = (place) => {
	const { wxSubscribe, done } = place.dataset;
	const tag = document.createElement("wx-open-subscribe");
	tag.setAttribute("template", wxSubscribe ?? "");
	// WeChat draws what the template says apart from the page; a style in it the page's policy refuses.
	const drawn = document.createElement("script");
	drawn.type = "text/wxtag-template";
	const button = document.createElement("button");
	button.textContent = place.dataset.do ?? "";
	drawn.text = button.outerHTML;
	tag.append(drawn);
	tag.addEventListener("success", (e) => {
		const said = JSON.parse(/** @type {any} */ (e).detail.subscribeDetails ?? "{}")[wxSubscribe ?? ""];
		if (said && JSON.parse(said).status === "accept") /** @type {HTMLElement} */ (place.querySelector("[data-wx-tag]")).textContent = done ?? "";
	});
	place.querySelector("[data-wx-tag]")?.append(tag);
	place.hidden = false;
};

if (wx && signed) {
	wx.config({ debug: false, ...JSON.parse(signed.content), jsApiList: ["openLocation", "scanQRCode"], openTagList: ["wx-open-subscribe"] });
	wx.ready(() => {
		for (const a of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("a[data-wx-place]"))) leadTo(a);
		for (const f of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-wx-scan]"))) scanFor(f);
		for (const p of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-wx-subscribe]"))) askIn(p);
		document.documentElement.dataset.wechat = "ready";
	});
	wx.error((/** @type {{errMsg: string}} */ res) => (document.documentElement.dataset.wechat = res.errMsg));
}
