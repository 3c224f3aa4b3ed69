// @ts-check
// Asking the office. Whatever goes wrong comes as a problem document (RFC 9457)
// of the office's, or as one of our own when the line is down.
const { words, language } = require("./words");

const KEPT = "token";
/** That who has this phone signed out themselves: WeChat doesn't sign them in again unasked. */
const LEFT = "left";
/** How often a request is sent again that got no answer at all, and after how long. */
const AGAIN = [400, 1600];

/** Whether it has ended is the office's to say: the phone's clock may be anything. */
function token() {
  return wx.getStorageSync(KEPT) || "";
}

function keep(t) {
  if (t) wx.setStorageSync(KEPT, t);
  else wx.removeStorageSync(KEPT);
}

/** A word that makes a request which is sent twice do its thing once. */
function onceKey() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2, 12);
}

/** What WeChat says for whoever holds the phone: it serves once, for five minutes. */
function code() {
  return new Promise((done, fail) => {
    const w = words("problem");
    const silent = () => fail({ status: 0, type: "/problems/line", title: w.problem_wechat, detail: w.problem_wechat_text });
    wx.login({ timeout: 10000, success: (r) => (r.code ? done(r.code) : silent()), fail: silent });
  });
}

function admit(t) {
  keep(t);
  wx.removeStorageSync(LEFT);
}

function once(method, path, data, key, more) {
  return new Promise((done, fail) => {
    const header = { "Accept-Language": language(), "Content-Type": "application/json", ...more };
    const t = token();
    if (t) header.Authorization = "Bearer " + t;
    if (key) header["Idempotency-Key"] = key;
    wx.request({ url: getApp().globalData.server + "/api/v1" + path, method, data: data === undefined ? undefined : JSON.stringify(data), header, timeout: 15000, success: done, fail: () => fail(null) });
  });
}

/**
 * Asks the office. Reads and whatever carries a key are sent again while the line
 * is down; a problem is thrown.
 * @param {string} method @param {string} path @param {any} [data] @param {string} [key]
 * @param {Record<string, string>} [more] headers
 */
async function ask(method, path, data, key, more) {
  for (let nth = 0; ; nth++) {
    try {
      const res = await once(method, path, data, key, more);
      if (res.statusCode < 300) return res.data;
      const problem = typeof res.data === "object" && res.data ? res.data : { status: res.statusCode, title: String(res.statusCode) };
      if (problem.status === 401) {
        keep(null);
        const pages = getCurrentPages();
        if (!pages.length || pages[pages.length - 1].route !== "pages/login/login") wx.navigateTo({ url: "/pages/login/login" });
      }
      throw problem;
    } catch (problem) {
      if (problem) throw problem;
      if (nth < AGAIN.length && (method === "GET" || key)) {
        await new Promise((on) => setTimeout(on, AGAIN[nth]));
        continue;
      }
      const w = words("problem");
      throw { status: 0, type: "/problems/line", title: w.problem_line, detail: w.problem_line_text };
    }
  }
}

/** What the office gives who rates a visit without signing in: with it they read what becomes of it. */
const receipt = (visit) => ({ "Rating-Receipt": wx.getStorageSync("rated." + visit) || "" });
const kept = (visit, rating) => {
  if (rating.receipt) wx.setStorageSync("rated." + visit, rating.receipt);
  return rating;
};
const of = (visit, more, code) => "/visits/" + encodeURIComponent(visit) + "/rating" + more + (code ? "?code=" + encodeURIComponent(code) : "");
const at = (id) => "/cases/" + encodeURIComponent(id);

module.exports = {
  onceKey,
  signedIn: () => token() !== "",
  left: () => wx.getStorageSync(LEFT) !== "",
  async signIn(login, password) { admit((await ask("POST", "/tokens", { login, password })).token); },
  async signOut() { wx.setStorageSync(LEFT, "1"); try { await ask("DELETE", "/tokens/current"); } finally { keep(null); } },
  async enter() { admit((await ask("POST", "/wechat/tokens", { code: await code() })).token); },
  binding: () => ask("GET", "/wechat/binding"),
  async asking() { return ask("POST", "/wechat/asking", { code: await code() }); },
  bind: (waits, from, key) => ask("POST", "/wechat/binding", { waits, from }, key),
  undo: () => ask("DELETE", "/wechat/binding"),
  async askingOwn(link, digits) { return ask("POST", "/wechat/own/asking", { code: await code(), link, digits }); },
  async bindOwn(waits, from, key) { admit((await ask("POST", "/wechat/own", { waits, from }, key)).token); },
  forget: () => { keep(null); wx.setStorageSync(LEFT, "1"); },
  me: () => ask("GET", "/me"),
  cases: (after) => ask("GET", "/cases" + (after ? "?after=" + encodeURIComponent(after) : "")),
  case: (id) => ask("GET", at(id)),
  visit: (id) => ask("GET", at(id) + "/visit"),
  times: (id, from, hall) => {
    const q = [from && "from=" + from, hall && "hall=" + encodeURIComponent(hall)].filter(Boolean).join("&");
    return ask("GET", at(id) + "/visit/times" + (q && "?" + q));
  },
  hold: (id, place, key) => ask("POST", at(id) + "/visit/hold", place, key),
  book: (id, place, key) => ask("POST", at(id) + "/visit", place, key),
  move: (id, place, key) => ask("PUT", at(id) + "/visit", place, key),
  cancel: (id, key) => ask("DELETE", at(id) + "/visit", undefined, key),
  corrections: (id) => ask("GET", at(id) + "/corrections"),
  mend: (id, revision, values, replies) => ask("PUT", at(id) + "/corrections", { revision, values, replies }),
  handIn: (id, key) => ask("POST", at(id) + "/corrections/submit", undefined, key),
  depart: (id, on, key) => ask("POST", at(id) + "/departure", { on }, key),
  comeHome: (id, told, key) => ask("POST", at(id) + "/return", told, key),
  rating: (id) => ask("GET", at(id) + "/rating"),
  rate: (id, rating, key) => ask("POST", at(id) + "/rating", rating, key),
  /** With the code that the window shows or a message brings: whoever is signed in as one of the case needs none. */
  visitRating: (visit, code) => ask("GET", of(visit, "", code), undefined, undefined, receipt(visit)),
  rateVisit: async (visit, rating, key, code) => kept(visit, await ask("POST", of(visit, "", code), rating, key, receipt(visit))),
  rateVisitAgain: (visit, rating, key, code) => ask("POST", of(visit, "/again", code), rating, key, receipt(visit)),
  verify: (code) => ask("GET", "/verify/" + encodeURIComponent(code)),
};
