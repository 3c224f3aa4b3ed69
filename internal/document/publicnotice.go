package document

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// PublicNotice is what a unit puts up for its own people (公示): before the trip
// what is planned, after it what came of it. It isn't the office's paper: nobody
// signs it here, and it can be copied as text.
type PublicNotice struct {
	Unit    string // that puts it up
	Title   string
	Opening string
	Parts   []Part
	Last    string // how long it hangs, and whom to tell
	Issued  calendar.Date
	Mark    string // across each page; "" for none
}

// Part is one part of a notice or of a working paper: a text, a list, or a table.
type Part struct {
	Head string
	Text string
	List []string
	Cols []string // none: the cells of every other column name what stands beside them
	Rows [][]string
}

// notOurs is what a file that isn't the office's says of itself: by whom, and of what day.
func notOurs(by string, on calendar.Date) Facts {
	return Facts{Office: by, At: time.Date(on.Year(), on.Month(), on.Day(), 0, 0, 0, 0, time.UTC)}
}

// Print lays a unit's notice out. The same notice gives the same bytes.
func Print(n PublicNotice) ([]byte, error) {
	if n.Unit == "" || n.Title == "" || n.Issued.IsZero() {
		return nil, errors.New("laying out a notice: nobody puts it up, or on no day")
	}
	l := newLayout()
	n.lay(l)
	l.number()
	l.mark(n.Mark)
	if err := l.refusal(); err != nil {
		return nil, fmt.Errorf("laying out the notice of %s: %w", n.Unit, err)
	}
	return l.file(notOurs(n.Unit, n.Issued), n.Title)
}

func (n PublicNotice) lay(l *layout) {
	l.top += linePitch
	l.balanced(titleStyle(), span{n.Title, title})
	l.top += linePitch
	l.paragraph(running(), span{n.Opening, body})
	s := sections{l: l}
	for _, p := range n.Parts {
		switch {
		case len(p.Rows) > 0:
			cols := make([]column, len(p.Cols))
			for i, head := range p.Cols {
				cols[i] = column{head, widest(p, i), i == 0}
			}
			s.table(p.Head, l.newTable(cols, p.Rows))
		case len(p.List) > 0:
			s.list(p.Head, p.List)
		default:
			s.text(p.Head, p.Text)
		}
	}
	l.top += linePitch - bodyEm
	last := l.height(running(), span{n.Last, body})
	if !l.room(last + 3*linePitch) {
		l.newPage()
	}
	l.paragraph(running(), span{n.Last, body})
	l.top += linePitch
	for _, text := range []string{n.Unit, chinese(n.Issued)} {
		ln := l.one(text, size3)
		st := running()
		st.indent, st.align, st.left = 0, ragged, max(0, typeWidth-2*cellPitch-ln.width/perMM)
		l.set(st, []line{ln}, l.root)
	}
}

// widest is the share of the page that a column wants, within reason.
func widest(p Part, col int) float64 {
	return min(max(ems(p, col), 3), 24) + 1 // and what is beside the text
}

// ems is how many characters the longest line of a column's cells has, Latin
// ones counted for their part.
func ems(p Part, col int) float64 {
	of := func(text string) float64 {
		most := 0.0
		for line := range strings.SplitSeq(text, "\n") {
			n := 0.0
			for _, r := range line {
				switch {
				case wide(r):
					n++
				case unicode.IsUpper(r):
					n += 0.8
				default:
					n += 0.55
				}
			}
			most = max(most, n)
		}
		return most
	}
	n := of(p.Cols[col])
	for _, r := range p.Rows {
		n = max(n, of(r[col]))
	}
	return n
}

const ordinal = "序号"

// Text is the notice to be copied into a page or a letter.
func (n PublicNotice) Text() string {
	var b strings.Builder
	if n.Mark != "" {
		b.WriteString(n.Mark + "\n\n")
	}
	b.WriteString(n.Title + "\n\n" + n.Opening + "\n")
	for i, p := range n.Parts {
		// No bold type tells a heading from what it is about: each stands on a line of
		// its own, apart from the part before.
		b.WriteString("\n" + chineseNumber(i+1) + "、" + p.Head + "\n")
		switch {
		case len(p.Rows) > 0:
			for _, r := range p.Rows {
				if p.Cols[0] == ordinal {
					b.WriteString(r[0] + ". ")
					r = r[1:]
				}
				b.WriteString(strings.Join(slices.DeleteFunc(slices.Clone(r), func(s string) bool { return s == "" }), "，") + "\n")
			}
		case len(p.List) > 0:
			for k, item := range p.List {
				fmt.Fprintf(&b, "%d. %s\n", k+1, ended(item))
			}
		default:
			b.WriteString(ended(p.Text) + "\n")
		}
	}
	b.WriteString("\n" + n.Last + "\n\n" + n.Unit + "\n" + chinese(n.Issued) + "\n")
	return b.String()
}

