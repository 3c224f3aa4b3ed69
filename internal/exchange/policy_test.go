package exchange

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/exchange/carrier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Two more toy kinds, so that a policy has something to tell apart.
type (
	noted struct {
		Label string `reach:"all"`
	}
	secret struct {
		Label string `reach:"all"`
	}
)

var policyKinds = append(slices.Clone(letterKind),
	journal.Declare[noted](journal.Kind{Name: "diary.noted", Home: zone.Everywhere, Reach: zone.Everywhere}),
	journal.Declare[secret](journal.Kind{Name: "diary.secret", Home: zone.Everywhere, Reach: zone.Everywhere}))

func labelOf(e journal.Event) string {
	switch b := e.Body.(type) {
	case written:
		return b.Label
	case noted:
		return b.Label
	case secret:
		return b.Label
	}
	return ""
}

// under lets a place judge all its streams by a rule that a test may change.
func (p place) under(r *Rule) place {
	p.policies = func() Policy {
		out := Policy{Name: fmt.Sprintf("%x", fmt.Sprintf("%v", *r))[:12], Streams: map[Stream]Rule{}}
		for _, pair := range zone.Streams() {
			out.Streams[Stream{pair[0], pair[1]}] = *r
		}
		return out
	}
	return p
}

func (p place) say(subject string, body any) journal.Position {
	p.t.Helper()
	ans, err := journal.Do(p.t.Context(), p.journal, letters, journal.Order{Subject: subject}, write{body})
	if err != nil {
		p.t.Fatal(err)
	}
	return ans.Position
}

func (p place) as(account string) context.Context {
	return journal.WithActor(p.t.Context(), journal.Actor{Role: "administrator", Account: account})
}

// letTwo lets two people let something go.
func (p place) letTwo(key string, until int64) {
	p.t.Helper()
	ask := AskRelease{ReleaseAsked{Want: LetGo, Kind: "diary.secret", Held: ForPeople, Why: "seen", Until: until}}
	if _, err := journal.Do(p.as("ann"), p.journal, Room, journal.Order{Subject: key}, ask); err != nil {
		p.t.Fatal(err)
	}
	if _, err := journal.Do(p.as("bob"), p.journal, Room, journal.Order{Subject: key}, GiveRelease{}); err != nil {
		p.t.Fatal(err)
	}
}

