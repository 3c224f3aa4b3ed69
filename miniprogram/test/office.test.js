// The pages against a real office: TestTheMiniProgramWorksWithARealOffice starts
// one for each stage of a case, tells where, and runs these.
const { phone, start, open } = require("./phone");
const offices = JSON.parse(process.env.YITANG_OFFICES || "null");
const against = offices ? describe : describe.skip;

async function signIn(server, login) {
  start(server);
  wx.setStorageSync("left", "1"); // WeChat is asked where a test says so
  const page = await open("login");
  await page.type(".name", login);
  await page.type(".password", offices.password);
  await page.tap(".sign-in");
  expect(page.data().problem).toBe(null);
  expect(phone.to).toEqual(["/pages/home/home"]);
  phone.to.length = 0;
}

against("with an office", () => {
  test("a wrong password is told in the office's words, and what was typed stays", async () => {
    start(offices.approved.server);
    wx.setStorageSync("left", "1");
    const page = await open("login");
    await page.type(".name", "he");
    await page.type(".password", "never-echo-me");
    await page.tap(".sign-in");
    expect(page.data().problem.status).toBe(422);
    expect(page.text()).not.toContain("never-echo-me");
    expect(page.data().login).toBe("he");
  });

  test("who hasn't signed in is asked to, and everybody may verify", async () => {
    start(offices.approved.server);
    await open("home");
    expect(phone.to).toEqual(["/pages/login/login"]);
    const page = await open("verify");
    phone.scans = "https://yitang.example/v/" + offices.approved.code;
    await page.tap(".scan");
    expect(page.data().verdict.state).toBe("ok");
    expect(page.all(".fact").length).toBeGreaterThan(2);
    await page.type(".code", "NOSUCHCODE");
    await page.tap(".verify");
    expect(page.data().problem.status).toBe(404);
    expect(page.data().verdict).toBe(null);
  });

  test("an officer sees the case, books its visit, moves it and gives it back", async () => {
    const { server, id } = offices.approved;
    await signIn(server, "he");
    const home = await open("home");
    expect(home.all(".of-unit").length).toBe(1);
    await home.tap(".of-unit");
    expect(phone.to).toEqual(["/pages/case/case?id=" + id]);
    const is = await open("case", { id });
    for (const link of ["批件", "护照", "签证"]) expect(is.text()).toContain(link);
    expect(is.text()).toContain(is.data().is.next.act);
    expect(is.data().does).toBe("visit");
    expect(is.all(".happened").length).toBeGreaterThan(3);
    const visit = await open("visit", { id });
    expect(visit.all(".in").map((x) => /\bon\b/.test(x.dom.className))).toEqual([true, false]);
    await visit.tap(".in", 1);
    expect(visit.all(".in").map((x) => /\bon\b/.test(x.dom.className))).toEqual([false, true]);
    const isFree = (t) => !/none/.test(t.dom.className);
    const free = visit.all(".at").findIndex(isFree);
    const takes = visit.data().visit.minutes;
    expect(visit.text()).toContain(`大约要 ${takes} 分钟`);
    expect(visit.all(".at")[free].dom.textContent).toMatch(/^\d\d:\d\d–\d\d:\d\d/);
    await visit.tap(".at", free);
    await visit.tap(".hold");
    expect(visit.data().held).toMatch(/^\d+:\d\d$/);
    const second = visit.all(".at").findIndex((t, i) => i > free && isFree(t)); // another time is another wish
    await visit.tap(".at", second);
    expect(visit.data().held).toBe("");
    await visit.tap(".hold");
    const holds = phone.requests.filter((r) => r.path.endsWith("/hold")).map((r) => r.header["Idempotency-Key"]);
    expect(holds.length).toBe(2);
    expect(new Set(holds).size).toBe(2);
    const chosen = visit.data().time;
    phone.offline = 1; // the line breaks once: the same key books once
    await visit.tap(".book");
    await new Promise((on) => setTimeout(on, 600));
    expect(visit.data().problem).toBe(null);
    expect(visit.data().visit.booking.state).toBe("booked");
    expect(visit.data().visit.booking.time).toBe(chosen);
    expect(visit.data().visit.booking.place).toContain("江南路1号");
    expect(visit.all(".in").length).toBe(0);
    expect(visit.text()).toContain("留到 " + visit.data().visit.booking.ends);
    await visit.tap(".start-move");
    const other = visit.all(".at").length - 1;
    await visit.tap(".at", other);
    await visit.tap(".move");
    expect(visit.data().visit.booking.state).toBe("booked");
    expect(visit.data().visit.booking.place).toContain("江南路1号");
    phone.sure = false;
    await visit.tap(".cancel");
    expect(visit.data().visit.booking.state).toBe("booked");
    phone.sure = true;
    await visit.tap(".cancel");
    expect(visit.data().visit.booking.state).toBe("cancelled");
    expect(visit.data().days.length).toBeGreaterThan(0);
  });

  test("a traveller's home is their trip, in their phone's language", async () => {
    await signIn(offices.approved.server, "newcomer");
    phone.language = "en";
    const home = await open("home");
    expect(home.data().me.current.id).toBe(offices.approved.id);
    expect(home.text()).toContain("Sign out");
    expect(phone.requests.at(-1).header["Accept-Language"]).toBe("en");
    await home.tap(".out");
    expect(phone.to).toContain("/pages/login/login");
  });

  test("what was sent back is mended, kept over a broken line, and handed in", async () => {
    const { server, id } = offices.returned;
    await signIn(server, "he");
    const page = await open("correct", { id });
    expect(page.all(".defect").length).toBeGreaterThan(0);
    await page.type(".reply", "已按要求改了");
    phone.offline = 9;
    await page.tap(".save");
    await new Promise((on) => setTimeout(on, 2500));
    expect(page.data().problem.status).toBe(0);
    phone.offline = 0;
    const again = await open("correct", { id }); // opened anew, what was typed is there
    expect(again.data().back.defects[0].says).toBe("已按要求改了");
    await again.tap(".save");
    expect(again.data().problem).toBe(null);
    expect(again.data().said).not.toBe("");
    await again.tap(".hand-in");
    expect(again.data().problem).toBe(null);
    expect(again.data().back.defects).toEqual([]);
    expect((await open("correct", { id })).text()).toContain("没有退回要改的");
  });

  test("a departure is told", async () => {
    const { server, id, depart } = offices.cleared;
    await signIn(server, "he");
    const page = await open("after", { id });
    expect(page.data().stage).toBe("cleared");
    await page.type(".on", depart);
    await page.tap(".depart");
    expect(page.data().problem).toBe(null);
    expect((await open("after", { id })).data().stage).toBe("abroad");
  });

  test("a poor rating is asked once what was wrong, and is given once", async () => {
    const { server, id } = offices.home;
    await signIn(server, "newcomer");
    const page = await open("rate", { id });
    expect(page.data().anonymous).toBe(false); // under a name unless they say otherwise
    expect(page.text()).toMatch(/不勾，.+前答复；勾了，最晚.+前答复/);
    await page.tap(".grade", 4);
    await page.tap(".send");
    expect(page.data().problem.status).toBe(422);
    expect(page.data().asked).toBe(true);
    expect(page.text()).toContain("等得久"); // what can be ticked is the office's
    await page.tap(".tag", page.data().tags.findIndex((t) => t.value === "longWait"));
    await page.tap(".send");
    expect(page.data().problem).toBe(null);
    expect(page.data().said).not.toBe("");
    const again = await open("rate", { id });
    expect(again.text()).toContain("这件已经评过");
    expect(again.all(".send").length).toBe(0);
  });

  test("a WeChat that nobody knows is bound after a password and a page of consent, signs in by itself, and is undone", async () => {
    const { server, phones } = offices.approved;
    start(server);
    phone.login = phones.he;
    const first = await open("login");
    expect(first.data().problem).toBe(null);
    expect(first.text()).toContain("还没有绑定");
    await first.type(".name", "he");
    await first.type(".password", offices.password);
    await first.tap(".sign-in");
    expect(phone.to.splice(0)).toEqual(["/pages/bind/bind"]);
    const consent = await open("bind");
    for (const says of ["绑定什么", "何远舟", "我们得到什么", "微信知道什么", "怎样解除"]) expect(consent.text()).toContain(says);
    await consent.tap(".agree");
    expect(consent.data().problem).toBe(null);
    expect(phone.to.splice(0)).toEqual(["/pages/home/home"]);
    wx.removeStorageSync("token"); // another day
    await open("home");
    expect(phone.to.splice(0)).toEqual(["/pages/login/login"]);
    await open("login");
    expect(phone.to.splice(0)).toEqual(["/pages/home/home"]);
    const me = await open("me");
    expect(me.data().me.login).toBe("he");
    expect(me.all(".since").length).toBe(1);
    await me.tap(".out");
    expect(phone.to.splice(0)).toEqual(["/pages/login/login"]);
    const left = await open("login"); // who signed out isn't taken in again unasked
    expect(phone.to).toEqual([]);
    await left.tap(".wechat");
    expect(phone.to.splice(0)).toEqual(["/pages/home/home"]);
    const again = await open("me");
    phone.sure = false;
    await again.tap(".undo");
    expect(again.all(".since").length).toBe(1);
    phone.sure = true;
    await again.tap(".undo");
    expect(again.data().problem).toBe(null);
    expect(again.all(".bind").length).toBe(1);
    wx.removeStorageSync("token");
    expect((await open("login")).data().unknown).toBe(true);
    expect(phone.to).toEqual([]);
  });

  test("who signs for others isn't offered it, and a silent WeChat leaves the password", async () => {
    const { server, phones } = offices.approved;
    start(server);
    phone.login = phones.qin;
    const page = await open("login");
    await page.type(".name", "signs");
    await page.type(".password", offices.password);
    await page.tap(".sign-in");
    expect(phone.to.splice(0)).toEqual(["/pages/home/home"]);
    expect((await open("me")).all(".never").length).toBe(1);
    start(server); // wx.login fails
    const silent = await open("login");
    expect(silent.data().problem.title).toBe("微信没有应答");
    await silent.type(".name", "he");
    await silent.type(".password", offices.password);
    await silent.tap(".sign-in");
    expect(phone.to).toEqual(["/pages/home/home"]);
  });

  test("a traveller without an account binds by their link and its digits, and undoing it leaves nothing open", async () => {
    const { server, phones, link, digits, id } = offices.approved;
    start(server);
    phone.login = phones.bai;
    const login = await open("login");
    await login.tap(".own");
    expect(phone.to.splice(0)).toEqual(["/pages/own/own"]);
    const page = await open("own");
    phone.scans = server + "/mine/" + link;
    await page.tap(".scan");
    await page.type(".digits", "0000");
    await page.tap(".ask");
    expect(page.data().problem.errors[0].field).toBe("digits");
    await page.type(".digits", digits);
    await page.tap(".ask");
    expect(page.data().problem).toBe(null);
    for (const says of ["本人的出访", "单位知道什么", "看不到同团别人的资料"]) expect(page.text()).toContain(says);
    await page.tap(".agree");
    expect(page.data().problem).toBe(null);
    expect(phone.to.splice(0)).toEqual(["/pages/home/home"]);
    expect((await open("home")).data().me.current.id).toBe(id);
    const me = await open("me");
    await me.tap(".undo");
    expect(phone.to.splice(0)).toEqual(["/pages/login/login"]);
    expect(wx.getStorageSync("token")).toBe("");
    const out = await open("login");
    await out.tap(".wechat");
    expect(out.data().unknown).toBe(true);
    expect(phone.to).toEqual([]);
  });

  test("a visit that is over is rated from its page, answered by the office and rated again", async () => {
    const { server, id, visit, answers } = offices.home;
    await signIn(server, "newcomer");
    const came = await open("visit", { id });
    expect(came.text()).toContain("评价这次到场");
    await came.tap(".rate");
    expect(phone.to).toEqual(["/pages/went/went?id=" + visit]);
    const page = await open("went", { id: visit });
    expect(page.data().is.state).toBe("open");
    for (const word of ["非常满意", "非常不满意", "个工作日内回复", "等得久", "不让窗口看到是我评的"]) expect(page.text()).toContain(word);
    expect(page.data().anonymous).toBe(false);
    expect(page.text()).toMatch(/不勾，.+前答复；勾了，最晚.+前答复/);
    expect(page.all(".grade").length).toBe(5);
    expect(page.all(".tag").length).toBe(6);
    if (page.data().acts.length) await page.type(".act", "1");
    await page.tap(".grade", 4);
    await page.tap(".send");
    expect(page.data().problem.status).toBe(422);
    expect(page.data().wrong).not.toBe("");
    expect(page.text()).toContain("不想说，直接交");
    await page.tap(".tag", 0);
    await page.tap(".tag", 1);
    await page.tap(".tag", 1); // taken away again
    expect(page.data().tags.filter((t) => t.on).map((t) => t.value)).toEqual(["longWait"]);
    phone.offline = 1; // the line breaks once: the same key rates once
    await page.tap(".send");
    await new Promise((on) => setTimeout(on, 700));
    expect(page.data().problem).toBe(null);
    expect(page.data().is.state).toBe("yours");
    expect(page.text()).toContain("已收到：非常不满意");
    expect(page.all(".grade").length).toBe(0);
    await came.page.instance.onShow();
    expect(came.text()).toContain("看评价和答复");
    expect(await new Promise((done, fail) => global.wx.request({ url: answers, method: "POST", success: (r) => done(r.statusCode), fail }))).toBe(200);
    const answered = await open("went", { id: visit });
    expect(answered.text()).toContain("已增开一个窗口。");
    expect(answered.text()).toContain("看了答复，现在觉得怎么样？");
    await answered.tap(".grade", 1);
    await answered.tap(".send");
    expect(answered.data().problem).toBe(null);
    expect(answered.text()).toContain("看过答复后：满意");
    // Somebody else's phone, with the address alone, reads neither the grade nor the answer.
    start(server);
    phone.language = "en";
    const other = await open("went", { id: visit });
    expect(other.data().is.state).toBe("given");
    expect(other.text()).toContain("rated already");
    expect(other.text()).not.toContain("已增开");
  });

  test("who hasn't signed in rates a visit by its address, and reads what becomes of it on this phone alone", async () => {
    const { server, visit, shown } = offices.cleared;
    start(server);
    phone.language = "zh_TW";
    const without = await open("went", { id: visit }); // the visit's id alone opens nothing
    expect(without.data().is.state).toBe("shut");
    expect(without.all(".grade").length).toBe(0);
    const page = await open("went", { id: visit, code: shown });
    expect(page.text()).toContain("總體怎麼樣");
    await page.tap(".grade", 0);
    await page.tap(".send");
    expect(page.data().problem).toBe(null);
    expect((await open("went", { id: visit })).data().is.state).toBe("yours");
    global.wx.removeStorageSync("rated." + visit);
    expect((await open("went", { id: visit })).data().is.state).toBe("given");
  });
});
