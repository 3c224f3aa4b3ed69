package requirement

import (
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
)

// Entry is one line of the catalogue: what may be needed, which links use it,
// and the single place at which people are ever asked for it.
type Entry struct {
	Key   Key
	Name  fault.Text
	Kind  Kind
	Of    Scope
	Links Links
	Group Group
	Need  Moment
	Asked Place // zero: nobody is ever asked, the system knows or makes it
}

// Scope is whose a thing can be.
type Scope int

const (
	PerCase Scope = iota
	PerUnit
	PerMember
)

// Place is where a thing is asked for: a form, and the field's path in the case
// file with [] for any index. What the case file doesn't carry has a path of the
// person's file ("person.placeOfBirth").
type Place struct {
	Form  Form
	Field string
}

// Form is a page on which people are asked.
type Form string

const (
	FormUnit        Form = "unit"        // account opening, once
	FormPerson      Form = "person"      // the person's file, once in a lifetime
	FormMission     Form = "mission"     // the case's pages, as in the task list
	FormTrip        Form = "trip"        //
	FormMembers     Form = "members"     //
	FormInvitations Form = "invitations" //
	FormBudget      Form = "budget"      //
	FormNotice      Form = "notice"      //
	FormDocuments   Form = "documents"   //
	FormAfter       Form = "after"       // after the journey
)

// ofOneTrip are the papers of a person that are written for one trip and prove
// nothing for the next.
var ofOneTrip = map[dossier.MaterialKind]bool{"M13": true, "M14": true, "M19": true, "M20": true, "M22": true, "M23": true,
	"M31": true, "M35": true, "M37": true, "M47": true, "M58": true}

// KeptByUnit tells whether a paper of that kind is the unit's, whichever case it
// came with: the profile of a host serves all that go there, the proof of a
// project all that go for it (domain 5: R).
func KeptByUnit(kind dossier.MaterialKind) bool { return kind == "M06" || kind == "M21" }

// OfCountry tells whether a paper of that kind is one country's: its invitation, and
// what translates it.
func OfCountry(kind dossier.MaterialKind) bool { return kind == "M04" || kind == "M05" }

// OfOneTrip tells whether a paper of that kind serves the case that it was
// given for alone, where one person holds it. What serves all who travel, such
// as bookings, is written for their trip too; what the unit keeps isn't. A
// filing form (M12) lasts for the term that is written on it; where none is
// told, it isn't known to last beyond its case.
func OfOneTrip(kind dossier.MaterialKind, until calendar.Date) bool {
	ofCase := IsOfCase(Key(kind)) && !KeptByUnit(kind)
	return ofOneTrip[kind] || ofCase || kind == "M12" && until.IsZero()
}

// Catalogue lists everything that can be needed, in the order in which
// requirements are given.
func Catalogue() []Entry { return slices.Clone(catalogue) }

// Lookup finds an entry.
func Lookup(k Key) (Entry, bool) {
	e, ok := entryOf[k]
	return e, ok
}

// Brought is the kind of paper that somebody brings so that a requirement is met:
// itself, or what the office makes it from. A visa photo is cut from the digital one.
func Brought(k Key) (dossier.MaterialKind, bool) {
	if k == "M34" {
		k = "M26"
	}
	e, known := Lookup(k)
	return dossier.MaterialKind(k), known && e.Kind == KindMaterial && e.Asked.Form != ""
}

// PapersNamed are the kinds of paper that people bring and that somebody's words
// name. The longest name counts: who writes of 邀请函译文 says nothing of 邀请函.
func PapersNamed(words string) []dossier.MaterialKind {
	var out []dossier.MaterialKind
	for _, e := range byLength {
		name, _, _ := strings.Cut(e.Name.Zh, "（")
		kind, brought := Brought(e.Key)
		if !brought || !strings.Contains(words, name) {
			continue
		}
		words = strings.ReplaceAll(words, name, "；")
		if !slices.Contains(out, kind) {
			out = append(out, kind)
		}
	}
	return out
}

