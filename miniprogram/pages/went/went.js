// How one visit to the hall went: what is asked, and all that it is called, is the
// office's. A poor grade is asked once what was wrong, and once how it is after the answer.
const office = require("../../lib/office");
const { page } = require("../../lib/page");

page({
  groups: ["went"], title: "went_title",
  data: { is: null, grade: 0, tags: [], acts: [], words: "", anonymous: false, asked: false, key: "", wrong: "" },
  async load() {
    this.shows(await office.visitRating(this.data.id, this.data.code));
  },
  methods: {
    /** What is asked now; what was chosen of it stays. */
    shows(is) {
      const { tags, acts, w } = this.data;
      const on = (t) => tags.some((had) => had.value === t.value && had.on);
      const of = (a) => (acts.find((had) => had.value === a.value) || { nth: 0 }).nth;
      this.setData({
        is, key: office.onceKey(), wrong: "",
        tags: is.tags.map((t) => ({ ...t, on: on(t) })),
        acts: is.acts.map((a) => ({ ...a, nth: of(a), of: [w.went_same, ...is.grades.map((g) => g.word)] })),
      });
    },
    choose(e) { this.setData({ grade: e.currentTarget.dataset.grade }); },
    tick(e) { this.setData({ tags: this.data.tags.map((t) => (t.value === e.currentTarget.dataset.value ? { ...t, on: !t.on } : t)) }); },
    apart(e) { this.setData({ acts: this.data.acts.map((a) => (a.value === e.currentTarget.dataset.value ? { ...a, nth: Number(e.detail.value) } : a)) }); },
    shy(e) { this.setData({ anonymous: e.detail.value }); },
    retry() { return this.data.grade ? this.send() : this.reload(); },
    send() {
      return this.doing(async () => {
        const { id, code, is, grade, tags, acts, words, anonymous, asked, key } = this.data;
        const apart = {};
        for (const a of acts) if (a.nth > 0) apart[a.value] = is.grades[a.nth - 1].grade;
        try {
          this.shows(is.again
            ? await office.rateVisitAgain(id, { grade, words }, key, code)
            : await office.rateVisit(id, { grade, tags: tags.filter((t) => t.on).map((t) => t.value), acts: apart, words, anonymous, asked }, key, code));
          this.setData({ grade: 0, words: "", asked: false });
        } catch (problem) {
          const of = (problem.errors || []).find((e) => e.field === "words");
          // What was refused is another request when it is sent again; what may have arrived is the same one.
          if (problem.status === 422) this.setData({ key: office.onceKey(), asked: asked || Boolean(of), wrong: of ? of.message : "" });
          throw problem;
        }
      });
    },
  },
});
