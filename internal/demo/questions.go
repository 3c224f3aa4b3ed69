package demo

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// asked is a frequent question of the city's office, with how many it has helped, and
// whom it hasn't.
type asked struct {
	id      string
	topic   guidance.Topic
	ask     fault.Text
	answer  fault.Text
	rules   string
	guides  []dossier.CaseKind
	yes, no int
}

// abroad and everyKind are the kinds of case whose guides show a question.
var (
	abroad    = []dossier.CaseKind{dossier.Own, dossier.Joined, dossier.OrganisedCross, dossier.MultiTrip, dossier.TrainingCase}
	everyKind = guidance.GuideKinds()
)

// questions are those that the city's office is asked every week.
func (c City) questions() []asked {
	return []asked{
		{id: "days", topic: "filing", rules: "ITN-001 ITN-002 ITN-003", guides: abroad, yes: 31, no: 2,
			ask:    fault.Text{Zh: "出访天数怎么算，出发和回来那天算不算？", En: "How are the days of a trip counted, and do the first and the last one count?"},
			answer: fault.Text{Zh: "离开中国和回到中国的那两天都算。\n按北京时间看出境、入境的日子：\n- 航班 23:55 起飞，出境算起飞当天，会多算一天\n- 夜里落地，过了零点才入境，算第二天\n\n申报时填好航班，在外天数会自动算出来，超了会写明超几天、最晚哪天回来。", En: "The days of leaving and of entering China both count, by Beijing time.\n- A flight that leaves at 23:55 makes that day the first\n- Landing after midnight makes the next day the last\n\nOnce the flights are filled in, the days are worked out for you; where they are too many you read by how many, and by when to be back."}},
		{id: "early", topic: "filing", rules: "GEN-013", guides: everyKind, yes: 24, no: 1,
			ask:    fault.Text{Zh: "提前多久申报才来得及？", En: "How early must we apply?"},
			answer: fault.Text{Zh: "越早越好，要签证的尤其是。\n办事指南里按国家和单位写着每一步几个工作日，加起来就是要留的时间。\n来不及的，预检会当场说明差几天、卡在哪一步。\n\n确有急事：\n1. 在申报时选“急件”并写明理由\n2. 附上领导批示\n3. 打电话告诉外办，别等它自己排到", En: "The earlier the better, above all where a visa is needed.\nThe guide says for each country and kind of unit how many working days each step takes; together they are the time to allow.\nWhere time is too short the pre-check says by how much, and at which step.\n\nIf it truly is urgent:\n1. Mark the application as urgent and say why\n2. Attach the leader's note\n3. Ring the office"}},
		{id: "how-long", topic: "filing", guides: everyKind, yes: 21, no: 1,
			ask:    fault.Text{Zh: "审批、护照、签证各要几天？", En: "How many days do the approval, the passport and the visa take?"},
			answer: fault.Text{Zh: "各国不一样，办事指南里按您的国家和单位写着每一步几个工作日。\n- 审批：从外办受理那天算，每一步都有期限\n- 护照：批下来、照片和指纹采好以后才开始做\n- 签证：护照做好以后才送得进去，要多久看使馆\n\n都是工作日，周末和放假不算。自己的团组在“进度”里看得到哪天到哪一步。", En: "It differs by country: the guide names the working days of each step for your country and unit.\n- approval: from the day the office accepts the application; each step has its limit\n- passport: made once the approval is issued and photo and fingers are taken\n- visa: lodged once the passport is made; the mission decides how long it takes\n\nThese are working days. Your own case shows each step and its day under Progress."}},
		{id: "sent-back", topic: "filing", guides: everyKind, yes: 10,
			ask:    fault.Text{Zh: "材料被退回要补正，怎么补？", En: "The application was sent back. How is it corrected?"},
			answer: fault.Text{Zh: "外办把不对的地方一次全部写明，在团组页面的“补正”里一条一条列着，每条写着依据和怎么改。\n1. 点那一条，只改那一处，其余不用重填\n2. 认为没有错的，写一句说明\n3. 全部处理完，点“补正好了，交回外办”\n\n在写明的日子前交回，不用重新排队。", En: "The office names all that is wrong at once. Your case lists it line by line, with its basis and what to do.\n1. open a line and change that alone\n2. where nothing is wrong, say why\n3. when all lines are done, hand it back\n\nHanded back in time, it keeps its place."}},
		{id: "notice-days", topic: "filing", rules: "DOC-001", guides: everyKind, yes: 16, no: 1,
			ask:    fault.Text{Zh: "出访前公示要贴几天？", En: "For how many days is the notice before a trip put up?"},
			answer: fault.Text{Zh: "不少于 5 个工作日，周末和放假不算。\n在“公示”那一页填好哪天到哪天，不够几天会当场写明。公示结束的第二天起才能提交申报。", En: "At least 5 working days; weekends and holidays don't count. Enter the days under Notice: what is missing is said at once. The case can be handed in from the day after the notice has ended."}},
		{id: "photo", topic: "booklet", guides: abroad, yes: 12, no: 1,
			ask:    fault.Text{Zh: "照片有什么要求，要自己拍吗？", En: "What must the photo be like, and do we take it ourselves?"},
			answer: fault.Text{Zh: "做护照的照片在大厅现拍，不用自己准备：穿深色有领的衣服，不穿白色，不戴帽子。\n有的国家签证另要照片，在“材料”那一步会写明尺寸和底色；传上去当场检查，不合格会写明哪里不对。", En: "The passport's photo is taken in the hall: wear something dark with a collar, nothing white and no hat.\nSome countries want another one for the visa: the papers of the case name its size and background, and it is checked as soon as it is uploaded."}},
		{id: "notice", topic: "filing", rules: "DOC-001 DOC-004", guides: everyKind, yes: 17,
			ask:    fault.Text{Zh: "公示期间改了行程，要重新公示吗？", En: "The itinerary changed while the notice was up. Must it be put up again?"},
			answer: fault.Text{Zh: "看改了什么。公示里写到的内容变了（人员、国家、天数、任务、经费来源），要重新公示，时间从新的一天算起；没写到的内容变了，不用。\n\n在“公示”那一页会列出哪些和贴出去的不一样，点一下就能重新打印。", En: "It depends on what changed. If the notice names it (people, countries, days, task, who pays), it is put up again and its period starts anew; else it isn't.\n\nThe page of the notice lists what differs from what was put up, and prints the new one."}},
		{id: "invitation", topic: "filing", rules: "INV-001 INV-002 INV-003 INV-008", guides: abroad, yes: 22, no: 3,
			ask:    fault.Text{Zh: "邀请函要写清哪些内容？", En: "What must a letter of invitation say?"},
			answer: fault.Text{Zh: "一封能用的邀请函要有：\n- 邀请谁：每位团员的姓名，和护照拼音一致\n- 做什么：访问目的，不能只写“友好访问”\n- 什么时候：邀请的起止日期，要盖住整个停留\n- 谁负担费用\n- 谁签的：签名、职务、电话或邮箱\n\n发函日期不要太早。外文的要附中文译文，译文可以自己翻。", En: "A letter that serves says:\n- whom: each member by name, spelled as in the passport\n- what for: the purpose, and not merely a friendly visit\n- when: first and last day, covering the whole stay\n- who pays\n- who signs: signature, post, telephone or mail\n\nIt shouldn't be old. A foreign letter needs a Chinese translation, which you may make yourselves."}},
		{id: "someone-else", topic: "change", guides: everyKind, yes: 12, no: 1,
			ask:    fault.Text{Zh: "批下来以后换人、改日期，怎么办？", En: "People or dates change after the approval. What now?"},
			answer: fault.Text{Zh: "在团组页面点“变更、取消”，只填变了的那一项，其余照旧。\n- 推迟几天、天数和国家不变：一般不用重新审批，护照和签证会跟着调整\n- 换人、加人、加国家、加天数：要重新审批，没变的人不受影响\n- 不去了：点“撤回”，年度计划会退回来\n\n护照已经领走的，不去的人要先交回。", En: "Choose “Change or cancel” on the delegation's page and fill in only what changed.\n- A few days later, same length, same places: as a rule no new decision; booklets and visas follow\n- Another person, one more person, country or day: a new decision, which leaves the others as they are\n- Nobody goes: withdraw it, and the year's plan gets it back\n\nWhoever stays at home returns a booklet that was handed out."}},
		{id: "which-passport", topic: "booklet", rules: "PPT-003 PPT-020", guides: abroad, yes: 15, no: 1,
			ask:    fault.Text{Zh: "能不能用自己的因私护照执行公务？", En: "May I travel on official business with my private passport?"},
			answer: fault.Text{Zh: "一般不能。因公出访用因公护照，赴港澳用因公通行证。\n护照种类按职务和单位性质自动判断，不用自己选。\n个别情况确需持因私证照的，要在申报时写明理由并附批准，不能先走后补。", En: "As a rule no. Official trips take an official booklet, those to Hong Kong and Macao an official permit.\nWhich type follows from post and unit; you needn't choose.\nA rare exception is asked for in the application, with the reason and the approval, and never afterwards."}},
		{id: "fingers", topic: "hall", rules: "PPT-009 PPT-012", guides: abroad, yes: 19, no: 2,
			ask:    fault.Text{Zh: "谁必须本人到大厅，要带什么？", En: "Who has to come to the hall in person, and with what?"},
			answer: fault.Text{Zh: "第一次办电子护照、指纹过期或照片不合格的人要本人来，其他人不用。\n团组页面“到场”那一栏写着谁要来、来几次，尽量合成一次。\n\n通常只带身份证。照片在大厅现拍，不用自己准备；穿深色有领的衣服，不穿白色。", En: "Those whose first electronic passport it is, whose fingerprints have run out, or whose photo won't do. Nobody else.\nThe delegation's page says who comes and how often; visits are put together wherever they can be.\n\nUsually your identity card is all you bring. The photo is taken in the hall; wear something dark with a collar, nothing white."}},
		{id: "late", topic: "hall", yes: 9,
			ask:    fault.Text{Zh: "约好了来不了，或者迟到了怎么办？", En: "I can't come to my appointment, or I'm late. What now?"},
			answer: fault.Text{Zh: "来不了：前一天以前在“到场预约”里改约，新的约上了旧的才放掉，不会两头空。\n迟到：直接来，取号后按现场顺序办，一般不用再约。\n约满了：登记候补，有人退出会马上通知，按通知里的时间回复就行。", En: "Can't come: move the appointment up to the day before; the old place is given up only once you have the new one.\nLate: come all the same, take a number and you are served in turn.\nAll taken: put yourself on the waiting list; you are told as soon as a place is free."}},
		{id: "no-account", topic: "account", yes: 6,
			ask:    fault.Text{Zh: "没有账号怎么登录？链接打不开怎么办？", En: "I have no account. How do I sign in, and what if the link doesn't open?"},
			answer: fault.Text{Zh: "出访人员不用账号。\n1. 打开单位专管员发给您的“本人核对”链接\n2. 填身份证号最后 4 位\n3. 在那一页绑定微信，以后从公众号直接进\n\n链接打不开，多半是过了有效期，或填错的次数太多。请本单位专管员重发一个，旧的随即作废。", En: "Who travels needs no account.\n1. Open the link to your own data that your liaison officer sent you\n2. Give the last 4 characters of your identity number\n3. Bind your WeChat on that page; from then on the official account leads you in\n\nA link that doesn't open is too old, or was tried too often with wrong digits. Your liaison officer sends another; the old one ends at once."}},
		{id: "visa-need", topic: "visa", guides: abroad, yes: 14, no: 4,
			ask:    fault.Text{Zh: "怎么知道去的国家要不要签证？", En: "How do I know whether a visa is needed?"},
			answer: fault.Text{Zh: "在办事指南选国家和护照情况，会写明要不要签证、依据哪个协定、约几个工作日。\n要签证的由外办统一送签，不用自己去使馆。\n\n转机也要看：不出机场的一般不用，要入境换机场、换航站楼的可能要。把转机写进行程，预检会提醒。", En: "Choose the country in the guide: it says whether a visa is needed, by which agreement not, and how many working days it takes.\nThe office lodges all visas; nobody goes to a mission alone unless it asks for them.\n\nTransit counts too: staying airside usually needs none, changing airports may. Put it in the itinerary and the pre-check tells you."}},
		{id: "lost", topic: "booklet", guides: everyKind, yes: 11,
			ask:    fault.Text{Zh: "护照在国外丢了怎么办？", En: "I lost my passport abroad. What do I do?"},
			answer: fault.Text{Zh: "1. 报当地警察，要一张报案证明\n2. 联系中国驻当地使领馆，申请旅行证回国；护照首页的照片在手机里就能用\n3. 在“我的”里点“证照丢了”，写明哪天、在哪里丢的，外办马上就能看到并作废\n\n不要等找到了再说：越早作废，越不会被冒用。找到了也不能再用，回国后交回。", En: "1. Report it to the local police and ask for a certificate\n2. Go to the Chinese embassy or consulate for a travel document; a picture of the data page helps\n3. On your own page choose that a booklet is lost and say when and where; the office sees it at once and voids it\n\nDon't wait in the hope of finding it: the sooner it is void the less it can be misused. If it turns up it no longer serves; hand it in after your return."}},
		{id: "return", topic: "after", rules: "GEN-021 PPT-007", guides: everyKind, yes: 27, no: 1,
			ask:    fault.Text{Zh: "回国后证照什么时候交，可以别人代交吗？", En: "When is a booklet handed in after the trip, and may somebody else do it?"},
			answer: fault.Text{Zh: "回国后 7 天内交回，页面上写着最后一天。\n可以代交：单位专管员统一交、寄来或者投到自助柜都行，在“交回”里选一种。\n\n超期没交的，单位新的申报会停下来；交回当天自动恢复，不用另外申请。", En: "Within 7 days of coming home; the page names the last one.\nSomebody else may do it: your liaison officer, by post, or the locker. Choose a way on the page of returns.\n\nWhile one is overdue the unit's new applications stop; they go on by themselves on the day it is back."}},
		{id: "report", topic: "after", rules: "GEN-022", guides: everyKind, yes: 13, no: 2,
			ask:    fault.Text{Zh: "出访报告写什么，事后公示什么时候贴？", En: "What goes into the report, and when is the notice after the trip put up?"},
			answer: fault.Text{Zh: "报告写三样：见了谁、谈成什么、接下来谁做什么。按计划没做成的，写明原因。\n一个团组一份，由团长或专管员提交。提交期限从回国那天算，在“回国后”里有具体日子。\n事后公示贴实际的行程、人员和花费，和事前公示一样在单位内部贴。", En: "Three things: whom you met, what was agreed, who does what next. Say why where something planned didn't happen.\nOne for a delegation, from its head or liaison officer. The last day is on the page of what follows the trip.\nThe notice afterwards tells the journey, people and costs as they were, and hangs where the first one did."}},
		{id: "sign-in", topic: "account", yes: 8, no: 3,
			ask:    fault.Text{Zh: "忘了密码，或者专管员换人了怎么办？", En: "I forgot my password, or our liaison officer has changed. What now?"},
			answer: fault.Text{Zh: "忘了密码：打外办电话，核对身份后当场重设。外办不会打电话来问您的密码。\n专管员换人：单位出一份盖章的函，新专管员带身份证到大厅办一次，正在办的团组归单位所有，新人登录就能接着办。", En: "Password forgotten: ring the office; once it knows who you are it sets a new one. It never rings you to ask for yours.\nA new liaison officer: a stamped letter of the unit, and the new officer comes to the hall once with an identity card. What is under way belongs to the unit: they go on with it."}},
	}
}

