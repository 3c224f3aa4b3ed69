package drill

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/demo"
	"yitang/internal/dossier"
	"yitang/internal/feedback"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/requirement"
	"yitang/internal/trip"
	"yitang/internal/visa"
	applying "yitang/internal/web/filing"
	"yitang/internal/zone"
)

// Hands take a case of any kind on by the commands that its desks give. The
// story does the same with its one case and looks at each step closely; here a
// case only has to get somewhere, so that a test can look at what is new there.
type Hands struct {
	Internet *node.Internet
	Office   *node.Office
	Passport *node.Passport
	Settle   func(context.Context) error
	Reach    func(time.Time) error                 // moves the clock on to a moment, unless it is over
	Who      func(zone.Zone, access.Role) []string // accounts
	Taken    func([]Canary)                        // hears what a capture leaves with the passport zone; nil: nobody does
}

// move is what the desks do of one step. Each does what is still to be done, so
// that a case can be taken on from wherever it stands.
type move struct {
	name Name
	do   func(Hands, context.Context, string) error
}

var moves = []move{
	{Draft, Hands.supply}, {Present, Hands.present}, {Submit, Hands.submit}, {Accept, Hands.accept}, {Review, Hands.review}, {Decide, Hands.decide},
	{Capture, Hands.capture}, {Make, Hands.produce}, {Check, Hands.compare}, {HandOver, Hands.handOver}, {Receive, Hands.receive},
	{VisaKit, Hands.kits}, {VisaSent, Hands.send}, {VisaGranted, Hands.grant}, {VisaChecked, Hands.checkVisas},
	{Lend, Hands.lend}, {Depart, Hands.depart}, {ComeHome, Hands.comeHome}, {HandIn, Hands.handIn}, {Report, Hands.report}, {Rate, Hands.rate},
}

// Carry takes a case up to a step and through it.
func (h Hands) Carry(ctx context.Context, filing string, upTo Name) error {
	if !slices.ContainsFunc(moves, func(m move) bool { return m.name == upTo }) {
		return fmt.Errorf("nobody's hands do %q", upTo)
	}
	for _, m := range moves {
		if err := m.do(h, ctx, filing); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		if err := h.Settle(ctx); err != nil {
			return err
		}
		if m.name == upTo {
			break
		}
	}
	return nil
}

// Bring begins a case of a unit with a case file.
func (h Hands) Bring(ctx context.Context, unit string, file io.Reader) (string, error) {
	ctx = h.as(ctx, zone.Internet, access.Liaison)
	work, id := applying.NewWork(h.Internet), h.Internet.Journal.NewID()
	paper, err := work.Import(ctx, unit, id, file)
	if err != nil {
		return "", err
	}
	_, err = work.Drafts.Begin(ctx, id, unit, paper)
	return id, err
}

// Declare begins a trip under an approval for a term, and gives its case.
func (h Hands) Declare(ctx context.Context, under string) (string, error) {
	ctx = h.as(ctx, zone.Internet, access.Liaison)
	work, id := applying.NewWork(h.Internet), h.Internet.Journal.NewID()
	f, err := work.Open(ctx, under)
	if err != nil {
		return "", err
	}
	paper, err := work.Declare(ctx, under, f.Unit)
	if err != nil {
		return "", err
	}
	_, err = work.Drafts.Begin(ctx, id, f.Unit, paper)
	return id, err
}

// as is a context in which somebody of a role acts, and none of those.
func (h Hands) as(ctx context.Context, z zone.Zone, role access.Role, but ...string) context.Context {
	for _, id := range h.Who(z, role) {
		if !slices.Contains(but, id) {
			return journal.WithActor(ctx, journal.Actor{Role: string(role), Account: id})
		}
	}
	return ctx // the command says who is missing
}

// drafted is the application while its unit writes it; nil once it is with
// somebody else.
func (h Hands) drafted(ctx context.Context, filing string, stages ...room.Stage) (*applying.Work, *applying.File, error) {
	work := applying.NewWork(h.Internet)
	f, err := work.Open(ctx, filing)
	if err != nil || !slices.Contains(stages, f.Filing.Stage) {
		return work, nil, err
	}
	return work, f, nil
}

