package filing

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/money"
)

// Application is what is handed in: the whole case as assembled and checked
// outside the decision.
type Application struct {
	Case    dossier.Case
	Persons []string          // ids, in the order of Case.Members
	Origins map[string]Origin // by path
	Answers map[string]string // the unit's words on a warning, by precheck.Finding.Subject
	RuleSet string
	// Blocking are the findings that keep it from being handed in; Unanswered the
	// warnings on which the unit has still to say why they stand before it is presented.
	Blocking   []fault.Finding
	Unanswered []fault.Finding
	// Later are the papers that may follow an urgent case, within so many
	// working days from the day on which it is first handed in without them.
	Later    []dossier.MaterialKind
	LaterIn  calendar.Workdays
	Amending *Amending // the approved mission that it changes; nil for an application
}

// check refuses what can't be handed in, all of it in one go, with what else keeps it.
func (a Application) check(also ...fault.Finding) error {
	wrong := append([]fault.Finding{}, a.Blocking...)
	if len(a.Case.Members) == 0 && !slices.ContainsFunc(wrong, func(x fault.Finding) bool { return x.Field == "members" }) {
		wrong = append(wrong, fault.Finding{Field: "members", Rule: "GEN-004", Key: "filing.members.nobody"})
	}
	wrong = append(wrong, also...)
	if a.Amending != nil {
		for _, x := range a.Amending.check(a) {
			found := func(had fault.Finding) bool {
				if x.Key == "filing.amend.not_open" { // with what was approved
					return had.Field == x.Field && had.Rule == ""
				}
				return had.Key == x.Key
			}
			if !slices.ContainsFunc(a.Blocking, found) {
				wrong = append(wrong, x) // what is lacking was found before, at its place
			}
		}
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

func (a Application) travellers() []Traveller {
	out := make([]Traveller, len(a.Persons))
	for i, p := range a.Persons {
		out[i] = Traveller{Person: p, Head: a.Case.Members[i].Role == dossier.Head}
	}
	return out
}

// whole refuses a list of members that doesn't name each person once: that is
// a defect of the door, not of what was typed.
func (a Application) whole() bool {
	seen := map[string]bool{}
	for _, p := range a.Persons {
		if p == "" || seen[p] {
			return false
		}
		seen[p] = true
	}
	return len(a.Persons) == len(a.Case.Members)
}

func (a Application) submitted(unit string, round int) Submitted {
	t := a.Case.Trip
	fen := amountOf(a.Case)
	return Submitted{
		Unit: unit, Title: t.Title, Kind: t.Kind, Category: t.Category, Urgent: t.Urgent, Depart: t.Depart, Return: t.Return,
		Countries: a.Case.Countries(), Members: a.travellers(), AmountFen: fen, RuleSet: a.RuleSet, Round: round,
		Origins: a.Origins, Answers: a.Answers, Dossier: journal.Of(a.Case),
	}
}

// Granted is who may travel of an application and what they may spend, in
// hundredths of a yuan: what the unit's plan counts of it.
func Granted(c dossier.Case, people, approved []string) (int, int64) {
	may, who := Only(c, people, approved)
	return len(who), amountOf(may)
}

// amountOf is what a case is to cost, in hundredths of a yuan.
func amountOf(c dossier.Case) int64 {
	if c.Budget == nil {
		return 0
	}
	return money.Yuan(c.Budget.TotalCny).Minor
}
