package filing

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/money"
	"yitang/internal/web/ui"
)

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

// mostFields bounds a form: some ten times what the longest step holds.
const mostFields = 5000

// write puts a posted form into a draft. Text that can't be read is kept in
// the draft and told beside its field; it stops nothing here. f is the case as
// it was when the form was read, for the lines that were derived then.
func (p *Pages) write(paper *room.Paper, form url.Values, f *File) error {
	names := make([]string, 0, len(form))
	for name := range form {
		if !strings.HasPrefix(name, "_") {
			names = append(names, name)
		}
	}
	for _, b := range form["_boxes"] {
		if _, sent := form[b]; !sent {
			names = append(names, b)
		}
	}
	if len(names) > mostFields {
		return fault.Field("", "filing.draft.too_large", nil)
	}
	was := room.Paper{Case: paper.Case.Clone()}
	slices.SortFunc(names, natural) // legs[2] before legs[10]: lists grow by one
	halves, lines, letters, currencies := map[int]bool{}, map[int]bool{}, map[int]bool{}, map[money.Currency]bool{}
	for _, name := range names {
		i, numbered := number(name)
		switch {
		case strings.HasPrefix(name, "itinerary[") && numbered && paper.Correction == nil:
			halves[i] = true
		case strings.HasPrefix(name, "budget.lines[") && numbered && paper.Correction == nil:
			lines[i] = true
		case strings.HasPrefix(dossier.Generic(name), "invitations.inviteeDetails.") && numbered && paper.Correction == nil:
			letters[i] = true
		case strings.HasPrefix(name, "fx."):
			if parts := strings.Split(name, "."); len(parts) == 3 { // fx.EUR.rate
				currencies[money.Currency(parts[1])] = true
			}
		case strings.HasPrefix(name, "costs."):
			writeCost(paper, name, form.Get(name))
		case strings.HasPrefix(name, "rates."):
			writeRate(paper, name, form.Get(name))
		case strings.HasPrefix(name, "amendment."):
			writeAmendment(paper, name, form.Get(name))
		case strings.HasPrefix(name, "answers."):
			paper.Answer(strings.TrimPrefix(name, "answers."), strings.TrimSpace(form.Get(name)))
		case strings.HasPrefix(name, "replies."):
			paper.Replies = with(paper.Replies, strings.TrimPrefix(name, "replies."), strings.TrimSpace(form.Get(name)))
		default:
			if err := p.writeField(paper, name, form[name]); err != nil {
				return err
			}
		}
	}
	if paper.Correction == nil {
		another(paper, &was, form)
	}
	for _, i := range sorted(halves) {
		writeHalf(paper, form, i, f, p)
	}
	for _, i := range sorted(letters) {
		writeLetterSays(paper, form, i)
	}
	for c := range currencies {
		p.writeFx(paper, c, form, f)
	}
	for _, i := range sorted(lines) {
		p.writeLine(paper, form, i, f)
	}
	return nil
}

func sorted(set map[int]bool) []int {
	out := make([]int, 0, len(set))
	for i := range set {
		out = append(out, i)
	}
	slices.Sort(out)
	return out
}

func with(m map[string]string, key, value string) map[string]string {
	if value == "" {
		delete(m, key)
		return m
	}
	if m == nil {
		m = map[string]string{}
	}
	m[key] = value
	return m
}

// number is the first index in a path.
func number(path string) (int, bool) {
	_, rest, ok := strings.Cut(path, "[")
	if !ok {
		return 0, false
	}
	digits, _, ok := strings.Cut(rest, "]")
	i, err := strconv.Atoi(digits)
	return i, ok && err == nil
}

// natural orders paths so that numbers within them count as numbers.
func natural(a, b string) int {
	i, _ := number(a)
	j, _ := number(b)
	ha, _, _ := strings.Cut(a, "[")
	hb, _, _ := strings.Cut(b, "[")
	return cmp.Or(cmp.Compare(ha, hb), cmp.Compare(i, j), cmp.Compare(a, b))
}

