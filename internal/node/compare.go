package node

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/pack"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/trip"
	"yitang/ref"
)

// Comparison is how the newest cases would have come out under another set.
type Comparison struct {
	Cases  int // that were compared
	Of     int // that were asked for
	Differ []Differing
	Goes   []Otherwise // the newest first
	Cut    bool        // time ran out before all were compared: GoOn takes it up again
	Apart  []ref.Rule  // that are changed and that no case can be judged by here

	left []approval.QueueRow // that weren't compared yet, the newest first
	now  *pack.Set           // what was in force when it began
}

// Otherwise is a case that would have gone another way: other steps, another
// last day, or other papers asked of its people.
type Otherwise struct {
	Filing, Number, Title string
	Was, Will             Course
	Asked, Spared         []dossier.MaterialKind
}

// Course is the review of a case by its clocks.
type Course struct {
	Path  pack.Path     // without steps: nobody reviews it, it is put on file
	Days  int           // working days from the submission to the decision, each desk taking all of its own
	Until calendar.Date // when they are over
}

// Differing is a case that two sets judge differently, up to its decision.
type Differing struct {
	Filing, Number, Title string
	Blocks                bool     // it couldn't have gone through, and could before
	Frees                 bool     // the other way round
	Comes, Goes           []string // rules that speak now, and that don't any more
}

// tried are the moments whose rules a case meets with what stands in it and
// what is known beyond it.
var tried = []precheck.At{precheck.Submit, precheck.Intake, precheck.Decide}

// compared tells whether a rule is judged here: at one of those moments, by a kit as it
// was packed or a booklet as it was lent, or when people are back, by what was told
// then. What a report says isn't kept here; what a booklet is made from never comes here.
func compared(r ref.Rule) bool {
	if slices.ContainsFunc(tried, func(at precheck.At) bool { return slices.Contains(r.At, string(at)) }) {
		return true
	}
	all := append([]string{r.If, r.When, r.Each}, r.Needs...)
	for _, c := range r.Cases {
		all = append(all, c.When)
	}
	said := strings.Join(all, "\n")
	for at, known := range map[precheck.At]bool{
		precheck.After:    !readsReport.MatchString(said),
		precheck.Lodge:    readsKit.MatchString(said) && !readsMore.MatchString(said),
		precheck.Checkout: readsLoan.MatchString(said) && !readsOther.MatchString(said),
	} {
		if known && slices.Contains(r.At, string(at)) {
			return true
		}
	}
	return false
}

var readsReport = regexp.MustCompile(`after\.(text|sameAs|likeness)\b`)

// Compare judges the newest submissions again, as they were on their day, by
// the set that is in force and by another, from the day that its own
// thresholds hold: at submission, on arrival and at the decision, with what is
// known today beyond the case. It ends when within is over.
func (n *Office) Compare(ctx context.Context, is *pack.Set, newest int, within time.Duration) (Comparison, error) {
	rows, err := approval.Newest(ctx, n.Store, newest)
	if err != nil {
		return Comparison{}, err
	}
	now := n.Packs.Now()
	c := Comparison{Of: len(rows), Apart: slices.DeleteFunc(pack.Changed(now, is), compared), left: rows, now: now}
	return n.GoOn(ctx, is, c, within)
}

