package letter

import (
	"yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/dossier"
)

// Notice is the one-time notice of a sending back. place names what a
// defect is tied to in Chinese, as people call it.
func Notice(b approval.SentBack, a approval.Approval, filing string, c dossier.Case, place func(dossier.Case, approval.Defect) string) Prepare {
	// Sent back before it was accepted, it has no number, and none is printed.
	out := Content{Unit: c.Unit.Name, Delegation: c.Trip.Title, Case: a.Number, Until: b.Until}
	for _, d := range b.Defects {
		out.Defects = append(out.Defects, Defect{Where: place(c, d), Wrong: d.Words, Basis: d.Basis, Fix: d.Fix})
	}
	return Prepare{Kind: document.KindOneTimeNotice, Filing: filing, Unit: a.Unit, Content: out}
}
