package precheck

import (
	"regexp"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// announcedCase is a case whose notice hangs as the case is.
func announcedCase(t *testing.T) dossier.Case {
	t.Helper()
	c := dossier.Case{
		Unit:        dossier.Unit{Name: "渝州大学（虚构）"},
		Trip:        dossier.Trip{Purpose: "商定联合实验室", Depart: calendar.On(2026, 5, 11), Return: calendar.On(2026, 5, 15)},
		Members:     []dossier.Member{{FamilyName: "江", GivenName: "明远", Post: "副校长"}, {FamilyName: "舒", GivenName: "若兰", Post: "处长"}},
		Legs:        []dossier.Leg{{Country: "DEU", City: "柏林", Arrive: calendar.LocalTime{Date: calendar.On(2026, 5, 11)}, Leave: calendar.LocalTime{Date: calendar.On(2026, 5, 15)}}},
		Itinerary:   []dossier.HalfDay{{Date: calendar.On(2026, 5, 12), Half: dossier.Morning, Country: "DEU", City: "柏林", Activity: "座谈", Host: "柏林示范大学"}},
		Invitations: []dossier.Invitation{{Issuer: "柏林示范大学", Signatory: "A. Beispiel", Issued: calendar.On(2026, 2, 8), Contact: "office@example.org"}},
		Budget:      &dossier.Budget{Fund: dossier.FiscalFund, TotalCny: money.MustDecimal("60000.00")},
		Notice:      &dossier.Notice{From: calendar.On(2026, 3, 2), To: calendar.On(2026, 3, 6)},
	}
	PutUp(&c, c.Notice, calendar.On(2026, 3, 2))
	if told := Told(c.Notice.Published); len(told) != len(dossier.NoticeItem("").Words()) {
		t.Fatalf("the notice tells only %v", told)
	}
	return c
}

var (
	rawDay     = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	chineseDay = regexp.MustCompile(`\d{4}-\d{2}-\d{2}|[年月日、，上下]`)
)

// DOC-004: what the notice must tell is compared item by item; what it doesn't
// tell, and how things are spelt, is nobody's business.
func TestAChangeOfAnythingThatTheNoticeTellsIsNamed(t *testing.T) {
	for _, x := range []struct {
		what   string
		change func(*dossier.Case)
		path   string // "" for no difference
	}{
		{"nothing", func(*dossier.Case) {}, ""},
		{"another member", func(c *dossier.Case) { c.Members = c.Members[:1] }, "members"},
		{"another post", func(c *dossier.Case) { c.Members[1].Post = "副处长" }, "members[1].post"},
		{"another unit", func(c *dossier.Case) { c.Members[1].Unit = "渝州研究院（虚构）" }, "members[1].post"},
		{"people in another order", func(c *dossier.Case) { c.Members[0], c.Members[1] = c.Members[1], c.Members[0] }, ""},
		{"a later departure", func(c *dossier.Case) { c.Trip.Depart = calendar.On(2026, 5, 12) }, "case.depart"},
		{"another task", func(c *dossier.Case) { c.Trip.Purpose = "参观" }, "case.purpose"},
		{"another activity", func(c *dossier.Case) { c.Itinerary[0].Activity = "参观港口" }, "itinerary"},
		{"a full stop", func(c *dossier.Case) { c.Itinerary[0].Activity = "座谈。" }, ""},
		{"another city", func(c *dossier.Case) { c.Legs[0].City = "慕尼黑" }, "legs"},
		{"another host", func(c *dossier.Case) { c.Invitations[0].Issuer = "慕尼黑示范大学" }, "invitations"},
		{"the host's address", func(c *dossier.Case) { c.Invitations[0].Contact = "intl@example.org" }, ""},
		{"another who signs", func(c *dossier.Case) { c.Invitations[0].Signatory = "B. Beispiel" }, "invitations"},
		{"what the notice had left open", func(c *dossier.Case) {
			c.Notice.Published.Letters[0].SignatoryTitle, c.Invitations[0].SignatoryTitle = "", "校长"
		}, ""},
		{"who the host is, told only now", func(c *dossier.Case) { c.Invitations[0].About = "以工科见长的公立大学" }, "invitations"},
		{"the paper that says who the host is", func(c *dossier.Case) {
			c.Materials = append(c.Materials, dossier.Material{Kind: "M06", Owner: "case", File: "简介.pdf"})
		}, ""},
		{"another purse", func(c *dossier.Case) { c.Budget.Fund = dossier.ResearchFund }, "budget.fund"},
		{"more money", func(c *dossier.Case) { c.Budget.TotalCny = money.MustDecimal("60000.01") }, "budget.totalCny"},
		{"less money", func(c *dossier.Case) { c.Budget.TotalCny = money.MustDecimal("59000.00") }, ""},
	} {
		c := announcedCase(t)
		c = c.Clone()
		x.change(&c)
		got := NoticeDiffers(&c)
		if x.path == "" {
			if len(got) > 0 {
				t.Errorf("%s: the notice is said to differ: %v", x.what, got)
			}
			continue
		}
		if len(got) == 1 && rawDay.MatchString(got[0].Said+got[0].Is) {
			t.Errorf("%s: a day isn't written as people do: %s, %s", x.what, got[0].Said, got[0].Is)
		}
		if len(got) == 1 && (chineseDay.MatchString(got[0].SaidEn+got[0].IsEn) || got[0].SaidEn == got[0].IsEn) {
			t.Errorf("%s: in English %q is %q", x.what, got[0].SaidEn, got[0].IsEn)
		}
		if len(got) != 1 || got[0].Path != x.path || got[0].Said == got[0].Is {
			t.Errorf("%s: %v", x.what, got)
		}
	}
}

// The period starts again with a changed content, and can't be put back before it.
func TestAChangedNoticeHangsNoEarlierThanItsChange(t *testing.T) {
	c := announcedCase(t)
	if !c.Notice.Published.Since.IsZero() {
		t.Error("a first notice is bound to a day:", c.Notice.Published.Since)
	}
	c.Trip.Purpose = "商定联合实验室的章程"
	PutUp(&c, c.Notice, calendar.On(2026, 3, 4))
	if got := c.Notice.Published.Since; got != calendar.On(2026, 3, 4) || len(NoticeDiffers(&c)) > 0 {
		t.Errorf("put up anew since %v, differing in %v", got, NoticeDiffers(&c))
	}
	PutUp(&c, c.Notice, calendar.On(2026, 3, 9)) // the same once more
	if got := c.Notice.Published.Since; got != calendar.On(2026, 3, 4) {
		t.Errorf("the same content was moved to %v", got)
	}
}
