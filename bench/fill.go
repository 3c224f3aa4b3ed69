package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// city is the two zones that short cases live in.
type city struct {
	internet *node.Internet
	office   *node.Office
	now      atomic.Int64 // the zones' clock while filling, microseconds since 1970; 0 for the real one
}

func openCity(ctx context.Context, dir string) (*city, error) {
	c := &city{}
	clock := func() time.Time {
		if at := c.now.Load(); at != 0 {
			return time.UnixMicro(at)
		}
		return time.Now()
	}
	of := func(z zone.Zone) (node.Options, error) {
		o := node.Options{Dir: filepath.Join(dir, string(z)), Clock: clock}
		return o, node.Init(z, o)
	}
	o, err := of(zone.Internet)
	if err != nil {
		return nil, err
	}
	if c.internet, err = node.OpenInternet(ctx, o); err != nil {
		return nil, err
	}
	if o, err = of(zone.Office); err == nil {
		c.office, err = node.OpenOffice(ctx, o)
	}
	if err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// settle lets the zones' own reactions see everything, so that a server that
// is started later has nothing to catch up with.
func (c *city) settle(ctx context.Context) error {
	c.internet.Start()
	c.office.Start()
	for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
		for {
			done, err := n.Settled(ctx)
			if err != nil {
				return err
			}
			if done {
				break
			}
			select {
			case <-time.After(5 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

func (c *city) close() {
	if c.office != nil {
		c.office.Close()
	}
	c.internet.Close()
}

// Filling goes round by round: so many cases are handed in, carried over,
// received. A round that was interrupted leaves cases on intake's desk.
const (
	round   = 2000
	atOnce  = 256 // commands waiting for one flush
	backlog = 120 // days over which cases have come in, so that due days differ
)

var (
	liaison   = journal.Actor{Role: "liaison", Account: "bench-liaison"}
	signatory = journal.Actor{Role: "signatory", Account: "bench-signatory"}
	intake    = journal.Actor{Role: "intake", Account: "bench-intake"}
)

// fill brings a folder up to a number of short cases: presented and submitted
// in the internet zone, carried to the office as records, received there by
// the command that the office's reaction gives; seven in ten accepted with a number, one in twenty
// sent back, the rest left on intake's desk.
func fill(ctx context.Context, s settings) error {
	c, err := openCity(ctx, s.Data)
	if err != nil {
		return err
	}
	defer c.close()
	have, err := c.count(ctx)
	if err != nil {
		return err
	}
	was, _ := c.office.Journal.Head()
	first, _ := c.internet.Journal.Head()
	began, from := time.Now(), have
	start := began.AddDate(0, 0, -backlog)
	for have < s.Cases {
		share := float64(have) / float64(s.Cases)
		c.now.Store(start.Add(time.Duration(share * float64(began.Sub(start)))).UnixMicro())
		n := min(round, s.Cases-have)
		if err := c.round(ctx, have, n); err != nil {
			return err
		}
		have += n
	}
	if have > from {
		head, _ := c.office.Journal.Head()
		heard, _ := c.internet.Journal.Head()
		events := int64(head - was + heard - first)
		took := time.Since(began).Seconds()
		fmt.Printf("fill %d cases, %d events in two zones: %.1f s, %.0f cases/s, %.0f events/s\n", have-from, events, took, float64(have-from)/took, float64(events)/took)
	}
	c.now.Store(0)
	began = time.Now()
	if err := c.settle(ctx); err != nil {
		return fmt.Errorf("letting the reactions see it: %w", err)
	}
	fmt.Printf("     the zones' reactions have seen all of it: %.1f s\n", time.Since(began).Seconds())
	counted, err := c.count(ctx)
	if err != nil {
		return err
	}
	if counted != have {
		return fmt.Errorf("the office counts %d cases, not %d", counted, have)
	}
	return nil
}

func (c *city) count(ctx context.Context) (int, error) {
	stages, err := approval.ByStage(ctx, c.office.Store)
	n := 0
	for _, k := range stages {
		n += k
	}
	return n, err
}

func (c *city) round(ctx context.Context, first, n int) error {
	err := together(ctx, n, atOnce, func(ctx context.Context, i int) error { return c.submit(ctx, shortCase(first+i)) })
	if err != nil {
		return fmt.Errorf("handing in: %w", err)
	}
	came, err := c.carry(ctx)
	if err != nil {
		return fmt.Errorf("carrying to the office: %w", err)
	}
	err = together(ctx, len(came), atOnce, func(ctx context.Context, i int) error { return c.takeIn(ctx, first+i, came[i]) })
	if err != nil {
		return fmt.Errorf("taking in: %w", err)
	}
	return nil
}

func (c *city) submit(ctx context.Context, app filing.Application) error {
	id := c.internet.Journal.NewID()
	_, err := journal.Do(journal.WithActor(ctx, liaison), c.internet.Journal, filing.Room, journal.Order{Subject: id},
		filing.Present{Unit: app.Case.Unit.USCC, Revision: 1, Application: app})
	if err != nil {
		return err
	}
	_, err = journal.Do(journal.WithActor(ctx, signatory), c.internet.Journal, filing.Room, journal.Order{Subject: id}, filing.Submit{Revision: 1, Application: app})
	return err
}

const carried = "bench.carried" // cursor in the office's journal

// carry brings over what the office may hear, as exchange does but without
// envelope and signature, and gives the applications among it.
func (c *city) carry(ctx context.Context) ([]journal.Event, error) {
	var came []journal.Event
	after, err := c.office.Journal.Cursor(ctx, carried)
	if err != nil {
		return nil, err
	}
	for {
		events, err := c.internet.Journal.Events(ctx, after, 1000)
		if err != nil || len(events) == 0 {
			return came, err
		}
		after = events[len(events)-1].Position
		err = c.office.Journal.Apply(ctx, func(a *journal.Applying) error {
			for _, e := range events {
				record, heard, err := c.internet.Journal.Registry().EncodeFor(e, zone.Office)
				if err != nil {
					return err
				}
				if !heard {
					continue
				}
				taken, _, err := a.Take(ctx, record)
				if err != nil {
					return err
				}
				came = append(came, taken)
			}
			return a.MoveCursor(ctx, carried, after)
		})
		if err != nil {
			return nil, err
		}
	}
}

// takeIn receives the i-th case as the office's reaction does, with the same
// key but not one after another, and then does what intake does with it.
func (c *city) takeIn(ctx context.Context, i int, e journal.Event) error {
	for _, w := range approval.React(e, filing.Filing{}, c.office.Packs.Now().Paths) {
		if _, err := journal.Do(ctx, c.office.Journal, approval.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	submitted, ok := e.Body.(filing.Submitted)
	if !ok {
		return nil
	}
	var cmd journal.Command[approval.Approval]
	switch {
	case i%20 == 7:
		cmd = approval.SendBack{Defects: []approval.Defect{{Field: "case.purpose", Words: "请写明拟签署文件的名称"}}, Within: c.office.Packs.Now().Paths.CorrectionWorkdays}
	case i%4 != 0:
		number, err := approval.NextNumber(ctx, c.office.Journal, approval.CaseSeries, e.Subject.ID)
		if err != nil {
			return err
		}
		app, _ := submitted.Dossier.Value()
		cmd = approval.Accept{Number: number.As(c.office.Packs.Now().Office.Numbers.Case), Path: c.office.Packs.Now().Paths.For(app)}
	default:
		return nil // stays on intake's desk
	}
	_, err := journal.Do(journal.WithActor(ctx, intake), c.office.Journal, approval.Room, journal.Order{Subject: e.Subject.ID}, cmd)
	return err
}

var (
	places = []struct{ country, city string }{{"DEU", "柏林"}, {"JPN", "大阪"}, {"BRA", "圣保罗"}, {"KEN", "内罗毕"}, {"SGP", "新加坡"}, {"FRA", "里昂"}, {"VNM", "河内"}}
	aims   = []string{"设备验收", "友城磋商", "学术会议", "港口合作", "技术培训", "联合科研"}
)

// shortCase is the i-th fictional application: one or two travellers, one leg.
// Where it goes, whether it is urgent and asks a question follow from i.
func shortCase(i int) filing.Application {
	at := places[i%len(places)]
	unit := i % 997
	depart := calendar.On(2027, 1, 4).AddDays(i % 200)
	c := dossier.Case{
		Format: dossier.Format,
		Unit:   dossier.Unit{Name: fmt.Sprintf("云江市第%d局（虚构）", unit), USCC: fmt.Sprintf("unit-%03d", unit)},
		Trip: dossier.Trip{Title: fmt.Sprintf("赴%s%s团组%d", at.city, aims[i%len(aims)], i), Kind: dossier.Own, Category: dossier.Research,
			Purpose: aims[i%len(aims)], Urgent: i%20 == 3, Depart: depart, Return: depart.AddDays(4)},
		Legs: []dossier.Leg{{Country: at.country, City: at.city}},
	}
	app := filing.Application{Origins: map[string]filing.Origin{"case.title": filing.Typed, "members": filing.Origin("held")}, RuleSet: "bench"}
	for m := range 1 + i%2 {
		role := dossier.Head
		if m > 0 {
			role = dossier.Ordinary
		}
		c.Members = append(c.Members, dossier.Member{FamilyName: "江", GivenName: fmt.Sprintf("%c%c", '一'+i%5000, '一'+(i/5000+m)%5000), Role: role, Post: "科长"})
		app.Persons = append(app.Persons, fmt.Sprintf("bench-%d-%d", i, m))
	}
	if i%3 == 0 {
		app.Answers = map[string]string{"GEN-012": "已与对方商定"}
	}
	app.Case = c
	return app
}

// scratch makes a folder that the caller removes with its second result.
func scratch() (string, func(), error) {
	dir, err := os.MkdirTemp("", "yitang-bench-")
	return dir, func() { os.RemoveAll(dir) }, err
}
