package sites

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/exchange"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// discs are the pages of the log of discs that people carry between the networks.
type discs struct {
	site *web.Site
	far  *distance
}

func (p discs) routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /discs", Right: access.SeeDiscs, Handle: func(w http.ResponseWriter, r *http.Request) { p.list(w, r, nil) }},
		{Pattern: "POST /discs", Right: access.KeepDiscs, Handle: p.handOver},
		{Pattern: "POST /discs/write", Right: access.KeepDiscs, Handle: p.write},
		{Pattern: "POST /discs/read", Right: access.KeepDiscs, Handle: p.read},
		{Pattern: "GET /discs/print", Right: access.SeeDiscs, Handle: p.print},
		{Pattern: "GET /discs/{disc}", Right: access.SeeDiscs, Handle: func(w http.ResponseWriter, r *http.Request) { p.show(w, r, nil) }},
		{Pattern: "POST /discs/{disc}", Right: access.KeepDiscs, Handle: p.post},
	}
}

// discsShown is how many a page of the list has.
const discsShown = 50

// discName is a disc in a phrase.
func discName(ctx context.Context, d exchange.DiscRow) string {
	if d.Number == "" {
		return ui.T(ctx, "disc.unnumbered", "Bundles", discBundles(d))
	}
	return d.Number
}

// discBundles is which bundles are on it.
func discBundles(d exchange.DiscRow) string {
	if d.First == d.Last {
		return strconv.FormatInt(d.First, 10)
	}
	return fmt.Sprintf("%d–%d", d.First, d.Last)
}

func discWay(ctx context.Context, d exchange.DiscRow) string {
	return ui.T(ctx, "distance.suites.between", "From", ui.ZoneName(ctx, d.Stream.From), "To", ui.ZoneName(ctx, d.Stream.To))
}

// discTag says where a disc is, and since how many days.
// ui:keys disc.end.*
// ui:keys disc.answer.*
func discTag(ctx context.Context, d exchange.DiscRow, now time.Time) ui.Tag {
	switch {
	case d.Ends == exchange.Given:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "disc.end."+string(d.End))}
	case d.Ends == exchange.Asked:
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "disc.tag.end_asked")}
	case d.Stage == exchange.DiscPrepared:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "disc.tag.prepared")}
	case d.Late:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "disc.tag.late", "Count", d.DaysOpen(now))}
	case d.Stage == exchange.DiscHanded && d.Receipt.IsZero():
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "disc.tag.way", "Count", d.DaysOpen(now))}
	case d.Stage == exchange.DiscHanded:
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "disc.tag.arrived")}
	case d.Differs:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "disc.tag.differs")}
	case d.Stage == exchange.DiscCame:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "disc.tag.came")}
	case good(d.Answer):
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "disc.answer."+string(d.Answer))}
	}
	return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "disc.answer."+string(d.Answer))}
}

func good(a exchange.AnswerCode) bool {
	return a == exchange.DiscTaken || a == exchange.DiscAgain || a == exchange.DiscOld
}

// handing is what lies ready for another network, and the form that hands it over.
type handing struct {
	To      zone.Zone
	Title   string
	Table   ui.Table
	Own     string // why whoever reads can't hand them over
	Print   ui.Button
	Key     string
	IDs     []string
	Carrier ui.Field
	Do      ui.Button
}

// lying is a disc in an inbox that isn't on record yet.
type lying struct {
	Says string
	Do   ui.Button
}

// discList is the page of the log.
type discList struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Ready  []handing
	Lying  []lying
	Off    []string    // bundles that came on no disc that is on record
	Write  []ui.Button // one for each network
	Show   string
	Query  string
	Chips  ui.Chips
	Table  ui.Table
	Older  ui.Button
}

func (p discs) names(ctx context.Context, rows []exchange.DiscRow) (map[string]string, error) {
	var ids []string
	for _, d := range rows {
		ids = append(ids, d.By, d.With, d.EndBy, d.AnsweredBy)
	}
	return account.Names(ctx, p.site.Journal.Store, ids)
}

func discLink(show exchange.DiscShow, query string, more ...string) string {
	v := url.Values{}
	if show != exchange.AllDiscs {
		v.Set("show", string(show))
	}
	if query != "" {
		v.Set("q", query)
	}
	for i := 0; i+1 < len(more); i += 2 {
		v.Set(more[i], more[i+1])
	}
	if len(v) == 0 {
		return "/discs"
	}
	return "/discs?" + v.Encode()
}