// GoOn compares those that are left of a comparison with the same set, for as long
// again; what was compared before stays.
func (n *Office) GoOn(ctx context.Context, is *pack.Set, c Comparison, within time.Duration) (Comparison, error) {
	rows, now := c.left, c.now
	today := n.Journal.Today()
	on := today
	for _, p := range is.Over {
		if p.From.After(on) && (p.To.IsZero() || !p.To.Before(p.From)) {
			on = p.From
		}
	}
	was, will := now.Checks.Under(today), is.Checks.Under(on)
	c.Differ, c.Goes = slices.Clone(c.Differ), slices.Clone(c.Goes)
	done := map[string]bool{}
	deadline, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	var mu sync.Mutex
	var all sync.WaitGroup
	work := make(chan approval.QueueRow)
	var failed error
	for range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for row := range work {
				var d Differing
				var o Otherwise
				var differs, goes bool
				err := alone("comparing application "+row.Filing, func() (err error) {
					if d, differs, err = n.differing(deadline, row, was, will, c.Apart); err == nil {
						o, goes, err = n.otherwise(deadline, row, now, is, today, on)
					}
					return err
				})
				mu.Lock()
				switch {
				case deadline.Err() != nil:
				case err != nil:
					failed = err
				default:
					c.Cases++
					done[row.Filing] = true
					if differs {
						c.Differ = append(c.Differ, d)
					}
					if goes {
						c.Goes = append(c.Goes, o)
					}
				}
				mu.Unlock()
			}
		})
	}
	for _, row := range rows {
		if deadline.Err() != nil {
			break
		}
		work <- row
	}
	close(work)
	all.Wait()
	c.left = slices.DeleteFunc(slices.Clone(rows), func(row approval.QueueRow) bool { return done[row.Filing] })
	c.Cut = len(c.left) > 0
	slices.SortFunc(c.Differ, func(a, b Differing) int { return strings.Compare(b.Filing, a.Filing) })
	slices.SortFunc(c.Goes, func(a, b Otherwise) int { return strings.Compare(b.Filing, a.Filing) })
	if ctx.Err() != nil {
		failed = ctx.Err()
	}
	return c, failed
}

// alone turns a defect into an error: on a goroutine of its own it would take
// the whole zone down.
func alone(what string, do func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fault.Defect(what, v)
		}
	}()
	return do()
}

// otherwise compares the way of a case by its paths, clocks and list of papers,
// of what the case itself tells: what its people hold is the same in both.
func (n *Office) otherwise(ctx context.Context, row approval.QueueRow, was, will *pack.Set, wasOn, willOn calendar.Date) (Otherwise, bool, error) {
	f, _, err := journal.Load(ctx, n.Journal, filing.Room, row.Filing)
	if err != nil {
		return Otherwise{}, false, fmt.Errorf("reading application %s: %w", row.Filing, err)
	}
	day := calendar.DateOf(f.Submitted)
	o := Otherwise{Filing: row.Filing, Number: row.Number, Title: row.Title, Was: courseOf(was, f, day), Will: courseOf(will, f, day)}
	if f.Amends.Of == "" { // a change asks for what it changes alone
		had, has := asked(was, f.Dossier, day, wasOn), asked(will, f.Dossier, day, willOn)
		o.Asked = slices.DeleteFunc(slices.Clone(has), func(k dossier.MaterialKind) bool { return slices.Contains(had, k) })
		o.Spared = slices.DeleteFunc(had, func(k dossier.MaterialKind) bool { return slices.Contains(has, k) })
	}
	same := o.Was.Days == o.Will.Days && o.Was.Until == o.Will.Until && slices.Equal(o.Was.Path.Steps, o.Will.Path.Steps)
	return o, !same || len(o.Asked)+len(o.Spared) > 0, nil
}

func courseOf(set *pack.Set, f filing.Filing, day calendar.Date) Course {
	c := Course{Days: int(set.Paths.IntakeWorkdays)}
	if f.Amends.Path != filing.LightPath && !f.Dossier.Trip.Declared() {
		c.Path = set.Paths.Changing(f.Dossier, pack.Change(f.Amends.Kind))
	}
	for _, s := range c.Path.Steps {
		c.Days += int(s.Workdays)
	}
	c.Until = set.Ref.Holidays.AddWorkdays(day, calendar.Workdays(c.Days))
	return c
}

// asked are the kinds of papers that people are asked for, by the limits of a day.
func asked(set *pack.Set, c dossier.Case, day, by calendar.Date) []dossier.MaterialKind {
	var kinds []dossier.MaterialKind
	for _, r := range requirement.For(requirement.Facts{Case: c, Countries: set.Countries, Today: day, Approved: day, Workday: set.Ref.Holidays.IsWorkday}, set.Needs(by)) {
		if m, is := r.What.(requirement.Material); is && r.AsksPeople() && !slices.Contains(kinds, m.Kind) {
			kinds = append(kinds, m.Kind)
		}
	}
	slices.Sort(kinds)
	return kinds
}

