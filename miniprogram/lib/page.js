// @ts-check
// What every page has: its words, its case, and how it waits and fails.
const { words } = require("./words");

/**
 * A page as a component. load fetches what it shows; methods may call this.doing
 * around whatever asks the office.
 * @param {{groups: string[], title?: string, data?: object, load?: Function, methods?: object}} p
 */
function page({ groups, title, data, load, methods }) {
  Component({
    data: { w: {}, waits: false, problem: null, id: "", ...data },
    methods: {
      onLoad(query) {
        const w = words("problem", ...groups);
        this.setData({ w, id: (query && query.id) || "", code: (query && query.code) || "" });
        if (title) wx.setNavigationBarTitle({ title: w[title] });
        return this.reload();
      },
      onPullDownRefresh() {
        this.reload().then(() => wx.stopPullDownRefresh());
      },
      reload() {
        return load ? this.doing(() => load.call(this)) : Promise.resolve();
      },
      /** Runs one thing at a time: a second tap does nothing. What goes wrong is shown. */
      async doing(thing) {
        if (this.busy) return undefined;
        this.busy = true;
        this.setData({ waits: true, problem: null });
        try {
          return await thing();
        } catch (problem) {
          this.setData({ problem });
          return undefined;
        } finally {
          this.busy = false;
          this.setData({ waits: false });
        }
      },
      /** Keeps what is typed in data under the field's own name. */
      type(e) {
        this.setData({ [e.currentTarget.dataset.name]: e.detail.value });
      },
      go(e) {
        wx.navigateTo({ url: e.currentTarget.dataset.to });
      },
      ...methods,
    },
  });
}

module.exports = { page };
