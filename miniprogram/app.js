// @ts-check
// The office that this program asks: its internet zone's own address, which the
// office lists among the request domains of its mini program.
App({ globalData: { server: "https://yitang.example" } });