func (p discs) row(ctx context.Context, d exchange.DiscRow, names map[string]string) ui.Row {
	by := ui.Cell{Text: cmpName(names, d.By), Sub: ui.At(ctx, d.At)}
	with := ui.Cell{Text: ui.T(ctx, "disc.nobody_yet"), Quiet: true}
	if d.With != "" {
		with = ui.Cell{Text: cmpName(names, d.With), Sub: ui.T(ctx, "disc.carried", "Who", d.Carrier, "When", ui.At(ctx, d.WithAt))}
	}
	tag := discTag(ctx, d, p.site.Now())
	row := ui.Row{Cells: []ui.Cell{
		{Text: discName(ctx, d), Sub: discWay(ctx, d), Head: true, URL: "/discs/" + url.PathEscape(d.ID)},
		{Text: discBundles(d), Sub: ui.T(ctx, "disc.files", "Count", d.Files, "Size", ui.Size(d.Bytes))},
		{Tag: tag}, by, with}}
	if tag.State == ui.Stop {
		row.State = ui.Stop
	}
	return row
}

// cmpName is whose account it is; one that is gone is shown as it is.
func cmpName(names map[string]string, id string) string {
	if n := names[id]; n != "" {
		return n
	}
	return id
}

func discColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Text: ui.T(ctx, "disc.col.disc")}, {Text: ui.T(ctx, "disc.col.bundles")}, {Text: ui.T(ctx, "disc.col.now")}, {Text: ui.T(ctx, "disc.col.by")}, {Text: ui.T(ctx, "disc.col.with")}}
}

// list shows the log.
// ui:keys disc.show.*
func (p discs) list(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	v, err := p.listed(ctx, r, failed)
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	var said ui.Banner
	// ui:keys disc.said.*
	if key := "disc.said." + r.URL.Query().Get("said"); ui.Known(key) {
		said.Text = ui.T(ctx, key)
	}
	p.site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Banner: said, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "sites.nav.node"), URL: "/node"}, {Text: ui.T(ctx, "disc.crumb")}}}, discsPage(v))
}

func (p discs) listed(ctx context.Context, r *http.Request, failed error) (discList, error) {
	v := discList{Head: ui.Head{Title: ui.T(ctx, "disc.title"), Lead: ui.T(ctx, "disc.lead")}, Show: r.FormValue("show"), Query: strings.TrimSpace(r.FormValue("q"))}
	x, err := p.far.exchange(ctx)
	if err != nil {
		return v, err
	}
	q := exchange.DiscQuery{Show: exchange.DiscShow(v.Show), Find: v.Query, Most: discsShown + 1}
	if at, id, ok := strings.Cut(r.FormValue("before"), "-"); ok {
		micro, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return v, fault.NotFound("page of the log of discs")
		}
		q.BeforeAt, q.BeforeID = time.UnixMicro(micro).UTC(), id
	}
	rows, err := x.MediaLog(ctx, q)
	if err != nil {
		return v, err
	}
	names, err := p.names(ctx, rows)
	if err != nil {
		return v, err
	}
	for _, show := range exchange.DiscShows() {
		key := string(show)
		if key == "" {
			key = "all"
		}
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: ui.T(ctx, "disc.show."+key), URL: discLink(show, v.Query), Current: show == q.Show})
	}
	v.Chips.Label = ui.T(ctx, "disc.show")
	if len(rows) > discsShown {
		rows = rows[:discsShown]
		last := rows[discsShown-1]
		v.Older = ui.Button{Text: ui.T(ctx, "disc.older"), URL: discLink(q.Show, v.Query, "before", fmt.Sprintf("%d-%s", last.At.UnixMicro(), last.ID)), Kind: ui.Second}
	}
	v.Table = ui.Table{Caption: ui.T(ctx, "disc.title"), Keys: true, Cards: true, Columns: discColumns(ctx), Empty: ui.Empty{Text: ui.T(ctx, "disc.empty")}}
	if v.Query != "" || v.Show != "" {
		v.Table.Empty.Text = ui.T(ctx, "disc.none_such")
	}
	if len(rows) > 0 {
		v.Table.Groups = []ui.Group{{}}
	}
	for _, d := range rows {
		v.Table.Groups[0].Rows = append(v.Table.Groups[0].Rows, p.row(ctx, d, names))
	}
	if v.Show == "" && v.Query == "" && q.BeforeAt.IsZero() {
		v.Ready, err = p.ready(ctx, x, r, failed)
		if err == nil {
			v.Off, err = p.offRecord(ctx, x)
		}
		if err == nil && web.Who(r).May(access.KeepDiscs) {
			err = p.begun(ctx, x, &v)
		}
	}
	return v, err
}

