const office = require("../../lib/office");
const { page } = require("../../lib/page");
page({
  groups: ["login", "home"], title: "login_title",
  data: { login: "", password: "" },
  methods: {
    signIn() {
      return this.doing(async () => {
        await office.signIn(this.data.login, this.data.password);
        wx.reLaunch({ url: "/pages/home/home" });
      });
    },
  },
});