func (p place) labels() []string {
	p.t.Helper()
	var out []string
	err := p.journal.Each(p.t.Context(), 0, func(e journal.Event) error {
		if l := labelOf(e); l != "" {
			out = append(out, l)
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

func (p place) carry(to place, way *carrier.Directory) {
	p.t.Helper()
	p.export(to)
	p.hand(to, way)
	for _, o := range to.take(p, way) {
		if o.Fate == Refused || o.Fate == Waiting {
			p.t.Fatalf("%s: %s %s", o.File, o.Fate, o.Detail)
		}
	}
}

func twoUnder(t *testing.T, open func() *store.Store, r *Rule) (office, passport place) {
	t.Helper()
	a, b := seededRing(t, zone.Office, 2), seededRing(t, zone.Passport, 3)
	paired(t, a, b)
	open2 := Rule{May: []string{"*"}}
	return aPlace(t, a, open(), policyKinds...).under(r), aPlace(t, b, open(), policyKinds...).under(&open2)
}

func reasons(t *testing.T, p place, to zone.Zone) string {
	t.Helper()
	all, err := p.openHeld(t.Context(), to)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, h := range all {
		out = append(out, h.kind+" "+h.reason)
	}
	return strings.Join(out, ", ")
}

func TestWhatThePolicyDoesntLetGoIsHeldAndWhatFollowsItWaitsBehind(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		rule := Rule{May: []string{"letter.*", "diary.noted", "diary.secret"}, Hold: []string{"diary.secret"}}
		office, passport := twoUnder(t, open, &rule)
		way := aFolder(t)
		office.say("a", noted{"a1"})
		held := office.say("a", secret{"a2"})
		office.say("a", noted{"a3"})
		office.say("b", noted{"b1"})
		office.carry(passport, way)
		if got := passport.labels(); !slices.Equal(got, []string{"a1", "b1"}) {
			t.Fatalf("%v left", got)
		}
		if got := reasons(t, office, zone.Passport); got != "diary.secret person, diary.noted behind" {
			t.Fatal(got)
		}
		office.say("a", noted{"a4"})
		office.carry(passport, way)
		if got := passport.labels(); len(got) != 2 {
			t.Fatalf("%v left past what is held", got)
		}
		// One person isn't two.
		ask := AskRelease{ReleaseAsked{Want: LetGo, Why: "seen"}}
		key := outKey(zone.Passport, held)
		if _, err := journal.Do(office.as("ann"), office.journal, Room, journal.Order{Subject: key}, ask); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Do(office.as("ann"), office.journal, Room, journal.Order{Subject: key}, GiveRelease{}); err == nil {
			t.Fatal("one person let it go alone")
		}
		office.carry(passport, way)
		if got := passport.labels(); len(got) != 2 {
			t.Fatalf("%v left when one person had asked", got)
		}
		if _, err := journal.Do(office.as("bob"), office.journal, Room, journal.Order{Subject: key}, GiveRelease{}); err != nil {
			t.Fatal(err)
		}
		office.carry(passport, way)
		if got := passport.labels(); !slices.Equal(got, []string{"a1", "b1", "a2", "a3", "a4"}) {
			t.Fatalf("after two people agreed %v has left", got)
		}
		if got := reasons(t, office, zone.Passport); got != "" {
			t.Error("still held: " + got)
		}
		// What is told anew later stands in its place: it was let go once.
		if _, err := office.Reopen(t.Context(), zone.Passport); err != nil {
			t.Fatal(err)
		}
		office.carry(passport, way)
		fresh := aPlace(t, passport.ring, open(), policyKinds...)
		for _, o := range fresh.take(office, way) {
			if o.Fate == Refused {
				t.Fatal(o.Detail)
			}
		}
		if got := passport.labels(); len(got) != 5 {
			t.Errorf("told again, it was taken twice: %v", got)
		}
	})
}

func TestAnotherPolicyLetsGoWhatOneHeld(t *testing.T) {
	rule := Rule{May: []string{"letter.*"}}
	office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &rule)
	way := aFolder(t)
	office.say("a", noted{"a1"})
	office.say("a", noted{"a2"})
	office.carry(passport, way)
	if got := reasons(t, office, zone.Passport); got != "diary.noted kind, diary.noted kind" {
		t.Fatal(got)
	}
	if made := office.export(passport); len(made) != 0 {
		t.Fatal("a bundle of nothing was made")
	}
	rule = Rule{May: []string{"letter.*", "diary.*"}}
	office.carry(passport, way)
	if got := passport.labels(); !slices.Equal(got, []string{"a1", "a2"}) {
		t.Fatal(got)
	}
}

func TestAStreamThatWouldGoTooFastWaitsAndGoesOn(t *testing.T) {
	rule := Rule{May: []string{"*"}, Limits: []Limit{{Per: time.Hour, Records: 3}, {Per: 24 * time.Hour, Records: 8}}}
	office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &rule)
	way := aFolder(t)
	for i := range 12 {
		office.say("a", noted{fmt.Sprint(i)})
	}
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 3}, {59 * time.Minute, 3}, {2 * time.Minute, 6}, {time.Hour, 8}, {2 * time.Hour, 8}, {20 * time.Hour, 11}, {time.Hour, 12}} {
		office.clock.Add(int64(step.after))
		office.carry(passport, way)
		if got := len(passport.labels()); got != step.want {
			t.Fatalf("after %s more %d had left instead of %d", step.after, got, step.want)
		}
		waits := reasons(t, office, zone.Passport)
		if (step.want < 12) != (waits == "diary.noted rate") {
			t.Errorf("%d have left, and what waits is %q", step.want, waits)
		}
	}
	// A backlog that two people let go on counts against no limit.
	for i := range 20 {
		office.say("b", noted{fmt.Sprint("b", i)})
	}
	office.carry(passport, way)
	if got := len(passport.labels()); got != 14 { // one went in this hour, so there was room for two
		t.Fatalf("%d have left", got)
	}
	all, err := office.openHeld(t.Context(), zone.Passport)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	head, _ := office.journal.Head()
	office.letTwo(rateKey(zone.Passport, 1, all[0].position), int64(head))
	for i := range 5 {
		office.say("c", noted{fmt.Sprint("c", i)})
	}
	office.cut.records = 3 // a backlog is many bundles
	office.carry(passport, way)
	if got := len(passport.labels()); got != 32 { // and what was said since waits as always
		t.Fatalf("%d have left", got)
	}
	if got := reasons(t, office, zone.Passport); got != "diary.noted rate" {
		t.Error(got)
	}
}

