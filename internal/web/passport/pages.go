// Package passport is the passport zone's site: the day, capture, orders with
// making, checking and hand-over, and the stock of blanks. Nothing that these
// pages show of a person's body or number leaves this zone.
package passport

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
	room "yitang/internal/passport"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the passport node.
type Pages struct {
	Site    *web.Site
	Journal *journal.Journal
	Blobs   blob.Store
	Pack    func() *pack.Set        // in force now
	Rules   func() *precheck.Engine // in force now
	Needs   func() requirement.Parameters
	// LossWait are the days after which a lost booklet may be made again.
	LossWait func() int

	tray tray
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /desk", Right: access.SeeOrders, Handle: p.getDesk},
		{Pattern: "GET /capture/{order}", Right: access.CapturePerson, Handle: p.getCapture},
		{Pattern: "POST /capture/{order}", Right: access.CapturePerson, Handle: p.postCapture, Files: true},
		{Pattern: "GET /capture/{order}/taken/{what}", Right: access.CapturePerson, Handle: p.getTaken},
		{Pattern: "GET /orders", Right: access.SeeOrders, Handle: p.getOrders},
		{Pattern: "GET /orders/{order}", Right: access.SeeOrders, Handle: p.getOrder},
		{Pattern: "GET /orders/{order}/made", Right: access.CapturePerson, Handle: p.getMade},
		{Pattern: "GET /orders/{order}/picture/{what}", Right: access.CapturePerson, Handle: p.getPicture},
		{Pattern: "POST /orders/{order}/make", Right: access.MakeBooklet, Handle: p.postMake},
		{Pattern: "GET /orders/{order}/check", Right: access.MakeBooklet, Handle: p.getCheck},
		{Pattern: "POST /orders/{order}/check", Right: access.MakeBooklet, Handle: p.postCheck},
		{Pattern: "GET /orders/{order}/spoil", Right: access.MakeBooklet, Handle: p.getSpoil},
		{Pattern: "POST /orders/{order}/spoil", Right: access.MakeBooklet, Handle: p.postSpoil},
		{Pattern: "POST /orders/{order}/endorse", Right: access.MakeBooklet, Handle: p.postEndorse},
		{Pattern: "POST /orders/{order}/handover", Right: access.MakeBooklet, Handle: p.postHandOver},
		{Pattern: "POST /orders/handover", Right: access.MakeBooklet, Handle: p.postHandOverAll},
		{Pattern: "GET /stock", Right: access.KeepStock, Handle: p.getStock},
		{Pattern: "POST /stock", Right: access.KeepStock, Handle: p.postStock},
		{Pattern: "GET /stock/taken", Right: access.KeepStock, Handle: p.getTakenBlanks},
		{Pattern: "GET /stock/spoiled", Right: access.KeepStock, Handle: p.getSpoiled},
		{Pattern: "POST /stock/spoiled", Right: access.KeepStock, Handle: p.postDiscard},
	}
}

// ui:keys making.type.*
func typeName(ctx context.Context, t dossier.PassportType) string {
	return ui.T(ctx, "making.type."+string(t))
}

// kindName is a type in a narrow column.
//
// ui:keys making.kind.*
func kindName(ctx context.Context, t dossier.PassportType) string {
	return ui.T(ctx, "making.kind."+string(t))
}

// ui:keys making.stage.*
func stageName(ctx context.Context, s room.Stage) string { return ui.T(ctx, "making.stage."+string(s)) }

func orderURL(id string) string { return "/orders/" + url.PathEscape(id) }

func captureURL(id string) string { return "/capture/" + url.PathEscape(id) }

// order reads an order with whom it is for, unsealed for the page alone.
func (p *Pages) order(ctx context.Context, id string) (room.Order, journal.Version, error) {
	o, v, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err == nil && v == 0 {
		err = fault.NotFound("order " + id)
	}
	return o, v, err
}

func nameOf(i approval.Identity) string { return i.FamilyName + i.GivenName }

func latinOf(i approval.Identity) string {
	return strings.TrimSpace(i.LatinSurname + " " + i.LatinGivenNames)
}

// beside is what stands under somebody's name in a list: how it is spelled in Latin
// letters, and the unit.
func beside(ctx context.Context, i approval.Identity) string {
	return ui.Clauses(ctx, latinOf(i), i.Unit)
}

// place is a person's unit and post, as far as they are known.
func place(ctx context.Context, i approval.Identity) string {
	if i.Unit == "" || i.Post == "" {
		return i.Unit + i.Post
	}
	return ui.T(ctx, "making.place", "Unit", i.Unit, "Post", i.Post)
}

func stageTag(ctx context.Context, s room.Stage, why string) ui.Tag {
	t := ui.Tag{State: ui.Info, Word: stageName(ctx, s)}
	if s == room.IsCaptured && why == approval.EndorseOnly {
		t.Word = ui.T(ctx, "making.stage.endorse")
	}
	switch s {
	case room.IsHandedOver:
		t.State = ui.OK
	case room.IsOrdered:
		t.State = ui.Wait
	case room.IsStopped:
		t.State = ui.Stop
	case room.IsCaptured, room.IsMade, room.IsChecked, room.Nothing:
	}
	return t
}

// dueTag is the day on which a booklet should be with the office, in red once it is past.
func dueTag(ctx context.Context, o room.Row, today calendar.Date) ui.Tag {
	if o.Waits() {
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "making.from_capture")}
	}
	if o.Overdue(today) {
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "making.overdue", "Day", ui.Short(ctx, o.Due), "Count", o.Due.DaysUntil(today))}
	}
	return ui.Tag{State: ui.Wait, Word: ui.Short(ctx, o.Due)}
}

// give gives a command to an order.
func (p *Pages) give(r *http.Request, cmd journal.Command[room.Order]) error {
	_, err := journal.Do(r.Context(), p.Journal, room.Room, web.Order(r, r.PathValue("order")), cmd)
	return err
}

// summary is the list on top of a form that came back. Fields that are alike
// get the same words, so each line names its own.
func summary(ctx context.Context, failed error, labels map[string]string) ui.ErrorSummary {
	s := ui.Summarise(ctx, failed)
	for i, e := range s.Errors {
		if label := labels[e.Field]; label != "" {
			s.Errors[i].Text = ui.T(ctx, "making.error", "Field", label, "What", e.Text)
		}
	}
	return s
}

// status is that of a form: 422 when it came back.
func status(failed error) int {
	if failed != nil {
		return http.StatusUnprocessableEntity
	}
	return http.StatusOK
}
