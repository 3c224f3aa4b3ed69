package feedback

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/trip"
	"yitang/internal/visit"
)

// Answer is whether and how somebody has answered.
type Answer string

const (
	None       Answer = ""
	WasGiven   Answer = "rated"
	WasRefused Answer = "declined"
)

// Rating is one case's rating, or one visit's.
type Rating struct {
	Answer Answer
	Grade  int
	Again  int // after the office's answer; 0: not rated again
	// Anonymous: nobody in the office reads whose it is.
	Anonymous bool
	By        string // account that gave it
}

// Poor tells whether the office owes an answer to it.
func (r Rating) Poor() bool { return r.Answer == WasGiven && r.Grade <= Poor }

// Room is a rating as a subject; its id is the filing's, or the visit's.
var Room = journal.Subject[Rating]{Kind: "feedback", Evolve: func(r Rating, e journal.Event) (Rating, error) {
	switch b := e.Body.(type) {
	case Rated:
		return Rating{Answer: WasGiven, Grade: b.Grade, Anonymous: b.Anonymous, By: e.Actor.Account}, nil
	case VisitRated:
		return Rating{Answer: WasGiven, Grade: b.Grade, Anonymous: b.Anonymous, By: e.Actor.Account}, nil
	case Declined:
		return Rating{Answer: WasRefused}, nil
	case RatedAgain:
		r.Again = b.Grade
		return r, nil
	}
	return r, fmt.Errorf("%T is nothing that happens to a rating", e.Body)
}}

// Poor is the highest grade that the office answers: dissatisfied.
const Poor = 2

// Tags are what could be better, to be ticked.
func Tags() []string {
	return []string{"longWait", "asksMuch", "unclear", "notOnce", "phone", "manner"}
}

// WordsLimit is the longest text, in characters.
const WordsLimit = 500

// Rate says how it went (评价).
type Rate struct {
	Filing string
	Unit   string
	Visit  string // booking, if it is about one
	Served bool   // somebody was served: a decision, a visit
	Grade  int
	Tags   []string
	Words  string
	// Anonymous: nobody at the window sees who said it.
	Anonymous bool
}

// Decide takes one rating for one case.
func (cmd Rate) Decide(r Rating, m journal.Moment) ([]journal.Event, error) {
	if r.Answer != None {
		return nil, fault.NotNow("feedback.rate.twice", r.Answer)
	}
	if !cmd.Served {
		return nil, fault.NotNow("feedback.rate.too_soon", r.Answer)
	}
	tags, words, wrong := said(cmd.Grade, cmd.Tags, cmd.Words)
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Rated{Filing: cmd.Filing, Visit: cmd.Visit, Unit: cmd.Unit, Grade: cmd.Grade, Tags: tags, Words: words, Anonymous: cmd.Anonymous}), nil
}

// RateVisit says how one visit went (评价本次到场).
type RateVisit struct {
	Visit  string
	Filing string
	Unit   string
	Window string
	Left   bool               // it is over
	Acts   []visit.Kind       // what was done
	Grade  int                // of all together
	Grades map[visit.Kind]int // of single acts, for who tells them apart
	Tags   []string
	Words  string
	// Anonymous: nobody at the window sees whose it is.
	Anonymous bool
	Via       Via // "" takes nothing: whoever has but the visit's id
	From      From
}

