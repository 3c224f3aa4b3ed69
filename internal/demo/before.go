package demo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/material"
	"yitang/internal/requirement"
	"yitang/internal/zone"
)

// persons are the ids of a case's members.
func (t *teller) persons(p *Plan) []string {
	out := make([]string, len(p.Members))
	for i, m := range p.Members {
		out[i] = t.city.People[m].ID
	}
	return out
}

// application is the case as the unit hands it in.
func (t *teller) application(p *Plan, c dossier.Case) filing.Application {
	origins := map[string]filing.Origin{}
	for _, l := range c.Leaves() {
		origins[l.Path] = originOf(l.Path)
	}
	for i := range c.Materials {
		origins[fmt.Sprintf("materials[%d]", i)] = filing.Typed
	}
	return filing.Application{Case: c, Persons: t.persons(p), Origins: origins, Answers: p.Answers, RuleSet: string(t.zones.Internet.Packs.Now().Version)}
}

// originOf tells where a datum of an application comes from: people of the
// city type the trip, and nothing about themselves.
func originOf(path string) filing.Origin {
	switch dossier.Generic(path) {
	case "case.daysAbroad", "budget.totalCny", "itinerary.date", "itinerary.half", "itinerary.country", "itinerary.city", "asOf", "format":
		return filing.Derived
	case "members.role", "members.dispatchConsent", "members.commitment":
		return filing.Typed
	}
	switch {
	case strings.HasPrefix(path, "members["), strings.HasPrefix(path, "unit."), strings.HasPrefix(path, "materials["):
		return filing.FromFile
	case strings.HasPrefix(path, "budget.lines["):
		return filing.Derived
	}
	return filing.Typed
}

// tellBegins writes the draft and uploads the papers that its officer has.
func tellBegins(ctx context.Context, t *teller, p *Plan, _ int) error {
	if err := t.tellTravellers(ctx, p); err != nil {
		return err
	}
	paper := filing.FromCase(p.Draft(), t.persons(p))
	paper.Answers = p.Answers
	ctx = t.ofUnit(ctx, access.Liaison, p.Officer)
	if _, err := t.zones.Internet.Drafts.Begin(ctx, p.ID, t.city.Units[p.Unit].ID, paper); err != nil {
		return err
	}
	c := p.Draft()
	places := make([]int, len(c.Materials))
	for i := range places {
		places[i] = i
	}
	return together(places, func(i int) error {
		m := c.Materials[i]
		add := material.Add{Kind: m.Kind, OwnerKind: material.OfCase, Owner: p.ID, Name: m.File, Issued: m.Issued, ValidUntil: m.ValidUntil}
		if requirement.KeptByUnit(m.Kind) {
			add.OwnerKind, add.Owner = material.OfUnit, t.city.Units[p.Unit].ID
			if m.Kind == "M06" && len(c.Invitations) > 0 {
				add.About = c.Invitations[0].Issuer
			}
		}
		var of dossier.Member
		if k, personal := m.OfMember(); personal {
			of = c.Members[k]
			who := t.city.People[p.Members[k]]
			add.OwnerKind, add.Owner = material.OfPerson, who.ID
		}
		if add.ValidUntil.IsZero() {
			n := t.zones.Internet
			add.Issued, add.ValidUntil = n.Packs.Now().Needs(n.Journal.Today()).Lasts(add.Kind, n.Journal.Today(), of)
		}
		return t.upload(ctx, p, add, Paper(p.ID, p.Case, i))
	})
}

// upload keeps a file and says whose and what it is.
func (t *teller) upload(ctx context.Context, p *Plan, add material.Add, file []byte) error {
	add.Unit, add.Case, add.Type = t.city.Units[p.Unit].ID, p.ID, "application/pdf"
	return t.store(ctx, add, paperID(p.ID, add.Kind, add.Owner), file)
}