// offRecord says what came without its two people, where people carry.
func (p discs) offRecord(ctx context.Context, x *exchange.Exchange) ([]string, error) {
	var all []string
	for _, from := range x.Peers() {
		if !p.far.node.HandCarried(from) {
			continue
		}
		off, err := x.OffRecord(ctx, from)
		if err != nil {
			return nil, err
		}
		if len(off) > 0 {
			all = append(all, ui.T(ctx, "disc.off_record", "Zone", ui.ZoneName(ctx, from), "Bundles", ui.Spans(ctx, off)))
		}
	}
	return all, nil
}

// begun are the first steps: a disc to write, and one that was copied in.
func (p discs) begun(ctx context.Context, x *exchange.Exchange, v *discList) error {
	send := func(name string, z zone.Zone) []ui.Hidden {
		return []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: name, Value: string(z)}}
	}
	status, err := p.far.status(ctx)
	if err != nil {
		return err
	}
	for _, o := range status.Outgoing {
		if o.Paired {
			v.Write = append(v.Write, ui.Button{Text: ui.T(ctx, "disc.do.write", "Zone", ui.ZoneName(ctx, o.To)), Post: "/discs/write", Send: send("to", o.To), Kind: ui.Second})
		}
	}
	all, err := x.InboxDiscs(ctx)
	for _, l := range all {
		v.Lying = append(v.Lying, lying{ui.T(ctx, "disc.lying", "Number", l.Number, "Zone", ui.ZoneName(ctx, l.Stream.From), "Bundles", discBundles(exchange.DiscRow{Load: l})),
			ui.Button{Text: ui.T(ctx, "disc.do.read"), Post: "/discs/read", Send: append(send("from", l.Stream.From), ui.Hidden{Name: "number", Value: l.Number}), Kind: ui.Second}})
	}
	return err
}

func (p discs) write(w http.ResponseWriter, r *http.Request) {
	p.begin(w, r, "written", func(ctx context.Context, x *exchange.Exchange) (exchange.DiscRow, error) {
		to, err := zone.Parse(r.PostFormValue("to"))
		if err != nil || !slices.Contains(x.Peers(), to) {
			return exchange.DiscRow{}, fault.NotFound("network to write a disc for")
		}
		return x.WriteOutbox(ctx, to, web.Key(r))
	})
}

func (p discs) read(w http.ResponseWriter, r *http.Request) {
	p.begin(w, r, "read", func(ctx context.Context, x *exchange.Exchange) (exchange.DiscRow, error) {
		from, err := zone.Parse(r.PostFormValue("from"))
		if err != nil || !slices.Contains(x.Peers(), from) {
			return exchange.DiscRow{}, fault.NotFound("network to read a disc of")
		}
		return x.ReadInbox(ctx, from, r.PostFormValue("number"), web.Key(r))
	})
}

// begin puts a disc on record and leads to it.
func (p discs) begin(w http.ResponseWriter, r *http.Request, said string, do func(context.Context, *exchange.Exchange) (exchange.DiscRow, error)) {
	ctx := actingOn(r, access.KeepDiscs)
	x, err := p.far.exchange(ctx)
	var d exchange.DiscRow
	if err == nil {
		d, err = do(ctx, x)
	}
	p.far.forget()
	p.site.Answer(w, r, err, "/discs/"+url.PathEscape(d.ID)+"?said="+said)
}

