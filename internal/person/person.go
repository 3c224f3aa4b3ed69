package person

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
)

// IDNumber is a citizen's identity number (公民身份号码). However it is printed,
// it is masked.
type IDNumber string

// Reveal gives the plain number. Whoever shows it to somebody has recorded
// that with Look before; what seals, indexes or checks it need not.
func (n IDNumber) Reveal() string { return string(n) }

// String masks it.
func (n IDNumber) String() string { return dossier.MaskID(string(n)) }

// GoString masks it for %#v too.
func (n IDNumber) GoString() string { return `"` + n.String() + `"` }

// MarshalText masks it in JSON; the sealed field of an event holds a string.
func (n IDNumber) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// Tail is the last four characters, by which people tell two of a name apart.
func (n IDNumber) Tail() string {
	if r := []rune(n); len(r) > 4 {
		return string(r[len(r)-4:])
	}
	return ""
}

// Facts are what is known of a person; a zero value isn't known.
type Facts struct {
	FamilyName       string
	GivenName        string
	LatinSurname     string
	LatinGivenNames  string
	Sex              dossier.Sex
	DateOfBirth      calendar.Date
	IDNumber         IDNumber
	IDExpires        calendar.Date
	Mobile           string
	Email            string
	Unit             string // the sending unit in words, where it isn't the one whose list this is
	Department       string
	Post             string
	Rank             dossier.Rank
	Principal        string // dossier.Principal, or NoPrincipal
	Leadership       bool   // of the unit's leadership team (领导班子成员)
	Academic         bool
	Employment       dossier.Employment
	Nationality      string
	ForeignResidence bool
	Vetting          dossier.Vetting
	Cleared          Clearance
}

// NoPrincipal says that somebody was asked and heads nothing.
const NoPrincipal = "none"

// Standing tells whether somebody can be counted on as one of their unit.
type Standing string

const (
	Here     Standing = ""       // works for the unit whose list it is
	HasLeft  Standing = "left"   // works for no unit that is known
	WasDuple Standing = "merged" // is somebody else's record by another id
)

// Person is one record as it stands.
type Person struct {
	ID     string
	In     string // unit whose list it is on
	Filing string // case in the course of which it was recorded
	Facts
	Standing Standing
	LeftOn   calendar.Date
	Offer    Offer
	AskedBy  string // another unit that says they work there now; ""
	Into     string // of a merged one: whose record holds it
	Coming   []Coming
	Merges   []Merge // those in force, newest last
	// Apart is by the record that was merged with this one how far their last
	// undoing went: Merge.At in the one that stayed, Separated.At in the one that
	// went. A rule that comes later does nothing again.
	Apart     map[string]journal.Version
	Details   Details
	Confirmed calendar.Date // last day on which the person concerned said that it is all right
}

// Offer is a transfer that the other unit hasn't confirmed.
type Offer struct {
	To string // unit; "" for no offer
	On calendar.Date
}

// Coming is what will be otherwise from a day on.
type Coming struct {
	From calendar.Date
	Data Data
}

// Merge is another record that this one has taken in.
type Merge struct {
	Other   string
	Was, Is Data
	At      journal.Version // of the other, once it was absorbed
}

// Room is the record as a subject.
var Room = journal.Subject[Person]{Kind: "person", Evolve: func(p Person, e journal.Event) (Person, error) {
	p.ID = e.Subject.ID
	switch b := e.Body.(type) {
	case Recorded:
		p.In, p.Filing = b.In, b.Filing
		p.Facts.take(b)
	case Changed:
		post := p.Facts.Department + p.Facts.Post
		p.Facts.take(Recorded(b))
		if p.Facts.Department+p.Facts.Post != post {
			p.Details.PostEn = "" // it was of the one before
		}
		if !b.From.IsZero() {
			p.Coming = slices.DeleteFunc(slices.Clone(p.Coming), func(c Coming) bool { return c.From == b.From })
		}
	case Announced:
		p.Coming = append(slices.DeleteFunc(slices.Clone(p.Coming), func(c Coming) bool { return c.From == b.From }), Coming{From: b.From, Data: Told(Recorded(b))})
		slices.SortFunc(p.Coming, func(x, y Coming) int { return x.From.Compare(y.From) })
	case AnnouncementDropped:
		p.Coming = slices.DeleteFunc(slices.Clone(p.Coming), func(c Coming) bool { return c.From == b.From })
	case Detailed:
		p.Details = b.of(p.Details, calendar.DateOf(e.At))
	case Confirmed:
		if b.Source == FromTraveller {
			p.Confirmed = calendar.DateOf(e.At)
		}
		if b.Details {
			p.Details.Confirmed = calendar.DateOf(e.At)
		}
	case Left:
		p.Standing, p.LeftOn, p.Offer, p.Coming = HasLeft, b.On, Offer{}, nil
	case CameBack:
		p.Standing, p.LeftOn = Here, calendar.Date{}
	case Offered:
		p.Offer, p.AskedBy = Offer{To: b.To, On: b.On}, ""
	case OfferEnded:
		p.Offer = Offer{}
	case AskedFor:
		p.AskedBy = b.By
	case Transferred:
		p.In, p.Standing, p.LeftOn, p.Offer, p.AskedBy, p.Facts.Unit, p.Coming = b.To, Here, calendar.Date{}, Offer{}, "", "", nil
	case Absorbed:
		p.Standing, p.Into, p.Offer, p.AskedBy = WasDuple, b.Into, Offer{}, ""
	case Separated:
		p.Standing, p.Into = Here, ""
		p.apart(b.From, b.At)
		if !p.LeftOn.IsZero() {
			p.Standing = HasLeft
		}
	case Merged:
		m := Merge{Other: b.Other, Was: b.Was.Or(nil), Is: b.Is.Or(nil), At: b.At}
		p.Facts = p.Facts.With(m.Is)
		p.Merges = append(slices.Clone(p.Merges), m)
	case Unmerged:
		p.Facts = p.Facts.With(b.Is.Or(nil))
		for _, m := range p.Merges {
			if m.Other == b.Other {
				p.apart(m.Other, m.At)
			}
		}
		p.Merges = slices.DeleteFunc(slices.Clone(p.Merges), func(m Merge) bool { return m.Other == b.Other })
	default:
		return p, fmt.Errorf("%T is nothing that happens to a person", e.Body)
	}
	return p, nil
}}

