package progress

import (
	"context"
	"path/filepath"
	"testing"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/web/ui"
)

type noIndex struct{}

func (noIndex) Index(_, value string) string { return value }

// A code opens the locker for whoever has it: only who fetches the booklet reads it,
// and only while it is out.
func TestTheCodeOfALockerIsForWhoFetchesTheBooklet(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
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
	p := &Pages{Journal: &journal.Journal{Store: s}}
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
