package guidance_test

import (
	"context"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/node"
	"yitang/internal/unit"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "a fine long password"

// town is the internet zone and the office with two units.
type town struct {
	t        *testing.T
	internet *node.Internet
	office   *node.Office
	at       map[zone.Zone]string
	clock    *journaltest.Clock
}

func newTown(t *testing.T) *town {
	t.Helper()
	ctx := context.Background()
	w := &town{t: t, at: map[zone.Zone]string{}, clock: journaltest.NewClock(journaltest.Morning)}
	options := func(z zone.Zone) node.Options {
		o := node.Options{Dir: filepath.Join(t.TempDir(), string(z)), Passwords: account.Slight, Clock: w.clock.Now}
		if err := node.Init(z, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	var err error
	if w.internet, err = node.OpenInternet(ctx, options(zone.Internet)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.internet.Close)
	if w.office, err = node.OpenOffice(ctx, options(zone.Office)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.office.Close)
	for id, name := range map[string]string{"u1": "巴渝理工大学（虚构）", "u2": "云江水务集团（虚构）"} {
		give(t, w.office.Journal, unit.Room, id, unit.Open{Name: name, NameEn: "Unit " + id, USCC: "12509901G76543219R", Type: dossier.Institution})
	}
	w.heard()
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	open := func(desk *account.Desk, login, name, unit string, roles ...access.Role) {
		if _, err := desk.Open(admin, journal.Order{Subject: "acc-" + login}, account.Open{Login: login, Name: name, Roles: roles, Unit: unit}, password); err != nil {
			t.Fatal(err)
		}
	}
	open(w.internet.Accounts, "he", "何远舟", "u1", access.Liaison)
	open(w.internet.Accounts, "other", "吴工", "u2", access.Liaison)
	open(w.office.Accounts, "chu", "处长", "", access.Chief)
	open(w.office.Accounts, "shou", "受理", "", access.Intake)
	for z, site := range map[zone.Zone]*httptest.Server{zone.Internet: httptest.NewServer(sites.Internet(w.internet).Handler()), zone.Office: httptest.NewServer(sites.Office(w.office).Handler())} {
		t.Cleanup(site.Close)
		w.at[z] = site.URL
	}
	return w
}

func give[S any](t *testing.T, j *journal.Journal, sub journal.Subject[S], id string, cmd journal.Command[S]) {
	t.Helper()
	if _, err := journal.Do(context.Background(), j, sub, journal.Order{Subject: id}, cmd); err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
}

func (w *town) as(login string) webtest.Visitor {
	w.t.Helper()
	z := zone.Internet
	if login == "chu" || login == "shou" {
		z = zone.Office
	}
	return webtest.SignIn(w.t, w.at[z], login, password)
}

// heard carries over all that one zone may know of the other, both ways.
func (w *town) heard() {
	w.t.Helper()
	for _, way := range [][2]*node.Node{{w.office.Node, w.internet.Node}, {w.internet.Node, w.office.Node}} {
		from, to, ctx := way[0], way[1], context.Background()
		known := map[string]bool{}
		err := to.Journal.Each(ctx, 0, func(e journal.Event) error { known[e.ID] = true; return nil })
		if err == nil {
			err = from.Journal.Each(ctx, 0, func(e journal.Event) error {
				b, ok, err := from.Journal.Registry().EncodeFor(e, to.Zone)
				if err != nil || !ok || e.Origin != from.Zone || known[e.ID] {
					return err
				}
				return to.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err })
			})
		}
		if err != nil {
			w.t.Fatal(err)
		}
	}
}
