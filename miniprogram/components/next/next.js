// The one next step: whose turn, what, when, where.
Component({
  options: { styleIsolation: "apply-shared" },
  properties: { next: { type: Object, value: null } },
});
