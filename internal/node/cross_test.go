package node_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/precheck"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

const otherOffice = "渝州市人民政府外事办公室（虚构）"

// accepted submits a case and takes it in. It ends with the reviewer's turn.
func (c *city) accepted(id string, cs dossier.Case) {
	c.t.Helper()
	app := filing.Application{Case: cs, Persons: []string{"p1", "p2", "p3", "p4"}[:len(cs.Members)], RuleSet: "test"}
	give(c.t, as("liaison", "li"), c.internet.Journal, filing.Room, id, filing.Present{Unit: "u1", Revision: 1, Application: app})
	give(c.t, as("signatory", "qi"), c.internet.Journal, filing.Room, id, filing.Submit{Revision: 1, Application: app})
	c.until(c.office.Node, "the application to arrive", func() bool { return c.stage(id) == approval.AtIntake })
	give(c.t, as("intake", "shou"), c.office.Journal, approval.Room, id, approval.Accept{Number: "YJ-2026-000001-X", Path: c.office.Packs.Now().Paths.For(cs)})
}

// decided passes a case on to its end.
func (c *city) decided(id string, cs dossier.Case, verdicts ...approval.Verdict) {
	c.t.Helper()
	var said []approval.Opinion
	for _, v := range verdicts {
		said = append(said, approval.Opinion{Person: v.Person, Approve: v.Approved, Words: v.Reason})
	}
	path := c.office.Packs.Now().Paths.For(cs)
	for _, step := range path.Steps[:len(path.Steps)-1] {
		give(c.t, as(step.Role, step.Role+"1"), c.office.Journal, approval.Room, id, approval.Review{Opinions: said})
	}
	give(c.t, as("director", "zhu"), c.office.Journal, approval.Room, id, approval.Decide{Months: 6, Members: verdicts})
}