// What one policy held and another lets go isn't sent at once: nobody let it go.
func TestABacklogThatAnotherPolicyLetsGoLeavesWithinTheLimits(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		rule := Rule{May: []string{"diary.noted"}, Hold: []string{"diary.secret"}, Limits: []Limit{{Per: time.Hour, Records: 3}}}
		office, passport := twoUnder(t, open, &rule)
		way := aFolder(t)
		for i := range 7 {
			office.say("a", secret{fmt.Sprint("a", i)})
		}
		by := office.say("b", secret{"b"})
		office.carry(passport, way)
		office.letTwo(outKey(zone.Passport, by), 0)
		rule.May, rule.Hold = []string{"diary.*"}, nil
		office.say("c", noted{"c"})
		for i, want := range []string{"[a0 a1 a2 b]", "[a0 a1 a2 b a3 a4 a5]", "[a0 a1 a2 b a3 a4 a5 a6 c]"} {
			office.carry(passport, way)
			if got := fmt.Sprint(passport.labels()); got != want {
				t.Fatalf("in hour %d %s had left instead of %s", i, got, want)
			}
			office.carry(passport, way)
			if got := fmt.Sprint(passport.labels()); got != want {
				t.Fatalf("in hour %d %s left when there was no room", i, got)
			}
			office.clock.Add(int64(61 * time.Minute))
		}
		if got := reasons(t, office, zone.Passport); got != "" {
			t.Error("still held: " + got)
		}
		office.soundChain()
	})
}

// Two people who let the stream go on let go also what was held of it and is permitted now.
func TestABacklogThatWaitsForRoomGoesWhenPeopleLetTheStreamGoOn(t *testing.T) {
	rule := Rule{May: []string{"letter.*"}, Limits: []Limit{{Per: time.Hour, Records: 2}}}
	office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &rule)
	way := aFolder(t)
	for i := range 8 {
		office.say("a", secret{fmt.Sprint("a", i)})
	}
	office.carry(passport, way)
	rule.May = []string{"*"}
	office.say("b", noted{"b"})
	office.carry(passport, way)
	all, err := passport.Held(t.Context())
	if err != nil || len(all) != 0 {
		t.Fatalf("%+v %v", all, err)
	}
	if all, err = office.Held(t.Context()); err != nil || len(all) != 7 || all[0].Reason != ForRoom || all[6].Way != WayRate {
		t.Fatalf("%+v %v", all, err)
	}
	head, _ := office.journal.Head()
	office.letTwo(all[6].Key, int64(head))
	office.carry(passport, way)
	if got := len(passport.labels()); got != 9 {
		t.Errorf("%d of 9 have left", got)
	}
}

func TestBytesOfFilesCountAgainstTheLimit(t *testing.T) {
	rule := Rule{May: []string{"*"}, Limits: []Limit{{Per: time.Hour, Bytes: 100_000}}}
	office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &rule)
	rings := seededRing(t, zone.Internet, 1)
	paired(t, office.ring, rings)
	internet := aPlace(t, rings, sqlite(t), policyKinds...)
	way := aFolder(t)
	office.write("one", "x", strings.Repeat("a", 60_000))
	office.write("two", "x", strings.Repeat("b", 60_000))
	office.write("three", "x", strings.Repeat("a", 60_000)) // the first file again
	office.carry(internet, way)
	if got := internet.labels(); !slices.Equal(got, []string{"one"}) {
		t.Fatal(got)
	}
	office.clock.Add(int64(61 * time.Minute))
	office.carry(internet, way)
	if got := internet.labels(); !slices.Equal(got, []string{"one", "two"}) {
		t.Fatal(got)
	}
	office.carry(passport, aFolder(t)) // where files don't reach, they don't count
	if got := passport.labels(); len(got) != 3 {
		t.Fatal(got)
	}
}

