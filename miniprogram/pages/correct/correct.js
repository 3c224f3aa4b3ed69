// Mending what the office sent back, field by field. What is typed is kept on the
// phone until the office has it.
const office = require("../../lib/office");
const { page } = require("../../lib/page");

const kept = (id) => "mended:" + id;

page({
  groups: ["correct"], title: "correct_title",
  data: { back: null, typed: {}, replies: {}, stale: false, said: "" },
  async load() {
    const own = wx.getStorageSync(kept(this.data.id)) || {};
    try {
      this.show(await office.corrections(this.data.id), own.typed || {}, own.replies || {});
    } catch (problem) {
      if (problem.status !== 404) throw problem;
      this.setData({ back: { defects: [], findings: [] } });
    }
  },
  methods: {
    /** Lays what was typed over what the office has. */
    show(back, typed, replies) {
      const wrong = {};
      for (const f of back.findings) wrong[f.field] = [f.message, f.fix].filter(Boolean).join(" ");
      for (const d of back.defects) {
        if (replies[d.replyTo] === undefined) replies[d.replyTo] = d.reply || "";
        d.says = replies[d.replyTo];
        for (const f of d.fields) {
          f.now = typed[f.name] === undefined ? f.value : typed[f.name];
          f.wrong = wrong[f.name] || "";
          if (f.options) f.at = Math.max(0, f.options.findIndex((o) => o.value === f.now));
        }
      }
      this.setData({ back, typed, replies });
    },
    keepTyped() { wx.setStorageSync(kept(this.data.id), { typed: this.data.typed, replies: this.data.replies }); },
    typeField(e) {
      const { name, options } = e.currentTarget.dataset;
      this.data.typed[name] = options ? options[Number(e.detail.value)].value : e.detail.value;
      this.show(this.data.back, this.data.typed, this.data.replies);
      this.keepTyped();
    },
    typeReply(e) {
      this.data.replies[e.currentTarget.dataset.field] = e.detail.value;
      this.keepTyped();
    },
    save() { return this.doing(() => this.send()); },
    async send() {
      const { id, back, typed, replies } = this.data;
      try {
        const now = await office.mend(id, back.revision, typed, replies);
        wx.removeStorageSync(kept(id));
        this.show(now, {}, {});
        this.setData({ stale: false, said: this.data.w.correct_saved });
      } catch (problem) {
        if (problem.type !== "/problems/changed") throw problem;
        this.show(await office.corrections(id), typed, replies); // what was typed lies over what is there now
        this.setData({ stale: true, said: "" });
        throw problem;
      }
    },
    handIn() {
      return this.doing(async () => {
        await this.send();
        await office.handIn(this.data.id, office.onceKey());
        this.setData({ back: { defects: [], findings: [] }, said: this.data.w.correct_done });
      });
    },
  },
});
