package letter

import (
	"fmt"

	"yitang/internal/approval"
	"yitang/internal/document"
)

// paper is the letter as it is laid out. It depends on nothing but the event
// that prepared it, so that laying it out again gives the same bytes.
func paper(p Prepared, o approval.Letterhead) (document.Paper, error) {
	c, ok := p.Content.Value()
	if !ok {
		return nil, fmt.Errorf("the content of letter %s was erased", p.Number)
	}
	verify := o.VerifyURL + approval.PlainCode(p.Code)
	switch p.Kind {
	case document.KindOneTimeNotice:
		n := document.OneTimeNotice{Office: o.Office, Number: p.Number, Issued: p.On, At: p.At, Unit: c.Unit, Delegation: c.Delegation, Until: c.Until, Case: c.Case, Code: p.Code, VerifyURL: verify, Wording: o.Wording}
		for _, d := range c.Defects {
			n.Defects = append(n.Defects, document.Defect(d))
		}
		return n, nil
	case document.KindNoteVerbale:
		n := document.NoteVerbale{Office: o.Office, Number: p.Number, Issued: p.On, At: p.At, Mission: c.Mission, Unit: c.Unit, Purpose: c.Purpose, Host: c.Host, Country: c.Country,
			Depart: c.Depart, Return: c.Return, Days: c.Days, Costs: c.Costs, Visa: c.Visa, Entries: c.Entries, Bearers: bearers(c), Case: c.Case, Code: p.Code, VerifyURL: verify, Supplement: c.Supplement, Wording: o.Wording}
		for _, s := range c.Stays {
			n.Stays = append(n.Stays, document.CountryStay{Country: s.Country, From: s.Arrive, To: s.Leave})
		}
		return n, nil
	case document.KindExitCertificate:
		return document.ExitCertificate{Office: o.Office, Number: p.Number, Issued: p.On, At: p.At, Unit: c.Unit, Approval: c.Approval, Country: c.Country, Reason: c.Reason, Bearers: bearers(c),
			Depart: c.Depart, Return: c.Return, ValidUntil: p.ValidUntil, Case: c.Case, Code: p.Code, VerifyURL: verify, Wording: o.Wording}, nil
	case document.KindOpinionRequest, document.KindOpinionReply, document.KindMissionNotice:
		return correspondence(p, c, o, verify), nil
	}
	return nil, fmt.Errorf("%s is no kind of letter", p.Kind)
}

func bearers(c Content) []document.Bearer {
	var out []document.Bearer
	for _, b := range c.Bearers {
		out = append(out, document.Bearer{Name: b.Name, Latin: b.Latin, Sex: b.Sex, Born: b.Born, Post: b.Post, Passport: b.Passport, PassNo: b.Number})
	}
	return out
}