func TestAReceiverTakesNothingThatItsPolicyDoesntKnow(t *testing.T) {
	everything := Rule{May: []string{"*"}}
	office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &everything)
	strict := Rule{May: []string{"diary.noted"}}
	passport = passport.under(&strict)
	way := aFolder(t)
	office.say("a", noted{"a1"})
	office.say("a", secret{"a2"})
	office.say("a", noted{"a3"})
	office.say("b", noted{"b1"})
	office.export(passport)
	office.hand(passport, way)
	out := passport.take(office, way)
	if len(out) != 1 || out[0].Fate != Applied || out[0].Quarantined != 2 {
		t.Fatalf("%+v", out)
	}
	if got := passport.labels(); !slices.Equal(got, []string{"a1", "b1"}) {
		t.Fatal(got)
	}
	aside, err := passport.Quarantine(t.Context(), zone.Office)
	if err != nil || len(aside) != 2 || aside[1].Reason != NotPermitted || aside[0].Reason != Behind {
		t.Errorf("%+v %v", aside, err)
	}
}

func TestABundleThatWasLostIsMadeAgainAsThePolicyThenLetIt(t *testing.T) {
	rule := Rule{May: []string{"*"}, Hold: []string{"diary.secret"}}
	office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &rule)
	office.say("a", noted{"a1"})
	held := office.say("b", secret{"b1"})
	office.say("b", noted{"b2"})
	office.export(passport)
	office.letTwo(outKey(zone.Passport, held), 0)
	office.say("c", noted{"c1"})
	if made := office.export(passport); len(made) != 2 {
		t.Fatalf("%d bundles", len(made))
	}
	out, err := office.Outbox(zone.Passport)
	if err != nil {
		t.Fatal(err)
	}
	files, err := out.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if err := out.Remove(f); err != nil {
			t.Fatal(err)
		}
	}
	rule = Rule{May: []string{"letter.*"}} // by which none of it would go today
	way := aFolder(t)
	office.hand(passport, way)
	for _, o := range passport.take(office, way) {
		if o.Fate != Applied {
			t.Fatalf("%+v", o)
		}
	}
	if got := passport.labels(); !slices.Equal(got, []string{"a1", "b1", "b2", "c1"}) {
		t.Fatal(got)
	}
}