func (n *Office) differing(ctx context.Context, row approval.QueueRow, was, will *precheck.Engine, apart []ref.Rule) (Differing, bool, error) {
	f, _, err := journal.Load(ctx, n.Journal, filing.Room, row.Filing)
	if err != nil {
		return Differing{}, false, fmt.Errorf("reading application %s: %w", row.Filing, err)
	}
	day := calendar.DateOf(f.Submitted)
	facts, err := knownOf(ctx, n.Node, Asked{Filing: cmp.Or(f.Amends.Of, row.Filing), Unit: row.Unit, People: f.Persons(), Case: f.Dossier, Limits: n.Packs.Now().Ref.Parameters})
	if err != nil {
		return Differing{}, false, fmt.Errorf("looking beyond application %s: %w", row.Filing, err)
	}
	back, err := n.aftermath(ctx, row.Filing, f.Dossier, n.Packs.Now().Needs(n.Journal.Today()).PassportReturnDays)
	if err != nil {
		return Differing{}, false, fmt.Errorf("looking for the return of application %s: %w", row.Filing, err)
	}
	later, err := n.since(ctx, row.Filing, day)
	if err != nil {
		return Differing{}, false, fmt.Errorf("looking for visas and loans of application %s: %w", row.Filing, err)
	}
	// What is said, and whether any of it blocks.
	say := func(rules *precheck.Engine) (out map[string]bool, blocks bool) {
		out = map[string]bool{}
		for _, at := range tried {
			fs := rules.Check(f.Dossier, at, day, facts...)
			blocks = blocks || fs.Counts.Block > 0
			for _, x := range fs.List {
				out[x.Rule+" "+string(x.Severity)] = true
			}
		}
		for _, l := range later { // nor of this
			for _, x := range rules.Check(l.c, l.at, l.on, l.facts...).List {
				if !slices.ContainsFunc(apart, func(r ref.Rule) bool { return r.ID == x.Rule }) {
					out[x.Rule+" "+string(x.Severity)] = true
				}
			}
		}
		for _, a := range back { // nothing of it kept the case from going through
			for _, x := range rules.Check(dossier.Case{}, precheck.After, n.Journal.Today(), precheck.Happened(a)).List {
				out[x.Rule+" "+string(x.Severity)] = true
			}
		}
		return out, blocks
	}
	had, blocked := say(was)
	has, blocks := say(will)
	d := Differing{Filing: row.Filing, Number: row.Number, Title: row.Title, Blocks: blocks && !blocked, Frees: blocked && !blocks}
	for key := range has {
		if !had[key] {
			d.Comes = append(d.Comes, key)
		}
	}
	for key := range had {
		if !has[key] {
			d.Goes = append(d.Goes, key)
		}
	}
	slices.Sort(d.Comes)
	slices.Sort(d.Goes)
	return d, len(d.Comes)+len(d.Goes) > 0, nil
}

// aftermath is what is known of a trip that is over, as each of its steps would
// be judged with it: what is owed, the return, the report. Nothing before that.
func (n *Office) aftermath(ctx context.Context, id string, c dossier.Case, returnDays int) ([]precheck.Aftermath, error) {
	t, _, err := journal.Load(ctx, n.Journal, trip.Room, id)
	if err != nil || !t.Ended() {
		return nil, err
	}
	a := precheck.Aftermath{Departed: t.Departed, Home: t.Home, Approved: dossier.Trip{Depart: t.Depart, Return: t.Return}.Days(), Elsewhere: t.Elsewhere, Private: t.Private, Words: t.Deviation,
		ReportDue: t.ReportDue, ReportFiled: t.Report != "", SecondNotice: t.Notice != "", NoNotice: t.NoticeDue.IsZero(), Spent: t.SpentFen, Overspent: t.Over}
	if b := c.Budget; b != nil {
		a.Budget = int(money.Yuan(b.TotalCny).Minor)
	}
	if t.Home.IsZero() && !t.BookletsDue.IsZero() {
		a.NotDeparted = t.BookletsDue.AddDays(-returnDays)
	}
	out, err := custody.OutFor(ctx, n.Store, id)
	if err != nil {
		return nil, err
	}
	for _, b := range out {
		if b.Place == custody.IsLent {
			a.Out = append(a.Out, precheck.OutBooklet{Tail: b.Tail, Due: t.DueBack(b)})
		}
	}
	steps := []precheck.Step{precheck.StepLook}
	if !t.Home.IsZero() {
		steps = append(steps, precheck.StepHome)
	}
	if t.Report != "" {
		steps = append(steps, precheck.StepReport)
	}
	var all []precheck.Aftermath
	for _, step := range steps {
		a.Step = step
		all = append(all, a)
	}
	return all, nil
}
