package sites

import (
	"context"
	"sync"
	"time"

	"yitang/internal/access"
	"yitang/internal/exchange"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// distance tells how far this zone and the others have heard of each other.
// Every page shows it, so one answer serves for a moment.
type distance struct {
	node *node.Node

	mu    sync.Mutex
	share *exchange.Exchange
	last  exchange.Status
	at    time.Time
}

// fresh is how long an answer serves.
const fresh = 2 * time.Second

func (d *distance) status(ctx context.Context) (exchange.Status, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.node.Journal.Now()
	if age := now.Sub(d.at); d.share != nil && age >= 0 && age < fresh {
		return d.last, nil
	}
	if err := d.open(ctx); err != nil {
		return exchange.Status{}, err
	}
	s, err := d.share.Status(ctx)
	if err == nil {
		d.last, d.at = s, now
	}
	return s, err
}

func (d *distance) open(ctx context.Context) (err error) {
	if d.share == nil {
		d.share, err = d.node.Exchange(ctx)
	}
	return err
}

func (d *distance) exchange(ctx context.Context) (*exchange.Exchange, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	err := d.open(ctx)
	return d.share, err
}

// forget lets the next page ask anew: what it shows was changed here.
func (d *distance) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = time.Time{}
}

// foot is the line at the foot of each page of whoever is signed in. What
// can't be told is left out: no page fails for its foot.
func (d *distance) foot(ctx context.Context) []ui.Link {
	status, err := d.status(ctx)
	if err != nil {
		d.node.Log.Warn("asking how far the other zones are", "err", err)
		return nil
	}
	var all []ui.Link
	for _, p := range peers(ctx, status, d.node.Journal.Now()) {
		all = append(all, ui.Link{Text: p.Says.Word, URL: "/node"})
	}
	return all
}

// heard is the same for the pages of a case.
func (d *distance) heard(ctx context.Context) (ui.HeardList, error) {
	status, err := d.status(ctx)
	if err != nil {
		return nil, err
	}
	now := d.node.Journal.Now()
	var all ui.HeardList
	for i, p := range peers(ctx, status, now) {
		all = append(all, ui.Heard{Zone: p.Zone, AsOf: status.Incoming[i].AsOf, Now: now, Says: p.Says})
	}
	return all, nil
}

// ways asks how far what this zone wrote has come to each of the others that
// may have it.
func (d *distance) ways(ctx context.Context, kind string, at journal.Position) ([]exchange.Way, error) {
	s, err := d.status(ctx)
	if err != nil {
		return nil, err
	}
	var all []exchange.Way
	for _, out := range s.Outgoing {
		w, err := d.share.WayOf(ctx, out.To, kind, at)
		if err != nil {
			return nil, err
		}
		if w.Goes {
			all = append(all, w)
		}
	}
	return all, nil
}

// aside lists what the others said and this zone didn't take; without groups
// when there is nothing.
func (d *distance) aside(ctx context.Context, s exchange.Status) (ui.Table, error) {
	t := ui.Table{Caption: ui.T(ctx, "distance.aside.title"), Columns: []ui.Column{{Text: ui.T(ctx, "distance.aside.what")}, {Text: ui.T(ctx, "distance.zone")}, {Text: ui.T(ctx, "distance.aside.bundle"), Number: true}, {Text: ui.T(ctx, "distance.aside.at")}}}
	for _, in := range s.Incoming {
		if in.Quarantined == 0 && len(in.Refused) == 0 {
			continue
		}
		all, err := d.share.Quarantine(ctx, in.From)
		if err != nil {
			return ui.Table{}, err
		}
		g := ui.Group{}
		for _, b := range in.Refused {
			g.Rows = append(g.Rows, ui.Row{State: ui.Stop, Cells: []ui.Cell{{Text: ui.T(ctx, "distance.whole"), Sub: b.Detail, Head: true}, {Text: ui.ZoneName(ctx, in.From)}, {Text: ui.Count(int(b.Sequence))}, {Text: ui.Ago(ctx, d.node.Journal.Now(), b.At)}}})
		}
		if in.Unkept.Count > 0 && len(in.Refused) > 0 {
			g.Rows = append(g.Rows, ui.Row{State: ui.Stop, Cells: []ui.Cell{{Text: ui.T(ctx, "distance.unkept", "Count", int(in.Unkept.Count)), Head: true}, {Text: ui.ZoneName(ctx, in.From)}, {}, {Text: ui.Ago(ctx, d.node.Journal.Now(), in.Unkept.Last)}}})
		}
		for _, q := range all {
			g.Rows = append(g.Rows, ui.Row{State: ui.Stop, Cells: []ui.Cell{{Text: q.Kind, Sub: asideWhy(ctx, q.Reason), Head: true, URL: "/release/" + q.Key()}, {Text: ui.ZoneName(ctx, q.From)}, {Text: ui.Count(int(q.Sequence))}, {Text: ui.Ago(ctx, d.node.Journal.Now(), q.At)}}})
		}
		t.Groups = append(t.Groups, g)
	}
	return t, nil
}