// TestNothingLeavesThatThePolicyDoesNotPermit plays a sender at random: people
// write, policies change, time passes, people let go, files are lost, the stream
// begins anew. Whatever came over must have been permitted when it left.
func TestNothingLeavesThatThePolicyDoesNotPermit(t *testing.T) {
	kinds := map[string]func(string) any{
		"diary.noted":    func(l string) any { return noted{l} },
		"diary.secret":   func(l string) any { return secret{l} },
		"letter.written": func(l string) any { return written{Label: l} },
	}
	names := slices.Sorted(maps.Keys(kinds))
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue { // a soak asks for more
		if err := checks.Value.Set("20"); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := checks.Value.Set(checks.DefValue); err != nil {
				t.Error(err)
			}
		})
	}
	rounds := 0
	rapid.Check(t, func(rt *rapid.T) {
		rounds++
		rule := Rule{May: []string{"*"}, Limits: []Limit{{Per: time.Hour, Records: 2}}}
		office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &rule)
		office.cut.records = rapid.IntRange(1, 5).Draw(rt, "cut")
		way := aFolder(t)
		let := map[journal.Position]bool{}
		freed, freedIn := journal.Position(0), int64(0) // people let the stream go on up to here, in this epoch
		n := 0
		for range rapid.IntRange(5, 40).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"write", "write", "much", "policy", "time", "let", "rate", "rate", "lose", "anew", "carry", "carry"}).Draw(rt, "step") {
			case "write":
				n++
				kind := rapid.SampledFrom(names).Draw(rt, "kind")
				office.say(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "subject"), kinds[kind](fmt.Sprint(n)))
			case "much":
				for range 8 {
					n++
					office.say(rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "subject"), noted{fmt.Sprint(n)})
				}
			case "policy":
				rule = Rule{
					May:  rapid.SliceOfDistinct(rapid.SampledFrom(append([]string{"diary.*", "*"}, names...)), rapid.ID).Draw(rt, "may"),
					Hold: rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 1, rapid.ID).Draw(rt, "hold"),
				}
				if rapid.Bool().Draw(rt, "limited") {
					rule.Limits = []Limit{{Per: time.Hour, Records: int64(rapid.IntRange(1, 4).Draw(rt, "records"))}}
				}
			case "time":
				office.clock.Add(int64(time.Duration(rapid.IntRange(1, 90).Draw(rt, "minutes")) * time.Minute))
			case "let":
				all, err := office.openHeld(t.Context(), zone.Passport)
				if err != nil {
					rt.Fatal(err)
				}
				for _, h := range all {
					if h.reason != TooMuch && !let[h.position] && rapid.Bool().Draw(rt, "this one") {
						office.letTwo(outKey(zone.Passport, h.position), 0)
						let[h.position] = true
					}
				}
			case "rate":
				all, err := office.openHeld(t.Context(), zone.Passport)
				if err != nil {
					rt.Fatal(err)
				}
				last, err := office.lastSent(t.Context(), zone.Passport)
				if err != nil {
					rt.Fatal(err)
				}
				for _, h := range all {
					key := rateKey(zone.Passport, last.Name.Epoch, h.position)
					if done, err := office.let(t.Context(), key); err != nil {
						rt.Fatal(err)
					} else if h.reason == TooMuch && !done {
						head, _ := office.journal.Head()
						office.letTwo(key, int64(head))
						freed, freedIn = head, last.Name.Epoch
					}
				}
			case "lose":
				out, err := office.Outbox(zone.Passport)
				if err != nil {
					rt.Fatal(err)
				}
				files, err := out.List()
				if err != nil {
					rt.Fatal(err)
				}
				for _, f := range files {
					if rapid.Bool().Draw(rt, "lost") {
						if err := out.Remove(f); err != nil {
							rt.Fatal(err)
						}
					}
				}
			case "anew":
				if rapid.IntRange(0, 4).Draw(rt, "anew") == 0 {
					if _, err := office.Reopen(t.Context(), zone.Passport); err != nil {
						rt.Fatal(err)
					}
				}
			case "carry":
				before := journal.Position(0)
				if head, _ := passport.journal.Head(); head > 0 {
					before = head
				}
				office.export(passport)
				office.hand(passport, way)
				for _, o := range passport.take(office, way) {
					if o.Fate == Refused || o.Fate == Waiting || o.Quarantined > 0 {
						rt.Fatalf("%s: %s %s, %d set aside", o.File, o.Fate, o.Detail, o.Quarantined)
					}
				}
				stands := map[string]journal.Position{} // in the office, which numbers otherwise for others once it has begun anew
				if err := office.journal.Each(t.Context(), 0, func(e journal.Event) error {
					stands[e.ID] = e.Position
					return nil
				}); err != nil {
					rt.Fatal(err)
				}
				counted := 0
				err := passport.journal.Each(t.Context(), before, func(e journal.Event) error {
					at := stands[e.ID]
					if why := rule.judge(e.Kind); why != "" && !let[at] {
						rt.Fatalf("%s left, which the policy %v holds (%s)", e.Kind, rule, why)
					}
					if at > freed && !let[at] {
						counted++
					}
					return nil
				})
				if err != nil {
					rt.Fatal(err)
				}
				for _, l := range rule.Limits {
					if int64(counted) > l.Records {
						rt.Fatalf("%d records left at once, and the limit is %d an hour", counted, l.Records)
					}
				}
				// What people let go on has left, in as many bundles as it took.
				now, err := office.lastSent(t.Context(), zone.Passport)
				if err != nil {
					rt.Fatal(err)
				}
				if now.Name.Epoch == freedIn {
					all, err := office.openHeld(t.Context(), zone.Passport)
					if err != nil {
						rt.Fatal(err)
					}
					for _, h := range all {
						if h.reason == TooMuch && h.position <= freed {
							rt.Fatalf("the stream waits at %d though two people let it go on up to %d", h.position, freed)
						}
					}
				}
			}
		}
		// In the end everything goes, once, and each subject's in its order.
		rule = Rule{May: []string{"*"}}
		office.carry(passport, way)
		office.carry(passport, way)
		last := map[journal.Ref]journal.Version{}
		heard := map[string]bool{}
		err := passport.journal.Each(t.Context(), 0, func(e journal.Event) error {
			if e.Version <= last[e.Subject] {
				rt.Fatalf("%s: version %d came after %d", e.Subject, e.Version, last[e.Subject])
			}
			last[e.Subject], heard[labelOf(e)] = e.Version, true
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
		if len(heard) != n {
			rt.Fatalf("%d of %d were heard", len(heard), n)
		}
		office.soundChain()
	})
	if rounds < 10 {
		t.Errorf("only %d rounds", rounds)
	}
}

