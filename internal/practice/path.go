package practice

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"

	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/precheck"
	"yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/trip"
	"yitang/internal/visa"
	applying "yitang/internal/web/filing"
	pages "yitang/internal/web/training"
)

// seen is all that a run's zones say of its case: what was truly done, by
// whichever page.
type seen struct {
	id     string // "" while nothing was begun
	today  calendar.Date
	whole  bool // of a draft: nothing keeps it from being presented
	filing filing.Filing
	office approval.Approval
	is     progress.State
	trip   trip.Trip
	booked []hall.Booking
	visas  []visa.Row
	out    int // booklets that are lent for it
	rated  bool
}

// look reads a run.
func (x *run) look(ctx context.Context) (seen, error) {
	in, office := x.house.Internet, x.house.Office
	v := seen{today: in.Journal.Today()}
	who, _, err := account.ByLogin(ctx, in.Store, drillOfficer)
	if err != nil {
		return v, err
	}
	work := applying.NewWork(in)
	if v.id, err = x.chosen(ctx, work, who.Unit); err != nil || v.id == "" {
		return v, err
	}
	f, err := work.Open(ctx, v.id)
	if err != nil {
		return v, err
	}
	v.filing = f.Filing
	if v.filing.Stage == filing.InDraft {
		v.whole = len(work.Application(f, precheck.Submit).Blocking) == 0
		return v, nil
	}
	if v.office, _, err = journal.Load(ctx, office.Journal, approval.Room, v.id); err != nil {
		return v, err
	}
	if v.is, _, err = progress.Of(ctx, in.Store, v.id); err != nil {
		return v, err
	}
	if v.trip, _, err = journal.Load(ctx, in.Journal, trip.Room, v.id); err != nil {
		return v, err
	}
	if v.booked, err = hall.OfFiling(ctx, in.Store, v.id); err != nil {
		return v, err
	}
	if v.visas, err = visa.Of(ctx, office.Store, v.id); err != nil {
		return v, err
	}
	if v.out, err = trip.BookletsOut(ctx, in.Store, v.id); err != nil {
		return v, err
	}
	rating, _, err := journal.Load(ctx, in.Journal, feedback.Room, v.id)
	v.rated = rating.Answer != feedback.None
	return v, err
}

// chosen is the case that counts: the first that was handed in and still goes on
// or has come to the archive, else the draft that was written on last.
func (x *run) chosen(ctx context.Context, work *applying.Work, unit string) (string, error) {
	store := x.house.Internet.Store
	all, err := filing.OfUnit(ctx, store, unit, filing.After{}, 100)
	if err != nil {
		return "", err
	}
	slices.Reverse(all)
	for _, e := range all {
		if e.Amends != "" || e.Stage == filing.InDraft || e.Stage == filing.IsWithdrawn {
			continue
		}
		is, _, err := progress.Of(ctx, store, e.ID)
		if err != nil {
			return "", err
		}
		if !is.Stage.OffCourse() || is.Stage == progress.Archived && is.Outcome == "approved" {
			return e.ID, nil
		}
	}
	drafts, err := work.Drafts.List(ctx, unit)
	if err != nil || len(drafts) == 0 {
		return "", err
	}
	return drafts[0].ID, nil
}

// booking is the one that is still to come, or that somebody is there for.
func (v seen) booking() (hall.Booking, bool) {
	for _, b := range v.booked {
		if (b.State == hall.IsBooked || b.State == hall.HasArrived) && !b.Day.Before(v.today) {
			return b, true
		}
	}
	return hall.Booking{}, false
}

// comes tells whether somebody must still come for a booklet.
func (v seen) comes() bool {
	for _, p := range v.is.People {
		if p.MustCome() {
			return true
		}
	}
	return false
}

// making tells whether a booklet is being made.
func (v seen) making() bool {
	for _, p := range v.is.People {
		switch p.Booklet {
		case progress.IsCaptured, progress.IsMade, progress.IsChecked, progress.IsHandedOver:
			return true
		}
	}
	return false
}

func (v seen) visasOpen() bool {
	return slices.ContainsFunc(v.visas, func(o visa.Row) bool { return o.Stage.Open() })
}

func (v seen) issued() bool { return v.office.Document != nil }

// archived tells whether the case is done: everybody is home, nothing is owed.
func (v seen) archived() bool {
	return v.is.Stage == progress.Archived && v.office.Outcome == "approved" && !v.trip.Departed.IsZero()
}

