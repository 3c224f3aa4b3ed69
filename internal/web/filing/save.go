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
	slices.SortFunc(names, natural) // legs[2] before legs[10]: lists grow by one
	halves, lines := map[int]bool{}, map[int]bool{}
	for _, name := range names {
		i, numbered := number(name)
		switch {
		case strings.HasPrefix(name, "itinerary[") && numbered && paper.Correction == nil:
			halves[i] = true
		case strings.HasPrefix(name, "budget.lines[") && numbered && paper.Correction == nil:
			lines[i] = true
		case strings.HasPrefix(name, "fx."):
			p.writeFx(paper, name, form.Get(name))
		case strings.HasPrefix(name, "costs."):
			writeCost(paper, name, form.Get(name))
		case strings.HasPrefix(name, "answers."):
			paper.Answers = with(paper.Answers, strings.TrimPrefix(name, "answers."), strings.TrimSpace(form.Get(name)))
		case strings.HasPrefix(name, "replies."):
			paper.Replies = with(paper.Replies, strings.TrimPrefix(name, "replies."), strings.TrimSpace(form.Get(name)))
		default:
			if err := p.writeField(paper, name, form[name]); err != nil {
				return err
			}
		}
	}
	for _, i := range sorted(halves) {
		writeHalf(paper, form, i, f, p)
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

// writeHalf puts one half-day of the itinerary, found by its day and half.
func writeHalf(paper *room.Paper, form url.Values, i int, f *File, p *Pages) {
	at := func(name string) string { return index("itinerary", i) + "." + name }
	var one dossier.Case
	for _, name := range []string{"date", "half", "country", "city", "activity", "host", "official"} {
		v := form.Get(at(name))
		if name == "country" && v != "" {
			v = p.countryCode(v)
		}
		path := "itinerary[0]." + name
		if v == "" {
			continue
		}
		if one.Put(path, v) != nil {
			if paper.Raw == nil {
				paper.Raw = map[string]string{}
			}
			paper.Raw[at(name)] = v
		} else {
			delete(paper.Raw, at(name))
		}
	}
	if len(one.Itinerary) == 0 || one.Itinerary[0].Date.IsZero() || one.Itinerary[0].Half == "" {
		return
	}
	h := one.Itinerary[0]
	same := func(x dossier.HalfDay) bool { return x.Date == h.Date && x.Half == h.Half }
	k := slices.IndexFunc(paper.Case.Itinerary, same)
	shown := slices.IndexFunc(f.Now.Case.Itinerary, same)
	if shown >= 0 { // the place follows from the legs unless it was typed
		was := f.Now.Case.Itinerary[shown]
		if h.Country == "" {
			h.Country = was.Country
		}
		if h.City == "" {
			h.City = was.City
		}
		if k < 0 && h == was {
			return // nobody touched it
		}
		leg := f.placeOn(h)
		if h.Country == leg.Country {
			h.Country = ""
		}
		if h.City == leg.City {
			h.City = ""
		}
	}
	switch {
	case k >= 0:
		paper.Case.Itinerary[k] = h
	default:
		paper.Case.Itinerary = append(paper.Case.Itinerary, h)
	}
}

// placeOn is where the legs have people on a half-day.
func (f *File) placeOn(h dossier.HalfDay) dossier.HalfDay {
	bare := room.Paper{Case: dossier.Case{Trip: dossier.Trip{Depart: h.Date, Return: h.Date}, Legs: f.Draft.Paper.Case.Legs}}
	for _, x := range room.Assemble(bare, room.Held{}).Case.Itinerary {
		if x.Half == h.Half {
			return x
		}
	}
	return dossier.HalfDay{}
}

func (p *Pages) writeFx(paper *room.Paper, name, typed string) {
	parts := strings.Split(name, ".") // fx.EUR.rate
	if len(parts) != 3 || !money.Currency(parts[1]).Known() {
		return
	}
	cur := money.Currency(parts[1])
	fx := paper.Fx[cur]
	var c dossier.Case
	field := map[string]string{"rate": "budget.lines[0].fxRate", "date": "budget.lines[0].fxDate"}[parts[2]]
	if field == "" {
		return
	}
	err := c.Put(field, typed)
	keepRaw(paper, name, typed, err)
	if err == nil {
		var l dossier.BudgetLine
		if c.Budget != nil && len(c.Budget.Lines) > 0 {
			l = c.Budget.Lines[0]
		}
		if parts[2] == "rate" {
			fx.Rate = l.FxRate
		} else {
			fx.Date = l.FxDate
		}
	}
	if fx == (room.Fx{}) {
		delete(paper.Fx, cur)
		return
	}
	if paper.Fx == nil {
		paper.Fx = map[money.Currency]room.Fx{}
	}
	paper.Fx[cur] = fx
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

func writeCost(paper *room.Paper, name, typed string) {
	kind := dossier.CostKind(strings.TrimPrefix(name, "costs."))
	if !slices.Contains(kind.Words(), string(kind)) {
		return
	}
	var c dossier.Case
	err := c.Put("budget.totalCny", typed)
	keepRaw(paper, name, typed, err)
	if err != nil {
		return
	}
	if c.Budget == nil || c.Budget.TotalCny.IsZero() {
		delete(paper.Costs, kind)
		return
	}
	if paper.Costs == nil {
		paper.Costs = map[dossier.CostKind]money.Decimal{}
	}
	paper.Costs[kind] = c.Budget.TotalCny
}

// lineFields are what of a budget line may be typed.
var lineFields = []string{"kind", "country", "city", "units", "rate", "currency", "fxRate", "fxDate", "amountCny", "cabin", "preApproved", "reason"}

// writeLine puts one line of the budget: in the place of the derived one with
// its key when it differs, or as a line of the unit's own.
func (p *Pages) writeLine(paper *room.Paper, form url.Values, i int, f *File) {
	at := func(name string) string { return index("budget.lines", i) + "." + name }
	key := form.Get("_line." + strconv.Itoa(i))
	var line room.Line
	for k, o := range f.Now.Lines {
		if o.Key == key {
			line = room.Line{Person: o.Person, BudgetLine: f.Now.Case.Budget.Lines[k]}
			line.Member = nil
			if derived := o.Derived; derived.Kind != "" && !o.Typed {
				line.AmountCny = money.Decimal{}
			}
		}
	}
	if who, sent := form["_person."+strconv.Itoa(i)]; sent {
		line.Person = who[0]
	}
	c := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{line.BudgetLine}}}
	for _, name := range lineFields {
		v, sent := form[at(name)]
		if !sent && name == "preApproved" && slices.Contains(form["_boxes"], at(name)) {
			v, sent = []string{""}, true
		}
		if !sent {
			continue
		}
		typed := v[len(v)-1]
		if name == "country" && typed != "" {
			typed = p.countryCode(typed)
		}
		keepRaw(paper, at(name), typed, c.Put("budget.lines[0]."+name, typed))
	}
	line.BudgetLine = c.Budget.Lines[0]
	line.AmountCny = money.Decimal{}
	if line.Kind == "" {
		return
	}
	for _, o := range f.Now.Lines {
		derived := o.Derived
		derived.AmountCny, derived.Member = money.Decimal{}, nil
		if o.Key == key && o.Derived.Kind != "" && sameLine(derived, line.BudgetLine) {
			paper.DropLine(key)
			return
		}
	}
	if key != "" && key != line.Key() {
		paper.DropLine(key)
	}
	paper.SetLine(line)
}

