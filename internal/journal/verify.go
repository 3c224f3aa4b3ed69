package journal

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

// Flaw is one stored event that isn't what was appended.
type Flaw struct {
	Position Position
	What     string
}

// Verify recomputes every digest and the chain from stored bytes alone, and
// names each event that was changed. It needs the sealing key, but trusts
// nothing that is derived.
func (j *Journal) Verify(ctx context.Context) ([]Flaw, error) {
	var flaws []Flaw
	flaw := func(p Position, format string, args ...any) {
		flaws = append(flaws, Flaw{p, fmt.Sprintf(format, args...)})
	}
	var chain [32]byte
	var last, headPos Position
	var headChain []byte
	for {
		n := 0
		rows, err := j.Store.Query(ctx, `SELECT `+columns+` FROM journal_event WHERE position > $1 ORDER BY position LIMIT $2`, int64(last), pageSize)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			n++
			e, fields, _, err := raw(rows)
			if err != nil {
				rows.Close()
				return nil, err
			}
			if e.Position != last+1 {
				flaw(last+1, "%d events are missing before position %d", e.Position-last-1, e.Position)
			}
			last = e.Position
			if !isCanonical(fields) {
				flaw(e.Position, "its fields aren't written as they were appended")
			} else if err := openFields(&e, fields, j.sealer); err != nil {
				flaw(e.Position, "its fields can't be read: %v", err)
			} else if d, err := e.computeDigest(); err != nil || d != e.digest {
				flaw(e.Position, "its content doesn't fit its digest")
			}
			chain = nextChain(chain, e.digest)
			if chain != e.chain {
				flaw(e.Position, "its place in the chain doesn't fit")
				chain = e.chain // go on from here, so that each flaw is named once
			}
		}
		err = rows.Err()
		rows.Close()
		if err != nil {
			return nil, err
		}
		if n == pageSize {
			continue
		}
		// Read after the events: an honest head has come at least this far, and
		// what is appended meanwhile is found in the next round.
		if err := j.Store.QueryRow(ctx, `SELECT position, chain FROM journal_head WHERE one = 1`).Scan(&headPos, &headChain); err != nil {
			return nil, err
		}
		if headPos <= last || n == 0 {
			break
		}
	}
	switch {
	case headPos > last:
		flaw(last+1, "%d events are missing at the end", headPos-last)
	case headPos != last || string(headChain) != string(chain[:]):
		flaw(last, "the journal's head says position %d and another chain", headPos)
	}
	return flaws, nil
}

// isCanonical finds changes that a lenient JSON reader would overlook.
func isCanonical(column []byte) bool {
	var fields map[string]stored
	if json.Unmarshal(column, &fields) != nil {
		return false
	}
	again, err := canonical(fields)
	return err == nil && bytes.Equal(again, column)
}
