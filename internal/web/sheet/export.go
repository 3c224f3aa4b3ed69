package sheet

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/sheet"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// getBack gives the rows that can't go in, with the reasons beside them.
func (p *Pages) getBack(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	i, err := p.Imports.Load(ctx, r.PathValue("import"))
	var rd read
	if err == nil {
		rd, err = p.reading(ctx, i)
	}
	var data []byte
	if err == nil {
		data, err = rd.Back(rd.whole(), func(d sheet.Doubt) (string, string) { return p.say(ctx, d) }, words(ctx))
	}
	p.give(w, r, ui.T(ctx, "sheet.back.title"), data, err)
}

// getTaken gives the rows that are in order, as understood.
func (p *Pages) getTaken(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	i, err := p.Imports.Load(ctx, r.PathValue("import"))
	var rd read
	if err == nil {
		rd, err = p.reading(ctx, i)
	}
	var data []byte
	if err == nil {
		records := rd.records(isNew, joins, changes, isHeld)
		for k := range records { // codes become the names that people read
			records[k].Values = append([]sheet.Value{}, records[k].Values...)
			for n, v := range records[k].Values {
				if v.Field == "countries" || v.Field == "country" {
					records[k].Values[n].Text = p.shown(ctx, v.Field, v.Text)
				}
			}
		}
		data, err = rd.Taken(records, words(ctx))
	}
	p.give(w, r, ui.T(ctx, "sheet.form."+string(i.Form)), data, err)
}

// columnsOf the register, as an export writes and an import reads them.
var columnsOf = []string{"familyName", "givenName", "latinSurname", "latinGivenNames", "sex", "dateOfBirth", "idNumber", "idExpires", "mobile", "email", "department", "post", "rank", "principal", "employment", "academic",
	"nationality", "foreignResidence", "vetting.status", "vetting.validUntil", "cleared", "unit"}

// spelt gives the fields of a record by name.
func spelt(f person.Facts) map[string]string {
	m := map[string]string{"familyName": f.FamilyName, "givenName": f.GivenName, "latinSurname": f.LatinSurname, "latinGivenNames": f.LatinGivenNames, "sex": string(f.Sex), "dateOfBirth": f.DateOfBirth.String(), "idNumber": f.IDNumber.String(),
		"idExpires": f.IDExpires.String(), "mobile": f.Mobile, "email": f.Email, "department": f.Department, "post": f.Post, "rank": string(f.Rank), "principal": f.Principal, "employment": string(f.Employment), "academic": truth(f.Academic),
		"nationality": f.Nationality, "foreignResidence": truth(f.ForeignResidence), "vetting.status": string(f.Vetting.Status), "vetting.validUntil": f.Vetting.ValidUntil.String(), "cleared": string(f.Cleared), "unit": f.Unit}
	return m
}

// people writes a workbook of records. Whole numbers are shown only when asked
// for, and each is then a look on record, as on the record's own page.
func (p *Pages) people(ctx context.Context, name string, ids []string, roles map[string]string, numbers bool) ([]byte, error) {
	all := make([]person.Person, len(ids))
	errs := make([]error, len(ids))
	var wait sync.WaitGroup
	turn := make(chan int)
	for range takers {
		wait.Go(func() {
			for k := range turn {
				rec, _, err := journal.Load(ctx, p.Site.Journal, person.Room, ids[k])
				if err == nil && numbers && rec.IDNumber != "" {
					_, err = journal.Do(ctx, p.Site.Journal, person.Looks, journal.Order{Subject: ids[k]}, person.Look{Field: "idNumber", Why: "export"})
				}
				all[k], errs[k] = rec, err
			}
		})
	}
	for k := range ids {
		turn <- k
	}
	close(turn)
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	english := !ui.LangOf(ctx).Chinese()
	fields := columnsOf
	if roles != nil {
		fields = append([]string{"role"}, fields...)
	}
	var titles []sheet.Title
	for _, f := range fields {
		titles = append(titles, sheet.Title{Text: sheet.Label(f, english), Width: 16, Day: strings.HasSuffix(f, "xpires") || f == "dateOfBirth" || f == "vetting.validUntil"})
	}
	return sheet.Export(name, titles, func(yield func([]string) bool) {
		for k, rec := range all {
			m := spelt(rec.Facts)
			m["role"] = roles[ids[k]]
			if numbers {
				m["idNumber"] = rec.IDNumber.Reveal()
			}
			if rec.Nationality != "" {
				m["nationality"] = p.Work.Country(ctx, rec.Nationality)
			}
			row := make([]string, len(fields))
			for c, f := range fields {
				row[c] = sheet.WordLabel(f, m[f], english)
			}
			if !yield(row) {
				return
			}
		}
	})
}

// postPeople gives the unit's register as a workbook.
func (p *Pages) postPeople(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	everybody, err := p.everybody(ctx, who.Unit)
	var ids []string
	for _, e := range everybody {
		ids = append(ids, e.ID)
	}
	var data []byte
	name := ui.T(ctx, "sheet.form.people")
	if err == nil {
		data, err = p.people(ctx, name, ids, nil, r.PostFormValue("numbers") != "")
	}
	p.give(w, r, name, data, err)
}

// everybody lists whoever is on a unit's list.
func (p *Pages) everybody(ctx context.Context, unit string) ([]person.Entry, error) {
	var all []person.Entry
	l := person.Listing{Unit: unit, Limit: 500}
	for {
		page, err := person.List(ctx, p.Site.Journal.Store, l)
		if err != nil || len(page) == 0 {
			return all, err
		}
		all = append(all, page...)
		l.After = l.Sort.AfterOf(page[len(page)-1])
	}
}

// postMembers gives a case's members as a workbook.
func (p *Pages) postMembers(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	f, err := p.Work.Open(ctx, r.PathValue("case"))
	var data []byte
	name := ui.T(ctx, "sheet.form.members")
	if err == nil {
		roles := map[string]string{}
		for k, id := range f.Now.Persons {
			roles[id] = string(f.Now.Case.Members[k].Role)
		}
		data, err = p.people(ctx, name, f.Now.Persons, roles, r.PostFormValue("numbers") != "")
	}
	p.give(w, r, name, data, err)
}

// getItinerary gives a case's itinerary as a workbook.
func (p *Pages) getItinerary(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	f, err := p.Work.Open(ctx, r.PathValue("case"))
	var data []byte
	name := ui.T(ctx, "sheet.form.itinerary")
	if err == nil {
		english := !ui.LangOf(ctx).Chinese()
		fields := sheet.Fields(sheet.Itinerary)[:7]
		var titles []sheet.Title
		for _, n := range fields {
			titles = append(titles, sheet.Title{Text: sheet.Label(n, english), Width: 18, Day: n == "date"})
		}
		data, err = sheet.Export(name, titles, func(yield func([]string) bool) {
			for _, h := range f.Now.Case.Itinerary {
				if !yield(p.halfRow(ctx, h, fields)) {
					return
				}
			}
		})
	}
	p.give(w, r, name, data, err)
}

func (p *Pages) halfRow(ctx context.Context, h dossier.HalfDay, fields []string) []string {
	m := map[string]string{"date": h.Date.String(), "half": string(h.Half), "country": "", "city": h.City, "activity": h.Activity, "host": h.Host, "official": truth(h.Official)}
	if h.Country != "" {
		m["country"] = p.Work.Country(ctx, h.Country)
	}
	row := make([]string, len(fields))
	for k, n := range fields {
		row[k] = sheet.WordLabel(n, m[n], !ui.LangOf(ctx).Chinese())
	}
	return row
}
