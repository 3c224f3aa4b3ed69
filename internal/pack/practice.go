package pack

import "yitang/internal/document"

// practising is what stands across each page of a paper of practice.
const practising = "练习用，没有效力"

// Practising is an office's pack as its officers practise by it: path, thresholds,
// rules, texts and telling are its own, and no paper that comes of it could be taken
// for one of the office. Letterhead and seal say that it is practice, each number
// begins with it, a mark stands across every page. Nothing of the register goes along,
// and no copies are named. A pack without an office of its own is given the base's.
func (base *Set) Practising(c Content) (Content, error) {
	o := base.Office
	if b, own := c[officeFile]; own {
		var wrong Mistakes
		if o, wrong = ParseOffice(b); len(wrong) > 0 {
			return nil, wrong
		}
	}
	as := func(p Pattern) Pattern { return "练习" + p }
	of := func(k document.Kind) Pattern { return as(o.Numbers.Of(k)) }
	key := "practice-" + o.Key
	b, err := encoded(OfficeFile{
		Name: text{Zh: o.Name.Zh + "（练习）", En: "PRACTICE: " + o.Name.En}, Key: key[:min(len(key), longestKey)], City: text{Zh: o.City.Zh, En: o.City.En}, CopiesTo: []string{}, Mark: practising,
		Numbers: Numbers{Case: as(o.Numbers.Case), Document: of(document.KindApproval), Notice: of(document.KindOneTimeNotice), Note: of(document.KindNoteVerbale), Exit: of(document.KindExitCertificate),
			Request: of(document.KindOpinionRequest), Reply: of(document.KindOpinionReply), Mission: of(document.KindMissionNotice), Confirmation: of(document.KindConfirmation)},
	})
	if err != nil {
		return nil, err
	}
	out := Content{}
	for name, said := range c {
		switch name {
		case manifestFile, signatureFile, unitsFile:
		default:
			out[name] = said
		}
	}
	out[officeFile] = b
	return out, nil
}
