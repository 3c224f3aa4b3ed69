// A stand-in for WeChat's JS-SDK, for the demo and the tests. What WeChat's own asks
// of the app around the page, this asks of the server that it came from: whether the
// page is signed, whether its host is listed, and whether an interface was asked for.
(() => {
	const from = new URL(document.currentScript.src).origin;
	let nth = 0;
	/** Asks without opening the page's policy any further: a script of the same origin answers. */
	const ask = (what, params) =>
		new Promise((done) => {
			const name = `jweixin_${nth++}`;
			const s = document.createElement("script");
			window[name] = (answer) => {
				delete window[name];
				s.remove();
				done(answer);
			};
			s.onerror = () => done({ errMsg: `${what}:fail` });
			s.src = `${from}/jssdk/${what}?${new URLSearchParams({ ...params, page: token, callback: name })}`;
			document.head.append(s);
		});
	let token = "";
	let settle;
	const settled = new Promise((done) => (settle = done));
	const config = async (c) => {
		const answer = await ask("config", {
			url: location.href.split("#")[0], appId: c.appId, timestamp: c.timestamp, nonceStr: c.nonceStr, signature: c.signature,
			apis: (c.jsApiList ?? []).join(","), tags: (c.openTagList ?? []).join(","),
		});
		token = answer.page ?? "";
		settle(answer);
	};
	const ready = (f) => settled.then((a) => a.page && f());
	const error = (f) => settled.then((a) => a.page || f({ errMsg: a.errMsg }));
	const call = async (api, params, o = {}) => {
		const answer = await ask(api, params);
		const end = answer.errMsg.split(":")[1];
		if (end === "ok") o.success?.(answer);
		else if (end === "cancel") o.cancel?.(answer);
		else o.fail?.(answer);
		o.complete?.(answer);
	};
	window.wx = {
		config, ready, error,
		openLocation: (o) => call("openLocation", { latitude: o.latitude, longitude: o.longitude, name: o.name ?? "", address: o.address ?? "" }, o),
		scanQRCode: (o) => call("scanQRCode", { needResult: o.needResult ?? 0 }, o),
	};
	customElements.define("wx-open-subscribe", class extends HTMLElement {
		async connectedCallback() {
			const says = (name, detail) => this.dispatchEvent(new CustomEvent(name, { detail }));
			const may = await settled;
			if (!may.page || !may.tags.includes("wx-open-subscribe")) {
				says("error", { errMsg: "wx-open-subscribe:fail" });
				return;
			}
			const drawn = this.attachShadow({ mode: "open" });
			drawn.append(new DOMParser().parseFromString(this.querySelector("script[type='text/wxtag-template']").textContent, "text/html").body.firstElementChild);
			drawn.firstElementChild.addEventListener("click", async () => {
				const template = this.getAttribute("template");
				const yes = confirm("允许公众号给您发一次通知？");
				const answer = await ask("subscribe", { template, says: yes ? "accept" : "reject" });
				if (answer.errMsg !== "subscribe:ok") says("error", answer);
				else says("success", { errMsg: "subscribe:ok", subscribeDetails: JSON.stringify({ [template]: JSON.stringify({ status: answer.status }) }) });
			});
		}
	});
})();
