package precheck

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/ref"
)

const (
	StepKit  Step = "kit"  // every item of the kit was looked at
	StepSend Step = "send" // a batch is about to go to the mission
)

// Lodging is what is known of one application for a visa before it goes to the
// mission (送签). Rules know it as "lodging". The case that is checked is the
// approved one, as it stands today.
type Lodging struct {
	Step    Step                 `json:"step"`
	Name    string               `json:"name"`
	Type    dossier.PassportType `json:"type"`    // of the booklet
	Area    string               `json:"area"`    // SCHENGEN or a country
	Apply   string               `json:"apply"`   // country whose mission is asked
	From    calendar.Date        `json:"from"`    // first day there, as the form says
	To      calendar.Date        `json:"to"`      // last day there
	Group   int                  `json:"group"`   // approved members who apply in this area
	Kit     []KitItem            `json:"kit"`     //
	Picture *Picture             `json:"picture"` // from which the visa photos are cut

	Insurance *Insurance    `json:"insurance"`
	BookedIn  calendar.Date `json:"bookedIn"`  // arrival by the booking, local time
	BookedOut calendar.Date `json:"bookedOut"` // departure by the booking

	RefusedOn calendar.Date `json:"refusedOn"` // when a mission of this area last refused this person
	Statement bool          `json:"statement"` // their statement about it is in the kit

	FormNumber  string        `json:"formNumber"`  // confirmation of the form online (DS-160)
	BookedByOwn bool          `json:"bookedByOwn"` // the traveller made the appointment themselves
	OnlineOn    calendar.Date `json:"onlineOn"`    // when the application online was begun
	NoteOn      calendar.Date `json:"noteOn"`      // day of the note verbale
	Note        string        `json:"note"`        // its number
	OnNote      []Applicant   `json:"onNote"`      // who is packed under that number
	InBatch     []Applicant   `json:"inBatch"`     // who goes with this batch under that number
}

// KitItem is one thing of the kit.
type KitItem struct {
	ID     string `json:"id"`
	Key    string `json:"key"`
	Zh     string `json:"zh"`
	En     string `json:"en"`
	Looked bool   `json:"looked"` // it is there and was looked at
}

// Insurance is what the certificate says (境外医疗保险).
type Insurance struct {
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until"`
	Area  string        `json:"area"` // SCHENGEN, WORLD or a country
	Cover int           `json:"cover"`
}

// Lodges tells what is known of an application.
func Lodges(l Lodging) Fact { return func(_ *dossier.Case, k *Known) { k.Lodging = &l } }

// Has tells whether the kit holds a kind of paper, looked at or not.
func (l *Lodging) has(key string) bool {
	return slices.ContainsFunc(l.Kit, func(i KitItem) bool { return i.Key == key })
}

// Insured tells whether the kit asks for insurance.
func (l *Lodging) Insured() bool { return l.has("M35") }

// Booked tells whether the kit asks for bookings.
func (l *Lodging) Booked() bool { return l.has("M36") }

// Photographed tells whether the kit asks for photos.
func (l *Lodging) Photographed() bool { return l.has("M34") }

// Noted tells whether the kit asks for a note verbale.
func (l *Lodging) Noted() bool { return l.has("M41") }

// Listed tells whether the list of members is there and was looked at.
func (l *Lodging) Listed() bool {
	return slices.ContainsFunc(l.Kit, func(i KitItem) bool { return i.Key == "M03" && i.Looked })
}

// OnlyOnNote are those who stand on the note and don't go with the batch;
// OnlyInBatch the other way round.
func (l *Lodging) OnlyOnNote() []string { return less(l.OnNote, l.InBatch) }

// OnlyInBatch are those who go with the batch and don't stand on the note.
func (l *Lodging) OnlyInBatch() []string { return less(l.InBatch, l.OnNote) }

// Applicant is one person with a name to call them by: two people may share it.
type Applicant struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// less are the names of those in one list and not in the other.
func less(all, but []Applicant) []string {
	var out []string
	for _, a := range all {
		if !slices.ContainsFunc(but, func(b Applicant) bool { return a.ID == b.ID }) {
			out = append(out, a.Name)
		}
	}
	return out
}

// AreaStay is the time in one visa area, by the walls there.
type AreaStay struct {
	Area  string
	Apply string // where it is asked for: the longest stay, on a tie the first entry (Visa Code, article 5)
	Path  string // its first leg
	From  calendar.Date
	To    calendar.Date
	Times int // how often it is entered
}

// StayIn finds the stay of a case in a visa area; the zero stay where there is none.
func (e *Engine) StayIn(c dossier.Case, area string) AreaStay {
	for _, s := range areaStays(&c, e.data.Countries) {
		if s.Area == area {
			return s
		}
	}
	return AreaStay{}
}

// areaStays lists the areas outside China that the trip visits.
func areaStays(c *dossier.Case, countries ref.Countries) []AreaStay {
	var out []AreaStay
	nights := map[string]int{}
	inside := ""
	for i, l := range c.Legs {
		if !l.Counts() || slices.Contains([]string{"CHN", "HKG", "MAC", "TWN"}, l.Country) {
			inside = "" // whoever comes back from there enters anew
			continue
		}
		nights[l.Country] += l.Nights() + 1
		area := areaOf(l.Country, countries)
		n := slices.IndexFunc(out, func(s AreaStay) bool { return s.Area == area })
		if n < 0 {
			n = len(out)
			out = append(out, AreaStay{Area: area, Apply: l.Country, Path: legPath(i)})
		}
		s := &out[n]
		if inside != area {
			s.Times++
		}
		inside = area
		if d := l.Arrive.Date; !d.IsZero() && (s.From.IsZero() || d.Before(s.From)) {
			s.From = d
		}
		if d := l.Leave.Date; d.After(s.To) {
			s.To = d
		}
	}
	for i := range out {
		for _, country := range c.Countries() { // in the order of entry
			if areaOf(country, countries) == out[i].Area && nights[country] > nights[out[i].Apply] {
				out[i].Apply = country
			}
		}
	}
	return out
}

// stickers are the areas for which a member needs a visa: those that don't
// exempt the booklet, whatever is held already.
func stickers(c *dossier.Case, member int, data *ref.Data) []AreaStay {
	booklet := dossier.PublicAffairs
	if p := c.Members[member].Passport; p != nil && p.Type != "" {
		booklet = p.Type
	}
	return slices.DeleteFunc(areaStays(c, data.Countries), func(s AreaStay) bool {
		for _, country := range c.Countries() {
			if areaOf(country, data.Countries) != s.Area {
				continue
			}
			if e, ok := data.Spared(country, booklet, c.Trip.Depart); !ok || e.Condition.Zh != "" {
				return false
			}
		}
		return true
	})
}

// anybodysStickers are the areas for which at least one member needs a visa.
func anybodysStickers(c *dossier.Case, data *ref.Data) []AreaStay {
	need := map[string]bool{}
	for i := range c.Members {
		for _, s := range stickers(c, i, data) {
			need[s.Area] = true
		}
	}
	return slices.DeleteFunc(areaStays(c, data.Countries), func(s AreaStay) bool { return !need[s.Area] })
}

func areaOf(country string, countries ref.Countries) string {
	if countries[country].Schengen {
		return ref.Schengen
	}
	return country
}