// suites lists by which algorithms each stream is signed and encrypted.
func suites(ctx context.Context, s exchange.Status) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "distance.suites.caption"), Cards: true, Groups: []ui.Group{{}}, Columns: []ui.Column{{Text: ui.T(ctx, "distance.suites.way")}, {Text: ui.T(ctx, "distance.suites.suite")}, {Text: ui.T(ctx, "distance.suites.next")}}}
	add := func(from, to zone.Zone, now, next keys.Suite) {
		then := ui.T(ctx, "distance.suites.same")
		if next != "" {
			then = suiteName(ctx, next)
		}
		way := ui.T(ctx, "distance.suites.between", "From", ui.ZoneName(ctx, from), "To", ui.ZoneName(ctx, to))
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: way, Head: true}, {Text: suiteName(ctx, now)}, {Text: then}}})
	}
	for i, out := range s.Outgoing {
		in := s.Incoming[i]
		add(s.Zone, out.To, out.Suite, out.Takes)
		add(in.From, s.Zone, in.Suite, in.Agreed)
	}
	return t
}

func suiteName(ctx context.Context, s keys.Suite) string {
	if s == keys.National {
		return ui.T(ctx, "distance.suites.national")
	}
	return ui.T(ctx, "distance.suites.international")
}

// keys lists the fingerprints that people compare.
func (d *distance) keys(ctx context.Context, s exchange.Status) (ui.Table, error) {
	t := ui.Table{Caption: ui.T(ctx, "distance.keys.caption"), Cards: true, Groups: []ui.Group{{}}, Columns: []ui.Column{{Text: ui.T(ctx, "distance.keys.whose")}, {Text: ui.T(ctx, "distance.keys.suite")}, {Text: ui.T(ctx, "distance.keys.fingerprint")}, {Text: ui.T(ctx, "distance.keys.trust")}}}
	var peers []zone.Zone
	for _, out := range s.Outgoing {
		peers = append(peers, out.To)
	}
	known, err := d.node.Keys.Known(peers...)
	for _, k := range known {
		trust := ui.Tag{State: ui.OK, Word: ui.T(ctx, "distance.keys.pinned")}
		switch k.Trust {
		case keys.Own:
			trust = ui.Tag{State: ui.Info, Word: ui.T(ctx, "distance.keys.own")}
		case keys.Told:
			trust = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "distance.keys.told")}
		case keys.Pinned:
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: ui.ZoneName(ctx, k.Zone), Head: true}, {Text: suiteName(ctx, k.Suite)}, {Text: k.Fingerprint}, {Tag: trust}}})
	}
	return t, err
}

// peer is one other zone as people read of it.
type peer struct {
	Zone    zone.Zone
	Sent    string
	Receipt string
	Thanks  string // why the newest bundles have no receipt and none is waited for
	Heard   string
	Promise string // how long it may be silent
	Owed    string // what has no receipt yet
	Unread  string // what wasn't looked through for it yet
	Says    ui.Tag
	Others  []ui.Tag // what needs a person besides
}

func peers(ctx context.Context, s exchange.Status, now time.Time) []peer {
	var all []peer
	for i, out := range s.Outgoing {
		in := s.Incoming[i]
		p := peer{Zone: out.To, Sent: ui.T(ctx, "distance.none"), Receipt: ui.T(ctx, "distance.none"), Heard: ui.T(ctx, "distance.none")}
		if out.Sent > 0 {
			p.Sent = ui.T(ctx, "distance.bundle", "Number", int(out.Sent), "Age", ui.Ago(ctx, now, out.SentAt))
		}
		if out.Applied > 0 {
			p.Receipt = ui.T(ctx, "distance.bundle", "Number", int(out.Applied), "Age", ui.Ago(ctx, now, out.AppliedAt))
		}
		if out.Sent > out.Applied && out.Applied > 0 && out.Unreceipted == 0 {
			p.Thanks = ui.T(ctx, "distance.thanks")
		}
		if in.Applied > 0 {
			p.Heard = ui.T(ctx, "distance.bundle", "Number", int(in.Applied), "Age", ui.Ago(ctx, now, in.AsOf))
		}
		if in.Promise > 0 {
			p.Promise = ui.T(ctx, "distance.promise", "Span", ui.Lasting(ctx, in.Promise))
		}
		if out.Records > 0 {
			p.Owed = ui.T(ctx, "distance.owed", "Count", int(out.Records), "Time", ui.Lasting(ctx, now.Sub(out.WaitingSince)))
		}
		if out.Behind > 0 && out.Paired {
			p.Unread = ui.T(ctx, "distance.unread", "Count", int(out.Behind))
		}
		p.Says = says(ctx, web.WhoOf(ctx), out, in, now)
		if all := troubles(ctx, web.WhoOf(ctx), out, in, now); len(all) > 1 {
			p.Others = all[1:]
		}
		all = append(all, p)
	}
	return all
}

