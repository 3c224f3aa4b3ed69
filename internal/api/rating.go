package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"yitang/internal/access"
	"yitang/internal/fault"
	room "yitang/internal/feedback"
	"yitang/internal/visit"
	"yitang/internal/web"
	rating "yitang/internal/web/feedback"
	"yitang/internal/web/ui"
)

// VisitRating is how one visit to the hall is rated, and what became of it. It
// names neither people nor case.
type VisitRating struct {
	State   string      `json:"state" enum:"later,open,shut,given,yours" doc:"later: the visit isn't over; open: it may be rated; shut: it may be, and the reader is neither of its case nor brings a code; given: somebody else has rated it; yours: the reader has"`
	Title   string      `json:"title"`
	Lead    string      `json:"lead" doc:"What is asked, or what became of it"`
	Grades  []GradeWord `json:"grades" doc:"From the best on, where a grade may be given now"`
	Acts    []ValueWord `json:"acts" doc:"What was done and may be told apart"`
	Tags    []ValueWord `json:"tags" doc:"What could be better"`
	Limit   int         `json:"limit" doc:"Characters of words at the most"`
	Days    string      `json:"days,omitempty" doc:"By when a poor rating is answered, with a name and without, where one may be given now"`
	Reply   *Reply      `json:"reply,omitempty" doc:"The office's answer to a poor rating, for who gave it"`
	Again   bool        `json:"again" doc:"How it is now, after the answer, may be said once"`
	Receipt string      `json:"receipt,omitempty" doc:"Given once to who rates without a token: who sends it in Rating-Receipt reads what becomes of it"`
}

// GradeWord is a grade as people read it.
type GradeWord struct {
	Grade int    `json:"grade"`
	Word  string `json:"word"`
	Note  string `json:"note,omitempty" doc:"What follows from it"`
}

// ValueWord is a value as people read it.
type ValueWord struct {
	Value string `json:"value"`
	Word  string `json:"word"`
}

// Reply is what the office answered.
type Reply struct {
	Title string `json:"title"`
	Text  string `json:"text"`
}

type (
	// OfVisit names a visit in the address.
	OfVisit struct {
		Visit   string `path:"attendance" maxLength:"80"`
		Receipt string `header:"Rating-Receipt" maxLength:"200" doc:"Of who rated it without a token"`
		Code    string `query:"code" maxLength:"40" doc:"Of who has no token of the visit's case: as the window's code or a message's link carries it"`
	}
	visitRatingOut struct{ Body VisitRating }
	rateVisitAsk   struct {
		OfVisit
		Keyed
		Body struct {
			Grade     int            `json:"grade" minimum:"1" maximum:"5" doc:"5 is very satisfied"`
			Acts      map[string]int `json:"acts,omitempty" doc:"Grades of single acts; an act that isn't here went as the whole did"`
			Tags      []string       `json:"tags,omitempty" maxItems:"10"`
			Words     string         `json:"words,omitempty" maxLength:"1000"`
			Anonymous bool           `json:"anonymous,omitempty"`
			Asked     bool           `json:"asked,omitempty" doc:"They were asked what was wrong, and don't want to say"`
		}
	}
	rateVisitAgainAsk struct {
		OfVisit
		Keyed
		Body struct {
			Grade int    `json:"grade" minimum:"1" maximum:"5"`
			Words string `json:"words,omitempty" maxLength:"1000"`
		}
	}
)

// coming is how a request comes to it.
func (in OfVisit) coming(ctx context.Context) rating.Coming {
	return rating.Coming{Code: in.Code, Receipt: in.Receipt, Address: addressOf(ctx), Program: true}
}

// rating is of a single visit: whoever is of its case rates it, and whoever has its
// code without a token, once.
func (a *API) rating() {
	tags, not := []string{"visit"}, []int{http.StatusConflict}
	const at = "/visits/{attendance}/rating"
	may(a, access.Public, huma.Operation{Method: http.MethodGet, Path: at, Summary: "How a visit is rated", Tags: tags},
		func(ctx context.Context, in *OfVisit) (*visitRatingOut, error) { return a.asked(ctx, *in) })
	may(a, access.Public, huma.Operation{Method: http.MethodPost, Path: at, Summary: "Rate a visit that is over, once", Tags: tags, Errors: not},
		func(ctx context.Context, in *rateVisitAsk) (*visitRatingOut, error) {
			b, acts := in.Body, map[visit.Kind]int{}
			for kind, grade := range b.Acts {
				acts[visit.Kind(kind)] = grade
			}
			given := rating.Given{Grade: b.Grade, Tags: b.Tags, Words: b.Words, Anonymous: b.Anonymous, Asked: b.Asked}
			if err := a.Ratings.GiveVisit(ctx, in.Visit, given, acts, in.coming(ctx), in.Key); err != nil {
				return nil, a.unheard(ctx, in.Visit, err)
			}
			signed := web.WhoOf(ctx).Account != ""
			if !signed {
				in.Receipt = a.Ratings.Receipt(in.Visit)
			}
			out, err := a.asked(ctx, in.OfVisit)
			if err == nil && !signed {
				out.Body.Receipt = in.Receipt
			}
			return out, err
		})
	may(a, access.Public, huma.Operation{Method: http.MethodPost, Path: at + "/again", Summary: "Say how it is after the office's answer, once", Tags: tags, Errors: not},
		func(ctx context.Context, in *rateVisitAgainAsk) (*visitRatingOut, error) {
			if err := a.Ratings.GiveVisitAgain(ctx, in.Visit, in.Receipt, in.Body.Grade, in.Body.Words, in.Key); err != nil {
				return nil, a.unheard(ctx, in.Visit, err)
			}
			return a.asked(ctx, in.OfVisit)
		})
}

func (a *API) asked(ctx context.Context, in OfVisit) (*visitRatingOut, error) {
	x, err := a.Ratings.AskedOf(ctx, in.Visit, in.coming(ctx))
	if err != nil {
		return nil, a.unheard(ctx, in.Visit, err)
	}
	out := &visitRatingOut{VisitRating{State: string(x.State), Title: x.Title, Lead: x.Lead, Grades: []GradeWord{}, Acts: values(x.Acts), Tags: values(x.Tags), Limit: room.WordsLimit, Days: x.Days, Again: x.Again}}
	for _, w := range x.Grades {
		n, err := strconv.Atoi(w.Value)
		if err != nil {
			return nil, err
		}
		out.Body.Grades = append(out.Body.Grades, GradeWord{n, w.Text, w.Note})
	}
	if x.Reply != "" {
		out.Body.Reply = &Reply{x.ReplyTitle, x.Reply}
	}
	return out, nil
}

func values(words []rating.Word) []ValueWord {
	out := []ValueWord{}
	for _, w := range words {
		out = append(out, ValueWord{w.Value, w.Text})
	}
	return out
}

// unheard says of a visit that isn't here what its page says: that the hall may not
// have told of it yet.
func (a *API) unheard(ctx context.Context, visit string, err error) error {
	if !fault.IsNotFound(err) || !rating.WellFormed(visit) {
		return err
	}
	return &web.Problem{Type: "/problems/not-found", Status: http.StatusNotFound, Title: ui.T(ctx, "rating.visit.title"), Detail: ui.T(ctx, "rating.visit.unheard")}
}
