package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yitang/internal/access"
)

// Verdict is what a document comes to.
type Verdict struct {
	State  string  `json:"state" enum:"ok,warn,stop,info,wait" doc:"ok: genuine and in force; warn: genuine, not in force; stop: not to be trusted"`
	Word   string  `json:"word"`
	Title  string  `json:"title"`
	Text   string  `json:"text"`
	Facts  []Fact  `json:"facts" doc:"What is in the document; names are masked"`
	Checks []Check `json:"checks" doc:"What was looked at"`
}

// Fact is one thing that the document says.
type Fact struct {
	Term  string `json:"term"`
	Value string `json:"value"`
}

// Check is one thing that was looked at.
type Check struct {
	State string `json:"state"`
	Name  string `json:"name"`
	Text  string `json:"text"`
}

type (
	codeAsk struct {
		Code string `path:"code" maxLength:"60" doc:"Printed beside the QR code, or what it leads to"`
	}
	verdictOut  struct{ Body Verdict }
	documentOut struct {
		ContentType string `header:"Content-Type"`
		Body        []byte
	}
)

func (a *API) public() {
	may(a, access.Public, huma.Operation{Method: http.MethodGet, Path: "/verify/{code}", Summary: "Is this approval genuine and in force?", Tags: []string{"public"}},
		func(ctx context.Context, in *codeAsk) (*verdictOut, error) {
			v, err := a.Verify(ctx, in.Code)
			if err != nil {
				return nil, err
			}
			out := &verdictOut{Verdict{State: string(v.Seal.State), Word: v.Seal.Word, Title: v.Seal.Title, Text: v.Seal.Text, Facts: []Fact{}, Checks: []Check{}}}
			for _, f := range v.Facts {
				out.Body.Facts = append(out.Body.Facts, Fact{f.Term, f.Value})
			}
			for _, c := range v.Checks {
				out.Body.Checks = append(out.Body.Checks, Check{string(c.State), c.Name, c.Text})
			}
			return out, nil
		})
	may(a, access.Public, huma.Operation{Method: http.MethodGet, Path: "/openapi.json", Summary: "This document", Tags: []string{"public"}},
		func(context.Context, *struct{}) (*documentOut, error) {
			b, err := a.Document().MarshalJSON()
			return &documentOut{"application/json", b}, err
		})
}
