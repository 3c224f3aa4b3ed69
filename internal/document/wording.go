package document

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"unicode"

	"yitang/internal/dossier"
	"yitang/internal/fault"
)

// Wording is an office's own sentences and headings of documents by their keys;
// what isn't in it is said as the program says it.
type Wording map[string]string

// Sentence is one that documents are made with.
type Sentence struct {
	Key  string   // kind and what: approval.title
	Said string   // by the program; {{.Name}} is filled in
	Must []string // the places without which the document would not do its work
}

// Of is the part of the key before the first dot: what it stands in.
func (s Sentence) Of() string { of, _, _ := strings.Cut(s.Key, "."); return of }

// sentences are all that may be worded otherwise, in the order in which a
// document has them.
var sentences = slices.Concat(ofDocuments, ofPapers, columnsOfDocuments, columnsOfPapers, besideCode)

// .region is for Hong Kong and Macau, which are not abroad; .declared is for a
// trip under an approval for a term, .term for such an approval.
var ofDocuments = []Sentence{
	{"approval.title", "因公临时出国任务批件", nil},
	{"approval.title.region", "因公临时赴港澳任务批件", nil},
	{"approval.title.declared", "因公临时出国出访备案件", nil},
	{"approval.title.declared.region", "因公临时赴港澳出访备案件", nil},
	{"approval.title.term", "因公临时出国任务批件（一次审批、多次有效）", nil},
	{"approval.title.term.region", "因公临时赴港澳任务批件（一次审批、多次有效）", nil},
	{"approval.received", "你单位报来的{{.Delegation}}因公临时出国（境）申请收悉。", nil},
	{"approval.received.region", "你单位报来的{{.Delegation}}因公临时赴港澳申请收悉。", nil},
	{"approval.people", "{{.Name}}等{{.Count}}人", []string{"Name", "Count"}},
	{"approval.people.one", "{{.Name}}1人", []string{"Name"}},
	{"approval.stay", "，在外停留{{.Days}}天（含离境、入境当日）", []string{"Days"}},
	{"approval.stay.region", "，在港澳停留{{.Days}}天（含往返当日）", []string{"Days"}},
	{"approval.stay.term", "，每次在外停留不超过{{.Days}}天（含离境、入境当日）", []string{"Days"}},
	{"approval.stay.term.region", "，每次在港澳停留不超过{{.Days}}天（含往返当日）", []string{"Days"}},
	{"approval.granted", "经研究，同意{{.People}}于{{.Dates}}赴{{.Countries}}执行公务{{.Stay}}。现批复如下：", []string{"People", "Dates", "Countries", "Stay"}},
	{"approval.granted.declared", "该次出访在{{.Under}}批准的期限、国家（地区）和人员范围之内，准予备案。{{.People}}于{{.Dates}}赴{{.Countries}}执行公务{{.Stay}}。具体如下：", []string{"Under", "People", "Dates", "Countries", "Stay"}},
	{"approval.granted.term", "经研究，同意{{.People}}在{{.Dates}}期间，因同一任务多次赴{{.Countries}}执行公务{{.Stay}}。现批复如下：", []string{"People", "Dates", "Countries", "Stay"}},
	{"approval.head.purpose", "出访任务", nil},
	{"approval.head.members", "团组成员（共{{.Count}}人）", nil},
	{"approval.head.places", "批准前往的国家（地区）", nil},
	{"approval.head.itinerary", "行程安排", nil},
	{"approval.head.fund", "经费来源", nil},
	{"approval.fund.fiscal", "所需经费按国家规定标准在年度因公临时出国（境）经费预算中列支", nil},
	{"approval.fund.research", "所需经费按规定在科研项目经费中列支", nil},
	{"approval.fund.enterprise", "所需经费由派员企业自理", nil},
	{"approval.fund.host", "所需经费由邀请方负担，其余由派员单位按规定列支", nil},
	{"approval.head.conditions", "有关要求", nil},
	{"approval.supersedes", "本批件自签发之日起替代{{.Number}}，原批件同时失效。", []string{"Number"}},
	{"approval.supersedes.declared", "本备案件自签发之日起替代{{.Number}}，原备案件同时失效。", []string{"Number"}},
	{"approval.valid", "本批件有效期至{{.Date}}。", []string{"Date"}},
	{"approval.valid.declared", "本备案件有效期至{{.Date}}。", []string{"Date"}},
	{"approval.last", "请凭本批件办理护照（通行证）、签证（签注）、购汇和经费核销等手续。", nil},
	{"approval.last.region", "请凭本批件办理因公往来香港澳门特别行政区通行证及签注、购汇和经费核销等手续。", nil},
	{"approval.last.declared", "请凭本备案件办理护照（通行证）、签证（签注）、购汇和经费核销等手续。", nil},
	{"approval.last.declared.region", "请凭本备案件办理因公往来香港澳门特别行政区通行证及签注、购汇和经费核销等手续。", nil},
	{"approval.last.term", "在上述期限内一次审批、多次有效，每次出访前须向本办备案，凭出访备案件领取证照、办理签证（签注）和经费手续。", nil},

	{"confirmation.title", "因公临时出国（境）任务确认件", nil},
	{"confirmation.stay", "，在外停留{{.Days}}天（含离境、入境当日）", []string{"Days"}},
	{"confirmation.opening", "根据{{.Authority}}任务通知书（{{.Notice}}），现确认你单位下列{{.Count}}人参加{{.Organiser}}组织的团组，于{{.Dates}}赴{{.Countries}}执行公务{{.Stay}}。", []string{"Authority", "Notice", "Organiser", "Dates", "Countries", "Stay"}},
	{"confirmation.head.purpose", "出访任务", nil},
	{"confirmation.head.members", "参团人员（共{{.Count}}人）", nil},
	{"confirmation.head.itinerary", "行程安排", nil},
	{"confirmation.head.fund", "经费来源", nil},
	{"confirmation.head.conditions", "有关要求", nil},
	{"confirmation.supersedes", "本确认件自签发之日起替代{{.Number}}，原件同时失效。", []string{"Number"}},
	{"confirmation.valid", "本确认件有效期至{{.Date}}。", []string{"Date"}},
	{"confirmation.last", "请凭本确认件和任务通知书办理护照（通行证）、签证（签注）等手续。", nil},

	{"noteVerbale.title", "照会", nil},
	{"noteVerbale.people", "{{.Name}}一行{{.Count}}人", []string{"Name", "Count"}},
	{"noteVerbale.invited", "应{{.Host}}邀请，", []string{"Host"}},
	{"noteVerbale.stay", "，停留{{.Days}}天", []string{"Days"}},
	{"noteVerbale.each", "（{{.Stays}}）", []string{"Stays"}},
	{"noteVerbale.opening", "{{.Office}}向{{.Mission}}致意，并谨通知：{{.Unit}}{{.People}}{{.Invited}}拟于{{.Dates}}赴{{.Country}}{{.Purpose}}{{.Stay}}。", []string{"Office", "Mission", "Unit", "People", "Dates", "Country", "Purpose"}},
	{"noteVerbale.visa", "{{.Entries}}{{.Kind}}签证", []string{"Entries", "Kind"}},
	{"noteVerbale.entries.one", "一次入境", nil},
	{"noteVerbale.entries.two", "两次入境", nil},
	{"noteVerbale.entries.many", "多次入境", nil},
	{"noteVerbale.ask", "谨请贵馆为下列人员办理{{.Country}}{{.Visa}}。", []string{"Country", "Visa"}},
	{"noteVerbale.courtesy", "顺致崇高的敬意。", nil},

	{"exitCertificate.title", "出境证明", nil},
	{"exitCertificate.to", "出入境边防检查机关", nil},
	{"exitCertificate.people", "{{.Name}}等{{.Count}}人", []string{"Name", "Count"}},
	{"exitCertificate.opening", "兹证明{{.Unit}}{{.People}}经批准（{{.Approval}}）于{{.Dates}}赴{{.Country}}执行公务。{{.Reason}}请凭下列人员所持护照及本证明予以查验放行。", []string{"Unit", "People", "Approval", "Dates", "Country", "Reason"}},
	{"exitCertificate.last", "本证明供一次出境使用，有效期至{{.Date}}。", []string{"Date"}},

	{"oneTimeNotice.title", "因公临时出国（境）申报材料一次性告知书", nil},
	{"oneTimeNotice.case", "（案件编号{{.Number}}）", []string{"Number"}},
	{"oneTimeNotice.opening", "你单位提交的{{.Delegation}}因公临时出国（境）申报材料{{.Case}}收悉。经审核，需补正的内容共{{.Count}}项，现一次性告知如下。未列出的内容无需改动。", []string{"Count"}},
	{"oneTimeNotice.last", "以上内容补正后，请在线重新提交，无需到场。", nil},
	{"oneTimeNotice.last.until", "请于{{.Date}}前在线补正并重新提交，无需到场。", []string{"Date"}},

	{"letters.delegation", "团组", nil},
	{"letters.stay", "，在外停留{{.Days}}天（含离境、入境当日）", []string{"Days"}},
	{"letters.journey", "{{.Organiser}}组织的{{.Delegation}}拟于{{.Dates}}赴{{.Countries}}执行公务{{.Stay}}", []string{"Organiser", "Dates", "Countries"}},
	{"letters.head.opinion", "意见", nil},
	{"letters.head.purpose", "出访任务", nil},
	{"letters.head.members", "有关人员（共{{.Count}}人）", nil},
	{"letters.head.itinerary", "行程安排", nil},
	{"letters.head.conditions", "有关要求", nil},
	{"opinionRequest.title", "关于征求因公临时出国（境）意见的函", nil},
	{"opinionRequest.opening", "{{.Journey}}，拟请你处管理的下列{{.Count}}人参加。现就是否同意征求你处意见，请于{{.Date}}前函复。", []string{"Journey", "Date"}},
	{"opinionRequest.last", "函复时请写明同意、不同意或者附条件同意，并注明本函文号。", nil},
	{"opinionReply.title", "关于因公临时出国（境）意见的复函", nil},
	{"opinionReply.opening", "你处{{.Date}}来函（{{.Letter}}）收悉。{{.Journey}}。经研究，现函复如下：", []string{"Letter", "Journey"}},
	{"opinionReply.last", "任务批准后，请下达任务通知书，我办据此出具任务确认件。", nil},
	{"missionNotice.title", "因公临时出国（境）任务通知书", nil},
	{"missionNotice.opening", "经批准（{{.Approval}}），{{.Journey}}。你处管理的下列{{.Count}}人参加该团组，现予通知。", []string{"Approval", "Journey"}},
	{"missionNotice.valid", "本通知书有效期至{{.Date}}。", []string{"Date"}},
	{"missionNotice.last", "请据此出具任务确认件并函告文号；本通知书可复印作为办理护照的依据。", nil},

	{"publicNotice.title", "关于{{.Trip}}的公示", []string{"Trip"}},
	{"publicNotice.opening", "根据因公临时出国（境）管理有关规定，现将{{.Delegation}}有关情况公示如下：", []string{"Delegation"}},
	{"publicNotice.delegation", "{{.Unit}}因公临时出国（境）团组", []string{"Unit"}},
	{"publicNotice.head.members", "出访人员（共{{.Count}}人）", nil},
	{"publicNotice.head.where", "出访国家（地区）和时间", nil},
	{"publicNotice.head.purpose", "出访任务", nil},
	{"publicNotice.head.days", "日程安排", nil},
	{"publicNotice.head.route", "往返路线", nil},
	{"publicNotice.head.letters", "邀请函和邀请单位", nil},
	{"publicNotice.head.money", "经费来源和预算", nil},
	{"publicNotice.hangs", "公示期为{{.Dates}}，共{{.Days}}个工作日。", []string{"Dates"}},
	{"publicNotice.objections", "公示期间如有异议，请向本单位反映。", nil},
	{"publicNotice.objections.contact", "公示期间如有异议，请向本单位反映。联系方式：{{.Contact}}", []string{"Contact"}},
	{"secondNotice.title", "关于{{.Trip}}执行情况的公示", []string{"Trip"}},
	{"secondNotice.opening", "根据因公临时出国（境）管理有关规定，现将{{.Delegation}}执行情况公示如下：", []string{"Delegation"}},
	{"secondNotice.head.where", "出访国家（地区）和实际时间", nil},
	{"secondNotice.head.days", "日程和路线执行情况", nil},
	{"secondNotice.asApproved", "按批准的日程和路线执行，没有变更", nil},
	{"secondNotice.head.results", "出访成果", nil},
	{"secondNotice.head.money", "经费开支", nil},
	{"secondNotice.head.report", "出访报告", nil},
	{"secondNotice.report", "全文见{{.File}}", []string{"File"}},

	{"colophon.copies", "抄送：{{.Copies}}。", []string{"Copies"}},
	{"colophon.organ", "{{.Office}}", []string{"Office"}},
	{"colophon.printed", "{{.Date}}印发", []string{"Date"}},
}

