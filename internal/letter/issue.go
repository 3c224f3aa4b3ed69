package letter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
)

// Issuer prepares letters and takes them to their end. Like approval.Issuer it
// stands outside of Decide, and what it does is safe to repeat.
type Issuer struct {
	Approval *approval.Issuer
	Numbers  func() pack.Numbers // as they are spelt now
}

// Issue prepares an edition and gives it out. The number is taken first and
// belongs to the edition from then on. What can't be laid out is refused before.
func (i *Issuer) Issue(ctx context.Context, o journal.Order, cmd Prepare) error {
	j := i.Approval.Journal
	l, _, err := journal.Load(ctx, j, Room, o.Subject)
	if err != nil {
		return err
	}
	if l.Prepared == nil {
		head, err := i.Approval.Letterhead(ctx, j.Now())
		if err != nil {
			return err
		}
		trial := Prepared{Kind: cmd.Kind, Number: "1", Code: "0000-0000-0000", On: j.Today(), At: j.Now().Truncate(time.Second), ValidUntil: cmd.ValidUntil, Content: journal.Of(cmd.Content)}
		if err := drawable(trial, head); err != nil {
			return err
		}
		spelt := i.Numbers().Of(cmd.Kind)
		if spelt == "" {
			return fmt.Errorf("no pack says how %s is numbered", cmd.Kind)
		}
		// Decided before a number is taken: what is refused leaves no gap.
		cmd.Number = "1"
		if _, err := cmd.Decide(l, journal.Moment{Now: j.Now(), Today: j.Today(), Subject: o.Subject, Fresh: j.NewID}); err != nil {
			// By its key, a second press of the button finds the first answer.
			_, err := journal.Do(ctx, j, Room, o, cmd)
			return err
		}
		n, err := approval.NextNumber(ctx, j, string(cmd.Kind), EditionOf(o.Subject, len(l.Editions)+1))
		if err != nil {
			return err
		}
		cmd.Number = n.As(spelt)
	}
	if _, err := journal.Do(ctx, j, Room, o, cmd); err != nil {
		return err
	}
	return i.Finish(ctx, o.Subject)
}

// drawable lays a letter out on trial.
func drawable(p Prepared, head approval.Letterhead) error {
	d, err := paper(p, head)
	if err != nil {
		return err
	}
	_, err = document.Render(d)
	var bad *document.UndrawableError
	if errors.As(err, &bad) {
		return fault.Field("content", "letter.undrawable", map[string]any{"characters": string(bad.Runes)})
	}
	if err != nil {
		return fault.Field("content", "letter.incomplete", map[string]any{"what": err.Error()})
	}
	return nil
}

// Finish takes a prepared edition to its end. Dying before its log entry: the
// same bytes are laid out again. After it: the same entry is found by its key.
func (i *Issuer) Finish(ctx context.Context, id string) error {
	ctx = journal.WithActor(ctx, journal.System)
	j := i.Approval.Journal
	l, _, err := journal.Load(ctx, j, Room, id)
	if err != nil || l.Prepared == nil {
		return err
	}
	p := *l.Prepared
	head, err := i.Approval.Letterhead(ctx, l.PreparedAt)
	if err != nil {
		return err
	}
	d, err := paper(p, head)
	if err != nil {
		return err
	}
	pdf, digest, err := i.Approval.Seal(ctx, p.Number, d)
	if err != nil {
		return err
	}
	ref, err := i.Approval.Blobs.Put(ctx, bytes.NewReader(pdf), blob.Limit)
	if err != nil {
		return fmt.Errorf("keeping %s: %w", p.Number, err)
	}
	if now, ok := l.InForce(); ok {
		if err := i.Approval.Log(ctx, document.Entry{Number: now.Number, Digest: now.Digest, Status: document.Superseded, By: p.Number, At: p.At}); err != nil {
			return err
		}
	}
	_, err = journal.Do(ctx, j, Room, journal.Order{Subject: id, Key: "letter:" + p.Number}, Issue{Edition: p.Edition, Digest: digest, File: ref.Digest.String(), Size: ref.Size})
	if fault.Overtaken(err) {
		return i.LogRevoked(ctx, id) // revoked while it was being made
	}
	if err != nil {
		return fmt.Errorf("issuing %s: %w", p.Number, err)
	}
	return nil
}

// LogRevoked writes revocations into the document log. The reaction on
// letter.revoked calls it, so that a crash after revoking leaves no gap.
func (i *Issuer) LogRevoked(ctx context.Context, id string) error {
	history, err := i.Approval.Journal.History(ctx, journal.Ref{Kind: Room.Kind, ID: id})
	if err != nil {
		return err
	}
	digests := map[string]string{}
	for _, e := range history {
		switch b := e.Body.(type) {
		case Issued:
			digests[b.Number] = b.Digest
		case Revoked:
			if err := i.Approval.Log(ctx, document.Entry{Number: b.Number, Digest: digests[b.Number], Status: document.Revoked, At: e.At.Truncate(time.Second)}); err != nil {
				return err
			}
		}
	}
	return nil
}
