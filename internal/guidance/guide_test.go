package guidance_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/guidance"
	"yitang/internal/pack"
	"yitang/internal/requirement"
	"yitang/ref"
)

func builtPack(t *testing.T) *pack.Set {
	t.Helper()
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// asks are the papers that the engine asks of a case, by kind.
func asks(c dossier.Case, set *pack.Set, on calendar.Date, known requirement.Known) []string {
	var out []string
	for _, r := range requirement.For(requirement.Facts{Case: c, Known: known, Countries: set.Countries, Today: on, Workday: set.Ref.Holidays.IsWorkday}, set.Needs(on)) {
		if m, is := r.What.(requirement.Material); is && r.IsNeeded() && !slices.Contains(out, string(m.Kind)) {
			out = append(out, string(m.Kind))
		}
	}
	slices.Sort(out)
	return out
}

func lists(g guidance.Guide) (plain, with []string) {
	for _, p := range g.Papers {
		plain = append(plain, string(p.Kind))
	}
	with = slices.Clone(plain)
	for _, s := range g.More {
		for _, p := range s.Papers {
			with = append(with, string(p.Kind))
		}
	}
	slices.Sort(plain)
	return plain, with
}

// A case as units really write it, of which nothing was given yet: the guide for it
// lists what the engine asks of it, and what it asks beside is told as a special case.
func TestAGuideListsWhatTheSystemAsksOfSuchACase(t *testing.T) {
	set, equal := builtPack(t), 0
	files, err := filepath.Glob("../../testdata/cases/*.json")
	if err != nil || len(files) < 50 {
		t.Fatalf("%v: %d cases", err, len(files))
	}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := dossier.Read(f)
		f.Close()
		if err != nil || len(c.Members) == 0 || len(c.Countries()) != 1 || c.AsOf.IsZero() || !guidance.Fits(c.Trip.Kind, c.Countries()[0], set.Ref.Countries) || c.Members[0].Foreign() {
			continue
		}
		c.Members, c.Materials, c.Invitations, c.Budget, c.Notice = c.Members[:1], nil, nil, nil, nil
		c.Members[0].Passport = nil
		g := guidance.Make(guidance.Asked{Kind: c.Trip.Kind, Country: c.Countries()[0], Unit: c.Unit.Type, Rank: c.Members[0].Rank}, set, c.AsOf)
		plain, with := lists(g)
		want := asks(c, set, c.AsOf, requirement.Known{})
		if slices.Equal(plain, want) {
			equal++
		}
		for _, kind := range want {
			if !slices.Contains(with, kind) {
				t.Errorf("%s is asked for %s, and the guide doesn't know it", filepath.Base(file), kind)
			}
		}
		for _, kind := range plain {
			if !slices.Contains(want, kind) {
				t.Errorf("the guide for %s lists %s, which isn't asked for", filepath.Base(file), kind)
			}
		}
	}
	if equal < 20 {
		t.Errorf("only %d guides are the list of their case to the paper", equal)
	}
}

func TestAGuideIsMadeForEachKindAndCountryAndNamesWhyAndOnWhatBasis(t *testing.T) {
	set, on := builtPack(t), day("2026-03-10")
	made := 0
	for code := range set.Ref.Countries {
		for _, kind := range guidance.GuideKinds() {
			if !guidance.Fits(kind, code, set.Ref.Countries) {
				continue
			}
			made++
			g := guidance.Make(guidance.Asked{Kind: kind, Country: code, Unit: dossier.Institution, Rank: dossier.NoRank}, set, on)
			if len(g.Papers) < 3 || len(g.Path.Steps) == 0 || len(g.Bases()) == 0 || len(g.Limits) == 0 {
				t.Errorf("%s: %d papers, %d steps, %d bases, %d limits", g.Asked, len(g.Papers), len(g.Path.Steps), len(g.Bases()), len(g.Limits))
			}
			for _, p := range g.Papers {
				if p.Condition.Text().Zh == "" || p.Condition.Text().En == "" || p.Condition.Basis == "" {
					t.Errorf("%s: nothing says why %s is asked for", g.Asked, p.Kind)
				}
			}
		}
	}
	if made < 500 {
		t.Errorf("only %d guides were made", made)
	}
}

