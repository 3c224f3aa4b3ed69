package passport

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/hall"
	"yitang/internal/journal"
	room "yitang/internal/passport"
	"yitang/internal/requirement"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// orderView is one order: where it stands, the next step, whom it is for, what happened.
type orderView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Note     ui.Note
	Losses   []ui.Note
	Next     ui.Next
	More     []ui.Button  // other things that can be done now
	Found    *ui.Findings // what the rules say of the order before anything is made
	MRZ      []string
	Facts    ui.Facts
	Booklet  ui.Facts
	Endorse  formView // for the endorsements of a permit, while they can be made
	Pictures []picture
	Made     []made.Line
	Show     ui.Button // has the pictures shown, which goes on record
	Timeline ui.Timeline
}

type picture struct{ URL, Alt, Label string }

func (p *Pages) getOrder(w http.ResponseWriter, r *http.Request) { p.showOrder(w, r, nil) }

func (p *Pages) showOrder(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("order")
	o, version, err := p.order(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	row, _, err := room.One(ctx, p.Journal.Store, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	who, i := web.Who(r), o.Identity
	v := orderView{Errors: ui.Summarise(ctx, failed),
		Head:    ui.Head{Title: ui.T(ctx, "making.order.title", "Name", nameOf(i), "Type", typeName(ctx, o.Type)), Lead: place(ctx, i), Tag: stageTag(ctx, o.Stage, o.Why)},
		Facts:   orderFacts(ctx, o, row),
		Booklet: bookletFacts(ctx, o, row, o.Stage != room.IsMade || o.By(who.Account))}
	if err := p.appointment(ctx, &v.Facts, row); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.Next, err = p.next(r, o, row, version); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if row.Overdue(p.Journal.Today()) {
		v.Note = ui.Note{State: ui.Stop, Text: ui.T(ctx, "making.late", "Day", ui.MonthDay(ctx, row.Due), "Count", row.Due.DaysUntil(p.Journal.Today()))}
	}
	if row.Tried > 0 && o.Stage != room.IsStopped {
		v.Note = ui.Note{State: ui.Warn, Text: ui.T(ctx, "making.tried", "Count", row.Tried, "Why", row.WhyNot)}
	}
	if o.Stage == room.IsMade && !o.Misprinted() && who.Account == o.MadeBy && !o.EndorseOnly() {
		lines := o.Page(o.Number, o.Expires).MRZ()
		v.MRZ = lines[:] // whoever checks reads them from the booklet, not from here
	}
	if v.Losses, err = p.lossesOf(ctx, row.Person); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.More = more(ctx, who, id, o)
	v.Found = p.doubts(ctx, o)
	v.Endorse = p.endorseForm(r, id, o, version, failed)
	v.Made = p.made(ctx, id, o)
	p.pictures(r, &v, id, o)
	if v.Timeline, err = p.history(ctx, id); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Main: "wrap stack", Errors: len(v.Errors.Errors),
		Crumbs: []ui.Link{{Text: ui.T(ctx, "making.orders"), URL: "/orders"}, {Text: nameOf(i)}}}, orderPage(v))
}

func add(fs *ui.Facts, term, value, lang string) {
	if value != "" {
		*fs = append(*fs, ui.Fact{Term: term, Value: value, Lang: lang})
	}
}

