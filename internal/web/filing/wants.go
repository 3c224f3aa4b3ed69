package filing

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/person"
	state "yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/web/ui"
)

// formData are the data of which application forms are filled in that only the
// traveller can tell, by what the details call them (internal/document/visaform.go
// has the sources).
var formData = map[string][]string{"birthPlace": {"person.placeOfBirth"}, "homeAddress": {"person.homeAddress", "person.homeAddressEn"}, "post": {"person.postEn"}, "marital": {"person.marital"}, "email": {"person.email"}}

// beyond is what the person's file may hold beyond the case.
var beyond = []requirement.Key{"person.placeOfBirth", "person.homeAddress", "person.family", "person.education"}

// Wants tells what booklets and visas of a person's open cases want of them
// beyond the case, each with the reason. What a country doesn't want is never
// asked.
func (w *Work) Wants(ctx context.Context, who string) (map[string]string, error) {
	ids, err := person.Also(ctx, w.Journal.Store, who)
	if err != nil {
		return nil, err
	}
	all, err := w.openOf(ctx, who, ids)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, f := range all {
		for i, p := range f.Now.Persons {
			if slices.Contains(ids, p) {
				w.wants(ctx, f, i, out)
			}
		}
	}
	return out, nil
}

// CardServes tells whether a business travel card could spare somebody a visa: an
// open case leads to an economy that takes it, or none leads anywhere yet.
func (w *Work) CardServes(ctx context.Context, who string) (bool, error) {
	ids, err := person.Also(ctx, w.Journal.Store, who)
	if err != nil {
		return false, err
	}
	all, err := w.openOf(ctx, who, ids)
	if err != nil {
		return false, err
	}
	takes, _ := w.Pack().Ref.Parameters.On("apec.economies", w.Journal.Today())
	leads := false
	for _, f := range all {
		for _, c := range f.Now.Case.Countries() {
			if leads = true; slices.Contains(takes.Words, c) {
				return true, nil
			}
		}
	}
	return !leads, nil
}

// openOf are the cases in which somebody is to travel, by their ids.
func (w *Work) openOf(ctx context.Context, who string, ids []string) ([]*File, error) {
	r := w.Journal.Store
	e, err := person.One(ctx, r, who)
	if err != nil {
		return nil, err
	}
	cases, err := room.OfPerson(ctx, r, who, 20)
	if err != nil {
		return nil, err
	}
	today := w.Journal.Today()
	var open []string
	for _, c := range cases {
		if c.Unit == e.Unit && c.Stage != room.IsWithdrawn && c.Outcome.Live() && !c.Depart.Before(today) {
			open = append(open, c.ID)
		}
	}
	drafts, err := w.Drafts.List(ctx, e.Unit)
	if err != nil {
		return nil, err
	}
	for _, entry := range drafts {
		d, err := w.Drafts.Load(ctx, entry.ID)
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(d.Paper.People, func(p string) bool { return slices.Contains(ids, p) }) && !slices.Contains(open, d.ID) {
			open = append(open, d.ID)
		}
	}
	var out []*File
	for _, id := range open {
		f, err := w.Open(ctx, id)
		if fault.IsNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		s, _, err := state.Of(ctx, r, id)
		if err != nil {
			return nil, err
		}
		if s.Stage.OffCourse() || f.Filing.Stage == room.IsWithdrawn {
			continue
		}
		if slices.ContainsFunc(f.Now.Persons, func(p string) bool { return slices.Contains(ids, p) }) {
			out = append(out, f)
		}
	}
	return out, nil
}

// wants adds what one case wants of one member.
func (w *Work) wants(ctx context.Context, f *File, member int, out map[string]string) {
	reqs := w.Requirements(f)
	var visas []string
	forms := map[string][]string{} // the countries whose forms want a datum
	for _, q := range reqs {
		if need, is := q.What.(requirement.VisaNeed); is && q.Owner == requirement.OfMember(member) && q.IsMissing() {
			country := w.Country(ctx, need.Apply)
			visas = append(visas, country)
			for _, key := range w.formKeys(need.Area, true) {
				if !slices.Contains(forms[key], country) {
					forms[key] = append(forms[key], country)
				}
			}
		}
	}
	for _, q := range reqs {
		if q.Owner != requirement.OfMember(member) || !slices.Contains(beyond, q.Key) || out[string(q.Key)] != "" {
			continue
		}
		if _, spare := q.Status.(requirement.NotNeeded); spare {
			continue
		}
		if _, follows := q.Status.(requirement.Derivable); follows {
			continue
		}
		switch q.Key {
		case "person.placeOfBirth", "person.homeAddress":
			out[string(q.Key)] = ui.T(ctx, "people.details.for_booklet")
		default:
			out[string(q.Key)] = ui.T(ctx, "people.details.for_visa", "Country", strings.Join(visas, "、"))
		}
	}
	for key, of := range forms {
		if out[key] == "" {
			out[key] = ui.T(ctx, "people.details.for_form", "Country", ui.List(ctx, of))
		}
	}
}

