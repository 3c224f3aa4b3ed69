package approval_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"yitang/internal/custody"
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
