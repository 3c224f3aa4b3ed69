package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
)

// Post is whoever carries messages out of the house. One at a time in a process;
// what another process has begun is left to it until its lease ends.
type Post struct {
	Journal *journal.Journal
	Ways    map[string]Way
	Rules   func() pack.Telling
	// Write words messages for somebody: one, or several that go out as one.
	Write func(ctx context.Context, lang string, ms []Row) (Outgoing, error)
	// Holds tells whether a message is still true; one that isn't lapses.
	Holds func(ctx context.Context, m Row) (bool, error)
	Log   *slog.Logger

	asked map[string]time.Time // when it was last asked whether a message is there, by key
}

// most is how many messages one round takes in hand.
const most = 200

// Round sends all that is due now.
func (p *Post) Round(ctx context.Context) error {
	ctx = journal.WithActor(ctx, journal.System)
	due, err := ToSend(ctx, p.Journal.Store, p.Journal.Zone, p.Journal.Now(), most)
	if err != nil {
		return err
	}
	var all error
	for _, some := range together(due) {
		if err := p.send(ctx, some); err != nil {
			all = errors.Join(all, fmt.Errorf("sending %s: %w", some[0].Key, err))
		}
		if ctx.Err() != nil {
			return nil
		}
	}
	return errors.Join(all, p.ask(ctx))
}

// asksFor is how long a provider is asked about a message: after three days its
// network has given it up.
const asksFor = 72 * time.Hour

// ask hears from ways that report whether what they took is there. It asks a minute
// after the sending, and then whenever half as much time as before has gone by since.
func (p *Post) ask(ctx context.Context) error {
	now, was := p.Journal.Now(), p.asked
	p.asked = map[string]time.Time{}
	var all error
	for name, way := range p.Ways {
		reports, does := way.(Reporting)
		if !does {
			continue
		}
		taken, err := ToAsk(ctx, p.Journal.Store, p.Journal.Zone, name, now.Add(-asksFor))
		if err != nil {
			return err
		}
		calls := 0
		for _, t := range taken {
			p.asked[t.Key] = was[t.Key]
			if age := now.Sub(t.At); calls == most || age < time.Minute || now.Sub(was[t.Key]) < age/3 {
				continue
			}
			calls++
			p.asked[t.Key] = now
			if err := p.arrived(ctx, name, reports, t); err != nil {
				all = errors.Join(all, fmt.Errorf("asking whether %s is there: %w", t.Key, err))
			}
			if ctx.Err() != nil {
				return nil
			}
		}
	}
	return all
}

func (p *Post) arrived(ctx context.Context, name string, way Reporting, t Taken) error {
	c, err := ContactOf(ctx, p.Journal, t.Account)
	if err != nil {
		return err
	}
	to, err := addressOf(ctx, way, c.At[name], t.Account)
	if err != nil || to == "" { // they have taken their number away since
		return err
	}
	within, cancel := context.WithTimeout(ctx, lease/2)
	defer cancel()
	a, detail, err := way.Arrived(within, to, t.Receipt, t.At)
	if err != nil {
		p.Log.Warn("a provider doesn't tell whether a message is there", "way", name, "err", err)
		return nil // it is asked again
	}
	if a == OnItsWay {
		return nil
	}
	if a == IsLost || a == IsBlocked {
		p.Log.Warn("a message was lost", "way", name, "detail", detail)
	}
	rules := p.Rules()
	next := Due(rules.Events[t.What].To[t.Role].When, rules, p.Journal.Book(), p.Journal.Now())
	_, err = journal.Do(ctx, p.Journal, Room, journal.Order{Subject: t.Key}, NoteArrived{Way: name, Lost: a != IsThere, Why: why[a], Detail: detail, Due: next})
	return err
}

// why is how an end that is told later is named.
var why = map[Arrival]Reason{IsLost: Lost, IsBlocked: Blocked}

// together puts side by side what goes out as one: what was begun as one, and what
// waited for the same account's digest by the same way.
func together(due []Row) [][]Row {
	var out [][]Row
	at := map[string]int{}
	for _, m := range due {
		group := ""
		switch {
		case m.Batch != "":
			group = "b " + m.Account + " " + m.Way + " " + m.Batch
		case m.Digest:
			group = "d " + m.Account + " " + m.Way
		}
		if i, known := at[group]; known && group != "" {
			out[i] = append(out[i], m)
			continue
		}
		at[group] = len(out)
		out = append(out, []Row{m})
	}
	return out
}

// batch names what goes out as one. Of one message it is made of its key alone.
func batch(ms []Row) string {
	keys := make([]string, len(ms))
	for i, m := range ms {
		keys[i] = m.Key
	}
	slices.Sort(keys)
	sum := sha256.Sum256([]byte("yitang.notify/1 " + strings.Join(keys, "\n")))
	return hex.EncodeToString(sum[:16])
}