// ready is what waits for a second person to hand it over, network by network.
func (p discs) ready(ctx context.Context, x *exchange.Exchange, r *http.Request, failed error) ([]handing, error) {
	var all []handing
	who := web.Who(r)
	for _, to := range x.Peers() {
		rows, err := x.ReadyDiscs(ctx, to)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			continue
		}
		names, err := p.names(ctx, rows)
		if err != nil {
			return nil, err
		}
		h := handing{To: to, Title: ui.T(ctx, "disc.ready", "Zone", ui.ZoneName(ctx, to), "Count", len(rows)), Key: web.NewKey()}
		h.Table = ui.Table{Caption: h.Title, Cards: true, Groups: []ui.Group{{}}, Columns: discColumns(ctx)[:4]}
		v := url.Values{}
		for _, d := range rows {
			row := p.row(ctx, d, names)
			row.Cells = row.Cells[:4]
			h.Table.Groups[0].Rows = append(h.Table.Groups[0].Rows, row)
			v.Add("disc", d.ID)
			if d.By != who.Account {
				h.IDs = append(h.IDs, d.ID)
			}
		}
		h.Print = ui.Button{Text: ui.T(ctx, "disc.print"), URL: "/discs/print?" + v.Encode(), Kind: ui.Second}
		switch {
		case !who.May(access.KeepDiscs):
			h.Own = ui.T(ctx, "disc.only_see")
		case len(h.IDs) == 0:
			h.Own = ui.T(ctx, "disc.own")
		default:
			h.Carrier = ui.Field{Name: carrierTo(string(to)), Label: ui.T(ctx, "disc.carrier"), Hint: ui.T(ctx, "disc.carrier.hint"), Max: 60, Width: "mid"}
			h.Do = ui.Button{Text: ui.T(ctx, "disc.do.hand", "Count", len(h.IDs))}
			h.Carrier.Value, h.Carrier.Error = r.PostFormValue(h.Carrier.Name), ui.FieldErrors(ctx, failed)[h.Carrier.Name]
		}
		all = append(all, h)
	}
	return all, nil
}

func actingOn(r *http.Request, right access.Right) context.Context {
	who := web.Who(r)
	return journal.WithActor(r.Context(), journal.Actor{Role: string(who.As(right)), Account: who.Account})
}

// carrierTo is the field of who carries to a network: the page has a form for each.
func carrierTo(to string) string { return "carrier-" + to }

func (p discs) handOver(w http.ResponseWriter, r *http.Request) {
	ctx := actingOn(r, access.KeepDiscs)
	field := carrierTo(r.PostFormValue("to"))
	carrier := strings.TrimSpace(r.PostFormValue(field))
	x, err := p.far.exchange(ctx)
	if err == nil && carrier == "" {
		err = fault.Field(field, "exchange.disc.carrier", nil)
	}
	if err == nil {
		err = x.HandOver(ctx, r.PostForm["disc"], carrier, web.Key(r))
	}
	p.far.forget()
	if fault.Findings(err) != nil {
		p.list(w, r, err)
		return
	}
	p.site.Answer(w, r, err, "/discs?said=handed")
}

// discView is one disc.
type discView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Facts   []releaseFact
	Print   ui.Button
	Said    string
	Action  string
	Key     string
	Seen    string
	Carrier ui.Field // for the second person
	Step    ui.Button
	Why     ui.Field // for what ends it
	Do      []ui.Button
	Ending  string
}

func (p discs) show(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	x, err := p.far.exchange(ctx)
	var d exchange.DiscRow
	if err == nil {
		d, err = x.OneDisc(ctx, r.PathValue("disc"))
	}
	var names map[string]string
	if err == nil {
		names, err = p.names(ctx, []exchange.DiscRow{d})
	}
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	v := p.view(ctx, d, names, web.Who(r))
	v.Key, v.Seen = web.NewKey(), strconv.FormatInt(int64(d.SeenVersion), 10)
	wrong := ui.FieldErrors(ctx, failed)
	v.Why.Value, v.Why.Error = r.PostFormValue("why"), wrong["why"]
	v.Carrier.Value, v.Carrier.Error = r.PostFormValue("carrier"), wrong["carrier"]
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	var said ui.Banner
	if stale := new(fault.ConflictError); errors.As(failed, &stale) {
		status, said.Text = http.StatusConflict, ui.T(ctx, "release.changed")
		v.Errors = ui.ErrorSummary{}
	} else if key := "disc.said." + r.URL.Query().Get("said"); ui.Known(key) {
		said.Text = ui.T(ctx, key)
	}
	p.site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Banner: said, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "sites.nav.node"), URL: "/node"}, {Text: ui.T(ctx, "disc.crumb"), URL: "/discs"}, {Text: v.Head.Title}}}, discPage(v))
}

