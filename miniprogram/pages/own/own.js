// Without an account: the link to one's own data and its digits, then consent.
const office = require("../../lib/office");
const { page } = require("../../lib/page");

/** What stands behind /mine/ in the link's address, or what was typed. */
function tokenOf(text) {
  const m = /\/mine\/([^/?#\s]+)/.exec(text);
  return (m ? decodeURIComponent(m[1]) : text).trim();
}

page({
  groups: ["own", "bind"], title: "own_title",
  data: { link: "", digits: "", asked: null },
  methods: {
    async scan() {
      const read = await new Promise((done) => wx.scanCode({ scanType: ["qrCode"], success: (r) => done(r.result), fail: () => done("") }));
      if (read) this.setData({ link: read });
    },
    ask() {
      return this.doing(async () => {
        this.key = office.onceKey();
        this.setData({ asked: await office.askingOwn(tokenOf(this.data.link), this.data.digits) });
      });
    },
    agree() {
      return this.doing(async () => {
        await office.bindOwn(this.data.asked.waits, this.data.asked.from || "", this.key);
        wx.reLaunch({ url: "/pages/home/home" });
      });
    },
    later() {
      wx.reLaunch({ url: "/pages/login/login" });
    },
  },
});