// Country spells a country or region in Chinese.
type Country func(code string) string

// Announced is the notice before a trip as it was put up: what it said, by whom
// and for how long. hangs is the working days from the first to the last day.
func Announced(unit string, p dossier.Published, n dossier.Notice, hangs int, country Country, w Wording) PublicNotice {
	out := PublicNotice{Unit: unit, Issued: n.From, Mark: w[markKey], Title: w.say("publicNotice.title", "Trip", group(p, country)),
		Opening: w.say("publicNotice.opening", "Delegation", called(p, unit, w))}
	add := func(part Part) {
		if part.Text != "" || len(part.List) > 0 || len(part.Rows) > 0 {
			out.Parts = append(out.Parts, part)
		}
	}
	add(peoplePart(p, w))
	add(Part{Head: w.say("publicNotice.head.where"), Text: whereWhen(p, p.Depart, p.Return, country)})
	add(Part{Head: w.say("publicNotice.head.purpose"), Text: p.Purpose})
	doings := Part{Head: w.say("publicNotice.head.days"), Cols: []string{"时间", "地点", "安排"}}
	for _, h := range p.Itinerary {
		what := h.Activity
		if h.Host != "" && !dossier.NamesHost(p.Letters, h.Host, what) {
			what += "（" + dossier.HostName(p.Letters, h.Host) + "）"
		}
		doings.Rows = append(doings.Rows, []string{fmt.Sprintf("%d月%d日%s", int(h.Date.Month()), h.Date.Day(), halves[h.Half]), h.City, what})
	}
	add(doings)
	if len(p.Route) > 0 {
		add(Part{Head: w.say("publicNotice.head.route"), Text: "国内—" + strings.Join(p.Route, "—") + "—国内"})
	}
	letters := Part{Head: w.say("publicNotice.head.letters")}
	for _, i := range p.Letters {
		letters.List = append(letters.List, letterWords(i, country))
	}
	add(letters)
	add(Part{Head: w.say("publicNotice.head.money"), Text: moneyWords(p)})
	out.Last = hangsWords(n.From, n.To, hangs, w) + objectionWords(n.Contact, w)
	return out
}

// Result is what came of a trip, for the notice after it (事后公示): told in the
// order of the notice before it.
type Result struct {
	Departed, Home calendar.Date
	Differs        string   // what went otherwise than approved
	Results        []string // paragraphs
	Report         string   // name of the report's file
	SpentFen       int64    // what it cost; 0 while nobody has said
	Over           string   // the approval of what went beyond the budget
}

// Reported is the notice after a trip.
func Reported(unit string, p dossier.Published, r Result, n dossier.Notice, hangs int, country Country, w Wording) PublicNotice {
	out := PublicNotice{Unit: unit, Issued: n.From, Mark: w[markKey], Title: w.say("secondNotice.title", "Trip", group(p, country)),
		Opening: w.say("secondNotice.opening", "Delegation", called(p, unit, w))}
	out.Parts = append(out.Parts, peoplePart(p, w),
		Part{Head: w.say("secondNotice.head.where"), Text: whereWhen(p, r.Departed, r.Home, country)},
		Part{Head: w.say("publicNotice.head.purpose"), Text: p.Purpose})
	differs := w.say("secondNotice.asApproved")
	if r.Differs != "" {
		differs = r.Differs
	}
	route := ""
	if len(p.Route) > 0 {
		route = "国内—" + strings.Join(p.Route, "—") + "—国内。"
	}
	out.Parts = append(out.Parts, Part{Head: w.say("secondNotice.head.days"), Text: route + differs})
	if len(r.Results) > 0 {
		out.Parts = append(out.Parts, Part{Head: w.say("secondNotice.head.results"), List: r.Results})
	}
	spent := "预算" + yuan(p.TotalCny) + "，实际支出正在核算"
	if r.SpentFen > 0 {
		spent = "预算" + yuan(p.TotalCny) + "，实际支出" + money.Amount{Minor: r.SpentFen, Currency: money.CNY}.Figure() + "元"
		if r.Over != "" {
			spent += "；超出预算部分的批准：" + r.Over
		}
	}
	out.Parts = append(out.Parts, Part{Head: w.say("secondNotice.head.money"), Text: spent})
	if r.Report != "" {
		out.Parts = append(out.Parts, Part{Head: w.say("secondNotice.head.report"), Text: w.say("secondNotice.report", "File", r.Report)})
	}
	out.Last = hangsWords(n.From, n.To, hangs, w) + objectionWords(n.Contact, w)
	return out
}

