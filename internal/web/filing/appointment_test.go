package filing_test

import (
	"context"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/visa"
)

// What the visa desk notes of an appointment stands on the traveller's link, on the
// unit's home and on the case, each with its day.
func TestAnAppointmentAtAMissionStandsWhereItsPeopleLook(t *testing.T) {
	w, ctx := newTown(t), context.Background()
	he, luo := w.as("he"), w.as("luo")
	at, id := w.decided(he, luo)
	who := w.filing(id).Members[0].Person
	day := calendar.On(2026, 3, 17)
	order := visa.OrderID(id, who, "DEU")
	give[visa.Order](t, ctx, w.office.Journal, visa.Room, order, did[visa.Order]{visa.Planned{Filing: id, Person: who, Area: "DEU", Apply: "DEU", Needed: true, Depart: calendar.On(2026, 5, 11)}})
	give[visa.Order](t, ctx, w.office.Journal, visa.Room, order, did[visa.Order]{visa.MissionDaySet{Filing: id, Person: who, On: day, Words: "上午9点，亮马桥东街"}})
	w.answered()
	for _, page := range []string{"/cases", at} {
		if says := text(he.ok(page).body); !strings.Contains(says, "到使领馆录指纹或面谈（德国）") || !strings.Contains(says, "3月17日") {
			t.Errorf("%s says %s", page, says)
		}
	}
	p, _, err := journal.Load(ctx, w.n.Journal, person.Room, who)
	if err != nil {
		t.Fatal(err)
	}
	link := w.n.Journal.NewID()
	give(t, ctx, w.n.Journal, person.Links, link, person.GiveLink{Person: p})
	jar, _ := cookiejar.New(nil)
	own := reader{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	mine := "/mine/" + person.Token(w.n.Keys, link)
	if says := text(own.get(mine).body); strings.Contains(says, "亮马桥") {
		t.Error("the link alone tells it")
	}
	own.done(mine, url.Values{"digits": {p.IDNumber.Tail()}})
	if says := text(own.ok(mine).body); !strings.Contains(says, "2026年3月17日（星期二）请到德国使领馆") || !strings.Contains(says, "上午9点，亮马桥东街") {
		t.Errorf("the link says %s", says)
	}
}
