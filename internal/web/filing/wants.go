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
var formData = map[string]string{"birthPlace": "person.placeOfBirth", "homeAddress": "person.homeAddress", "marital": "person.marital", "email": "person.email"}

// beyond is what the person's file may hold beyond the case.
var beyond = []requirement.Key{"person.placeOfBirth", "person.homeAddress", "person.family", "person.education"}

// Wants tells what booklets and visas of a person's open cases want of them
// beyond the case, each with the reason. What a country doesn't want is never
// asked.
func (w *Work) Wants(ctx context.Context, who string) (map[string]string, error) {
	r := w.Journal.Store
	ids, err := person.Also(ctx, r, who)
	if err != nil {
		return nil, err
	}
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
	out := map[string]string{}
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
		for i, p := range f.Now.Persons {
			if slices.Contains(ids, p) {
				w.wants(ctx, f, i, out)
			}
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
			for _, x := range w.Pack().Ref.VisaForms.On(need.Area, w.Journal.Today()).Fields {
				for _, source := range x.From {
					if key := formData[source]; key != "" && !slices.Contains(forms[key], country) {
						forms[key] = append(forms[key], country)
					}
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

// lacksData names what booklets and visas want of each member beyond the case
// and nobody has filled in, by the member's index.
func (w *Work) lacksData(ctx context.Context, f *File) map[int][]string {
	out := map[int][]string{}
	if f.Now.Case.Trip.ForTerm() {
		return out // nothing is made until a trip is declared
	}
	for _, q := range w.Requirements(f) {
		if i, of := q.Owner.Member(); of && q.IsMissing() && slices.Contains(beyond, q.Key) {
			e, _ := requirement.Lookup(q.Key)
			out[i] = append(out[i], ui.Say(ctx, e.Name))
		}
	}
	return out
}

// detailsURL is where they are filled in; that leads back to the case, to its
// members while they are still being written.
func detailsURL(f *File, who string) string {
	at := "/people/" + url.PathEscape(who) + "/details?case=" + url.QueryEscape(f.ID)
	if f.HasDraft && f.Filing.Stage == room.InDraft && slices.Contains(f.stepsOf(), "members") {
		at += "&step=members"
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