// store keeps a file's bytes and records the paper.
func (t *teller) store(ctx context.Context, add material.Add, id string, file []byte) error {
	n := t.zones.Internet
	ref, err := n.Blobs.Put(ctx, bytes.NewReader(file), blob.Limit)
	if err != nil {
		return err
	}
	add.Size, add.Digest = ref.Size, ref.Digest.String()
	return give(ctx, n.Journal, material.Room, id, journal.Command[material.Material](add))
}

// paperID is the same for the same paper at each telling, and as old as its case.
func paperID(plan string, kind dossier.MaterialKind, owner string) string {
	sum := sha256.Sum256([]byte(plan + string(kind) + owner))
	s := hex.EncodeToString(sum[:])
	return plan[:14] + "7" + s[:3] + "-8" + s[3:6] + "-" + s[6:18]
}

func tellPresents(ctx context.Context, t *teller, p *Plan, _ int) error {
	d, err := t.zones.Internet.Drafts.Load(ctx, p.ID)
	if err != nil {
		return err
	}
	return give(t.ofUnit(ctx, access.Liaison, p.Officer), t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.Present{Unit: t.city.Units[p.Unit].ID,
		Revision: d.Revision, Application: t.application(p, p.First())}))
}

// signs is the signatory's context, and who they are as a traveller.
func (t *teller) signs(ctx context.Context, p *Plan) (context.Context, string) {
	who := t.city.Units[p.Unit].Signatory
	return t.ofUnit(ctx, access.Signatory, who), t.city.People[who].ID
}

func tellHandsBack(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx, self := t.signs(ctx, p)
	return give(ctx, t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.HandBack{Words: p.Fate.Handed, Self: self}))
}

func tellSubmits(ctx context.Context, t *teller, p *Plan, _ int) error {
	f, _, err := journal.Load(ctx, t.zones.Internet.Journal, filing.Room, p.ID)
	if err != nil {
		return err
	}
	ctx, self := t.signs(ctx, p)
	return give(ctx, t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.Submit{Self: self, Revision: f.Revision,
		Application: t.application(p, p.First())}))
}

func tellWithdraws(ctx context.Context, t *teller, p *Plan, _ int) error {
	return give(t.ofUnit(ctx, access.Liaison, p.Officer), t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.Withdraw{Reason: p.Fate.Withdraw}))
}

// desk is one of the accounts of a role, the same for a case each time, and
// nobody who travels with it. second is another one, for what wants other eyes.
func (t *teller) desk(ctx context.Context, role access.Role, p *Plan) context.Context {
	return t.deskOf(ctx, role, p, 0)
}

func (t *teller) second(ctx context.Context, role access.Role, p *Plan) context.Context {
	return t.deskOf(ctx, role, p, 1)
}

func (t *teller) deskOf(ctx context.Context, role access.Role, p *Plan, next int) context.Context {
	return journal.WithActor(ctx, journal.Actor{Role: string(role), Account: t.account(role, p, next).ID})
}

func (t *teller) account(role access.Role, p *Plan, next int) Account {
	var mine []Account
	for _, a := range t.city.Accounts {
		if a.Zone != zone.Internet && slices.Contains(a.Roles, role) && !slices.Contains(p.Members, a.Person) {
			mine = append(mine, a)
		}
	}
	return mine[(int(p.ID[len(p.ID)-1])+next)%len(mine)]
}

func tellSendsBack(ctx context.Context, t *teller, p *Plan, _ int) error {
	cmd := approval.SendBack{Within: t.zones.Office.Packs.Now().Paths.CorrectionWorkdays}
	for _, d := range p.Fate.Returned {
		cmd.Defects = append(cmd.Defects, approval.Defect{Field: d.Field, Words: d.Words, Fix: d.Fix})
	}
	return give(t.desk(ctx, access.Intake, p), t.zones.Office.Journal, approval.Room, p.ID, journal.Command[approval.Approval](cmd))
}

func tellCorrects(ctx context.Context, t *teller, p *Plan, _ int) error {
	return give(t.ofUnit(ctx, access.Liaison, p.Officer), t.zones.Internet.Journal, filing.Room, p.ID, journal.Command[filing.Filing](filing.Correct{Application: t.application(p, p.Case)}))
}

