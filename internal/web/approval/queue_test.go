package approval_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/dossier"
)

// alone gives a case its own plan line, words and host, so that no rule takes
// it for a part of another.
func alone(c *dossier.Case, id string) {
	c.Trip.PlanLine, c.Trip.Necessity = id, c.Trip.Necessity+id
	for i := range c.Invitations {
		c.Invitations[i].Issuer += id
	}
	for i := range c.Itinerary {
		c.Itinerary[i].Host += id
	}
}

// What the filter counts, what it lists, what a row says and what the case's
// own page asks for are one number.
func TestTheFilterCountsWhatItsRowsShow(t *testing.T) {
	h := aHouse(t)
	want := map[string]int{"clean": 0, "urgent": 0, "odd": 5, "hasty": 5}
	for id, n := range want {
		c := example(t, "valid-germany-5-days.json")
		c.Trip.Title = "团组" + id
		alone(&c, id)
		for i := range n {
			c.Itinerary[i+1].Activity, c.Itinerary[i+1].Host = "会谈", id // too brief, host and all
		}
		s := submitted(c, map[string]string{"ITN-013": "一句说明"}) // the unit's words on a warning make nothing to judge
		s.Urgent = id == "urgent" || id == "hasty"
		for i := range s.Members {
			s.Members[i].Person += id
		}
		h.comes("filing", id, s)
		h.until("received", h.stage(id, approval.AtIntake))
		h.until("examined", h.toJudge(id, n))
	}
	intake := h.as("intake")
	row := func(page, id string) string {
		at := strings.Index(page, "团组"+id)
		if at < 0 {
			return ""
		}
		end := strings.Index(page[at:], "</tr>")
		return page[at : at+end]
	}
	all, clean := intake.Sees("/queue"), intake.Sees("/queue?f=clean")
	chip := regexp.MustCompile(`f=clean"[^>]*>[^<]*无待判断[^0-9]*(\d+)`).FindStringSubmatch(all)
	if chip == nil || chip[1] != "2" {
		t.Errorf("the chip counts %v, want 2", chip)
	}
	for id, n := range want {
		says := "无待判断"
		if n > 0 {
			says = fmt.Sprintf("判断 %d 项", n)
			intake.Sees("/c/"+id, fmt.Sprintf("还有 %d 项没有判断", n))
		}
		if got := row(all, id); !strings.Contains(got, says) || (strings.Contains(got, "加急") != (id == "urgent" || id == "hasty")) {
			t.Errorf("the row of %s says %q", id, got)
		}
		if listed := row(clean, id) != ""; listed != (n == 0) {
			t.Errorf("%s with %d to judge is listed under the filter: %v", id, n, listed)
		}
	}

	// The last judgement moves the case to the other side, at once.
	page := intake.Sees("/c/odd")
	for _, f := range regexp.MustCompile(`name="rule" value="([^"]+)"><input type="hidden" name="field" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		intake.Post("/c/odd/holds", url.Values{"_key": {f[1] + f[2]}, "rule": {f[1]}, "field": {f[2]}, "round": {"1"}})
	}
	if got := row(intake.Sees("/queue?f=clean"), "odd"); !strings.Contains(got, "无待判断") {
		t.Errorf("all is judged, and its row says %q", got)
	}

	// Nothing happens to the case, and a rule sees something else: looked at each hour.
	if err := h.office.DoChores(context.Background()); err != nil {
		t.Error(err)
	}
}