// steps are those of the path, in their order: whose each is, and whether it is
// done by what the zones say.
var steps = []struct {
	name string
	own  bool // the officer's
	done func(seen) bool
}{
	{"write", true, func(v seen) bool { return v.whole || v.id != "" && v.filing.Stage != filing.InDraft }},
	{"present", true, func(v seen) bool { return v.id != "" && v.filing.Stage != filing.InDraft }},
	{"sign", false, func(v seen) bool { return !v.filing.Submitted.IsZero() }},
	{"send_back", false, func(v seen) bool { return v.office.Returns > 0 }},
	{"correct", true, func(v seen) bool {
		return v.office.Returns > 0 && v.office.Stage != approval.WithUnit && v.filing.Stage != filing.IsSentBack
	}},
	{"accept", false, func(v seen) bool { return v.office.Number != "" }},
	{"decide", false, seen.issued},
	{"book", true, func(v seen) bool { _, booked := v.booking(); return v.issued() && (booked || !v.comes()) }},
	{"visit", false, func(v seen) bool { return v.issued() && !v.comes() }},
	{"make", false, func(v seen) bool { return v.issued() && !v.comes() && !v.making() }},
	{"visa", false, func(v seen) bool { return v.issued() && !v.visasOpen() }},
	{"lend", false, func(v seen) bool { return v.trip.Stage != trip.Nothing }},
	{"depart", true, func(v seen) bool { return !v.trip.Departed.IsZero() }},
	{"home", true, func(v seen) bool { return !v.trip.Home.IsZero() }},
	{"hand_in", false, func(v seen) bool { return !v.trip.Home.IsZero() && v.out == 0 }},
	{"report", true, func(v seen) bool { return v.trip.Report != "" && !v.trip.OwesNotice() }},
	{"rate", true, func(v seen) bool { return v.rated }},
	{"archive", false, seen.archived},
}

// at is the page on which an officer does a step of theirs.
func at(step string, v seen) string {
	switch step {
	case "write":
		if v.id == "" {
			return "/cases/new"
		}
		return "/cases/" + v.id
	case "present":
		return "/cases/" + v.id + "/check"
	case "correct":
		return "/cases/" + v.id + "/notice"
	case "book":
		return "/visits/" + v.id
	case "depart", "home", "report":
		return "/cases/" + v.id + "/after"
	case "rate":
		return "/me/rate/" + v.id
	}
	return ""
}

// path is what the page of a run shows.
func (v seen) path() pages.Path {
	p := pages.Path{Today: v.today, Case: v.id, Done: v.archived()}
	now, there := v.next()
	if there {
		p.Others = now.name
	}
	turn := false
	for _, s := range steps {
		st := pages.Step{Name: s.name, Own: s.own, Done: s.done(v)}
		if !st.Done && !turn {
			turn = true
			if st.Now = true; s.own && !(there && now.first) {
				st.URL = at(s.name, v)
			}
		}
		p.Steps = append(p.Steps, st)
	}
	return p
}

// Path tells how far a run is.
func (in inside) Path(ctx context.Context) (pages.Path, error) {
	v, err := in.run.look(ctx)
	return v.path(), err
}

// By tells what a run is practised by.
func (in inside) By() pages.By { return pages.By(in.run.kept.By) }

// Task is the made-up case that is to be written.
func (in inside) Task(context.Context) (dossier.Case, error) {
	var c dossier.Case
	text, err := os.ReadFile(filepath.Join(in.run.dir, taskFile))
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	return c, err
}

// Papers are those that the application still lacks, as its task list says: each
// is made for whoever practises.
func (in inside) Papers(ctx context.Context) ([]pages.Paper, error) {
	v, err := in.run.look(ctx)
	if err != nil || v.id == "" {
		return nil, err
	}
	work := applying.NewWork(in.run.house.Internet)
	f, err := work.Open(ctx, v.id)
	if err != nil {
		return nil, err
	}
	var out []pages.Paper
	for _, r := range work.Requirements(f) {
		m, is := r.What.(requirement.Material)
		if !is || !r.IsMissing() || !r.AsksPeople() || r.Need != requirement.AtSubmission {
			continue
		}
		p := pages.Paper{Kind: m.Kind, Name: applying.PaperName(ctx, m.Kind), Member: -1}
		if i, of := r.Owner.Member(); of {
			p.Member, p.Whose = i, f.Now.Case.Members[i].Name()
		}
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out, nil
}