func TestWhatCameAgainstThePolicyIsTakenInByTwoPeopleInItsOrder(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		everything := Rule{May: []string{"*"}}
		office, passport := twoUnder(t, open, &everything)
		strict := Rule{May: []string{"diary.noted"}}
		passport = passport.under(&strict)
		way := aFolder(t)
		bring := func() {
			t.Helper()
			office.export(passport)
			office.hand(passport, way)
			for _, o := range passport.take(office, way) {
				if o.Fate == Refused {
					t.Fatal(o.Detail)
				}
			}
		}
		office.say("a", secret{"a1"})
		office.say("a", noted{"a2"})
		office.say("b", secret{"b1"})
		bring()
		all, err := passport.Held(t.Context())
		if err != nil || len(all) != 3 || all[0].Kind != "diary.secret" || all[1].Kind != "diary.noted" {
			t.Fatalf("%+v %v", all, err)
		}
		one, err := passport.HeldOne(t.Context(), all[0].Key)
		if err != nil || !slices.Equal(one.Goes, []string{"label"}) || one.Subject != "letter/a" {
			t.Errorf("%+v %v", one, err)
		}
		at := func(h Held) journal.Order { return journal.Order{Subject: h.Key} }
		if err := passport.Ask(passport.as("ann"), at(all[0]), LetGo, "it was agreed by telephone"); err != nil {
			t.Fatal(err)
		}
		read := at(all[0])
		read.Seen = journal.At(1)
		if _, err := passport.Agree(passport.as("ann"), read); err == nil {
			t.Fatal("one person is no two")
		}
		if became, err := passport.Agree(passport.as("bob"), read); err != nil || became != Taken {
			t.Fatal(became, err)
		}
		if got := passport.labels(); !slices.Equal(got, []string{"a1", "a2"}) {
			t.Fatalf("%v was taken in", got)
		}
		if err := passport.Ask(passport.as("bob"), at(all[2]), Discard, "not ours"); err != nil {
			t.Fatal(err)
		}
		if err := passport.TurnDown(passport.as("ann"), at(all[2]), "it is"); err != nil {
			t.Fatal(err)
		}
		if all, err = passport.Held(t.Context()); err != nil || len(all) != 1 || all[0].Stage != TurnedDown || all[0].Answer != "it is" {
			t.Fatalf("%+v %v", all, err)
		}
		strict = everything // by another policy it may come
		bring()
		if got := passport.labels(); !slices.Equal(got, []string{"a1", "a2", "b1"}) {
			t.Fatalf("%v was taken in", got)
		}
		for _, key := range []string{"in-office-9-9-9", "out-internet-1", "nothing", "in-office-x-1-1", "out-passport-1"} {
			if _, err := passport.HeldOne(t.Context(), key); !fault.IsNotFound(err) {
				t.Errorf("%s: %v", key, err)
			}
		}
		passport.soundChain()
	})
}

