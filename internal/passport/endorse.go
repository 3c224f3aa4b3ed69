package passport

import (
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// StampKind is a class of visit endorsement (签注种类).
type StampKind string

// The classes of the guide 港澳办 办证须知 (2012). Others (work, stationed,
// study) aren't for missions.
const (
	ThreeMonthsOnce  StampKind = "3m1"
	ThreeMonthsTwice StampKind = "3m2"
	ThreeMonthsMany  StampKind = "3mx"
	HalfYearMany     StampKind = "6mx"
	YearMany         StampKind = "12mx"
)

// StampKinds lists them, the narrowest first.
func StampKinds() []StampKind {
	return []StampKind{ThreeMonthsOnce, ThreeMonthsTwice, ThreeMonthsMany, HalfYearMany, YearMany}
}

// Many stands for endorsements without a number of entries.
const Many = 1 << 10

// months and entries that a kind gives; false for a word that is none.
func (k StampKind) allows() (months, entries int, ok bool) {
	switch k {
	case ThreeMonthsOnce:
		return 3, 1, true
	case ThreeMonthsTwice:
		return 3, 2, true
	case ThreeMonthsMany:
		return 3, Many, true
	case HalfYearMany:
		return 6, Many, true
	case YearMany:
		return 12, Many, true
	}
	return 0, 0, false
}

// Stamp is one endorsement (签注) in a permit.
type Stamp struct {
	Region string        `json:"region"` // HKG, MAC
	Kind   StampKind     `json:"kind"`
	Until  calendar.Date `json:"until"` // last day on which it can be used
}

// Serves tells whether it allows what a journey needs of it.
func (s Stamp) Serves(r approval.Region) bool {
	_, entries, _ := s.Kind.allows()
	return s.Region == r.Code && entries >= r.Times && !s.Until.Before(r.Until)
}

// serve tells whether endorsements allow all that a journey needs.
func serve(stamps []Stamp, regions []approval.Region) bool {
	return !slices.ContainsFunc(regions, func(r approval.Region) bool {
		return !slices.ContainsFunc(stamps, func(s Stamp) bool { return s.Serves(r) })
	})
}

// EndorseOnly tells whether the order makes no booklet: the permit at hand is
// endorsed.
func (o Order) EndorseOnly() bool { return o.Why == approval.EndorseOnly }

// Narrowest is the least that serves a region, for an endorsement made on a day.
func Narrowest(r approval.Region, on calendar.Date) StampKind {
	for _, k := range StampKinds() {
		if months, entries, _ := k.allows(); entries >= r.Times && !on.AddMonths(months).Prev().Before(r.Until) {
			return k
		}
	}
	return YearMany
}

// MayEndorse tells whether it is the time: once the permit is at hand, and until
// another officer has checked it.
func (o Order) MayEndorse() bool {
	return len(o.Regions) > 0 && !o.Misprinted() && (o.Stage == IsMade || o.EndorseOnly() && o.Stage == IsCaptured)
}

// Differs lists the regions whose endorsement isn't as it was read from the
// permit: region and last day.
func (o Order) Differs(read map[string]calendar.Date) []string {
	var out []string
	for _, s := range o.Stamps {
		if read[s.Region] != s.Until {
			out = append(out, s.Region)
		}
	}
	return out
}

// Endorse puts the endorsements into a permit (签注): into the one that is at
// hand, or into the one that was made for this order before it is handed over.
type Endorse struct {
	Kinds map[string]StampKind // by region
}

// Decide wants one for each region of the mission, with as many entries as it
// has, and none that ends before it does.
func (cmd Endorse) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if len(o.Regions) == 0 {
		return nil, fault.NotNow("passport.endorse.none", o.Stage)
	}
	if !o.MayEndorse() {
		return nil, fault.NotNow("passport.endorse.not_now", o.Stage)
	}
	var wrong []fault.Finding
	e := Endorsed{Filing: o.Filing, Person: o.Person, Only: o.EndorseOnly()}
	for _, r := range o.Regions {
		kind := cmd.Kinds[r.Code]
		months, entries, ok := kind.allows()
		until := m.Today.AddMonths(months).Prev()
		if o.Number != "" && o.Expires.Before(until) {
			until = o.Expires
		}
		switch {
		case !ok:
			wrong = append(wrong, fault.Finding{Field: "kind." + r.Code, Rule: "PPT-018", Key: "passport.endorse.kind"})
		case entries < r.Times:
			wrong = append(wrong, fault.Finding{Field: "kind." + r.Code, Rule: "PPT-018", Key: "passport.endorse.entries", Args: map[string]any{"Times": r.Times}})
		case until.Before(r.Until):
			wrong = append(wrong, fault.Finding{Field: "kind." + r.Code, Rule: "PPT-018", Key: "passport.endorse.ends", Args: map[string]any{"Until": until, "Needed": r.Until}})
		}
		e.Stamps = append(e.Stamps, Stamp{Region: r.Code, Kind: kind, Until: until})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if slices.Equal(o.Stamps, e.Stamps) {
		return nil, nil
	}
	return journal.Happened(e), nil
}