// writeField puts one field. A name that isn't a field of the case file is
// some other page's, or nobody's: it is left alone.
func (p *Pages) writeField(paper *room.Paper, name string, values []string) error {
	form, ok := dossier.FormOf(name)
	if !ok || form.Kind == dossier.PartForm {
		return nil
	}
	c := &paper.Case
	if paper.Correction != nil {
		c = paper.Correction
	}
	switch form.Kind {
	case dossier.WordsForm:
		if len(values) == 0 && c.Length(name) == 0 {
			return nil
		}
		return ignoreUnreadable(c.PutList(name, values))
	case dossier.TextsForm:
		var items []string
		for _, v := range values {
			items = append(items, strings.FieldsFunc(v, func(r rune) bool { return r == '\n' || r == '\r' || r == '、' || r == '；' || r == ';' })...)
		}
		if len(items) == 0 && c.Length(name) == 0 {
			return nil
		}
		return ignoreUnreadable(c.PutList(name, items))
	}
	typed := ""
	if len(values) > 0 {
		typed = values[len(values)-1]
	}
	if strings.TrimSpace(typed) == "" && paper.Text(name) == "" {
		return nil // nothing was, nothing is: a list mustn't grow for it
	}
	if strings.HasSuffix(dossier.Generic(name), "ountry") && strings.TrimSpace(typed) != "" {
		code := p.countryCode(typed)
		if code == "" {
			if err := paper.Put(name, ""); err != nil {
				return notNowhere(err)
			}
			if paper.Raw == nil {
				paper.Raw = map[string]string{}
			}
			paper.Raw[name] = typed
			return nil
		}
		typed = code
	}
	return notNowhere(ignoreUnreadable(paper.Put(name, typed)))
}

func ignoreUnreadable(err error) error {
	if _, unreadable := dossier.AsReadError(err); unreadable {
		return nil // kept as typed, and told beside the field
	}
	return err
}

// notNowhere lets a form be that names an item which is gone: somebody took
// the row away while this page was open.
func notNowhere(err error) error {
	var nowhere *dossier.ErrNoField
	if errors.As(err, &nowhere) {
		return fault.Conflict("filing.draft.stale", fault.Change{Field: nowhere.Path})
	}
	return err
}

func keepRaw(paper *room.Paper, name, typed string, err error) {
	if err == nil {
		delete(paper.Raw, name)
		return
	}
	if paper.Raw == nil {
		paper.Raw = map[string]string{}
	}
	paper.Raw[name] = typed
}

// saved answers a pause in typing (ui.Draft has the contract).
func (p *Pages) saved(w http.ResponseWriter, r *http.Request, f *File, d room.Draft, err error) {
	w.Header().Set("Revision", strconv.FormatInt(d.Revision, 10))
	var conflict *fault.ConflictError
	switch {
	case err == nil:
		p.Site.Fragment(w, r, http.StatusOK, ui.Saved(d.Updated))
	case errors.As(err, &conflict):
		p.Site.Fragment(w, r, http.StatusConflict, ui.Stale(p.stale(r, f, conflict)))
	default:
		w.Header().Del("Revision")
		p.Site.Fail(w, r, err)
	}
}

// stale tells what somebody else changed.
func (p *Pages) stale(r *http.Request, f *File, c *fault.ConflictError) []ui.StaleField {
	ctx := r.Context()
	var out []ui.StaleField
	for _, x := range c.Changes {
		name := x.Field
		was, is := x.Was, x.Is
		if form, known := dossier.FormOf(name); known && form.Kind == dossier.BoolForm { // yes or no, in words
			was, is = p.spell(ctx, name, was), p.spell(ctx, name, is)
		}
		if strings.HasSuffix(dossier.Generic(name), "ountry") && is != "" {
			is = p.country(ctx, is)
		}
		out = append(out, ui.StaleField{Field: name, Label: f.where(ctx, name), Was: was, Is: is, Who: p.name(ctx, x.Who), At: x.At})
	}
	return out
}

// summary lists a fault's words, each linked to its field, on whichever page that is.
func (p *Pages) summary(r *http.Request, f *File, err error) ui.ErrorSummary {
	s := ui.Summarise(r.Context(), err)
	for i := range s.Errors {
		if s.Errors[i].Field != "" {
			s.Errors[i].URL = f.place(s.Errors[i].Field)
		}
		s.Errors[i].Text = f.about(r.Context(), s.Errors[i].Field, s.Errors[i].Text)
	}
	return s
}