// orderFacts are whom the booklet is for and why.
//
// ui:keys making.why.*
func orderFacts(ctx context.Context, o room.Order, row room.Row) ui.Facts {
	i, fs := o.Identity, ui.Facts{}
	add(&fs, ui.T(ctx, "making.fact.latin"), latinOf(i), "zh-Latn")
	add(&fs, ui.T(ctx, "making.fact.sex"), sexName(ctx, i.Sex), "")
	add(&fs, ui.T(ctx, "making.fact.born"), ui.Date(ctx, i.DateOfBirth), "")
	add(&fs, ui.T(ctx, "making.fact.birth_place"), i.BirthPlace, "")
	add(&fs, ui.T(ctx, "making.fact.card"), dossier.MaskID(i.IDNumber), "")
	add(&fs, ui.T(ctx, "making.fact.post"), postOf(ctx, i), "")
	add(&fs, ui.T(ctx, "making.fact.kept"), keptBefore(ctx, o.Known), "")
	if row.ApprovalWas == "" {
		add(&fs, ui.T(ctx, "making.fact.approval"), row.Approval, "")
	} else {
		add(&fs, ui.T(ctx, "making.fact.approval.now"), ui.T(ctx, "making.fact.approval.replaces", "Number", row.Approval, "Day", ui.Date(ctx, row.ApprovalOn), "Was", row.ApprovalWas), "")
	}
	if key := "making.why." + row.Why; ui.Known(key) {
		why := ui.T(ctx, key)
		if lost := o.Known.LostOn; row.Why == string(requirement.NewBooklet) && !lost.IsZero() {
			why = ui.T(ctx, "making.why.lost", "Day", ui.Date(ctx, lost))
		}
		add(&fs, ui.T(ctx, "making.fact.why"), why, "")
	}
	add(&fs, ui.T(ctx, "making.fact.regions"), regionsWanted(ctx, o), "")
	if o.PermitTail != "" {
		add(&fs, ui.T(ctx, "making.fact.permit"), ui.T(ctx, "keeping.tail", "Tail", o.PermitTail), "")
	}
	add(&fs, ui.T(ctx, "making.fact.depart"), ui.Date(ctx, row.Depart), "")
	due := ui.Date(ctx, row.Due)
	if row.Waits() {
		due = ui.T(ctx, "making.from_capture")
	}
	add(&fs, ui.T(ctx, "making.fact.due"), due, "")
	return fs
}

// postOf is somebody's department, post and rank.
//
// ui:keys word.rank.*
func postOf(ctx context.Context, i approval.Identity) string {
	rank := ""
	if i.Rank != "" && i.Rank != string(dossier.NoRank) {
		rank = ui.T(ctx, "word.rank."+i.Rank)
	}
	return ui.Clauses(ctx, i.Department, i.Post, rank)
}

// keptBefore are the booklets of the same kind that the office had when it asked.
func keptBefore(ctx context.Context, k approval.Known) string {
	var out []string
	for _, b := range k.Kept {
		out = append(out, ui.T(ctx, "making.kept", "Tail", b.Tail, "Day", ui.Date(ctx, b.Expires)))
	}
	return ui.List(ctx, out)
}

// appointment adds when somebody comes to be captured, until they were.
func (p *Pages) appointment(ctx context.Context, fs *ui.Facts, row room.Row) error {
	if row.Stage != room.IsOrdered {
		return nil
	}
	all, err := hall.OfFiling(ctx, p.Journal.Store, row.Filing)
	if err != nil {
		return err
	}
	value := ui.T(ctx, "making.appointment.none")
	for _, b := range all {
		if b.State.Live() && slices.Contains(b.People, row.Person) {
			value = ui.Clauses(ctx, progress.When(ctx, b.Day, b.Slot), b.Number)
		}
	}
	add(fs, ui.T(ctx, "making.fact.appointment"), value, "")
	return nil
}

// bookletFacts are what was captured and made. Whoever checks endorsements reads
// them from the permit, and not from here.
//
// ui:keys making.captured.*
func bookletFacts(ctx context.Context, o room.Order, row room.Row, endorsed bool) ui.Facts {
	fs := ui.Facts{}
	if o.Photo != "" {
		add(&fs, ui.T(ctx, "making.fact.captured"), ui.T(ctx, "making.captured."+string(row.Quality)), "")
		add(&fs, ui.T(ctx, "making.fact.until"), ui.Date(ctx, row.CaptureUntil), "")
	}
	if o.Number != "" {
		add(&fs, ui.T(ctx, "making.fact.number"), o.Number, "")
		add(&fs, ui.T(ctx, "making.fact.valid"), ui.Span(ctx, o.Issued, o.Expires), "")
	}
	for _, s := range o.Stamps {
		if !endorsed {
			break
		}
		add(&fs, ui.T(ctx, "making.fact.endorsed", "Place", ui.T(ctx, "making.region."+s.Region)), ui.T(ctx, "making.stamp.until", "Kind", ui.T(ctx, "making.stamp."+string(s.Kind)), "Until", ui.Date(ctx, s.Until)), "")
	}
	return fs
}

