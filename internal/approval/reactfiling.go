package approval

import (
	"yitang/internal/filing"
	"yitang/internal/journal"
)

// FilingWish is what the application does because of what the office did.
type FilingWish struct {
	Order   journal.Order
	Command journal.Command[filing.Filing]
}

// ReactFiling turns the office's answer into what becomes of the application
// in its own zone: sent back, its fields open again; decided, it is concluded.
func ReactFiling(e journal.Event) []FilingWish {
	wish := func(what string, cmd journal.Command[filing.Filing]) []FilingWish {
		return []FilingWish{{journal.Order{Subject: e.Subject.ID, Key: e.ID + ":" + what, Cause: e.ID}, cmd}}
	}
	switch b := e.Body.(type) {
	case SentBack:
		return wish("filing.reopen", filing.Reopen{Defects: b.Defects, Until: b.Until})
	case Filed:
		return wish("filing.conclude", filing.Conclude{Outcome: filing.Approved, Approved: allowed(b.Members)})
	case Amended:
		return wish("filing.amend", filing.TakeAmendment{Amended: filing.Amended{Amendment: b.Amendment, Kind: b.Kind, Title: b.Facts.Title, Depart: b.Facts.Depart,
			Return: b.Facts.Return, Countries: b.Facts.Countries, Members: b.Members, AmountFen: b.AmountFen, Dossier: b.Dossier}})
	case Withdrawn:
		return wish("filing.conclude", filing.Conclude{Outcome: filing.Refused}) // an amendment of what has ended
	case Revoked:
		return wish("filing.conclude", filing.Conclude{Outcome: filing.Revoked})
	case Cancelled:
		return wish("filing.conclude", filing.Conclude{Outcome: filing.Cancelled})
	case Decided:
		c := filing.Conclude{Outcome: filing.Approved, Approved: allowed(b.Members)}
		if b.Approved == 0 {
			c.Outcome = filing.Refused
		}
		return wish("filing.conclude", c)
	}
	return nil
}

func allowed(vs []Verdict) []string {
	var out []string
	for _, v := range vs {
		if v.Approved {
			out = append(out, v.Person)
		}
	}
	return out
}
