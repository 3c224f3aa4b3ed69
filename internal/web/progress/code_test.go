package progress

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/person"
	room "yitang/internal/progress"
	"yitang/internal/store"
	"yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// A colleague who travels too reads neither who a step is about nor why; they themselves,
// the unit and the office do.
func TestAStepAboutAColleagueNamesNobodyToATraveller(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	p := &Pages{Journal: &journal.Journal{Store: people(t)}}
	as := func(who string, role access.Role) access.Who {
		return access.Who{Person: who, Account: "a", Unit: "u", Zone: zone.Internet, Roles: []access.Role{role}}
	}
	for _, key := range []string{"visa_refused_one", "give_back", "loss_told", "at_mission"} {
		step := room.Step{Key: "progress.next." + key, Who: room.VisaDesk, Args: map[string]any{"Person": "p1", "Area": "JPN", "Reason": "行程说明不足", "Count": 1, "Day": "2026-09-01"}}
		act := func(w access.Who) string {
			n, err := p.step(ctx, room.State{}, step, w)
			if err != nil || strings.Contains(n.Act+n.Text, "progress.") {
				t.Fatalf("%s: %+v %v", key, n, err)
			}
			return n.Act
		}
		own := act(as("p1", access.Traveller))
		if fellow := act(as("p2", access.Traveller)); fellow != ui.T(ctx, step.Key+".other") || strings.Contains(fellow, "JPN") || strings.Contains(fellow, "行程") {
			t.Errorf("%s tells a colleague %q", key, fellow)
		}
		if unit := act(as("p9", access.Liaison)); unit != own {
			t.Errorf("%s tells the unit %q instead of %q", key, unit, own)
		}
	}
}

// Of refused visas a traveller reads their own, and of the others that there are some:
// never where to look or what to do on pages of the unit.
func TestATravellerReadsOfRefusedVisasWhatConcernsThem(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	p := &Pages{Journal: &journal.Journal{Store: people(t)}}
	refused := map[string]room.Visa{"JPN": {Stage: visa.IsRefused, Why: "行程说明不足"}}
	s := room.State{People: map[string]*room.Person{"p1": {Visas: refused}, "p2": {Visas: refused}, "p3": {}}}
	step := room.Step{Key: "progress.next.visa_refused", Who: room.VisaDesk, Count: 2, Args: map[string]any{"Count": 2}}
	for who, want := range map[string]struct{ says, not string }{
		"p1": {"签证被拒：行程说明不足", "2件"},
		"p3": {"团里有拒签的", "行程说明"},
	} {
		n, err := p.step(ctx, s, step, access.Who{Person: who, Account: "a", Unit: "u", Zone: zone.Internet, Roles: []access.Role{access.Traveller}})
		all := n.Act + n.Text
		if err != nil || !strings.Contains(all, want.says) || strings.Contains(all, want.not) || strings.Contains(all, "变更、取消") || strings.Contains(all, "进度和经过") || strings.Contains(all, "progress.") || len(n.Actions) > 0 {
			t.Errorf("%s reads %q, %v", who, all, err)
		}
	}
	unit, err := p.step(ctx, s, step, access.Who{Account: "a", Unit: "u", Zone: zone.Internet, Roles: []access.Role{access.Liaison}})
	if err != nil || !strings.Contains(unit.Act, "2件") || !strings.Contains(unit.Text, "变更、取消") {
		t.Errorf("the unit reads %+v, %v", unit, err)
	}
}

// What somebody else brings, and whose booklet is made for another delegation, isn't
// told to a traveller; a visit to which a messenger came alone is nobody's.
func TestATravellerReadsOfTheirOwnVisitAndBookletAlone(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	p := &Pages{Journal: &journal.Journal{Store: people(t)}, Shared: func(context.Context, string) ([]Shared, error) {
		return []Shared{{Person: "p1"}, {Person: "p2"}}, nil
	}}
	b := hall.Booking{Acts: []hall.Act{{Kind: visit.Capture, Person: "p1"}, {Kind: visit.SurrenderOld, Person: "p2"}, {Kind: visit.HandIn, Person: "p2"}}}
	for _, c := range []struct {
		who        string
		role       access.Role
		old, in    bool
		shared     int
		at, nobody bool
	}{
		{"p1", access.Traveller, false, false, 1, true, false},
		{"p2", access.Traveller, true, true, 1, false, false},
		{"p3", access.Traveller, false, false, 0, false, false},
		{"p9", access.Liaison, true, true, 2, true, true},
	} {
		w := access.Who{Person: c.who, Account: "a", Unit: "u", Zone: zone.Internet, Roles: []access.Role{c.role}}
		out, _ := p.bring(ctx, b, w)
		if says := strings.Join(out, ";"); strings.Contains(says, "旧护照") != c.old || strings.Contains(says, "要交回的护照") != c.in {
			t.Errorf("%s is to bring %s", c.who, says)
		}
		if all, err := p.shared(ctx, room.State{}, w); err != nil || len(all) != c.shared {
			t.Errorf("%s reads of %d booklets: %v", c.who, len(all), err)
		}
		if Theirs(w, []string{"p1"}) != c.at || Theirs(w, nil) != c.nobody {
			t.Errorf("%s is taken to be at the visit: %v, at a messenger's: %v", c.who, Theirs(w, []string{"p1"}), Theirs(w, nil))
		}
	}
}

type noIndex struct{}

func (noIndex) Index(_, value string) string { return value }

// people is a store of people, in which nobody stands yet.
func people(t *testing.T) *store.Store {
	t.Helper()
	ctx := t.Context()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "node.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Write(ctx, func(tx store.Tx) error {
		for _, p := range person.Projections(noIndex{}) {
			if err := tx.Define(ctx, p.Schema); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// A code opens the locker for whoever has it: only who fetches the booklet reads it,
// and only while it is out.
func TestTheCodeOfALockerIsForWhoFetchesTheBooklet(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	p := &Pages{Journal: &journal.Journal{Store: people(t)}}
	lent := custody.Row{Place: custody.IsLent, Person: "p1", By: custody.Locker, Code: "A7 3391", Since: calendar.On(2026, 11, 28).Begins().UnixMicro()}
	parcel, back, uncoded := lent, lent, lent
	parcel.By, parcel.Code = custody.Courier, "SF1234"
	back.Place, uncoded.Code = custody.InStore, ""
	holder, fellow := access.Who{Person: "p1", Roles: []access.Role{access.Traveller}}, access.Who{Person: "p2", Roles: []access.Role{access.Traveller}}
	for _, c := range []struct {
		what string
		who  access.Who
		b    custody.Row
		says string
	}{
		{"the holder", holder, lent, "取件码 A7 3391"},
		{"the liaison officer", access.Who{Person: "p9", Roles: []access.Role{access.Liaison}}, parcel, "单号 SF1234"},
		{"a fellow traveller", fellow, lent, ""},
		{"the signatory", access.Who{Roles: []access.Role{access.Signatory}}, lent, ""},
		{"the holder afterwards", holder, back, ""},
		{"nothing was told", holder, uncoded, ""},
	} {
		if got, err := p.Fetching(ctx, c.who, c.b); err != nil || got != c.says {
			t.Errorf("%s reads %q, %v", c.what, got, err)
		}
	}
	if got := HandedOut(ctx, lent); got != "11月28日发出（智能柜）" {
		t.Error(got)
	}
}
