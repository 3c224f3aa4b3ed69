package quota_test

import (
	"context"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/quota"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestPlanIsKeptByUnitAndYear(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Office, Kinds: quota.Kinds, Projections: func(*keys.Ring) []journal.Projection { return quota.Projections }})
		do := func(id string, cmd quota.SetPlan) error {
			_, err := journal.Do(ctx, j.Journal, quota.Room, journal.Order{Subject: id}, cmd)
			return err
		}
		plan := quota.SetPlan{Unit: "u", Year: 2026, Groups: 20, People: 80, AmountFen: 500000000}
		for _, err := range []error{do("u.2026", plan), do("u.2026", plan)} {
			if err != nil {
				t.Fatal(err)
			}
		}
		if head, _ := j.Head(); head != 1 {
			t.Fatalf("setting the same plan again left %d events", head)
		}
		if err := do("u.2026", quota.SetPlan{Unit: "u", Year: 2026, Groups: -1}); fault.Findings(err) == nil {
			t.Fatal(err)
		}
		if do("u.2027", plan) == nil {
			t.Fatal("a plan for 2026 was kept under 2027")
		}
		p, ok, err := quota.Of(ctx, j.Store, "u", 2026)
		if err != nil || !ok || p.People != 80 {
			t.Fatal(p, ok, err)
		}
		if _, ok, _ := quota.Of(ctx, j.Store, "u", 2025); ok {
			t.Fatal("a plan for a year without one")
		}
		if d := quota.Dossier(3, 12, 60000000); d.AmountCny.String() != "600000" && d.AmountCny.String() != "600000.00" {
			t.Fatal(d.AmountCny)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}
