package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yitang/internal/access"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// SentBack is what the office wants mended.
type SentBack struct {
	Revision int64              `json:"revision" doc:"To be sent with what is mended, so that nobody's change is lost"`
	Until    string             `json:"until,omitempty" format:"date" doc:"By when"`
	Defects  []Defect           `json:"defects"`
	Findings []web.ProblemField `json:"findings" doc:"What the rules say of it as it stands now"`
}

// Defect is one thing that was sent back.
type Defect struct {
	Field   string  `json:"field"`
	Where   string  `json:"where" doc:"What the field is called"`
	Words   string  `json:"words" doc:"What the office says"`
	Basis   string  `json:"basis,omitempty"`
	Fix     string  `json:"fix,omitempty"`
	Fields  []Field `json:"fields" doc:"What may be mended for it"`
	Paper   bool    `json:"paper" doc:"Another paper is wanted: it is given on the site's page"`
	Reply   string  `json:"reply,omitempty"`
	ReplyTo string  `json:"replyTo" doc:"The name of words to it: its field, and of a paper that the office chose that paper and whose it is"`
	Mended  bool    `json:"mended"`
}

// Field is one field that is open.
type Field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Hint     string   `json:"hint,omitempty"`
	Kind     string   `json:"kind" enum:"text,area,date,time,select,radio,checks,check,number,decimal,email,tel,password,search"`
	Value    string   `json:"value"`
	Options  []Option `json:"options,omitempty"`
	Optional bool     `json:"optional"`
	Max      int      `json:"max,omitempty" doc:"Characters"`
}

// Option is one of several to choose from.
type Option struct {
	Value string `json:"value"`
	Text  string `json:"text"`
}

type (
	sentBackOut struct{ Body SentBack }
	mendAsk     struct {
		OfCase
		Body struct {
			Revision int64             `json:"revision" minimum:"0"`
			Values   map[string]string `json:"values" doc:"By field"`
			Replies  map[string]string `json:"replies,omitempty" doc:"Words to a defect, by its replyTo"`
		}
	}
	handIn struct {
		OfCase
		Keyed
	}
)

func (a *API) corrections() {
	tags := []string{"corrections"}
	may(a, access.EditCase, huma.Operation{Method: http.MethodGet, Path: "/cases/{case}/corrections", Summary: "What the office sent back", Tags: tags},
		func(ctx context.Context, in *OfCase) (*sentBackOut, error) { return a.sentBack(ctx, in.Case) })
	may(a, access.EditCase, huma.Operation{Method: http.MethodPut, Path: "/cases/{case}/corrections", Summary: "Keep what was mended", Tags: tags},
		func(ctx context.Context, in *mendAsk) (*sentBackOut, error) {
			if err := a.Filing.Mend(ctx, in.Case, in.Body.Revision, in.Body.Values, in.Body.Replies); err != nil {
				return nil, err
			}
			return a.sentBack(ctx, in.Case)
		})
	may(a, access.EditCase, huma.Operation{Method: http.MethodPost, Path: "/cases/{case}/corrections/submit", Summary: "Hand in what was mended", Tags: tags, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *handIn) (*nothing, error) {
			return nil, a.Filing.HandInMended(ctx, in.Case, in.Key)
		})
}

func (a *API) sentBack(ctx context.Context, filing string) (*sentBackOut, error) {
	s, err := a.Filing.SentBack(ctx, filing)
	if err != nil {
		return nil, err
	}
	out := &sentBackOut{SentBack{Revision: s.Revision, Until: dateOf(s.Until), Defects: []Defect{}, Findings: []web.ProblemField{}}}
	for _, d := range s.Defects {
		x := Defect{Field: d.Field, Where: d.Where, Words: d.Words, Basis: d.Basis, Fix: d.Fix, Paper: d.Paper, Reply: d.Reply, ReplyTo: d.ReplyTo, Mended: d.Mended, Fields: []Field{}}
		for _, f := range d.Fields {
			x.Fields = append(x.Fields, fieldOf(f))
		}
		out.Body.Defects = append(out.Body.Defects, x)
	}
	for _, f := range s.Findings {
		out.Body.Findings = append(out.Body.Findings, web.FieldOf(ctx, f.Fault()))
	}
	return out, nil
}

func fieldOf(f ui.Field) Field {
	out := Field{Name: f.Name, Label: f.Label, Hint: f.Hint, Kind: string(f.Kind), Value: f.Value, Optional: f.Optional, Max: f.Max}
	if f.Kind == ui.Text {
		out.Kind = "text"
	}
	for _, o := range f.Options {
		if !o.Blocked {
			out.Options = append(out.Options, Option{o.Value, o.Text})
		}
		if o.Chosen && out.Value == "" {
			out.Value = o.Value
		}
	}
	return out
}
