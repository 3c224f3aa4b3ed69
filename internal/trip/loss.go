package trip

import (
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Authority is to whom a loss was reported where it happened.
type Authority string

const (
	Police     Authority = "police"    // 警方；在国内是公安机关
	Consulate  Authority = "consulate" // 我国驻当地使领馆
	whereWords           = 200         // characters
	lossWords            = 1000
)

// Authorities lists them for forms.
func Authorities() []Authority { return []Authority{Police, Consulate} }

// Loss is a loan of which it was told that its booklet is lost, and not taken back.
type Loss struct {
	Booklet string
	Person  string        // its holder
	Lent    calendar.Date // since when it was out
}

// TellLoss says that a booklet which is out for the trip is lost (证照遗失，我要报告).
// It moves no booklet: what follows from a loss follows from the office's word.
type TellLoss struct {
	Row   custody.Row // the booklet, as it is heard
	On    calendar.Date
	Where string
	To    []Authority // none: to nobody yet
	Words string      // how it happened
	Paper string      // material, a report of the police for instance; ""
}

// Decide takes it from whoever has the booklet, once for each loan.
func (cmd TellLoss) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	b := cmd.Row
	switch {
	case b.Place != custody.IsLent || b.Filing != m.Subject:
		return nil, fault.NotNow("trip.loss.not_lent", b.Place)
	case slices.Contains(t.Losses, Loss{b.Booklet, b.Person, b.LentOn()}):
		return nil, fault.NotNow("trip.loss.twice", b.Place)
	}
	where := strings.TrimSpace(cmd.Where)
	var wrong []fault.Finding
	switch {
	case cmd.On.IsZero():
		wrong = append(wrong, fault.Finding{Field: "on", Key: "trip.loss.on"})
	case cmd.On.After(m.Today):
		wrong = append(wrong, fault.Finding{Field: "on", Key: "trip.loss.future"})
	case cmd.On.Before(b.LentOn()):
		wrong = append(wrong, fault.Finding{Field: "on", Key: "trip.loss.before", Args: map[string]any{"Day": b.LentOn()}})
	}
	if where == "" {
		wrong = append(wrong, fault.Finding{Field: "where", Key: "trip.loss.where"})
	}
	if len([]rune(where)) > whereWords {
		wrong = append(wrong, fault.Finding{Field: "where", Key: "trip.loss.long", Args: map[string]any{"Count": whereWords}})
	}
	if len([]rune(cmd.Words)) > lossWords {
		wrong = append(wrong, fault.Finding{Field: "words", Key: "trip.loss.long", Args: map[string]any{"Count": lossWords}})
	}
	for _, a := range cmd.To {
		if !slices.Contains(Authorities(), a) {
			wrong = append(wrong, fault.Finding{Field: "to", Key: "trip.loss.to"})
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(LossTold{Booklet: b.Booklet, Person: b.Person, Lent: b.LentOn(), On: cmd.On, Where: where, To: cmd.To,
		Words: journal.Of(strings.TrimSpace(cmd.Words)), Paper: journal.Of(cmd.Paper)}), nil
}

// TakeLossBack says that a booklet of which a loss was told is there (找到了).
type TakeLossBack struct {
	Booklet string
	Words   string // where it was
	Acted   bool   // the office has reported it lost, as it is heard
	ByRule  bool   // it was handed in
}

// Decide is for the time until the office has acted: then the booklet serves nobody
// before it lies in the office again, and the office says so (custody.ReportFound).
func (cmd TakeLossBack) Decide(t Trip, m journal.Moment) ([]journal.Event, error) {
	i := slices.IndexFunc(t.Losses, func(l Loss) bool { return l.Booklet == cmd.Booklet })
	switch {
	case i < 0 && cmd.ByRule:
		return nil, nil
	case i < 0:
		return nil, fault.NotNow("trip.loss.not_told", t.Stage)
	case cmd.Acted && !cmd.ByRule:
		return nil, fault.NotNow("trip.loss.acted", custody.IsLost)
	case len([]rune(cmd.Words)) > lossWords:
		return nil, fault.Field("words", "trip.loss.long", map[string]any{"Count": lossWords})
	}
	return journal.Happened(LossTakenBack{Booklet: cmd.Booklet, Person: t.Losses[i].Person, Words: journal.Of(strings.TrimSpace(cmd.Words))}), nil
}

// without is what was told of losses, less that of one booklet.
func without(all []Loss, booklet string) []Loss {
	return slices.DeleteFunc(slices.Clone(all), func(l Loss) bool { return l.Booklet == booklet })
}
