package node_test

import (
	"context"
	"slices"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/letter"
	"yitang/internal/visa"
)

const thirdOffice = "湖州市人民政府外事办公室（虚构）"

// changes asks for the n-th change of an approved case.
func (c *city) changes(id string, n int, kind filing.AmendmentKind, is dossier.Case, people ...string) string {
	c.t.Helper()
	a := c.loaded(id)
	now, err := approval.Standing(context.Background(), c.office.Journal, id)
	if err != nil {
		c.t.Fatal(err)
	}
	was, who := filing.Only(now.Dossier, now.People(), a.Approved())
	change := filing.AmendmentID(id, n)
	app := filing.Application{Case: is, Persons: people, RuleSet: "test", Amending: &filing.Amending{Of: id, Kind: kind, Reason: "对方来函，情况有变", Was: was, People: who, Number: a.Document.Number, Until: a.Document.ValidUntil, Nth: n}}
	give(c.t, as("liaison", "li"), c.internet.Journal, filing.Room, change, filing.Present{Unit: "u1", Revision: 1, Application: app})
	give(c.t, as("signatory", "qi"), c.internet.Journal, filing.Room, change, filing.Submit{Revision: 1, Application: app})
	c.until(c.office.Node, "the change to arrive", func() bool { return c.stage(change) == approval.AtIntake })
	return change
}

// reviewed decides on a change as the whole path does.
func (c *city) reviewed(change string, is dossier.Case, number string, others func(), people ...string) {
	c.t.Helper()
	give(c.t, as("intake", "shou"), c.office.Journal, approval.Room, change, approval.Accept{Number: number, Path: c.office.Packs.Now().Paths.For(is)})
	if others != nil {
		others()
	}
	var yes []approval.Verdict
	for _, p := range people {
		yes = append(yes, approval.Verdict{Person: p, Approved: true})
	}
	c.decided(change, is, yes...)
}

// did waits until a change has come to its case, with a document of its own.
func (c *city) did(id, change string, edition int) approval.Amended {
	c.t.Helper()
	c.until(c.office.Node, "the case to be changed", func() bool { return c.loaded(id).Editions == edition })
	history, err := c.office.Journal.History(context.Background(), journal.Ref{Kind: approval.Room.Kind, ID: id})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, e := range history {
		if b, is := e.Body.(approval.Amended); is && b.Amendment == change {
			return b
		}
	}
	c.t.Fatalf("%s changed nothing", change)
	return approval.Amended{}
}

// lettersOf are a case's letters of a kind, by subject and state.
func (c *city) lettersOf(id string, kind document.Kind) (out []string) {
	c.t.Helper()
	all, err := letter.Of(context.Background(), c.office.Store, id)
	if err != nil {
		c.t.Fatal(err)
	}
	for _, l := range all {
		if l.Kind == kind {
			out = append(out, l.Letter[len(id)+1:]+" "+string(l.Status))
		}
	}
	return out
}

func (c *city) has(id string, kind document.Kind, want ...string) {
	c.t.Helper()
	c.until(c.office.Node, "the letters after the change", func() bool { return slices.Equal(c.lettersOf(id, kind), want) })
}

// planned lists for whom a change touches booklets or visas.
func planned(b approval.Amended) (out []string) {
	for _, f := range b.Follows {
		switch f.Do {
		case approval.PlanVisa, approval.NoVisaNeeded, approval.RedoVisa, approval.AskBooklet:
			out = append(out, f.Person)
		}
	}
	return out
}

func moved(cs dossier.Case, days int) dossier.Case {
	out := cs.Clone()
	out.Trip.Depart, out.Trip.Return = cs.Trip.Depart.AddDays(days), cs.Trip.Return.AddDays(days)
	for i := range out.Legs {
		out.Legs[i].Arrive.Date, out.Legs[i].Leave.Date = cs.Legs[i].Arrive.Date.AddDays(days), cs.Legs[i].Leave.Date.AddDays(days)
	}
	return out
}

