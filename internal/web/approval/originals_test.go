package approval_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visa"
	"yitang/internal/visit"
)

// An invitation that the mission wants to see on paper is told as missing at its
// line of the kit, on the board and before the kit is sent, until the window has it.
func TestAnOriginalThatAMissionWantsIsToldAsMissingUntilTheWindowHasIt(t *testing.T) {
	h, ctx := aHouse(t), context.Background()
	c := example(t, "valid-germany-5-days.json")
	for i := range c.Legs {
		if c.Legs[i].Country == "DEU" {
			c.Legs[i].Country = "GBR"
		}
	}
	for i := range c.Invitations {
		c.Invitations[i].IssuerCountry = "GBR"
	}
	orders := h.planned(c)
	i := slices.IndexFunc(orders, func(o visa.Row) bool { return o.Apply == "GBR" && o.Stage == visa.IsPlanned })
	if i < 0 {
		t.Fatalf("no visa for Britain is ordered: %+v", orders)
	}
	o, v := orders[i], h.as("visa1")
	if page := v.Sees("/visa/"+o.ID, "纸质原件：未收到", "纸质原件：未要求"); strings.Count(page, "纸质原件：未收到") != 1 {
		t.Error("more than the invitation is wanted on paper")
	}
	v.Sees("/visa", "纸质原件未收到：邀请函（英国）")
	var items []string
	for _, it := range h.visa(o.ID).Plan.Kit {
		items = append(items, it.ID)
	}
	if _, err := journal.Do(ctx, h.office.Journal, visa.Room, journal.Order{Subject: o.ID}, visa.CompleteKit{Items: items}); err != nil {
		t.Fatal(err)
	}
	v.Sees("/visa/"+o.ID, "送签", "使领馆要看纸质原件，还没收到：邀请函（英国）")
	bring := hall.Act{ID: "act.paperOriginal#KOR", Kind: visit.PaperOriginal, Minutes: 3}
	for _, act := range []string{"act.paperOriginal#KOR", "act.paperOriginal#GBR"} {
		bring.ID = act
		for _, cmd := range []journal.Command[hall.Attendance]{hall.CheckIn{Booking: hall.Booking{Filing: "f1", Unit: "u1", Acts: []hall.Act{bring}}, Cause: "原件", Earlier: 0},
			hall.CloseAct{Act: act, Result: hall.Done, Originals: 1}} {
			if _, err := journal.Do(ctx, h.office.Journal, hall.Attendances, journal.Order{Subject: "v-" + act}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		page := v.Sees("/visa/"+o.ID, "送签")
		if told := strings.Contains(page, "还没收到：邀请函"); told == (act == "act.paperOriginal#GBR") {
			t.Errorf("after %s was brought it is told as missing: %v", act, told)
		}
	}
	v.Sees("/visa/"+o.ID, "纸质原件：已收到")
}
