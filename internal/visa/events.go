package visa

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/requirement"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a visa order.
var Kinds = []journal.Kind{
	journal.Declare[Planned](kind("visa.planned")),
	journal.Declare[KitCompleted](kind("visa.kit_completed")),
	journal.Declare[Sent](kind("visa.sent")),
	journal.Declare[Granted](kind("visa.granted")),
	journal.Declare[Refused](kind("visa.refused")),
	journal.Declare[Checked](kind("visa.checked")),
	journal.Declare[FoundWrong](kind("visa.found_wrong")),
	journal.Declare[Corrected](kind("visa.corrected")),
	journal.Declare[Released](kind("visa.released")),
	journal.Declare[Withdrawn](kind("visa.withdrawn")),
	journal.Declare[Redated](kind("visa.redated")),
	journal.Declare[Replanned](kind("visa.replanned")),
	journal.Declare[PaperAsked](kind("visa.paper_asked")),
	journal.Declare[MissionDaySet](kind("visa.mission_day_set")),
	journal.Declare[MissionSeen](kind("visa.mission_seen")),
}

func kind(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}
}

// Item is one thing of the kit.
type Item struct {
	ID   string `json:"id"`   // requirement.ID
	Key  string `json:"key"`  // requirement.Key
	Zh   string `json:"zh"`   // its name
	En   string `json:"en"`   //
	Held bool   `json:"held"` // it is there already, from the case or the file
	Ref  string `json:"ref,omitempty"`
}

// Country is the country whose paper it is; "" where one serves for all.
func (it Item) Country() string {
	if !requirement.OfCountry(dossier.MaterialKind(it.Key)) {
		return ""
	}
	return requirement.ID(it.ID).Country()
}

// Planned: the order, or the reason why there is none (免签、落地签、电子签).
type Planned struct {
	Filing    string        `reach:"internet office"`
	Person    string        `reach:"internet office"`
	Area      string        `reach:"internet office"` // SCHENGEN or ISO alpha-3
	Apply     string        `reach:"internet office"` // country whose mission is asked
	Countries []string      `reach:"internet office"`
	With      string        `reach:"internet office"` // passport type
	From      calendar.Date `reach:"internet office"` // first day there
	To        calendar.Date `reach:"internet office"`
	Days      int           `reach:"internet office"`
	Depart    calendar.Date `reach:"internet office"`
	SendBy    calendar.Date `reach:"internet office"` // last day on which sending it still leaves the mission its time; of an e-visa, to apply
	Needed    bool          `reach:"internet office"`
	Reason    string        `reach:"internet office"` // why none is needed, Chinese
	ReasonEn  string        `reach:"internet office"`
	Way       string        `reach:"internet office"` // ref.Way: on arrival or online, where the traveller sees to it
	Kit       []Item        `reach:"internet office"`
}

// KitCompleted: every item is there and was looked at (装袋).
type KitCompleted struct {
	Filing string   `reach:"internet office"`
	Person string   `reach:"internet office"`
	Items  []string `reach:"internet office"` // ids
	Papers Papers   `reach:"internet office"`
	Why    string   `reach:"internet office"` // why it was packed in spite of a warning
}

// Papers is what was read from the papers of a kit when it was packed: what no
// list of items tells.
type Papers struct {
	InsuredFrom  calendar.Date `json:"insuredFrom,omitzero"`
	InsuredUntil calendar.Date `json:"insuredUntil,omitzero"`
	InsuredArea  string        `json:"insuredArea,omitempty"`  // SCHENGEN, WORLD or a country
	InsuredCover int           `json:"insuredCover,omitempty"` // CNY
	BookedIn     calendar.Date `json:"bookedIn,omitzero"`      // by the bookings, local time
	BookedOut    calendar.Date `json:"bookedOut,omitzero"`
	Note         string        `json:"note,omitempty"` // number of the note verbale
	NoteOn       calendar.Date `json:"noteOn,omitzero"`
	FormNumber   string        `json:"formNumber,omitempty"`  // confirmation of the form online
	BookedByOwn  bool          `json:"bookedByOwn,omitempty"` // the traveller made the appointment
	OnlineOn     calendar.Date `json:"onlineOn,omitzero"`     // application online begun
	Statement    bool          `json:"statement,omitempty"`   // about an earlier refusal
}

// Sent: booklet and kit are with the mission (送签).
type Sent struct {
	Filing  string        `reach:"internet office"`
	Person  string        `reach:"internet office"`
	On      calendar.Date `reach:"internet office"`
	Batch   string        `reach:"internet office"`
	Booklet string        `reach:"internet office"`
	Back    calendar.Date `reach:"internet office"` // when the result is expected
}

