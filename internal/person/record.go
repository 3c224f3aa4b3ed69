package person

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Record puts somebody on a unit's list (人员入库).
type Record struct {
	In     string // unit
	Filing string // case in the course of which it is typed; ""
	Source Source // where it comes from; "" for the unit's own pages
	Facts  Facts
	Known  string // record that has this identity number already, as Numbered finds it; ""
}

// Decide refuses somebody without a name, a number that can't be one, and a
// number that is known. Sex and birth are read from the number.
func (cmd Record) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, fault.NotNow("person.record.already", "recorded")
	}
	if cmd.In == "" {
		return nil, fmt.Errorf("recording a person on no unit's list")
	}
	f, wrong := cmd.Facts.settled(m.Today)
	if cmd.Known != "" {
		wrong = append(wrong, known(cmd.Known))
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	b, _ := f.difference(Facts{})
	b.In, b.Filing, b.Source = cmd.In, cmd.Filing, cmd.Source
	return journal.Happened(b), nil
}

// Change says what is otherwise now. Facts is the whole record as it shall be.
type Change struct {
	Filing string
	Source Source
	Nature Nature
	From   calendar.Date // day from which it holds, for a NewState; one to come is announced
	Facts  Facts
	Known  string // another record with the new number
}

// Decide refuses the same as Record does. Nothing changed is nothing happened.
func (cmd Change) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	f, wrong := cmd.Facts.settled(m.Today)
	if cmd.Known != "" && cmd.Known != p.ID {
		wrong = append(wrong, known(cmd.Known))
	}
	b, any := f.difference(p.Facts)
	coming := cmd.Nature == NewState && cmd.From.After(m.Today)
	if coming {
		for _, name := range Differing(p.Facts, f) {
			if d, _ := datumOf(name); !d.Work {
				wrong = append(wrong, fault.Finding{Field: name, Key: "person.from.work"})
			}
		}
		if cmd.From.After(m.Today.AddMonths(12)) {
			wrong = append(wrong, fault.Finding{Field: "from", Key: "person.from.far"})
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if !any {
		return nil, nil
	}
	b.In, b.Filing, b.Source, b.Nature = p.In, cmd.Filing, cmd.Source, cmd.Nature
	if cmd.Nature == NewState {
		b.From = cmd.From
	}
	if coming {
		return journal.Happened(Announced(b)), nil
	}
	return journal.Happened(Changed(b)), nil
}

// TakeEffect makes what was announced true when its day has come.
type TakeEffect struct{}

// Decide gives a change for each day that has come. A datum that was changed
// since to what was announced needs nothing more.
func (cmd TakeEffect) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	var out []journal.Event
	now := p.Facts
	for _, c := range p.Coming {
		if c.From.After(m.Today) {
			break
		}
		next, _ := now.With(c.Data).settled(m.Today)
		b, any := next.difference(now)
		if !any {
			out = append(out, journal.Event{Body: AnnouncementDropped{From: c.From}})
			continue
		}
		b.In, b.Nature, b.From = p.In, NewState, c.From
		out = append(out, journal.Event{Body: Changed(b)})
		now = next
	}
	return out, nil
}

// DropAnnouncement says that what was announced for a day won't be.
type DropAnnouncement struct{ From calendar.Date }

// Decide drops what is there.
func (cmd DropAnnouncement) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	for _, c := range p.Coming {
		if c.From == cmd.From {
			return journal.Happened(AnnouncementDropped(cmd)), nil
		}
	}
	return nil, nil
}

// known says that another record has the number. Which one isn't part of the
// sentence; a page leads to it.
func known(record string) fault.Finding {
	args := map[string]any{"Person": record}
	return fault.Finding{Field: "idNumber", Rule: "IDN-007", Key: "person.number.known", Args: args}
}

// Wrong is everything that a record of these facts would be refused for.
func (f Facts) Wrong(today calendar.Date) []fault.Finding {
	_, wrong := f.settled(today)
	return wrong
}

