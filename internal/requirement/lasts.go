package requirement

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Lasts is from when and until when a paper serves that came on a day, as far
// as that is certain: a photo and a host's profile as long as the office sets, a
// copy of a card as long as the card, a filing form as long as the vetting that
// it tells of. Zero where a paper has no end, or only its reader knows it (EndOf).
func (p Parameters) Lasts(kind dossier.MaterialKind, came calendar.Date, of dossier.Member) (issued, until calendar.Date) {
	switch kind {
	case "M06":
		return came, came.AddMonths(p.HostProfileMonths)
	case "M26":
		return came, came.AddMonths(p.PhotoMonths)
	case "M12":
		if v := of.Vetting; v != nil && v.Status == dossier.VettingPassed {
			until = v.ValidUntil
		}
	case "M24":
		until = of.IDExpires
	}
	if until.Before(came) {
		return calendar.Date{}, calendar.Date{} // of the one before: this copy is of another
	}
	return calendar.Date{}, until
}

// End says whether the end of a paper is asked for beside it.
type End int

// A paper's end isn't asked for where it serves one trip or follows from what
// is known (Lasts).
const (
	NoEnd   End = iota
	MayEnd      // where one is written on it
	MustEnd     // there is no such paper without one
)

// EndOf says it of a kind of paper.
func EndOf(kind dossier.MaterialKind) End {
	switch kind {
	case "M21": // a contract may run on until its work is done
		return MayEnd
	case "M23", "M35": // a rehired person's contract, an insurance
		return MustEnd
	}
	return NoEnd
}

// BeginAsked tells whether the first day of a paper is asked for beside its end:
// an insurance may be bought for days to come.
func BeginAsked(kind dossier.MaterialKind) bool { return kind == "M35" }