func (p discs) view(ctx context.Context, d exchange.DiscRow, names map[string]string, who access.Who) discView {
	now := p.site.Now()
	v := discView{Head: ui.Head{Title: discName(ctx, d), Lead: discWay(ctx, d), Tag: discTag(ctx, d, now)}}
	fact := func(key, text string) {
		if text != "" {
			v.Facts = append(v.Facts, releaseFact{ui.T(ctx, key), text})
		}
	}
	fact("disc.fact.bundles", ui.T(ctx, "disc.fact.bundles.are", "Numbers", discBundles(d), "Count", d.Bundles))
	fact("disc.fact.files", ui.T(ctx, "disc.files", "Count", d.Files, "Size", ui.Size(d.Bytes)))
	fact("disc.fact.digest", exchange.ShortDigest(d.Digest))
	did := func(who string, when time.Time) string {
		return ui.T(ctx, "disc.did", "Who", cmpName(names, who), "When", ui.At(ctx, when))
	}
	if d.CameIn() {
		fact("disc.fact.read", did(d.By, d.At))
		if d.Times > 1 {
			fact("disc.fact.times", ui.T(ctx, "disc.times", "Count", d.Times, "When", ui.At(ctx, d.LastAt)))
		}
		fact("disc.fact.answer", ui.T(ctx, "disc.answer."+string(d.Answer)))
		if d.Differs {
			fact("disc.fact.differs", ui.T(ctx, "disc.differs"))
		}
		if d.With != "" {
			fact("disc.fact.witness", did(d.With, d.WithAt))
		}
	} else {
		fact("disc.fact.written", did(d.By, d.At))
		if d.With != "" {
			fact("disc.fact.handed", did(d.With, d.WithAt))
		}
	}
	fact("disc.fact.carrier", d.Carrier)
	if !d.Receipt.IsZero() {
		fact("disc.fact.receipt", ui.At(ctx, d.Receipt))
	}
	if d.Ends != exchange.NobodyAsked {
		fact("disc.fact.end", ui.T(ctx, "disc.end_asked", "End", ui.T(ctx, "disc.end."+string(d.End)), "Who", cmpName(names, d.EndBy), "When", ui.At(ctx, d.EndAt), "Why", d.EndWhy))
	}
	switch d.Ends {
	case exchange.Given:
		fact("disc.fact.end_agreed", did(d.AnsweredBy, d.AnsweredAt))
	case exchange.TurnedDown:
		fact("disc.fact.end_refused", ui.T(ctx, "release.answer.refused", "Who", cmpName(names, d.AnsweredBy), "Why", d.WhyNot))
	case exchange.NobodyAsked, exchange.Asked, exchange.Failed:
	}
	if !d.CameIn() {
		list := url.Values{"disc": {d.ID}}
		if d.Trip != "" {
			list = url.Values{"trip": {d.Trip}}
		}
		v.Print = ui.Button{Text: ui.T(ctx, "disc.print"), URL: "/discs/print?" + list.Encode(), Kind: ui.Second}
	}
	p.steps(ctx, &v, d, who)
	return v
}