// takesCaseNumber, takesNoticeNumber and takesDocumentNumber fix who gets which number: cases that
// are dealt with at the same time would draw them in any order.
func takesCaseNumber(ctx context.Context, t *teller, p *Plan) error {
	_, err := approval.NextNumber(ctx, t.zones.Office.Journal, approval.CaseSeries, p.ID)
	return err
}

func takesNoticeNumber(ctx context.Context, t *teller, p *Plan) error {
	_, err := approval.NextNumber(ctx, t.zones.Office.Journal, string(document.KindOneTimeNotice), letter.EditionOf(letter.AboutReturn(p.ID, 1), 1))
	return err
}

func takesDocumentNumber(ctx context.Context, t *teller, p *Plan) error {
	if p.Fate.Refused || p.Fate.Common == WeJoin { // a confirmation has a series of its own
		return nil
	}
	_, err := approval.NextNumber(ctx, t.zones.Office.Journal, approval.DocumentSeries, approval.DocumentEdition(p.ID, 1))
	return err
}

func tellAccepts(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.Intake, p)
	n, err := approval.NextNumber(ctx, t.zones.Office.Journal, approval.CaseSeries, p.ID)
	if err != nil {
		return err
	}
	looked, err := t.looks(ctx, p)
	if err != nil {
		return err
	}
	return give(ctx, t.zones.Office.Journal, approval.Room, p.ID, journal.Command[approval.Approval](approval.Accept{Number: n.As(t.zones.Office.Packs.Now().Office.Numbers.Case), Path: t.zones.Office.Packs.Now().Paths.For(p.Case), Looked: looked}))
}

// looks gives what a desk has before it and passes on without a judgement, as
// people do: the next one is told who has seen it. Of the years before nobody asks
// any more.
func (t *teller) looks(ctx context.Context, p *Plan) ([]approval.Finding, error) {
	if p.Fate.Upto == Closes {
		return nil, nil
	}
	office := t.zones.Office
	a, _, err := journal.Load(ctx, office.Journal, approval.Room, p.ID)
	if err != nil {
		return nil, err
	}
	rounds, err := approval.Rounds(ctx, office.Journal, p.ID)
	if err != nil {
		return nil, err
	}
	found, err := approval.Judge(ctx, office.Journal, office.Check, p.ID, a, rounds)
	return found.Unsettled(), err
}

// verdicts says of each member what the fate says.
func (t *teller) verdicts(p *Plan) []approval.Verdict {
	var out []approval.Verdict
	for i, id := range t.persons(p) {
		v := approval.Verdict{Person: id, Approved: !p.Fate.Refused}
		if p.Fate.Refused {
			v.Reason = "本年度同类任务已安排，本次不予批准。"
		}
		for _, d := range p.Fate.Declined {
			if d.Member == i {
				v.Approved, v.Reason = false, d.Reason
			}
		}
		out = append(out, v)
	}
	return out
}

// tellAsks asks the authority in charge of those who aren't the city's own.
func tellAsks(ctx context.Context, t *teller, p *Plan, _ int) error {
	office := t.zones.Office.Journal
	cmd := approval.SeekOpinion{Authority: theirOffice, Until: office.Book().AddWorkdays(office.Today(), 10)}
	for i, id := range t.persons(p) {
		if p.Case.Elsewhere(i) {
			cmd.Persons = append(cmd.Persons, id)
		}
	}
	return give(t.desk(ctx, access.Reviewer, p), office, approval.Room, p.ID, journal.Command[approval.Approval](cmd))
}

func tellReviews(ctx context.Context, t *teller, p *Plan, turn int) error {
	looked, err := t.looks(ctx, p)
	if err != nil {
		return err
	}
	cmd := approval.Review{Note: "材料齐全，任务具体，建议按程序办理。", Looked: looked}
	for _, v := range t.verdicts(p) {
		cmd.Opinions = append(cmd.Opinions, approval.Opinion{Person: v.Person, Approve: v.Approved, Words: v.Reason})
	}
	return give(t.station(ctx, p, turn), t.zones.Office.Journal, approval.Room, p.ID, journal.Command[approval.Approval](cmd))
}

