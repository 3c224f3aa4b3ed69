package config

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	room "yitang/internal/config"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

type versionView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Facts    ui.Facts
	Mistakes []string
	Brings   []string // what its beginning changes on the register and in the hall
	May      bool
	Key      string
	Seen     string
	Number   int
	Force    []ui.Field
	Begins   []beginView
	Revert   ui.Field
	Diffs    []pack.FileDiff
	DiffNote string
	Sums     string
	More     ui.Button // goes on with the cases that are left; none when all were compared
	Against  string    // what its effects are compared with
	Differ   ui.Table
	Goes     ui.Table
}

type beginView struct {
	Says   string
	Day    string // that can be taken back; "" when it has begun
	Reason ui.Field
}

func (p *Pages) getVersion(w http.ResponseWriter, r *http.Request) { p.showVersion(w, r, nil) }

// ui:keys config.origin_of.*
// ui:keys config.seal.*
// ui:keys config.fact.*
func (p *Pages) showVersion(w http.ResponseWriter, r *http.Request, bad error) {
	ctx := r.Context()
	row, there, err := room.One(ctx, p.Office.Store, number(r))
	if err == nil && !there {
		err = fault.NotFound("configuration version")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := versionView{May: web.Who(r).May(access.Configure), Key: web.NewKey(), Number: row.Number, Errors: ui.Summarise(ctx, bad)}
	content, err := p.Office.Packs.Version(ctx, row.Number)
	if err == nil {
		err = p.fillVersion(r, &v, row, content, bad)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if bad != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, called(ctx, row.Number))}, versionPage(v))
}

func (p *Pages) fillVersion(r *http.Request, v *versionView, row room.Row, content pack.Content, bad error) error {
	ctx := r.Context()
	_, seen, err := journal.Load(ctx, p.Office.Journal, room.Room, room.ID)
	if err != nil {
		return err
	}
	v.Seen = fmt.Sprint(int64(seen))
	begins, err := room.Begins(ctx, p.Office.Store)
	if err != nil {
		return err
	}
	v.Head = ui.Head{Title: ui.T(ctx, "config.v.title", "Version", called(ctx, row.Number), "Reason", row.Reason), Tag: p.state(ctx, row, begins),
		Actions: []ui.Button{{Text: ui.T(ctx, "config.v.zip"), URL: versionURL(row.Number) + "/zip", Kind: ui.Second}}}
	fact := func(key, value string) {
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "config.fact."+key), Value: value})
	}
	fact("who", p.author(ctx, row))
	fact("when", ui.Date(ctx, calendar.DateOf(row.At)))
	fact("origin", ui.T(ctx, "config.origin_of."+string(row.Origin)))
	if row.Seal != "" {
		fact("seal", ui.T(ctx, "config.seal."+row.Seal))
	}
	fact("parent", called(ctx, row.Parent))
	fact("rule_set", row.RuleSet)
	fact("trials", ui.T(ctx, "config.trials", "Count", row.Trials-row.Changed))
	base, err := p.Office.Packs.Base(ctx)
	if err != nil {
		return err
	}
	var report pack.Report
	if row.Base == string(base.Version) && row.Mistakes == 0 {
		report.Set, report.Mistakes = base.Lay(content) // it was checked over the same data
	} else if report, err = p.Office.CheckPack(ctx, content); err != nil {
		return err
	}
	for _, m := range report.Mistakes {
		lang := "zh"
		if english(ctx) {
			lang = "en"
		}
		v.Mistakes = append(v.Mistakes, m.In(lang))
	}
	if report.Set != nil {
		brings, err := p.Office.Brings(ctx, report.Set)
		if err != nil {
			return err
		}
		for _, b := range brings {
			if english(ctx) {
				b.Zh = b.En
			}
			v.Brings = append(v.Brings, b.Zh)
		}
	}
	was := pack.Content{}
	if row.Parent > 0 {
		if was, err = p.Office.Packs.Version(ctx, row.Parent); err != nil {
			return err
		}
	}
	inForce, err := p.Office.Packs.Number(ctx)
	if err != nil {
		return err
	}
	v.Against = ui.T(ctx, "config.edit.against", "Version", called(ctx, inForce))
	if v.May && row.Number != inForce {
		v.Head.Actions = append(v.Head.Actions, ui.Button{Text: ui.T(ctx, "config.base.take"), URL: "/config?base=" + strconv.Itoa(row.Number), Kind: ui.Second})
	}
	v.Diffs, v.DiffNote = pack.Diff(was, content), ui.T(ctx, "config.v.diff", "Version", called(ctx, row.Parent))
	if report.Set != nil && report.Set.Version != p.Office.Packs.Now().Version && base != nil {
		c, err := p.comparing.of(r, p.Office, report.Set, r.FormValue("more") != "")
		if err != nil {
			return err
		}
		if c.Cut {
			v.More = ui.Button{Text: ui.T(ctx, "config.compare_more", "Count", c.Of-c.Cases), URL: versionURL(row.Number) + "?more=1#differ", Kind: ui.Second}
		}
		v.Sums, v.Differ, v.Goes = p.compared(ctx, c, web.Who(r).May(access.SeeCase))
	}
	p.forms(r, v, row, begins, report, bad)
	return nil
}

