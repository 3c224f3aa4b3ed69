package node_test

import (
	"slices"
	"strings"
	"testing"

	"yitang/internal/exchange"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/zone"
	"yitang/packs"
)

// Of what has the reach nothing is forgotten in the program's own policy, and
// nothing stands in it that never travels.
func TestTheProgramsReleasePolicyLetsGoWhatHasTheReachAndNamesNothingElse(t *testing.T) {
	built, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	policy := node.ReleasePolicy(built.Release)
	for _, pair := range zone.Streams() {
		s := exchange.Stream{From: pair[0], To: pair[1]}
		rule := policy.Streams[s]
		used := map[string]bool{}
		for _, k := range node.Kinds() {
			travels := false
			for _, origin := range zone.All() {
				written := k.Home.Has(origin) && origin != s.To && (origin == s.From || s.From == zone.Office)
				travels = travels || written && !k.Own && k.Reach.Has(s.To)
			}
			if !travels {
				continue
			}
			room, _, _ := strings.Cut(k.Name, ".")
			used[room+".*"] = true
			if !slices.Contains(rule.May, room+".*") {
				t.Errorf("%s: %s has the reach, and the policy lets no %s.* go", s, k.Name, room)
			}
		}
		for _, p := range rule.May {
			if !used[p] {
				t.Errorf("%s: nothing of %s ever travels there", s, p)
			}
		}
		var hold []string
		if s.From == zone.Passport { // free words that leave the isolated network
			hold = []string{"guidance.remarked_at_passports"}
		}
		if len(rule.Limits) != 2 || rule.Promise == 0 || !slices.Equal(rule.Hold, hold) {
			t.Errorf("%s: %+v", s, rule)
		}
	}
}

func TestAPackThatReleasesWhatNothingIsCalledIsAMistake(t *testing.T) {
	built, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	r := node.CheckPack(built, pack.Content{pack.ReleaseFile: []byte("streams: {passport-office: {may: [passport.*, guidence.*], hold: [passport.handed_ovr]}}")})
	if len(r.Mistakes) != 2 || r.Mistakes[0].Nearest != "guidance.*" || r.Mistakes[1].Nearest != "passport.handed_over" {
		t.Errorf("%+v", r.Mistakes)
	}
	for _, name := range packs.Names() {
		files, _ := packs.Named(name)
		c, err := pack.ReadFiles(files)
		if err != nil {
			t.Fatal(err)
		}
		if name != "demo" {
			if r := node.CheckPack(built, c); len(r.Mistakes) > 0 {
				t.Errorf("%s: %v", name, r.Mistakes)
			}
		}
	}
}