// A stream that is silent because nothing happens sends a sign of life; one that is
// cut is silent for longer than it may be, and that is over as soon as it is heard.
func TestAStreamThatIsSilentForLongerThanItMayBeIsToldOfAndClearsItself(t *testing.T) {
	rule := Rule{May: []string{"*"}, Promise: 4 * time.Hour}
	office, passport := twoUnder(t, func() *store.Store { return sqlite(t) }, &rule)
	passport = passport.under(&rule)
	way := aFolder(t)
	pass := func(d time.Duration) {
		office.clock.Add(int64(d))
		passport.clock.Add(int64(d))
	}
	silent := func() bool {
		t.Helper()
		s, err := passport.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s.Incoming[0].Promise != 4*time.Hour {
			t.Fatalf("%+v", s.Incoming)
		}
		return !s.Incoming[0].Silent.IsZero()
	}
	if pass(100 * time.Hour); silent() {
		t.Error("silent before anybody had anything to tell")
	}
	passport.export(office) // begins to tell, so it waits to hear
	if pass(5 * time.Hour); !silent() {
		t.Error("never heard, and that isn't said")
	}
	office.carry(passport, way)
	if silent() {
		t.Error("it was heard, and is still called silent")
	}
	// Nothing happens for two days, and the carrier comes each hour.
	bundles := 0
	for range 48 {
		pass(time.Hour)
		bundles += len(office.export(passport))
		office.carry(passport, way)
		if silent() {
			t.Fatal("silent though the carrier came")
		}
	}
	if bundles != 24 {
		t.Errorf("%d signs of life in two days, and each two hours one is due", bundles)
	}
	for hour := range 6 { // the carrier stays away
		if pass(time.Hour); silent() != (hour >= 3) {
			t.Errorf("after %d hours without a carrier silent is %v", hour+1, silent())
		}
		office.export(passport)
	}
	office.carry(passport, way)
	if silent() {
		t.Error("the carrier came, and it is still called silent")
	}
	rule.Promise = 0
	if made := office.export(passport); len(made) != 0 {
		t.Errorf("%d bundles without anything to tell or to promise", len(made))
	}
	rule.Promise = 4 * time.Hour
	passport.soundChain()
}

// incoming is a place at which nothing of diary.secret may come, and what it was told.
func incoming(t *testing.T, open func() *store.Store) (passport place, decide func(key string, want Want), bring func(), strict *Rule, office place) {
	t.Helper()
	everything := Rule{May: []string{"*"}}
	office, passport = twoUnder(t, open, &everything)
	strict = &Rule{May: []string{"diary.noted"}}
	passport = passport.under(strict)
	way := aFolder(t)
	bring = func() { t.Helper(); office.carry(passport, way) }
	decide = func(key string, want Want) {
		t.Helper()
		h, err := passport.HeldOne(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		if err := passport.Ask(passport.as("ann"), journal.Order{Subject: key}, want, "seen"); err != nil {
			t.Fatal(err)
		}
		if _, err := passport.Agree(passport.as("bob"), journal.Order{Subject: key, Seen: journal.At(h.Version + 1)}); err != nil {
			t.Fatal(err)
		}
	}
	return passport, decide, bring, strict, office
}

func TestWhatFollowsARecordThatWasThrownAwayWaitsForPeople(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		passport, decide, bring, _, office := incoming(t, open)
		office.say("a", secret{"a1"})
		office.say("a", noted{"a2"})
		office.say("a", noted{"a3"})
		bring()
		all, err := passport.Held(t.Context())
		if err != nil || len(all) != 3 {
			t.Fatalf("%+v %v", all, err)
		}
		decide(all[0].Key, Discard)
		office.say("a", noted{"a4"})
		bring()
		if got := passport.labels(); len(got) != 0 {
			t.Fatalf("%v came in without what was thrown away, and nobody said so", got)
		}
		if all, err = passport.Held(t.Context()); err != nil || len(all) != 3 || all[0].Reason != AfterDiscarded || all[1].Reason != Behind {
			t.Fatalf("%+v %v", all, err)
		}
		decide(all[0].Key, LetGo)
		if got := fmt.Sprint(passport.labels()); got != "[a2 a3 a4]" {
			t.Errorf("%s came in", got)
		}
	})
}

