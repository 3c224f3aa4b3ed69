package precheck

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Term is the approval for a term under which a trip is declared (一次审批、多次有效),
// as the node has it on record; rules know it as "term".
type Term struct {
	Asked     bool          `json:"asked"`   // somebody looked
	InForce   bool          `json:"inForce"` // there is one, of the same unit, that holds
	From      calendar.Date `json:"from"`
	Until     calendar.Date `json:"until"`
	DaysEach  int           `json:"daysEach"`
	Countries []string      `json:"countries"`
	Missing   []int         `json:"missing"` // members of the declared trip who aren't on it
}

// DeclaredUnder tells of the approval under which a trip is declared.
func DeclaredUnder(t Term) Fact {
	return func(_ *dossier.Case, k *Known) { t.Asked, k.Term = true, &t }
}
