// Signing in: by WeChat where this one is bound, by a password, or by the link to one's own data.
const office = require("../../lib/office");
const { page } = require("../../lib/page");
page({
  groups: ["login", "home"], title: "login_title",
  data: { login: "", password: "", unknown: false, wechat: false },
  async load() {
    if (office.left()) this.setData({ wechat: true }); // they are asked, and not taken in again
    else await this.enter();
  },
  methods: {
    /** Signs in by WeChat. While it is bound to nobody, or the office has no mini program, the password stands here as ever. */
    async enter() {
      try {
        await office.enter();
      } catch (problem) {
        this.setData({ unknown: problem.status === 409, wechat: problem.status !== 409 && problem.status !== 404 });
        if (problem.status === 409 || problem.status === 404) return;
        throw problem;
      }
      wx.reLaunch({ url: "/pages/home/home" });
    },
    again() {
      return this.doing(() => this.enter());
    },
    signIn() {
      return this.doing(async () => {
        await office.signIn(this.data.login, this.data.password);
        const bind = this.data.unknown && (await office.binding()).offered;
        wx.reLaunch({ url: bind ? "/pages/bind/bind" : "/pages/home/home" });
      });
    },
  },
});
