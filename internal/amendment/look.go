package amendment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/pack"
)

// Look is one amendment that was asked for, as pages show it: what was approved
// beside what is wanted, and what follows.
type Look struct {
	ID      string
	Of      string
	Kind    filing.AmendmentKind
	Path    filing.Path
	Reason  string
	Number  string // of the document that it changes
	Was     dossier.Case
	Before  []string // people, in the order of Was.Members
	Is      dossier.Case
	People  []string
	Follows []approval.Follow
	Done    bool // it holds, and Follows is what was done
	Over    bool // it came to nothing: nothing follows
}

// Digest names what follows, so that nobody confirms another list than the one
// that they read.
func Digest(all []approval.Follow) string {
	b, err := json.Marshal(all)
	if err != nil {
		panic("writing what follows: " + err.Error()) // plain text and numbers always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// See reads an amendment that was handed in; a case that changes no other is a
// fault.NotFound.
func See(ctx context.Context, j *journal.Journal, set *pack.Set, id string) (Look, error) {
	f, _, err := journal.Load(ctx, j, filing.Room, id)
	if err != nil {
		return Look{}, err
	}
	l := Look{ID: id, Of: f.Amends.Of, Kind: f.Amends.Kind, Path: f.Amends.Path, Reason: f.Amends.Reason, Number: f.Amends.Number}
	if l.Of == "" {
		return l, fault.NotFound("amendment " + id)
	}
	l.Is, l.People = f.Dossier, f.Persons()
	was, a, err := before(ctx, j, l.Of, id, &l)
	if err != nil {
		return l, err
	}
	if l.Was, l.Before = was.Dossier, was.People(); len(a.Verdicts) > 0 {
		l.Was, l.Before = filing.Only(was.Dossier, was.People(), a.Approved())
	}
	own, _, err := journal.Load(ctx, j, approval.Room, id)
	if err != nil {
		return l, err
	}
	switch {
	case l.Done:
		return l, nil
	case f.Stage == filing.IsWithdrawn, own.Stage == approval.IsRefused, own.Stage == approval.IsWithdrawn, own.Stage == approval.IsClosed:
		l.Over = true
		return l, nil
	}
	may := l.People
	if len(own.Verdicts) > 0 {
		may = own.Approved()
	}
	_, _, l.Follows, err = Of(ctx, j, set, l.Of, l.Kind, l.Is, l.People, may, own.Inquiries)
	if fault.Overtaken(err) { // the approval has ended meanwhile
		l.Over, err = true, nil
	}
	return l, err
}

// before is the mission as it stood when this amendment was asked for, and the
// approval as it was then.
func before(ctx context.Context, j *journal.Journal, of, id string, l *Look) (approval.Round, approval.Approval, error) {
	rounds, err := approval.Rounds(ctx, j, of)
	if err != nil {
		return approval.Round{}, approval.Approval{}, err
	}
	was := rounds[len(rounds)-1]
	var a approval.Approval
	history, err := j.History(ctx, journal.Ref{Kind: approval.Room.Kind, ID: of})
	if err != nil {
		return was, a, err
	}
	for _, e := range history {
		switch b := e.Body.(type) {
		case approval.Amended:
			if b.Amendment == id {
				l.Done, l.Follows = true, b.Follows
				return was, a, nil
			}
			if c, held := b.Dossier.Value(); held {
				was.Dossier, was.Members = c, b.Members
			}
		case approval.Cancelled:
			if b.Amendment == id {
				l.Done = true
				return was, a, nil
			}
		}
		if a, err = approval.Room.Evolve(a, e); err != nil {
			return was, a, fmt.Errorf("reading the approval of %s: %w", of, err)
		}
	}
	return was, a, nil
}

// Asking is an amendment that was handed in, as the rules are to judge it; false
// for an application.
func Asking(ctx context.Context, j *journal.Journal, id string) (Asked, bool, error) {
	f, _, err := journal.Load(ctx, j, filing.Room, id)
	if err != nil || f.Amends.Of == "" {
		return Asked{}, false, err
	}
	was, a, err := before(ctx, j, f.Amends.Of, id, &Look{})
	if err != nil {
		return Asked{}, false, err
	}
	out := Asked{Kind: f.Amends.Kind, Nth: f.Amends.Nth, Until: a.ValidUntil}
	out.Was, out.People = filing.Only(was.Dossier, was.People(), a.Approved())
	return out, true, nil
}
