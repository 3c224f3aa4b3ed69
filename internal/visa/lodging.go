package visa

import (
	"yitang/internal/dossier"
	"yitang/internal/precheck"
)

// Packed tells whether the kit of an order was closed, whatever came of it since.
func (o Order) Packed() bool {
	switch o.Stage {
	case KitIsReady, IsSent, IsGranted, IsRefused, IsChecked, IsReleased:
		return true
	}
	return false
}

// Lodging is an order as the rules of lodging know it, with what was read from its
// papers and every item of the kit looked at.
func (o Order) Lodging() precheck.Lodging {
	p, papers := o.Plan, o.Papers
	l := precheck.Lodging{Step: precheck.StepKit, Type: dossier.PassportType(p.With), Area: p.Area, Apply: p.Apply, From: p.From, To: p.To,
		BookedIn: papers.BookedIn, BookedOut: papers.BookedOut, Statement: papers.Statement, FormNumber: papers.FormNumber, BookedByOwn: papers.BookedByOwn,
		OnlineOn: papers.OnlineOn, NoteOn: papers.NoteOn, Note: papers.Note}
	for _, it := range p.Kit {
		l.Kit = append(l.Kit, precheck.KitItem{ID: it.ID, Key: it.Key, Zh: it.Zh, En: it.En, Looked: true})
	}
	if !papers.InsuredFrom.IsZero() || !papers.InsuredUntil.IsZero() {
		l.Insurance = &precheck.Insurance{From: papers.InsuredFrom, Until: papers.InsuredUntil, Area: papers.InsuredArea, Cover: papers.InsuredCover}
	}
	return l
}

// Printed is the visa of an order as the rules of handing out compare it; times is how
// often the journey enters.
func (o Order) Printed(times int) precheck.Visa {
	p, v := o.Plan, o.Visa
	return precheck.Visa{Area: p.Area, Name: v.Name.Or(""), Tail: v.Tail, From: v.From, Until: v.Until, Entries: v.Entries, Days: v.Days,
		First: p.From, Last: p.To, Stay: p.Days, Times: times}
}
