// How far one case has come, and what may be done about it here.
const office = require("../../lib/office");
const { page } = require("../../lib/page");
const { moment } = require("../../lib/time");
const PARTS = { visit: "visit", correct: "correct", after: "after", rate: "rate" };
page({
  groups: ["case"],
  data: { is: null, does: "" },
  async load() {
    const is = await office.case(this.data.id);
    is.timeline = is.timeline.map((h, i) => ({ ...h, key: i, on: moment(h.at) }));
    this.setData({ is, does: is.next.turn === "yours" ? PARTS[is.next.do] || "" : "" });
    wx.setNavigationBarTitle({ title: is.title });
  },
  methods: {
    onShow() {
      if (this.data.is) this.reload();
    },
  },
});