// next is the one step that comes now, and whose it is.
func (p *Pages) next(r *http.Request, o room.Order, row room.Row, version journal.Version) (ui.Next, error) {
	ctx, who, id := r.Context(), web.Who(r), r.PathValue("order")
	by := ui.T(ctx, "making.by_day", "Day", ui.MonthDay(ctx, row.Due))
	if row.Waits() {
		by = "" // the promise counts from the capture
	}
	send := []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "_seen", Value: fmt.Sprint(int64(version))}}
	theirs := func(act string) ui.Next {
		return ui.Next{Turn: ui.Theirs, Owes: ui.T(ctx, "making.officer"), By: by, Act: act}
	}
	switch o.Stage {
	case room.IsOrdered:
		if !who.May(access.CapturePerson) {
			return theirs(ui.T(ctx, "making.do.capture")), nil
		}
		return ui.Next{Turn: ui.Yours, By: by, Act: ui.T(ctx, "making.do.capture"), Text: ui.T(ctx, "making.do.capture.text"), Actions: []ui.Button{{Text: ui.T(ctx, "making.capture"), URL: captureURL(id), Key: "Enter"}}}, nil
	case room.IsCaptured:
		if o.EndorseOnly() {
			if !who.May(access.MakeBooklet) {
				return theirs(ui.T(ctx, "making.do.endorse")), nil
			}
			return ui.Next{Turn: ui.Yours, By: by, Act: ui.T(ctx, "making.do.endorse"), Text: ui.T(ctx, "making.do.endorse.text")}, nil
		}
		if !who.May(access.MakeBooklet) {
			return theirs(ui.T(ctx, "making.do.make")), nil
		}
		return p.nextMake(ctx, id, o, by, send)
	case room.IsMade:
		if o.Misprinted() {
			return spoilFirst(ctx, who, id, by), nil
		}
		if len(o.Regions) > 0 && len(o.Stamps) == 0 {
			if !who.May(access.MakeBooklet) {
				return theirs(ui.T(ctx, "making.do.endorse")), nil
			}
			return ui.Next{Turn: ui.Yours, By: by, Act: ui.T(ctx, "making.do.endorse"), Text: ui.T(ctx, "making.do.endorse.before")}, nil
		}
		if !who.May(access.MakeBooklet) || o.By(who.Account) {
			n := theirs(ui.T(ctx, "making.do.check"))
			n.Owes = ui.T(ctx, "making.other_officer")
			if o.By(who.Account) {
				n.Text = ui.T(ctx, "making.other_checks")
			}
			return n, nil
		}
		return ui.Next{Turn: ui.Yours, By: by, Act: ui.T(ctx, "making.do.check"), Text: ui.T(ctx, "making.do.check.text"), Actions: []ui.Button{{Text: ui.T(ctx, "making.do.check"), URL: orderURL(id) + "/check", Key: "Enter"}}}, nil
	case room.IsChecked:
		if o.Misprinted() {
			return spoilFirst(ctx, who, id, by), nil
		}
		if !who.May(access.MakeBooklet) {
			return theirs(ui.T(ctx, "making.do.handover")), nil
		}
		return ui.Next{Turn: ui.Yours, By: by, Act: ui.T(ctx, "making.do.handover"), Text: ui.T(ctx, "making.do.handover.text"), Actions: []ui.Button{{Text: ui.T(ctx, "making.do.handover"), Post: orderURL(id) + "/handover", Send: send}}}, nil
	case room.IsStopped:
		return ui.Next{Turn: ui.Nobody, Act: ui.T(ctx, "making.stopped"), Text: ui.T(ctx, "making.stopped.why", "Why", row.WhyNot)}, nil
	case room.IsHandedOver, room.Nothing:
	}
	return ui.Next{Turn: ui.Nobody, Act: ui.T(ctx, "making.finished"), Text: ui.T(ctx, "making.finished.text")}, nil
}

