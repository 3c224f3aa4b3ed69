// Consent: what is bound, and who learns what. Nothing is bound before somebody agrees.
const office = require("../../lib/office");
const { page } = require("../../lib/page");
page({
  groups: ["bind"], title: "bind_title",
  data: { asked: null },
  async load() {
    this.key = office.onceKey();
    this.setData({ asked: await office.asking() });
  },
  methods: {
    agree() {
      return this.doing(async () => {
        await office.bind(this.data.asked.waits, this.data.asked.from || "", this.key);
        wx.reLaunch({ url: "/pages/home/home" });
      });
    },
    later() {
      wx.reLaunch({ url: "/pages/home/home" });
    },
  },
});
