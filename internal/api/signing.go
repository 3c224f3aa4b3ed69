package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/web"
	"yitang/internal/zone"
)

type signIn struct {
	Body struct {
		Login    string `json:"login" maxLength:"200" doc:"The name one signs in with"`
		Password string `json:"password" maxLength:"400"`
	}
	from string
}

// Resolve notes where a request comes from: guessing is throttled by it.
func (s *signIn) Resolve(c huma.Context) []error {
	s.from = web.Host(c.RemoteAddr())
	return nil
}

// Token says who asks, until it ends.
type Token struct {
	Token string    `json:"token" doc:"To be sent as: Authorization: Bearer …"`
	Idle  int       `json:"idle" doc:"Seconds without a request after which it ends"`
	Until time.Time `json:"until" doc:"When it ends in any case"`
}

type tokenOut struct{ Body Token }

type nothing struct{}

func (a *API) signing() {
	may(a, access.Public, huma.Operation{Method: http.MethodPost, Path: "/tokens", Summary: "Sign in with name and password", Tags: []string{"signing in"}, DefaultStatus: http.StatusCreated},
		func(ctx context.Context, in *signIn) (*tokenOut, error) {
			token, err := a.Site.Door.SignIn(ctx, in.Body.Login, in.Body.Password, in.from)
			if err != nil {
				return nil, err
			}
			return a.given(token), nil
		})
	may(a, access.Self, huma.Operation{Method: http.MethodDelete, Path: "/tokens/current", Summary: "End the token that this is asked with", Tags: []string{"signing in"}, DefaultStatus: http.StatusNoContent},
		func(ctx context.Context, in *own) (*nothing, error) { return nil, a.Site.Door.SignOut(ctx, in.token) })
}

// given is a token as it is handed out.
func (a *API) given(token string) *tokenOut {
	idle, whole := account.Lasts(zone.Internet)
	return &tokenOut{Token{token, int(idle / time.Second), a.Journal.Now().Add(whole)}}
}

// own is a request about the token it brings.
type own struct{ token string }

// Resolve notes the token.
func (o *own) Resolve(c huma.Context) []error {
	o.token = web.Bearer(c.Header("Authorization"))
	return nil
}