// spoilFirst is the step of a booklet that was made before its data were corrected.
func spoilFirst(ctx context.Context, who access.Who, id, by string) ui.Next {
	n := ui.Next{Turn: ui.Yours, By: by, Act: ui.T(ctx, "making.misprinted"), Text: ui.T(ctx, "making.misprinted.text"), Actions: []ui.Button{{Text: ui.T(ctx, "making.do.spoil"), URL: orderURL(id) + "/spoil", Key: "Enter"}}}
	if !who.May(access.MakeBooklet) {
		n.Turn, n.Owes, n.Actions = ui.Theirs, ui.T(ctx, "making.officer"), nil
	}
	return n
}

// more is what else can be done with an order at its stage.
func more(ctx context.Context, who access.Who, id string, o room.Order) []ui.Button {
	switch {
	case o.EndorseOnly(): // nothing is captured, nothing made
	case o.Stage == room.IsCaptured && who.May(access.CapturePerson):
		return []ui.Button{{Text: ui.T(ctx, "making.capture.anew"), URL: captureURL(id), Kind: ui.Plain}}
	case o.Misprinted(): // is the next step
	case (o.Stage == room.IsMade || o.Stage == room.IsChecked) && who.May(access.MakeBooklet):
		return []ui.Button{{Text: ui.T(ctx, "making.do.spoil"), URL: orderURL(id) + "/spoil", Kind: ui.Plain}}
	}
	return nil
}

// pictures offers photo and signature, and shows them when they were asked for.
func (p *Pages) pictures(r *http.Request, v *orderView, id string, o room.Order) {
	ctx := r.Context()
	if o.Photo == "" || !web.Who(r).May(access.CapturePerson) {
		return
	}
	if r.URL.Query().Get("show") != "pictures" {
		v.Show = ui.Button{Text: ui.T(ctx, "making.pictures.show"), URL: orderURL(id) + "?show=pictures#pictures", Kind: ui.Second}
		return
	}
	v.Pictures = printed(ctx, id, o)
}

// printed are the pictures that a booklet carries.
func printed(ctx context.Context, id string, o room.Order) []picture {
	var out []picture
	for _, what := range []string{"photo", "signature"} {
		label := ui.T(ctx, "making.file."+what)
		out = append(out, picture{URL: orderURL(id) + "/picture/" + what, Label: label, Alt: ui.T(ctx, "making.file.alt", "What", label, "Name", nameOf(o.Identity))})
	}
	return out
}

// history is what happened to an order, newest first.
//
// ui:keys making.did.*
func (p *Pages) history(ctx context.Context, id string) (ui.Timeline, error) {
	events, err := p.Journal.History(ctx, journal.Ref{Kind: room.Room.Kind, ID: id})
	if err != nil {
		return nil, err
	}
	var accounts []string
	for _, e := range events {
		accounts = append(accounts, e.Actor.Account)
	}
	names, err := account.Names(ctx, p.Journal.Store, accounts)
	if err != nil {
		return nil, err
	}
	var out ui.Timeline
	for _, e := range events {
		out = append(out, ui.Happening{At: e.At, What: ui.T(ctx, "making.did."+e.Kind), Who: names[e.Actor.Account], Zone: zone.Passport, Note: noteOf(ctx, e.Body)})
	}
	slices.Reverse(out)
	return out, nil
}

func noteOf(ctx context.Context, body any) string {
	switch b := body.(type) {
	case room.Captured:
		return ui.T(ctx, "making.captured."+string(b.Quality))
	case room.Made:
		return b.Number.Or("")
	case room.Spoiled:
		return ui.T(ctx, "making.spoiled", "Number", b.Number.Or(""), "Why", b.Reason)
	case room.Endorsed:
		var all []string
		for _, s := range b.Stamps {
			all = append(all, ui.T(ctx, "making.region."+s.Region)+" "+ui.T(ctx, "making.stamp."+string(s.Kind)))
		}
		return ui.List(ctx, all)
	case room.Amended:
		return ui.T(ctx, "making.amended", "Day", ui.Date(ctx, b.Depart), "Due", ui.Date(ctx, b.Due))
	case room.Stopped:
		return b.Reason
	}
	return ""
}
