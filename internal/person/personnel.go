package person

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// What the office alone knows of somebody (限制出境、涉密): a subject of the
// office with the person's id. The Internet hears of days on which the person
// isn't cleared, put together from all of it, so that they don't tell why.

// Restricted: some authority doesn't let the person leave (限制出境).
type Restricted struct {
	ID     string                `reach:"office"`
	Source journal.Field[string] `reach:"office" sealed:"yes"` // who said so, with the number of the letter
	Reason journal.Field[string] `reach:"office" sealed:"yes"`
	From   calendar.Date         `reach:"office"`
	To     calendar.Date         `reach:"office"` // last day; zero: until lifted
}

// RestrictionLifted: it holds no longer.
type RestrictionLifted struct {
	ID     string                `reach:"office"`
	On     calendar.Date         `reach:"office"` // first day without it
	Source journal.Field[string] `reach:"office" sealed:"yes"`
}

// SecrecyNoted: the personnel side says whether the post is a secret one (涉密等级),
// until when its holder is bound, and whether the secrecy side agrees that they travel.
type SecrecyNoted struct {
	Level   journal.Field[dossier.SecretLevel] `reach:"office" sealed:"yes"`
	Since   calendar.Date                      `reach:"office"`
	Until   calendar.Date                      `reach:"office"` // last day of the term of declassification (脱密期); zero: in post
	Consent journal.Field[bool]                `reach:"office" sealed:"yes"`
	Agreed  calendar.Date                      `reach:"office"` // last day for which the consent holds; zero: as long as in post
	Source  journal.Field[string]              `reach:"office" sealed:"yes"`
}

// ClearanceTold: on these days the person may not travel; on all others
// nothing is known against it.
type ClearanceTold struct {
	Not []Span `reach:"internet office"`
}

// Span is days from one to another, both included; a zero To has no end.
type Span struct {
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to,omitzero"`
}

// Meets tells whether any of the days lie in the span.
func (s Span) Meets(from, to calendar.Date) bool {
	return !s.From.After(to) && (s.To.IsZero() || !s.To.Before(from))
}

// Restriction is one as it stands.
type Restriction struct {
	ID             string
	Source, Reason string
	From, To       calendar.Date
	Lifted         calendar.Date // first day without it; zero: not lifted
	LiftedBy       string
}

// Days is what holds of it; false when it was lifted before it began.
func (r Restriction) Days() (Span, bool) {
	to := r.To
	if !r.Lifted.IsZero() && (to.IsZero() || !r.Lifted.After(to)) {
		to = r.Lifted.Prev()
	}
	return Span{r.From, to}, to.IsZero() || !to.Before(r.From)
}

// Secrecy is what the personnel side says of somebody's post.
type Secrecy struct {
	Level   dossier.SecretLevel
	Since   calendar.Date
	Until   calendar.Date
	Consent bool
	Agreed  calendar.Date
	Source  string
}

func (s Secrecy) span() (Span, bool) {
	if s.Level == "" || s.Level == dossier.NoSecrets {
		return Span{}, false
	}
	out := Span{From: s.Since, To: s.Until}
	if s.Consent {
		if s.Agreed.IsZero() {
			return Span{}, false
		}
		out.From = s.Agreed.Next()
	}
	return out, out.To.IsZero() || !out.To.Before(out.From)
}

// Personnel is what the office holds of somebody beside their record. It prints
// nothing of it.
type Personnel struct {
	Person       string
	Restrictions []Restriction
	Secrecy      Secrecy
	Told         []Span // what the Internet heard last
}

// String names nobody's reasons.
func (p Personnel) String() string { return "personnel of " + p.Person }

// GoString is the same for %#v.
func (p Personnel) GoString() string { return p.String() }

// Restricted tells whether an authority doesn't let the person leave on any of
// the days (MEM-019).
func (p Personnel) Restricted(from, to calendar.Date) bool {
	return slices.ContainsFunc(p.Restrictions, func(r Restriction) bool {
		s, holds := r.Days()
		return holds && s.Meets(from, to)
	})
}

