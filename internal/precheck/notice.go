package precheck

import (
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// Publish is what a notice that is put up now says of the case (公示内容): the nine
// items of DOC-003. Who the host is (邀请单位简介) is one of them, so that a profile
// that is written after the notice went up is new content, like one that is changed.
// The paper of the host's profile (M06) is none: the text doesn't carry it.
func Publish(c *dossier.Case) *dossier.Published {
	p := &dossier.Published{Title: c.Trip.Title, Countries: c.Countries(), Depart: c.Trip.Depart, Return: c.Trip.Return, Purpose: c.Trip.Purpose}
	for _, head := range []bool{true, false} { // who leads is named first
		for i, m := range c.Members {
			if head == (m.Role == dossier.Head) {
				p.People = append(p.People, m.Name())
				p.Posts = append(p.Posts, c.From(i)+m.Post)
			}
		}
	}
	for _, h := range c.Itinerary {
		if h.Activity != "" {
			h.Official = false
			h.City = dossier.Where(c.Legs, h)
			p.Itinerary = append(p.Itinerary, h)
		}
	}
	for _, l := range c.Legs {
		place := l.City
		if l.Transit && !l.LeavesAirport {
			place += "（转机）"
		}
		if l.City != "" && (len(p.Route) == 0 || p.Route[len(p.Route)-1] != place) {
			p.Route = append(p.Route, place)
		}
	}
	for _, i := range c.Invitations {
		if i.Issuer != "" {
			p.Letters = append(p.Letters, dossier.Invitation{Issuer: i.Issuer, IssuerZh: i.IssuerZh, IssuerCountry: i.IssuerCountry, Signatory: i.Signatory, SignatoryTitle: i.SignatoryTitle, Issued: i.Issued, From: i.From, To: i.To, About: i.About})
		}
	}
	if c.Budget != nil {
		p.Fund, p.Covers, p.TotalCny = c.Budget.Fund, slices.Clone(c.Budget.HostCovers), c.Budget.TotalCny
	}
	return p
}

// Told are the items that a notice must tell and this one does, in the order of
// the office's list (DOC-003).
func Told(p *dossier.Published) []dossier.NoticeItem {
	says := map[dossier.NoticeItem]bool{
		"people": len(p.People) > 0, "posts": len(p.Posts) > 0, "countries": len(p.Countries) > 0 && !p.Depart.IsZero() && !p.Return.IsZero(),
		"task": p.Purpose != "", "itinerary": len(p.Itinerary) > 0, "route": len(p.Route) > 0,
		"letter": slices.ContainsFunc(p.Letters, func(i dossier.Invitation) bool { return !i.Issued.IsZero() }), "host": len(p.Letters) > 0,
		"money": p.Fund != "" && !p.TotalCny.IsZero(),
	}
	var out []dossier.NoticeItem
	for _, w := range dossier.NoticeItem("").Words() {
		if says[dossier.NoticeItem(w)] {
			out = append(out, dossier.NoticeItem(w))
		}
	}
	return out
}

// PutUp records that the notice n of a case says from now on what the case says.
// Where it has said something else before, the new content can't have hung before
// the day given: the period starts again.
func PutUp(c *dossier.Case, n *dossier.Notice, notBefore calendar.Date) {
	said := *c
	said.Notice = n
	switch {
	case n.Published == nil:
		notBefore = calendar.Date{}
	case len(NoticeDiffers(&said)) == 0:
		notBefore = n.Published.Since
	}
	n.Published = Publish(c)
	n.Published.Since = notBefore
}

// NoticeDiffers compares the case with what its notice said when it was put up
// (DOC-004). What the notice said nothing of isn't compared: DOC-003 asks for it.
func NoticeDiffers(c *dossier.Case) []Differs {
	if c.Notice == nil || c.Notice.Published == nil {
		return nil
	}
	was, is := c.Notice.Published, Publish(c)
	var out []Differs
	add := func(differs bool, d Differs) {
		if differs {
			out = append(out, d)
		}
	}
	text := func(differs bool, path, zh, en, said, is string) {
		add(differs, Differs{path, "", zh, en, said, is, said, is})
	}
	list := func(a, b []string, path, zh, en string) {
		add(len(a) > 0 && !sameSet(a, b), Differs{path, "", zh, en, strings.Join(a, "、"), strings.Join(b, "、"), strings.Join(a, ", "), strings.Join(b, ", ")})
	}
	day := func(was, is calendar.Date, path, zh, en string) {
		add(!was.IsZero() && was != is, Differs{path, "", zh, en, was.Chinese(), is.Chinese(), was.English(), is.English()})
	}
	list(was.People, is.People, "members", "人员", "the people")
	for i, name := range was.People {
		if at := slices.Index(is.People, name); at >= 0 && i < len(was.Posts) {
			who := slices.IndexFunc(c.Members, func(m dossier.Member) bool { return m.Name() == name })
			text(dossier.Letters(was.Posts[i]) != dossier.Letters(is.Posts[at]), dossier.Owner(who)+".post", name+"的单位职务", "post of "+name, was.Posts[i], is.Posts[at])
		}
	}
	list(was.Countries, is.Countries, "legs", "国家（地区）", "the countries")
	day(was.Depart, is.Depart, "case.depart", "出境日期", "the departure")
	day(was.Return, is.Return, "case.return", "入境日期", "the return")
	text(was.Purpose != "" && dossier.Letters(was.Purpose) != dossier.Letters(is.Purpose), "case.purpose", "任务", "the purpose", was.Purpose, is.Purpose)
	if len(was.Itinerary) > 0 {
		add(spelled(was.Itinerary, placedAs(was.Itinerary, is.Itinerary), halfDay, Differs{Path: "itinerary", Zh: "日程", En: "the itinerary"}))
	}
	route := func(p []string) string { return strings.Join(p, "—") }
	text(len(was.Route) > 0 && dossier.Letters(route(was.Route)) != dossier.Letters(route(is.Route)), "legs", "路线", "the route", route(was.Route), route(is.Route))
	if len(was.Letters) > 0 {
		add(spelled(was.Letters, asFarAsTold(was.Letters, is.Letters), letterLine, Differs{Path: "invitations", Zh: "邀请函和邀请单位", En: "the letter and its host"}))
	}
	text(was.Fund != "" && was.Fund != is.Fund, "budget.fund", "经费来源", "who pays", string(was.Fund), string(is.Fund))
	if !was.TotalCny.IsZero() && !is.TotalCny.IsZero() {
		said, says := money.Yuan(was.TotalCny), money.Yuan(is.TotalCny)
		text(said.Minor < says.Minor, "budget.totalCny", "经费", "the money", said.Figure(), says.Figure()) // less is no harm
	}
	return out
}

func spellAll[T any](list []T, spell func(T) string) []string {
	out := make([]string, len(list))
	for i, x := range list {
		out[i] = spell(x)
	}
	return out
}

// spelled compares two lists as people read them, and tells the first entries that
// differ in either language.
func spelled[T any](was, is []T, spell func(t T, lang string) string, d Differs) (bool, Differs) {
	in := func(lang string) (said, says string) {
		line := func(t T) string { return spell(t, lang) }
		return firstOther(spellAll(was, line), spellAll(is, line))
	}
	d.Said, d.Is = in("zh")
	d.SaidEn, d.IsEn = in("en")
	return d.Said != d.Is, d
}

func halfDay(h dossier.HalfDay, lang string) string {
	day := h.Date.Chinese() + map[dossier.Half]string{dossier.Morning: "上午", dossier.Afternoon: "下午"}[h.Half]
	if lang == "en" {
		day = strings.TrimSpace(h.Date.English() + map[dossier.Half]string{dossier.Morning: " (morning)", dossier.Afternoon: " (afternoon)"}[h.Half])
	}
	return strings.TrimSpace(day + " " + h.City + " " + h.Activity + " " + h.Host)
}

func letterLine(i dossier.Invitation, lang string) string {
	issued, comma := i.Issued.Chinese(), "，"
	if lang == "en" {
		issued, comma = i.Issued.English(), ", "
	}
	return strings.Join(slices.DeleteFunc([]string{i.HostName(), i.Signatory, i.SignatoryTitle, issued, i.About}, func(s string) bool { return s == "" }), comma)
}

// placedAs are the half-days with the place that the notice gave those in which
// people travel by either: another flight of the same day changes nothing that
// anybody has read.
func placedAs(was, is []dossier.HalfDay) []dossier.HalfDay {
	out := slices.Clone(is)
	for i := range out {
		h := &out[i]
		k := slices.IndexFunc(was, func(w dossier.HalfDay) bool { return w.Date == h.Date && w.Half == h.Half })
		if k >= 0 && (h.City == dossier.UnderWay || was[k].City == dossier.UnderWay) {
			h.City = was[k].City
		}
	}
	return out
}

// asFarAsTold are the letters without what the notice had left open of them: to
// add who signed, once one knows, changes nothing that anybody has read. Who the
// host is must be read for as long as all the rest, and isn't let by.
func asFarAsTold(was, is []dossier.Invitation) []dossier.Invitation {
	out := slices.Clone(is)
	for i := range min(len(was), len(out)) {
		for _, x := range []struct{ told, now *string }{{&was[i].Signatory, &out[i].Signatory}, {&was[i].SignatoryTitle, &out[i].SignatoryTitle}} {
			if *x.told == "" {
				*x.now = ""
			}
		}
	}
	return out
}

// firstOther is the first pair that differs in more than blanks and marks; two
// empty texts for none.
func firstOther(was, is []string) (string, string) {
	at := func(list []string, i int) string {
		if i < len(list) {
			return list[i]
		}
		return ""
	}
	for i := range max(len(was), len(is)) {
		if a, b := at(was, i), at(is, i); dossier.Letters(a) != dossier.Letters(b) {
			return a, b
		}
	}
	return "", ""
}