// byLength are the catalogue's papers, those with the longest names first.
var byLength = func() []Entry {
	all := slices.DeleteFunc(Catalogue(), func(e Entry) bool { return e.Kind != KindMaterial })
	slices.SortStableFunc(all, func(a, b Entry) int { return len(b.Name.Zh) - len(a.Name.Zh) })
	return all
}()

// IsOfCase tells whether one of a kind serves all who travel.
func IsOfCase(k Key) bool {
	e, known := Lookup(k)
	return known && e.Of == PerCase
}

var (
	catalogue = slices.Concat(unitData(), caseData(), legData(), personData(), invitationData(), budgetData(),
		noticeData(), materials(), acts(), orders())
	entryOf = byKey(catalogue)
	rankOf  = byRank(catalogue)
)

func byKey(entries []Entry) map[Key]Entry {
	m := make(map[Key]Entry, len(entries))
	for _, e := range entries {
		m[e.Key] = e
	}
	return m
}

func byRank(entries []Entry) map[Key]int {
	m := make(map[Key]int, len(entries))
	for i, e := range entries {
		m[e.Key] = i
	}
	return m
}

const (
	everyLink = Approval | Passport | Visa | Visit | After
	threeLink = Approval | Passport | Visa
)

// datum is a catalogue line for something to be known.
func datum(key Key, zh, en string, of Scope, links Links, group Group, need Moment, form Form, field string) Entry {
	return Entry{Key: key, Name: fault.Text{Zh: zh, En: en}, Kind: KindDatum, Of: of, Links: links, Group: group, Need: need,
		Asked: Place{form, field}}
}

// known is a datum that nobody is asked for: the system has it or works it out.
func known(key Key, zh, en string, of Scope, links Links, group Group, need Moment) Entry {
	return datum(key, zh, en, of, links, group, need, "", "")
}

func unitData() []Entry {
	d := func(key Key, zh, en string, links Links, field string) Entry {
		return datum(key, zh, en, PerUnit, links, GroupMission, AtSubmission, FormUnit, field)
	}
	return []Entry{
		d("unit.name", "单位名称", "name of the unit", everyLink, "unit.name"),
		d("unit.uscc", "统一社会信用代码", "unified social credit code", Approval|Passport|Visa, "unit.uscc"),
		d("unit.type", "单位性质", "type of unit", Approval|Passport|Visa, "unit.type"),
		d("unit.signatory", "签批人", "authorised signatory", Approval, "unit.signatory"),
		d("unit.officerValidUntil", "专管员授权期限", "liaison officer's authority", everyLink, "unit.officerValidUntil"),
		d("unit.quota", "年度计划指标", "annual quota", Approval, "unit.quota"),
		known("unit.status", "开户状态", "account", PerUnit, everyLink, GroupMission, AtSubmission),
		known("unit.used", "已用指标", "quota used", PerUnit, Approval, GroupMission, AtSubmission),
		known("unit.overdueBooklets", "逾期未还证照", "overdue booklets", PerUnit, Approval, GroupMission, AtSubmission),
		known("unit.overdueReports", "逾期未交报告", "overdue reports", PerUnit, Approval, GroupMission, AtSubmission),
	}
}