func (h Hands) supply(ctx context.Context, filing string) error {
	work, f, err := h.drafted(ctx, filing, room.InDraft)
	if err != nil || f == nil {
		return err
	}
	return supply(h.as(ctx, zone.Internet, access.Liaison), work, f)
}

// supply uploads each paper that the task list says is missing.
func supply(ctx context.Context, work *applying.Work, f *applying.File) error {
	brought := map[string]bool{}
	for _, m := range f.Now.Case.Materials {
		brought[string(m.Kind)+"@"+m.Owner] = true
	}
	for _, r := range work.Requirements(f) {
		m, is := r.What.(requirement.Material)
		place := string(m.Kind) + "@" + r.Owner.String() // one paper may serve several requirements
		if !is || !r.IsMissing() || !r.AsksPeople() || r.Need != requirement.AtSubmission || brought[place] {
			continue
		}
		brought[place] = true
		owner, kind, whose := f.ID, material.OfCase, ""
		if i, of := r.Owner.Member(); of {
			owner, kind, whose = f.Now.Persons[i], material.OfPerson, f.Now.Case.Members[i].Name()
		} else if r.Owner == requirement.OfUnit || requirement.KeptByUnit(m.Kind) {
			owner, kind = f.Unit, material.OfUnit
		}
		pdf := demo.PDF(string(m.Kind), f.Now.Case.Unit.Name, whose, f.ID, "演练材料，内容均为虚构") // each paper is another one
		if _, err := work.Take(ctx, f, m.Kind, kind, owner, "", fmt.Sprintf("%s %s.pdf", m.Kind, whose), bytes.NewReader(pdf), int64(len(pdf))); err != nil {
			return fmt.Errorf("uploading %s: %w", m.Kind, err)
		}
	}
	return nil
}

func (h Hands) present(ctx context.Context, filing string) error {
	work, f, err := h.drafted(ctx, filing, room.InDraft)
	if err != nil || f == nil {
		return err
	}
	ctx = h.as(ctx, zone.Internet, access.Liaison)
	if err := work.Answered(ctx, f, demo.Reason); err != nil {
		return err
	}
	_, err = work.Present(ctx, journal.Order{}, f)
	return err
}

func (h Hands) submit(ctx context.Context, filing string) error {
	work, f, err := h.drafted(ctx, filing, room.IsPresented)
	if err != nil || f == nil {
		return err
	}
	_, err = work.Submit(h.as(ctx, zone.Internet, access.Signatory), journal.Order{}, f, "")
	return err
}

// approval gives the approval, and the application as the office has it.
func (h Hands) approval(ctx context.Context, filing string) (approval.Approval, dossier.Case, error) {
	a, _, err := journal.Load(ctx, h.Office.Journal, approval.Room, filing)
	if err != nil {
		return a, dossier.Case{}, err
	}
	rounds, err := approval.Rounds(ctx, h.Office.Journal, filing)
	if err != nil {
		return a, dossier.Case{}, err
	}
	if len(rounds) == 0 {
		return a, dossier.Case{}, fmt.Errorf("the office has no application %s", filing)
	}
	return a, rounds[len(rounds)-1].Dossier, nil
}

func (h Hands) decides(ctx context.Context, filing string, cmd journal.Command[approval.Approval]) error {
	return give(ctx, h.Office.Journal, approval.Room, filing, cmd)
}

func (h Hands) accept(ctx context.Context, filing string) error {
	a, c, err := h.approval(ctx, filing)
	if err != nil || a.Stage != approval.AtIntake {
		return err
	}
	n, err := approval.NextNumber(ctx, h.Office.Journal, approval.CaseSeries, filing)
	if err != nil {
		return err
	}
	set := h.Office.Packs.Now()
	return h.decides(h.as(ctx, zone.Office, access.Intake), filing, approval.Accept{Number: n.As(set.Office.Numbers.Case), Path: set.Paths.For(c)})
}