// recent is how old news of another zone may be for both to be called level:
// what happened there since can't be known here.
const recent = time.Hour

// tooQuiet is how long a zone may have nothing to tell, a weekend included, before
// that is said as something to look into, where the release policy promises nothing.
const tooQuiet = 4 * 24 * time.Hour

// says is one sentence: what needs a person first, then what is waited for.
func says(ctx context.Context, who access.Who, out exchange.Outgoing, in exchange.Incoming, now time.Time) ui.Tag {
	if all := troubles(ctx, who, out, in, now); len(all) > 0 {
		return all[0]
	}
	name := ui.ZoneName(ctx, out.To)
	switch {
	case out.Unreceipted > 0:
		return ui.Tag{State: ui.Wait, Long: true, Word: ui.T(ctx, "ui.heard.delayed", "Zone", name, "Time", ui.Lasting(ctx, now.Sub(out.WaitingSince)))}
	case in.Applied == 0:
		return ui.Tag{State: ui.Wait, Long: true, Word: ui.T(ctx, "distance.silent", "Zone", name)}
	}
	switch age := now.Sub(in.AsOf); {
	case in.Promise == 0 && age > tooQuiet:
		return ui.Tag{State: ui.Wait, Long: true, Word: ui.T(ctx, "distance.too_quiet", "Zone", name, "Age", ui.Ago(ctx, now, in.AsOf))}
	case age > recent:
		return ui.Tag{State: ui.Info, Long: true, Word: ui.T(ctx, "distance.quiet", "Zone", name, "Age", ui.Ago(ctx, now, in.AsOf))}
	}
	return ui.Tag{State: ui.OK, Long: true, Word: ui.T(ctx, "distance.level", "Zone", name, "Age", ui.Ago(ctx, now, in.AsOf))}
}

// troubles are all that need a person, the most pressing first: one hides no other. Who
// reads them is led to what they can see only.
func troubles(ctx context.Context, who access.Who, out exchange.Outgoing, in exchange.Incoming, now time.Time) []ui.Tag {
	var all []ui.Tag
	add := func(is bool, state ui.State, key string, args ...any) {
		if is {
			all = append(all, ui.Tag{State: state, Long: true, Word: ui.T(ctx, key, append([]any{"Zone", ui.ZoneName(ctx, out.To)}, args...)...)})
		}
	}
	if len(in.Refused) > 0 {
		add(true, ui.Stop, "distance.refused", "Number", int(in.Refused[0].Sequence))
	}
	add(out.Ahead > 0, ui.Stop, "distance.ahead")
	add(!in.Behind.IsZero(), ui.Stop, "distance.behind", "Age", ui.Ago(ctx, now, in.Behind))
	add(len(in.Missing) > 0, ui.Stop, "distance.gap", "Numbers", ui.Spans(ctx, in.Missing), "Count", len(in.Waiting))
	if len(in.Lacking) > 0 {
		add(true, ui.Stop, "distance.lacking", "Number", int(in.Applied+1), "Count", len(in.Lacking))
	}
	add(!in.Silent.IsZero(), ui.Stop, "distance.broken", "Age", ui.Ago(ctx, now, in.Silent), "Span", ui.Lasting(ctx, in.Promise))
	late := "distance.disc_late.ask"
	if who.May(access.SeeDiscs) {
		late = "distance.disc_late"
	}
	// ui:keys distance.disc_late distance.disc_late.ask
	add(out.Discs.Late > 0, ui.Stop, late, "Count", out.Discs.Late, "Age", ui.Ago(ctx, now, out.Discs.Since))
	add(in.Quarantined > 0, ui.Stop, "distance.set_aside", "Count", int(in.Quarantined))
	add(in.Inbox.TooMuch(), ui.Warn, "distance.inbox")
	add(out.Held > 0, ui.Warn, "distance.held", "Count", int(out.Held))
	if out.Slowed != nil {
		add(true, ui.Warn, "distance.slowed", "Again", ui.At(ctx, out.Slowed.Again))
	}
	add(!out.Paired, ui.Warn, "distance.not_paired")
	return all
}
