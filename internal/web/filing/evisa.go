package filing

import (
	"context"
	"io"
	"net/http"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/fault"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/visa"
	"yitang/internal/web/ui"
)

// eVisa says what stands in an e-visa's print: what somebody typed, and where they
// typed nothing, what the file's text says. It is compared with booklet and journey at
// once, while whoever gives it has it before them; one that doesn't serve the order
// that it is for isn't kept. Before the decision there is no order to compare with.
func (w *Work) eVisa(ctx context.Context, add *material.Add, replaces string, content io.ReaderAt, size int64, t blob.Type) error {
	said := material.StatedEVisa(content, size, t)
	if said == nil {
		said = map[string]string{}
	}
	for field, typed := range add.Said {
		if typed != "" {
			said[field] = typed
		}
	}
	is, wrong := material.NewEVisa(said)
	awaiting, all, err := w.awaiting(ctx, add.Case, add.OwnerKind, add.Owner, replaces)
	if err != nil {
		return err
	}
	o, unsaid := visa.ForWhich(awaiting, is.Area)
	is.Area = o.Area
	if wrong = append(unsaid, wrong...); len(wrong) == 0 && o.ID != "" {
		if wrong, err = w.eVisaMisfits(ctx, o, all, is); err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	add.Printed, add.ValidFrom, add.ValidUntil = is, is.From, is.Until
	return nil
}

// awaiting are the orders that somebody's e-visa may be for, and all of its case.
func (w *Work) awaiting(ctx context.Context, of string, kind material.OwnerKind, who, replaces string) (open, all []visa.Row, err error) {
	if of == "" || kind != material.OfPerson {
		return nil, nil, nil
	}
	if all, err = visa.Of(ctx, w.Journal.Store, of); err != nil {
		return nil, nil, err
	}
	ids, err := person.Also(ctx, w.Journal.Store, who)
	if err != nil {
		return nil, nil, err
	}
	came, err := visa.EVisas(ctx, w.Journal, w.Pack().Checks, all, ids)
	if err != nil {
		return nil, nil, err
	}
	return visa.Awaiting(all, ids, came, replaces), all, nil
}

// eVisaMisfits is what keeps an e-visa from serving its order.
func (w *Work) eVisaMisfits(ctx context.Context, o visa.Row, all []visa.Row, is material.EVisa) ([]fault.Finding, error) {
	b, err := visa.BearerOf(ctx, w.Journal, w.Pack().Checks, o, all)
	if err != nil {
		return nil, err
	}
	found := b.Judge(o, is)
	for i, f := range found {
		if f.Field == "tail" { // whole numbers are asked for, and their ends compared
			found[i].Field = "number"
		}
	}
	return found, nil
}

// EVisaAreas are the countries among which the giver of an e-visa chooses; none where
// there is no choice.
func (w *Work) EVisaAreas(ctx context.Context, of string, kind material.OwnerKind, who, replaces string) ([]ui.Option, error) {
	awaiting, _, err := w.awaiting(ctx, of, kind, who, replaces)
	if err != nil || len(awaiting) < 2 {
		return nil, err
	}
	return eVisaOptions(ctx, awaiting, w.Country), nil
}

func eVisaOptions(ctx context.Context, awaiting []visa.Row, country func(ctx context.Context, code string) string) []ui.Option {
	out := []ui.Option{{Text: ui.T(ctx, "evisa.choose")}}
	for _, o := range awaiting {
		out = append(out, ui.Option{Value: o.Area, Text: country(ctx, o.Area)})
	}
	return out
}

// EVisaFields asks what an e-visa says beside its file, and which of several countries
// it is for. place tells the papers of one page apart.
//
// ui:keys evisa.field.*
func EVisaFields(ctx context.Context, place string, areas []ui.Option) []ui.Field {
	var out []ui.Field
	for _, name := range material.EVisaFields() {
		if name == material.EVisaArea && len(areas) == 0 {
			continue
		}
		f := ui.Field{Name: name + "." + place, Label: ui.T(ctx, "evisa.field."+name), Optional: true}
		switch name {
		case material.EVisaArea:
			f.Kind, f.Options, f.Optional = ui.Select, areas, false
		case "name":
			f.Lang, f.Hint = "zh-Latn", ui.T(ctx, "evisa.hint")
		case "number":
			f.Width = "mid"
		case "from", "until":
			f.Kind, f.Width = ui.DateKind, "short"
		case "entries":
			f.Kind, f.Options = ui.Select, []ui.Option{{Text: ui.T(ctx, "evisa.as_read")}}
			for _, n := range []string{"1", "2", "0"} { // ui:keys visadesk.grant.entries.*
				f.Options = append(f.Options, ui.Option{Value: n, Text: ui.T(ctx, "visadesk.grant.entries."+n)})
			}
		case "days":
			f.Kind, f.Hint = ui.Number, ui.T(ctx, "evisa.days.hint")
		}
		out = append(out, f)
	}
	return out
}

// ReadEVisa reads what was typed of an e-visa.
func ReadEVisa(r *http.Request, place string) map[string]string {
	out := map[string]string{}
	for _, name := range material.EVisaFields() {
		out[name] = strings.TrimSpace(r.FormValue(name + "." + place))
	}
	return out
}

// eVisaAgain says why an e-visa that came has to be applied for once more: the journey
// or the booklet is another one now.
func eVisaAgain(ctx context.Context, c visa.Came) string {
	all := []string{ui.T(ctx, "later.why.evisa_again")}
	for _, f := range c.Unfit {
		all = append(all, ui.Sentence(ctx, f))
	}
	return ui.Sentences(ctx, all...)
}
