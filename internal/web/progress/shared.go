package progress

import (
	"context"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	room "yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Shared is a member who goes with the booklet that is being made on account of
// another case.
type Shared struct {
	Person string
	Of     custody.Underway
	By     calendar.Date // day by which it should be there; zero while nobody can say
	Within int           // working days that making it takes once its holder has come

	Elsewhere bool // another case has booked the capture
	Mine      bool // this case books it, or has
}

// SharedIs says of a member which booklet they go with, and when to expect it.
// Which case that is, only those read who may see that case. depart is the day on
// which this one leaves.
func (p *Pages) SharedIs(ctx context.Context, s Shared, depart calendar.Date) (what, note string) {
	return ui.T(ctx, "progress.shared.who", "Name", p.Name(ctx, s.Person), "What", p.sharedWhat(ctx, s)), sharedBy(ctx, s, depart)
}

// SharedFor is the same of one member, on a page that is about them; "" for who
// has a booklet of their own.
func (p *Pages) SharedFor(ctx context.Context, filing, person string, depart calendar.Date) (string, error) {
	if p == nil || p.Shared == nil {
		return "", nil
	}
	all, err := p.Shared(ctx, filing)
	for _, s := range all {
		if s.Person == person {
			return ui.Sentences(ctx, p.sharedWhat(ctx, s), sharedBy(ctx, s, depart)), err
		}
	}
	return "", err
}

func sharedBy(ctx context.Context, s Shared, depart calendar.Date) string {
	var note string
	switch {
	case s.By.IsZero() && s.Mine:
		note = ui.T(ctx, "progress.shared.either", "Count", s.Within)
	case s.Of.Waits() && s.Mine:
		note = ui.T(ctx, "progress.shared.booked", "Day", ui.MonthDay(ctx, s.By))
	case s.By.IsZero():
		note = ui.T(ctx, "progress.shared.first", "Count", s.Within)
	case s.Of.Waits():
		note = ui.T(ctx, "progress.shared.comes", "Day", ui.MonthDay(ctx, s.By))
	default:
		note = ui.T(ctx, "progress.shared.by", "Day", ui.MonthDay(ctx, s.By))
	}
	if !s.By.IsZero() && !depart.IsZero() && !s.By.Before(depart) {
		note = ui.Sentences(ctx, note, ui.T(ctx, "progress.shared.late", "Day", ui.MonthDay(ctx, depart)))
	}
	return note
}

func (p *Pages) sharedWhat(ctx context.Context, s Shared) string {
	kind := ui.T(ctx, "progress.shared.passport")
	if dossier.PassportType(s.Of.Type) == dossier.HKMacauPermit {
		kind = ui.T(ctx, "progress.shared.permit")
	}
	if other, known, err := room.Of(ctx, p.Journal.Store, s.Of.Filing); err == nil && known && other.Number != "" && p.maySee(ctx, s.Of.Filing) {
		return ui.T(ctx, "progress.shared.numbered", "Booklet", kind, "Number", other.Number)
	}
	return ui.T(ctx, "progress.shared.other", "Booklet", kind)
}

// maySee tells whether the reader could open another case.
func (p *Pages) maySee(ctx context.Context, filing string) bool {
	var o access.Object
	if find := p.Site.Objects["case"]; find != nil {
		var err error
		if o, err = find(ctx, filing); err != nil {
			return false
		}
	}
	if o == (access.Object{}) && p.Journal.Zone == zone.Internet {
		return false // nobody's there
	}
	return access.Check(web.WhoOf(ctx), access.SeeCase, o) == nil
}

// shared are those of a case, line by line.
func (p *Pages) shared(ctx context.Context, s room.State, w access.Who) ([]missionLine, error) {
	if p.Shared == nil {
		return nil, nil
	}
	all, err := p.Shared(ctx, s.Filing)
	var out []missionLine
	for _, x := range all {
		if !Shows(w, x.Person) {
			continue
		}
		what, note := p.SharedIs(ctx, x, s.Depart)
		out = append(out, missionLine{what, note})
	}
	return out, err
}
