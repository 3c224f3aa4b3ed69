package person

import (
	"context"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Register is how doors write records: it looks up who else has a number, so
// that Record and Change can refuse what is known.
type Register struct {
	Journal *journal.Journal
	Index   Indexer
}

// Record puts somebody on a unit's list; the id is the order's subject.
func (r Register) Record(ctx context.Context, o journal.Order, cmd Record) error {
	var err error
	if cmd.Known, err = Numbered(ctx, r.Journal.Store, r.Index, cmd.Facts.IDNumber.Reveal()); err != nil {
		return err
	}
	_, err = journal.Do(ctx, r.Journal, Room, o, cmd)
	return taken(err)
}

// Change changes a record; what is the same as before is no change.
func (r Register) Change(ctx context.Context, o journal.Order, cmd Change) error {
	var err error
	if cmd.Known, err = Numbered(ctx, r.Journal.Store, r.Index, cmd.Facts.IDNumber.Reveal()); err != nil {
		return err
	}
	_, err = journal.Do(ctx, r.Journal, Room, o, cmd)
	return taken(err)
}

// Merge lets one record go into another, and sees to it at once that the other
// takes it in: a reaction does the same for whoever is interrupted.
func (r Register) Merge(ctx context.Context, o journal.Order, cmd Absorb) error {
	done, err := journal.Do(ctx, r.Journal, Room, o, cmd)
	if err != nil {
		return err
	}
	_, err = journal.Do(ctx, r.Journal, Room, journal.Order{Subject: cmd.Into}, TakeIn{Other: o.Subject, Choice: cmd.Choice, At: done.Version})
	return err
}

// Undo takes a merge apart again, both halves of it.
func (r Register) Undo(ctx context.Context, o journal.Order, cmd GiveBack) error {
	done, err := journal.Do(ctx, r.Journal, Room, o, cmd)
	if err != nil {
		return taken(err)
	}
	_, err = journal.Do(ctx, r.Journal, Room, journal.Order{Subject: cmd.Other}, Reappear{From: o.Subject, At: done.Version})
	return err
}

// taken says what a race for one identity number ended in: the table itself
// refuses the second record.
func taken(err error) error {
	if store.IsUnique(err) {
		return fault.Invalid(fault.Finding{Field: "idNumber", Rule: "IDN-007", Key: "person.number.known"})
	}
	return err
}
