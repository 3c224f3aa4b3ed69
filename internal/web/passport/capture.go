package passport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	room "yitang/internal/passport"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// pictures are the fields of a sample, in the order in which they are taken.
var pictures = []string{"photo", "fingerRight", "fingerLeft", "signature"}

// captureView is the capture station with files in place of a driver.
type captureView struct {
	Head      ui.Head
	Errors    ui.ErrorSummary
	Note      ui.Note
	Facts     ui.Facts
	Action    string
	Key       string
	Booking   string
	Pictures  []pictureField
	Exemption ui.Field
	Form      ui.Field // the sealed form of an exemption
	Card      ui.Field
	Record    ui.Button
	Look      ui.Button
	Back      ui.Link
}

// pictureField is one picture: what lies on the tray already, and where the
// next one comes from.
type pictureField struct {
	Name  string
	Label string
	Hint  string
	Error string
	Shown string // address of the one that is good already; ""
	Alt   string
	Tag   ui.Tag
}

func (f pictureField) describedBy() string {
	by := ui.FieldID(f.Name) + "-hint"
	if f.Error != "" {
		by += " " + ui.FieldID(f.Name) + "-error"
	}
	return by
}

func (p *Pages) getCapture(w http.ResponseWriter, r *http.Request) { p.showCapture(w, r, nil) }

func (p *Pages) showCapture(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("order")
	o, _, err := p.order(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if o.Stage != room.IsOrdered && o.Stage != room.IsCaptured {
		p.Site.Fail(w, r, fault.NotNow("passport.capture.not_now", o.Stage))
		return
	}
	booking, arrived, err := p.visitToday(ctx, id, o)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	beside, held := ui.FieldErrors(ctx, failed), p.tray.get(p.trayKey(r), p.Journal.Now())
	i := o.Identity
	v := captureView{Action: captureURL(id), Key: web.NewKey(), Booking: booking,
		Head: ui.Head{Title: ui.T(ctx, "making.capture.title", "Name", nameOf(i)), Lead: place(ctx, i)},
		Facts: ui.Facts{{Term: ui.T(ctx, "making.fact.card"), Value: i.IDNumber}, {Term: ui.T(ctx, "making.fact.born"), Value: ui.Date(ctx, i.DateOfBirth)}, {Term: ui.T(ctx, "making.fact.sex"), Value: sexName(ctx, i.Sex)},
			{Term: ui.T(ctx, "making.fact.latin"), Value: latinOf(i), Lang: "zh-Latn"}, {Term: ui.T(ctx, "making.fact.type"), Value: typeName(ctx, o.Type)}},
		Card:      ui.Field{Kind: ui.Check, Name: "cardSeen", Label: ui.T(ctx, "making.card"), Hint: ui.T(ctx, "making.card.hint"), Value: r.FormValue("cardSeen"), Error: beside["cardSeen"]},
		Exemption: ui.Field{Name: "exemption", Label: ui.T(ctx, "making.exemption"), Hint: ui.T(ctx, "making.exemption.hint"), Optional: true, Value: cmp.Or(r.FormValue("exemption"), ui.Reason(ctx, room.ExemptionOf(o.Type)))},
		Form:      ui.Field{Kind: ui.Check, Name: "exemptionForm", Label: ui.T(ctx, "making.exemption_form"), Hint: ui.T(ctx, "making.exemption_form.hint"), Optional: true, Value: r.FormValue("exemptionForm"), Error: beside["exemptionForm"]},
		Record:    ui.Button{Text: ui.T(ctx, "making.capture.do"), Name: "do", Value: "record"},
		Look:      ui.Button{Text: ui.T(ctx, "making.capture.look"), Name: "do", Value: "look", Kind: ui.Second},
		Back:      ui.Link{Text: ui.T(ctx, "making.to_order"), URL: orderURL(id)}}
	add(&v.Facts, ui.T(ctx, "making.fact.birth_place"), i.BirthPlace, "")
	add(&v.Facts, ui.T(ctx, "making.fact.kept"), keptBefore(ctx, o.Known), "")
	earlier, there, err := room.LastCapture(ctx, p.Journal.Store, o.Person, p.Journal.Today(), id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if there { // and yet it doesn't serve this booklet, or is to be done better
		add(&v.Facts, ui.T(ctx, "making.fact.earlier"), ui.T(ctx, "making.earlier.until", "Day", ui.Date(ctx, earlier.CaptureUntil)), "")
	}
	switch {
	case o.Stage == room.IsCaptured:
		v.Note = ui.Note{State: ui.Warn, Text: ui.T(ctx, "making.capture.again")}
	case room.ExemptionOf(o.Type) != "":
		v.Note, v.Card.Optional, v.Card.Hint = ui.Note{State: ui.Info, Text: ui.T(ctx, "making.capture.nobody")}, true, ""
	case booking == "":
		v.Note = ui.Note{State: ui.Warn, Text: ui.T(ctx, "making.capture.no_visit")}
	case !arrived:
		v.Note = ui.Note{State: ui.Info, Text: ui.T(ctx, "making.capture.not_arrived")}
	}
	// ui:keys making.file.*
	for _, name := range pictures {
		f := pictureField{Name: name, Label: ui.T(ctx, "making.file."+name), Hint: ui.T(ctx, "making.file."+name+".hint"), Error: beside[name]}
		if len(held[name]) > 0 {
			f.Shown, f.Alt = captureURL(id)+"/taken/"+name, ui.T(ctx, "making.file.alt", "What", f.Label, "Name", nameOf(i))
			f.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "making.file.good"), Long: true}
		}
		v.Pictures = append(v.Pictures, f)
	}
	labels := map[string]string{}
	for _, f := range v.Pictures {
		labels[f.Name] = f.Label
	}
	v.Errors = summary(ctx, failed, labels)
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Main: "wrap stack desk", Errors: len(v.Errors.Errors),
		Crumbs: []ui.Link{{Text: ui.T(ctx, "making.orders"), URL: "/orders"}, {Text: nameOf(i), URL: orderURL(id)}, {Text: ui.T(ctx, "making.pictures.take")}}}, capturePage(v))
}

