package passport

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/precheck"
)

// Page is what a captured order's data page will say.
func (o Order) Page(number string, expires calendar.Date) DataPage {
	id := o.Identity
	return DataPage{Type: o.Type, Number: number, Surname: id.LatinSurname, Given: id.LatinGivenNames, Sex: id.Sex, Born: id.DateOfBirth, Expires: expires}
}

// Produce makes a booklet from a blank (制作).
type Produce struct{ Number string } // as the stock gave it to this order

// Decide writes number, dates and machine readable zone. The validity is five
// years (护照法 arts. 7 and 8).
func (cmd Produce) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage == IsMade && o.Number == cmd.Number {
		return nil, nil
	}
	if o.EndorseOnly() {
		return nil, fault.NotNow("passport.capture.endorse_only", o.Stage)
	}
	if err := o.at("passport.make.not_now", IsCaptured); err != nil {
		return nil, err
	}
	if slices.Contains(o.Spoiled, cmd.Number) { // the stock may not have heard of it yet
		return nil, fault.Invalid(fault.Finding{Field: "number", Rule: "PPT-017", Key: "passport.make.spoiled", Args: map[string]any{"Number": cmd.Number}})
	}
	k, ok := kindOf(o.Type)
	figures, has := strings.CutPrefix(cmd.Number, k.prefix)
	if !ok || !has || len(figures) != k.digits || strings.Trim(figures, "0123456789") != "" {
		return nil, fault.Invalid(fault.Finding{Field: "number", Rule: "PPT-017", Key: "passport.stock.unknown"})
	}
	expires := expiry(m.Today, k.years)
	lines := o.Page(cmd.Number, expires).MRZ()
	return journal.Happened(Made{Filing: o.Filing, Person: o.Person, Type: string(o.Type), Tail: dossier.Tail(cmd.Number), Issued: m.Today, Expires: expires,
		Number: journal.Of(cmd.Number), MRZ: journal.Of(lines[:])}), nil
}

// Make draws a blank for an order and makes the booklet: two subjects, one
// after the other. Dying in between leaves the blank with this order, and the
// next try goes on with it. The stock hears of nothing when the order isn't
// ready.
func Make(ctx context.Context, j *journal.Journal, o journal.Order) (journal.Answer, error) {
	order, _, err := journal.Load(ctx, j, Room, o.Subject)
	if err != nil {
		return journal.Answer{}, fmt.Errorf("reading order %s: %w", o.Subject, err)
	}
	if order.EndorseOnly() {
		return journal.Answer{}, fault.NotNow("passport.capture.endorse_only", order.Stage)
	}
	if err := order.at("passport.make.not_now", IsCaptured, IsMade); err != nil {
		return journal.Answer{}, err
	}
	stock := journal.Order{Subject: string(order.Type), Cause: o.Cause}
	if _, err := journal.Do(ctx, j, Stocks, stock, Draw{Order: o.Subject, Not: order.Spoiled}); err != nil {
		return journal.Answer{}, err
	}
	s, _, err := journal.Load(ctx, j, Stocks, stock.Subject)
	if err != nil {
		return journal.Answer{}, fmt.Errorf("reading the stock of %s: %w", stock.Subject, err)
	}
	return journal.Do(ctx, j, Room, o, Produce{Number: s.Holding[o.Subject]})
}

// Spoil takes a booklet that is no good out of the world (废证): the order goes
// back to be made again, with another number.
type Spoil struct {
	Reason string
	Two    []string // accounts that saw it destroyed
}

// Decide wants a reason and two people.
func (cmd Spoil) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if err := o.at("passport.spoil.not_now", IsMade, IsChecked); err != nil {
		return nil, err
	}
	if o.EndorseOnly() {
		return nil, fault.NotNow("passport.spoil.not_now", o.Stage) // it wasn't made here: it is lost or void in custody
	}
	if wrong := witnessed(cmd.Reason, cmd.Two); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Spoiled{Filing: o.Filing, Person: o.Person, Tail: dossier.Tail(o.Number), Reason: strings.TrimSpace(cmd.Reason),
		Number: journal.Of(o.Number), Two: journal.Of(cmd.Two)}), nil
}

