package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yitang/internal/access"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/internal/web/wechat"
)

// Bound is one's own binding in the mini program.
type Bound struct {
	Offered bool       `json:"offered" doc:"This account may be bound: an office with a mini program, and nobody who signs for others or looks after the site"`
	Since   *time.Time `json:"since,omitempty" doc:"From when on it is bound; left out where it isn't"`
}

// Asked is what somebody is asked to agree to before their WeChat is bound.
type Asked struct {
	Waits string `json:"waits" doc:"The word under which this WeChat waits for their answer, for half an hour"`
	Name  string `json:"name" doc:"Whose account it would be"`
	What  []Fact `json:"what" doc:"What is bound, and who learns what"`
	From  string `json:"from,omitempty" doc:"The account it belongs to now; to be sent along with the yes"`
	Moves string `json:"moves,omitempty" doc:"What becomes of that account's binding"`
}

type (
	// sender is where a request comes from: trying is throttled by it.
	sender struct{ from string }

	codeIn struct {
		sender
		Body struct {
			Code string `json:"code" minLength:"1" maxLength:"200" doc:"What wx.login gave; it serves once, for five minutes"`
		}
	}
	linkIn struct {
		sender
		Body struct {
			Code   string `json:"code" minLength:"1" maxLength:"200" doc:"What wx.login gave"`
			Link   string `json:"link" maxLength:"200" doc:"What stands behind /mine/ in the address of the link to their own data"`
			Digits string `json:"digits" maxLength:"20" doc:"The last four characters of their identity number"`
		}
	}
	agreed struct {
		Waits string `json:"waits" maxLength:"200" doc:"As it was asked"`
		From  string `json:"from,omitempty" maxLength:"200" doc:"The account it is taken from, as it was asked"`
	}
	agreeIn struct {
		sender
		Keyed
		Body agreed
	}
	askedOut struct{ Body Asked }
	boundOut struct{ Body Bound }
)

// Resolve notes where a request comes from.
func (s *sender) Resolve(c huma.Context) []error {
	s.from = web.Host(c.RemoteAddr())
	return nil
}

func (a *API) chat() {
	tags := []string{"WeChat"}
	errs := func(more ...int) []int { return append(more, http.StatusNotFound, http.StatusServiceUnavailable) }
	may(a, access.Public, huma.Operation{Method: http.MethodPost, Path: "/wechat/tokens", Summary: "Sign in with the mini program's wx.login; a conflict where this WeChat is bound to nobody yet", Tags: tags, DefaultStatus: http.StatusCreated, Errors: errs(http.StatusConflict)},
		func(ctx context.Context, in *codeIn) (*tokenOut, error) {
			token, err := a.Chat.MiniEnter(ctx, in.Body.Code, in.from)
			if errors.Is(err, wechat.ErrUnknown) {
				return nil, &web.Problem{Type: "/problems/not-now", Status: http.StatusConflict, Title: ui.T(ctx, "wechat.mini.unknown"), Detail: ui.T(ctx, "wechat.mini.unknown.text")}
			}
			if err != nil {
				return nil, err
			}
			return a.given(token), nil
		})
	may(a, access.Self, huma.Operation{Method: http.MethodGet, Path: "/wechat/binding", Summary: "Whether my account is bound in the mini program", Tags: tags},
		func(ctx context.Context, _ *struct{}) (*boundOut, error) {
			since, offered, err := a.Chat.MiniSince(ctx, web.WhoOf(ctx))
			out := &boundOut{Bound{Offered: offered}}
			if !since.IsZero() {
				out.Body.Since = &since
			}
			return out, err
		})
	may(a, access.Self, huma.Operation{Method: http.MethodPost, Path: "/wechat/asking", Summary: "What I would agree to, with this WeChat", Tags: tags, Errors: errs()},
		func(ctx context.Context, in *codeIn) (*askedOut, error) {
			return askedOf(a.Chat.MiniAsk(ctx, web.WhoOf(ctx), in.Body.Code, in.from))
		})
	may(a, access.Self, huma.Operation{Method: http.MethodPost, Path: "/wechat/binding", Summary: "Agree: this WeChat signs my account in from now on", Tags: tags, DefaultStatus: http.StatusNoContent, Errors: errs()},
		func(ctx context.Context, in *agreeIn) (*nothing, error) {
			return nil, a.Chat.MiniBind(ctx, web.WhoOf(ctx), in.Body.Waits, in.Body.From, in.Key)
		})
	may(a, access.Self, huma.Operation{Method: http.MethodDelete, Path: "/wechat/binding", Summary: "Undo it; whoever has no password is signed out everywhere", Tags: tags, DefaultStatus: http.StatusNoContent, Errors: errs()},
		func(ctx context.Context, _ *struct{}) (*nothing, error) {
			return nil, a.Chat.MiniUndo(ctx, web.WhoOf(ctx))
		})
	may(a, access.Public, huma.Operation{Method: http.MethodPost, Path: "/wechat/own/asking", Summary: "What somebody without an account would agree to, by the link to their own data and its digits", Tags: tags, Errors: errs(http.StatusConflict)},
		func(ctx context.Context, in *linkIn) (*askedOut, error) {
			return askedOf(a.Chat.MiniAskOwn(ctx, in.Body.Code, in.Body.Link, in.Body.Digits, in.from))
		})
	may(a, access.Public, huma.Operation{Method: http.MethodPost, Path: "/wechat/own", Summary: "Agree, and be signed in to one's own trips", Tags: tags, DefaultStatus: http.StatusCreated, Errors: errs(http.StatusConflict)},
		func(ctx context.Context, in *agreeIn) (*tokenOut, error) {
			token, err := a.Chat.MiniBindOwn(ctx, in.Body.Waits, in.Body.From, in.Key, in.from)
			if err != nil {
				return nil, err
			}
			return a.given(token), nil
		})
}

func askedOf(o wechat.Offer, err error) (*askedOut, error) {
	if err != nil {
		return nil, err
	}
	out := &askedOut{Asked{Waits: o.Waits, Name: o.Name, What: []Fact{}, From: o.From, Moves: o.Moves}}
	for _, f := range o.What {
		out.Body.What = append(out.Body.What, Fact{f.Term, f.Value})
	}
	return out, nil
}