func TestARecordThatCantBeTakenInHoldsUpItsOwnSubjectAlone(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		passport, decide, bring, strict, office := incoming(t, open)
		office.say("a", secret{"a1"})
		office.say("a", noted{"a2"})
		office.say("b", secret{"b1"})
		bring()
		all, err := passport.Held(t.Context())
		if err != nil || len(all) != 3 {
			t.Fatalf("%+v %v", all, err)
		}
		err = passport.journal.Store.Write(t.Context(), func(tx store.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE exchange_quarantine SET record = $1 WHERE number = $2`, []byte("spoiled"), all[0].place().Number)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		strict.May = []string{"*"}
		office.say("c", noted{"c1"})
		bring()
		office.say("a", noted{"a3"})
		bring()
		if got := fmt.Sprint(passport.labels()); got != "[b1 c1]" {
			t.Errorf("%s came in", got)
		}
		decide(all[0].Key, Discard)
		if all, err = passport.Held(t.Context()); err != nil || len(all) != 2 || all[0].Reason != AfterDiscarded {
			t.Errorf("%+v %v", all, err)
		}
	})
}

func TestWhoAgreesHasReadWhatWasAskedFor(t *testing.T) {
	passport, _, bring, _, office := incoming(t, func() *store.Store { return sqlite(t) })
	office.say("a", secret{"a1"})
	bring()
	all, err := passport.Held(t.Context())
	if err != nil || len(all) != 1 || all[0].Version != 0 {
		t.Fatalf("%+v %v", all, err)
	}
	o := journal.Order{Subject: all[0].Key}
	if err := passport.Ask(passport.as("ann"), o, LetGo, "ours"); err != nil {
		t.Fatal(err)
	}
	read, err := passport.HeldOne(t.Context(), o.Subject)
	if err != nil || read.Version != 1 {
		t.Fatalf("%+v %v", read, err)
	}
	if err := passport.TurnDown(passport.as("cid"), o, "no"); err != nil {
		t.Fatal(err)
	}
	if err := passport.Ask(passport.as("ann"), o, Discard, "not ours"); err != nil {
		t.Fatal(err)
	}
	for _, seen := range []*journal.Version{nil, journal.At(read.Version)} {
		if _, err := passport.Agree(passport.as("bob"), journal.Order{Subject: o.Subject, Seen: seen}); err == nil {
			t.Fatal("agreed to what was asked for since")
		}
	}
	became, err := passport.Agree(passport.as("bob"), journal.Order{Subject: o.Subject, Seen: journal.At(3)})
	if err != nil || became != Discarded {
		t.Errorf("%s %v", became, err)
	}
}

// A clock that was wrong by long and was set right silences no stream: signs of life
// are given by the right time, and what went at the wrong one fills no limit.
func TestAClockThatRanAheadSilencesNoStream(t *testing.T) {
	internet, office := twoPlaces(t)
	rule := Rule{May: []string{"letter.*"}, Promise: 4 * time.Hour, Limits: []Limit{{Per: time.Hour, Records: 2}}}
	internet, office = internet.under(&rule), office.under(&rule)
	right := time.Now()
	set := func(at time.Time) { internet.clock.Store(at.UnixNano()) }
	set(right.AddDate(1, 0, 0))
	internet.write("ahead", "x", "")
	internet.write("ahead too", "x", "")
	if made := internet.export(office); len(made) != 1 || made[0].Events != 2 {
		t.Fatalf("%+v", made)
	}
	set(right)
	internet.write("right", "x", "")
	if made := internet.export(office); len(made) != 1 || made[0].Events != 1 {
		t.Errorf("by the right time there went %+v", made)
	}
	set(right.Add(3 * time.Hour))
	if made := internet.export(office); len(made) != 1 || made[0].Events != 0 {
		t.Errorf("as a sign of life there went %+v", made)
	}
	// Set back by less than the hour, it lets nobody say more than in an hour.
	internet.write("more", "x", "")
	internet.export(office)
	set(right.Add(3*time.Hour - 10*time.Minute))
	internet.write("and more", "x", "")
	internet.write("too much", "x", "")
	internet.export(office)
	if st, err := internet.Status(t.Context()); err != nil || st.Outgoing[0].Slowed == nil {
		t.Errorf("%+v, %v", st.Outgoing, err)
	}
}
