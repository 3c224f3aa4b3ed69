package filing

import (
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/precheck"
)

// Reopen opens the fields that the office has sent back (退回补正). It follows
// from the office's one-time notice.
type Reopen struct {
	Defects []Defect
	Until   calendar.Date
}

// Decide needs a submitted application and fields. One that was withdrawn in
// the meantime stays withdrawn.
func (cmd Reopen) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	switch {
	case f.Stage == IsWithdrawn:
		return nil, nil // the two have crossed on their way
	case f.Stage != IsSubmitted:
		return nil, fault.NotNow("filing.reopen.not_now", f.Stage)
	case len(cmd.Defects) == 0:
		return nil, fault.Field("defects", "filing.reopen.nothing", nil)
	}
	return journal.Happened(Reopened(cmd)), nil
}

// Correct hands in what was sent back, mended (补正). Nothing else may differ.
type Correct struct {
	Replies map[string]string // by Defect.Place: why it stays as it is
	Application
}

// Decide refuses a change of any field that wasn't sent back, by name, and a
// field that is neither changed nor answered.
func (cmd Correct) Decide(f Filing, m journal.Moment) ([]journal.Event, error) {
	if f.Stage != IsSentBack {
		return nil, fault.NotNow("filing.correct.not_now", f.Stage)
	}
	if !cmd.whole() {
		return nil, fault.Field("members", "filing.members.not_on_file", nil)
	}
	var wrong []fault.Finding
	var changed []string
	origins := map[string]Origin{}
	for _, c := range dossier.Difference(f.Dossier, cmd.Case) {
		changed = append(changed, c.Path)
		switch {
		case f.Open(c.Path) != "" && (!dossier.Within(c.Path, "materials") || f.opensAt(c.Path, cmd.Case)):
			origins[c.Path] = Typed
		case f.follows(c.Path), dossier.Within(c.Path, "notice.published") && f.Outgrown(cmd.Case):
			origins[c.Path] = Derived
		case f.Moved(cmd.Case) && (sumByDays(c.Path) || f.paidByDays(c.Path)):
			origins[c.Path] = Derived
		case dossier.Within(c.Path, "notice") && f.Outgrown(cmd.Case), f.ByDays(c.Path) && f.Moved(cmd.Case):
			origins[c.Path] = Typed
		default:
			wrong = append(wrong, fault.Finding{Field: c.Path, Key: "filing.correct.not_sent_back"})
		}
	}
	if !slices.Equal(f.Persons(), cmd.Persons) && f.Open("members") == "" {
		wrong = append(wrong, fault.Finding{Field: "members", Key: "filing.correct.not_sent_back"})
	}
	answers := laid(f.Answers, cmd.Answers)
	for _, d := range f.Defects {
		mended := slices.ContainsFunc(changed, func(p string) bool {
			m, is := paperAt(cmd.Case, p)
			return d.Opens(p) && (d.Paper == "" || is && d.Asks(m.Kind, OwnerOf(m), f.Dossier.Members))
		})
		reply := strings.TrimSpace(cmd.Replies[d.Place()])
		if !mended && reply == "" && !twice(wrong, d.Place()) {
			wrong = append(wrong, fault.Finding{Field: d.Place(), Key: "filing.correct.unanswered"})
		}
		if reply != "" {
			answers[d.Place()] = reply
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(append(wrong, cmd.Blocking...)...)
	}
	cmd.Application.Answers = answers
	if err := cmd.check(); err != nil {
		return nil, err
	}
	s := cmd.submitted(f.Unit, f.Round+1)
	corrected := Corrected{
		Unit: s.Unit, Title: s.Title, Kind: s.Kind, Category: s.Category, Urgent: s.Urgent, Depart: s.Depart, Return: s.Return, Countries: s.Countries,
		Members: s.Members, AmountFen: s.AmountFen, RuleSet: s.RuleSet, Round: s.Round, Answers: answers, Dossier: s.Dossier,
		Origins: origins, Changed: changed, Points: len(f.Defects), Places: dossier.Places(f.Dossier, cmd.Case),
	}
	return journal.Happened(append([]any{corrected}, f.putOff(cmd.Application, m)...)...), nil
}

// Outgrown tells whether what was mended no longer fits the public notice that was
// handed in. The notice may be put up anew then, though nobody sent it back.
func (f Filing) Outgrown(mended dossier.Case) bool {
	mended.Notice = f.Dossier.Notice
	return len(precheck.NoticeDiffers(&mended)) > 0
}

func twice(fs []fault.Finding, field string) bool {
	return slices.ContainsFunc(fs, func(f fault.Finding) bool { return f.Field == field })
}

// follows tells whether a value changes by itself when a field that was sent
// back is mended: days abroad with the dates, sums with their lines, sex and
// birth with the identity number.
func (f Filing) follows(path string) bool {
	if f.MovesTrip() && path == "case.daysAbroad" {
		return true
	}
	for _, d := range f.Defects {
		for _, p := range Consequences(d.Field) {
			if dossier.Within(path, p) {
				return true
			}
		}
	}
	return false
}

// Consequences are the paths that follow from a field and are never typed.
func Consequences(field string) []string {
	var out []string
	if overlaps(field, "case.depart") || overlaps(field, "case.return") {
		out = append(out, "case.daysAbroad")
	}
	if overlaps(field, "notice.from") {
		out = append(out, "notice.published")
	}
	if strings.HasPrefix(field, "budget") {
		out = append(out, "budget.totalCny")
		if line, _, ok := strings.Cut(field, "]"); ok {
			out = append(out, line+"].amountCny")
		}
	}
	if who, ok := strings.CutSuffix(field, ".idNumber"); ok {
		out = append(out, who+".sex", who+".dateOfBirth")
	}
	return out
}

func overlaps(a, b string) bool { return dossier.Within(a, b) || dossier.Within(b, a) }
