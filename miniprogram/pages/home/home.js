// The home: the one line, the next step, the appointment.
const office = require("../../lib/office");
const { page } = require("../../lib/page");
page({
  groups: ["home", "case"], title: "home_title",
  data: { me: null, cases: [], more: "", loaded: false },
  async load() {
    if (!office.signedIn()) {
      wx.redirectTo({ url: "/pages/login/login" });
      return;
    }
    const me = await office.me();
    const unit = me.roles.some((r) => r === "liaison" || r === "signatory") ? await office.cases() : { cases: [], next: "" };
    this.setData({ me, cases: unit.cases, more: unit.next || "", loaded: true });
  },
  methods: {
    onShow() {
      if (this.data.loaded) this.reload();
    },
    further() {
      return this.doing(async () => {
        const on = await office.cases(this.data.more);
        this.setData({ cases: this.data.cases.concat(on.cases), more: on.next || "" });
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
