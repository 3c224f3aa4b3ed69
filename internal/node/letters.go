package node

import (
	"context"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/letter"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/visa"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// Letters issues the office's documents beside the approval, from what it holds.
type Letters struct {
	*letter.Issuer
	rules *officeRules
}

func newLetters(r *officeRules) *Letters {
	return &Letters{&letter.Issuer{Approval: r.issuer, Numbers: func() pack.Numbers { return r.n.Packs.Now().Office.Numbers }}, r}
}

// react issues the notice of a sending back, takes what is prepared to its end,
// and revokes what rests on an approval that no longer holds.
func (l *Letters) react(ctx context.Context, e journal.Event) error {
	switch b := e.Body.(type) {
	case approval.SentBack:
		return l.notice(ctx, e, b)
	case approval.OpinionSought:
		return l.request(ctx, e, b)
	case approval.Decided:
		if changesOnly(e) {
			return nil // its case will say so
		}
		return l.reply(ctx, e)
	case approval.Amended:
		return l.reply(ctx, e)
	case approval.DocumentIssued:
		return l.notices(ctx, e)
	case letter.Prepared:
		return l.Finish(ctx, e.Subject.ID)
	case letter.Revoked:
		return l.LogRevoked(ctx, e.Subject.ID)
	}
	// A change that is withdrawn takes its own letters with it, and none of its case.
	id := ledger.SubjectOf(e)
	if id == "" {
		return nil
	}
	all, err := letter.Of(ctx, l.rules.n.Store, id)
	if err != nil {
		return err
	}
	for _, w := range letter.React(e, all) {
		if err := follow(ctx, l.rules.n.Journal, letter.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// notice issues what was told in a sending back as a document (一次性告知书). It
// speaks of the application as it was then.
func (l *Letters) notice(ctx context.Context, e journal.Event, b approval.SentBack) error {
	j, id := l.rules.n.Journal, e.Subject.ID
	a, _, err := journal.Load(ctx, j, approval.Room, id)
	if err != nil {
		return err
	}
	history, err := j.History(ctx, e.Subject)
	if err != nil {
		return err
	}
	n, number := 0, ""
	for _, h := range history {
		if h.Position > e.Position {
			break
		}
		switch x := h.Body.(type) {
		case approval.SentBack:
			n++
		case approval.Accepted:
			number = x.Number
		}
	}
	a.Number = number
	rounds, err := approval.Rounds(ctx, j, id)
	if err != nil {
		return err
	}
	round := rounds[0]
	for _, r := range rounds {
		if r.Event.Position < e.Position {
			round = r
		}
	}
	zh := ui.With(ctx, ui.Prefs{Lang: ui.ZhHans})
	cmd := letter.Notice(b, a, id, round.Dossier, func(c dossier.Case, d approval.Defect) string { return progress.DefectPlace(zh, c, d) })
	err = l.Issue(ctx, journal.Order{Subject: letter.AboutReturn(id, n), Key: e.ID + ":notice", Cause: e.ID}, cmd)
	if fault.Overtaken(err) {
		return nil // issued already
	}
	return err
}

// mission is the case as a letter to another authority tells of it: as it stands
// now, whatever has happened since the event.
func (l *Letters) mission(ctx context.Context, e journal.Event) (letter.Mission, error) {
	id := e.Subject.ID
	a, _, err := journal.Load(ctx, l.rules.n.Journal, approval.Room, id)
	if err != nil {
		return letter.Mission{}, err
	}
	round, err := approval.Standing(ctx, l.rules.n.Journal, id)
	return letter.Mission{Filing: id, Case: round.Dossier, People: round.People(), Of: a, Country: func(code string) string { return l.rules.n.Packs.Country(code, "zh") }}, err
}

// give issues a letter that follows by rule. One that says what the one in
// force says already was issued before.
func (l *Letters) give(ctx context.Context, e journal.Event, subject string, cmd letter.Prepare) error {
	err := l.Issue(ctx, journal.Order{Subject: subject, Key: e.ID + ":" + subject, Cause: e.ID}, cmd)
	if fault.Overtaken(err) {
		return nil
	}
	return err
}

// request sends the opinion request (征求意见函).
func (l *Letters) request(ctx context.Context, e journal.Event, b approval.OpinionSought) error {
	m, err := l.mission(ctx, e)
	if err != nil {
		return err
	}
	n := slices.IndexFunc(m.Of.Inquiries, func(q approval.Inquiry) bool {
		return q.Authority == b.Authority && slices.Contains(q.Persons, b.Persons[0])
	})
	return l.give(ctx, e, letter.AboutAuthority(document.KindOpinionRequest, m.Filing, n+1), letter.OpinionRequest(b, m))
}

// reply answers the opinion request of the authority whose delegation is joined
// (复函), once it is decided and once more when that was changed. Where none was
// asked, the decision is ours alone; one that was taken back has no reply.
func (l *Letters) reply(ctx context.Context, e journal.Event) error {
	m, err := l.mission(ctx, e)
	if err != nil || !m.Of.JoinsAnother() || m.Of.Stage == approval.IsRevoked {
		return err
	}
	asked, ok := m.Of.RequestOf(m.Case)
	if !ok {
		return nil
	}
	return l.give(ctx, e, letter.AboutAuthority(document.KindOpinionReply, m.Filing, 1), letter.OpinionReply(asked, m))
}

// notices sends a mission notice (任务通知书) to each authority that has agreed
// and whose people are approved; the one of an authority of whom nobody goes any
// more is revoked. A case that was revoked meanwhile has none.
func (l *Letters) notices(ctx context.Context, e journal.Event) error {
	m, err := l.mission(ctx, e)
	if err != nil || m.Of.Stage != approval.IsIssued {
		return err
	}
	for i, q := range m.Of.Inquiries {
		cmd, subject := letter.MissionNotice(q, m), letter.AboutAuthority(document.KindMissionNotice, m.Filing, i+1)
		if len(cmd.Content.Going) > 0 {
			err = l.give(ctx, e, subject, cmd)
		} else { // nobody, or nobody any more
			order := journal.Order{Subject: subject, Key: e.ID + ":letter.revoke:" + subject, Cause: e.ID}
			err = follow(ctx, l.rules.n.Journal, letter.Room, order, journal.Command[letter.Letter](letter.Revoke{Reason: fault.Because("nobody_goes")}))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Offer is what the visa desk may issue for an order's group and area.
type Offer struct {
	Kind   document.Kind // "" for nothing
	Letter string        // subject
	Unit   string        // id
	With   visa.Travellers
}

// For tells what goes with a visa order: a note to the mission where a visa is
// asked for, an exit certificate where none is needed and the passport wants
// one beside it.
func (l *Letters) For(ctx context.Context, orderID string) (Offer, error) {
	n := l.rules.n
	o, ok, err := visa.One(ctx, n.Store, orderID)
	if err != nil {
		return Offer{}, err
	}
	if !ok {
		return Offer{}, fault.NotFound("visa order " + orderID)
	}
	round, err := approval.Standing(ctx, n.Journal, o.Filing)
	if err != nil {
		return Offer{}, err
	}
	a, _, err := journal.Load(ctx, n.Journal, approval.Room, o.Filing)
	if err != nil {
		return Offer{}, err
	}
	offer := Offer{Unit: a.Unit, With: visa.Travellers{Case: round.Dossier, People: round.People(), Number: a.Number, Booklets: map[string]visa.Booklet{},
		Country: l.rules.n.Packs.Country(o.Apply, "zh"), Formal: l.rules.n.Packs.Now().Ref.FormalName(o.Apply)}}
	countries := n.Packs.Now().Ref.Countries
	for _, s := range round.Dossier.Legs {
		if s.Counts() && (s.Country == o.Area || o.Area == ref.Schengen && countries[s.Country].Schengen) {
			offer.With.Stays = append(offer.With.Stays, visa.Stay{Code: s.Country, Stay: letter.Stay{Country: n.Packs.Country(s.Country, "zh"), City: s.City, Arrive: s.Arrive.Date, Leave: s.Leave.Date}})
		}
	}
	if a.InForce(n.Journal.Today()) {
		offer.With.Approval = a.Document.Number
	}
	all, err := visa.Of(ctx, n.Store, o.Filing)
	if err != nil {
		return Offer{}, err
	}
	switch o.Stage {
	case visa.IsWithdrawn:
		return Offer{}, nil
	case visa.NoneNeeded:
		certified, err := l.certified(ctx, o.Filing, round, o.Area)
		if err != nil {
			return Offer{}, err
		}
		offer.Kind = document.KindExitCertificate
		for _, x := range all {
			i := slices.Index(offer.With.People, x.Person)
			if x.Area == o.Area && x.Stage == visa.NoneNeeded && slices.Contains(certified, i) {
				offer.With.Orders = append(offer.With.Orders, x)
			}
		}
		if !slices.ContainsFunc(offer.With.Orders, func(x visa.Row) bool { return x.ID == o.ID }) {
			return Offer{}, nil // a visa is held, or the passport wants no certificate
		}
	default:
		offer.Kind = document.KindNoteVerbale
		for _, x := range all {
			if x.Area == o.Area && x.Stage != visa.NoneNeeded && x.Stage != visa.IsWithdrawn {
				offer.With.Orders = append(offer.With.Orders, x)
			}
		}
	}
	offer.Letter = letter.AboutArea(offer.Kind, o.Filing, o.Area)
	for _, x := range offer.With.Orders {
		ids, err := person.Also(ctx, l.rules.n.Store, x.Person)
		if err == nil {
			err = l.booklet(ctx, visa.Goes(x, all, ids), x.Person, offer.With.Booklets)
		}
		if err != nil {
			return Offer{}, err
		}
	}
	return offer, nil
}

// booklet finds the booklet that a traveller goes with.
func (l *Letters) booklet(ctx context.Context, goes custody.Trip, who string, into map[string]visa.Booklet) error {
	best, ok, err := goes.Booklet(ctx, l.rules.n.Store, who)
	if err != nil || !ok {
		return err
	}
	numbers, err := custody.Numbers(ctx, l.rules.n.Journal, best.Person)
	if err != nil {
		return err
	}
	into[who] = visa.Booklet{Type: best.Type, Number: numbers[best.Booklet]}
	return nil
}

// certified asks the requirement engine who carries an exit certificate.
func (l *Letters) certified(ctx context.Context, filing string, round approval.Round, area string) ([]int, error) {
	n := l.rules.n
	today := n.Journal.Today()
	known, err := visa.Known(ctx, n.Store, filing, round.Dossier, round.People(), today)
	if err != nil {
		return nil, err
	}
	set := n.Packs.Now()
	reqs := requirement.For(requirement.Facts{Case: round.Dossier, Known: known, Countries: set.Countries, Today: today, Approved: today,
		Workday: func(d calendar.Date) bool { return n.Book().IsWorkday(d) }}, set.Needs(today))
	return visa.Certified(reqs, area), nil
}
