package person

import (
	"crypto/subtle"
	"fmt"
	"slices"
	"unicode/utf8"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// What somebody says is wrong in their own record (本人更正) is a subject of
// its own: the unit takes it or turns it down with a reason, datum by datum.

// Proposed: somebody says that some of their record should be otherwise.
type Proposed struct {
	Person string                `reach:"internet"`
	Data   journal.Field[Data]   `reach:"internet" sealed:"yes"`
	Words  journal.Field[string] `reach:"internet" sealed:"yes"` // what no field could tell
}

// ProposalSettled: the unit answered each of it.
type ProposalSettled struct {
	Taken    []string              `reach:"internet"`              // names of data
	Declined journal.Field[Data]   `reach:"internet" sealed:"yes"` // reason by name
	Reply    journal.Field[string] `reach:"internet" sealed:"yes"` // to the words
}

// Proposal is one as it stands.
type Proposal struct {
	ID       string
	Person   string
	Data     Data
	Words    string
	Settled  bool
	Taken    []string
	Declined Data // reason by name
	Reply    string
}

// Proposals is the proposal as a subject.
var Proposals = journal.Subject[Proposal]{Kind: "person_proposal", Evolve: func(p Proposal, e journal.Event) (Proposal, error) {
	p.ID = e.Subject.ID
	switch b := e.Body.(type) {
	case Proposed:
		p.Person, p.Data, p.Words = b.Person, b.Data.Or(nil), b.Words.Or("")
	case ProposalSettled:
		p.Settled, p.Taken, p.Declined, p.Reply = true, b.Taken, b.Declined.Or(nil), b.Reply.Or("")
	default:
		return p, fmt.Errorf("%T is nothing that happens to a proposal", e.Body)
	}
	return p, nil
}}

// own are the data that somebody may say are wrong. Vetting and clearance are
// others' word about them.
var own = []string{"familyName", "givenName", "latinSurname", "latinGivenNames", "idNumber", "idExpires", "mobile", "email",
	"department", "post", "rank", "employment", "nationality", "foreignResidence"}

// OwnData lists by name what somebody sees and corrects of their own record.
func OwnData() []string { return slices.Clone(own) }

// Propose says what should be otherwise.
type Propose struct {
	Person Person // as it stands
	Facts  Facts  // as it should be
	Words  string
}

// Decide takes only what differs, and refuses what can't be true: whoever says
// it is there to put it right.
func (cmd Propose) Decide(p Proposal, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, fault.NotNow("person.proposal.already", "proposed")
	}
	if cmd.Person.ID == "" {
		return nil, fault.NotFound("person")
	}
	f, wrong := cmd.Facts.settled(m.Today)
	words := dossier.FoldText(cmd.Words)
	if utf8.RuneCountInString(words) > 400 {
		wrong = append(wrong, fault.Finding{Field: "words", Key: "form.text.long", Args: map[string]any{"Max": 400}})
	}
	otherwise := Data{}
	for _, name := range Differing(cmd.Person.Facts, f) {
		if slices.Contains(own, name) {
			otherwise[name] = f.Text(name)
		}
	}
	if len(wrong) == 0 && len(otherwise) == 0 && words == "" {
		wrong = append(wrong, fault.Finding{Field: "words", Key: "person.proposal.nothing"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Proposed{Person: cmd.Person.ID, Data: journal.Of(otherwise), Words: journal.Of(words)}), nil
}

// Settle answers a proposal. What is taken is put into the record by Change;
// each datum that isn't taken needs a reason.
type Settle struct {
	Taken    []string
	Declined Data
	Reply    string // to the words; needed where there are any
}

// Decide wants an answer to everything.
func (cmd Settle) Decide(p Proposal, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Version == 0:
		return nil, fault.NotFound("proposal " + m.Subject)
	case p.Settled:
		return nil, fault.NotNow("person.proposal.settled", "settled")
	}
	if wrong := cmd.Lacks(p); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	why := Data{}
	for name, w := range cmd.Declined {
		if _, asked := p.Data[name]; asked && !slices.Contains(cmd.Taken, name) {
			why[name] = dossier.FoldText(w)
		}
	}
	return journal.Happened(ProposalSettled{Taken: cmd.Taken, Declined: journal.Of(why), Reply: journal.Of(dossier.FoldText(cmd.Reply))}), nil
}

// Lacks says what isn't answered yet.
func (cmd Settle) Lacks(p Proposal) []fault.Finding {
	var wrong []fault.Finding
	for _, d := range data {
		if _, asked := p.Data[d.Name]; asked && !slices.Contains(cmd.Taken, d.Name) && dossier.FoldText(cmd.Declined[d.Name]) == "" {
			wrong = append(wrong, fault.Finding{Field: "why." + d.Name, Key: "person.proposal.why"})
		}
	}
	if p.Words != "" && dossier.FoldText(cmd.Reply) == "" {
		wrong = append(wrong, fault.Finding{Field: "reply", Key: "form.empty"})
	}
	return wrong
}
