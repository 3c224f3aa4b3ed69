package demo_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yitang/internal/account"
	"yitang/internal/demo"
	"yitang/internal/filing"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// A demo that was played with says at its next start what is there now.
func TestWhatAGuestFindsIsCountedNow(t *testing.T) {
	ctx := context.Background()
	f := open(t, t.TempDir())
	city, err := f.Load(ctx, demo.LoadOptions{Seed: 1, Now: now, Cases: 2})
	if err != nil {
		t.Fatal(err)
	}
	var z demo.Zones
	for name, dir := range f.Zones() {
		o := node.Options{Dir: dir}
		switch name {
		case zone.Internet:
			z.Internet, err = node.OpenInternet(ctx, o)
			t.Cleanup(z.Internet.Close)
		case zone.Office:
			z.Office, err = node.OpenOffice(ctx, o)
			t.Cleanup(z.Office.Close)
		case zone.Passport:
			z.Passport, err = node.OpenPassport(ctx, o)
			t.Cleanup(z.Passport.Close)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	finds := func(g demo.Guest) string {
		says, err := z.Finds(ctx, g)
		if err != nil || says == "" {
			t.Fatalf("%s finds %q, %v", g.Login, says, err)
		}
		return says
	}
	for _, g := range city.Guests {
		if says := finds(g); strings.Contains(says, "1 cases") || g.Zone == zone.Internet && strings.Contains(says, "in draft") {
			t.Errorf("%s finds %q", g.Login, says)
		}
	}
	if !slices.ContainsFunc(city.Guests, func(g demo.Guest) bool { return strings.HasSuffix(finds(g), "can hand in") }) {
		t.Error("nobody is told to be able to hand in")
	}
	liaison := city.Guests[0]
	who, _, err := account.ByLogin(ctx, z.Internet.Store, liaison.Login)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"1 in draft", "2 in draft"} {
		if _, err := z.Internet.Drafts.Begin(ctx, z.Internet.Journal.NewID(), who.Unit, filing.Paper{}); err != nil {
			t.Fatal(err)
		}
		if says := finds(liaison); !strings.Contains(says, want) {
			t.Errorf("after %d drafts %s finds %q", i+1, liaison.Login, says)
		}
	}
}
