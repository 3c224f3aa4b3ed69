package sheet

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/uuid/v5"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/person"
	"yitang/internal/quota"
	"yitang/internal/sheet"
	"yitang/internal/web"
	planning "yitang/internal/web/quota"
)

// takeIn is how long one press of the button may work; what is left then goes
// on with the next press. Twenty seconds are some tens of thousands of rows.
const takeIn = 20 * time.Second

// takers give commands at the same time, so that they share flushes.
const takers = 16

// postTake lets the rows go in that are in order. Done twice, the second time
// finds them held.
func (p *Pages) postTake(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	i, err := p.Imports.Load(ctx, r.PathValue("import"))
	if err == nil {
		err = p.writable(r, i.Form, i.Filing)
	}
	var rd read
	if err == nil {
		rd, err = p.understand(ctx, i)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	done, whole := room.Taken{At: p.Site.Now(), By: web.Who(r).Account}, true
	also := r.PostFormValue("changes") != ""
	switch i.Form {
	case sheet.People:
		whole, err = p.takePeople(ctx, i, rd.Lines, also, &done)
	case sheet.Members:
		if whole, err = p.takePeople(ctx, i, rd.Lines, also, &done); err == nil && whole {
			err = p.takeMembers(ctx, i, rd.Lines, also, seen(r), &done)
		}
	case sheet.Itinerary:
		err = p.takeHalves(ctx, i, rd, also, seen(r), &done)
	case sheet.Plan:
		err = p.takePlan(ctx, i, rd, r.PostFormValue("year"), &done)
	}
	p.shelf.drop(i.ID)
	if err == nil {
		err = p.Imports.Change(ctx, i.ID, func(d *room.ImportDoc) {
			if was := d.Taken; was != nil {
				done.New, done.Changed, done.Joined = done.New+was.New, done.Changed+was.Changed, done.Joined+was.Joined
			}
			d.Taken = &done
		})
	}
	said := "taken"
	if !whole {
		said = "more"
	}
	if i.Form == sheet.Plan {
		p.Site.Answer(w, r, err, "/plan/edit?said=imported&year="+url.QueryEscape(r.PostFormValue("year")))
		return
	}
	p.Site.Answer(w, r, err, importURL(i.ID)+"?said="+said)
}

// takePlan adds the rows that are in order to what the unit is writing of its
// plan for a year. A row that stands there already is left out.
func (p *Pages) takePlan(ctx context.Context, i room.Import, rd read, typed string, done *room.Taken) error {
	year, err := strconv.Atoi(typed)
	if err != nil {
		return fault.Invalid(fault.Finding{Field: "year", Key: "form.number.unreadable"})
	}
	var rows []quota.Line
	for _, rec := range rd.records(isNew) {
		rows = append(rows, planLine(rec))
	}
	done.New, err = planning.Add(ctx, p.Site.Journal, journal.Order{Key: "import/" + i.ID + "/" + typed}, i.Unit, year, rows)
	return err
}

// planLine is a planned trip as a sheet tells it. What can't be read went back.
func planLine(r sheet.Record) quota.Line {
	number := func(name string) int {
		n, err := strconv.Atoi(r.Get(name))
		if err != nil {
			return 0 // not told
		}
		return n
	}
	l := quota.Line{Title: r.Get("title"), Purpose: r.Get("purpose"), Head: r.Get("head"), Category: dossier.Category(r.Get("category")), Fund: dossier.Fund(r.Get("fund")), People: number("people"), Days: number("days")}
	l.Countries = strings.Fields(r.Get("countries"))
	month := r.Get("month")
	if n, err := strconv.Atoi(month[strings.LastIndexByte(month, '-')+1:]); err == nil {
		l.Month = n
	}
	if d, err := money.ParseDecimal(r.Get("amount")); err == nil {
		l.AmountFen = money.Yuan(d).Minor
	}
	return l
}

// seen is the draft's revision that the page showed.
func seen(r *http.Request) int64 {
	n, err := strconv.ParseInt(r.PostFormValue("revision"), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// takePeople records and changes people. What the register refuses meanwhile
// stays behind, and is shown with its reason the next time. It tells whether
// everything was done within the time.
func (p *Pages) takePeople(ctx context.Context, i room.Import, lines []line, also bool, done *room.Taken) (bool, error) {
	until, stop := context.WithTimeout(ctx, takeIn)
	defer stop()
	var mu sync.Mutex
	var failed error
	whole := true
	var wait sync.WaitGroup
	next := make(chan *line)
	for range takers {
		wait.Go(func() {
			for l := range next {
				did, err := p.takePerson(ctx, i, l)
				mu.Lock()
				switch {
				case fault.Findings(err) != nil: // somebody was quicker
					l.Person = ""
				case err != nil && failed == nil:
					failed = err
					stop()
				case did && l.State == isNew:
					done.New++
				case did:
					done.Changed++
				}
				mu.Unlock()
			}
		})
	}
	for k := range lines {
		l := &lines[k]
		if l.State != isNew && !(l.State == changes && also) {
			continue
		}
		select {
		case next <- l:
			continue
		case <-until.Done():
			whole = false
		}
		break
	}
	close(next)
	wait.Wait()
	return whole, failed
}

func (p *Pages) takePerson(ctx context.Context, i room.Import, l *line) (bool, error) {
	if l.State == changes {
		was, _, err := journal.Load(ctx, p.Site.Journal, person.Room, l.Person)
		if err != nil {
			return false, err
		}
		facts := room.PersonFrom(l.Record, was.Facts)
		if facts == was.Facts {
			return false, nil // in the case alone
		}
		return true, p.Work.ChangePerson(ctx, journal.Order{Subject: l.Person}, i.Filing, facts)
	}
	// The id follows from the row and what it says of whom: the same press
	// again finds the same person.
	key := strings.Join([]string{i.ID, strconv.Itoa(l.Row), strconv.Itoa(l.Part), l.Get("idNumber"), l.Get("familyName"), l.Get("givenName")}, "/")
	l.Person = uuid.NewV5(uuid.NamespaceOID, "person/"+key).String()
	return true, p.Work.RecordPerson(ctx, journal.Order{Subject: l.Person, Key: "import/" + l.Person}, i.Unit, i.Filing, room.PersonFrom(l.Record, person.Facts{}))
}

// takeMembers puts people into the case, each once, in the order of the rows.
func (p *Pages) takeMembers(ctx context.Context, i room.Import, lines []line, also bool, revision int64, done *room.Taken) error {
	_, err := p.Work.Drafts.Change(ctx, i.Filing, revision, func(paper *room.Paper) error {
		done.Joined = 0
		headed := slices.ContainsFunc(lines, func(l line) bool { return l.State != goesBack && l.Get("role") == string(dossier.Head) })
		for _, l := range lines {
			if l.Person == "" || l.State == goesBack {
				continue
			}
			added := paper.AddPerson(l.Person)
			if added {
				done.Joined++
			}
			at := slices.Index(paper.People, l.Person)
			role := dossier.Role(l.Get("role"))
			switch {
			case role != "" && (added || also):
				paper.Case.Members[at].Role = role
			case added && headed && paper.Case.Members[at].Role == dossier.Head:
				paper.Case.Members[at].Role = dossier.Ordinary // first by chance; the sheet names another
			}
		}
		return nil
	})
	return err
}

// takeHalves lays the half-days into the draft.
func (p *Pages) takeHalves(ctx context.Context, i room.Import, rd read, also bool, revision int64, done *room.Taken) error {
	which := []state{isNew}
	if also {
		which = append(which, changes)
	}
	hs := room.HalvesFrom(rd.records(which...))
	done.New, done.Changed = rd.count(isNew), 0
	if also {
		done.Changed = rd.count(changes)
	}
	_, err := p.Work.Drafts.Change(ctx, i.Filing, revision, func(paper *room.Paper) error {
		paper.TakeHalves(hs)
		return nil
	})
	return err
}

// postColumns keeps what somebody decided about sheet, head and columns.
func (p *Pages) postColumns(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("import")
	err := r.ParseForm()
	if err == nil {
		err = p.Imports.Change(r.Context(), id, func(d *room.ImportDoc) {
			otherSheet, otherHead := r.PostFormValue("sheet") != r.PostFormValue("_sheet"), r.PostFormValue("header") != r.PostFormValue("_header")
			d.Choice.Hidden = r.PostFormValue("hidden") != ""
			if otherSheet {
				d.Choice = sheet.Choice{Sheet: r.PostFormValue("sheet"), Hidden: d.Choice.Hidden}
			}
			if otherHead {
				d.Choice.Header = 0
				if n, err := strconv.Atoi(dossier.FoldCode(r.PostFormValue("header"))); err == nil && n > 0 {
					d.Choice.Header = n
				}
			}
			if otherSheet || otherHead {
				d.Choice.Columns = nil // another table has other columns
				return
			}
			d.Choice.Columns = map[int]string{}
			for name, v := range r.PostForm {
				if n, ok := strings.CutPrefix(name, "column."); ok && len(v) > 0 {
					if col, err := strconv.Atoi(n); err == nil && col >= 0 && col < 256 {
						d.Choice.Columns[col] = v[0]
						if v[0] == "" {
							d.Choice.Columns[col] = "-"
						}
					}
				}
			}
		})
	}
	p.shelf.drop(id)
	p.Site.Answer(w, r, err, importURL(id)+"?said=columns")
}

func (p *Pages) postDiscard(w http.ResponseWriter, r *http.Request) {
	i, err := p.Imports.Load(r.Context(), r.PathValue("import"))
	if err == nil {
		err = p.Imports.Discard(r.Context(), i.ID)
	}
	p.shelf.drop(i.ID)
	p.Site.Answer(w, r, err, place(i.Form, i.Filing)+"?said=discarded")
}