// steps are what whoever reads can do with a disc now.
func (p discs) steps(ctx context.Context, v *discView, d exchange.DiscRow, who access.Who) {
	switch {
	case d.Ends == exchange.Given:
		return
	case d.Late:
		v.Said = ui.T(ctx, "disc.late.then")
	case d.Stage == exchange.DiscHanded && d.Receipt.IsZero():
		v.Said = ui.T(ctx, "disc.way.then")
	}
	if !who.May(access.KeepDiscs) {
		v.Said = ui.T(ctx, "disc.only_see")
		return
	}
	half := d.Stage == exchange.DiscPrepared || d.Stage == exchange.DiscCame
	switch {
	case half && d.By == who.Account:
		v.Said = ui.T(ctx, "disc.own")
	case d.Stage == exchange.DiscPrepared:
		v.Carrier = ui.Field{Name: "carrier", Label: ui.T(ctx, "disc.carrier"), Hint: ui.T(ctx, "disc.carrier.hint"), Max: 60, Width: "mid"}
		v.Said = ui.T(ctx, "disc.prepared.then")
		v.Step = ui.Button{Text: ui.T(ctx, "disc.do.hand", "Count", 1), Name: "do", Value: "hand"}
	case d.Stage == exchange.DiscCame:
		v.Carrier = ui.Field{Name: "carrier", Label: ui.T(ctx, "disc.carrier.came"), Hint: ui.T(ctx, "disc.carrier.hint"), Max: 60, Width: "mid"}
		v.Step = ui.Button{Text: ui.T(ctx, "disc.do.witness"), Name: "do", Value: "witness"}
	}
	v.Action = "/discs/" + url.PathEscape(d.ID)
	button := func(key, value string) {
		v.Do = append(v.Do, ui.Button{Text: ui.T(ctx, key), Name: "do", Value: value, Kind: ui.Second})
	}
	v.Why = ui.Field{Name: "why", Kind: ui.Area, Rows: 2, Max: 500, Label: ui.T(ctx, "release.reason")}
	switch {
	case d.Ends == exchange.Asked && d.EndBy == who.Account:
		v.Ending, v.Why.Hint = ui.T(ctx, "release.another"), ui.T(ctx, "release.reason.back")
		button("release.do.take_back", "refuse")
	case d.Ends == exchange.Asked:
		v.Ending, v.Why.Hint = ui.T(ctx, "disc.end.second"), ui.T(ctx, "release.reason.refuse")
		button("disc.do.agree", "agree")
		button("release.do.refuse", "refuse")
	default:
		v.Ending, v.Why.Hint = ui.T(ctx, "disc.end.first"), ui.T(ctx, "release.reason.ask")
		button("disc.do.lost", string(exchange.DiscLost))
		button("disc.do.destroyed", string(exchange.DiscDestroyed))
	}
}

func (p discs) post(w http.ResponseWriter, r *http.Request) {
	ctx := actingOn(r, access.KeepDiscs)
	o, why, do := web.Order(r, r.PathValue("disc")), r.PostFormValue("why"), r.PostFormValue("do")
	x, err := p.far.exchange(ctx)
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	said := do
	if do == "agree" && o.Seen == nil {
		err = fault.NotNow("exchange.release.unseen", exchange.Asked)
	} else if do == "hand" {
		said, err = "handed", x.HandOver(ctx, []string{o.Subject}, r.PostFormValue("carrier"), o.Key)
	} else if cmd := discStep(do, r.PostFormValue("carrier"), why); cmd == nil {
		err = fault.NotFound("answer")
	} else {
		_, err = journal.Do(ctx, p.site.Journal, exchange.Discs, o, cmd)
	}
	p.far.forget()
	if stale := new(fault.ConflictError); errors.As(err, &stale) || fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	p.site.Answer(w, r, err, "/discs/"+url.PathEscape(o.Subject)+"?said="+said)
}

// discStep is what a button of a disc's page wants; nil for one that there isn't.
func discStep(do, carrier, why string) journal.Command[exchange.Disc] {
	switch do {
	case "witness":
		return exchange.WitnessDisc{Carrier: carrier}
	case "agree":
		return exchange.AgreeEnd{}
	case "refuse":
		return exchange.RefuseEnd{Why: why}
	case string(exchange.DiscLost), string(exchange.DiscDestroyed):
		return exchange.EndDisc{DiscEndAsked: exchange.DiscEndAsked{End: exchange.DiscEnd(do), Why: why}}
	}
	return nil
}

// print gives the list that goes with the discs of one trip.
func (p discs) print(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	x, err := p.far.exchange(ctx)
	var rows []exchange.DiscRow
	if err == nil {
		rows, err = tripDiscs(ctx, x, r.FormValue("trip"), r.Form["disc"])
	}
	var names map[string]string
	if err == nil {
		names, err = p.names(ctx, rows)
	}
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	list := HandOverList(ctx, rows, names, p.site.Office(ctx), p.site.Now())
	pdf, err := list.Print()
	web.ShowPrint(p.site, w, r, list.Title, pdf, err)
}

// tripDiscs are the discs of a trip, or those that are named, all to one network.
func tripDiscs(ctx context.Context, x *exchange.Exchange, trip string, ids []string) ([]exchange.DiscRow, error) {
	var rows []exchange.DiscRow
	if trip != "" {
		all, err := x.MediaLog(ctx, exchange.DiscQuery{Trip: trip, Most: listedDiscs})
		if err != nil {
			return nil, err
		}
		slices.Reverse(all)
		rows = all
	}
	for _, id := range ids[:min(len(ids), listedDiscs)] {
		d, err := x.OneDisc(ctx, id)
		if err != nil {
			return nil, err
		}
		rows = append(rows, d)
	}
	if len(rows) == 0 || rows[0].CameIn() {
		return nil, fault.NotFound("trip of discs")
	}
	for _, d := range rows {
		if d.Stream != rows[0].Stream {
			return nil, fault.NotFound("trip of discs to two networks")
		}
	}
	return rows, nil
}

