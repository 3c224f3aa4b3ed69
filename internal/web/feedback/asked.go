package feedback

import (
	"context"
	"slices"

	"yitang/internal/calendar"
	room "yitang/internal/feedback"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// VisitState is how far the rating of a visit is, for one reader.
type VisitState string

const (
	VisitLater VisitState = "later" // they are still there
	VisitOpen  VisitState = "open"  // it may be rated
	VisitShut  VisitState = "shut"  // it may be rated, and not by this reader
	VisitGiven VisitState = "given" // somebody else has rated it
	VisitYours VisitState = "yours" // this reader has
)

// Asked is the page of a visit's rating as other doors show it.
type Asked struct {
	State VisitState
	Title string
	// Lead is what is asked of an open one; of any other, what became of it.
	Lead   string
	Grades []Word // from the best on; the same ones serve the second rating
	Acts   []Word // to be told apart; none where one was done
	Tags   []Word
	// Days says by when a poor one is answered, by name and without.
	Days string
	// Reply is the office's answer, for who gave a poor one.
	Reply, ReplyTitle string
	Again             bool // how it is now may be said, once
}

// Word is a value and how it is said.
type Word struct{ Value, Text, Note string }

// TagWords are what could be better, to be ticked.
//
// ui:keys rating.tag.*
func TagWords(ctx context.Context) []Word {
	var out []Word
	for _, t := range room.Tags() {
		out = append(out, Word{Value: t, Text: ui.T(ctx, "rating.tag."+t)})
	}
	return out
}

// Given tells whether a case was rated, or its people didn't want to.
func (p *Pages) Given(ctx context.Context, filing string) (bool, error) {
	rating, _, err := journal.Load(ctx, p.Journal, room.Room, filing)
	return rating.Answer != room.None, err
}

// AskedOf reads how a visit is rated, for who is signed in or brings a code or the receipt.
func (p *Pages) AskedOf(ctx context.Context, id string, in Coming) (Asked, error) {
	x, rating, err := p.visited(ctx, id)
	if err != nil {
		return Asked{}, err
	}
	out := Asked{Title: ui.T(ctx, "rating.visit.title")}
	switch {
	case x.Presence != hall.Left:
		out.State, out.Lead = VisitLater, ui.T(ctx, "rating.visit.later")
	case rating.Answer == room.WasGiven && !p.said(ctx, x.ID, rating, in.Receipt):
		out.State, out.Lead = VisitGiven, ui.T(ctx, "rating.visit.given")
	case rating.Answer == room.WasGiven:
		out.State, out.Lead = VisitYours, ui.T(ctx, "rating.visit.thanks", "Grade", ui.T(ctx, "rating.grade."+grade(rating.Grade)))
		if rating.Poor() {
			err = p.after(ctx, x, rating, &out)
		}
	default:
		var by room.Via
		if by, err = p.via(ctx, x, in.Code); err != nil || by == "" {
			out.State, out.Lead = VisitShut, ui.T(ctx, "rating.visit.closed")
			break
		}
		out.State, out.Lead = VisitOpen, p.visitLead(ctx, x)
		out.Grades = gradeWords(ctx, ui.T(ctx, "rating.reply", "Count", p.replyWithin()))
		if len(x.Done) > 1 {
			for _, kind := range x.Done {
				out.Acts = append(out.Acts, Word{Value: string(kind), Text: progress.ActName(ctx, string(kind))})
			}
		}
		out.Tags, out.Days = TagWords(ctx), p.AnsweredBy(ctx)
	}
	return out, err
}

func (p *Pages) visitLead(ctx context.Context, x hall.Ratable) string {
	return ui.T(ctx, "rating.visit.lead", "Day", ui.MonthDay(ctx, x.Day), "Time", ui.Lasting(ctx, x.Went.Sub(x.Came)))
}

// after adds the office's answer to a poor rating, or by when it comes.
func (p *Pages) after(ctx context.Context, x hall.Ratable, rating room.Rating, out *Asked) error {
	row, _, err := room.Of(ctx, p.Journal.Store, x.ID)
	if err != nil {
		return err
	}
	if row.Duty.Reply == "" {
		out.Lead, err = p.promise(ctx, row, out.Lead)
		return err
	}
	out.ReplyTitle, out.Reply = repliedTitle(ctx, row), row.Duty.Reply
	switch {
	case rating.Again != 0:
		out.Lead = ui.Sentences(ctx, out.Lead, ui.T(ctx, "rating.again.is", "Grade", ui.T(ctx, "rating.grade."+grade(rating.Again))))
	case mayAgain(ctx, row, rating):
		out.Again, out.Grades = true, gradeWords(ctx, "")
	}
	return nil
}

// repliedTitle says when the office answered, and what it did.
//
// ui:keys rating.treatment.*
func repliedTitle(ctx context.Context, row room.Row) string {
	return ui.T(ctx, "rating.replied", "Day", ui.Date(ctx, calendar.DateOf(row.Duty.At)), "Treatment", ui.T(ctx, "rating.treatment."+string(row.Duty.Treatment)))
}

// mayAgain tells whether a rating that was answered may be given again by the reader.
func mayAgain(ctx context.Context, row room.Row, rating room.Rating) bool {
	return rating.Again == 0 && row.Duty.SettledAt.IsZero() && (rating.By == "" || rating.By == web.WhoOf(ctx).Account)
}

// gradeWords are the five, with what is said beside a poor one.
//
// ui:keys rating.grade.*
func gradeWords(ctx context.Context, poor string) []Word {
	var out []Word
	for g := 5; g >= 1; g-- {
		w := Word{Value: grade(g), Text: ui.T(ctx, "rating.grade."+grade(g))}
		if g <= room.Poor {
			w.Note = poor
		}
		out = append(out, w)
	}
	return out
}

// Past is a visit of a case that is over.
type Past struct {
	ID    string
	When  string // its day in words
	Rated bool
}

// PastOf lists the visits of a case that are over, the latest first.
func (p *Pages) PastOf(ctx context.Context, filing string) ([]Past, error) {
	vs, err := hall.VisitsOf(ctx, p.Journal.Store, filing)
	if err != nil {
		return nil, err
	}
	var out []Past
	for _, v := range slices.Backward(vs) {
		if v.Presence != hall.Left {
			continue
		}
		row, rated, err := room.Of(ctx, p.Journal.Store, v.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, Past{ID: v.ID, When: ui.MonthDay(ctx, v.Day), Rated: rated && row.Grade > 0})
	}
	return out, nil
}