// settled folds what was typed, reads sex and birth from the number, and says
// everything that is wrong.
func (f Facts) settled(today calendar.Date) (Facts, []fault.Finding) {
	var wrong []fault.Finding
	say := func(field, rule, key string, args map[string]any) {
		wrong = append(wrong, fault.Finding{Field: field, Rule: rule, Key: key, Args: args})
	}
	f.FamilyName, f.GivenName = dossier.FoldName(f.FamilyName), dossier.FoldName(f.GivenName)
	f.LatinSurname, f.LatinGivenNames = dossier.FoldLatin(f.LatinSurname), dossier.FoldLatin(f.LatinGivenNames)
	f.IDNumber = IDNumber(dossier.FoldCode(f.IDNumber.Reveal()))
	f.Mobile = dossier.FoldPhone(f.Mobile)
	f.Unit, f.Department, f.Post = dossier.FoldText(f.Unit), dossier.FoldText(f.Department), dossier.FoldText(f.Post)
	f.Nationality = dossier.FoldCode(f.Nationality)
	for _, n := range []struct{ field, value string }{{"familyName", f.FamilyName}, {"givenName", f.GivenName}} {
		switch {
		case n.value == "":
			say(n.field, "", "form.empty", nil)
		case utf8.RuneCountInString(n.value) > 40:
			say(n.field, "", "form.text.long", map[string]any{"Max": 40})
		}
	}
	for _, n := range []struct{ field, value string }{{"latinSurname", f.LatinSurname}, {"latinGivenNames", f.LatinGivenNames}} {
		if strings.Trim(n.value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ -'") != "" {
			say(n.field, "IDN-008", "person.latin.letters", nil)
		}
	}
	if len(f.LatinSurname)+len(f.LatinGivenNames) > 37 {
		say("latinGivenNames", "IDN-008", "person.latin.long", nil)
	}
	var bad string
	if f.Email, bad = settledEmail(f.Email); bad != "" {
		say("email", "", bad, nil)
	}
	if isCut(f.Mobile) {
		say("mobile", "", "form.mobile.cut", map[string]any{"Digits": len(f.Mobile)})
	} else if n := strings.TrimPrefix(f.Mobile, "+"); f.Mobile != "" && (strings.Trim(n, "0123456789") != "" || len(n) < 7 || len(n) > 20) {
		say("mobile", "", "form.phone.unreadable", nil)
	}
	if f.Nationality != "" && (len(f.Nationality) != 3 || strings.Trim(f.Nationality, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		say("nationality", "", "form.choose", nil)
	}
	id := dossier.ReadID(f.IDNumber.Reveal())
	switch id.Verdict {
	case dossier.IDGood:
		if id.Birth.After(today) {
			say("idNumber", "IDN-001", "person.number.birth", nil)
		}
		f.Sex, f.DateOfBirth = id.Sex, id.Birth
	case dossier.IDAbsent:
	case dossier.IDLegacy:
		say("idNumber", "IDN-004", "person.number.legacy", map[string]any{"Modern": id.Modern})
	default:
		// One sentence for each verdict. ui:keys person.number.*
		say("idNumber", "IDN-001", "person.number."+string(id.Verdict), map[string]any{"Count": len(f.IDNumber)})
	}
	if id.Verdict == dossier.IDAbsent && f.DateOfBirth.After(today) {
		say("dateOfBirth", "", "form.date.future", nil)
	}
	return f, wrong
}

// isCut tells a mobile number of China with digits lost or doubled: without a
// country code one begins with 1 and has eleven.
func isCut(mobile string) bool {
	return strings.HasPrefix(mobile, "1") && strings.Trim(mobile, "0123456789") == "" && len(mobile) != 11
}

// Looks is the record of who had a masked number shown in full.
var Looks = journal.Subject[int]{Kind: "look", Evolve: func(n int, e journal.Event) (int, error) {
	if _, ok := e.Body.(LookedAt); !ok {
		return n, fmt.Errorf("%T is no look", e.Body)
	}
	return n + 1, nil
}}

// Look records that somebody has a masked field shown; its subject is the person's id.
type Look struct{ Field, Why string }

// Decide always allows: whether somebody may look is access's to say.
func (cmd Look) Decide(_ int, m journal.Moment) ([]journal.Event, error) {
	return journal.Happened(LookedAt{Person: m.Subject, Field: cmd.Field, Why: cmd.Why}), nil
}

// settledEmail folds an e-mail address, and says what is wrong with it, by the key
// of its words. None is fine.
func settledEmail(s string) (email, wrong string) {
	s = strings.Join(strings.Fields(dossier.FoldText(s)), "")
	if s == "" {
		return "", ""
	}
	if _, err := mail.ParseAddress(s); err != nil || strings.Contains(s, "<") {
		return s, "form.email.unreadable"
	}
	return s, ""
}
