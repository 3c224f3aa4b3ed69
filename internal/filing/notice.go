package filing

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// AsAnnounced writes back into a draft what its notice said where the case says
// otherwise by now: days, purpose, what is done in each half-day, who invites and
// who pays. Whom and where the notice named stays as the draft has it: people and
// legs are taken in and out on their own pages.
func (p *Paper) AsAnnounced(was *dossier.Published) {
	t := &p.Case.Trip
	first, last := t.Depart, p.comesHome()
	if !was.Depart.IsZero() && !was.Return.IsZero() && (was.Depart != first || was.Return != last) {
		t.Depart, t.Return = was.Depart, was.Return
		p.Redate(first, last)
	}
	if was.Purpose != "" {
		t.Purpose = was.Purpose
	}
	for _, said := range was.Itinerary {
		p.announcedHalf(said)
	}
	for i, said := range was.Letters {
		if i >= len(p.Case.Invitations) {
			break
		}
		inv := &p.Case.Invitations[i]
		for _, x := range []struct{ said, is *string }{{&said.Issuer, &inv.Issuer}, {&said.Signatory, &inv.Signatory}, {&said.SignatoryTitle, &inv.SignatoryTitle}, {&said.About, &inv.About}} {
			if *x.said != "" {
				*x.is = *x.said
			}
		}
		if !said.Issued.IsZero() {
			inv.Issued = said.Issued
		}
	}
	if was.Fund != "" && p.Case.Budget != nil {
		p.Case.Budget.Fund = was.Fund
	}
}

// announcedHalf puts a half-day back; one that nobody wrote follows as before.
func (p *Paper) announcedHalf(said dossier.HalfDay) {
	for i := range p.Case.Itinerary {
		if h := &p.Case.Itinerary[i]; h.Date == said.Date && h.Half == said.Half {
			h.Activity, h.Host = said.Activity, said.Host
			return
		}
	}
}

// Hung tells whether a notice has hung for all its days: whether anybody objected
// is known from the day after the last one.
func Hung(n *dossier.Notice, today calendar.Date) bool {
	return n != nil && !n.To.IsZero() && n.To.Before(today)
}