func sameLine(a, b dossier.BudgetLine) bool {
	x := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{a}}}
	y := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{b}}}
	return len(dossier.Difference(x, y)) == 0
}

// saved answers a pause in typing (ui.Draft has the contract).
func (p *Pages) saved(w http.ResponseWriter, r *http.Request, f *File, d room.Draft, err error) {
	ctx := r.Context()
	w.Header().Set("Revision", strconv.FormatInt(d.Revision, 10))
	var conflict *fault.ConflictError
	switch {
	case err == nil:
		p.Site.Fragment(w, r, http.StatusOK, ui.Saved(d.Updated))
	case errors.As(err, &conflict):
		p.Site.Fragment(w, r, http.StatusConflict, ui.Stale(p.stale(r, f, conflict)))
	default:
		w.Header().Del("Revision")
		p.Site.Fail(w, r.WithContext(ctx), err)
	}
}

// stale tells what somebody else changed.
func (p *Pages) stale(r *http.Request, f *File, c *fault.ConflictError) []ui.StaleField {
	ctx := r.Context()
	var out []ui.StaleField
	for _, x := range c.Changes {
		name := x.Field
		is := x.Is
		if strings.HasSuffix(dossier.Generic(name), "ountry") && is != "" {
			is = p.country(ctx, is)
		}
		out = append(out, ui.StaleField{Field: name, Label: f.where(ctx, name), Was: x.Was, Is: is, Who: p.name(ctx, x.Who), At: x.At})
	}
	return out
}

// errorsOf gives a fault's words by field, with those of other pages linked there.
func (p *Pages) summary(r *http.Request, f *File, err error) ui.ErrorSummary {
	s := ui.Summarise(r.Context(), err)
	for i := range s.Errors {
		if s.Errors[i].Field != "" {
			s.Errors[i].URL = f.place(s.Errors[i].Field)
			s.Errors[i].Text = f.about(r.Context(), s.Errors[i].Field, s.Errors[i].Text)
		}
	}
	return s
}
