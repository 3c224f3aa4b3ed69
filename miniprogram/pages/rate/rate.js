// 好差评: five grades, once; a poor one is asked once what was wrong. What can be
// ticked is the office's.
const office = require("../../lib/office");
const { page } = require("../../lib/page");
page({
  groups: ["rate", "went"], title: "rate_title",
  data: { is: null, grade: 0, tags: [], words: "", anonymous: false, asked: false, said: "", grades: [5, 4, 3, 2, 1], names: [], key: "" },
  async load() {
    const { id, w, grades } = this.data;
    const is = await office.rating(id);
    this.setData({ is, tags: is.tags.map((t) => ({ ...t, on: false })), names: grades.map((g) => ({ grade: g, name: w["rate_" + g] })), key: office.onceKey() });
  },
  methods: {
    choose(e) { this.setData({ grade: e.currentTarget.dataset.grade }); },
    tick(e) { this.setData({ tags: this.data.tags.map((t) => (t.value === e.currentTarget.dataset.value ? { ...t, on: !t.on } : t)) }); },
    retry() { return this.data.grade ? this.send() : this.reload(); },
    shy(e) { this.setData({ anonymous: e.detail.value }); },
    send() {
      return this.doing(async () => {
        const { id, grade, tags, words, anonymous, asked, key } = this.data;
        try {
          await office.rate(id, { grade, tags: tags.filter((t) => t.on).map((t) => t.value), words, anonymous, asked }, key);
        } catch (problem) {
          if ((problem.errors || []).some((e) => e.field === "words")) this.setData({ asked: true, key: office.onceKey() });
          throw problem;
        }
        this.setData({ said: this.data.w.rate_done });
      });
    },
  },
});