func (c *city) loaded(id string) approval.Approval {
	c.t.Helper()
	a, _, err := journal.Load(context.Background(), c.office.Journal, approval.Room, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// letters waits for a letter of a kind, as a zone knows it.
func (c *city) letter(n *node.Node, id string, kind document.Kind) letter.Row {
	c.t.Helper()
	var row letter.Row
	c.until(n, "the "+string(kind), func() bool {
		all, err := letter.Of(context.Background(), n.Store, id)
		if err != nil {
			c.t.Fatal(err)
		}
		i := slices.IndexFunc(all, func(l letter.Row) bool { return l.Kind == kind })
		if i >= 0 {
			row = all[i]
		}
		return i >= 0
	})
	return row
}

// fires tells whether a rule of the decision does, on the case as the office has it.
func (c *city) fires(id, rule string) bool {
	c.t.Helper()
	rounds, err := approval.Rounds(context.Background(), c.office.Journal, id)
	if err != nil {
		c.t.Fatal(err)
	}
	last := rounds[len(rounds)-1]
	found, err := c.office.Check(context.Background(), id, last.Dossier, last.People(), precheck.Decide)
	if err != nil {
		c.t.Fatal(err)
	}
	return slices.ContainsFunc(found.List, func(f precheck.Finding) bool { return f.Rule == rule })
}

func notNow(err error, key string) bool {
	var n *fault.NotNowError
	return errors.As(err, &n) && n.Key == key
}

// withOthers is an example of four people, some of whom are in another
// authority's charge.
func withOthers(t *testing.T, theirs ...int) dossier.Case {
	t.Helper()
	cs := example(t, "valid-france-italy-8-days.json")
	cs.Trip.Kind = dossier.OrganisedCross
	for _, i := range theirs {
		cs.Members[i].Unit, cs.Members[i].Jurisdiction, cs.Members[i].DispatchConsent = "渝州研究院（虚构）", otherOffice, true
	}
	return cs
}

// We organise: the authority of one member is asked, the clock stands still
// until it replies, with the approval its mission notice goes out, and what it
// confirms is entered. Its member's booklet and visa aren't this office's work.
func TestAMemberOfAnotherAuthorityIsAskedForNotifiedAndConfirmed(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000c1"
	cs := withOthers(t, 3)
	cs.Members[1].Passport, cs.Members[3].Passport = nil, nil // both need a booklet
	c.accepted(id, cs)
	if !c.fires(id, "MEM-025") {
		t.Error("MEM-025 doesn't speak before anybody was asked")
	}
	before := c.loaded(id)

	today := c.office.Journal.Today()
	until := c.office.Journal.Book().AddWorkdays(today, 10)
	give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, approval.SeekOpinion{Authority: otherOffice, Persons: []string{"p4"}, Until: until})
	c.letter(c.office.Node, id, document.KindOpinionRequest)
	c.letter(c.internet.Node, id, document.KindOpinionRequest) // its unit knows number and day
	if a := c.loaded(id); c.office.Journal.Book().AddWorkdays(before.Due, 10) != a.Due || a.Final != c.office.Journal.Book().AddWorkdays(before.Final, 10) {
		t.Errorf("the clock doesn't stand still: due %s, was %s", a.Due, before.Due)
	}
	all := []approval.Opinion{{Person: "p1", Approve: true}, {Person: "p2", Approve: true}, {Person: "p3", Approve: true}, {Person: "p4", Approve: true}}
	_, err := journal.Do(as("reviewer", "shen"), c.office.Journal, approval.Room, journal.Order{Subject: id}, approval.Review{Opinions: all})
	if !notNow(err, "approval.opinion.awaited") {
		t.Errorf("passed on while a reply is awaited: %v", err)
	}

	_, err = journal.Do(as("reviewer", "shen"), c.office.Journal, approval.Room, journal.Order{Subject: id}, approval.TakeReply{Authority: otherOffice, Answer: approval.AgreesWith, On: today.Next()})
	if f := fault.Findings(err); len(f) != 3 { // number, day, conditions
		t.Errorf("a reply without number, with a day to come and no conditions: %v", err)
	}
	give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, approval.TakeReply{Authority: otherOffice, Answer: approval.AgreesWith, Number: "渝外办复〔2026〕8号", On: today, Words: "途中不得变更路线"})
	if a := c.loaded(id); a.Due != before.Due || a.Final != before.Final {
		t.Errorf("a reply on the same day gives all time back: due %s, was %s", a.Due, before.Due)
	}
	if c.fires(id, "MEM-025") || c.fires(id, "MEM-024") {
		t.Error("MEM-024 or MEM-025 speaks against the reply")
	}

	yes := []approval.Verdict{{Person: "p1", Approved: true}, {Person: "p2", Approved: true}, {Person: "p3", Approved: true}, {Person: "p4", Approved: true}}
	c.decided(id, cs, yes...)
	notice := c.letter(c.office.Node, id, document.KindMissionNotice)
	if !c.office.Packs.Now().Office.Numbers.Of(document.KindMissionNotice).Fits(notice.Number) {
		t.Errorf("the mission notice bears the number %s", notice.Number)
	}
	give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, approval.TakeConfirmation{Authority: otherOffice, Number: "渝外办任确〔2026〕2号", On: today})
	c.until(c.office.Node, "the booklet of the one who is ours", func() bool { return slices.Contains(c.loaded(id).Asked, "p2") })
	if slices.Contains(c.loaded(id).Asked, "p4") {
		t.Error("a booklet was asked for somebody whose own authority makes it")
	}
	c.until(c.office.Node, "visa orders", func() bool {
		all, err := visa.Of(context.Background(), c.office.Store, id)
		return err == nil && len(all) > 0
	})
	orders, err := visa.Of(context.Background(), c.office.Store, id)
	if err != nil || slices.ContainsFunc(orders, func(o visa.Row) bool { return o.Person == "p4" }) {
		t.Errorf("a visa was planned for p4 (%v)", err)
	}
	if a := c.loaded(id); a.Inquiries[0].Confirmation == nil {
		t.Error("the confirmation isn't on record")
	}
}