func caseData() []Entry {
	m := func(key Key, zh, en string, links Links, field string) Entry {
		return datum(key, zh, en, PerCase, links, GroupMission, AtSubmission, FormMission, field)
	}
	t := func(key Key, zh, en string, links Links, field string) Entry {
		return datum(key, zh, en, PerCase, links, GroupTrip, AtSubmission, FormTrip, field)
	}
	return []Entry{
		m("case.title", "团组名称", "delegation's name", threeLink|After, "case.title"),
		m("case.kind", "事项类型", "kind of case", everyLink, "case.kind"),
		m("case.category", "任务类别", "category of mission", Approval|Visa|After, "case.category"),
		m("case.purpose", "出访任务", "purpose", Approval|Visa|After, "case.purpose"),
		m("case.necessity", "必要性", "necessity", Approval|After, "case.necessity"),
		m("case.expectedResults", "预期成果", "expected results", Approval|After, "case.expectedResults"),
		m("case.inAnnualPlan", "是否列入年度计划", "in the annual plan", Approval, "case.inAnnualPlan"),
		m("case.planLine", "计划项号", "line of the plan", Approval, "case.planLine"),
		m("case.offPlanReason", "计划外理由", "reason for being off plan", Approval, "case.offPlanReason"),
		m("case.under", "一次审批的受理编号", "case number of the approval for a term", everyLink, "case.under"),
		t("case.daysEach", "每次最多天数", "most days of one trip", Approval, "case.daysEach"),
		t("case.trips", "预计出访次数", "trips expected", Approval, "case.trips"),
		m("case.urgent", "是否急件", "urgent", everyLink, "case.urgent"),
		m("case.urgencyReason", "加急理由", "reason for urgency", Approval, "case.urgencyReason"),
		m("case.secret", "是否涉密团组", "secret mission", Approval, "case.secret"),
		m("case.academicRegime", "是否按教学科研区别管理", "academic regime", Approval|After, "case.academicRegime"),
		m("case.organiser", "组团单位", "unit that organises the delegation", Approval, "case.organiser"),
		m("case.organisingAuthority", "组团方审批机关", "authority that approves the delegation", Approval, "case.organisingAuthority"),
		m("case.opinionRequest", "征求意见函文号与日期", "number and day of the opinion request", Approval, "case.opinionRequest"),
		m("case.missionNotice", "任务通知书文号与期限", "number and term of the mission notice", Approval|Passport, "case.missionNotice"),
		t("case.depart", "离境日期", "day of departure", everyLink, "case.depart"),
		t("case.return", "入境日期", "day of entering China again", everyLink, "case.return"),
		known("case.daysAbroad", "在外天数", "days abroad", PerCase, everyLink, GroupTrip, AtSubmission),
		known("case.number", "案件编号", "case number", PerCase, everyLink, GroupMission, AtOrder),
	}
}

func legData() []Entry {
	l := func(key Key, zh, en string, links Links, field string) Entry {
		return datum(key, zh, en, PerCase, links, GroupTrip, AtSubmission, FormTrip, "legs[]."+field)
	}
	return []Entry{
		l("leg.country", "国家（地区）", "country", threeLink|After, "country"),
		l("leg.city", "城市", "city", Approval|Visa|After, "city"),
		l("leg.cityEn", "城市英文名", "city in English", Visa, "cityEn"),
		l("leg.arrive", "抵达当地时间", "arrival, local time", Approval|Visa|After, "arrive"),
		l("leg.leave", "离开当地时间", "leaving, local time", Approval|Visa|After, "leave"),
		l("leg.zone", "时区", "time zone", Approval|Visa, "zone"),
		l("leg.transit", "是否中转", "transit", Approval|Visa, "transit"),
		l("leg.leavesAirport", "是否出机场", "leaves the airport", Approval|Visa, "leavesAirport"),
		l("leg.stopOver", "是否经停", "stop-over", Approval|Visa, "stopOver"),
		l("leg.transport", "交通方式", "means of transport", Approval|Visa, "transport"),
		l("leg.carrier", "承运人", "carrier", Approval|Visa, "carrier"),
		l("leg.number", "班次", "flight or train number", Approval|Visa, "number"),
		l("leg.cabin", "舱位", "cabin", Approval, "cabin"),
		datum("itinerary", "日程", "itinerary", PerCase, Approval|Visa|After, GroupTrip, AtSubmission, FormTrip, "itinerary"),
	}
}