// Granted: the visa is in the booklet.
type Granted struct {
	Filing  string                `reach:"internet office"`
	Person  string                `reach:"internet office"`
	From    calendar.Date         `reach:"internet office"`
	Until   calendar.Date         `reach:"internet office"`
	Entries int                   `reach:"internet office"`              // 0: any number
	Days    int                   `reach:"internet office"`              // of stay
	Name    journal.Field[string] `reach:"internet office" sealed:"yes"` // of the bearer, as printed; "" where nobody noted it
	Tail    string                `reach:"internet office"`              // last characters of the booklet's number, as printed
	Unseen  string                `reach:"internet office"`              // why no visit of the traveller to the mission is on record, where one was wanted
}

// Refused: the mission said no (拒签).
type Refused struct {
	Filing string `reach:"internet office"`
	Person string `reach:"internet office"`
	Reason string `reach:"internet office"`
}

// Checked: a second officer has compared the visa with the trip (核签).
type Checked struct {
	Filing string `reach:"internet office"`
	Person string `reach:"internet office"`
}

// FoundWrong: the visa in the booklet doesn't serve and goes back to the mission.
type FoundWrong struct {
	Filing string `reach:"internet office"`
	Person string `reach:"internet office"`
	What   string `reach:"internet office"`
}

// Corrected: what was recorded of the visa wasn't what is printed in it (更正登记).
// What it said before stands in the event before it.
type Corrected struct {
	Filing  string                `reach:"internet office"`
	Person  string                `reach:"internet office"`
	From    calendar.Date         `reach:"internet office"`
	Until   calendar.Date         `reach:"internet office"`
	Entries int                   `reach:"internet office"` // 0: any number
	Days    int                   `reach:"internet office"` // of stay
	Name    journal.Field[string] `reach:"internet office" sealed:"yes"`
	Tail    string                `reach:"internet office"`
}

// Released: booklet and visa may go out.
type Released struct {
	Filing string `reach:"internet office"`
	Person string `reach:"internet office"`
}

// Withdrawn: the order isn't carried on with.
type Withdrawn struct {
	Filing string `reach:"internet office"`
	Person string `reach:"internet office"`
	Reason string `reach:"internet office"`
}

// Redated: the same order for other days; it stays where it is in the work.
type Redated struct {
	Filing string        `reach:"internet office"`
	Person string        `reach:"internet office"`
	From   calendar.Date `reach:"internet office"`
	To     calendar.Date `reach:"internet office"`
	Days   int           `reach:"internet office"`
	Depart calendar.Date `reach:"internet office"`
	SendBy calendar.Date `reach:"internet office"`
}

// Replanned: the order begins anew, because the approved journey is another
// one now, or because a refused visa is applied for once more; or none is needed
// any more.
type Replanned struct {
	Plan Planned `reach:"internet office"`
}

// PaperAsked: the desk wants a paper of the unit, or another one in the place of
// those that are there and don't serve (补交).
type PaperAsked struct {
	Filing string        `reach:"internet office"`
	Person string        `reach:"internet office"`
	Kind   string        `reach:"internet office"` // dossier.MaterialKind
	Words  string        `reach:"internet office"` // what it is for, or what is wrong with what is there
	Until  calendar.Date `reach:"internet office"`
	Had    []string      `reach:"internet office"` // papers that don't serve
}

// MissionDaySet: the day on which the mission sees the traveller is known, or is
// another one.
type MissionDaySet struct {
	Filing string        `reach:"internet office"`
	Person string        `reach:"internet office"`
	On     calendar.Date `reach:"internet office"`
	Words  string        `reach:"internet office"` // time, address, what to bring
}

// MissionSeen: the traveller was at the mission.
type MissionSeen struct {
	Filing string        `reach:"internet office"`
	Person string        `reach:"internet office"`
	On     calendar.Date `reach:"internet office"`
}

// CaseID names the case in whose timeline this stands.
func (e Planned) CaseID() string       { return e.Filing }
func (e KitCompleted) CaseID() string  { return e.Filing }
func (e Sent) CaseID() string          { return e.Filing }
func (e Granted) CaseID() string       { return e.Filing }
func (e Refused) CaseID() string       { return e.Filing }
func (e Checked) CaseID() string       { return e.Filing }
func (e FoundWrong) CaseID() string    { return e.Filing }
func (e Corrected) CaseID() string     { return e.Filing }
func (e Released) CaseID() string      { return e.Filing }
func (e Withdrawn) CaseID() string     { return e.Filing }
func (e Redated) CaseID() string       { return e.Filing }
func (e Replanned) CaseID() string     { return e.Plan.Filing }
func (e PaperAsked) CaseID() string    { return e.Filing }
func (e MissionDaySet) CaseID() string { return e.Filing }
func (e MissionSeen) CaseID() string   { return e.Filing }