// One that has replied may be asked about somebody else; each reply and each
// confirmation answers the inquiry that is open, and each has its own letters.
func TestAnAuthorityIsAskedAgainAboutSomebodyElse(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000c9"
	cs := withOthers(t, 2, 3)
	c.accepted(id, cs)
	today := c.office.Journal.Today()
	until := c.office.Journal.Book().AddWorkdays(today, 10)
	do := func(cmd journal.Command[approval.Approval]) error {
		_, err := journal.Do(as("reviewer", "shen"), c.office.Journal, approval.Room, journal.Order{Subject: id}, cmd)
		return err
	}
	for i, who := range []string{"p3", "p4"} {
		if err := do(approval.SeekOpinion{Authority: otherOffice, Persons: []string{who}, Until: until}); err != nil {
			t.Fatalf("asking about %s: %v", who, err)
		}
		if err := do(approval.TakeReply{Authority: otherOffice, Answer: approval.Agrees, Number: fmt.Sprintf("渝外办复〔2026〕%d号", i+1), On: today}); err != nil {
			t.Fatalf("the reply about %s: %v", who, err)
		}
		if err := do(approval.TakeReply{Authority: otherOffice, Answer: approval.RefusesOpinion, Words: "不同意", Number: "渝外办复〔2026〕9号", On: today}); !notNow(err, "approval.opinion.replied") {
			t.Errorf("a second reply about %s: %v", who, err)
		}
	}
	a := c.loaded(id)
	for i, q := range a.Inquiries {
		if want := fmt.Sprintf("渝外办复〔2026〕%d号", i+1); q.Reply == nil || q.Reply.Number != want {
			t.Errorf("inquiry %d about %v was answered by %+v", i+1, q.Persons, q.Reply)
		}
	}
	if len(a.Inquiries) != 2 {
		t.Fatalf("there are %d inquiries", len(a.Inquiries))
	}
	c.decided(id, cs, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Approved: true}, approval.Verdict{Person: "p4", Approved: true})
	c.letter(c.office.Node, id, document.KindMissionNotice)
	for i := range 2 {
		if err := do(approval.TakeConfirmation{Authority: otherOffice, Number: fmt.Sprintf("渝外办任确〔2026〕%d号", i+1), On: today}); err != nil {
			t.Fatalf("confirmation %d: %v", i+1, err)
		}
	}
	if err := do(approval.TakeConfirmation{Authority: otherOffice, Number: "渝外办任确〔2026〕3号", On: today}); !notNow(err, "approval.confirmation.taken") {
		t.Errorf("a third confirmation: %v", err)
	}
}

// Without the word of the authority in charge, or against it, nobody goes.
func TestNobodyGoesAgainstTheirOwnAuthority(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000c2"
	cs := example(t, "valid-france-italy-8-days.json")
	cs.Trip.Kind = dossier.OrganisedCross
	cs.Members[3].Unit, cs.Members[3].Jurisdiction = "渝州研究院（虚构）", otherOffice
	c.accepted(id, cs)
	today := c.office.Journal.Today()
	give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, approval.SeekOpinion{Authority: otherOffice, Persons: []string{"p4"}, Until: today.AddDays(14)})
	give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, approval.TakeReply{Authority: otherOffice, Answer: approval.RefusesOpinion, Number: "渝外办复〔2026〕9号", On: today, Words: "本人已有安排"})
	yes := []approval.Opinion{{Person: "p1", Approve: true}, {Person: "p2", Approve: true}, {Person: "p3", Approve: true}, {Person: "p4", Approve: true}}
	path := c.office.Packs.Now().Paths.For(cs)
	for _, step := range path.Steps[:len(path.Steps)-1] {
		give(t, as(step.Role, step.Role+"1"), c.office.Journal, approval.Room, id, approval.Review{Opinions: yes})
	}
	decide := approval.Decide{Months: 6, Members: []approval.Verdict{{Person: "p1", Approved: true}, {Person: "p2", Approved: true}, {Person: "p3", Approved: true}, {Person: "p4", Approved: true}}}
	_, err := journal.Do(as("director", "zhu"), c.office.Journal, approval.Room, journal.Order{Subject: id}, decide)
	if f := fault.Findings(err); len(f) != 1 || f[0].Field != "members[3]" || f[0].Key != "approval.decide.opinion_refused" {
		t.Fatalf("approved against a refusal: %v", err)
	}
	decide.Members[3] = approval.Verdict{Person: "p4", Reason: "派员方外办不同意"}
	give(t, as("director", "zhu"), c.office.Journal, approval.Room, id, decide)
	c.until(c.office.Node, "the approval", func() bool { return c.stage(id) == approval.IsIssued })
	all, err := letter.Of(context.Background(), c.office.Store, id)
	if err != nil || slices.ContainsFunc(all, func(l letter.Row) bool { return l.Kind == document.KindMissionNotice }) {
		t.Errorf("nobody of that authority goes, and yet it was notified (%v)", err)
	}
}

