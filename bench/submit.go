package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"os"
	"sync/atomic"

	"yitang/internal/blob"
	"yitang/internal/dossier"
	"yitang/internal/filing"
)

const (
	clients  = 16
	members  = 6
	papers   = 12
	paperLen = 64 << 10 // bytes
)

// bigCase is a full application of six from the case files that the tests use.
func bigCase() (filing.Application, error) {
	f, err := os.Open("testdata/cases/seven-members.json")
	if err != nil {
		return filing.Application{}, fmt.Errorf("run it from the repository's root: %w", err)
	}
	defer f.Close()
	c, err := dossier.Read(f)
	if err != nil {
		return filing.Application{}, err
	}
	if len(c.Members) < members {
		return filing.Application{}, fmt.Errorf("%s has %d members", f.Name(), len(c.Members))
	}
	c.Members = c.Members[:members]
	app := filing.Application{Case: c, RuleSet: "bench", Origins: map[string]filing.Origin{"case": filing.Typed, "legs": filing.Typed, "members": filing.Origin("held")}}
	for i := range members {
		app.Persons = append(app.Persons, fmt.Sprintf("bench-%d", i))
	}
	return app, nil
}

// paper is content that no other paper has and that doesn't compress; n names it.
func paper(noise []byte, n uint64) []byte {
	out := bytes.Clone(noise)
	for at := 0; at+8 <= len(out); at += 4096 {
		binary.LittleEndian.PutUint64(out[at:], binary.LittleEndian.Uint64(out[at:])+n*0x9e3779b97f4a7c15)
	}
	return out
}

// submitting is B1: twelve files and the case from the first byte to the
// durable answer. The product encrypts and hashes the files, presents and
// submits (two durable commands, each with its audit) and projects; the
// baseline writes the same bytes into one row.
func submitting(ctx context.Context, s settings, machine limits) error {
	app, err := bigCase()
	if err != nil {
		return err
	}
	noise := randomBytes(paperLen)
	dir, remove, err := scratch()
	if err != nil {
		return err
	}
	defer remove()
	c, err := openCity(ctx, dir)
	if err != nil {
		return err
	}
	defer c.close()
	c.internet.Start() // its reactions look at each event meanwhile, as they do in use
	other, close, err := bareSubmitting(ctx, app, noise)
	if err != nil {
		return fmt.Errorf("b1, bare SQLite: %w", err)
	}
	defer close()
	var nth atomic.Uint64 // of all papers
	var got, base measured
	for range turns {
		m, err := repeat(ctx, clients, s.Seconds/turns, func(ctx context.Context) error {
			mine := app
			mine.Case.Materials = make([]dossier.Material, papers)
			for p := range papers {
				ref, err := c.internet.Blobs.Put(ctx, bytes.NewReader(paper(noise, nth.Add(1))), blob.Limit)
				if err != nil {
					return err
				}
				mine.Case.Materials[p] = dossier.Material{Kind: "M05", Owner: "case", File: fmt.Sprintf("%d.pdf", p), SHA256: ref.Digest.String()}
			}
			return c.submit(ctx, mine)
		})
		if err != nil {
			return fmt.Errorf("b1: %w", err)
		}
		got.join(m)
		if m, err = repeat(ctx, clients, s.Seconds/turns, other); err != nil {
			return fmt.Errorf("b1, bare SQLite: %w", err)
		}
		base.join(m)
	}
	if err := c.holds(ctx, got.N); err != nil {
		return fmt.Errorf("b1: %w", err)
	}
	mb := got.perSecond() * papers * paperLen / 1e6
	fmt.Printf("b1   submit a case (%d members, %d files of 64 KiB), %d clients: %.0f cases/s, p50 %.1f ms, p99 %.1f ms, %.1f ms of processor each (aim: 350, 60 ms)\n",
		members, papers, clients, got.perSecond(), got.ms(.5), got.ms(.99), got.cpuEach())
	fmt.Printf("     %.0f MB/s of files: %.0f %% of what the disk writes at once, %.0f %% of one core's SHA-256; %.2f cases for each flush that the machine can do\n",
		mb, 100*mb/machine.Write, 100*mb/machine.Hash, got.perSecond()/machine.Flushes)
	fmt.Printf("     bare SQLite (modernc, WAL, synchronous=FULL, one insert a transaction, same bytes, no audit, no encryption): %.0f cases/s, p99 %.1f ms, %.1f ms of processor each; ratio %.2f\n",
		base.perSecond(), base.ms(.99), base.cpuEach(), got.perSecond()/base.perSecond())
	return nil
}

// holds makes sure that what was answered is there: each case's two events,
// and the files that the last one names.
func (c *city) holds(ctx context.Context, cases int) error {
	head, _ := c.internet.Journal.Head()
	if int(head) != 2*cases {
		return fmt.Errorf("%d cases were answered, but the journal holds %d events", cases, head)
	}
	events, err := c.internet.Journal.Events(ctx, head-1, 1)
	if err != nil {
		return err
	}
	last := events[0]
	submitted, ok := last.Body.(filing.Submitted)
	if !ok {
		return fmt.Errorf("the journal ends with %s, though every case was submitted", last.Kind)
	}
	app, _ := submitted.Dossier.Value()
	for _, m := range app.Materials {
		d, err := blob.ParseDigest(m.SHA256)
		if err != nil {
			return err
		}
		if there, err := c.internet.Blobs.Has(ctx, d); err != nil || !there {
			return fmt.Errorf("paper %s of the last case is missing: %w", m.File, err)
		}
	}
	return nil
}

// bareSubmitting gives what one client of the baseline does, and its end.
func bareSubmitting(ctx context.Context, app filing.Application, noise []byte) (func(context.Context) error, func(), error) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, nil, err
	}
	db, err := bare(ctx, dir, `CREATE TABLE filing (id INTEGER PRIMARY KEY, dossier TEXT NOT NULL, papers BLOB NOT NULL)`)
	if err != nil {
		remove()
		return nil, nil, err
	}
	var nth atomic.Uint64
	return func(ctx context.Context) error {
		text, err := json.Marshal(app.Case)
		if err != nil {
			return err
		}
		all := make([]byte, 0, papers*paperLen)
		for range papers {
			all = append(all, paper(noise, nth.Add(1))...)
		}
		_, err = db.ExecContext(ctx, `INSERT INTO filing (dossier, papers) VALUES ($1, $2)`, string(text), all)
		return err
	}, func() { db.Close(); remove() }, nil
}
