package node_test

import (
	"bytes"
	"context"

	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
)

// send lets a zone cut what is new and give all without a receipt to a carrier.
func (s *sim) send(r exchange.Stream) {
	p := s.places[r.From]
	if s.wrong != nil || p.copy != nil || s.step > 0 && s.step < s.cut[r] {
		return // nobody comes for it
	}
	ctx := context.Background()
	made, err := p.share.Export(ctx, r.To)
	s.stats.bundles += len(made)
	if err == nil {
		_, err = p.share.Hand(ctx, r.To, s.wire[r])
	}
	switch {
	case !s.alive(p, "sends to the "+string(r.To)+" zone"):
	case err != nil && p.disk.full && saysFull(err):
		s.note("%s can't send on a full disk", p.zone)
	case err != nil:
		s.fail("a zone can't send: %s: %v", r, err)
	case len(made) > 0:
		s.note("%s: %d bundles are sent", r, len(made))
	}
	for names := s.list(s.wire[r]); len(names) > 60; names = names[1:] { // no disc holds everything
		s.lose(s.wire[r], names[0])
	}
}

// deliver brings some of what a carrier holds, in any order, and lets it be taken in.
func (s *sim) deliver(r exchange.Stream, all bool) {
	p := s.places[r.To]
	if s.wrong != nil || s.step > 0 && s.step < s.cut[r] {
		return
	}
	names := s.list(s.wire[r])
	s.rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	inbox, err := p.share.Inbox(r.From)
	for _, name := range names {
		if err == nil && (all || s.rng.IntN(3) > 0) {
			err = inbox.Send(name, s.read(s.wire[r], name))
			if s.rng.IntN(3) == 0 { // or it comes again
				s.lose(s.wire[r], name)
			}
		}
	}
	var out []exchange.Outcome
	if err == nil {
		out, err = p.share.Import(context.Background(), r.From, inbox)
	}
	if err == nil {
		err = p.share.Clear(inbox, out)
	}
	switch {
	case !s.alive(p, "receives from the "+string(r.From)+" zone"):
		return
	case err != nil && p.disk.full && saysFull(err):
		s.note("%s can't receive on a full disk", p.zone)
	case err != nil:
		s.fail("a zone can't take in what was brought: %s: %v", r, err)
		return
	}
	s.rest(p)
	came := 0
	for _, o := range out {
		switch o.Fate {
		case exchange.Applied:
			came++
		case exchange.Refused:
			s.note("%s refuses %s: %s", p.zone, o.File, o.Reason)
		}
	}
	if came > 0 {
		s.note("%s: %d bundles are taken in", r, came)
	}
	if err == nil && s.wrong == nil {
		s.showsRefused(r, out)
	}
}

// cross lets every zone send, and everything come in.
func (s *sim) cross() {
	for _, r := range s.streams() {
		s.send(r)
		s.deliver(r, true)
	}
}

// harm is what a carrier does to one file that it holds.
func (s *sim) harm(r exchange.Stream) {
	names := s.list(s.wire[r])
	if len(names) == 0 {
		return
	}
	name := names[s.rng.IntN(len(names))]
	content := s.read(s.wire[r], name)
	part := s.rng.IntN(1000) * len(content) / 1000
	switch s.rng.IntN(5) {
	case 0:
		s.note("%s: %s is lost", r, name)
		s.lose(s.wire[r], name)
	case 1:
		s.note("%s: %s is cut", r, name)
		s.put(s.wire[r], name, content[:part])
	case 2:
		if len(content) > 0 {
			s.note("%s: %s is altered", r, name)
			content[part] ^= 1 << s.rng.IntN(8)
			s.put(s.wire[r], name, content)
		}
	case 3:
		other := names[s.rng.IntN(len(names))]
		s.note("%s: %s stands under the name %s", r, name, other)
		s.put(s.wire[r], other, content)
	case 4:
		s.note("%s: all of it is lost", r)
		for _, name := range names {
			s.lose(s.wire[r], name)
		}
	}
}

// wrongDisc is somebody who reads in a disc that is for another zone, or last week's.
func (s *sim) wrongDisc() {
	p, r := s.place(), s.stream()
	_, answer, err := p.share.ImportDisc(context.Background(), s.wire[r])
	switch {
	case !s.alive(p, "reads a disc in"):
	case err != nil && p.disk.full && saysFull(err):
	case err != nil:
		s.fail("a disc can't be read in: %s in the %s zone: %v", r, p.zone, err)
	case answer.Says == "":
		s.fail("of a disc nothing is said: %s in the %s zone", r, p.zone)
	default:
		s.note("%s reads in a disc of %s: %s", p.zone, r, answer.Says)
	}
	s.rest(p)
}

func (s *sim) list(d *carrier.Directory) []string {
	names, err := d.List()
	if err != nil {
		s.fail("a carrier can't be read: %v", err)
	}
	return names
}

func (s *sim) read(d *carrier.Directory, name string) []byte {
	var b bytes.Buffer
	r, err := d.Take(name)
	if err == nil {
		_, err = b.ReadFrom(r)
		r.Close()
	}
	if err != nil {
		s.fail("a carrier can't be read: %v", err)
	}
	return b.Bytes()
}

func (s *sim) put(d *carrier.Directory, name string, content []byte) {
	if err := d.Send(name, content); err != nil {
		s.fail("a carrier takes nothing: %v", err)
	}
}

func (s *sim) lose(d *carrier.Directory, name string) {
	if err := d.Remove(name); err != nil {
		s.fail("a carrier loses nothing: %v", err)
	}
}

// showsRefused: a bundle that was refused, and that no good one has taken the place of,
// stands in the zone's status with its reason.
func (s *sim) showsRefused(r exchange.Stream, out []exchange.Outcome) {
	p := s.places[r.To]
	st, err := p.share.Status(context.Background())
	if !s.alive(p, "looks at the status") {
		return
	}
	if err != nil {
		s.fail("there is no status: %s: %v", r.To, err)
		return
	}
	for _, in := range st.Incoming {
		if in.From != r.From {
			continue
		}
		shown := map[string]bool{}
		for _, b := range in.Refused {
			shown[b.File] = b.Reason != "" && b.Detail != ""
		}
		for _, o := range out {
			name, _, named := exchange.ParseName(o.File)
			over := name.Epoch < in.Epoch || name.Epoch == in.Epoch && name.Sequence <= in.Applied
			if o.Fate == exchange.Refused && named && !over && !shown[o.File] && in.Unkept.Count == 0 {
				s.fail("a bundle was refused, and the operator isn't told why: %s", o.File)
			}
		}
	}
}
