// @ts-check
// The program's own words; what a case says comes from the office in the same
// language.
const zh = {
  "home.title": "一趟", "home.none": "没有在办的出访", "home.none.text": "单位申报以后，这里是您的进度。", "home.others": "别的出访", "home.units": "本单位的团组", "home.out": "退出登录", "home.verify": "扫码核验批件",
  "login.title": "登录", "login.lead": "用办事网站的账号登录。", "login.name": "用户名", "login.password": "密码", "login.do": "登录",
  "case.timeline": "办理经过", "case.visit": "到场与预约", "case.correct": "改退回的地方", "case.after": "出境与回国", "case.rate": "评价这次服务",
  "link.approval": "批件", "link.passport": "护照", "link.visa": "签证",
  "visit.title": "到场", "visit.who": "要来的人", "visit.steps": "来了办什么", "visit.hall": "去哪个大厅", "visit.choose": "选一个时间", "visit.left": "余", "visit.closed": "不开放", "visit.later": "看后面几天", "visit.earlier": "看前面几天", "visit.hold": "先占住这个时间", "visit.held": "已为您占住，到", "visit.book": "确认预约", "visit.move": "改期", "visit.move.do": "改到这个时间", "visit.cancel": "取消预约", "visit.cancel.sure": "取消后，位子给别人。", "visit.cause": "为什么还要再来一次", "visit.code": "到场码", "visit.none": "不用到场。", "visit.last": "最晚", "visit.takes": "大约要", "visit.minutes": "分钟，一次办完。", "visit.ends": "留到", "visit.nearest": "这个时间刚被别人约走，离它最近的：",
  "correct.title": "退回要改的", "correct.until": "改好的期限", "correct.reply": "想说明的（可不填）", "correct.paper": "要换一份材料：请在办事网站上传。", "correct.save": "保存", "correct.saved": "已保存", "correct.do": "改好了，交回外办", "correct.done": "已交回外办", "correct.none": "没有退回要改的。", "correct.stale": "有人先改了。下面是现在的样子，您填的还在。", "correct.mended": "已改",
  "after.title": "出境与回国", "after.left": "哪天出境", "after.left.do": "登记出境", "after.home": "哪天回国", "after.home.do": "登记回国", "after.why": "和批准的不一样，为什么", "after.done": "已登记", "after.not": "现在没有要登记的。",
  "rate.title": "这次服务怎么样", "rate.5": "非常满意", "rate.4": "满意", "rate.3": "基本满意", "rate.2": "不满意", "rate.1": "非常不满意", "rate.words": "想说的（可不填）", "rate.anonymous": "匿名", "rate.do": "提交评价", "rate.without": "不想说，直接提交", "rate.done": "谢谢您的评价。", "rate.given": "这件已经评过，或选了不评。",
  "visit.past": "到场已办完", "visit.rate": "评价这次到场", "visit.rated": "看评价和答复",
  "went.title": "评价到场", "went.grade": "总体怎么样", "went.acts": "分项评（可不评）", "went.same": "与总体一样", "went.better": "哪里还能更好？", "went.any": "可多选，可不选", "went.words": "想说的话（可不填）", "went.hint": "请不要写身份证号、护照号。", "went.shy": "不让窗口看到是我评的", "went.shy.hint": "外办的工作人员看不到是谁评的、评的是哪一件；满五条或到月底，才和别人的一起给他们看，答复期限从那时算起。", "went.do": "交评价", "went.without": "不想说，直接交", "went.again": "看了答复，现在觉得怎么样？",
  "verify.title": "核验批件", "verify.scan": "扫一扫批件上的二维码", "verify.code": "或者输入二维码旁的核验码", "verify.do": "核验",
  "home.me": "我的",
  "login.wechat": "微信登录", "login.unknown": "这个微信还没有绑定。用密码登录一次并同意绑定，以后直接进来；没有账号的出访人员，用单位发的“本人核对”链接。", "login.own": "用本人核对链接绑定",
  "bind.title": "绑定微信", "bind.lead": "绑定前请看清楚，同意再绑。", "bind.do": "同意并绑定", "bind.move": "同意并改绑", "bind.later": "先不绑定",
  "own.title": "用本人核对链接绑定", "own.lead": "把单位发的“本人核对”链接贴在这里，或扫它的二维码。", "own.scan": "扫一扫二维码", "own.link": "本人核对链接", "own.digits": "身份证号最后 4 位", "own.do": "下一步",
  "me.title": "我的", "me.wechat": "微信", "me.since": "已绑定，从", "me.undo": "解除绑定", "me.sure": "解除后，打开小程序不能再直接登录。有密码的账号，已登录的设备仍然登录着，到退出或过期为止；要马上断开，请在那里退出，或修改密码。", "me.none": "还没有绑定。绑定以后，打开小程序不用输密码。", "me.bind": "绑定我的微信", "me.never": "这个账号要用密码登录。",
  "problem.wechat": "微信没有应答", "problem.wechat.text": "请过一会儿再试，或用密码登录。",
  "problem.line": "连不上，请看看网络", "problem.line.text": "您填的还在，连上以后再试。", "again": "再试一次", "loading": "正在取…", "yes": "确定", "no": "不", "empty": "这里还没有内容。",
};
const en = {
  "home.title": "One trip", "home.none": "No trip under way", "home.none.text": "Once your unit has applied, your progress stands here.", "home.others": "Other trips", "home.units": "Your unit's delegations", "home.out": "Sign out", "home.verify": "Scan an approval to verify it",
  "login.title": "Sign in", "login.lead": "With your account of the website.", "login.name": "User name", "login.password": "Password", "login.do": "Sign in",
  "case.timeline": "What happened", "case.visit": "Visit and booking", "case.correct": "Mend what was sent back", "case.after": "Leaving and coming home", "case.rate": "Rate the service",
  "link.approval": "Approval", "link.passport": "Passport", "link.visa": "Visa",
  "visit.title": "Your visit", "visit.who": "Who comes", "visit.steps": "What is done there", "visit.hall": "Which hall", "visit.choose": "Choose a time", "visit.left": "left", "visit.closed": "closed", "visit.later": "Later days", "visit.earlier": "Earlier days", "visit.hold": "Keep this time", "visit.held": "Kept for you until", "visit.book": "Confirm", "visit.move": "Move", "visit.move.do": "Move to this time", "visit.cancel": "Cancel the booking", "visit.cancel.sure": "The place goes to somebody else.", "visit.cause": "Why another visit is needed", "visit.code": "Your pass", "visit.none": "Nobody need come.", "visit.last": "At the latest", "visit.takes": "About", "visit.minutes": "minutes, all in one visit.", "visit.ends": "Kept for you to the end at", "visit.nearest": "Somebody has just taken this time. The nearest ones:",
  "correct.title": "Sent back to be mended", "correct.until": "To be mended by", "correct.reply": "A word about it (optional)", "correct.paper": "Another paper is wanted: upload it on the website.", "correct.save": "Save", "correct.saved": "Saved", "correct.do": "Done: hand it in", "correct.done": "Handed in", "correct.none": "Nothing was sent back.", "correct.stale": "Somebody changed it first. This is how it is now; what you typed is still here.", "correct.mended": "mended",
  "after.title": "Leaving and coming home", "after.left": "The day you left China", "after.left.do": "I have left", "after.home": "The day you came home", "after.home.do": "I am home", "after.why": "Why it differs from what was approved", "after.done": "Taken down", "after.not": "Nothing to tell now.",
  "rate.title": "How was the service?", "rate.5": "Very satisfied", "rate.4": "Satisfied", "rate.3": "Basically satisfied", "rate.2": "Dissatisfied", "rate.1": "Very dissatisfied", "rate.words": "A word about it (optional)", "rate.anonymous": "Without my name", "rate.do": "Send", "rate.without": "Send without a word", "rate.done": "Thank you.", "rate.given": "This was rated already, or you chose not to.",
  "visit.past": "Visits that are over", "visit.rate": "Rate this visit", "visit.rated": "The rating and the answer",
  "went.title": "Rate a visit", "went.grade": "On the whole", "went.acts": "Tell the acts apart (optional)", "went.same": "As the whole", "went.better": "What could be better?", "went.any": "Any or none", "went.words": "Anything to add (optional)", "went.hint": "Please write no identity or passport numbers.", "went.shy": "Don't show the window who said it", "went.shy.hint": "The office's people see neither who rated nor which case. They see it with four others, or when the month is over; the days for a reply count from then.", "went.do": "Send", "went.without": "Send without a word", "went.again": "How is it now, after the answer?",
  "verify.title": "Verify an approval", "verify.scan": "Scan the code on the approval", "verify.code": "Or type what stands beside it", "verify.do": "Verify",
  "home.me": "Me",
  "login.wechat": "Sign in with WeChat", "login.unknown": "This WeChat isn't bound yet. Sign in once with the password and agree to bind, and you are signed in by itself from then on. Travellers without an account use the link to their own data that their unit sent them.", "login.own": "Bind by the link to my own data",
  "bind.title": "Bind WeChat", "bind.lead": "Read this first, and bind if you agree.", "bind.do": "Agree and bind", "bind.move": "Agree and move it", "bind.later": "Not now",
  "own.title": "Bind by the link to my own data", "own.lead": "Paste the link to your own data that your unit sent you, or scan its code.", "own.scan": "Scan its code", "own.link": "Link to my own data", "own.digits": "Last 4 characters of the ID number", "own.do": "Next",
  "me.title": "Me", "me.wechat": "WeChat", "me.since": "Bound since", "me.undo": "Undo the binding", "me.sure": "The mini program won't sign you in by itself any more. If you have a password, devices that are signed in stay so until they sign out or their time runs out; to end that now, sign out there or change the password.", "me.none": "Not bound. Once it is, the mini program opens without a password.", "me.bind": "Bind my WeChat", "me.never": "This account signs in with a password.",
  "problem.wechat": "WeChat doesn't answer", "problem.wechat.text": "Try again in a while, or sign in with the password.",
  "problem.line": "No connection", "problem.line.text": "What you typed is still here: try again once you are online.", "again": "Try again", "loading": "Loading…", "yes": "Yes", "no": "No", "empty": "There is nothing here yet.",
};
const hant = {
  "home.title": "一趟", "home.none": "沒有在辦的出訪", "home.none.text": "單位申報以後，這裡是您的進度。", "home.others": "別的出訪", "home.units": "本單位的團組", "home.out": "退出登錄", "home.verify": "掃碼核驗批件",
  "login.title": "登錄", "login.lead": "用辦事網站的賬號登錄。", "login.name": "用戶名", "login.password": "密碼", "login.do": "登錄",
  "case.timeline": "辦理經過", "case.visit": "到場與預約", "case.correct": "改退回的地方", "case.after": "出境與回國", "case.rate": "評價這次服務",
  "link.approval": "批件", "link.passport": "護照", "link.visa": "簽證",
  "visit.title": "到場", "visit.who": "要來的人", "visit.steps": "來了辦什麼", "visit.hall": "去哪個大廳", "visit.choose": "選一個時間", "visit.left": "餘", "visit.closed": "不開放", "visit.later": "看後面幾天", "visit.earlier": "看前面幾天", "visit.hold": "先佔住這個時間", "visit.held": "已為您佔住，到", "visit.book": "確認預約", "visit.move": "改期", "visit.move.do": "改到這個時間", "visit.cancel": "取消預約", "visit.cancel.sure": "取消後，位子給別人。", "visit.cause": "為什麼還要再來一次", "visit.code": "到場碼", "visit.none": "不用到場。", "visit.last": "最晚", "visit.takes": "大約要", "visit.minutes": "分鐘，一次辦完。", "visit.ends": "留到", "visit.nearest": "這個時間剛被別人約走，離它最近的：",
  "correct.title": "退回要改的", "correct.until": "改好的期限", "correct.reply": "想說明的（可不填）", "correct.paper": "要換一份材料：請在辦事網站上傳。", "correct.save": "保存", "correct.saved": "已保存", "correct.do": "改好了，交回外辦", "correct.done": "已交回外辦", "correct.none": "沒有退回要改的。", "correct.stale": "有人先改了。下面是現在的樣子，您填的還在。", "correct.mended": "已改",
  "after.title": "出境與回國", "after.left": "哪天出境", "after.left.do": "登記出境", "after.home": "哪天回國", "after.home.do": "登記回國", "after.why": "和批准的不一樣，為什麼", "after.done": "已登記", "after.not": "現在沒有要登記的。",
  "rate.title": "這次服務怎麼樣", "rate.5": "非常滿意", "rate.4": "滿意", "rate.3": "基本滿意", "rate.2": "不滿意", "rate.1": "非常不滿意", "rate.words": "想說的（可不填）", "rate.anonymous": "匿名", "rate.do": "提交評價", "rate.without": "不想說，直接提交", "rate.done": "謝謝您的評價。", "rate.given": "這件已經評過，或選了不評。",
  "visit.past": "到場已辦完", "visit.rate": "評價這次到場", "visit.rated": "看評價和答覆",
  "went.title": "評價到場", "went.grade": "總體怎麼樣", "went.acts": "分項評（可不評）", "went.same": "與總體一樣", "went.better": "哪裡還能更好？", "went.any": "可多選，可不選", "went.words": "想說的話（可不填）", "went.hint": "請不要寫身份證號、護照號。", "went.shy": "不讓窗口看到是我評的", "went.shy.hint": "外辦的工作人員看不到是誰評的、評的是哪一件；滿五條或到月底，才和別人的一起給他們看，答覆期限從那時算起。", "went.do": "交評價", "went.without": "不想說，直接交", "went.again": "看了答覆，現在覺得怎麼樣？",
  "verify.title": "核驗批件", "verify.scan": "掃一掃批件上的二維碼", "verify.code": "或者輸入二維碼旁的核驗碼", "verify.do": "核驗",
  "home.me": "我的",
  "login.wechat": "微信登錄", "login.unknown": "這個微信還沒有綁定。用密碼登錄一次並同意綁定，以後直接進來；沒有賬號的出訪人員，用單位發的“本人核對”鏈接。", "login.own": "用本人核對鏈接綁定",
  "bind.title": "綁定微信", "bind.lead": "綁定前請看清楚，同意再綁。", "bind.do": "同意並綁定", "bind.move": "同意並改綁", "bind.later": "先不綁定",
  "own.title": "用本人核對鏈接綁定", "own.lead": "把單位發的“本人核對”鏈接貼在這裡，或掃它的二維碼。", "own.scan": "掃一掃二維碼", "own.link": "本人核對鏈接", "own.digits": "身份證號最後 4 位", "own.do": "下一步",
  "me.title": "我的", "me.wechat": "微信", "me.since": "已綁定，從", "me.undo": "解除綁定", "me.sure": "解除後，打開小程序不能再直接登錄。有密碼的賬號，已登錄的設備仍然登錄着，到退出或過期為止；要馬上斷開，請在那裏退出，或修改密碼。", "me.none": "還沒有綁定。綁定以後，打開小程序不用輸密碼。", "me.bind": "綁定我的微信", "me.never": "這個賬號要用密碼登錄。",
  "problem.wechat": "微信沒有應答", "problem.wechat.text": "請過一會兒再試，或用密碼登錄。",
  "problem.line": "連不上，請看看網絡", "problem.line.text": "您填的還在，連上以後再試。", "again": "再試一次", "loading": "正在取…", "yes": "確定", "no": "不", "empty": "這裡還沒有內容。",
};
const all = { "zh-CN": zh, "zh-TW": hant, en };

/** The language that the office is asked in: zh-CN, zh-TW or en. */
function language() {
  const is = (wx.getAppBaseInfo ? wx.getAppBaseInfo() : wx.getSystemInfoSync()).language || "zh_CN";
  if (/^zh[_-]?(TW|HK|MO|Hant)/i.test(is)) return "zh-TW";
  return /^zh/i.test(is) ? "zh-CN" : "en";
}

/** The words of a page, for its data: w.title, w.do … of those that begin so. */
function words(...beginnings) {
  const from = all[language()];
  const out = {};
  for (const key of Object.keys(zh)) {
    const at = key.indexOf(".");
    const group = at < 0 ? "" : key.slice(0, at);
    if (group === "" || beginnings.includes(group)) out[key.replace(/\./g, "_")] = from[key];
  }
  return out;
}

module.exports = { words, language, all };