func (p *Person) apart(other string, at journal.Version) {
	p.Apart = maps.Clone(p.Apart)
	if p.Apart == nil {
		p.Apart = map[string]journal.Version{}
	}
	p.Apart[other] = at
}

// Told are the data that an event tells, as texts.
func Told(b Recorded) Data {
	out := Data{}
	blank, full := Facts{}, Facts{}
	full.take(b)
	for _, name := range Differing(blank, full) {
		out[name] = full.Text(name)
	}
	for name, has := range b.given() {
		if _, is := out[name]; has && !is {
			out[name] = "" // said to be empty
		}
	}
	return out
}

// take merges what an event tells.
func (f *Facts) take(b Recorded) {
	set(&f.FamilyName, b.FamilyName)
	set(&f.GivenName, b.GivenName)
	set(&f.LatinSurname, b.LatinSurname)
	set(&f.LatinGivenNames, b.LatinGivenNames)
	set(&f.Sex, b.Sex)
	set(&f.DateOfBirth, b.DateOfBirth)
	if n, ok := b.IDNumber.Value(); ok {
		f.IDNumber = IDNumber(n)
	}
	set(&f.IDExpires, b.IDExpires)
	set(&f.Mobile, b.Mobile)
	set(&f.Email, b.Email)
	set(&f.Unit, b.Unit)
	set(&f.Department, b.Department)
	set(&f.Post, b.Post)
	set(&f.Rank, b.Rank)
	set(&f.Principal, b.Principal)
	set(&f.Leadership, b.Leadership)
	set(&f.Academic, b.Academic)
	if s, ok := b.Employment.Value(); ok {
		f.Employment = dossier.Employment(s)
	}
	set(&f.Nationality, b.Nationality)
	set(&f.ForeignResidence, b.ForeignResidence)
	set(&f.Vetting, b.Vetting)
	set(&f.Cleared, b.Cleared)
}

// given tells which data an event tells at all, empty ones too.
func (b Recorded) given() map[string]bool {
	vetting := has(b.Vetting)
	return map[string]bool{
		"familyName": has(b.FamilyName), "givenName": has(b.GivenName), "latinSurname": has(b.LatinSurname), "latinGivenNames": has(b.LatinGivenNames),
		"idNumber": has(b.IDNumber), "idExpires": has(b.IDExpires), "sex": has(b.Sex), "dateOfBirth": has(b.DateOfBirth), "nationality": has(b.Nationality),
		"foreignResidence": has(b.ForeignResidence), "mobile": has(b.Mobile), "email": has(b.Email), "unit": has(b.Unit), "department": has(b.Department),
		"post": has(b.Post), "rank": has(b.Rank), "principal": has(b.Principal), "leadershipTeam": has(b.Leadership), "employment": has(b.Employment),
		"academic": has(b.Academic), "vetting.status": vetting, "vetting.validUntil": vetting, "cleared": has(b.Cleared),
	}
}

func has[T any](f journal.Field[T]) bool {
	_, ok := f.Value()
	return ok
}

func set[T any](to *T, from journal.Field[T]) {
	if v, ok := from.Value(); ok {
		*to = v
	}
}

