package node_test

import (
	"context"
	"crypto/rand"
	"time"

	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// dies lets a process die in one of the next operations of its disk.
func (s *sim) dies() {
	p, at := s.place(), 1+s.rng.IntN(60)
	s.note("%s will die in the %d-th operation of its disk", p.zone, at)
	p.disk.killAt(at)
}

// busy lets a zone hear something, and its people work.
func (s *sim) busy(p *simPlace) {
	for _, r := range s.into(p.zone) {
		s.send(r)
		s.deliver(r, true)
	}
	for _, m := range s.matters {
		if s.rng.IntN(3) > 0 {
			s.work(p.zone, m)
		}
	}
}

// cursors tells how far what follows by rule has come.
func cursors(ctx context.Context, r store.Reader) (map[string]journal.Position, error) {
	rows, err := r.Query(ctx, `SELECT name, position FROM journal_cursor WHERE name LIKE 'reaction:%'`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]journal.Position{}
	for rows.Next() {
		var name string
		var at journal.Position
		if err := rows.Scan(&name, &at); err != nil {
			return nil, err
		}
		out[name] = at
	}
	return out, rows.Err()
}

// forgets lets a process die after much was done, and before it has written down how
// far it came: all that followed in this step follows once more.
func (s *sim) forgets() {
	p, ctx := s.place(), context.Background()
	s.again(p) // how far it came is written when a process ends
	if s.wrong != nil {
		return
	}
	before, err := cursors(ctx, p.Store)
	if err != nil {
		s.fail("how far a zone came can't be read: %s: %v", p.zone, err)
		return
	}
	s.busy(p)
	s.note("%s dies and has forgotten what followed", p.zone)
	s.stats.deaths++
	p.asleep = true
	s.again(p)
	p.asleep = false
	if s.wrong != nil {
		return
	}
	for name, at := range before {
		if err := p.Journal.MoveCursor(ctx, name, at); err != nil {
			s.fail("a cursor can't be put back: %s: %v", p.zone, err)
		}
	}
	p.StartStill(s.reaction(p))
	s.rest(p)
}

// sleeps lets a process die before anything has followed from what it did and heard.
func (s *sim) sleeps() {
	p := s.place()
	p.asleep = true
	s.again(p)
	if s.wrong == nil {
		s.busy(p)
	}
	s.note("%s dies before anything followed", p.zone)
	s.stats.deaths++
	p.asleep = false
	if s.wrong == nil {
		s.again(p)
	}
}

// fill lets a disk take no more files. The database is another disk.
func (s *sim) fill() {
	p := s.place()
	if p.copy != nil {
		return
	}
	p.disk.mu.Lock()
	p.disk.full = true
	p.disk.mu.Unlock()
	s.stats.full++
	s.note("the disk of %s is full", p.zone)
}

func (s *sim) drainAll() {
	for _, z := range zone.All() {
		s.drain(s.places[z])
	}
}

func (s *sim) drain(p *simPlace) {
	if !p.disk.full {
		return
	}
	p.disk.full = false
	s.again(p)
	s.note("the disk of %s has space again", p.zone)
}

// jump sets a clock wrong, or right again.
func (s *sim) jump() {
	p := s.place()
	switch s.rng.IntN(3) {
	case 0:
		p.skew = 0
	case 1:
		p.skew = -time.Duration(s.rng.IntN(180)) * time.Minute
	case 2:
		p.skew = time.Duration(s.rng.IntN(20*60)) * time.Minute
	}
	s.note("the clock of %s is wrong by %s", p.zone, p.skew)
	s.tick()
}

// renew draws new keys for a zone; its next bundles tell the others. While a zone lies
// in a copy nobody does: the two would have to be paired anew.
func (s *sim) renew() {
	for _, p := range s.places {
		if p.copy != nil {
			return
		}
	}
	p := s.place()
	if p.disk.full {
		return
	}
	if _, err := p.Keys.Renew(rand.Reader, s.now.Add(p.skew)); err != nil {
		s.fail("keys can't be renewed: %s: %v", p.zone, err)
		return
	}
	s.stats.renewals++
	s.note("%s renews its keys", p.zone)
	s.again(p)
}

// toRestore copies a zone, which will be put back to that in some steps. Until then no
// carrier comes for what it says, so that it forgets nothing that others have heard: a
// zone that does is played in package exchange.
func (s *sim) toRestore() {
	p := s.place()
	for _, q := range s.places {
		if q.copy != nil {
			return
		}
	}
	for _, r := range s.streams() {
		if s.owed[r] {
			return
		}
	}
	if p.disk.full || p.disk.isDead() || !s.known(p) {
		return
	}
	s.keep(p)
	p.restore = s.step + 2 + s.rng.IntN(8)
	s.note("%s is copied, as it will be after step %d", p.zone, p.restore)
}

// known: a zone and its neighbours have all heard of each other's keys of today. Else
// people would pair them anew after it was restored, which is played in package exchange.
func (s *sim) known(p *simPlace) bool {
	for _, peer := range p.share.Peers() {
		q := s.places[peer]
		mine, err := q.Keys.Peer(p.zone)
		theirs, err2 := p.Keys.Peer(peer)
		if err != nil || err2 != nil || !mine.Equal(p.Keys.Public()) || !theirs.Equal(q.Keys.Public()) {
			return false
		}
	}
	return true
}

// tellAgain is a neighbour that was told that a zone was restored.
func (s *sim) tellAgain() {
	for _, r := range s.streams() {
		if s.owed[r] {
			s.tellAnew(r)
			return
		}
	}
}
