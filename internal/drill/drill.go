package drill

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/ledger"
)

// Result is what a drill has found.
type Result struct {
	Steps    []Step
	Ledger   ledger.Ledger
	Approval string // path of the PDF; "" where it didn't come so far
	Trust    string // path of the trust file
	Password string // with which one signs in to zones that stay
}

// Run plays the whole story through three fresh zones below a folder and tells
// of each step. The error is the first step's that failed, a *Failure; the
// result holds what was done up to there.
func Run(ctx context.Context, o Options, tell func(Step)) (Result, error) {
	began := time.Now()
	s, err := Begin(ctx, o)
	if err != nil {
		st := Step{Name: Zones, What: steps()[0].what, MS: time.Since(began).Milliseconds(), Error: sentence(err)}
		if tell != nil {
			tell(st)
		}
		return Result{Steps: []Step{st}}, &Failure{Zones, err}
	}
	defer s.Close()
	opened := time.Since(began).Milliseconds()
	taken, err := s.Play(ctx, "", func(st Step) {
		if st.Name == Zones {
			st.MS += opened
		}
		if tell != nil {
			tell(st)
		}
	})
	taken[0].MS += opened
	r := Result{Steps: taken, Password: s.Password, Approval: s.Approval, Trust: s.Trust}
	if err != nil {
		return r, err
	}
	if r.Ledger, err = s.Ledger(ctx, s.Office.Node); err != nil {
		return r, fmt.Errorf("reading the ledger: %w", err)
	}
	return r, nil
}