func TestAGuideIsMadeForThreeCountriesAtTheMost(t *testing.T) {
	for with, many := range map[string]bool{"": false, "FRA,ITA": false, "FRA,ITA,FRA": false, "FRA,ITA,ESP": true} {
		if a := (guidance.Asked{Kind: dossier.Own, Country: "DEU", With: with}); a.TooMany() != many {
			t.Errorf("with %q: %v", with, a.TooMany())
		}
	}
}

// The translation of a letter is asked for where the letter isn't in Chinese, as nearly
// all are: it stands behind the letter, and the engine says when it is asked.
func TestATranslationStandsBehindItsLetterAndSaysWhenItIsAsked(t *testing.T) {
	set, on := builtPack(t), day("2026-03-10")
	a := guidance.Asked{Kind: dossier.Own, Country: "DEU", Unit: dossier.Institution, Rank: dossier.NoRank}
	g := guidance.Make(a, set, on)
	var shown []string
	for _, p := range g.By(requirement.AtSubmission) {
		says := string(p.Kind)
		if p.If != "" {
			says += " if " + p.If
		}
		shown = append(shown, says)
	}
	if i := slices.Index(shown, "M05 if foreignLetter"); i < 1 || shown[i-1] != "M04" {
		t.Errorf("with the application: %v", shown)
	}
	for _, s := range g.Rare() {
		if s.Name == "foreignLetter" {
			t.Error("what nearly all are asked for stands among the special cases too")
		}
	}
	for language, asked := range map[string]bool{"en": true, "de": true, "zh": false, "zh-Hans": false} {
		c := a.Case(on)
		c.Invitations = []dossier.Invitation{{IssuerCountry: "DEU", Language: language}}
		if got := slices.Contains(asks(c, set, on, requirement.Known{}), "M05"); got != asked {
			t.Errorf("of a letter in %q a translation is asked for: %v", language, got)
		}
	}
	// Who joins another's delegation gives none, and reads of none.
	a.Kind = dossier.Joined
	if slices.ContainsFunc(guidance.Make(a, set, on).By(requirement.AtSubmission), func(p guidance.Paper) bool { return p.Kind == "M05" }) {
		t.Error("who joins a delegation reads of a translation")
	}
}

func TestAGuideFollowsTheConfigurationAndTheAnswers(t *testing.T) {
	set, on := builtPack(t), day("2026-03-10")
	a := guidance.Asked{Kind: dossier.Own, Country: "DEU", Unit: dossier.Institution, Rank: dossier.NoRank}
	g := guidance.Make(a, set, on)
	plain, _ := lists(g)
	if !slices.Contains(plain, "M35") || g.Clocks.Visa == 0 || g.Clocks.Booklet == 0 {
		t.Fatalf("%v, clocks %+v", plain, g.Clocks)
	}
	other := *set
	other.Ref.Missions = slices.Clone(set.Ref.Missions)
	for i := range other.Ref.Missions {
		if other.Ref.Missions[i].Area == ref.Schengen {
			other.Ref.Missions[i].Materials, other.Ref.Missions[i].Workdays = []dossier.MaterialKind{"M36"}, 31
		}
	}
	changed := guidance.Make(a, &other, on)
	if plain, _ := lists(changed); slices.Contains(plain, "M35") || changed.Clocks.Visa != 31 {
		t.Errorf("the missions want otherwise, and the guide says %v, %+v", plain, changed.Clocks)
	}
	a.Booklet = true
	if with := guidance.Make(a, set, on); with.Clocks.Booklet != 0 || len(with.Papers) >= len(g.Papers) {
		t.Errorf("who holds a booklet is asked for %d papers instead of %d, clocks %+v", len(with.Papers), len(g.Papers), with.Clocks)
	}
	// A unit's own delegation to Hong Kong is a kind of its own; who joins another's joins it there too.
	for kind, want := range map[dossier.CaseKind]bool{dossier.Own: false, dossier.HKMacau: true, dossier.Joined: true, dossier.OrganisedCross: true} {
		if got := guidance.Fits(kind, "HKG", set.Ref.Countries); got != want {
			t.Errorf("%s leads to Hong Kong: %v", kind, got)
		}
	}
	if k := guidance.Make(guidance.Asked{Kind: dossier.HKMacau, Country: "HKG", Unit: dossier.Institution}, set, on); !strings.Contains(k.Book.Zh, "通行证") || k.Clocks.Visa != 0 {
		t.Errorf("to Hong Kong: %+v, %+v", k.Book, k.Clocks)
	}
}