// difference tells what is otherwise in f than in was.
func (f Facts) difference(was Facts) (b Recorded, any bool) {
	changed(&b.FamilyName, was.FamilyName, f.FamilyName, &any)
	changed(&b.GivenName, was.GivenName, f.GivenName, &any)
	changed(&b.LatinSurname, was.LatinSurname, f.LatinSurname, &any)
	changed(&b.LatinGivenNames, was.LatinGivenNames, f.LatinGivenNames, &any)
	changed(&b.Sex, was.Sex, f.Sex, &any)
	changed(&b.DateOfBirth, was.DateOfBirth, f.DateOfBirth, &any)
	changed(&b.IDNumber, was.IDNumber.Reveal(), f.IDNumber.Reveal(), &any)
	changed(&b.IDExpires, was.IDExpires, f.IDExpires, &any)
	changed(&b.Mobile, was.Mobile, f.Mobile, &any)
	changed(&b.Email, was.Email, f.Email, &any)
	changed(&b.Unit, was.Unit, f.Unit, &any)
	changed(&b.Department, was.Department, f.Department, &any)
	changed(&b.Post, was.Post, f.Post, &any)
	changed(&b.Rank, was.Rank, f.Rank, &any)
	changed(&b.Principal, was.Principal, f.Principal, &any)
	changed(&b.Leadership, was.Leadership, f.Leadership, &any)
	changed(&b.Academic, was.Academic, f.Academic, &any)
	changed(&b.Employment, string(was.Employment), string(f.Employment), &any)
	changed(&b.Nationality, was.Nationality, f.Nationality, &any)
	changed(&b.ForeignResidence, was.ForeignResidence, f.ForeignResidence, &any)
	changed(&b.Vetting, was.Vetting, f.Vetting, &any)
	changed(&b.Cleared, was.Cleared, f.Cleared, &any)
	return b, any
}

func changed[T comparable](to *journal.Field[T], was, is T, any *bool) {
	if was != is {
		*to, *any = journal.Of(is), true
	}
}

// Name is the whole name in Chinese.
func (f Facts) Name() string { return f.FamilyName + f.GivenName }

// Latin is the whole name as a booklet spells it.
func (f Facts) Latin() string { return strings.TrimSpace(f.LatinSurname + " " + f.LatinGivenNames) }

// Member is what a case file tells of the person: everything that is theirs,
// nothing that belongs to one trip. Of secrecy the Internet knows only whether
// it is cleared.
func (f Facts) Member() dossier.Member {
	m := dossier.Member{
		FamilyName: f.FamilyName, GivenName: f.GivenName, LatinSurname: f.LatinSurname, LatinGivenNames: f.LatinGivenNames,
		Sex: f.Sex, DateOfBirth: f.DateOfBirth, IDNumber: f.IDNumber.Reveal(), IDExpires: f.IDExpires, Mobile: f.Mobile, Email: f.Email,
		Unit: f.Unit, Department: f.Department, Post: f.Post, Rank: f.Rank, LeadershipTeam: f.Leadership, Academic: f.Academic, Employment: f.Employment,
		Nationality: f.Nationality, ForeignResidence: f.ForeignResidence,
	}
	if f.Principal != NoPrincipal {
		m.Principal = dossier.Principal(f.Principal)
	}
	if f.Vetting != (dossier.Vetting{}) {
		v := f.Vetting
		m.Vetting = &v
	}
	switch f.Cleared {
	case ClearanceNotNeeded:
		m.SecretLevel = dossier.NoSecrets
	case ClearanceGiven:
		m.SecrecyConsent = true
	case ClearanceOpen:
		m.SecretLevel = dossier.UnstatedSecrets
	}
	return m
}

// FromMember is what an imported case file tells of a person.
func FromMember(m dossier.Member) Facts {
	f := Facts{
		FamilyName: m.FamilyName, GivenName: m.GivenName, LatinSurname: m.LatinSurname, LatinGivenNames: m.LatinGivenNames,
		Sex: m.Sex, DateOfBirth: m.DateOfBirth, IDNumber: IDNumber(m.IDNumber), IDExpires: m.IDExpires, Mobile: m.Mobile, Email: m.Email,
		Unit: m.Unit, Department: m.Department, Post: m.Post, Rank: m.Rank, Principal: string(m.Principal), Leadership: m.LeadershipTeam, Academic: m.Academic,
		Employment: m.Employment, Nationality: m.Nationality, ForeignResidence: m.ForeignResidence,
	}
	if m.Vetting != nil {
		f.Vetting = *m.Vetting
	}
	switch {
	case m.SecretLevel == dossier.NoSecrets:
		f.Cleared = ClearanceNotNeeded
	case m.SecrecyConsent:
		f.Cleared = ClearanceGiven
	case m.SecretLevel != "":
		f.Cleared = ClearanceOpen
	}
	return f
}
