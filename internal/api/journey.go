package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"yitang/internal/access"
	room "yitang/internal/feedback"
	rating "yitang/internal/web/feedback"
	travel "yitang/internal/web/trip"
)

// CaseRating is how the service of a case is rated.
type CaseRating struct {
	Given bool        `json:"given" doc:"It was rated, or they didn't want to"`
	Tags  []ValueWord `json:"tags" doc:"What could be better"`
	Limit int         `json:"limit" doc:"Characters of words at the most"`
	Days  string      `json:"days" doc:"By when a poor rating is answered, with a name and without"`
}

type (
	departAsk struct {
		OfCase
		Keyed
		Body struct {
			On string `json:"on" format:"date"`
		}
	}
	homeAsk struct {
		OfCase
		Keyed
		Body struct {
			On        string `json:"on" format:"date"`
			Deviation string `json:"deviation,omitempty" maxLength:"500" doc:"Why it isn't the approved day"`
			Elsewhere string `json:"elsewhere,omitempty" maxLength:"500" doc:"Where they were that wasn't approved"`
			Private   bool   `json:"private,omitempty" doc:"Some days were their own"`
		}
	}
	caseRatingOut struct{ Body CaseRating }
	rateAsk       struct {
		OfCase
		Keyed
		Body struct {
			Grade     int      `json:"grade" minimum:"1" maximum:"5" doc:"5 is very satisfied"`
			Tags      []string `json:"tags,omitempty" maxItems:"10" doc:"Of those that are asked"`
			Words     string   `json:"words,omitempty" maxLength:"1000"`
			Anonymous bool     `json:"anonymous,omitempty"`
			Asked     bool     `json:"asked,omitempty" doc:"They were asked what was wrong, and don't want to say"`
		}
	}
)

func (a *API) journey() {
	tags := []string{"journey"}
	may(a, access.TellTrip, huma.Operation{Method: http.MethodPost, Path: "/cases/{case}/departure", Summary: "Say that they left", Tags: tags, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *departAsk) (*nothing, error) {
			on, err := day("on", in.Body.On)
			if err != nil {
				return nil, err
			}
			return nil, a.Trips.Depart(ctx, in.Case, on, in.Key)
		})
	may(a, access.TellTrip, huma.Operation{Method: http.MethodPost, Path: "/cases/{case}/return", Summary: "Say that they are home", Tags: tags, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *homeAsk) (*nothing, error) {
			on, err := day("on", in.Body.On)
			if err != nil {
				return nil, err
			}
			return nil, a.Trips.ComeHome(ctx, in.Case, travel.Homecoming{On: on, Deviation: in.Body.Deviation, Elsewhere: in.Body.Elsewhere, Private: in.Body.Private}, in.Key)
		})
	may(a, access.Rate, huma.Operation{Method: http.MethodGet, Path: "/cases/{case}/rating", Summary: "How the service is rated", Tags: tags},
		func(ctx context.Context, in *OfCase) (*caseRatingOut, error) {
			given, err := a.Ratings.Given(ctx, in.Case)
			return &caseRatingOut{CaseRating{Given: given, Tags: values(rating.TagWords(ctx)), Limit: room.WordsLimit, Days: a.Ratings.AnsweredBy(ctx)}}, err
		})
	may(a, access.Rate, huma.Operation{Method: http.MethodPost, Path: "/cases/{case}/rating", Summary: "Rate the service, once", Tags: tags, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *rateAsk) (*nothing, error) {
			b := in.Body
			return nil, a.Ratings.Give(ctx, in.Case, rating.Given{Grade: b.Grade, Tags: b.Tags, Words: b.Words, Anonymous: b.Anonymous, Asked: b.Asked}, in.Key)
		})
}
