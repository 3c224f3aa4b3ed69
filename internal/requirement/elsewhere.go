package requirement

import (
	"slices"

	"yitang/internal/dossier"
)

// Elsewhere is a number of the list of materials that nobody is ever asked to
// upload: what stands for it, and why.
type Elsewhere struct {
	Kind dossier.MaterialKind
	By   Key // line of the catalogue that stands for it; "" when none does
	Why  string
}

// MayAsk tells whether a kind has a line of its own in the catalogue, so that
// somebody can be asked for it by name.
func MayAsk(kind dossier.MaterialKind) bool {
	return slices.Contains(kind.Words(), string(kind)) && !slices.ContainsFunc(NeverAsked(), func(e Elsewhere) bool { return e.Kind == kind })
}

// NeverAsked lists the numbers that have no line of their own in the catalogue.
// Together the two answer the whole list, M01 to M58.
func NeverAsked() []Elsewhere {
	return []Elsewhere{
		{"M28", "act.capture", "a presence, not a paper: taken at the station, and kept in the passport zone alone"},
		{"M30", "act.surrenderOld", "the booklet itself: handed over at the window, or in custody already"},
		{"M32", "act.showId", "the identity card in the original carries the changed name or number, and is seen at the capture; a booklet is never altered but made anew"},
		{"M42", "", "the mission's receipt goes into the unit's own books; no step waits for it"},
		{"M44", "", "each handing over is an event of custody or of the window, with who, whom and when"},
		{"M45", "", "no country of the reference data demands a vaccination card of short official visits; one that does gets its line here"},
		{"M48", "", "it belongs to the amendment of a case, which is asked for in the product and not by letter"},
		{"M49", "", "a withdrawal is an event with its reason; nobody writes a letter about it"},
		{"M50", "", "a departure that didn't happen is told with its reason, a return with its day, on the trip's own page"},
		{"M51", "unit.officerValidUntil", "seen once when the account is opened; the office records officer, signatory and term"},
		{"M52", "unit.officerValidUntil", "seen once when the account is opened, with the officer's appointment"},
		{"M53", "M04", "each visited host has an invitation of its own, and each asks for its letter"},
		{"M54", "case.planLine", "a number that is chosen from the plan, not a paper"},
		{"M56", "M06", "the profile of the host says who invites and what contact there was; it serves a year and isn't asked again"},
	}
}
