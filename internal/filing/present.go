package filing

import (
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Present lays the draft before the unit's signatory (送签批). From then on it
// stands still.
type Present struct {
	Unit     string
	Revision int64 // of the draft, as the page showed it
	Application
}

// Decide refuses while something blocks, with all of it.
func (cmd Present) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	if f.Stage != InDraft {
		return nil, fault.NotNow("filing.present.not_now", f.Stage)
	}
	if err := cmd.check(cmd.Unanswered...); err != nil {
		return nil, err
	}
	if !cmd.whole() {
		return nil, fault.Field("members", "filing.members.not_on_file", nil)
	}
	presented := Presented{Unit: cmd.Unit, Title: cmd.Case.Trip.Title, Depart: cmd.Case.Trip.Depart.String(), Revision: cmd.Revision, Members: cmd.travellers()}
	if a := cmd.Amending; a != nil {
		return journal.Happened(AmendmentPresented{Of: a.Of, Kind: a.Kind, Reason: strings.TrimSpace(a.Reason), Nth: a.Nth}, presented), nil
	}
	return journal.Happened(presented), nil
}

// TakeBack is the liaison officer going on writing before the signatory has acted.
type TakeBack struct{}

// Decide takes back only what lies with the signatory.
func (cmd TakeBack) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	if f.Stage != IsPresented {
		return nil, fault.NotNow("filing.take_back.not_now", f.Stage)
	}
	return journal.Happened(TakenBack{Revision: f.Revision}), nil
}

// HandBack is the signatory not signing it like this, with words.
type HandBack struct {
	Words string
	Self  string // the signatory as a traveller; "" when they are none
	Case  dossier.Case
}

// Decide needs words, and somebody who doesn't travel along.
func (cmd HandBack) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	switch {
	case f.Stage != IsPresented:
		return nil, fault.NotNow("filing.hand_back.not_now", f.Stage)
	case cmd.Self != "" && f.IsMember(cmd.Self):
		return nil, fault.Field("", "filing.sign.own_trip", nil)
	case strings.TrimSpace(cmd.Words) == "":
		return nil, fault.Field("words", "filing.hand_back.no_words", nil)
	}
	return journal.Happened(HandedBack{Words: strings.TrimSpace(cmd.Words), Dossier: journal.Of(cmd.Case)}), nil
}