func (p *Pages) forms(r *http.Request, v *versionView, row room.Row, begins []room.Begin, report pack.Report, bad error) {
	ctx, beside := r.Context(), ui.FieldErrors(r.Context(), bad)
	today := p.Office.Journal.Today()
	// Each form has a field of its own: what is wrong with one isn't said at another.
	reason := func(name string) ui.Field {
		return ui.Field{Kind: ui.Text, Name: name, Label: ui.T(ctx, "config.reason"), Value: r.PostFormValue(name), Error: beside[name], Max: 200}
	}
	for _, b := range begins {
		if b.Number != row.Number {
			continue
		}
		x := beginView{Says: ui.T(ctx, "config.v.begins", "Day", ui.Date(ctx, b.On), "Reason", b.Reason), Reason: reason(backReason(b.On.String()))}
		if !b.Back.IsZero() {
			x.Says = ui.T(ctx, "config.v.taken_back", "Day", ui.Date(ctx, b.On), "Reason", b.Why)
		} else if b.On.After(today) && v.May {
			x.Day = b.On.String()
		}
		v.Begins = append(v.Begins, x)
	}
	if v.May && report.Holds() {
		on := r.PostFormValue("on")
		if on == "" {
			on = today.Next().String()
		}
		v.Force = []ui.Field{{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "config.v.on"), Hint: ui.T(ctx, "config.v.on.hint"), Value: on, Error: beside["on"]}, reason("reason")}
	}
	v.Revert = reason(revertReason)
}