var columnsOfDocuments = []Sentence{
	{"column.number", "序号", nil},
	{"column.name", "姓名", nil},
	{"column.sex", "性别", nil},
	{"column.unit", "工作单位", nil},
	{"column.post", "职务", nil},
	{"column.role", "团内身份", nil},
	{"column.opinion", "意见", nil},
	{"column.country", "国家（地区）", nil},
	{"column.city", "城市", nil},
	{"column.dates", "停留日期", nil},
	{"column.hosts", "邀请和接待单位", nil},
	{"column.born", "出生日期", nil},
	{"column.passport", "护照", nil},
	{"column.where", "补正内容", nil},
	{"column.wrong", "存在的问题", nil},
	{"column.basis", "依据", nil},
	{"column.fix", "补正办法", nil},
}

var besideCode = []Sentence{
	{"code.scan", "扫码核验真伪与效力", nil},
	{"code.code", "核验码 {{.Code}}", []string{"Code"}},
	{"code.case", "案件编号 {{.Number}}", []string{"Number"}},
}

// inEnglish ends the key of a sentence in a paper that is made in English.
const inEnglish = ".english"

// English tells whether it stands in a paper that is made in English.
func (s Sentence) English() bool { return strings.HasSuffix(s.Key, inEnglish) }

// Sentences lists them in the order in which documents have them.
func Sentences() []Sentence { return slices.Clone(sentences) }

