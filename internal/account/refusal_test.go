package account_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestEveryRefusalIsRecordedAndNobodyFillsTheJournalWithThem(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		o := at(t, open(), zone.Office)
		if err := o.open("wu", "correct horse 9 一趟", access.Intake); err != nil {
			t.Fatal(err)
		}
		d := &account.Doorbook{Journal: o.Journal, Log: slog.New(slog.DiscardHandler), Window: 300 * time.Millisecond}
		who := access.Who{Account: "id-wu", Roles: []access.Role{access.Intake}, Zone: zone.Office}
		for range 500 {
			d.Refused(ctx, who, access.DecideCase, "/case/x/decide")
		}
		rows, err := account.RefusalsLately(ctx, o.Store, 100)
		if err != nil || len(rows) != 1 || rows[0].Name != "罗知行" || rows[0].Login != "wu" || rows[0].Right != access.DecideCase || rows[0].Path != "/case/x/decide" {
			t.Fatal(rows, err)
		}
		for i := range 300 { // whoever tries one number after the other
			d.Refused(ctx, who, access.SeeVisas, fmt.Sprint("/visa/", i))
		}
		d.Refused(ctx, who, access.SeeVisas, "/visa/"+strings.Repeat("长", 500))
		times := 0
		for end := time.Now().Add(10 * time.Second); times != 801; time.Sleep(20 * time.Millisecond) {
			if rows, err = account.RefusalsLately(ctx, o.Store, 500); err != nil || time.Now().After(end) {
				t.Fatalf("%d of 801 refusals are recorded: %v", times, err)
			}
			times = 0
			for _, r := range rows {
				times += r.Times
			}
		}
		if len(rows) > 80 { // a slow machine sees several windows
			t.Errorf("801 refusals made %d events", len(rows))
		}
		journaltest.RebuiltEqualsKept(t, o.Journal)
		history, err := o.Journal.History(ctx, journal.Ref{Kind: "refusals", ID: "id-wu"})
		if err != nil || history[0].Actor.Account != "id-wu" || history[0].Actor.Role != "intake" {
			t.Fatal(history, err)
		}
	})
}
