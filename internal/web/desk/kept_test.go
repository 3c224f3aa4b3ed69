package desk_test

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/passport"
	"yitang/internal/store"
)

// Another case goes with a booklet of the drill's, whose visit nobody has booked yet.
func TestTheWindowReadsWhoWaitsForAnotherUnitsVisit(t *testing.T) {
	w := open(t, drill.Document)
	ctx := context.Background()
	w.as("window")
	if strings.Contains(w.says("/desk/waiting"), "证照在另一团组名下、还没约采集的人") {
		t.Fatal("somebody waits before there is another case")
	}
	orders, err := passport.OfFiling(ctx, w.Office.Store, w.ID)
	if err != nil || len(orders) == 0 {
		t.Fatal(orders, err)
	}
	err = w.Office.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO approval_booklet (filing, key, person, type, why, origin) VALUES ($1, $2, $2, $3, '', $4)`, "another", orders[0].Person, string(orders[0].Type), orders[0].ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	page := w.says("/desk/waiting", "证照在另一团组名下、还没约采集的人", "舒若兰", "现场办理")
	if at := "/desk/walk?case=" + w.ID; !strings.Contains(page, at) {
		t.Errorf("nothing leads to %s", at)
	} else {
		w.says(at, "舒若兰", "采集")
	}
}