func tellDecides(ctx context.Context, t *teller, p *Plan, _ int) error {
	set := t.zones.Office.Packs.Now()
	looked, err := t.looks(ctx, p)
	if err != nil {
		return err
	}
	cmd := approval.Decide{RuleSet: string(set.Version), Looked: looked, Members: t.verdicts(p), Months: set.Paths.DocumentMonths, Conditions: set.Sentences(p.Case, t.zones.Office.Journal.Today())}
	if p.Fate.Common == WeJoin { // how the group travels is its organiser's to say
		cmd.Conditions = nil
	}
	return give(t.station(ctx, p, p.Path-1), t.zones.Office.Journal, approval.Room, p.ID, journal.Command[approval.Approval](cmd))
}

// tellSupersedes gives the document out anew, by whoever decided.
func tellSupersedes(ctx context.Context, t *teller, p *Plan, _ int) error {
	return t.zones.Office.Issuer.Supersede(t.station(ctx, p, p.Path-1), journal.Order{Subject: p.ID}, p.Fate.Why, "")
}

func tellRevokes(ctx context.Context, t *teller, p *Plan, _ int) error {
	return t.zones.Office.Issuer.Revoke(t.station(ctx, p, p.Path-1), journal.Order{Subject: p.ID}, approval.Revoke{Reason: p.Fate.Why})
}

// tellGivesUp is the unit's, which asks by a change of what was approved that
// the mission doesn't take place.
func tellGivesUp(ctx context.Context, t *teller, p *Plan, _ int) error {
	officer := t.ofUnit(ctx, access.Liaison, p.Officer)
	id, err := t.work.BeginAmendment(officer, p.ID, filing.AmendCancel)
	if err != nil {
		return err
	}
	d, err := t.work.Drafts.Load(officer, id)
	if err != nil {
		return err
	}
	if _, err := t.work.Drafts.Change(officer, id, d.Revision, func(paper *filing.Paper) error {
		paper.Amending.Reason = p.Fate.Why
		return nil
	}); err != nil {
		return err
	}
	f, err := t.work.Open(officer, id)
	if err != nil {
		return err
	}
	if _, err := t.work.Present(officer, journal.Order{}, f); err != nil {
		return err
	}
	if f, err = t.work.Open(officer, id); err != nil {
		return err
	}
	signs, self := t.signs(ctx, p)
	_, err = t.work.Submit(signs, journal.Order{}, f, self)
	return err
}

// change is the one change that is asked for of a case of the city.
func change(p *Plan) string { return filing.AmendmentID(p.ID, 1) }

func takesChangeNumber(ctx context.Context, t *teller, p *Plan) error {
	_, err := approval.NextNumber(ctx, t.zones.Office.Journal, approval.CaseSeries, change(p))
	return err
}

// tellFiles puts the change on file: giving a mission up is no new decision.
func tellFiles(ctx context.Context, t *teller, p *Plan, _ int) error {
	n, err := approval.NextNumber(ctx, t.zones.Office.Journal, approval.CaseSeries, change(p))
	if err != nil {
		return err
	}
	return give(t.desk(ctx, access.Intake, p), t.zones.Office.Journal, approval.Room, change(p), journal.Command[approval.Approval](approval.File{Number: n.As(t.zones.Office.Packs.Now().Office.Numbers.Case)}))
}

// station is whoever takes a step of a case's path: somebody else than at an
// earlier step of the same role.
func (t *teller) station(ctx context.Context, p *Plan, at int) context.Context {
	steps := t.city.set.Paths.For(p.Case).Steps
	earlier := 0
	for _, s := range steps[:at] {
		if s.Role == steps[at].Role {
			earlier++
		}
	}
	return t.deskOf(ctx, access.Role(steps[at].Role), p, earlier)
}