// listedDiscs is how many one list names.
const listedDiscs = 100

// HandOverList is the list that goes with the discs of one trip, to be signed at both
// ends (介质交接单). The command line prints it too.
func HandOverList(ctx context.Context, rows []exchange.DiscRow, names map[string]string, office string, now time.Time) document.Working {
	first := rows[0]
	carrier, handed := first.Carrier, ""
	if first.With != "" {
		handed = ui.T(ctx, "disc.did", "Who", cmpName(names, first.With), "When", ui.At(ctx, first.WithAt))
	}
	var bytes int64
	files, code := 0, exchange.DiscsCode(first.Stream, rows...)
	var table [][]string
	for _, d := range rows {
		bytes, files = bytes+d.Bytes, files+d.Files
		table = append(table, []string{d.Number, discBundles(d), strconv.Itoa(d.Files) + " · " + ui.Size(d.Bytes), exchange.ShortDigest(d.Digest), cmpName(names, d.By)})
	}
	if len(rows) > 12 { // more don't fit into a code that a telephone reads
		code = fmt.Sprintf("%s %s…%s %d", exchange.DiscsCode(first.Stream), first.Number, rows[len(rows)-1].Number, len(rows))
	}
	numbers := first.Number
	if len(rows) > 1 {
		numbers = ui.T(ctx, "disc.list.numbers", "First", first.Number, "Last", rows[len(rows)-1].Number, "Count", len(rows))
	}
	var cols []string
	// ui:keys disc.list.col.*
	for _, c := range []string{"disc", "bundles", "files", "digest", "by"} {
		cols = append(cols, ui.T(ctx, "disc.list.col."+c))
	}
	sign := func(key string) []string { return []string{ui.T(ctx, key), ui.T(ctx, "disc.list.sign.here")} }
	return document.Working{
		Title: ui.T(ctx, "disc.list.title"), About: discWay(ctx, first), By: office, English: ui.LangOf(ctx) == ui.En,
		State: document.State{On: calendar.DateOf(now)}, Foot: ui.T(ctx, "disc.list.foot"),
		Code: code, CodeSays: []string{numbers, office},
		Parts: []document.Part{
			{Rows: [][]string{
				{ui.T(ctx, "disc.list.from"), ui.ZoneName(ctx, first.Stream.From)}, {ui.T(ctx, "disc.list.to"), ui.ZoneName(ctx, first.Stream.To)},
				{ui.T(ctx, "disc.list.total"), ui.T(ctx, "disc.list.total.is", "Count", len(rows), "Files", files, "Size", ui.Size(bytes))},
				{ui.T(ctx, "disc.fact.carrier"), carrier}, {ui.T(ctx, "disc.fact.handed"), handed},
			}},
			{Head: ui.T(ctx, "disc.list.discs"), Cols: cols, Rows: table},
			{Head: ui.T(ctx, "disc.list.given"), Cols: []string{"", ui.T(ctx, "disc.list.sign")}, Rows: [][]string{sign("disc.list.wrote"), sign("disc.list.handed"), sign("disc.list.carrier")}},
			{Head: ui.T(ctx, "disc.list.taken"), Cols: []string{"", ui.T(ctx, "disc.list.sign")}, Rows: [][]string{sign("disc.list.checked"), sign("disc.list.read"), sign("disc.list.stood_by")}},
		},
	}
}

// Trip gives the discs of one list, with the names of who handled them, for the
// command line.
func Trip(ctx context.Context, x *exchange.Exchange, j *journal.Journal, ids []string) ([]exchange.DiscRow, map[string]string, error) {
	rows, err := tripDiscs(ctx, x, "", ids)
	if err == nil && len(rows) == 1 && rows[0].Trip != "" {
		rows, err = tripDiscs(ctx, x, rows[0].Trip, nil)
	}
	if err != nil {
		return nil, nil, err
	}
	var who []string
	for _, d := range rows {
		who = append(who, d.By, d.With)
	}
	names, err := account.Names(ctx, j.Store, who)
	return rows, names, err
}
