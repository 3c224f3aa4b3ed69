package guidance

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.yaml.in/yaml/v3"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Whom a change of the program concerns.
type Whom string

// Whoms lists them.
func Whoms() []Whom { return []Whom{"public", "unit", "traveller", "office", "passport"} }

// Release is one change of the program, in the words of who uses it.
type Release struct {
	ID      string        `yaml:"id"`
	On      calendar.Date `yaml:"on"`
	For     []Whom        `yaml:"for,flow"`
	Feature bool          `yaml:"feature"` // new: told on the home of whom it concerns
	Title   Words         `yaml:"title"`
	Text    Words         `yaml:"text"`
	URL     string        `yaml:"url"` // where it is found, in each zone that has it; ""
}

// Words are a sentence in both languages.
type Words struct {
	Zh string `yaml:"zh"`
	En string `yaml:"en"`
}

// Say is it as pages say it.
func (w Words) Say() fault.Text { return fault.Text{Zh: w.Zh, En: w.En} }

//go:embed releases.yaml
var releases []byte

// Releases are what the program's makers have changed, the newest first.
var Releases = sync.OnceValue(func() []Release {
	all, err := ReadReleases(releases)
	if err != nil {
		panic(err) // a test reads it before anybody does
	}
	return all
})

// ReadReleases reads a change log and tells what is wrong with it.
func ReadReleases(text []byte) ([]Release, error) {
	var all []Release
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&all); err != nil {
		return nil, fmt.Errorf("reading the change log: %w", err)
	}
	ids := map[string]bool{}
	for _, r := range all {
		switch {
		case r.ID == "" || ids[r.ID]:
			return nil, fmt.Errorf("the change log has no id of its own for %q", r.Title.Zh)
		case r.On.IsZero() || r.Title.Zh == "" || r.Title.En == "" || r.Text.Zh == "" || r.Text.En == "":
			return nil, fmt.Errorf("entry %s of the change log lacks its day, or words of one language", r.ID)
		case len(r.For) == 0 || slices.ContainsFunc(r.For, func(w Whom) bool { return !slices.Contains(Whoms(), w) }):
			return nil, fmt.Errorf("entry %s of the change log doesn't say whom it concerns", r.ID)
		}
		ids[r.ID] = true
	}
	slices.SortStableFunc(all, func(a, b Release) int { return b.On.Sub(a.On) })
	return all, nil
}

// Concerns tells whether a change is something to somebody who is signed in.
func (r Release) Concerns(w access.Who) bool {
	for _, whom := range r.For {
		switch {
		case whom == "unit" && w.Has(access.Liaison, access.Signatory),
			whom == "traveller" && (w.Has(access.Traveller) || w.Zone == zone.Internet && w.Person != ""),
			whom == "office" && w.Zone == zone.Office,
			whom == "passport" && w.Zone == zone.Passport:
			return true
		}
	}
	return false
}

// ShownIn tells whether a zone's list has it: the internet's what concerns those who
// apply, and the others' what concerns their own people too.
func (r Release) ShownIn(z zone.Zone) bool {
	inside := map[Whom]zone.Zone{"office": zone.Office, "passport": zone.Passport}
	return slices.ContainsFunc(r.For, func(w Whom) bool { return inside[w] == "" && z != zone.Passport || inside[w] == z })
}

// NewsDays is for how long a new feature is told on homes.
const NewsDays = 60

// News is a new feature as a home tells it.
type News struct {
	ID    string // for dismissing it
	On    calendar.Date
	Title fault.Text
	URL   string
}

// NewsFor is the newest feature that concerns somebody, of the program's and of the
// office's notices; false where there is none, or they have put the newest away.
func NewsFor(w access.Who, releases []Release, notices []Row, away string, today calendar.Date) (News, bool) {
	var all []News
	recent := func(on calendar.Date) bool { return !on.After(today) && today.Sub(on) <= NewsDays }
	for _, n := range notices {
		if n.Sort == Feature && n.Holds(today) && n.For.Has(w) && recent(n.From) {
			all = append(all, News{ID: "notice " + n.ID, On: n.From, Title: fault.Text{Zh: n.Title}, URL: "/notices/" + n.ID})
		}
	}
	for _, r := range releases {
		if r.Feature && r.Concerns(w) && recent(r.On) {
			all = append(all, News{ID: "release " + r.ID, On: r.On, Title: r.Title.Say(), URL: "/changes#" + r.ID})
		}
	}
	if len(all) == 0 {
		return News{}, false
	}
	slices.SortStableFunc(all, func(a, b News) int { return b.On.Sub(a.On) })
	return all[0], all[0].ID != away
}

// Reader is what an account has put away, as a subject; its id is the account's.
type Reader struct{ Away string }

// Readers is an account that reads news.
var Readers = journal.Subject[Reader]{Kind: "guidance_reader", Evolve: func(r Reader, e journal.Event) (Reader, error) {
	if b, is := e.Body.(PutAway); is {
		return Reader{Away: b.News}, nil
	}
	return r, fmt.Errorf("%T is nothing that a reader of news does", e.Body)
}}

// Put puts a piece of news away (知道了).
type Put struct{ News string }

// Decide does so once.
func (cmd Put) Decide(r Reader, m journal.Moment) ([]journal.Event, error) {
	if r.Away == cmd.News || cmd.News == "" || len(cmd.News) > contextLimit {
		return nil, nil
	}
	return journal.Happened(PutAway{News: cmd.News}), nil
}

// Why an entry stands in the list of changes.
type Why string

const (
	OfFeature Why = "feature" // 新功能
	OfRemark  Why = "remark"  // 因意见而改
	OfUpdate  Why = "update"  // 更新
)

// Entry is one change as the list shows it.
type Entry struct {
	ID    string // for a link that leads to it
	On    calendar.Date
	Why   Why
	Title fault.Text
	Text  fault.Text
	For   []Whom
	URL   string
}

// Entries joins what the program's makers changed, what the office has told in its
// notices, and what was changed because of somebody's remark: for one reader of one
// zone on a day, the newest first.
func Entries(w access.Who, z zone.Zone, releases []Release, notices []Row, changes []Change, today calendar.Date) []Entry {
	var all []Entry
	for _, c := range changes {
		all = append(all, Entry{ID: "c-" + c.Remark, On: calendar.DateOf(c.At), Why: OfRemark, Title: c.What})
	}
	for _, n := range notices {
		if n.Sort == Notice || n.Stand != Out || !n.Last || !n.For.Has(w) || !n.Begun(today) {
			continue
		}
		e := Entry{ID: "n-" + n.ID, On: n.From, Why: OfUpdate, Title: fault.Text{Zh: n.Title}, Text: fault.Text{Zh: n.Body}, URL: "/notices/" + n.ID}
		if n.Sort == Feature {
			e.Why = OfFeature
		}
		all = append(all, e)
	}
	for _, r := range releases {
		if !r.ShownIn(z) || r.On.After(today) {
			continue
		}
		e := Entry{ID: r.ID, On: r.On, Why: OfUpdate, Title: r.Title.Say(), Text: r.Text.Say(), For: r.For, URL: r.URL}
		if r.Feature {
			e.Why = OfFeature
		}
		all = append(all, e)
	}
	slices.SortStableFunc(all, func(a, b Entry) int { return b.On.Sub(a.On) })
	return all
}

// Change is what was changed because of a remark.
type Change struct {
	Remark string
	What   fault.Text
	At     time.Time
}