var halves = map[dossier.Half]string{dossier.Morning: "上午", dossier.Afternoon: "下午"}

// group names the people and where they go: 江明远等4人因公赴德国.
func group(p dossier.Published, country Country) string {
	who := "有关人员"
	if len(p.People) > 0 {
		who = p.People[0]
		if len(p.People) > 1 {
			who += fmt.Sprintf("等%d人", len(p.People))
		}
	}
	if len(p.Countries) == 0 {
		return who + "因公临时出访"
	}
	return who + "因公临时赴" + strings.Join(named(p.Countries, country), "、")
}

func called(p dossier.Published, unit string, w Wording) string {
	if p.Title != "" {
		return "“" + p.Title + "”"
	}
	return w.say("publicNotice.delegation", "Unit", unit)
}

func named(codes []string, country Country) []string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = country(c)
	}
	return out
}

func peoplePart(p dossier.Published, w Wording) Part {
	out := Part{Head: w.say("publicNotice.head.members", "Count", len(p.People)), Cols: []string{ordinal, "姓名", "单位及职务"}}
	for i, name := range p.People {
		post := ""
		if i < len(p.Posts) {
			post = p.Posts[i]
		}
		out.Rows = append(out.Rows, []string{fmt.Sprint(i + 1), name, post})
	}
	return out
}

func whereWhen(p dossier.Published, from, to calendar.Date, country Country) string {
	out := strings.Join(named(p.Countries, country), "、")
	if from.IsZero() || to.IsZero() {
		return out
	}
	if out != "" {
		out += "；"
	}
	return out + Days(from, to) + fmt.Sprintf("，共%d天（含离境、入境当日）", dossier.Trip{Depart: from, Return: to}.Days())
}

func letterWords(i dossier.Invitation, country Country) string {
	out := i.HostName()
	if i.IssuerCountry != "" {
		out += "（" + country(i.IssuerCountry) + "）"
	}
	title := i.SignatoryTitle
	if title != "" && title[len(title)-1] < 0x80 { // Head of Department, Dr. Anna Weber
		title += " "
	}
	if by := strings.TrimSpace(title + i.Signatory); by != "" {
		out += "，" + by + "签发"
	}
	if !i.Issued.IsZero() {
		out += "，" + chinese(i.Issued) + "发出"
	}
	if !i.From.IsZero() && !i.To.IsZero() {
		out += "，邀请" + Days(i.From, i.To) + "来访"
	}
	if i.About != "" {
		out = ended(out) + "邀请单位简介：" + i.About
	}
	return out
}

// fundNames are the words of the application's page: a fund has one name.
var fundNames = map[dossier.Fund]string{
	dossier.FiscalFund: "财政拨款", dossier.ResearchFund: "科研经费", dossier.EnterpriseFund: "企业自筹", dossier.HostFund: "对方资助",
}

var coverNames = map[dossier.HostCover]string{dossier.CoversLodging: "住宿", dossier.CoversMeals: "伙食", dossier.CoversTransport: "交通"}

func moneyWords(p dossier.Published) string {
	out := ""
	if p.Fund != "" {
		out = "经费来源：" + fundNames[p.Fund]
	}
	if len(p.Covers) > 0 {
		var what []string
		for _, c := range p.Covers {
			what = append(what, coverNames[c])
		}
		out += "，邀请方承担" + strings.Join(what, "、")
	}
	if !p.TotalCny.IsZero() {
		if out != "" {
			out += "；"
		}
		out += "预算合计" + yuan(p.TotalCny)
	}
	return out
}

func yuan(d money.Decimal) string { return money.Yuan(d).Figure() + "元" }

func hangsWords(from, to calendar.Date, hangs int, w Wording) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return w.say("publicNotice.hangs", "Dates", Days(from, to), "Days", hangs)
}

func objectionWords(contact string, w Wording) string {
	if contact == "" {
		return w.say("publicNotice.objections")
	}
	return w.say("publicNotice.objections.contact", "Contact", ended(contact))
}
