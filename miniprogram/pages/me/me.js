// Who is signed in, and whether WeChat signs them in by itself.
const office = require("../../lib/office");
const { moment } = require("../../lib/time");
const { page } = require("../../lib/page");
page({
  groups: ["me", "home", "login"], title: "me_title",
  data: { me: null, bound: null, since: "" },
  async load() {
    const me = await office.me();
    const bound = await office.binding();
    this.setData({ me, bound, since: bound.since ? moment(bound.since) : "" });
  },
  methods: {
    undo() {
      return this.doing(async () => {
        const sure = await new Promise((done) => wx.showModal({ content: this.data.w.me_sure, success: (r) => done(r.confirm), fail: () => done(false) }));
        if (!sure) return;
        await office.undo();
        if (!this.data.me.login) { // nothing else lets them in
          office.forget();
          wx.reLaunch({ url: "/pages/login/login" });
          return;
        }
        this.setData({ bound: await office.binding(), since: "" });
      });
    },
    out() {
      return this.doing(async () => {
        await office.signOut();
        wx.reLaunch({ url: "/pages/login/login" });
      });
    },
  },
});