func (t *teller) tellQuestions(ctx context.Context) error {
	t.at(t.city.Today.AddDays(-1).Begins().Add(19 * time.Hour))
	chief, office, internet := t.as(ctx, zone.Office, "chief1"), t.zones.Office.Journal, t.zones.Internet.Journal
	rules := map[string]bool{}
	for _, r := range t.zones.Office.Packs.Now().Checks.Rules() {
		rules[r.ID] = true
	}
	all := t.city.questions()
	for _, q := range all {
		cmd := guidance.Answer{Topic: q.topic, Question: q.ask, Answer: q.answer, Rules: q.rules, Known: func(id string) bool { return rules[id] }, Guides: q.guides}
		if err := give(chief, office, guidance.Questions, "faq-"+q.id, journal.Command[guidance.State](cmd)); err != nil {
			return err
		}
	}
	if err := t.settle(ctx); err != nil {
		return err
	}
	public := journal.WithActor(ctx, journal.Actor{Role: "public"})
	for _, q := range all {
		for i := range q.yes + q.no { // each from a network of its own
			network := fmt.Sprintf("demo-%d", i)
			id := guidance.OpinionID("faq-"+q.id, t.city.Today.AddDays(-1).String(), network)
			if err := give(public, internet, guidance.Helps, id, journal.Command[guidance.Opinions](guidance.Help{Question: "faq-" + q.id, Edition: 1, Yes: i < q.yes, Browser: network})); err != nil {
				return err
			}
		}
	}
	return t.settle(ctx)
}
