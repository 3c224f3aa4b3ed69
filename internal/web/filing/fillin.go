package filing

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	room "yitang/internal/filing"
	"yitang/internal/web/ui"
)

// noticeUntil is the last day of a notice that is put up today.
func (p *Pages) noticeUntil(f *File) calendar.Date {
	days, set := p.days("notice.minWorkingDays")
	if !set || days < 1 {
		return calendar.Date{}
	}
	return p.Work.Pack().Ref.Holidays.AddWorkdays(f.Held.Today.Prev(), calendar.Workdays(days))
}

// ratesSince is the first day of which an exchange rate isn't too old (BUD-007).
func (p *Pages) ratesSince() (calendar.Date, bool) {
	days, set := p.days("fx.maxAgeDays")
	return p.Work.Journal.Today().AddDays(-days), set
}

// days is a parameter that counts days, as it is in force today.
func (p *Pages) days(key string) (int, bool) {
	is, set := p.Work.Pack().Ref.Parameters.On(key, p.Work.Journal.Today())
	days, err := strconv.Atoi(is.Value)
	return days, set && err == nil
}

// insuredBeyond is how many days an insurance has to last beyond the stay.
func (p *Pages) insuredBeyond() int {
	days, _ := p.days("insurance.marginDays")
	return days
}

// fillIn writes what one click says: that a letter invites for the days of the
// trip and for what it is, that half-days nobody wrote are laid out. A purpose
// that somebody wrote stays. That the notice hangs from today on is putUp's to
// write.
func (p *Pages) fillIn(ctx context.Context, paper *room.Paper, form url.Values, f *File) {
	switch form.Get("_lay") {
	case "on":
		paper.LaidOut = true
	case "off":
		paper.LaidOut = false
	case "drop":
		paper.DropStrays(f.Held.HalfDaysUpTo())
	}
	c := &paper.Case
	switch path := form.Get("_fill"); {
	case path == "":
	case strings.HasPrefix(path, "invitations["):
		t := f.Now.Case.Trip
		if i, ok := number(path); ok && i >= 0 && i < len(c.Invitations) {
			letter := &c.Invitations[i]
			letter.From, letter.To = t.Depart, t.Return
			if a := paper.Amending; letter.Purpose == "" && (a == nil || a.Kind.Opens(index("invitations", i)+".purpose")) {
				letter.Purpose = p.spell(ui.With(ctx, ui.Prefs{Lang: ui.ZhHans}), "case.category", string(t.Category)) // a case is written in Chinese
			}
		}
	}
}