// Check compares the machine readable zone, as it was read from the booklet,
// with the data page, and the last days of its endorsements (质检). Rule PPT-016.
type Check struct {
	Scanned [2]string
	Until   map[string]calendar.Date // as they stand in a permit, by region
}

// Decide wants another officer than those who made and endorsed it. A permit
// that was only endorsed is done with: it goes back into the store.
func (cmd Check) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if err := o.at("passport.check.not_now", IsMade); err != nil {
		return nil, err
	}
	if err := o.notMisprinted(); err != nil {
		return nil, err
	}
	if o.By(m.Actor.Account) {
		return nil, fault.NotNow("passport.check.same_officer", o.Stage)
	}
	if len(o.Regions) > 0 && len(o.Stamps) == 0 {
		return nil, fault.NotNow("passport.check.endorse_first", o.Stage)
	}
	var wrong []fault.Finding
	for _, region := range o.Differs(cmd.Until) {
		wrong = append(wrong, fault.Finding{Field: "until." + region, Rule: "PPT-018", Key: "passport.check.stamp"})
	}
	for _, m := range o.Compare(cmd.Scanned) { // the desk's rule says it in its own words before
		// ui:keys passport.check.*
		wrong = append(wrong, fault.Finding{Field: fmt.Sprintf("line%d", m.Line), Rule: "PPT-016", Key: "passport.check." + m.What, Args: map[string]any{"Length": m.Length, "Digit": m.Digit, "Should": m.Should}})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	e := Checked{Filing: o.Filing, Person: o.Person}
	if o.EndorseOnly() {
		e.Only, e.Permit, e.Stamps = true, o.Permit, o.Stamps
	}
	return journal.Happened(e), nil
}

// Compare tells which of the two lines, as they were read from the booklet,
// aren't as the data page wants them.
func (o Order) Compare(read [2]string) []precheck.Misread {
	if o.EndorseOnly() {
		return nil // another order's booklet
	}
	var out []precheck.Misread
	lines := [2]string{plainLine(read[0]), plainLine(read[1])}
	bad := ReadMRZ(lines)
	should := o.Page(o.Number, o.Expires).MRZ()
	for i := range lines {
		switch {
		case slices.ContainsFunc(bad, func(b string) bool { return strings.HasPrefix(b, fmt.Sprintf("line%d", i+1)) }):
			out = append(out, precheck.Misread{Line: i + 1, What: "unreadable", Length: len([]rune(lines[i]))})
		case i == 1 && len(bad) > 0 && !strings.HasPrefix(bad[0], "line"):
			out = append(out, misprinted(lines[i])...)
		case lines[i] != should[i]:
			out = append(out, precheck.Misread{Line: i + 1, What: "differs"})
		}
	}
	return out
}

// HandOver sends a checked booklet into the office's custody (移交).
type HandOver struct{}

// Decide tells the office all that it needs to keep and to lend it.
func (HandOver) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage == IsHandedOver {
		return nil, nil
	}
	if err := o.at("passport.hand_over.not_now", IsChecked); err != nil {
		return nil, err
	}
	if err := o.notMisprinted(); err != nil {
		return nil, err
	}
	k, _ := kindOf(o.Type)
	return journal.Happened(HandedOver{Filing: o.Filing, Person: o.Person, Type: string(o.Type), Tail: dossier.Tail(o.Number), Issued: o.Issued, Expires: o.Expires,
		BlankPages: k.pages, Stamps: o.Stamps, CaptureUntil: o.CaptureUntil, Number: journal.Of(o.Number), LatinName: journal.Of(o.Page(o.Number, o.Expires).LatinName())}), nil
}
