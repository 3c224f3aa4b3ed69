package filing_test

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/drill"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/visit"
	applying "yitang/internal/web/filing"
	visits "yitang/internal/web/hall"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
)

// Whose passport is being made on account of one case isn't called for the next:
// the pre-check wants no capture, the visit plan neither, and the pages say for
// which case it is made to those who may see that, and to nobody else.
func TestThePassportOfAnotherCaseCallsNobodyASecondTime(t *testing.T) {
	ctx := context.Background()
	s, he := approved(t)
	first, _, err := journal.Load(ctx, s.Internet.Journal, room.Room, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	const i = drill.Newcomer
	state, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	work := applying.NewWork(s.Internet)
	if _, err := s.Internet.Accounts.Open(journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"}), journal.Order{Subject: "acc-other"},
		account.Open{Login: "other", Name: "外单位", Roles: []access.Role{access.Liaison}, Unit: "elsewhere"}, s.Password); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
	t.Cleanup(srv.Close)
	other := webtest.SignIn(t, srv.URL, "other", s.Password)
	begin := func(id, unit string) {
		if _, err := s.Internet.Drafts.Begin(ctx, id, unit, room.Paper{Case: first.Dossier.Clone(), People: s.People}); err != nil {
			t.Fatal(err)
		}
	}
	find := func(f *applying.File) (requirement.Requirement, bool) {
		for _, r := range work.Requirements(f) {
			if b, is := r.What.(requirement.Booklet); is && r.Owner == requirement.OfMember(i) && r.Key == "booklet" {
				return r, b.Action == requirement.AwaitBooklet
			}
		}
		return requirement.Requirement{}, false
	}
	wants := func(f *applying.File) bool {
		return slices.ContainsFunc(work.Check(f, precheck.Submit).List, func(x precheck.Finding) bool {
			return x.Rule == "PPT-012" && strings.HasPrefix(x.Field, "members[1]")
		})
	}
	calls := func(f *applying.File) bool {
		n, err := visits.Finder{Journal: s.Internet.Journal, Pack: s.Internet.Packs.Now}.For(ctx, f.ID, room.Filing{Unit: f.Unit, Dossier: f.Now.Case, Members: first.Members})
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(n.Acts, func(a visit.Act) bool {
			return (a.Kind == visit.Capture || a.Kind == visit.ShowID) && a.Member >= 0 && n.Members[a.Member].ID == s.People[i]
		})
	}
	looks := func(id string) {
		f, err := work.Open(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		if r, awaits := find(f); !awaits || r.IsMissing() {
			t.Errorf("%s: the booklet is %+v", id, r)
		}
		if wants(f) || calls(f) {
			t.Errorf("%s calls for a capture: pre-check %v, visit plan %v", id, wants(f), calls(f))
		}
		f.Known = nil
		if _, awaits := find(f); awaits || !wants(f) {
			t.Errorf("%s: with nothing under way nobody is called", id)
		}
	}
	begin("next", s.Unit)
	looks("next")
	numbered := "护照正在为另一团组（案号 " + state.Number + "）办理，做好后本团组直接使用，不必另办"
	he.Sees("/cases/next/visit", numbered, "采集要由那个团组的单位来约，还没有约")
	for _, who := range s.People { // to the other unit, for which they travel next
		give(t, journal.WithActor(ctx, journal.System), s.Internet.Journal, person.Room, who, transferred{"elsewhere"})
	}
	begin("theirs", "elsewhere")
	looks("theirs")
	says := other.Sees("/cases/theirs/visit", "护照正在为另一团组办理，做好后本团组直接使用，不必另办")
	for _, page := range []string{"/members", "/check"} {
		if got := other.Sees("/cases/theirs"+page, "护照正在为另一团组办理，做好后本团组直接使用，不必另办"); strings.Contains(got, "批准后办一本") {
			t.Errorf("%s says that one is made for this trip, too", page)
		}
	}
	if strings.Contains(says, state.Number) {
		t.Error("a unit reads another's case number")
	}
}
