package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/exchange"
	"yitang/internal/fault"
)

// step is how one step is told.
type step struct {
	tell    func(context.Context, *teller, *Plan, int) error // nil: it follows by rule
	numbers func(context.Context, *teller, *Plan) error      // takes numbers, one case after the other
	alone   bool                                             // cases follow each other: they draw from one supply
	crosses bool                                             // another zone hears of it
	hears   bool                                             // it answers what another zone has said
}

// steps are all that happens to cases.
var steps = map[Step]step{
	Begins:     {tell: tellBegins},
	Presents:   {tell: tellPresents},
	HandsBack:  {tell: tellHandsBack},
	Submits:    {tell: tellSubmits, crosses: true},
	Withdraws:  {tell: tellWithdraws, crosses: true},
	SendsBack:  {tell: tellSendsBack, numbers: takesNoticeNumber, crosses: true, hears: true},
	Corrects:   {tell: tellCorrects, crosses: true, hears: true},
	Accepts:    {tell: tellAccepts, numbers: takesCaseNumber, crosses: true, hears: true},
	Asks:       {tell: tellAsks, crosses: true},
	Reviews:    {tell: tellReviews},
	Decides:    {tell: tellDecides, numbers: takesDocumentNumber, crosses: true},
	Issues:     {},
	Supersedes: {tell: tellSupersedes, alone: true, crosses: true},
	Revokes:    {tell: tellRevokes, crosses: true},
	GivesUp:    {tell: tellGivesUp, crosses: true, hears: true},
	Files:      {tell: tellFiles, numbers: takesChangeNumber, crosses: true, hears: true},
	Books:      {tell: tellBooks, alone: true, crosses: true, hears: true},
	Visits:     {tell: tellVisits, crosses: true, hears: true},
	Makes:      {tell: tellMakes, alone: true, crosses: true, hears: true},
	Checks:     {tell: tellChecks, crosses: true},
	HandsOver:  {tell: tellHandsOver, crosses: true},
	Receives:   {tell: tellReceives, crosses: true, hears: true},
	KitReady:   {tell: tellKit, crosses: true, hears: true},
	SendsVisa:  {tell: tellSendsVisa, crosses: true, hears: true},
	GetsVisa:   {tell: tellGetsVisa, crosses: true},
	ChecksVisa: {tell: tellChecksVisa, crosses: true},
	Lends:      {tell: tellLends, crosses: true, hears: true},
	Clears:     {},
	StaysHome:  {tell: tellStaysHome, crosses: true, hears: true},
	Departs:    {tell: tellDeparts, crosses: true, hears: true},
	ComesHome:  {tell: tellComesHome, crosses: true},
	HandsIn:    {tell: tellHandsIn, crosses: true, hears: true},
	Reports:    {tell: tellReports, crosses: true, hears: true},
	Rates:      {tell: tellRates, crosses: true, hears: true},
	Closes:     {},
	Answers:    {tell: tellAnswers, crosses: true, hears: true},
	Settles:    {tell: tellSettles, crosses: true},
}

// happening is one step of one case.
type happening struct {
	Event
	plan *Plan
	turn int // how many of that step the case had before
}

// together is at most so many at once: more wouldn't share more flushes.
const atOnce = 48

// together does something for each of many at the same time, and gives the
// first error in their order.
func together[T any](of []T, do func(T) error) error {
	failed := make([]error, len(of))
	var all sync.WaitGroup
	free := make(chan struct{}, atOnce)
	for i, x := range of {
		free <- struct{}{}
		all.Go(func() {
			failed[i] = do(x)
			<-free
		})
	}
	all.Wait()
	for _, err := range failed {
		if err != nil {
			return err
		}
	}
	return nil
}

// tellCases lets all cases go on side by side, day by day.
func (t *teller) tellCases(ctx context.Context) error {
	var all []happening
	for i := range t.city.Plans {
		p := &t.city.Plans[i]
		turns := map[Step]int{}
		for _, e := range p.Story {
			all = append(all, happening{e, p, turns[e.Step]})
			turns[e.Step]++
		}
	}
	slices.SortStableFunc(all, func(a, b happening) int { return cmp.Compare(a.At.UnixNano(), b.At.UnixNano()) })
	told := 0
	unheard := map[*Plan]bool{}
	for len(all) > 0 {
		n := 0
		for n < len(all) && calendar.DateOf(all[n].At) == calendar.DateOf(all[0].At) {
			n++
		}
		left := len(t.planned)
		if err := t.tellPlans(ctx, calendar.DateOf(all[0].At)); err != nil {
			return err
		}
		if len(t.planned) < left {
			if err := t.settle(ctx); err != nil { // units choose from them today
				return err
			}
			clear(unheard)
		}
		if err := t.tellDay(ctx, all[:n], unheard); err != nil {
			return err
		}
		if all, told = all[n:], told+n; t.zones.Progress != nil {
			t.zones.Progress(told, told+len(all))
		}
	}
	return t.tellPlans(ctx, t.city.Today)
}

// moment is how long a stretch of the day is that happens at once.
const moment = 20 * time.Minute