func personData() []Entry {
	p := func(key Key, zh, en string, links Links, need Moment, field string) Entry {
		return datum(key, zh, en, PerMember, links, GroupMembers, need, FormPerson, field)
	}
	m := func(key Key, zh, en string, links Links, field string) Entry {
		return datum(key, zh, en, PerMember, links, GroupMembers, AtSubmission, FormMembers, field)
	}
	return []Entry{
		p("person.familyName", "姓", "family name", everyLink, AtSubmission, "members[].familyName"),
		p("person.givenName", "名", "given name", everyLink, AtSubmission, "members[].givenName"),
		p("person.latinSurname", "姓（拼音）", "family name in Latin letters", Passport|Visa, AtOrder, "members[].latinSurname"),
		p("person.latinGivenNames", "名（拼音）", "given names in Latin letters", Passport|Visa, AtOrder, "members[].latinGivenNames"),
		p("person.idNumber", "身份证号", "identity card number", Approval|Passport|Visa|Visit, AtSubmission, "members[].idNumber"),
		p("person.sex", "性别", "sex", threeLink|After, AtSubmission, "members[].sex"),
		p("person.dateOfBirth", "出生日期", "date of birth", threeLink, AtSubmission, "members[].dateOfBirth"),
		p("person.idExpires", "身份证有效期", "identity card's expiry", Approval|Passport|Visa|Visit, AtOrder, "members[].idExpires"),
		p("person.mobile", "手机", "mobile phone", everyLink, AtSubmission, "members[].mobile"),
		p("person.email", "邮箱", "e-mail", Approval|Visa, AtLodging, "members[].email"),
		p("person.unit", "工作单位", "unit", threeLink|After, AtSubmission, "members[].unit"),
		p("person.department", "部门", "department", Approval, AtSubmission, "members[].department"),
		p("person.post", "职务", "post", threeLink|After, AtSubmission, "members[].post"),
		p("person.rank", "职级", "rank", Approval|Passport, AtSubmission, "members[].rank"),
		p("person.employment", "在职状态", "employment", Approval|Passport, AtSubmission, "members[].employment"),
		p("person.principal", "是否党政主要负责人", "principal leader", Approval, AtSubmission, "members[].principal"),
		p("person.leadershipTeam", "是否领导班子成员", "member of the leadership team", Approval, AtSubmission, "members[].leadershipTeam"),
		p("person.academic", "是否教学科研人员", "academic personnel", Approval|After, AtSubmission, "members[].academic"),
		p("person.nationality", "国籍", "nationality", threeLink, AtSubmission, "members[].nationality"),
		p("person.foreignResidence", "是否有境外永久居留权", "permanent residence abroad", Approval|Passport, AtSubmission, "members[].foreignResidence"),
		p("person.secretLevel", "涉密等级", "level of secret post", Approval, AtSubmission, "members[].secretLevel"),
		p("person.vetting", "人员备案审查", "personnel vetting", Approval|Passport, AtSubmission, "members[].vetting"),
		m("member.role", "团内职务", "role in the delegation", threeLink, "members[].role"),
		m("member.paper", "论文或发言", "paper or speech", Approval, "members[].paper"),
		p("person.placeOfBirth", "出生地（省份）", "province of birth", Passport|Visa, AtOrder, "person.placeOfBirth"),
		p("person.homeAddress", "家庭住址", "home address", Passport|Visa, AtOrder, "person.homeAddress"),
		p("person.family", "家庭成员", "family", Visa, AtLodging, "person.family"),
		p("person.education", "学习工作经历", "schooling and jobs", Visa, AtLodging, "person.education"),
		known("person.tripsThisYear", "本年度出访次数", "trips this year", PerMember, Approval, GroupMembers, AtSubmission),
		known("person.otherTrips", "其他出访", "other trips", PerMember, Approval, GroupMembers, AtSubmission),
		known("person.passport", "证照信息", "booklet held", PerMember, Approval|Passport|Visa|Visit|After, GroupPapers, AtOrder),
		known("person.visas", "持有签证", "visas held", PerMember, Visa, GroupPapers, AtLodging),
		known("person.biometrics", "生物特征", "biometrics", PerMember, Passport|Visit, GroupPapers, AtVisit),
	}
}