// What another authority's people go on follows each change: one that is
// withdrawn touches nothing, another journey wants a new notice and confirmation,
// a newcomer's authority gets a notice too, and whose people stay at home loses
// its own. Booklets and visas of theirs are never this office's work.
func TestAChangeReachesTheOtherAuthoritiesOfADelegation(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000d1"
	cs := withOthers(t, 3)
	do := func(id string, cmd journal.Command[approval.Approval]) {
		t.Helper()
		give(t, as("reviewer", "shen"), c.office.Journal, approval.Room, id, cmd)
	}
	today := c.office.Journal.Today()
	until := c.office.Journal.Book().AddWorkdays(today, 10)
	agree := func(id, authority, who, number string) {
		t.Helper()
		do(id, approval.SeekOpinion{Authority: authority, Persons: []string{who}, Until: until})
		do(id, approval.TakeReply{Authority: authority, Answer: approval.Agrees, Number: number, On: today})
	}
	c.accepted(id, cs)
	agree(id, otherOffice, "p4", "渝外办复〔2026〕8号")
	c.decided(id, cs, allGo...)
	c.has(id, document.KindMissionNotice, "missionNotice.1 inForce")
	do(id, approval.TakeConfirmation{Authority: otherOffice, Number: "渝外办任确〔2026〕2号", On: today})
	c.until(c.internet.Node, "the approval", func() bool {
		a, _, err := journal.Load(context.Background(), c.internet.Journal, approval.Room, id)
		return err == nil && a.Document != nil
	})

	// One that is withdrawn leaves all letters in force.
	later := moved(cs, 7)
	change := c.changes(id, 1, filing.AmendShift, later, "p1", "p2", "p3", "p4")
	give(t, as("liaison", "li"), c.internet.Journal, filing.Room, change, filing.Withdraw{Reason: "仍按原计划"})
	c.until(c.office.Node, "the withdrawal", func() bool { return c.stage(change) == approval.IsClosed })

	// Another journey: a new notice, and what was confirmed is so no more.
	change = c.changes(id, 2, filing.AmendShift, later, "p1", "p2", "p3", "p4")
	if got, want := c.lettersOf(id, document.KindMissionNotice), []string{"missionNotice.1 inForce"}; !slices.Equal(got, want) {
		t.Fatalf("after a change was withdrawn there are %v", got)
	}
	give(t, as("intake", "shou"), c.office.Journal, approval.Room, change, approval.File{Number: "YJ-2026-000011-X"})
	if got := planned(c.did(id, change, 2)); slices.Contains(got, "p4") {
		t.Errorf("the days were moved, and booklet or visa planned for %v", got)
	}
	c.has(id, document.KindMissionNotice, "missionNotice.1 superseded", "missionNotice.1 inForce")
	if a := c.loaded(id); a.Inquiries[0].Confirmation != nil {
		t.Error("the journey of before is confirmed, and counts for the new one")
	}
	do(id, approval.TakeConfirmation{Authority: otherOffice, Number: "渝外办任确〔2026〕3号", On: today})

	// Somebody of a third authority's comes in.
	more := later.Clone()
	guest := more.Members[3]
	guest.GivenName, guest.Jurisdiction, guest.IDNumber = "新来", thirdOffice, ""
	more.Members = append(more.Members, guest)
	if more.Notice != nil {
		more.Notice.From, more.Notice.To = later.Notice.To.Next(), later.Notice.To.AddDays(9)
	}
	everybody := []string{"p1", "p2", "p3", "p4", "p5"}
	change = c.changes(id, 3, filing.AmendMembers, more, everybody...)
	c.reviewed(change, more, "YJ-2026-000012-X", func() { agree(change, thirdOffice, "p5", "湖外办复〔2026〕1号") }, everybody...)
	if got := planned(c.did(id, change, 3)); slices.Contains(got, "p4") || slices.Contains(got, "p5") {
		t.Errorf("somebody came in, and booklet or visa were planned for %v", got)
	}
	a := c.loaded(id)
	if got := a.Ours(); !slices.Equal(got, []string{"p1", "p2", "p3"}) || a.Inquiries[0].Confirmation == nil {
		t.Errorf("this office's are %v, of %+v", got, a.Inquiries)
	}
	c.has(id, document.KindMissionNotice, "missionNotice.1 superseded", "missionNotice.1 superseded", "missionNotice.1 inForce", "missionNotice.2 inForce")
	do(id, approval.TakeConfirmation{Authority: thirdOffice, Number: "湖外办任确〔2026〕1号", On: today})

	// Whose only traveller stays at home has nothing that holds.
	fewer := more.Clone()
	fewer.Members = slices.Delete(fewer.Members, 3, 4)
	change = c.changes(id, 4, filing.AmendDrop, fewer, "p1", "p2", "p3", "p5")
	give(t, as("intake", "shou"), c.office.Journal, approval.Room, change, approval.File{Number: "YJ-2026-000013-X"})
	c.did(id, change, 4)
	c.has(id, document.KindMissionNotice, "missionNotice.1 superseded", "missionNotice.1 superseded", "missionNotice.1 revoked", "missionNotice.2 superseded", "missionNotice.2 inForce")
	orders, err := visa.Of(context.Background(), c.office.Store, id)
	if err != nil || len(orders) == 0 || slices.ContainsFunc(orders, func(o visa.Row) bool { return o.Person == "p4" || o.Person == "p5" }) {
		t.Errorf("visas of other authorities' people: %+v, %v", orders, err)
	}
}

// What is changed of our people's part in another delegation is said in a new
// edition of the reply, so that there is one word of this office alone.
func TestAChangeOfWhoJoinsIsSaidInTheSameReply(t *testing.T) {
	c := newCity(t)
	const id = "01960000-0000-7000-8000-0000000000d2"
	cs := example(t, "valid-france-italy-8-days.json")
	cs.Trip.Kind, cs.Trip.Organiser, cs.Trip.OrganisingAuthority = dossier.Joined, "渝州市商务局（虚构）", otherOffice
	cs.Trip.OpinionRequest = &dossier.OpinionRequest{Number: "渝外办征〔2026〕31号"}
	cs.Members[0].Role = dossier.Ordinary
	c.accepted(id, cs)
	c.decided(id, cs, allGo...)
	c.has(id, document.KindOpinionReply, "opinionReply.1 inForce")
	give(t, as("intake", "shou"), c.office.Journal, approval.Room, id, approval.TakeNotice{Authority: otherOffice, Number: "渝外办任通〔2026〕12号", On: c.office.Journal.Today(), ValidUntil: cs.Trip.Return.AddDays(60)})
	c.until(c.office.Node, "the confirmation", func() bool { return c.stage(id) == approval.IsIssued })

	earlier := moved(cs, -2)
	change := c.changes(id, 1, filing.AmendShift, earlier, "p1", "p2", "p3", "p4")
	c.reviewed(change, earlier, "YJ-2026-000012-X", nil, "p1", "p2", "p3", "p4")
	c.did(id, change, 2)
	c.has(id, document.KindOpinionReply, "opinionReply.1 superseded", "opinionReply.1 inForce")
	if got := c.lettersOf(change, document.KindOpinionReply); len(got) != 0 {
		t.Errorf("beside it there are %v", got)
	}
}