// tellDay lets a day pass. What doesn't hang on news from another zone goes
// first; the ferry comes when everything else waits for it. The day ends when
// what follows by rule has followed, so that it bears the day's date.
func (t *teller) tellDay(ctx context.Context, day []happening, unheard map[*Plan]bool) error {
	for len(day) > 0 {
		var now, later []happening
		waits := map[*Plan]bool{}
		var until time.Time
		for _, h := range day {
			if waits[h.plan] || unheard[h.plan] && steps[h.Step].hears || !until.IsZero() && h.At.After(until) {
				later = append(later, h)
			} else {
				if until.IsZero() {
					until = h.At.Add(moment)
				}
				now = append(now, h)
			}
			waits[h.plan] = true // one step after the other
		}
		if len(now) == 0 {
			if err := t.settle(ctx); err != nil {
				return err
			}
			clear(unheard)
			continue
		}
		if err := t.tellAtOnce(ctx, now); err != nil {
			return err
		}
		for _, h := range now {
			if steps[h.Step].crosses {
				unheard[h.plan] = true
			}
		}
		day = later
	}
	return t.rest(ctx)
}

func (t *teller) tellAtOnce(ctx context.Context, now []happening) error {
	t.at(now[len(now)-1].At)
	tell := func(h happening) error {
		if steps[h.Step].tell == nil || t.stuck.has(h.plan) {
			return nil
		}
		err := steps[h.Step].tell(ctx, t, h.plan, h.turn)
		if err != nil {
			err = fmt.Errorf("%s %s on %s: %w", h.plan.Case.Trip.Title, h.Step, calendar.DateOf(h.At), err)
		}
		if t.zones.Stuck != nil && (fault.IsNotNow(err) || fault.Findings(err) != nil) {
			t.stuck.add(h.plan)
			t.zones.Stuck(err)
			return nil
		}
		return err
	}
	var others []happening
	for _, h := range now {
		if steps[h.Step].numbers != nil {
			if err := steps[h.Step].numbers(ctx, t, h.plan); err != nil {
				return err
			}
		}
		if !steps[h.Step].alone {
			others = append(others, h)
		} else if err := tell(h); err != nil {
			return err
		}
	}
	return together(others, tell)
}

// stuck are the cases that a rule stopped where their fate says otherwise. They stay
// there, as they would in life: one of them keeps nobody from seeing the city.
type stuck struct {
	mu    sync.Mutex
	plans map[*Plan]bool
}

func (s *stuck) has(p *Plan) bool { s.mu.Lock(); defer s.mu.Unlock(); return s.plans[p] }

func (s *stuck) add(p *Plan) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.plans == nil {
		s.plans = map[*Plan]bool{}
	}
	s.plans[p] = true
}

// patience is how long what follows by rule may take: far more than it ever does.
const patience = time.Minute

var errUnsettled = errors.New("a zone doesn't come to rest: its log says which reaction fails")

// rest waits until every zone has done what follows by rule.
func (t *teller) rest(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errUnsettled)
	defer cancel()
	for _, n := range t.nodes() {
		for pause := time.Millisecond; ; pause = min(2*pause, 16*time.Millisecond) {
			quiet, err := n.Settled(ctx)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil {
				return err
			}
			if quiet {
				break
			}
			select {
			case <-ctx.Done():
				return context.Cause(ctx)
			case <-time.After(pause):
			}
		}
	}
	return nil
}

// settle carries between the zones until every one has heard of everything and
// done what follows.
func (t *teller) settle(ctx context.Context) error {
	for {
		if err := t.rest(ctx); err != nil {
			return err
		}
		news := false
		for _, from := range t.zones.Shares {
			for _, to := range t.zones.Shares {
				if !(exchange.Stream{From: from.Zone(), To: to.Zone()}).Exists() {
					continue
				}
				some, err := carry(ctx, from, to)
				if err != nil {
					return fmt.Errorf("carrying from the %s to the %s zone: %w", from.Zone(), to.Zone(), err)
				}
				news = news || some
			}
		}
		if !news {
			return nil
		}
	}
}

// carry brings over what is new, and tells whether it was more than receipts.
func carry(ctx context.Context, from, to *exchange.Exchange) (bool, error) {
	sent, err := from.Export(ctx, to.Zone())
	if err != nil || len(sent) == 0 {
		return false, err
	}
	inbox, err := to.Inbox(from.Zone())
	if err != nil {
		return false, err
	}
	if _, err := from.Hand(ctx, to.Zone(), inbox); err != nil {
		return false, err
	}
	outcomes, err := to.Import(ctx, from.Zone(), inbox)
	if err != nil {
		return false, err
	}
	for _, o := range outcomes {
		if o.Fate == exchange.Refused || o.Fate == exchange.Waiting || o.Quarantined > 0 {
			return false, fmt.Errorf("%s: %s: %s, %d set aside", o.File, o.Fate, o.Detail, o.Quarantined)
		}
	}
	news := false
	for _, s := range sent {
		news = news || s.Events > 0
	}
	return news, to.Clear(inbox, outcomes)
}