// Levels are those that the office notes.
func Levels() []dossier.SecretLevel {
	return []dossier.SecretLevel{dossier.NoSecrets, dossier.GeneralSecrets, dossier.ImportantSecrets, dossier.CoreSecrets}
}

// SecretLevel is the level that binds the person on any of the days, and
// whether the secrecy side agrees to all of them (MEM-021). No level is known
// of somebody of whom nothing was noted.
func (p Personnel) SecretLevel(from, to calendar.Date) (dossier.SecretLevel, bool) {
	s := p.Secrecy
	if s.Level == "" || s.Level == dossier.NoSecrets {
		return s.Level, false
	}
	if !(Span{s.Since, s.Until}).Meets(from, to) {
		return dossier.NoSecrets, false
	}
	return s.Level, s.Consent && (s.Agreed.IsZero() || !s.Agreed.Before(to))
}

// not is on which days the person isn't cleared, joined where they touch.
func (p Personnel) not() []Span {
	var all []Span
	for _, r := range p.Restrictions {
		if s, holds := r.Days(); holds {
			all = append(all, s)
		}
	}
	if s, holds := p.Secrecy.span(); holds {
		all = append(all, s)
	}
	return join(all)
}

func join(all []Span) []Span {
	slices.SortFunc(all, func(a, b Span) int { return a.From.Compare(b.From) })
	var out []Span
	for _, s := range all {
		last := len(out) - 1
		switch {
		case last < 0, !out[last].To.IsZero() && s.From.After(out[last].To.Next()):
			out = append(out, s)
		case out[last].To.IsZero():
		case s.To.IsZero() || s.To.After(out[last].To):
			out[last].To = s.To
		}
	}
	return out
}

// Staff is what the office holds of somebody as a subject.
var Staff = journal.Subject[Personnel]{Kind: "personnel", Evolve: func(p Personnel, e journal.Event) (Personnel, error) {
	p.Person = e.Subject.ID
	switch b := e.Body.(type) {
	case Restricted:
		p.Restrictions = append(slices.Clone(p.Restrictions), Restriction{ID: b.ID, Source: b.Source.Or(""), Reason: b.Reason.Or(""), From: b.From, To: b.To})
	case RestrictionLifted:
		p.Restrictions = slices.Clone(p.Restrictions)
		for i := range p.Restrictions {
			if p.Restrictions[i].ID == b.ID {
				p.Restrictions[i].Lifted, p.Restrictions[i].LiftedBy = b.On, b.Source.Or("")
			}
		}
	case SecrecyNoted:
		p.Secrecy = Secrecy{Level: b.Level.Or(""), Since: b.Since, Until: b.Until, Consent: b.Consent.Or(false), Agreed: b.Agreed, Source: b.Source.Or("")}
	case ClearanceTold:
		p.Told = b.Not
	default:
		return p, fmt.Errorf("%T is nothing that the office holds of a person", e.Body)
	}
	return p, nil
}}

// telling adds to what happened what the Internet is to hear, if that is
// otherwise than before.
func telling(p Personnel, b any) ([]journal.Event, error) {
	next, err := Staff.Evolve(p, journal.Event{Subject: journal.Ref{ID: p.Person}, Body: b})
	if err != nil {
		return nil, err
	}
	if not := next.not(); !slices.Equal(not, p.Told) {
		return journal.Happened(b, ClearanceTold{Not: not}), nil
	}
	return journal.Happened(b), nil
}

// Restrict notes that an authority doesn't let somebody leave.
type Restrict struct {
	Source, Reason string
	From, To       calendar.Date
}

