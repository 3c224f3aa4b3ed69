package demo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/hall"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/store"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/internal/zone"
)

// Finds says what a guest finds now, counted from the zones: a demo that was
// played with tells what is there, not what was loaded.
func (z Zones) Finds(ctx context.Context, g Guest) (string, error) {
	if g.Zone == zone.Internet {
		return z.findsInUnit(ctx, g.Login)
	}
	office, pass := z.Office.Store, z.Passport.Store
	today := z.Office.Journal.Today()
	switch g.Login {
	case "intake1":
		n, err := atDesk(ctx, office, "intake")
		return count(n, "case", "cases") + " to accept or send back", err
	case "review1":
		n, err := atDesk(ctx, office, "reviewer")
		return count(n, "case", "cases") + " to review", err
	case travellingReviewer:
		return "the same cases; may not act on the one in which they travel", nil
	case "personnel1":
		return "notes who may not travel, and until when", nil
	case "chief1":
		n, err := atDesk(ctx, office, "chief")
		return count(n, "case", "cases") + " that the reviewers have passed on", err
	case "director1":
		n, err := atDesk(ctx, office, "director")
		return count(n, "case", "cases") + " to decide, member by member", err
	case "visa1":
		ns, err := visa.Counts(ctx, office)
		open := 0
		for stage, n := range ns {
			if stage.Open() {
				open += n
			}
		}
		return count(open, "visa", "visas") + " under way; visa2 checks them", err
	case "keeper1":
		ns, late, err := custody.Counts(ctx, office, today)
		return fmt.Sprintf("%s lent, %d of them overdue", count(ns[custody.IsLent], "booklet", "booklets"), late), err
	case "window1":
		ns := [2]int{}
		for d := range openDays {
			booked, err := hall.DayList(ctx, office, HallID, today.AddDays(d))
			if err != nil {
				return "", err
			}
			ns[min(d, 1)] += len(booked)
		}
		return fmt.Sprintf("%s today, %d on the days to come", count(ns[0], "visit", "visits"), ns[1]), nil
	case "capture1":
		ns, err := passport.Counts(ctx, pass)
		return count(ns[passport.IsOrdered], "person", "people") + " to be captured", err
	case "passport1":
		ns, err := passport.Counts(ctx, pass)
		return fmt.Sprintf("%s to make, %d to check, %d to hand over; passport2 checks them", count(ns[passport.IsCaptured], "booklet", "booklets"), ns[passport.IsMade], ns[passport.IsChecked]), err
	case "admin":
		return "the hall's plan, the configuration, refusals, how far the other networks are", nil
	case "auditor":
		return "reads cases, visas, booklets, plans and the configuration; changes nothing", nil
	}
	return "", fmt.Errorf("nobody counts what %s finds", g.Login)
}

// openDays is how far ahead visits are counted: longer than any hall is open.
const openDays = 60

func atDesk(ctx context.Context, r store.Reader, desk string) (int, error) {
	ns, err := approval.Tallies(ctx, r, desk, calendar.Date{})
	return ns[approval.AllCases].All, err
}

// phrases are what is said of a unit's cases, by where they stand.
var phrases = []struct {
	at   []progress.Stage
	says string
}{
	{[]progress.Stage{progress.AtSignatory}, "to sign"},
	{[]progress.Stage{progress.SentBack}, "to correct"},
	{[]progress.Stage{progress.OnTheWay, progress.AtIntake, progress.InReview, progress.Decided}, "at the office"},
	{[]progress.Stage{progress.Issued}, "approved"},
	{[]progress.Stage{progress.Cleared}, "ready to go"},
	{[]progress.Stage{progress.Abroad}, "abroad"},
	{[]progress.Stage{progress.Home, progress.NotDeparted}, "home, not closed yet"},
}

// findsInUnit says where the open cases of an account's unit stand.
func (z Zones) findsInUnit(ctx context.Context, login string) (string, error) {
	r := z.Internet.Store
	who, _, err := account.ByLogin(ctx, r, login)
	if err != nil {
		return "", err
	}
	cases, err := progress.OfUnit(ctx, r, who.Unit, false, progress.After{}, 500)
	if err != nil {
		return "", err
	}
	drafts, err := z.Internet.Drafts.List(ctx, who.Unit)
	if err != nil {
		return "", err
	}
	late, err := custody.OverdueOf(ctx, r, who.Unit, z.Internet.Journal.Today())
	if err != nil {
		return "", err
	}
	at := map[progress.Stage]int{}
	for _, c := range cases {
		at[c.Stage]++
	}
	if slices.Contains(who.Roles, access.Signatory) {
		return fmt.Sprintf("signs for this unit: %d to sign", at[progress.AtSignatory]), nil
	}
	var out []string
	add := func(n int, says string) {
		if n > 0 {
			out = append(out, fmt.Sprintf("%d %s", n, says))
		}
	}
	add(len(drafts), "in draft")
	for _, p := range phrases {
		n := 0
		for _, s := range p.at {
			n += at[s]
		}
		add(n, p.says)
	}
	if len(late) > 0 {
		out = append(out, count(len(late), "booklet", "booklets")+" overdue")
	}
	reports, err := trip.ReportsLate(ctx, r, who.Unit, z.Internet.Journal.Today())
	if err != nil {
		return "", err
	}
	may := "can hand in"
	if len(late)+reports > 0 {
		may = "can hand in nothing new until what is overdue has come"
	}
	out = append(out, may)
	return strings.Join(out, ", "), nil
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
