// A phone: the parts of wx that the program uses, with real requests, and pages
// that are opened, read and tapped.
const http = require("node:http");
const path = require("node:path");
const simulate = require("miniprogram-simulate");

const root = path.join(__dirname, "..");
const stored = new Map();
const pages = new Map(); // the simulator reads each once
const phone = { to: [], titles: [], scans: "", sure: true, offline: 0, language: "zh_CN", requests: [], login: "" };

function request({ url, method, data, header, success, fail }) {
  phone.requests.push({ method, path: new URL(url).pathname, header });
  if (phone.offline > 0) {
    phone.offline--;
    setTimeout(() => fail({ errMsg: "request:fail" }), 0);
    return;
  }
  const req = http.request(url, { method, headers: header }, (res) => {
    const parts = [];
    res.on("data", (b) => parts.push(b));
    res.on("end", () => {
      const text = Buffer.concat(parts).toString();
      let body = text;
      try { body = JSON.parse(text); } catch { /* no document: as it came */ }
      success({ statusCode: res.statusCode, data: body, header: res.headers });
    });
  });
  req.on("error", fail);
  if (data !== undefined) req.write(data);
  req.end();
}

/** wx.login, of the phone whose address phone.login is; nobody's gets no answer. */
function login({ success, fail }) {
  if (!phone.login) { setTimeout(() => fail({ errMsg: "login:fail" }), 0); return; }
  const req = http.request(phone.login + "/wx.login", { method: "POST" }, (res) => {
    const parts = [];
    res.on("data", (b) => parts.push(b));
    res.on("end", () => success(JSON.parse(Buffer.concat(parts).toString())));
  });
  req.on("error", fail);
  req.end();
}

function start(server) {
  stored.clear();
  Object.assign(phone, { to: [], titles: [], scans: "", sure: true, offline: 0, language: "zh_CN", requests: [], login: "" });
  global.getApp = () => ({ globalData: { server } });
  global.getCurrentPages = () => [];
  Object.assign(global.wx, {
    request,
    login,
    getStorageSync: (k) => (stored.has(k) ? JSON.parse(stored.get(k)) : ""),
    setStorageSync: (k, v) => stored.set(k, JSON.stringify(v)),
    removeStorageSync: (k) => stored.delete(k),
    getAppBaseInfo: () => ({ language: phone.language }),
    navigateTo: ({ url }) => phone.to.push(url), redirectTo: ({ url }) => phone.to.push(url), reLaunch: ({ url }) => phone.to.push(url),
    setNavigationBarTitle: ({ title }) => phone.titles.push(title), stopPullDownRefresh: () => {},
    showModal: ({ success }) => success({ confirm: phone.sure }),
    scanCode: ({ success, fail }) => (phone.scans ? success({ result: phone.scans }) : fail()),
  });
}

/** Opens a page and waits until it has what it shows. */
async function open(name, query = {}) {
  if (!pages.has(name)) {
    jest.resetModules(); // a component is defined anew for each page that uses it
    pages.set(name, simulate.load(path.join(root, "pages", name, name), { rootPath: root }));
  }
  const page = simulate.render(pages.get(name));
  page.attach(document.createElement("div"));
  await page.instance.onLoad(query);
  return {
    page, data: () => page.instance.data, text: () => page.dom.textContent.replace(/\s+/g, " "),
    all: (of) => page.querySelectorAll(of),
    async tap(of, nth = 0) {
      const at = page.querySelectorAll(of)[nth];
      if (!at) throw new Error(`${name} has no ${of} (${nth}): ${page.dom.textContent.replace(/\s+/g, " ")}`);
      at.dispatchEvent("tap");
      await settled(page);
    },
    async type(of, value, nth = 0) {
      const at = page.querySelectorAll(of)[nth];
      if (!at) throw new Error(`${name} has no ${of} (${nth})`);
      at.dispatchEvent("input", { detail: { value } });
      at.dispatchEvent("change", { detail: { value } });
      await settled(page);
    },
  };
}

/** Waits until nothing is on its way any more. */
async function settled(page) {
  do await new Promise((on) => setTimeout(on, 20));
  while (page.instance.busy);
  await new Promise((on) => setTimeout(on, 20));
}

module.exports = { phone, start, open };
