package program

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yitang/internal/fault"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Row is a release that was offered, as lists show it.
type Row struct {
	ID      string
	Release Release
	At      time.Time
}

const columns = `id, manifest, signature, parts, offered, withdrawn FROM program_release`

func scan(row interface{ Scan(...any) error }) (Row, error) {
	var x Row
	var manifest, signature, parts string
	var at int64
	if err := row.Scan(&x.ID, &manifest, &signature, &parts, &at, &x.Release.Withdrawn); err != nil {
		return x, err
	}
	o := Offered{Manifest: manifest}
	if err := json.Unmarshal([]byte(signature), &o.Signature); err != nil {
		return x, err
	}
	if err := json.Unmarshal([]byte(parts), &o.Parts); err != nil {
		return x, err
	}
	h, err := HeadOf(manifest, o.Signature)
	x.Release.Head, x.Release.Offered, x.At = h, o, time.UnixMicro(at).UTC()
	return x, err
}

// most is how many releases are listed: nobody goes back further.
const most = 20

// All lists the newest releases, those that were offered last first.
// Index: program_release_newest.
func All(ctx context.Context, r store.Reader) ([]Row, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+` ORDER BY number DESC, offered DESC LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("listing releases of the program: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		x, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// One is a release by its id; fault.NotFound where none was offered.
func One(ctx context.Context, r store.Reader, id string) (Row, error) {
	x, err := scan(r.QueryRow(ctx, `SELECT `+columns+` WHERE id = $1`, id))
	if store.NoRows(err) {
		return x, fault.NotFound("release of the program")
	}
	return x, err
}

// Everywhere is what each network runs, as far as this one has heard, in the
// order of zone.All; Number is 0 of one that has said nothing.
func Everywhere(ctx context.Context, r store.Reader) ([]Running, error) {
	said := map[zone.Zone]Running{}
	rows, err := r.Query(ctx, `SELECT zone, number, version, instead, since FROM program_zone`)
	if err != nil {
		return nil, fmt.Errorf("reading what each network runs: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var x Running
		var since int64
		if err := rows.Scan(&x.Zone, &x.Number, &x.Version, &x.Instead, &since); err != nil {
			return nil, err
		}
		x.Since = time.UnixMicro(since).UTC()
		said[x.Zone] = x
	}
	var out []Running
	for _, z := range zone.All() {
		x := said[z]
		x.Zone = z
		out = append(out, x)
	}
	return out, rows.Err()
}
