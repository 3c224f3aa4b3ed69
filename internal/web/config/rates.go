package config

import (
	"context"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"yitang/internal/fault"
	"yitang/internal/sheet"
	"yitang/internal/web/filing"
	"yitang/internal/web/ui"
)

// The table of what a day abroad may cost comes as a spreadsheet, and is long.
// A spreadsheet fills the file's text box; what is saved is what stands there.

const ratesFile = "rates.yaml"

// fromSheet offers to read a spreadsheet, and says how one was read.
type fromSheet struct {
	Base   string // the version that is being built upon; "" for the one in force
	Key    string
	Read   string  // how many rows; "" before one was given
	Left   string  // how many aren't taken
	Doubts []doubt // why
}

type doubt struct{ Cell, Text string }

func (p *Pages) postRates(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	reading, bad := p.readRates(r, work)
	if bad != nil && fault.Findings(bad) == nil {
		p.Site.Fail(w, r, bad)
		return
	}
	r.SetPathValue("what", "file")
	r.Form.Set("name", ratesFile)
	if bad == nil {
		text, err := ratesText(reading)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		r.PostForm.Set("text", text)
	} else {
		r.PostForm.Set("text", string(work.Content[ratesFile]))
	}
	f, err := p.form(r, work)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	f.Action = "/config/edit/file"
	if bad == nil {
		f.Sheet.tell(ctx, reading)
	}
	p.showEdit(w, r, work, f, nil, bad)
}

func (p *Pages) readRates(r *http.Request, work working) (sheet.Reading, error) {
	b, err := uploadedFile(r, sheet.MaxFile)
	if err != nil {
		return sheet.Reading{}, err
	}
	book, err := sheet.Open(b)
	if err != nil {
		return sheet.Reading{}, err
	}
	set := work.Set
	if set == nil {
		set = work.Base
	}
	return sheet.Read(book, sheet.Rates, sheet.Choice{}, sheet.Known{Today: p.Office.Journal.Today(),
		Country: func(name string) string { return filing.CountryCode(set.Ref.Countries, name) }})
}

// ratesText writes the rows that can be taken as the file has them, one a line.
func ratesText(reading sheet.Reading) (string, error) {
	var b strings.Builder
	b.WriteString("# " + reading.Sheet + "\n")
	for _, rec := range reading.Records {
		if rec.Stopped() {
			continue
		}
		n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
		for _, name := range []string{"country", "city", "currency", "lodging", "meals", "incidentals", "effectiveFrom"} {
			if text := rec.Get(name); text != "" {
				n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: name}, &yaml.Node{Kind: yaml.ScalarNode, Value: text})
			}
		}
		text, err := yaml.Marshal(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}})
		if err != nil {
			return "", fmt.Errorf("writing row %d: %w", rec.Row, err)
		}
		b.Write(text)
	}
	return b.String(), nil
}

// tell says how a spreadsheet was read.
func (s *fromSheet) tell(ctx context.Context, reading sheet.Reading) {
	taken := len(reading.Records)
	for _, rec := range reading.Records {
		if !rec.Stopped() {
			continue
		}
		taken--
		for _, d := range rec.Doubts {
			if !d.Stops {
				continue
			}
			args := maps.Clone(d.Args)
			if args == nil {
				args = map[string]any{}
			}
			args["Field"] = sheet.Label(d.Field, !ui.LangOf(ctx).Chinese())
			said := doubt{d.Cell, ui.Sentences(ctx, ui.TMap(ctx, "sheet.doubt."+d.Reason, args), ui.TMap(ctx, "sheet.fix."+d.Reason, args))}
			if !slices.Contains(s.Doubts, said) {
				s.Doubts = append(s.Doubts, said)
			}
		}
	}
	s.Read = ui.T(ctx, "config.rates.taken", "Count", taken, "Sheet", reading.Sheet)
	s.Left = ui.T(ctx, "config.rates.left", "Count", len(reading.Records)-taken)
}

func (p *Pages) getRatesTemplate(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	var names []string
	for code := range work.Base.Ref.Countries {
		names = append(names, ui.Country(ctx, work.Base.Country, code))
	}
	slices.Sort(names)
	data, err := sheet.Template(sheet.Rates, names, sheet.Words{English: !ui.LangOf(ctx).Chinese(), Say: func(key string) string { return ui.T(ctx, key) }})
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": ui.T(ctx, "sheet.form.rates") + ".xlsx"}))
	if _, err := w.Write(data); err != nil {
		p.Site.Log.Warn("sending a workbook", "err", err)
	}
}
