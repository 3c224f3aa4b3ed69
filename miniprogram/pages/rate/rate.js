// 好差评: five grades, once; a poor one is asked once what was wrong.
const office = require("../../lib/office");
const { page } = require("../../lib/page");
page({
  groups: ["rate"], title: "rate_title",
  data: { grade: 0, words: "", anonymous: true, asked: false, said: "", grades: [5, 4, 3, 2, 1], names: [], key: "" },
  async load() {
    const { w, grades } = this.data;
    this.setData({ names: grades.map((g) => ({ grade: g, name: w["rate_" + g] })), key: office.onceKey() });
  },
  methods: {
    choose(e) { this.setData({ grade: e.currentTarget.dataset.grade }); },
    shy(e) { this.setData({ anonymous: e.detail.value }); },
    send() {
      return this.doing(async () => {
        const { id, grade, words, anonymous, asked, key } = this.data;
        try {
          await office.rate(id, { grade, words, anonymous, asked }, key);
        } catch (problem) {
          if ((problem.errors || []).some((e) => e.field === "words")) this.setData({ asked: true, key: office.onceKey() });
          throw problem;
        }
        this.setData({ said: this.data.w.rate_done });
      });
    },
  },
});
