package dossier

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
)

// ByTable puts papers into the order of the table of papers, those of the case before
// those of its members, in their order, and of one kind the older first.
func ByTable(a, b Material) int {
	of := func(m Material) int {
		if i, is := m.OfMember(); is {
			return i
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(of(a), of(b)), cmp.Compare(a.Issued.String(), b.Issued.String()))
}

// OfMember gives the index of the member whose material it is.
func (m Material) OfMember() (int, bool) {
	s, ok := strings.CutPrefix(m.Owner, "members[")
	if !ok {
		return 0, false
	}
	i, err := strconv.Atoi(strings.TrimSuffix(s, "]"))
	return i, err == nil
}

// Owner spells the owner of a member's material.
func Owner(member int) string { return fmt.Sprintf("members[%d]", member) }

// Holds tells whether a material of that kind is in the case, for the case or
// the unit.
func (c Case) Holds(kind MaterialKind) bool {
	return slices.ContainsFunc(c.Materials, func(m Material) bool {
		_, personal := m.OfMember()
		return m.Kind == kind && !personal
	})
}

// HoldsFor tells whether a material of that kind is held for one member: filed
// under that member, or for the whole case.
func (c Case) HoldsFor(kind MaterialKind, member int) bool {
	return slices.ContainsFunc(c.Materials, func(m Material) bool {
		i, personal := m.OfMember()
		return m.Kind == kind && (!personal && m.Owner == "case" || personal && i == member)
	})
}

// The facts that are met by their flag or by the material that shows them.

// Committed tells whether a member's pledge (承诺书, M13) is given.
func (c Case) Committed(member int) bool {
	return c.Members[member].Commitment || c.HoldsFor("M13", member)
}

// DispatchAgreed tells whether the unit that sends a member has agreed (M14).
func (c Case) DispatchAgreed(member int) bool {
	return c.Members[member].DispatchConsent || c.HoldsFor("M14", member)
}

// SecrecyAgreed tells whether the secrecy side has agreed (M20).
func (c Case) SecrecyAgreed(member int) bool {
	return c.Members[member].SecrecyConsent || c.HoldsFor("M20", member)
}

// HoldsIn tells whether a material of that kind is there for a country.
func (c Case) HoldsIn(kind MaterialKind, country string) bool {
	return slices.ContainsFunc(c.Materials, func(m Material) bool {
		_, personal := m.OfMember()
		return m.Kind == kind && !personal && m.For(country)
	})
}

// For tells whether a paper serves for a country; for a country that isn't told any does.
func (m Material) For(country string) bool {
	return m.Country == "" || country == "" || m.Country == country
}

// Translated tells whether a letter has its translation (M05).
func (c Case) Translated(invitation int) bool {
	return c.Invitations[invitation].Translation || c.HoldsIn("M05", c.Invitations[invitation].IssuerCountry)
}

// FinanceReviewed tells whether the finance side has signed the budget (M09).
func (c Case) FinanceReviewed() bool {
	return c.Budget != nil && c.Budget.FinanceReviewed || c.Holds("M09")
}

// Days counts the day of leaving and the day of entering China, both; 0
// when a date is absent or they are the wrong way round.
// Basis: parameter days.counting, checked by rule ITN-010.
func (t Trip) Days() int {
	if t.Depart.IsZero() || t.Return.IsZero() || t.Return.Before(t.Depart) {
		return 0
	}
	return t.Return.Sub(t.Depart) + 1
}

// ForTerm tells whether it is an application for an approval under which several
// trips are declared (一次审批、多次有效): it has a term, and no journey.
func (t Trip) ForTerm() bool { return t.Kind == MultiTrip }

// Joins tells whether the delegation is another unit's (参团): the letters of its
// hosts stand in the organiser's file, and who joins keeps none of their own.
func (t Trip) Joins() bool { return t.Kind == Joined }

// NoticeItems is what the notice of a case must tell, in the order of the office's
// list: whose letters are the organiser's needn't know them.
func (c Case) NoticeItems() []string {
	all := NoticeItem("").Words()
	if c.Trip.Joins() {
		return slices.DeleteFunc(all, func(item string) bool { return item == "letter" || item == "host" })
	}
	return all
}

// Declared tells whether the trip is declared under such an approval: what was
// approved there isn't asked for again.
func (t Trip) Declared() bool { return t.Kind == Declared }

// Countries are the countries and regions that count against the limit, in the
// order of travel, each once: stays, and stop-overs at which people leave the
// airport. Transit on the air side doesn't count.
func (c Case) Countries() []string {
	var out []string
	for _, l := range c.Legs {
		if l.Counts() && !slices.Contains(out, l.Country) {
			out = append(out, l.Country)
		}
	}
	return out
}

// Hosts are who invites and whom the itinerary calls on, by their Letters, each
// once.
func (c Case) Hosts() []string {
	var out []string
	add := func(s string) {
		if s = Letters(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	for _, v := range c.Invitations {
		add(v.Issuer)
	}
	for _, h := range c.Itinerary {
		if h.Official {
			add(h.Host)
		}
	}
	return out
}

// Leaders are the members who head the delegation or lead their unit.
func (c Case) Leaders() []Leader {
	var out []Leader
	for i, m := range c.Members {
		if m.Role == Head || m.Leads() {
			out = append(out, Leader{Name: m.Name(), Unit: c.From(i), Head: m.Role == Head, Principal: m.Principal, LeadershipTeam: m.LeadershipTeam})
		}
	}
	return out
}

// Counts tells whether a leg counts as a visit to its country.
func (l Leg) Counts() bool { return l.Country != "" && (!l.Transit || l.LeavesAirport) }

// Nights are the nights spent at a leg's place, by the wall there.
func (l Leg) Nights() int {
	if l.Arrive.IsZero() || l.Leave.IsZero() {
		return 0
	}
	return max(0, l.Leave.Date.Sub(l.Arrive.Date))
}

// Foreign tells whether somebody declared another nationality than Chinese, or to be a
// resident of Hong Kong, Macao or Taiwan: they travel on papers of their own, and the
// office has no booklet for them (MEM-017). Nothing said is taken as Chinese.
func (m Member) Foreign() bool { return m.Nationality != "" && m.Nationality != "CHN" }

// OnTheWay tells whether people are travelling for the whole of a half-day: before
// they arrive at the first place, between two, or after they have left the last one.
func OnTheWay(legs []Leg, h HalfDay) bool {
	if len(legs) == 0 {
		return false
	}
	begins, ends := h.Hours()
	from := -1 << 62 // whenever they left home
	for _, l := range legs {
		if to := HourOf(l.Arrive); to > 0 && begins >= from && ends <= to {
			return true
		}
		if from = HourOf(l.Leave); from == 0 {
			from = 1 << 62 // nobody knows, so nobody is on the way
		}
	}
	return begins >= from
}

// UnderWay stands for the place of a half-day that is spent travelling.
const UnderWay = "途中"

// Where names where people are in a half-day: the city, or UnderWay.
func Where(legs []Leg, h HalfDay) string {
	if OnTheWay(legs, h) {
		return UnderWay
	}
	return h.City
}

// Hours is a half-day in hours, counted as those of HourOf.
func (h HalfDay) Hours() (begins, ends int) {
	begins, ends = h.Date.Sub(calendar.Date{})*24+8, h.Date.Sub(calendar.Date{})*24+12
	if h.Half == Afternoon {
		begins, ends = ends, ends+6
	}
	return begins, ends
}

// HourOf counts a local time in hours begun; 0 when it isn't known.
func HourOf(t calendar.LocalTime) int {
	if t.IsZero() {
		return 0
	}
	return t.Date.Sub(calendar.Date{})*24 + (t.Minute+59)/60
}

// Location is the leg's zone; nil when none is given or it isn't known.
func (l Leg) Location() *time.Location {
	if l.Zone == "" {
		return nil
	}
	loc, err := time.LoadLocation(l.Zone)
	if err != nil {
		return nil
	}
	return loc
}

// ToRegionsOnly tells whether all counted legs lead to Hong Kong or Macau.
func (c Case) ToRegionsOnly() bool { return RegionsOnly(c.Countries()) }

// RegionsOnly tells whether there are countries, and none beside the two regions.
func RegionsOnly(all []string) bool {
	return len(all) > 0 && !slices.ContainsFunc(all, func(s string) bool { return s != "HKG" && s != "MAC" })
}

// Name is the member's whole name in Chinese.
func (m Member) Name() string { return m.FamilyName + m.GivenName }

// LatinName is the whole name as a booklet spells it: surname, then given names.
func (m Member) LatinName() string {
	return strings.TrimSpace(m.LatinSurname + " " + m.LatinGivenNames)
}

// HeadFirst gives the members' places in the order in which papers name them:
// the head in front, since a sentence names the first for all.
func (c Case) HeadFirst() []int {
	out := make([]int, len(c.Members))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(a, b int) int {
		head := func(i int) int {
			if c.Members[i].Role == Head {
				return 0
			}
			return 1
		}
		return head(a) - head(b)
	})
	return out
}

// From is the unit that sends the member: their own, else the organising unit,
// whose name stands for the same name in other brackets.
func (c Case) From(member int) string {
	if u := c.Members[member].Unit; u != "" && !SameUnit(u, c.Unit.Name) {
		return u
	}
	return c.Unit.Name
}

// Overlaps tells whether two trips share a day; an absent date shares none.
func Overlaps(from, to, otherFrom, otherTo calendar.Date) bool {
	if from.IsZero() || to.IsZero() || otherFrom.IsZero() || otherTo.IsZero() {
		return false
	}
	return !otherFrom.After(to) && !otherTo.Before(from)
}

// Live tells whether the trip is still to come or under way.
func (t OtherTrip) Live() bool { return t.State != CancelledTrip && t.State != FinishedTrip }

// Live tells whether the other application's trip is still to come or under way.
func (o OtherCase) Live() bool { return o.State != CancelledTrip && o.State != FinishedTrip }

// Leads tells whether somebody belongs to the leadership of their unit (领导班子).
func (m Member) Leads() bool { return m.LeadershipTeam || m.Principal != "" }

// Leads tells the same of a member of another application.
func (l Leader) Leads() bool { return l.LeadershipTeam || l.Principal != "" }

// OnLeave tells whether a member's leave is approved (干部请假, M19).
func (c Case) OnLeave(member int) bool {
	return c.Members[member].LeaveApproval || c.HoldsFor("M19", member)
}

// OpinionAnswered tells whether the foreign affairs office in charge of a member
// has answered the opinion request. That the unit agreed (M14), which is asked of
// everybody from elsewhere when the case is handed in, isn't that answer: the office
// records it when it comes.
func (c Case) OpinionAnswered(member int) bool { return c.Members[member].OpinionReply }

// Elsewhere tells whether a member is in the charge of another foreign affairs
// authority (双跨): booklet and visa are that one's work, on the mission notice.
func (c Case) Elsewhere(member int) bool {
	return c.Trip.Kind != Joined && c.Members[member].Jurisdiction != ""
}

// Is tells whether two descriptions are of one booklet. Of its number either may
// have the tail alone. What is filed online names none by its number, which stays
// with the office: then kind and days tell.
func (p Passport) Is(o Passport) bool {
	if p.Number != "" && o.Number != "" {
		a, b := FoldCode(p.Number), FoldCode(o.Number)
		return a == b || p.Type == o.Type && (Tail(a) == b || a == Tail(b))
	}
	return p.Type == o.Type && !p.Expires.IsZero() && p.Expires == o.Expires && p.Issued == o.Issued
}

// Tail is all that the Internet may know of a booklet's number: its last three characters.
func Tail(number string) string {
	if len(number) <= 3 {
		return number
	}
	return number[len(number)-3:]
}
