package visa

import (
	"regexp"
	"slices"
	"strings"

	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/letter"
	"yitang/internal/requirement"
	"yitang/ref"
)

// Booklet is the booklet that a traveller goes with, as a letter names it.
type Booklet struct{ Type, Number string }

// Travellers are whom a letter is for: those of one case and one visa area.
type Travellers struct {
	Case     dossier.Case
	People   []string // ids in the order of the members
	Orders   []Row    // of the area, one for each traveller
	Booklets map[string]Booklet
	Number   string // of the case
	Approval string // of the document in force
	Country  string // its Chinese name
	Formal   string // the same in full, as its embassy is addressed
	Stays    []Stay // of the case in the area, in the order of travel
}

// Stay is one in a country of the area, as a letter names it.
type Stay struct {
	Code string
	letter.Stay
}

// passportNames are the kinds as documents write them.
var passportNames = map[dossier.PassportType]string{
	dossier.Diplomatic: "外交护照", dossier.Service: "公务护照", dossier.PublicAffairs: "公务普通护照", dossier.HKMacauPermit: "因公往来香港澳门特别行政区通行证",
}

var sexes = map[dossier.Sex]string{dossier.Male: "男", dossier.Female: "女"}

// bearers are the travellers, the head in front; who has no booklet yet is told
// by name.
func (t Travellers) bearers() ([]letter.Bearer, error) {
	var out []letter.Bearer
	var wrong []fault.Finding
	for _, i := range t.Case.HeadFirst() {
		if i >= len(t.People) {
			continue
		}
		who := t.People[i]
		if !slices.ContainsFunc(t.Orders, func(o Row) bool { return o.Person == who }) {
			continue
		}
		m, b := t.Case.Members[i], t.Booklets[who]
		if b.Number == "" {
			wrong = append(wrong, fault.Finding{Field: "booklet", Key: "letter.no_booklet", Args: map[string]any{"name": m.Name()}})
			continue
		}
		out = append(out, letter.Bearer{Person: who, Name: m.Name(), Latin: m.LatinName(), Sex: sexes[m.Sex], Born: m.DateOfBirth, Post: m.Post,
			Passport: passportNames[dossier.PassportType(b.Type)], Number: b.Number})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if len(out) == 0 {
		return nil, fault.NotNow("letter.nobody", "")
	}
	return out, nil
}

func (t Travellers) content() (letter.Content, error) {
	bs, err := t.bearers()
	c := letter.Content{Unit: t.Case.Unit.Name, Delegation: t.Case.Trip.Title, Case: t.Number, Approval: t.Approval, Country: t.Country, Bearers: bs}
	for _, o := range t.Orders { // all of an area have the same days
		c.Depart, c.Return, c.Days = o.From, o.To, o.Days
	}
	return c, err
}

// Wanted is what the visa desk adds to a note verbale.
type Wanted struct {
	Mission    string
	Entries    int // 0: not stated
	Supplement string
}

// Wanted is what the last note said of what the desk adds; before there is one,
// the country's embassy, which the desk changes where a consulate is responsible.
func (t Travellers) Wanted(last letter.Content) Wanted {
	if last.Mission == "" {
		return Wanted{Mission: t.Formal + "驻华大使馆", Entries: 1}
	}
	return Wanted{Mission: last.Mission, Entries: last.Entries, Supplement: last.Supplement}
}

// invited is the invitation that a purpose often begins with: the note names
// the host by itself.
var invited = regexp.MustCompile(`^应[^，。；]{2,60}邀请，`)

// Note is the note verbale to an area's mission (照会): for all of a case who
// need its visa.
func (t Travellers) Note(w Wanted) (letter.Prepare, error) {
	c, err := t.content()
	if err != nil {
		return letter.Prepare{}, err
	}
	if t.Approval == "" {
		return letter.Prepare{}, fault.NotNow("letter.no_approval_note", "")
	}
	if !slices.ContainsFunc(t.Orders, func(o Row) bool { return o.Stage.Open() }) {
		return letter.Prepare{}, fault.NotNow("letter.visas_done", "")
	}
	if strings.TrimSpace(w.Mission) == "" {
		return letter.Prepare{}, fault.Field("mission", "letter.mission.missing", nil)
	}
	if w.Entries < 0 || w.Entries > 9 {
		return letter.Prepare{}, fault.Field("noteEntries", "letter.entries.wrong", nil)
	}
	c.Mission, c.Entries, c.Supplement = strings.TrimSpace(w.Mission), w.Entries, strings.TrimSpace(w.Supplement)
	c.Purpose, c.Visa = invited.ReplaceAllString(t.Case.Trip.Purpose, ""), "公务"
	if !strings.HasPrefix(c.Purpose, "执行") {
		c.Purpose = "执行公务：" + c.Purpose
	}
	c.Host, c.Costs = t.hosts()
	if slices.ContainsFunc(t.Stays, func(s Stay) bool { return s.Code != t.Stays[0].Code }) {
		for _, s := range t.Stays {
			c.Stays = append(c.Stays, s.Stay)
		}
	}
	return letter.Prepare{Kind: document.KindNoteVerbale, Filing: t.Orders[0].Filing, Content: c}, nil
}

var costs = map[dossier.CostBearer]string{dossier.SenderPays: "上述人员在外费用由派员单位承担", dossier.HostPays: "上述人员在外费用由邀请方承担", dossier.SharedCost: "上述人员在外费用由派员单位和邀请方分担"}

// hosts are all who invite to a country of the area, and who bears the costs
// there; where none of them does, who invites at all.
func (t Travellers) hosts() (names, bears string) {
	in := t.countries()
	here := slices.DeleteFunc(slices.Clone(t.Case.Invitations), func(i dossier.Invitation) bool { return !slices.Contains(in, i.IssuerCountry) })
	if len(here) == 0 && len(t.Case.Invitations) > 0 {
		here = t.Case.Invitations[:1]
	}
	var all []string
	var by dossier.CostBearer
	for _, i := range here {
		if n := i.HostName(); n != "" && !slices.Contains(all, n) {
			all = append(all, n)
		}
		switch {
		case by == "":
			by = i.CostBearer
		case i.CostBearer != "" && i.CostBearer != by:
			by = dossier.SharedCost
		}
	}
	return strings.Join(all, "、"), costs[by]
}

// countries are those of the area that the case goes to.
func (t Travellers) countries() []string {
	var out []string
	for _, s := range t.Stays {
		out = append(out, s.Code)
	}
	for _, o := range t.Orders {
		out = append(out, o.Apply, o.Area)
	}
	return out
}

// Exit is the exit certificate (出境证明) of those who travel to an area without
// a visa on passports that want one beside them. It holds on the day of
// leaving. A new approval document needs a fresh one.
func (t Travellers) Exit() (letter.Prepare, error) {
	c, err := t.content()
	if err != nil {
		return letter.Prepare{}, err
	}
	if t.Approval == "" {
		return letter.Prepare{}, fault.NotNow("letter.no_approval", "")
	}
	c.Depart, c.Return, c.Days = t.Case.Trip.Depart, t.Case.Trip.Return, 0
	c.Reason = t.reasons()
	return letter.Prepare{Kind: document.KindExitCertificate, Filing: t.Orders[0].Filing, ValidUntil: t.Case.Trip.Depart, Content: c}, nil
}

// reasons are why no visa is in the booklets, each said once: the ways that travellers
// see to themselves in short, for the border needn't know how.
func (t Travellers) reasons() string {
	var out []string
	for _, o := range t.Orders {
		says := o.Reason
		switch o.Way {
		case ref.OnArrival:
			says = "入境时办理落地签证"
		case ref.Online:
			says = "持电子签证入境"
		case ref.VisaFree, ref.InBooklet:
		}
		if says = strings.TrimSuffix(says, "。"); !slices.Contains(out, says) {
			out = append(out, says)
		}
	}
	return strings.Join(out, "；")
}

// Certified lists the members (by their place) who travel to an area without a
// visa on a passport that wants an exit certificate beside it.
func Certified(reqs []requirement.Requirement, area string) []int {
	with := map[int]bool{}
	for _, r := range reqs {
		if i, of := r.Owner.Member(); of && r.Key == "M43" && (r.IsDerivable() || isHeld(r)) {
			with[i] = true
		}
	}
	var out []int
	for _, r := range reqs {
		need, is := r.What.(requirement.VisaNeed)
		i, of := r.Owner.Member()
		if _, free := r.Status.(requirement.NotNeeded); is && of && free && need.Area == area && with[i] {
			out = append(out, i)
		}
	}
	return out
}

func isHeld(r requirement.Requirement) bool {
	_, held := r.Status.(requirement.Held)
	return held
}