// SentenceOf is one of Sentences.
func SentenceOf(key string) (Sentence, bool) {
	s, ok := byKey()[key]
	return s, ok
}

var byKey = sync.OnceValue(func() map[string]Sentence {
	all := map[string]Sentence{}
	for _, s := range sentences {
		all[s.Key] = s
	}
	return all
})

// say is a sentence filled in: names of places and what belongs into them, by
// turns. An entry that can't be read was refused before: Flaws.
func (w Wording) say(key string, args ...any) string {
	said, own := w[key]
	if !own {
		said = byKey()[key].Said
	}
	p, err := fault.ReadPlaces(said)
	if err != nil {
		return said
	}
	with := map[string]string{}
	for i := 0; i+1 < len(args); i += 2 {
		with[fmt.Sprint(args[i])] = fmt.Sprint(args[i+1])
	}
	return p.Fill(with)
}

// Fund says who pays, by a word of the case file; "" for one that it hasn't.
func (w Wording) Fund(f dossier.Fund) string {
	words := map[dossier.Fund]string{dossier.FiscalFund: "fiscal", dossier.ResearchFund: "research", dossier.EnterpriseFund: "enterprise", dossier.HostFund: "host"}
	if words[f] == "" {
		return ""
	}
	return w.say("approval.fund." + words[f])
}