// Decide wants to know who says so, and from when.
func (cmd Restrict) Decide(p Personnel, m journal.Moment) ([]journal.Event, error) {
	var wrong []fault.Finding
	source, reason := dossier.FoldText(cmd.Source), dossier.FoldText(cmd.Reason)
	switch {
	case source == "":
		wrong = append(wrong, fault.Finding{Field: "source", Key: "form.empty"})
	case utf8.RuneCountInString(source) > 160:
		wrong = append(wrong, fault.Finding{Field: "source", Key: "form.text.long", Args: map[string]any{"Max": 160}})
	}
	if utf8.RuneCountInString(reason) > 400 {
		wrong = append(wrong, fault.Finding{Field: "reason", Key: "form.text.long", Args: map[string]any{"Max": 400}})
	}
	if cmd.From.IsZero() {
		wrong = append(wrong, fault.Finding{Field: "from", Key: "form.empty"})
	}
	if !cmd.To.IsZero() && cmd.To.Before(cmd.From) {
		wrong = append(wrong, fault.Finding{Field: "to", Key: "person.to_before_from"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return telling(p, Restricted{ID: m.Fresh(), Source: journal.Of(source), Reason: journal.Of(reason), From: cmd.From, To: cmd.To})
}

// Lift ends a restriction.
type Lift struct {
	ID     string
	Source string
	On     calendar.Date
}

// Decide wants to know who lifts it; once is enough.
func (cmd Lift) Decide(p Personnel, m journal.Moment) ([]journal.Event, error) {
	i := slices.IndexFunc(p.Restrictions, func(r Restriction) bool { return r.ID == cmd.ID })
	if i < 0 {
		return nil, fault.NotFound("restriction " + cmd.ID)
	}
	if !p.Restrictions[i].Lifted.IsZero() {
		return nil, fault.NotNow("person.restriction.lifted", Here)
	}
	source := dossier.FoldText(cmd.Source)
	var wrong []fault.Finding
	if source == "" {
		wrong = append(wrong, fault.Finding{Field: "source", Key: "form.empty"})
	}
	if cmd.On.IsZero() {
		wrong = append(wrong, fault.Finding{Field: "on", Key: "form.empty"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return telling(p, RestrictionLifted{ID: cmd.ID, On: cmd.On, Source: journal.Of(source)})
}

// NoteSecrecy writes down what the personnel side says of the post.
type NoteSecrecy struct{ Secrecy Secrecy }

// Decide wants a level, and dates in their order.
func (cmd NoteSecrecy) Decide(p Personnel, m journal.Moment) ([]journal.Event, error) {
	s := cmd.Secrecy
	s.Source = strings.TrimSpace(dossier.FoldText(s.Source))
	var wrong []fault.Finding
	if !slices.Contains(Levels(), s.Level) {
		wrong = append(wrong, fault.Finding{Field: "level", Key: "form.choose"})
	}
	if s.Level == dossier.NoSecrets {
		s.Until, s.Agreed, s.Consent = calendar.Date{}, calendar.Date{}, false
	}
	if s.Since.IsZero() {
		s.Since = m.Today
	}
	if !s.Until.IsZero() && s.Until.Before(s.Since) {
		wrong = append(wrong, fault.Finding{Field: "until", Key: "person.to_before_from"})
	}
	if !s.Consent {
		s.Agreed = calendar.Date{}
	}
	if s.Source == "" {
		wrong = append(wrong, fault.Finding{Field: "secrecySource", Key: "form.empty"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if s == p.Secrecy {
		return nil, nil
	}
	return telling(p, SecrecyNoted{Level: journal.Of(s.Level), Since: s.Since, Until: s.Until, Consent: journal.Of(s.Consent), Agreed: s.Agreed, Source: journal.Of(s.Source)})
}

// PersonnelOf gives what the office holds of somebody, under all ids that
// their record has had. In another zone nothing is held.
func PersonnelOf(ctx context.Context, j *journal.Journal, who string) (Personnel, error) {
	ids, err := Also(ctx, j.Store, who)
	if err != nil {
		return Personnel{}, err
	}
	out := Personnel{Person: who}
	for _, id := range ids {
		p, v, err := journal.Load(ctx, j, Staff, id)
		if err != nil {
			return Personnel{}, err
		}
		if v == 0 {
			continue
		}
		out.Restrictions = append(out.Restrictions, p.Restrictions...)
		out.Told = join(append(slices.Clone(out.Told), p.Told...))
		if id == who || out.Secrecy.Level == "" {
			out.Secrecy = p.Secrecy
		}
	}
	return out, nil
}
