// What went wrong, in the office's words, and the way on.
const { words } = require("../../lib/words");
Component({
  options: { styleIsolation: "apply-shared" },
  properties: { problem: { type: Object, value: null } },
  data: { again: "", lines: [] },
  observers: {
    problem(p) {
      this.setData({ again: words("problem").again, lines: p && p.errors ? p.errors.map((e, i) => ({ key: i, text: [e.message, e.fix].filter(Boolean).join(" ") })) : [] });
    },
  },
  methods: { retry() { this.triggerEvent("again"); } },
});