// formKeys are the data on an area's visa form that only the traveller can tell;
// optional tells whether those count which the form may leave empty.
func (w *Work) formKeys(area string, optional bool) (out []string) {
	for _, x := range w.Pack().Ref.VisaForms.On(area, w.Journal.Today()).Fields {
		if x.Optional && !optional {
			continue
		}
		for _, source := range x.From {
			for _, key := range formData[source] {
				if !slices.Contains(out, key) {
					out = append(out, key)
				}
			}
		}
	}
	return out
}

// formLacks are the data that the visa form of an area will leave empty for a member.
func (w *Work) formLacks(f *File, member int, area string) (out []requirement.Key) {
	who := f.Held.People[f.Now.Persons[member]]
	if who.ID == "" {
		return nil // nowhere to fill them in yet
	}
	for _, key := range w.formKeys(area, false) {
		held := who.Details.Holds(key)
		if key == "person.email" {
			held = who.Facts.Email != "" || f.Now.Case.Members[member].Email != ""
		}
		if !held {
			out = append(out, requirement.Key(key))
		}
	}
	return out
}

// dataName is what a datum of a person's file is called.
func dataName(ctx context.Context, key requirement.Key) string {
	if e, known := requirement.Lookup(key); known {
		return ui.Say(ctx, e.Name)
	}
	switch key { // those that forms alone want
	case "person.postEn":
		return ui.T(ctx, "people.details.post_en")
	case "person.homeAddressEn":
		return ui.T(ctx, "people.details.address_en")
	}
	return ui.T(ctx, "people.details.marital")
}

// asksFamily tells of the marriage, which is asked for with the family where that is.
func asksFamily(keys []requirement.Key, key requirement.Key) bool {
	return key == "person.marital" && slices.Contains(keys, "person.family")
}

// lackingData is what of a member's file booklets and visas can't use yet.
type lackingData struct {
	Gone  []string // nobody has filled in
	Stale []string // it is there, and was looked over more than a year ago
}

// lacksData names what booklets and visas want of each member beyond the case
// and can't use yet, by the member's index: what the visa forms print too.
func (w *Work) lacksData(ctx context.Context, f *File) map[int]lackingData {
	out := map[int]lackingData{}
	if f.Now.Case.Trip.ForTerm() {
		return out // nothing is made until a trip is declared
	}
	keys := map[int][]requirement.Key{}
	add := func(i int, key requirement.Key) {
		if !slices.Contains(keys[i], key) {
			keys[i] = append(keys[i], key)
		}
	}
	for _, q := range w.Requirements(f) {
		i, of := q.Owner.Member()
		if !of || !q.IsMissing() || i >= len(f.Now.Persons) {
			continue
		}
		if slices.Contains(beyond, q.Key) {
			add(i, q.Key)
		}
		if need, is := q.What.(requirement.VisaNeed); is {
			for _, key := range w.formLacks(f, i, need.Area) {
				add(i, key)
			}
		}
	}
	for i, all := range keys {
		var x lackingData
		d := f.Held.People[f.Now.Persons[i]].Details
		for _, key := range all {
			switch {
			case asksFamily(all, key):
			case d.Holds(string(key)):
				x.Stale = append(x.Stale, dataName(ctx, key))
			default:
				x.Gone = append(x.Gone, dataName(ctx, key))
			}
		}
		out[i] = x
	}
	return out
}

// detailsURL is where they are filled in; that leads back to the case, to its
// members while they are still being written, to the notice while it is open.
func detailsURL(f *File, who string) string {
	at := "/people/" + url.PathEscape(who) + "/details?case=" + url.QueryEscape(f.ID)
	if f.HasDraft && f.Filing.Stage == room.InDraft && slices.Contains(f.stepsOf(), "members") {
		at += "&step=members"
	}
	if f.Filing.Stage == room.IsSentBack {
		at += "&step=notice"
	}
	return at
}

// Country names one in the reader's language.
func (w *Work) Country(ctx context.Context, code string) string {
	return ui.Country(ctx, w.Pack().Country, code)
}

// data is what the members' files hold beyond the case, for the requirement
// engine. What is to be confirmed again counts as missing.
func (f *File) data() []requirement.KnownDatum {
	var out []requirement.KnownDatum
	for i, who := range f.Now.Persons {
		d := f.Held.People[who].Details
		if d.Empty() || d.Stale(f.Held.Today) {
			continue
		}
		for _, k := range beyond {
			if d.Holds(string(k)) {
				out = append(out, requirement.KnownDatum{Member: i, Key: k, Since: d.Confirmed, Ref: who})
			}
		}
	}
	return out
}