func (p *Pages) getZip(w http.ResponseWriter, r *http.Request) {
	c, err := p.Office.ExportPack(r.Context(), number(r))
	var z []byte
	if err == nil {
		z, err = c.Zip()
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/zip")
	w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="yitang-pack-%d.zip"`, number(r)))
	if _, err := w.Write(z); err != nil {
		p.Site.Log.Warn("writing a pack", "err", err)
	}
}

// after answers a form of a version: back to its page, or the page with what
// is wrong.
func (p *Pages) after(w http.ResponseWriter, r *http.Request, number int, err error) {
	switch {
	case err == nil:
		http.Redirect(w, r, versionURL(number), http.StatusSeeOther)
	case fault.Findings(err) != nil:
		p.showVersion(w, r, err)
	default:
		p.Site.Fail(w, r, err)
	}
}

func (p *Pages) postForce(w http.ResponseWriter, r *http.Request) {
	on, err := calendar.Parse(strings.TrimSpace(r.PostFormValue("on")))
	if err != nil {
		err = fault.Field("on", "config.day.unreadable", nil)
	} else {
		err = p.Office.PutInForce(r.Context(), web.Order(r, room.ID), number(r), on, r.PostFormValue("reason"))
	}
	p.after(w, r, number(r), err)
}

func (p *Pages) postBack(w http.ResponseWriter, r *http.Request) {
	on, err := calendar.Parse(r.PostFormValue("day"))
	if err != nil {
		err = fault.NotFound("configuration version in force")
	} else {
		_, err = journal.Do(r.Context(), p.Office.Journal, room.Room, web.Order(r, room.ID), room.TakeBack{Number: number(r), On: on, Reason: r.PostFormValue(backReason(on.String()))})
	}
	p.after(w, r, number(r), besides(err, backReason(on.String())))
}

// The names of the fields for a reason on a version's page.
const revertReason = "revert.reason"

func backReason(day string) string { return "back." + day }

// besides gives what is wrong with a reason to the field that it was typed into.
func besides(err error, field string) error {
	fs := fault.Findings(err)
	if fs == nil {
		return err
	}
	fs = slices.Clone(fs)
	for i := range fs {
		if fs[i].Field == "reason" {
			fs[i].Field = field
		}
	}
	return fault.Invalid(fs...)
}

// postRevert saves the content of an earlier version again, as a new one; of
// number 0 what the program brings, without anything of the office's own.
func (p *Pages) postRevert(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	built := r.PathValue("number") == "0"
	c, err := p.Office.Packs.Version(ctx, number(r))
	switch {
	case built:
		c = pack.Content{}
	case err == nil && c == nil:
		err = fault.NotFound("configuration version")
	}
	saved := number(r)
	if err == nil {
		var state room.Config
		if state, _, err = journal.Load(ctx, p.Office.Journal, room.Room, room.ID); err == nil {
			saved, _, err = p.save(ctx, r, c, node.SavedPack{Parent: state.Last, Author: web.Who(r).Name, Reason: r.PostFormValue(revertReason), Origin: room.Reverted})
		}
	}
	if err = besides(err, revertReason); err != nil {
		saved = number(r)
	}
	if built && fault.Findings(err) != nil {
		p.showOverview(w, r, err)
		return
	}
	p.after(w, r, saved, err)
}

func (p *Pages) save(ctx context.Context, r *http.Request, c pack.Content, how node.SavedPack) (int, pack.Report, error) {
	return p.Office.SavePack(ctx, web.Order(r, room.ID), c, how)
}

// maxUpload is far above any honest pack.
const maxUpload = 8 << 20

func (p *Pages) postImport(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	c, err := uploaded(r)
	n := 0
	if err == nil {
		how := node.SavedPack{Author: web.Who(r).Name, Reason: r.PostFormValue("reason"), Origin: room.Imported, Seal: c.SealedBy(p.Office.Keys.Public().Signing)}
		var report pack.Report
		n, report, err = p.save(ctx, r, c, how)
		if report.Set == nil && len(report.Mistakes) > 0 {
			err = fault.Invalid(told(report.Mistakes, func(pack.Mistake) string { return "file" })...)
		}
	}
	switch {
	case err == nil:
		http.Redirect(w, r, versionURL(n), http.StatusSeeOther)
	case fault.Findings(err) != nil:
		p.showOverview(w, r, err)
	default:
		p.Site.Fail(w, r, err)
	}
}

// uploadedFile is what was chosen, up to a limit in bytes.
func uploadedFile(r *http.Request, limit int64) ([]byte, error) {
	file, head, err := r.FormFile("file")
	if err != nil {
		return nil, fault.Field("file", "upload.none", nil)
	}
	defer file.Close()
	b, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = blob.TooLarge("file", head.Size, limit)
	}
	return b, err
}

func uploaded(r *http.Request) (pack.Content, error) {
	b, err := uploadedFile(r, maxUpload)
	if err != nil {
		return nil, err
	}
	c, err := pack.ReadZip(b)
	if err != nil {
		return nil, fault.Field("file", "config.import.no_zip", nil)
	}
	return c, nil
}
