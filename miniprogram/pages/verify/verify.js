// Is this approval genuine and in force? Needs no account.
const office = require("../../lib/office");
const { page } = require("../../lib/page");

/** The code in what a scan reads: the address printed in the QR code, or the code alone. */
function codeOf(scanned) {
  const m = /\/v\/([^/?#]+)/.exec(scanned);
  return (m ? decodeURIComponent(m[1]) : scanned).trim();
}

page({
  groups: ["verify"], title: "verify_title",
  data: { code: "", verdict: null },
  methods: {
    async scan() {
      const read = await new Promise((done) => wx.scanCode({ scanType: ["qrCode"], success: (r) => done(r.result), fail: () => done("") }));
      if (!read) return undefined;
      this.setData({ code: codeOf(read) });
      return this.verify();
    },
    verify() {
      return this.doing(async () => {
        this.setData({ verdict: null });
        this.setData({ verdict: await office.verify(this.data.code) });
      });
    },
  },
});
