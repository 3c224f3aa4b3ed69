package filing

import (
	"context"
	"io"
	"net/http"
	"slices"
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
// once, while whoever gives it has it before them; one that serves none of its
// traveller's orders isn't kept. Before the decision there is no order to compare with.
func (w *Work) eVisa(ctx context.Context, add *material.Add, content io.ReaderAt, size int64, t blob.Type) error {
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
	if len(wrong) == 0 {
		var err error
		if wrong, err = w.eVisaMisfits(ctx, *add, is); err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	add.Printed, add.ValidFrom, add.ValidUntil = is, is.From, is.Until
	return nil
}

// eVisaMisfits is what keeps an e-visa from serving the order that it comes nearest to.
func (w *Work) eVisaMisfits(ctx context.Context, add material.Add, is material.EVisa) ([]fault.Finding, error) {
	if add.Case == "" || add.OwnerKind != material.OfPerson {
		return nil, nil
	}
	orders, err := visa.Of(ctx, w.Journal.Store, add.Case)
	if err != nil {
		return nil, err
	}
	ids, err := person.Also(ctx, w.Journal.Store, add.Owner)
	if err != nil {
		return nil, err
	}
	var least []fault.Finding
	for _, o := range orders {
		if !o.Online() || !slices.Contains(ids, o.Person) {
			continue
		}
		b, err := visa.BearerOf(ctx, w.Journal, w.Pack().Checks, o, orders)
		if err != nil {
			return nil, err
		}
		found := b.Judge(o, is)
		if len(found) == 0 {
			return nil, nil
		}
		if least == nil || len(found) < len(least) {
			least = found
		}
	}
	for i, f := range least {
		if f.Field == "tail" { // whole numbers are asked for, and their ends compared
			least[i].Field = "number"
		}
	}
	return least, nil
}

// EVisaFields asks what an e-visa says beside its file. place tells the papers of one
// page apart.
//
// ui:keys evisa.field.*
func EVisaFields(ctx context.Context, place string) []ui.Field {
	var out []ui.Field
	for _, name := range material.EVisaFields() {
		f := ui.Field{Name: name + "." + place, Label: ui.T(ctx, "evisa.field."+name), Optional: true}
		switch name {
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