// We join: what is decided goes out as the reply; nothing is issued until the
// organiser's mission notice is there; then the confirmation authorises
// booklets and visas as an approval would.
func TestWhoJoinsAnotherDelegationTravelsOnTheConfirmation(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000c3"
	cs := example(t, "valid-france-italy-8-days.json")
	cs.Trip.Kind, cs.Trip.Organiser, cs.Trip.OrganisingAuthority = dossier.Joined, "渝州市商务局（虚构）", otherOffice
	cs.Trip.OpinionRequest = &dossier.OpinionRequest{Number: "渝外办征〔2026〕31号", Issued: calendar.MustParse("2026-03-02")}
	cs.Members[0].Role = dossier.Ordinary // the head is the organiser's
	cs.Members[1].Passport = nil
	c.accepted(id, cs)
	c.decided(id, cs, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Reason: "任务与岗位无关"}, approval.Verdict{Person: "p4", Approved: true})
	c.letter(c.office.Node, id, document.KindOpinionReply)
	if a := c.loaded(id); a.Document != nil || a.Stage != approval.IsDecided || len(a.Asked) > 0 {
		t.Fatalf("issued without a mission notice: %s, asked %v", a.Stage, a.Asked)
	}
	today := c.office.Journal.Today()
	take := approval.TakeNotice{Authority: otherOffice, Number: "渝外办任通〔2026〕12号", On: today, ValidUntil: today.AddDays(-1)}
	_, err := journal.Do(as("intake", "shou"), c.office.Journal, approval.Room, journal.Order{Subject: id}, take)
	if f := fault.Findings(err); len(f) != 1 || f[0].Field != "validUntil" {
		t.Errorf("a notice that has ended: %v", err)
	}
	take.ValidUntil = calendar.MustParse("2026-07-31")
	give(t, as("intake", "shou"), c.office.Journal, approval.Room, id, take)
	c.until(c.office.Node, "the confirmation", func() bool { return c.stage(id) == approval.IsIssued })
	a := c.loaded(id)
	if !c.office.Packs.Now().Office.Numbers.Of(document.KindConfirmation).Fits(a.Document.Number) || a.Document.ValidUntil != take.ValidUntil {
		t.Errorf("the confirmation is %s, valid until %s", a.Document.Number, a.Document.ValidUntil)
	}
	// A new edition holds no longer than the notice either.
	if err := c.office.Issuer.Supersede(as("director", "zhu"), journal.Order{Subject: id, Key: "again"}, "更正职务", ""); err != nil {
		t.Fatal(err)
	}
	if b := c.loaded(id); b.Editions != a.Editions+1 || b.Document.ValidUntil != take.ValidUntil {
		t.Errorf("edition %d is valid until %s", b.Editions, b.Document.ValidUntil)
	}
	// PPT-008: the passport desk works on it, for who is named and for nobody else.
	c.until(c.passport.Node, "the order for a booklet", func() bool {
		all, err := passport.OfFiling(context.Background(), c.passport.Store, id)
		return err == nil && len(all) == 1 && all[0].Person == "p2"
	})
	c.until(c.office.Node, "visa orders", func() bool {
		all, err := visa.Of(context.Background(), c.office.Store, id)
		return err == nil && len(all) > 0
	})
}

