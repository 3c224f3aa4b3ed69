package filing

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/person"
	"yitang/internal/sheet"
)

// PersonFrom is a person's record with what a row of a spreadsheet says: what
// the row leaves open stays as it was.
func PersonFrom(r sheet.Record, was person.Facts) person.Facts {
	f := was
	text := func(name string, to *string) {
		if v := r.Get(name); v != "" {
			*to = v
		}
	}
	day := func(name string, to *calendar.Date) {
		if d, err := calendar.Parse(r.Get(name)); err == nil {
			*to = d
		}
	}
	truth := func(name string, to *bool) {
		if v := r.Get(name); v != "" {
			*to = v == "true"
		}
	}
	text("familyName", &f.FamilyName)
	text("givenName", &f.GivenName)
	text("latinSurname", &f.LatinSurname)
	text("latinGivenNames", &f.LatinGivenNames)
	text("mobile", &f.Mobile)
	text("email", &f.Email)
	text("unit", &f.Unit)
	text("department", &f.Department)
	text("post", &f.Post)
	text("principal", &f.Principal)
	text("nationality", &f.Nationality)
	if v := r.Get("idNumber"); v != "" {
		f.IDNumber = person.IDNumber(v)
	}
	if v := r.Get("sex"); v != "" && f.IDNumber == "" {
		f.Sex = dossier.Sex(v)
	}
	if v := r.Get("rank"); v != "" {
		f.Rank = dossier.Rank(v)
	}
	if v := r.Get("employment"); v != "" {
		f.Employment = dossier.Employment(v)
	}
	if v := r.Get("vetting.status"); v != "" {
		f.Vetting.Status = dossier.VettingStatus(v)
	}
	if v := r.Get("cleared"); v != "" {
		f.Cleared = person.Clearance(v)
	}
	day("idExpires", &f.IDExpires)
	if f.IDNumber == "" {
		day("dateOfBirth", &f.DateOfBirth)
	}
	day("vetting.validUntil", &f.Vetting.ValidUntil)
	truth("academic", &f.Academic)
	truth("foreignResidence", &f.ForeignResidence)
	return f
}

// HalfFrom is a half-day of an itinerary as a row of a spreadsheet tells it.
func HalfFrom(r sheet.Record) dossier.HalfDay {
	h := dossier.HalfDay{Half: dossier.Half(r.Get("half")), Country: r.Get("country"), City: r.Get("city"), Activity: r.Get("activity"), Host: r.Get("host")}
	if d, err := calendar.Parse(r.Get("date")); err == nil {
		h.Date = d
	}
	h.Official = r.Get("official") == "true"
	return h
}

// HalvesFrom puts what several rows say of one half-day into one.
func HalvesFrom(rs []sheet.Record) []dossier.HalfDay {
	var out []dossier.HalfDay
	for _, r := range rs {
		h := HalfFrom(r)
		if h.Date.IsZero() || h.Half == "" {
			continue
		}
		i := slices.IndexFunc(out, func(x dossier.HalfDay) bool { return x.Date == h.Date && x.Half == h.Half })
		if i < 0 {
			out = append(out, h)
			continue
		}
		x := &out[i]
		x.Activity, x.Host = joined(x.Activity, h.Activity), joined(x.Host, h.Host)
		if h.City != "" {
			x.Country, x.City = h.Country, h.City // where the half-day ends
		}
		x.Official = x.Official || h.Official
	}
	slices.SortStableFunc(out, func(a, b dossier.HalfDay) int {
		if c := a.Date.Compare(b.Date); c != 0 {
			return c
		}
		return slices.Index(a.Half.Words(), string(a.Half)) - slices.Index(b.Half.Words(), string(b.Half))
	})
	return out
}

func joined(a, b string) string {
	switch {
	case a == "" || a == b:
		return b
	case b == "":
		return a
	}
	return a + "；" + b
}

// TakeHalves lays half-days into the draft, each in the place of the one of its
// day and half. A draft without days takes theirs.
func (p *Paper) TakeHalves(hs []dossier.HalfDay) {
	for _, h := range hs {
		i := slices.IndexFunc(p.Case.Itinerary, func(x dossier.HalfDay) bool { return x.Date == h.Date && x.Half == h.Half })
		if i < 0 {
			p.Case.Itinerary = append(p.Case.Itinerary, h)
			continue
		}
		was := &p.Case.Itinerary[i]
		if h.Country == "" {
			h.Country = was.Country
		}
		if h.City == "" {
			h.City = was.City
		}
		if h.Host == "" {
			h.Host = was.Host
		}
		h.Official = h.Official || was.Official
		*was = h
	}
	if t := &p.Case.Trip; t.Depart.IsZero() && t.Return.IsZero() && len(hs) > 0 {
		t.Depart, t.Return = hs[0].Date, hs[len(hs)-1].Date
	}
}
