package visa

import (
	"yitang/internal/material"
	"yitang/internal/requirement"
)

// Rejected names the paper that the desk wants again, for the ledger, as its
// uploading names it; none where the desk asks for what nobody gave yet.
func (e PaperAsked) Rejected() []string {
	if len(e.Had) == 0 {
		return nil
	}
	owner := e.Person
	if requirement.IsOfCase(requirement.Key(e.Kind)) {
		owner = string(material.OfCase)
	}
	return []string{"material:" + e.Kind + "@" + owner}
}