// ui:keys making.sex.*
func sexName(ctx context.Context, s string) string {
	if key := "making.sex." + s; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return s
}

func (p *Pages) trayKey(r *http.Request) trayKey {
	return trayKey{web.Who(r).Account, r.PathValue("order")}
}

// visitToday is the visit of today to which a capture belongs, and whether the
// window has noted that the person is there; "" without one.
func (p *Pages) visitToday(ctx context.Context, order string, o room.Order) (id string, arrived bool, err error) {
	today := p.Journal.Today()
	bs, err := hall.OfFiling(ctx, p.Journal.Store, o.Filing)
	if err != nil {
		return "", false, err
	}
	for _, b := range bs {
		if b.State.Live() && b.Day == today && slices.Contains(b.People, o.Person) {
			id = b.ID
			break
		}
	}
	vs, err := hall.VisitsOf(ctx, p.Journal.Store, o.Filing)
	for _, v := range vs { // of those who booked together some may not have come
		if v.Day == today && v.Presence != hall.NotCome && slices.Contains(v.People, o.Person) {
			return cmp.Or(id, v.ID), true, nil
		}
	}
	if err == nil && id == "" {
		return p.alongToday(ctx, order, o)
	}
	return id, false, err
}

// alongToday is the same of a visit of another case that goes with the same booklet.
func (p *Pages) alongToday(ctx context.Context, order string, o room.Order) (id string, arrived bool, err error) {
	list, err := p.expected(ctx)
	for _, c := range list {
		if c.Filing == o.Filing {
			continue
		}
		of, err := p.theirs(ctx, c.Filing, c.Person)
		if err != nil {
			return "", false, err
		}
		if of == order {
			return c.Booking, c.Here, nil
		}
	}
	return "", false, err
}

func (p *Pages) postCapture(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("order")
	only, err := p.capture(r)
	if fault.Findings(err) != nil {
		p.showCapture(w, r, err)
		return
	}
	to := orderURL(id)
	if only {
		to = captureURL(id) + "?" + url.Values{"exemption": {r.FormValue("exemption")}, "exemptionForm": {r.FormValue("exemptionForm")}, "cardSeen": {r.FormValue("cardSeen")}}.Encode()
	}
	p.Site.Answer(w, r, err, to)
}

// taken is a sample that a device has given already.
type taken room.Sample

func (t taken) Capture(context.Context) (room.Sample, error) { return room.Sample(t), nil }