func invitationData() []Entry {
	i := func(key Key, zh, en string, field string) Entry {
		return datum("invitation."+key, zh, en, PerCase, Approval|Visa, GroupInvitations, AtSubmission, FormInvitations, "invitations[]."+field)
	}
	return []Entry{
		i("issuer", "邀请单位", "inviting body", "issuer"),
		i("issuerZh", "邀请单位中文名", "its Chinese name", "issuerZh"),
		i("issuerCountry", "邀请单位所在国", "its country", "issuerCountry"),
		i("issuerKind", "邀请单位性质", "its kind", "issuerKind"),
		i("signatory", "邀请人", "signatory", "signatory"),
		i("signatoryTitle", "邀请人职务", "signatory's title", "signatoryTitle"),
		i("contact", "联系方式", "contact", "contact"),
		i("issued", "邀请函日期", "date of the letter", "issued"),
		i("language", "邀请函语种", "language of the letter", "language"),
		i("purpose", "邀请事由", "purpose in the letter", "purpose"),
		i("from", "邀请起始日", "invited from", "from"),
		i("to", "邀请截止日", "invited until", "to"),
		i("invitees", "受邀人", "people invited", "invitees"),
		i("costBearer", "费用承担方", "who bears the cost", "costBearer"),
		i("translator", "译者", "translator", "translator"),
	}
}

func budgetData() []Entry {
	b := func(key Key, zh, en string, links Links, field string) Entry {
		return datum(key, zh, en, PerCase, links, GroupBudget, AtSubmission, FormBudget, field)
	}
	return []Entry{
		b("budget.fund", "经费来源", "source of funds", Approval|After, "budget.fund"),
		b("budget.hostCovers", "对方承担项目", "what the host covers", Approval|After, "budget.hostCovers"),
		b("budget.lines", "经费明细", "lines of the budget", Approval|After, "budget.lines"),
		known("budget.totalCny", "经费合计", "total", PerCase, Approval|After, GroupBudget, AtSubmission),
	}
}

func noticeData() []Entry {
	n := func(key Key, zh, en string, field string) Entry {
		return datum("notice."+key, zh, en, PerCase, Approval|After, GroupNotice, AtSubmission, FormNotice, "notice."+field)
	}
	return []Entry{
		n("from", "公示起始日", "notice from", "from"),
		n("to", "公示截止日", "notice until", "to"),
		n("place", "公示地点", "place of the notice", "place"),
		n("units", "公示单位", "units that gave notice", "units"),
		n("items", "公示内容", "contents of the notice", "items"),
		n("objections", "公示结果", "result of the notice", "objections"),
	}
}

// paper is a catalogue line for a material that people bring.
func paper(key Key, zh, en string, of Scope, links Links, group Group, need Moment, form Form) Entry {
	return Entry{Key: key, Name: fault.Text{Zh: zh, En: en}, Kind: KindMaterial, Of: of, Links: links, Group: group, Need: need,
		Asked: Place{form, "materials." + string(key)}}
}

// made is a material that the system makes out of what is held.
func made(key Key, zh, en string, of Scope, links Links, group Group, need Moment) Entry {
	e := paper(key, zh, en, of, links, group, need, "")
	e.Asked = Place{}
	return e
}

