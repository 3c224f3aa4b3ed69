// What has to be done in person, choosing a time for it, the pass.
const office = require("../../lib/office");
const { page } = require("../../lib/page");
const { clock, shift } = require("../../lib/time");

page({
  groups: ["visit"], title: "visit_title",
  data: { visit: null, days: [], day: "", time: "", held: "", cause: "", moves: false, nearest: [], key: "", hall: "" },
  async load() {
    const visit = await office.visit(this.data.id);
    const halls = visit.halls || [];
    const hall = (halls.find((h) => h.id === this.data.hall) || halls[0] || { id: "" }).id;
    this.setData({ visit, hall, moves: false, held: "", time: "", nearest: [] });
    if (visit.bookable) await this.days("");
  },
  methods: {
    /** Who comes back from rating a visit that is over reads that it is rated. */
    onShow() {
      if (this.data.visit && this.data.visit.past.length && !this.data.moves && !this.data.held && !this.data.time) return this.reload();
      return undefined;
    },
    async days(from) {
      const { days } = await office.times(this.data.id, from, this.inHall());
      const open = days.find((d) => d.open && d.left > 0);
      this.setData({ days, day: open ? open.day : (days[0] || {}).day || "", time: "", held: "", key: office.onceKey() });
    },
    later() { return this.doing(() => this.days(shift(this.data.days[this.data.days.length - 1].day, 1))); },
    earlier() { return this.doing(() => this.days(shift(this.data.days[0].day, -this.data.days.length))); },
    /** What is booked moves within its hall. */
    inHall() { return this.data.moves ? "" : this.data.hall; },
    chooseHall(e) {
      const { hall } = e.currentTarget.dataset;
      return this.doing(() => {
        this.setData({ hall, days: [], day: "", time: "", held: "", nearest: [] });
        return this.days("");
      });
    },
    /** Another choice is another wish: by the key of the one before, the office would answer that one. */
    chooseDay(e) { this.setData({ day: e.currentTarget.dataset.day, time: "", held: "", key: office.onceKey() }); },
    chooseTime(e) {
      const { time, left } = e.currentTarget.dataset;
      if (left > 0) this.setData({ time, held: "", problem: null, nearest: [], key: office.onceKey() });
    },
    chooseNear(e) {
      const [day, time] = e.currentTarget.dataset.place.split(" ");
      return this.doing(async () => {
        await this.days(day);
        this.setData({ day, time, nearest: [], key: office.onceKey() });
      });
    },
    place() {
      const place = { day: this.data.day, time: this.data.time };
      return this.inHall() ? { ...place, hall: this.inHall() } : place;
    },
    /** Somebody was quicker: the nearest times that are free are offered instead. */
    async tried(thing) {
      await this.doing(async () => {
        try {
          await thing();
        } catch (problem) {
          if (!problem.nearest) throw problem;
          const nearest = problem.nearest;
          await this.days(this.data.day);
          this.setData({ nearest });
        }
      });
    },
    hold() {
      return this.tried(async () => {
        const { until } = await office.hold(this.data.id, this.place(), this.data.key);
        this.setData({ held: clock(until) });
      });
    },
    book() {
      return this.tried(async () => {
        const body = this.data.cause ? { ...this.place(), cause: this.data.cause } : this.place();
        this.setData({ visit: await office.book(this.data.id, body, this.data.key), days: [], held: "", nearest: [] });
      });
    },
    startMove() { return this.doing(async () => { this.setData({ moves: true }); await this.days(""); }); },
    move() {
      return this.tried(async () => { this.setData({ visit: await office.move(this.data.id, this.place(), this.data.key), days: [], moves: false, nearest: [] }); });
    },
    async cancel() {
      const { w } = this.data;
      const sure = await new Promise((done) => wx.showModal({ title: w.visit_cancel, content: w.visit_cancel_sure, confirmText: w.yes, cancelText: w.no, success: (r) => done(r.confirm), fail: () => done(false) }));
      if (!sure) return undefined;
      return this.doing(async () => {
        await office.cancel(this.data.id, office.onceKey());
        this.setData({ visit: await office.visit(this.data.id) });
        if (this.data.visit.bookable) await this.days("");
      });
    },
  },
});