// review takes each step of the path but the last; members in another
// authority's charge are asked about first, and its reply comes at once.
func (h Hands) review(ctx context.Context, filing string) error {
	for {
		a, c, err := h.approval(ctx, filing)
		if err != nil || a.Stage != approval.UnderReview {
			return err
		}
		step, open := a.Step()
		if !open || step.Decides {
			return nil
		}
		who := h.as(ctx, zone.Office, access.Role(step.Role), a.Acted...)
		if err := h.askOthers(who, filing, a, c); err != nil {
			return err
		}
		cmd := approval.Review{}
		for _, m := range a.Members {
			cmd.Opinions = append(cmd.Opinions, approval.Opinion{Person: m.Person, Approve: true})
		}
		if err := h.decides(who, filing, cmd); err != nil {
			return err
		}
	}
}

func (h Hands) askOthers(ctx context.Context, filing string, a approval.Approval, c dossier.Case) error {
	today := h.Office.Journal.Today()
	for i, m := range a.Members {
		if _, asked := a.InquiryOf(m.Person); asked || !c.Elsewhere(i) {
			continue
		}
		authority := c.Members[i].Jurisdiction
		if err := h.decides(ctx, filing, approval.SeekOpinion{Authority: authority, Persons: []string{m.Person}, Until: h.Office.Book().AddWorkdays(today, 10)}); err != nil {
			return err
		}
		if err := h.decides(ctx, filing, approval.TakeReply{Authority: authority, Answer: approval.Agrees, Number: "复〔2026〕1号", On: today}); err != nil {
			return err
		}
	}
	return nil
}

// decide approves everybody on the conditions that the office's pack has for
// such a case. Who joins another's delegation goes on its authority's notice,
// and who is in another authority's charge on that one's confirmation.
func (h Hands) decide(ctx context.Context, filing string) error {
	a, c, err := h.approval(ctx, filing)
	if err != nil {
		return err
	}
	if step, open := a.Step(); a.Stage == approval.UnderReview && open {
		set, today := h.Office.Packs.Now(), h.Office.Journal.Today()
		cmd := approval.Decide{RuleSet: string(set.Version), Months: set.Paths.DocumentMonths}
		if !a.JoinsAnother() {
			cmd.Conditions = set.Sentences(c, today)
		}
		for _, m := range a.Members {
			cmd.Members = append(cmd.Members, approval.Verdict{Person: m.Person, Approved: true})
		}
		if err := h.decides(h.as(ctx, zone.Office, access.Role(step.Role), a.Acted...), filing, cmd); err != nil {
			return err
		}
		if err := h.Settle(ctx); err != nil {
			return err
		}
	}
	if a, c, err = h.approval(ctx, filing); err != nil {
		return err
	}
	ctx = h.as(ctx, zone.Office, access.Reviewer)
	if _, told := a.NoticeOf(c); a.JoinsAnother() && !told {
		return h.decides(ctx, filing, approval.TakeNotice{Authority: c.Trip.OrganisingAuthority, Number: "任通〔2026〕1号", On: h.Office.Journal.Today()})
	}
	for _, q := range a.Inquiries {
		if q.Confirmation != nil {
			continue
		}
		if err := h.decides(ctx, filing, approval.TakeConfirmation{Authority: q.Authority, Number: "任确〔2026〕1号", On: h.Office.Journal.Today()}); err != nil {
			return err
		}
	}
	return nil
}

// orders does something for each booklet of the case that stands at a stage.
func (h Hands) orders(ctx context.Context, filing string, at passport.Stage, do func(passport.Row) error) error {
	orders, err := passport.OfFiling(ctx, h.Passport.Store, filing)
	return demo.Each(orders, err, func(o passport.Row) bool { return o.Stage == at }, do)
}