func materials() []Entry {
	const docs, papers, later = GroupDocuments, GroupPapers, GroupAfter
	return []Entry{
		paper("M01", "请示", "request letter", PerCase, Approval, docs, AtSubmission, FormDocuments),
		made("M02", "申报表", "application form", PerCase, Approval, docs, AtSubmission),
		made("M03", "人员名单", "member list", PerCase, threeLink, docs, AtSubmission),
		paper("M04", "邀请函", "invitation letter", PerCase, Approval|Visa, GroupInvitations, AtSubmission, FormInvitations),
		paper("M05", "邀请函译文", "translation of the invitation", PerCase, Approval, GroupInvitations, AtSubmission, FormInvitations),
		paper("M06", "邀请单位简介", "profile of the host", PerCase, Approval, GroupInvitations, AtSubmission, FormInvitations),
		made("M07", "日程表", "itinerary sheet", PerCase, Approval|Visa|After, GroupTrip, AtSubmission),
		paper("M08", "会议议程及译文", "conference agenda with translation", PerCase, Approval, docs, AtSubmission, FormDocuments),
		paper("M09", "任务和预算审批意见表", "mission-and-budget form", PerCase, Approval|After, GroupBudget, AtSubmission, FormBudget),
		paper("M10", "公示材料", "evidence of the notice", PerCase, Approval, GroupNotice, AtSubmission, FormNotice),
		paper("M12", "备案表", "personnel filing form", PerMember, Approval|Passport, GroupMembers, AtSubmission, FormPerson),
		paper("M13", "承诺书", "commitment", PerMember, Approval, GroupMembers, AtSubmission, FormMembers),
		paper("M14", "派员单位意见", "consent of the dispatching unit", PerMember, Approval, GroupMembers, AtSubmission, FormMembers),
		paper("M15", "任务通知书（或征求意见函）", "mission notice (or opinion request)", PerCase, Approval|Passport, docs, AtSubmission, FormDocuments),
		paper("M16", "任务确认件", "confirmation", PerCase, Passport|Visa, docs, AtOrder, FormDocuments),
		made("M17", "任务批件", "approval document", PerCase, Passport|Visa|After, docs, AtOrder),
		made("M18", "因公团组信息表", "team data sheet", PerCase, Passport, papers, AtOrder),
		paper("M19", "干部请假审批", "leave approval", PerMember, Approval, GroupMembers, AtSubmission, FormMembers),
		paper("M20", "保密审查意见", "consent of the secrecy side", PerMember, Approval, GroupMembers, AtSubmission, FormPerson),
		paper("M21", "合同、项目或培训计划证明", "contract, or proof of the project or training plan", PerCase, Approval|Visa, docs, AtSubmission, FormDocuments),
		paper("M22", "论文录用或发言通知", "acceptance of the paper or speech", PerMember, Approval, GroupMembers, AtSubmission, FormMembers),
		paper("M23", "返聘合同及上级同意", "rehire contract and superior's consent", PerMember, Approval, GroupMembers, AtSubmission, FormPerson),
		paper("M24", "身份证正反面", "identity card, both sides", PerMember, Passport|Visit, papers, AtOrder, FormPerson),
		paper("M25", "户口页", "page of the household register", PerMember, Passport, papers, AtOrder, FormPerson),
		paper("M26", "数码照片", "digital photo", PerMember, Passport|Visa, papers, AtOrder, FormPerson),
		made("M27", "护照申请表", "passport application form", PerMember, Passport, papers, AtOrder),
		paper("M29", "指纹采集特殊情况备案表", "fingerprint exemption form", PerMember, Passport, papers, AtOrder, FormPerson),
		paper("M31", "遗失声明", "statement of loss", PerMember, Passport, papers, AtOrder, FormPerson),
		made("M33", "签证申请表", "visa form", PerMember, Visa, papers, AtLodging),
		made("M34", "签证照片", "visa photo", PerMember, Visa, papers, AtLodging),
		paper("M35", "境外医疗保险", "travel insurance", PerMember, Visa, papers, AtLodging, FormDocuments),
		paper("M36", "机票和酒店预订单", "flight and hotel bookings", PerCase, Visa, papers, AtLodging, FormDocuments),
		paper("M37", "在职证明（派遣函）", "employment letter", PerMember, Visa, papers, AtLodging, FormPerson),
		made("M38", "个人情况表", "personal data sheet", PerMember, Visa, papers, AtLodging),
		paper("M39", "日本邀请理由书、身元保证书、滞在预定表", "Japan's three papers from the host", PerCase, Visa, papers, AtLodging, FormInvitations),
		paper("M40", "韩国邀请方纳税或登记证明", "host's tax or registration proof (Korea)", PerCase, Visa, papers, AtLodging, FormInvitations),
		made("M41", "照会", "note verbale", PerCase, Visa, papers, AtLodging),
		made("M43", "出境证明", "exit certificate", PerMember, Visa, papers, AtDeparture),
		paper("M58", "电子签证", "e-visa", PerMember, Visa, papers, AtDeparture, FormPerson),
		paper("M57", "加急批示", "leader's note that it is urgent", PerCase, Approval, docs, AtSubmission, FormDocuments),
		made("M55", "行前教育记录", "record of the briefing", PerMember, Visit, GroupVisit, AtDeparture),
		paper("M11", "事后公示", "notice after the journey", PerCase, After, later, AfterTrip, FormAfter),
		paper("M46", "出访报告", "trip report", PerCase, After, later, AfterTrip, FormAfter),
		paper("M47", "出入境记录页", "copy of the border stamps", PerMember, After, later, AfterTrip, FormAfter),
	}
}

