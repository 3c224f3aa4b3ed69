// Saying that one has left, and is home again.
const office = require("../../lib/office");
const { page } = require("../../lib/page");
page({
  groups: ["after"], title: "after_title",
  data: { stage: "", on: "", deviation: "", asks: false, said: "", key: "" },
  async load() {
    const is = await office.case(this.data.id);
    this.setData({ stage: is.stage, on: is.stage === "abroad" ? "" : is.depart || "", key: office.onceKey() });
  },
  methods: {
    depart() {
      return this.doing(async () => {
        await office.depart(this.data.id, this.data.on, this.data.key);
        this.setData({ said: this.data.w.after_done, stage: "" });
      });
    },
    comeHome() {
      return this.doing(async () => {
        const told = { on: this.data.on };
        if (this.data.deviation) told.deviation = this.data.deviation;
        try {
          await office.comeHome(this.data.id, told, this.data.key);
        } catch (problem) {
          if ((problem.errors || []).some((e) => e.field === "deviation")) this.setData({ asks: true });
          throw problem;
        }
        this.setData({ said: this.data.w.after_done, stage: "" });
      });
    },
  },
});