// capture takes what the booklet needs of a person; the holder of a permit has
// given photo and signature before.
func (h Hands) capture(ctx context.Context, filing string) error {
	ctx = h.as(ctx, zone.Passport, access.Capture)
	within := calendar.Workdays(h.Passport.Packs.Now().Needs(h.Passport.Journal.Today()).BookletWorkdays)
	return h.orders(ctx, filing, passport.IsOrdered, func(o passport.Row) error {
		sample, canaries, err := newSample(o.Person)
		if err != nil {
			return err
		}
		if h.Taken != nil {
			h.Taken(canaries)
		}
		device, exempt := passport.FileDevice{Photo: bytes.NewReader(sample.Photo), Signature: bytes.NewReader(sample.Signature)}, ""
		if o.Type == dossier.HKMacauPermit {
			exempt = "往来港澳通行证不采集指纹，照片取自档案。"
		} else {
			for _, f := range sample.Fingers {
				device.Fingers = append(device.Fingers, io.Reader(bytes.NewReader(f)))
			}
		}
		cmd, err := passport.Take(ctx, device, h.Passport.Blobs, exempt)
		if err != nil {
			return err
		}
		cmd.CardSeen, cmd.Within = true, within
		if cmd.Booking, err = h.comes(ctx, filing, o.Person); err != nil {
			return err
		}
		return give(ctx, h.Passport.Journal, passport.Room, o.ID, journal.Command[passport.Order](cmd))
	})
}

// produce makes booklets and puts into a permit the least that serves its mission.
func (h Hands) produce(ctx context.Context, filing string) error {
	ctx, j := h.as(ctx, zone.Passport, access.PassportOfficer), h.Passport.Journal
	return h.orders(ctx, filing, passport.IsCaptured, func(r passport.Row) error {
		if r.Why != approval.EndorseOnly {
			if _, err := passport.Make(ctx, j, journal.Order{Subject: r.ID}); err != nil {
				return err
			}
		}
		o, _, err := journal.Load(ctx, j, passport.Room, r.ID)
		if err != nil || len(o.Regions) == 0 {
			return err
		}
		cmd := passport.Endorse{Kinds: map[string]passport.StampKind{}}
		for _, region := range o.Regions {
			cmd.Kinds[region.Code] = passport.Narrowest(region, j.Today())
		}
		return give(ctx, j, passport.Room, r.ID, journal.Command[passport.Order](cmd))
	})
}

func (h Hands) compare(ctx context.Context, filing string) error {
	j := h.Passport.Journal
	officers := h.Who(zone.Passport, access.PassportOfficer)
	ctx = h.as(ctx, zone.Passport, access.PassportOfficer, officers[0]) // who made it is the first
	return h.orders(ctx, filing, passport.IsMade, func(r passport.Row) error {
		o, _, err := journal.Load(ctx, j, passport.Room, r.ID)
		if err != nil {
			return err
		}
		cmd := passport.Check{Scanned: o.Page(o.Number, o.Expires).MRZ(), Until: map[string]calendar.Date{}}
		for _, s := range o.Stamps {
			cmd.Until[s.Region] = s.Until
		}
		return give(ctx, j, passport.Room, r.ID, journal.Command[passport.Order](cmd))
	})
}

func (h Hands) handOver(ctx context.Context, filing string) error {
	ctx = h.as(ctx, zone.Passport, access.PassportOfficer)
	return h.orders(ctx, filing, passport.IsChecked, func(o passport.Row) error {
		return give(ctx, h.Passport.Journal, passport.Room, o.ID, journal.Command[passport.Order](passport.HandOver{}))
	})
}

func (h Hands) keeps(ctx context.Context, person string, cmd journal.Command[custody.Holder]) error {
	return give(ctx, h.Office.Journal, custody.Room, person, cmd)
}