// A delegation to Hong Kong is joined like any other: on the organiser's notice
// this office confirms it, and permit and endorsement are ordered. No visa is.
func TestWhoJoinsADelegationToHongKongTravelsOnPermitAndConfirmation(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000c9"
	cs := example(t, "valid-hong-kong-joined.json")
	if found := c.office.Packs.Now().Checks.Check(cs, precheck.Submit, cs.AsOf); found.Counts.Block > 0 {
		t.Fatalf("it can't be handed in: %+v", found.Blocking())
	}
	cs.Trip.MissionNotice = nil // the office enters it
	cs.Members[1].Passport = nil
	c.accepted(id, cs)
	c.decided(id, cs, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Approved: true})
	give(t, as("intake", "shou"), c.office.Journal, approval.Room, id, approval.TakeNotice{Authority: otherOffice, Number: "渝外办任通〔2026〕12号", On: c.office.Journal.Today(), ValidUntil: calendar.MustParse("2026-07-31")})
	c.until(c.office.Node, "the confirmation", func() bool { return c.stage(id) == approval.IsIssued })
	if a := c.loaded(id); !c.office.Packs.Now().Office.Numbers.Of(document.KindConfirmation).Fits(a.Document.Number) {
		t.Errorf("the document is %s, no confirmation", a.Document.Number)
	}
	c.until(c.passport.Node, "the order for a permit", func() bool {
		all, err := passport.OfFiling(context.Background(), c.passport.Store, id)
		return err == nil && slices.ContainsFunc(all, func(o passport.Row) bool {
			return o.Person == "p2" && o.Type == dossier.HKMacauPermit
		})
	})
	if all, err := visa.Of(context.Background(), c.office.Store, id); err != nil || len(all) > 0 {
		t.Errorf("visas are ordered: %v, %v", all, err)
	}
}

// The organiser's notice may never come: the unit gives the trip up, or the
// office takes its decision back. Either way the case ends and the plan is free.
func TestADelegationWhoseNoticeNeverComesCanBeEnded(t *testing.T) {
	c := newCity(t)
	cs := example(t, "valid-france-italy-8-days.json")
	cs.Trip.Kind, cs.Trip.Organiser, cs.Trip.OrganisingAuthority = dossier.Joined, "渝州市商务局（虚构）", otherOffice
	cs.Trip.OpinionRequest = &dossier.OpinionRequest{Number: "渝外办征〔2026〕31号", Issued: calendar.MustParse("2026-03-02")}
	cs.Members[0].Role = dossier.Ordinary
	for id, end := range map[string]func(id string){
		"01960000-0000-7000-8000-0000000000d1": func(id string) {
			give(t, as("liaison", "li"), c.internet.Journal, filing.Room, id, filing.Withdraw{Reason: "组团方取消"})
		},
		"01960000-0000-7000-8000-0000000000d2": func(id string) {
			give(t, as("director", "zhu"), c.office.Journal, approval.Room, id, approval.Revoke{Reason: "任务通知一直没有来"})
		},
	} {
		c.accepted(id, cs)
		c.decided(id, cs, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Approved: true}, approval.Verdict{Person: "p4", Approved: true})
		used := func() int { // people: the group is the organiser's
			groups, people, _, err := node.PlanUsed(context.Background(), c.internet.Journal, "u1", cs.Trip.Depart.Year(), "")
			if err != nil {
				t.Fatal(err)
			}
			if groups != 0 {
				t.Errorf("a delegation that is joined takes %d of the unit's groups", groups)
			}
			return people
		}
		c.until(c.internet.Node, "the decision to arrive", func() bool {
			f, _, err := journal.Load(context.Background(), c.internet.Journal, filing.Room, id)
			return err == nil && f.Outcome == filing.Approved
		})
		if used() != len(cs.Members) {
			t.Fatalf("the plan counts %d", used())
		}
		end(id)
		c.until(c.office.Node, "its place in the archive", func() bool { return c.stage(id) == approval.IsClosed })
		c.until(c.internet.Node, "the plan to be free", func() bool { return used() == 0 })
	}
}