// capture reads the station's files, beside what lies on the tray, and records
// the capture when all of them will do; with look only it judges what is there.
// Good pictures wait on the tray for the others; those of a recorded capture
// are in this zone's store, and nowhere else.
func (p *Pages) capture(r *http.Request) (look bool, err error) {
	ctx, id, key := r.Context(), r.PathValue("order"), p.trayKey(r)
	if err := r.ParseMultipartForm(8 << 20); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return false, err
		}
		return false, fault.Field("photo", "upload.cut_off", nil)
	}
	defer r.MultipartForm.RemoveAll()
	o, _, err := p.order(ctx, id)
	if err != nil {
		return false, err
	}
	held := p.tray.get(key, p.Journal.Now())
	files, empty, err := uploaded(r)
	if err != nil {
		return false, err
	}
	reader := func(name string) io.Reader {
		if b, ok := files[name]; ok {
			return bytes.NewReader(b)
		}
		return bytes.NewReader(held[name])
	}
	device := room.FileDevice{Photo: reader("photo"), Fingers: []io.Reader{reader("fingerRight"), reader("fingerLeft")}, Signature: reader("signature")}
	s, err := device.Capture(ctx)
	if err != nil {
		return false, err
	}
	exemption := strings.TrimSpace(r.FormValue("exemption"))
	if ours := room.ExemptionOf(o.Type); exemption == "" || exemption == ui.Reason(ctx, ours) {
		exemption = ours // as the program proposed it: each reader is told in their language
	}
	wrong := p.byRule(o, s, exemption, formSeen(r), judged(s, exemption, empty))
	good := map[string][]byte{"photo": s.Photo, "fingerRight": s.Fingers[0], "fingerLeft": s.Fingers[1], "signature": s.Signature}
	for name, b := range good {
		if len(b) == 0 || slices.ContainsFunc(wrong, func(f fault.Finding) bool { return f.Field == name }) {
			delete(good, name)
		}
	}
	p.tray.put(key, p.Journal.Now(), good)
	if r.FormValue("do") == "look" {
		wrong = slices.DeleteFunc(wrong, func(f fault.Finding) bool {
			return f.Key == missing || f.Key == "making.file.missing" || f.Rule == "PPT-013"
		}) // they come later
		if len(wrong) > 0 {
			return true, fault.Invalid(wrong...)
		}
		return true, nil
	}
	cmd := room.Capture{Wrong: wrong}
	if len(wrong) == 0 {
		if cmd, err = room.Take(ctx, taken(s), p.Blobs, exemption); err != nil {
			return false, err
		}
	}
	cmd.CardSeen, cmd.FormSeen = r.FormValue("cardSeen") != "", formSeen(r)
	cmd.Within = calendar.Workdays(p.Needs().BookletWorkdays)
	if p.LossWait != nil {
		cmd.Wait = p.LossWait()
	}
	if cmd.Booking, _, err = p.visitToday(ctx, id, o); err != nil {
		return false, err
	}
	if _, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: id, Key: web.Key(r)}, cmd); err == nil {
		p.tray.put(key, p.Journal.Now(), nil)
	}
	return false, err
}

const missing = "passport.capture.missing"

// judged is the room's judgement, with the words for files that are empty
// and for pictures that nobody is exempt from.
func judged(s room.Sample, exemption string, empty map[string]bool) []fault.Finding {
	wrong := room.Judge(s, exemption)
	for i, f := range wrong {
		switch {
		case f.Key != missing:
		case empty[f.Field]:
			wrong[i].Key = "upload.empty"
		case f.Field == "photo" || f.Field == "signature": // which nobody is exempt from
			wrong[i].Key = "making.file.missing"
		}
	}
	return wrong
}

// uploaded reads the files of the form; the names of those with nothing in them
// apart. A field without a file is in neither.
func uploaded(r *http.Request) (files map[string][]byte, empty map[string]bool, err error) {
	files, empty = map[string][]byte{}, map[string]bool{}
	for _, name := range pictures {
		f, head, err := r.FormFile(name)
		if errors.Is(err, http.ErrMissingFile) {
			continue
		}
		if err != nil {
			return nil, nil, fmt.Errorf("opening the %s: %w", name, err)
		}
		b, err := io.ReadAll(f)
		f.Close()
		if err != nil {
			return nil, nil, fmt.Errorf("reading the %s: %w", name, err)
		}
		switch {
		case len(b) > 0:
			files[name] = b
		case head.Filename != "":
			files[name], empty[name] = nil, true
		}
	}
	return files, empty, nil
}