// send hands over some messages as one. Dying before Begin leaves nothing; after it,
// an open attempt that the next round after its lease finds (doubtful); after the way
// has taken them, the same.
func (p *Post) send(ctx context.Context, ms []Row) error {
	name := ms[0].Way
	if ms[0].Batch == "" {
		var err error
		if ms, err = p.true(ctx, ms); err != nil || len(ms) == 0 {
			return err
		}
	}
	c, err := ContactOf(ctx, p.Journal, ms[0].Account)
	if err != nil {
		return err
	}
	way := p.Ways[name]
	to, err := addressOf(ctx, way, c.At[name], ms[0].Account)
	if err != nil {
		return err
	}
	switch {
	case way == nil:
		return p.failed(ctx, ms, name, Trouble{Reason: NoWay})
	case to == "":
		return p.failed(ctx, ms, name, Trouble{Reason: NoAddress})
	case ms[0].Batch != "" && !way.Repeats():
		return p.failed(ctx, ms, name, Trouble{Reason: InDoubt})
	}
	id := ms[0].Batch
	if id == "" {
		id = batch(ms)
	}
	// Worded before it is begun: what can't be worded was surely not sent.
	o, err := p.Write(ctx, c.Lang, ms)
	if err != nil {
		return err
	}
	begun, err := p.begin(ctx, ms, name, id)
	if err != nil || len(begun) == 0 {
		return err
	}
	if len(begun) < len(ms) { // the others are somebody else's
		ms = begun
		if o, err = p.Write(ctx, c.Lang, ms); err != nil {
			return err
		}
	}
	o.ID, o.To = id, to
	if rule := p.Rules().Events[ms[0].What]; rule.SMS != nil && len(ms) == 1 {
		o.Template = rule.SMS.Template
		o.Params = chosen(o.Params, rule.SMS.Params)
	}
	within, cancel := context.WithTimeout(ctx, lease/2)
	defer cancel()
	receipt, err := way.Send(within, o)
	if ctx.Err() != nil && err != nil {
		return nil // ended while sending: nobody knows, and the open attempt says so
	}
	if err != nil {
		t := troubleOf(err)
		p.Log.Warn("a message wasn't taken", "way", name, "reason", t.Reason, "detail", t.Detail)
		return p.failed(ctx, ms, name, t)
	}
	for _, m := range ms {
		if _, err := journal.Do(ctx, p.Journal, Room, journal.Order{Subject: m.Key}, NoteSent{Way: name, Receipt: receipt}); err != nil {
			return err
		}
	}
	return nil
}

// addressOf is where a way reaches somebody.
func addressOf(ctx context.Context, way Way, given Address, account string) (string, error) {
	if w, knows := way.(Knowing); knows {
		return w.AddressOf(ctx, account)
	}
	return given.Use(), nil
}

// true leaves out what isn't true any more.
func (p *Post) true(ctx context.Context, ms []Row) ([]Row, error) {
	if p.Holds == nil {
		return ms, nil
	}
	var out []Row
	for _, m := range ms {
		holds, err := p.Holds(ctx, m)
		if err == nil && holds {
			out = append(out, m)
		} else if err == nil {
			_, err = journal.Do(ctx, p.Journal, Room, journal.Order{Subject: m.Key}, Lapse{})
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// begin takes them in hand; what another process has taken meanwhile is left to it.
func (p *Post) begin(ctx context.Context, ms []Row, way, id string) ([]Row, error) {
	var out []Row
	for _, m := range ms {
		_, err := journal.Do(ctx, p.Journal, Room, journal.Order{Subject: m.Key}, Begin{Way: way, Batch: id})
		if fault.IsNotNow(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, m)
	}
	return out, nil
}

func (p *Post) failed(ctx context.Context, ms []Row, way string, t Trouble) error {
	for _, m := range ms {
		if _, err := journal.Do(ctx, p.Journal, Room, journal.Order{Subject: m.Key}, NoteFailed{Way: way, Reason: t.Reason, Detail: t.Detail}); err != nil {
			return err
		}
	}
	return nil
}

// chosen gives what fills a template's places, in their order.
func chosen(all []Param, names []string) []Param {
	var out []Param
	for _, name := range names {
		i := slices.IndexFunc(all, func(p Param) bool { return p.Name == name })
		value := ""
		if i >= 0 {
			value = all[i].Value
		}
		out = append(out, Param{name, value})
	}
	return out
}

// betweenRounds is how long a message that is due waits at most while nothing
// happens in the house.
const betweenRounds = 30 * time.Second

// Run sends until ctx ends.
func (p *Post) Run(ctx context.Context) {
	for {
		news := p.Journal.News()
		if err := p.Round(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("messages wait to be sent", "zone", p.Journal.Zone, "err", err)
		}
		t := time.NewTimer(betweenRounds)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-news:
			t.Stop()
			// What happens comes in bursts, and each commit is news: one round for all of them.
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return
			}
		case <-t.C:
		}
	}
}
