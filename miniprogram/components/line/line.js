// 一: the three links on one stroke, each with the sentence that carries its state.
const { words } = require("../../lib/words");
Component({
  options: { styleIsolation: "apply-shared" },
  properties: { line: { type: Object, value: null } },
  data: { links: [] },
  observers: {
    line(line) {
      const w = words("link");
      this.setData({ links: line ? ["approval", "passport", "visa"].map((k) => ({ key: k, name: w["link_" + k], ...line[k] })) : [] });
    },
  },
});