func acts() []Entry {
	a := func(key Key, zh, en string, of Scope, links Links, group Group, need Moment) Entry {
		return Entry{Key: key, Name: fault.Text{Zh: zh, En: en}, Kind: KindAct, Of: of, Links: links, Group: group, Need: need}
	}
	return []Entry{
		a("act.showId", "核验身份证原件", "identity card shown in the original", PerMember, Passport|Visit, GroupVisit, AtVisit),
		a("act.capture", "采集面部、指纹和签名", "capture of face, fingerprints and signature", PerMember, Passport|Visit, GroupVisit, AtVisit),
		a("act.surrenderOld", "交回旧证照注销", "old booklet handed over for cancellation", PerMember, Passport|Visit, GroupVisit, AtVisit),
		a("act.bringBooklet", "把现持证照交到外办", "booklet brought to the office", PerMember, Visa|Visit, GroupVisit, AtLodging),
		a("act.signVisaForm", "在签证申请表上签名", "visa form signed", PerMember, Visa|Visit, GroupVisit, AtLodging),
		a("act.paperOriginal", "递交邀请函纸质原件", "paper original of the invitation", PerUnit, Visa|Visit, GroupVisit, AtLodging),
		a("act.missionPresence", "到使领馆录指纹或面谈", "fingerprints or interview at the mission", PerMember, Visa|Visit, GroupVisit, AtLodging),
		a("act.collect", "领取证照", "booklet collected", PerMember, Passport|Visa|Visit, GroupVisit, AtDeparture),
		a("act.signBooklet", "在新证照上签名", "new booklet signed", PerMember, Passport|Visit, GroupVisit, AtDeparture),
		a("act.education", "行前教育", "briefing before departure", PerMember, Visit, GroupVisit, AtDeparture),
		a("act.handIn", "回国后交回证照", "booklet handed in after the journey", PerMember, After|Visit, GroupAfter, AfterTrip),
	}
}

func orders() []Entry {
	o := func(key Key, zh, en string, links Links, need Moment) Entry {
		return Entry{Key: key, Name: fault.Text{Zh: zh, En: en}, Kind: KindOrder, Of: PerMember, Links: links, Group: GroupPapers, Need: need}
	}
	return []Entry{
		o("booklet", "因公护照", "official passport", Passport|Visa|Visit, AtOrder),
		o("permit", "因公往来港澳通行证", "Hong Kong and Macau permit", Passport|Visit, AtOrder),
		o("endorsement", "港澳签注", "endorsement", Passport, AtOrder),
		o("visa", "签证", "visa", Visa, AtLodging),
	}
}
