package config_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/config"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func open(t testing.TB, s *store.Store) *journaltest.Bench {
	return journaltest.Open(t, journaltest.Options{Store: s, Zone: zone.Office, Kinds: config.Kinds, Projections: func(*keys.Ring) []journal.Projection { return config.Projections }})
}

func by(account string) context.Context {
	return journal.WithActor(context.Background(), journal.Actor{Role: "administrator", Account: account})
}

func do(ctx context.Context, j *journaltest.Bench, cmd journal.Command[config.Config]) error {
	_, err := journal.Do(ctx, j.Journal, config.Room, journal.Order{Subject: config.ID}, cmd)
	return err
}

func keysOf(err error) string {
	var all []string
	for _, f := range fault.Findings(err) {
		all = append(all, f.Field+"="+f.Key)
	}
	return strings.Join(all, " ")
}

func TestAPackIsInForceOnlyAsItMay(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, s func() *store.Store) {
		j := open(t, s())
		today := j.Today()
		save := func(sum string) config.Save {
			return config.Save{NameZh: "云江", Reason: "改", Sum: sum, Digest: sum, Result: config.Result{Base: "b", Version: "v" + sum}}
		}
		for _, step := range []struct {
			who  string
			cmd  journal.Command[config.Config]
			want string // keys of what is wrong
		}{
			{"gu", config.Save{Sum: "1"}, "reason=config.save.reason"},
			{"gu", save("1"), ""},
			{"gu", save("1"), "=config.save.same"},
			{"gu", config.PutForce{Number: 1, On: today.Prev(), Reason: "x"}, "on=config.force.past"},
			{"gu", config.PutForce{Number: 1, Reason: "x"}, "on=config.force.day"},
			{"gu", config.PutForce{Number: 1, On: today}, "reason=config.force.reason"},
			{"gu", config.PutForce{Number: 1, On: today, Reason: "x", Result: config.Result{Mistakes: 2}}, "=config.force.mistakes"},
			{"gu", config.PutForce{Number: 1, On: today, Reason: "x", FourEyes: true}, "=config.force.four_eyes"},
			{"ye", config.PutForce{Number: 1, On: today.AddDays(3), Reason: "x", FourEyes: true}, ""},
			{"ye", config.TakeBack{Number: 1, On: today.AddDays(3)}, "reason=config.force.reason"},
			{"ye", config.TakeBack{Number: 1, On: today.AddDays(3), Reason: "不改了"}, ""},
			{"ye", config.PutForce{Number: 1, On: today, Reason: "x"}, ""},
			{"ye", config.TakeBack{Number: 1, On: today, Reason: "不改了"}, "=config.back.begun"},
		} {
			if got := keysOf(do(by(step.who), j, step.cmd)); got != step.want {
				t.Fatalf("%s: %T %+v: %q, want %q", step.who, step.cmd, step.cmd, got, step.want)
			}
		}
		if err := do(by("gu"), j, config.PutForce{Number: 7, On: today, Reason: "x"}); !fault.IsNotFound(err) {
			t.Fatal(err)
		}
		v, there, err := config.One(by("gu"), j.Store, 1)
		if err != nil || !there || v.Account != "gu" {
			t.Fatalf("%+v %v %v", v, there, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

// Whatever is saved, put in force and taken back later: what was in force at a
// moment that has passed stays what it was, and the journal alone tells it.
func TestWhatWasInForceStaysSo(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		j := open(t, nil)
		ctx := by("gu")
		type seen struct {
			at     time.Time
			number int
			base   string
		}
		var past []seen
		ask := func(at time.Time) (int, string) {
			line, err := config.WholeTimeline(ctx, j.Store)
			if err != nil {
				r.Fatal(err)
			}
			base, number, _ := line.At(at)
			return number, base.Version
		}
		if err := do(ctx, j, config.RecordBase{BaseRecorded: config.BaseRecorded{Version: "base 0", Digest: "0"}}); err != nil {
			r.Fatal(err)
		}
		saved := 0
		for i := range rapid.IntRange(3, 25).Draw(r, "steps") {
			j.Clock.Turn(time.Duration(rapid.IntRange(1, 40).Draw(r, "hours")) * time.Hour)
			switch rapid.IntRange(0, 4).Draw(r, "what") {
			case 0:
				saved++
				if err := do(ctx, j, config.Save{Reason: "改", Sum: fmt.Sprint(i), Digest: fmt.Sprint("digest ", i)}); err != nil {
					r.Fatal(err)
				}
			case 1, 2:
				if saved > 0 {
					cmd := config.PutForce{Number: rapid.IntRange(1, saved).Draw(r, "number"), On: j.Today().AddDays(rapid.IntRange(0, 5).Draw(r, "ahead")), Reason: "x"}
					if err := do(ctx, j, cmd); err != nil {
						r.Fatal(err)
					}
				}
			case 3:
				begins, err := config.Begins(ctx, j.Store)
				if err != nil {
					r.Fatal(err)
				}
				if len(begins) > 0 {
					b := begins[rapid.IntRange(0, len(begins)-1).Draw(r, "begin")]
					_ = do(ctx, j, config.TakeBack{Number: b.Number, On: b.On, Reason: "x"}) // refused when it has begun
				}
			case 4:
				if err := do(ctx, j, config.RecordBase{BaseRecorded: config.BaseRecorded{Version: fmt.Sprint("base ", i), Digest: fmt.Sprint(i)}}); err != nil {
					r.Fatal(err)
				}
			}
			now := j.Now()
			number, base := ask(now)
			past = append(past, seen{now, number, base})
		}
		check := func(when string) {
			for _, p := range past {
				if number, base := ask(p.at); number != p.number || base != p.base {
					r.Fatalf("%s: at %s version %d over %s was in force, now it is said to be %d over %s", when, p.at, p.number, p.base, number, base)
				}
			}
		}
		check("later")
		if err := j.Rebuild(ctx); err != nil {
			r.Fatal(err)
		}
		check("rebuilt")
	})
}
