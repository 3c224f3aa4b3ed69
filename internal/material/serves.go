package material

import (
	"yitang/internal/dossier"
	"yitang/internal/requirement"
)

// OfOneTrip tells whether a paper ends with the case that it was given for.
func (m Material) OfOneTrip() bool {
	return m.OwnerKind == OfPerson && m.Case != "" && requirement.OfOneTrip(dossier.MaterialKind(m.Kind), m.ValidUntil)
}

// Serves tells whether a paper can be used for a case: a commitment for last
// year's trip is none for this one.
func (m Material) Serves(filing string) bool { return !m.OfOneTrip() || m.Case == filing }
