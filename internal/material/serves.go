package material

import (
	"yitang/internal/dossier"
	"yitang/internal/requirement"
)

// OfOneTrip tells whether a paper ends with the case that it was given for.
func (m Material) OfOneTrip() bool {
	return m.OwnerKind == OfPerson && m.Case != "" && requirement.OfOneTrip(dossier.MaterialKind(m.Kind), m.ValidUntil)
}

// For tells whether a paper serves for a country: one that was tied to none does
// for all, and for a country that isn't told any does.
func (m Material) For(country string) bool { return m.Dossier("").For(country) }

// Serves tells whether a paper can be used for a case: a commitment for last
// year's trip is none for this one.
func (m Material) Serves(filing string) bool { return !m.OfOneTrip() || m.Case == filing }