// Flaw is what is wrong with an office's sentence, and what to do.
type Flaw struct {
	Key, Nearest string
	Text         fault.Text
}

// longest is how many characters a sentence may have where it stands.
func longest(key string) int {
	switch {
	case strings.HasSuffix(key, inEnglish):
		return 200
	case strings.HasPrefix(key, "column."), strings.HasPrefix(key, "field."), strings.HasPrefix(key, "code."):
		return 24
	case strings.HasPrefix(key, "colophon."):
		return 40
	case strings.Contains(key, ".head."), strings.Contains(key, ".title"):
		return 60
	}
	return 500
}

// Flaws are all that is wrong with an office's wording, by their keys.
func (w Wording) Flaws() []Flaw {
	var flaws []Flaw
	known := byKey()
	for key, said := range w {
		add := func(zh, en string) { flaws = append(flaws, Flaw{Key: key, Text: fault.Text{Zh: zh, En: en}}) }
		s, ok := known[key]
		if !ok {
			var keys []string
			for _, s := range sentences {
				keys = append(keys, s.Key)
			}
			near := dossier.Nearest(key, keys)
			flaws = append(flaws, Flaw{key, near, fault.Text{Zh: "公文里没有这一句，最接近的是 " + near + "；改对键名，或去掉这一行", En: "no document says this; the nearest is " + near + ": mend the key, or take the line out"}})
			continue
		}
		if strings.TrimSpace(said) == "" {
			add("没有写内容；写上这一句，或去掉这一行，照程序自带的说", "it says nothing: write the sentence, or take the line out for the program's own")
			continue
		}
		if strings.ContainsFunc(said, unicode.IsControl) {
			add("公文的一句写成一行，去掉换行和制表符", "a sentence of a document is one line: take breaks and tabs out")
			continue
		}
		if n, most := len([]rune(said)), longest(key); n > most {
			add(fmt.Sprintf("写了%d个字，这里最多%d个，请缩短", n, most), fmt.Sprintf("it has %d characters; here are at most %d: shorten it", n, most))
		}
		var bad *UndrawableError
		if err := Drawable(said); errors.As(err, &bad) {
			add("没有字体能印“"+string(bad.Runes)+"”，请换一个写法", "no typeface has "+string(bad.Runes)+": write it otherwise")
		}
		p, err := fault.ReadPlaces(said)
		if err != nil {
			flaws = append(flaws, Flaw{Key: key, Text: fault.BadPlaces(err)})
			continue
		}
		built, err := fault.ReadPlaces(s.Said)
		if err != nil {
			continue // the program's own: a test reads them all
		}
		for _, name := range p.Names() {
			if !slices.Contains(built.Names(), name) {
				flaws = append(flaws, Flaw{Key: key, Text: fault.Unfilled(name, built.Names())})
			}
		}
		for _, name := range s.Must {
			if !slices.Contains(p.Names(), name) {
				add("少了 {{."+name+"}}：这一句必须写明它，请照原样补上", "{{."+name+"}} is missing: this sentence has to say it; put it in as it stands")
			}
		}
	}
	slices.SortFunc(flaws, func(a, b Flaw) int { return strings.Compare(a.Key+a.Text.En, b.Key+b.Text.En) })
	return flaws
}