// A mission notice that comes with the application is enough: the confirmation
// follows the decision at once, and nobody is owed a reply.
func TestAMissionNoticeThatComesWithTheCaseIsEnough(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000c4"
	cs := example(t, "valid-france-italy-8-days.json")
	cs.Trip.Kind, cs.Trip.Organiser, cs.Trip.OrganisingAuthority = dossier.Joined, "渝州市商务局（虚构）", otherOffice
	cs.Trip.MissionNotice = &dossier.MissionNotice{Number: "渝外办任通〔2026〕12号", Issued: calendar.MustParse("2026-03-06"), ValidUntil: calendar.MustParse("2026-08-31")}
	c.accepted(id, cs)
	c.decided(id, cs, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Approved: true}, approval.Verdict{Person: "p4", Approved: true})
	c.until(c.office.Node, "the confirmation", func() bool { return c.stage(id) == approval.IsIssued })
	if until := c.loaded(id).Document.ValidUntil.String(); until != "2026-08-31" {
		t.Errorf("valid until %s, longer than the notice", until)
	}
	all, err := letter.Of(context.Background(), c.office.Store, id)
	if err != nil || len(all) != 0 {
		t.Errorf("%d letters, %v", len(all), err)
	}
}

// Booklets and visas of other authorities' people aren't lent here: the trip is
// cleared when ours are ready and the confirmation was entered.
func TestATripIsClearedWithTheConfirmationOfAnotherAuthority(t *testing.T) {
	ready := func(confirmed bool) []string {
		c := newCity(t)
		const id = "01960000-0000-7000-8000-0000000000ca"
		cs := withOthers(t, 1, 2, 3)
		c.accepted(id, cs)
		today := c.office.Journal.Today()
		theirs := []string{"p2", "p3", "p4"}
		give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, approval.SeekOpinion{Authority: otherOffice, Persons: theirs, Until: c.office.Journal.Book().AddWorkdays(today, 10)})
		give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, approval.TakeReply{Authority: otherOffice, Answer: approval.Agrees, Number: "渝外办复〔2026〕8号", On: today})
		c.decided(id, cs, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Approved: true}, approval.Verdict{Person: "p4", Approved: true})
		c.letter(c.office.Node, id, document.KindMissionNotice)
		if confirmed {
			give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, approval.TakeConfirmation{Authority: otherOffice, Number: "渝外办任确〔2026〕2号", On: today})
		}
		var r trip.Ready
		c.until(c.internet.Node, "what the office decided", func() bool {
			a, _, err := journal.Load(context.Background(), c.internet.Journal, approval.Room, id)
			if err != nil || len(a.Approved()) != 4 || confirmed != (len(a.Inquiries) > 0 && a.Inquiries[0].Confirmation != nil) {
				return false
			}
			r, err = trip.ReadyOf(context.Background(), c.internet.Journal, c.internet.Packs.Now().Checks, id, cs.Trip.Depart, cs.Trip.Return)
			return err == nil
		})
		return r.Lacks()
	}
	if got := ready(false); !slices.Equal(got, []string{"p1", "p2", "p3", "p4"}) {
		t.Errorf("without the confirmation there wait %v", got)
	}
	if got := ready(true); !slices.Equal(got, []string{"p1"}) {
		t.Errorf("with the confirmation there wait %v, not p1 for the own booklet alone", got)
	}
}

// Residents of Hong Kong and foreign nationals travel on papers of their own: the
// delegation waits for nobody's booklet but those that this office has made.
func TestWhoTravelsOnPapersOfTheirOwnKeepsNobodyFromGoing(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000cb"
	cs := example(t, "valid-germany-5-days.json")
	cs.Members[1].Nationality, cs.Members[2].Nationality, cs.Members[3].Nationality = "HKG", "DEU", "CHN"
	c.accepted(id, cs)
	c.decided(id, cs, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Approved: true}, approval.Verdict{Person: "p4", Approved: true})
	for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
		c.until(n, "what the office decided", func() bool {
			a, _, err := journal.Load(context.Background(), n.Journal, approval.Room, id)
			return err == nil && len(a.Approved()) == 4
		})
		r, err := trip.ReadyOf(context.Background(), n.Journal, n.Packs.Now().Checks, id, cs.Trip.Depart, cs.Trip.Return)
		if got := r.Lacks(); err != nil || !slices.Equal(got, []string{"p1", "p4"}) || len(r.Members) != 4 {
			t.Errorf("in the %s zone there wait %v of %d: %v", n.Zone, got, len(r.Members), err)
		}
	}
}