func (h Hands) receive(ctx context.Context, filing string) error {
	a, _, err := h.approval(ctx, filing)
	if err != nil {
		return err
	}
	ctx = h.as(ctx, zone.Office, access.Custodian)
	for _, m := range a.Members {
		held, err := custody.Of(ctx, h.Office.Store, m.Person)
		err = demo.Each(held, err, func(b custody.Row) bool { return b.Place == custody.OnItsWay }, func(b custody.Row) error {
			return h.keeps(ctx, m.Person, custody.Receive{Booklet: b.Booklet})
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// visas does something for each visa order of the case that stands at a stage.
func (h Hands) visas(ctx context.Context, filing string, at visa.Stage, do func(visa.Row, []visa.Row) error) error {
	orders, err := visa.Of(ctx, h.Office.Store, filing)
	return demo.Each(orders, err, func(o visa.Row) bool { return o.Stage == at }, func(o visa.Row) error { return do(o, orders) })
}

func (h Hands) toVisa(ctx context.Context, o visa.Row, cmd journal.Command[visa.Order]) error {
	return give(ctx, h.Office.Journal, visa.Room, o.ID, cmd)
}

func (h Hands) kits(ctx context.Context, filing string) error {
	ctx = h.as(ctx, zone.Office, access.Visa)
	return h.visas(ctx, filing, visa.IsPlanned, func(o visa.Row, _ []visa.Row) error {
		cmd := visa.CompleteKit{}
		for _, it := range o.Kit {
			cmd.Items = append(cmd.Items, it.ID)
		}
		return h.toVisa(ctx, o, cmd)
	})
}

func (h Hands) send(ctx context.Context, filing string) error {
	ctx = h.as(ctx, zone.Office, access.Visa)
	return h.visas(ctx, filing, visa.KitIsReady, func(o visa.Row, all []visa.Row) error {
		b, _, err := visa.Goes(o, all, []string{o.Person}).Booklet(ctx, h.Office.Store, o.Person)
		if err != nil {
			return err
		}
		return h.keeps(ctx, o.Person, custody.SendToMission{Booklet: b.Booklet, Filing: filing, Visa: o.ID, Batch: "1"})
	})
}

func (h Hands) grant(ctx context.Context, filing string) error {
	ctx = h.as(ctx, zone.Office, access.Visa)
	return h.visas(ctx, filing, visa.IsSent, func(o visa.Row, _ []visa.Row) error {
		b, _, err := custody.One(ctx, h.Office.Store, o.Booklet)
		if err != nil {
			return err
		}
		return h.toVisa(ctx, o, visa.Grant{Printed: visa.Printed{From: o.From.Prev(), Until: o.To.AddDays(15), Entries: 1, Days: o.Days + 5, Name: b.LatinName, Tail: b.Tail}})
	})
}

func (h Hands) checkVisas(ctx context.Context, filing string) error {
	officers := h.Who(zone.Office, access.Visa)
	ctx = h.as(ctx, zone.Office, access.Visa, officers[0])
	return h.visas(ctx, filing, visa.IsGranted, func(o visa.Row, _ []visa.Row) error { return h.toVisa(ctx, o, visa.Check{}) })
}

func (h Hands) needs() requirement.Parameters {
	return h.Internet.Packs.Now().Needs(h.Internet.Journal.Today())
}

// lend gives the booklets, or permits, of those who go out by courier.
func (h Hands) lend(ctx context.Context, filing string) error {
	a, c, err := h.approval(ctx, filing)
	if err != nil {
		return err
	}
	if a.Document == nil {
		return fmt.Errorf("no document was issued at stage %q", a.Stage)
	}
	orders, err := visa.Of(ctx, h.Office.Store, filing)
	if err != nil {
		return err
	}
	trip := custody.Trip{Filing: filing}
	if c.Trip.Kind == dossier.HKMacau {
		trip.Type = string(dossier.HKMacauPermit)
	}
	ctx = h.as(ctx, zone.Office, access.Custodian)
	for _, person := range a.Ours() {
		trip.Bears = visa.Bears(orders, []string{person})
		b, _, err := trip.Booklet(ctx, h.Office.Store, person)
		if err != nil {
			return err
		}
		if b.Place != custody.InStore {
			continue
		}
		if err := h.keeps(ctx, person, custody.Lend{Booklet: b.Booklet, Filing: filing, Unit: a.Unit, Approval: a.Document.Number, Return: c.Trip.Return,
			ReturnDays: h.needs().PassportReturnDays, OpenVisas: visa.OpenAreas(orders, []string{person}), By: custody.Courier}); err != nil {
			return err
		}
	}
	return nil
}

// travels gives a command about the trip on its day.
func (h Hands) travels(ctx context.Context, filing string, on calendar.Date, cmd journal.Command[trip.Trip]) error {
	if err := h.Reach(at(on, 0)); err != nil {
		return err
	}
	return give(h.as(ctx, zone.Internet, access.Liaison), h.Internet.Journal, trip.Room, filing, cmd)
}

func (h Hands) trip(ctx context.Context, filing string) (trip.Trip, dossier.Case, error) {
	t, _, err := journal.Load(ctx, h.Internet.Journal, trip.Room, filing)
	if err != nil {
		return t, dossier.Case{}, err
	}
	_, c, err := h.approval(ctx, filing)
	return t, c, err
}

func (h Hands) depart(ctx context.Context, filing string) error {
	t, c, err := h.trip(ctx, filing)
	if err != nil || t.Stage != trip.IsCleared {
		return err
	}
	return h.travels(ctx, filing, c.Trip.Depart, trip.Depart{On: c.Trip.Depart})
}

func (h Hands) comeHome(ctx context.Context, filing string) error {
	t, c, err := h.trip(ctx, filing)
	if err != nil || t.Stage != trip.IsAbroad {
		return err
	}
	p := h.needs()
	return h.travels(ctx, filing, c.Trip.Return, trip.ComeHome{On: c.Trip.Return, ReturnDays: p.PassportReturnDays, ReportIn: calendar.Workdays(p.ReportDays), NoticeIn: p.SecondNoticeMonths})
}

func (h Hands) handIn(ctx context.Context, filing string) error {
	out, err := custody.OutFor(ctx, h.Office.Store, filing)
	if err != nil {
		return err
	}
	ctx = h.as(ctx, zone.Office, access.Custodian)
	for _, b := range out {
		if err := h.keeps(ctx, b.Person, custody.HandIn{Booklet: b.Booklet, By: custody.Courier}); err != nil {
			return err
		}
	}
	return nil
}

// report uploads the report on the trip, and the evidence of the notice after it.
func (h Hands) report(ctx context.Context, filing string) error {
	t, c, err := h.trip(ctx, filing)
	if err != nil || t.Stage != trip.IsHome {
		return err
	}
	for _, paper := range []struct {
		kind  dossier.MaterialKind
		title string
		files func(string) journal.Command[trip.Trip]
	}{
		{"M46", "出访报告", func(id string) journal.Command[trip.Trip] { return trip.FileReport{Material: id} }},
		{"M11", "事后公示", func(id string) journal.Command[trip.Trip] { return trip.FileNotice{Material: id} }},
	} {
		id, err := h.upload(ctx, filing, t.Unit, paper.kind, paper.title, c.Unit.Name)
		if err != nil {
			return err
		}
		if err := give(h.as(ctx, zone.Internet, access.Liaison), h.Internet.Journal, trip.Room, filing, paper.files(id)); err != nil {
			return err
		}
	}
	return nil
}

// upload adds a paper of the case and gives its id.
func (h Hands) upload(ctx context.Context, filing, unit string, kind dossier.MaterialKind, title, name string) (string, error) {
	ctx = h.as(ctx, zone.Internet, access.Liaison)
	ref, err := h.Internet.Blobs.Put(ctx, bytes.NewReader(demo.PDF(title, name, filing, "演练材料，内容均为虚构")), blob.Limit)
	if err != nil {
		return "", err
	}
	id := h.Internet.Journal.NewID()
	add := material.Add{Kind: kind, OwnerKind: material.OfCase, Owner: filing, Unit: unit, Case: filing, Name: title + ".pdf", Size: ref.Size, Type: "application/pdf", Digest: ref.Digest.String()}
	return id, give(ctx, h.Internet.Journal, material.Room, id, journal.Command[material.Material](add))
}

func (h Hands) rate(ctx context.Context, filing string) error {
	t, _, err := h.trip(ctx, filing)
	if err != nil {
		return err
	}
	return give(h.as(ctx, zone.Internet, access.Liaison), h.Internet.Journal, feedback.Room, filing, journal.Command[feedback.Rating](feedback.Rate{Filing: filing, Unit: t.Unit, Served: true, Grade: 5, Words: "一次办成。"}))
}