// Decide takes one rating for one visit. An act of which nothing was said went as the whole did.
func (cmd RateVisit) Decide(r Rating, m journal.Moment) ([]journal.Event, error) {
	if r.Answer != None {
		return nil, fault.NotNow("feedback.rate.twice_visit", r.Answer)
	}
	if !cmd.Left {
		return nil, fault.NotNow("feedback.rate.too_soon_visit", r.Answer)
	}
	switch {
	case cmd.Via == "":
		return nil, fault.NotNow("feedback.rate.closed", r.Answer)
	case cmd.Via != SignedIn && cmd.From.full():
		return nil, fault.NotNow("feedback.rate.many", r.Answer)
	}
	tags, words, wrong := said(cmd.Grade, cmd.Tags, cmd.Words)
	acts := []ActGrade{}
	for _, kind := range cmd.Acts {
		g := ActGrade{Kind: string(kind), Grade: cmd.Grade}
		if own, is := cmd.Grades[kind]; is {
			if g.Grade = own; graded(own) != nil {
				wrong = append(wrong, fault.Finding{Field: "act." + string(kind), Key: "feedback.rate.grade"})
			}
		}
		acts = append(acts, g)
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	given := VisitRated{Visit: cmd.Visit, Filing: cmd.Filing, Unit: cmd.Unit, Window: cmd.Window, Acts: acts, Grade: cmd.Grade, Tags: tags, Words: words, Anonymous: cmd.Anonymous, Via: cmd.Via}
	if cmd.Via != SignedIn {
		given.Browser, given.Network = journal.Of(cmd.From.Browser), journal.Of(cmd.From.Network)
	}
	return journal.Happened(given), nil
}

// said gives tags and words as they are kept, and what is wrong with a rating.
func said(grade int, tags []string, text string) ([]string, string, []fault.Finding) {
	words, long := written(text)
	wrong := graded(grade)
	for _, t := range tags {
		if !slices.Contains(Tags(), t) {
			wrong = append(wrong, fault.Finding{Field: "tags", Key: "feedback.rate.tags"})
			break
		}
	}
	return append([]string{}, tags...), words, append(wrong, long...)
}

func graded(grade int) []fault.Finding {
	if grade < 1 || grade > 5 {
		return []fault.Finding{{Field: "grade", Key: "feedback.rate.grade"}}
	}
	return nil
}

// written gives the words as they are kept, or that they are too many.
func written(text string) (string, []fault.Finding) {
	words := strings.TrimSpace(text)
	if n := utf8.RuneCountInString(words); n > WordsLimit {
		return "", []fault.Finding{{Field: "words", Key: "feedback.rate.words", Args: map[string]any{"Count": n, "Limit": WordsLimit}}}
	}
	return words, nil
}

// RateAgain says how it is after the office has answered a poor rating (再次评价).
type RateAgain struct {
	Filing  string
	Replied bool // the office's answer is there
	Grade   int
	Words   string
}

// Decide takes one second rating, after an answer, from whoever gave the first.
func (cmd RateAgain) Decide(r Rating, m journal.Moment) ([]journal.Event, error) {
	switch {
	case !r.Poor() || !cmd.Replied:
		return nil, fault.NotNow("feedback.again.too_soon", r.Answer)
	case r.By != m.Actor.Account:
		return nil, fault.NotNow("feedback.again.other", r.Answer)
	case r.Again != 0:
		return nil, fault.NotNow("feedback.again.twice", r.Answer)
	}
	words, long := written(cmd.Words)
	if wrong := append(graded(cmd.Grade), long...); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(RatedAgain{Filing: cmd.Filing, Grade: cmd.Grade, Words: words, Anonymous: r.Anonymous}), nil
}

// Decline says that there will be no rating.
type Decline struct{ Filing string }

// Decide is content when there is an answer already.
func (cmd Decline) Decide(r Rating, m journal.Moment) ([]journal.Event, error) {
	if r.Answer != None {
		return nil, nil
	}
	return journal.Happened(Declined{Filing: cmd.Filing}), nil
}

// Within is how many days after coming home a trip waits for a rating.
const Within = 30

// Settled tells whether a trip needn't wait for a rating any more: it was given
// or declined, or the time for it is over.
func (r Rating) Settled(home, today calendar.Date) bool {
	return r.Answer != None || !home.IsZero() && today.Sub(home) > Within
}

// React turns an answer into the closing of the trip, if that was all.
func React(e journal.Event, owed trip.Owed) []trip.Wish {
	switch b := e.Body.(type) {
	case Rated:
		return []trip.Wish{trip.Concluding(e, b.Filing, owed)}
	case Declined:
		return []trip.Wish{trip.Concluding(e, b.Filing, owed)}
	}
	return nil
}
