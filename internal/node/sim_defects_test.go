package node_test

import (
	"context"
	"sync"
	"sync/atomic"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/program"
	"yitang/internal/progress"
	"yitang/internal/store"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

// simDefect is a mistake that is planted in whole nodes, to see that it would be found.
// Each run plants one anew. It makes something else of what follows by rule, of the
// tables, or of the chores of a zone; nothing of the program knows of it.
type simDefect struct {
	what     string
	reaction func(p *simPlace, opened journal.Position, r journal.Reaction) journal.Reaction
	tables   func(zone.Zone) func([]journal.Projection) []journal.Projection
	chores   func(p *simPlace) func(i int) bool
}

// simDefects makes them.
var simDefects = []func() *simDefect{
	func() *simDefect { // as one without a key made of its event
		seen := &sync.Map{}
		return &simDefect{what: "a reaction does it once more when it hears the same again", reaction: inside(zone.Office, "booklets", func(p *simPlace, e journal.Event, then func() error) error {
			if err := then(); err != nil {
				return err
			}
			b, is := e.Body.(passport.HandedOver)
			if _, before := seen.LoadOrStore(e.ID, true); !is || !before {
				return nil
			}
			o, _, err := journal.Load(context.Background(), p.Journal, passport.Room, e.Subject.ID)
			if err != nil {
				return err
			}
			return simOrder(access.Custodian, p.Journal, custody.Room, b.Person, journal.Command[custody.Holder](custody.Announce{Booklet: p.Journal.NewID(), Type: string(o.Type), Number: o.Number,
				Issued: p.Journal.Today(), Expires: o.Expires, Filing: o.Filing, Unit: "unit-0", LatinName: "JIANG MINGYUAN", BlankPages: 20}))
		})}
	},
	func() *simDefect {
		return &simDefect{what: "what was heard before the process ended isn't reacted to by the next one", reaction: func(_ *simPlace, opened journal.Position, r journal.Reaction) journal.Reaction {
			then := r.On
			r.On = func(ctx context.Context, e journal.Event) error {
				if e.Position <= opened {
					return nil
				}
				return then(ctx, e)
			}
			return r
		}}
	},
	func() *simDefect {
		return &simDefect{what: "a chore is forgotten when the process starts again", chores: func(p *simPlace) func(int) bool {
			return func(int) bool { return p.zone != zone.Internet || p.opened < 2 }
		}}
	},
	func() *simDefect {
		missed := &atomic.Bool{}
		return &simDefect{what: "a table misses one event on the way", tables: func(z zone.Zone) func([]journal.Projection) []journal.Projection {
			return missing(z == zone.Office, func(e journal.Event) bool {
				_, is := e.Body.(approval.Accepted)
				return is && missed.CompareAndSwap(false, true)
			})
		}}
	},
	func() *simDefect {
		return &simDefect{what: "a table of one zone doesn't know of visas that were granted", tables: func(z zone.Zone) func([]journal.Projection) []journal.Projection {
			return missing(z == zone.Internet, func(e journal.Event) bool { _, is := e.Body.(visa.Granted); return is })
		}}
	},
	func() *simDefect {
		return &simDefect{what: "what was booked stays booked when its case ends", reaction: inside(zone.Internet, "ended", func(_ *simPlace, e journal.Event, then func() error) error {
			if _, is := e.Body.(approval.Revoked); is {
				return nil
			}
			return then()
		})}
	},
	func() *simDefect {
		return &simDefect{what: "the digest of a photo stands in a record that others hear", reaction: inside(zone.Passport, "stock", func(p *simPlace, e journal.Event, then func() error) error {
			if b, is := e.Body.(passport.Captured); is {
				err := simOrder(access.Administrator, p.Journal, program.Zones, string(zone.Passport), journal.Command[program.Running](program.Report{Zone: zone.Passport, Version: b.Photo.Or("")}))
				if err != nil {
					return err
				}
			}
			return then()
		})}
	},
}

// inside changes one reaction of one zone.
func inside(z zone.Zone, name string, do func(p *simPlace, e journal.Event, then func() error) error) func(*simPlace, journal.Position, journal.Reaction) journal.Reaction {
	return func(p *simPlace, _ journal.Position, r journal.Reaction) journal.Reaction {
		if p.zone != z || r.Name != name {
			return r
		}
		then := r.On
		r.On = func(ctx context.Context, e journal.Event) error {
			return do(p, e, func() error { return then(ctx, e) })
		}
		return r
	}
}

// missing lets the tables of where cases stand miss some events.
func missing(here bool, misses func(journal.Event) bool) func([]journal.Projection) []journal.Projection {
	if !here {
		return nil
	}
	return func(all []journal.Projection) []journal.Projection {
		out := make([]journal.Projection, 0, len(all))
		for _, p := range all {
			if p.Name == progress.Projections[0].Name {
				apply := p.Apply
				p.Apply = func(ctx context.Context, tx store.Tx, e journal.Event) error {
					if misses(e) {
						return nil
					}
					return apply(ctx, tx, e)
				}
			}
			out = append(out, p)
		}
		return out
	}
}
