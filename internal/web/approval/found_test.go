package approval_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/trip"
)

// A loss is noted with the second press, which says what follows by rule. One that
// turns up before it is voided lies in the store again.
func TestALossIsConfirmedAndWhatIsFoundLiesInTheStore(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	h.unsigned("p0", c)
	place := func() custody.Place {
		b, _, err := custody.One(context.Background(), h.office.Store, "unsigned")
		if err != nil {
			t.Fatal(err)
		}
		return b.Place
	}
	keeper := h.as("custodian")
	const at = "/booklets/b/unsigned"
	void := keeper.Hidden(keeper.Sees(at), at+"/void")
	status, _ := keeper.Post(at+"/lost", with(void, "reason", "搬库时没找到"))
	if status != http.StatusOK || place() != custody.InStore {
		t.Fatalf("the first press gives %d, %s", status, place())
	}
	if status, _ := keeper.Post(at+"/lost", with(keeper.Hidden(keeper.Sees(at), at+"/void"), "reason", "搬库时没找到", "sure", "yes")); status != http.StatusOK || place() != custody.IsLost {
		t.Fatalf("the second gives %d, %s", status, place())
	}
	form := keeper.Hidden(keeper.Sees(at, "找到了，已在库里"), at+"/found")
	if status, page := keeper.Post(at+"/found", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "<details class=\"sheet pad\" open") {
		t.Errorf("finding it nowhere gives %d", status)
	}
	form.Set("_key", "found")
	status, page := keeper.Post(at+"/found", with(form, "reason", "在旁边的柜子里"))
	if status != http.StatusOK || place() != custody.InStore || !strings.Contains(page, "找到，入库") || !strings.Contains(page, "在旁边的柜子里") {
		t.Fatalf("finding it gives %d, %s", status, place())
	}
}

// What its holder tells online stands in red where the keeper begins the day; one
// press reports the booklet lost, with what was told for a reason.
func TestTheKeeperReportsALossThatWasToldOnlineWithOnePress(t *testing.T) {
	ctx := context.Background()
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	h.unsigned("p0", c)
	if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: "custodian", Account: "k"}), h.office.Journal, custody.Room, journal.Order{Subject: "p0"},
		journal.Command[custody.Holder](lent{custody.Lent{Booklet: "unsigned", Person: "p0", Filing: "f1", Unit: "u1", Due: h.office.Journal.Today().AddDays(9), By: custody.Window}})); err != nil {
		t.Fatal(err)
	}
	keeper := h.as("custodian")
	const at = "/booklets/b/unsigned"
	if page := keeper.Sees(at); strings.Contains(page, "在线报告遗失") {
		t.Fatal("a loss is told of that nobody told")
	}
	h.comes("trip", "f1", trip.LossTold{Booklet: "unsigned", Person: "p0", On: h.office.Journal.Today(), Where: "柏林地铁", To: []trip.Authority{trip.Police}, Words: journal.Of("被盗"), Paper: journal.Of("")})
	keeper.Sees("/booklets", "柏林地铁", "去挂失")
	page := keeper.Sees(at, "在线报告遗失，等挂失", "柏林地铁", "被盗")
	if status, _ := keeper.Post(at+"/lost", keeper.Hidden(page, at+"/lost")); status != http.StatusOK {
		t.Fatalf("one press gives %d", status)
	}
	b, _, err := custody.One(ctx, h.office.Store, "unsigned")
	if err != nil || b.Place != custody.IsLost || !strings.Contains(b.Why, "柏林地铁") || !strings.Contains(b.Why, "被盗") {
		t.Fatalf("it is %q because of %q, %v", b.Place, b.Why, err)
	}
	if page := keeper.Sees("/booklets"); strings.Contains(page, "去挂失") {
		t.Error("it was reported lost and still waits for that")
	}
}

// lent is a booklet that went out, however that came.
type lent struct{ body custody.Lent }

func (l lent) Decide(custody.Holder, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(l.body), nil
}
