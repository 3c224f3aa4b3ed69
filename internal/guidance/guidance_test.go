package guidance_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var day = calendar.MustParse

func aNotice(but ...func(*guidance.Publish)) guidance.Publish {
	p := guidance.Publish{Sort: guidance.Notice, Title: "清明假期安排", Body: "4 月 4 日至 6 日大厅不开。", From: day("2026-03-10"), Asks: true}
	for _, b := range but {
		b(&p)
	}
	return p
}

// kinds are the names of what happened, or the words of what is wrong.
func kinds(es []journal.Event, err error) string {
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprintf("%T", e.Body))
	}
	return strings.Join(out, " ")
}

func TestANoticeIsPublishedReplacedAndWithdrawnAndSaysAllThatIsWrong(t *testing.T) {
	out, back := guidance.State{Stand: guidance.Out, Edition: 1}, guidance.State{Stand: guidance.Back, Edition: 1}
	for _, c := range []struct {
		name  string
		given guidance.State
		when  journal.Command[guidance.State]
		then  string
	}{
		{"a first edition", guidance.State{}, aNotice(), "guidance.Published"},
		{"one that begins later", guidance.State{}, aNotice(func(p *guidance.Publish) { p.From = day("2026-04-01") }), "guidance.Published"},
		{"the next edition", out, aNotice(), "guidance.Published"},
		{"the next edition begins at once", out, aNotice(func(p *guidance.Publish) { p.From = day("2026-04-01") }), "invalid: from: guidance.from.replaced"},
		{"after it was withdrawn", back, aNotice(), "not now: guidance.withdrawn while withdrawn"},
		{"nothing filled in", guidance.State{}, guidance.Publish{Chosen: true}, "invalid: title: guidance.empty; body: guidance.empty; sort: guidance.sort; to: guidance.to; from: guidance.from"},
		{"ends before it begins", guidance.State{}, aNotice(func(p *guidance.Publish) { p.Until = day("2026-03-09") }), "invalid: until: guidance.until"},
		{"nobody of a unit is asked", guidance.State{}, aNotice(func(p *guidance.Publish) { p.For.Roles = []string{"window"} }), "invalid: asks: guidance.asks"},
		{"a role that is none", guidance.State{}, aNotice(func(p *guidance.Publish) { p.For.Roles = []string{"liaison", "king"} }), "invalid: to: guidance.to"},
		{"withdrawn", out, guidance.Withdraw{Reason: "假期改了"}, "guidance.Withdrawn"},
		{"withdrawn without a reason", out, guidance.Withdraw{Reason: " "}, "invalid: reason: guidance.empty"},
		{"withdrawn twice", back, guidance.Withdraw{Reason: "假期改了"}, "not now: guidance.withdrawn while withdrawn"},
		{"withdrawn before it was out", guidance.State{}, guidance.Withdraw{Reason: "假期改了"}, "not now: guidance.withdrawn"},
	} {
		es, err := c.when.Decide(c.given, journaltest.Moment(zone.Office, 0))
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
}

func TestAUnitTakesNoteOnceOfEachEditionThatAsks(t *testing.T) {
	of := guidance.Row{ID: "n", Edition: 2, Last: true, Stand: guidance.Out, Asks: true, From: day("2026-03-10")}
	quiet, back, over := of, of, of
	quiet.Asks, back.Stand, over.From, over.Until = false, guidance.Back, day("2026-02-01"), day("2026-03-09")
	for _, c := range []struct {
		name  string
		given guidance.Note
		of    guidance.Row
		then  string
	}{
		{"asked", guidance.Note{}, of, "guidance.Acknowledged"},
		{"the edition before was noted", guidance.Note{Edition: 1}, of, "guidance.Acknowledged"},
		{"noted already", guidance.Note{Edition: 2}, of, ""},
		{"not asked", guidance.Note{}, quiet, "not now: guidance.acknowledge while published"},
		{"withdrawn", guidance.Note{}, back, "not now: guidance.acknowledge while withdrawn"},
		{"over", guidance.Note{}, over, "not now: guidance.acknowledge while published"},
	} {
		es, err := guidance.Acknowledge{Of: c.of, Unit: "u", Name: "何远舟"}.Decide(c.given, journaltest.Moment(zone.Internet, 0))
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
}

func TestANoticeIsReadByThoseWhomItIsForAlone(t *testing.T) {
	liaison := access.Who{Account: "a", Zone: zone.Internet, Unit: "u1", Roles: []access.Role{access.Liaison}}
	for _, c := range []struct {
		name string
		who  access.Who
		a    guidance.Audience
		want bool
	}{
		{"all, a stranger", access.Who{}, guidance.Audience{}, true},
		{"a unit, its officer", liaison, guidance.Audience{Units: []string{"u1"}}, true},
		{"a unit, another's officer", liaison, guidance.Audience{Units: []string{"u2"}}, false},
		{"a unit, a stranger", access.Who{}, guidance.Audience{Units: []string{"u1"}}, false},
		{"a role", liaison, guidance.Audience{Roles: []string{"liaison"}}, true},
		{"another role", liaison, guidance.Audience{Roles: []string{"traveller"}}, false},
		{"the office reads all", access.Who{Account: "a", Zone: zone.Office, Roles: []access.Role{access.Window}}, guidance.Audience{Units: []string{"u1"}}, true},
	} {
		if got := c.a.Has(c.who); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestAPlainTextIsReadAsParagraphsAndLists(t *testing.T) {
	p := func(s string) guidance.Block { return guidance.Block{Lines: []string{s}} }
	for text, want := range map[string][]guidance.Block{
		"一段\r\n\r\n又一段":        {p("一段"), p("又一段")},
		"要带：\n- 身份证\n· 旧护照\n完": {p("要带："), {List: true, Lines: []string{"身份证", "旧护照"}}, p("完")},
		"1. 先交\n2、再取":          {{List: true, Ordered: true, Lines: []string{"先交", "再取"}}},
		"1. 先交\n3. 再取":         {{List: true, Ordered: true, Lines: []string{"先交"}}, p("3. 再取")},
		"2026.3 起执行":           {p("2026.3 起执行")},
		"<b>粗</b>":             {p("<b>粗</b>")},
		"-5 度":                 {p("-5 度")},
	} {
		if got := guidance.Blocks(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q reads as %+v, want %+v", text, got, want)
		}
	}
}

func TestEveryEditionOfANoticeStaysReadable(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Office, Kinds: guidance.Kinds,
			Projections: func(*keys.Ring) []journal.Projection { return guidance.Projections }})
		do := func(id string, cmd journal.Command[guidance.State]) {
			t.Helper()
			if _, err := journal.Do(ctx, j.Journal, guidance.Room, journal.Order{Subject: id}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		do("n1", aNotice())
		do("n1", aNotice(func(p *guidance.Publish) { p.Body, p.Until = "5 日照常。", day("2026-04-07") }))
		do("n2", aNotice(func(p *guidance.Publish) { p.Title, p.From = "五一安排", day("2026-04-20") }))
		titles := func(on string) string {
			t.Helper()
			rows, err := guidance.Current(ctx, j.Store, day(on))
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, r := range rows {
				if !r.Holds(day(on)) {
					t.Errorf("%s: %s is listed and doesn't hold", on, r.Title)
				}
				out = append(out, r.Title)
			}
			return strings.Join(out, " ")
		}
		for on, want := range map[string]string{"2026-03-09": "", "2026-04-07": "清明假期安排", "2026-04-08": "", "2026-04-20": "五一安排"} {
			if got := titles(on); got != want {
				t.Errorf("on %s the office says %q, not %q", on, got, want)
			}
		}
		do("n1", guidance.Withdraw{Reason: "假期改了"})
		all, err := guidance.Editions(ctx, j.Store, "n1")
		if err != nil || len(all) != 2 || all[0].Edition != 2 || all[0].Reason != "假期改了" || all[0].Stand != guidance.Back || all[1].Last || all[1].Body != "4 月 4 日至 6 日大厅不开。" || all[1].Stand != guidance.Out {
			t.Errorf("%v: %+v", err, all)
		}
		if got := titles("2026-04-07"); got != "" {
			t.Errorf("what was withdrawn holds: %s", got)
		}
		if rows, err := guidance.All(ctx, j.Store); err != nil || len(rows) != 2 {
			t.Errorf("%v: %+v", err, rows)
		}
	})
}
