package pack

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/fault"
)

// Telling is who hears of what, by which way and when (通知规则): telling.yaml. What
// a message says are words of pages (told.*), which an office changes in texts.yaml.
type Telling struct {
	Quiet  Quiet `yaml:"quiet,flow,omitempty"`
	Digest Hour  `yaml:"digest,omitempty"` // when on a working day what waited for it goes out together
	// Code is the text message that proves a number, as the provider has approved it.
	Code   *SMSTemplate         `yaml:"code,omitempty"`
	Events map[TellEvent]Telled `yaml:"events,omitempty"`
}

// Quiet are the hours in which nobody's telephone rings.
type Quiet struct {
	From  Hour `yaml:"from"`
	Until Hour `yaml:"until"`
}

// Telled is who hears of an event, and the number under which each text-message
// provider has approved its text.
type Telled struct {
	To  map[TellRole]Tell `yaml:"to"`
	SMS *SMSTemplate      `yaml:"sms,omitempty"`
}

// Tell is by which ways somebody hears of it, the first first: each next one only
// when those before it failed. Everybody finds it on their own page besides.
type Tell struct {
	Ways []TellWay `yaml:"ways,flow"`
	When TellWhen  `yaml:"when"`
}

// SMSTemplate is a text that a provider has approved: its number, and what is
// filled into its places, in their order.
type SMSTemplate struct {
	Template string   `yaml:"template"`
	Params   []string `yaml:"params,flow"`
}

const tellingFile = "telling.yaml"

// TellWay is a way on which something leaves the house.
type TellWay string

// The ways.
const (
	ByMail   TellWay = "mail"
	BySMS    TellWay = "sms"
	ByWeChat TellWay = "wechat"
)

// Words lists them.
func (TellWay) Words() []string { return []string{string(ByMail), string(BySMS), string(ByWeChat)} }

// TellWhen is how soon.
type TellWhen string

// How soon somebody is told.
const (
	AtOnce    TellWhen = "now"     // at any hour
	ByDay     TellWhen = "day"     // but in quiet hours
	OnWorkday TellWhen = "workday" // on the next working day, but in quiet hours
	InDigest  TellWhen = "digest"  // with all else, once a working day
)

// Words lists them.
func (TellWhen) Words() []string {
	return []string{string(AtOnce), string(ByDay), string(OnWorkday), string(InDigest)}
}

// TellRole is who may be told: an account's role.
type TellRole string

// Words lists them.
func (TellRole) Words() []string {
	return []string{"traveller", "liaison", "signatory", "intake", "reviewer", "chief", "director", "visa", "custodian", "window", "personnel", "administrator"}
}

// TellEvent is something that people are told of.
type TellEvent string

// Tellable is one of them. Who may hear of it is fixed, because what it says is
// written for them; Legal ones nobody can switch off, neither for themselves nor in
// the pack: they tell of a period that runs, or of a decision (送达).
type Tellable struct {
	Event TellEvent
	Roles []TellRole
	Legal bool
	Fills []string // what its words may fill in
}

// Tellables lists them, in the order in which a journey meets them.
func Tellables() []Tellable {
	const liaison, signatory, traveller = "liaison", "signatory", "traveller"
	unit, leaders, both := []TellRole{liaison}, []TellRole{signatory, liaison}, []TellRole{traveller, liaison}
	title := []string{"Title"}
	change := []string{"Title", "Kind"} // of a change after approval its kind
	day := []string{"Title", "Day"}
	visit := []string{"Title", "Day", "Slot", "Place", "Number"}
	booklet := []string{"Title", "Day", "Count", "Booklets", "Names"}
	return []Tellable{
		{"case.to_sign", []TellRole{signatory}, false, change},
		{"case.accepted", unit, false, []string{"Title", "Number", "Day", "Kind"}},
		{"case.sent_back", unit, true, []string{"Title", "Count", "Day", "Kind"}},
		{"case.approved", []TellRole{liaison, signatory, traveller}, false, []string{"Title", "Refused", "Kind", "Day", "Count", "Left", "Come", "Declined", "Depart", "Return"}},
		{"case.refused", leaders, true, change},
		{"case.revoked", both, true, change},
		{"case.waits", []TellRole{traveller, liaison, signatory, "intake", "reviewer", "chief", "director", "visa", "custodian"}, false, []string{"Title", "Count"}},
		{"waiver.answered", unit, false, title},
		{"visa.paper_asked", unit, true, day},
		{"visa.appointment", both, false, []string{"Title", "Day", "Who"}},
		{"visa.granted", unit, false, []string{"Title", "Count", "All"}},
		{"visa.refused", unit, true, []string{"Title", "Who", "Area"}},
		{"visit.booked", both, false, visit},
		{"visit.moved", both, false, visit},
		{"visit.cancelled", both, false, []string{"Title", "Day", "Slot"}},
		{"visit.tomorrow", both, false, visit},
		{"visit.called", both, false, []string{"Title", "Ticket", "Window"}},
		{"visit.soon", both, false, visit},
		{"visit.missed", both, false, []string{"Title", "Day", "Slot", "Count"}},
		{"visit.offered", both, false, []string{"Title", "Day", "Slot", "UntilDay", "Until"}},
		{"visit.wait_over", both, false, day},
		{"visit.rate", both, false, day},
		{"booklet.lent", both, false, day},
		{"booklet.recalled", both, true, []string{"Title", "Day", "Who"}},
		{"booklet.loss_told", []TellRole{traveller, liaison, "custodian"}, false, day},
		{"booklet.loss_taken_back", []TellRole{traveller, liaison, "custodian"}, false, title},
		{"booklet.due_soon", both, false, booklet},
		{"booklet.due", both, true, booklet},
		{"booklet.overdue", both, true, booklet},
		{"booklet.overdue_long", leaders, true, booklet},
		{"trip.held", leaders, true, []string{"Title", "Count"}},
		{"unit.stopped", leaders, true, []string{"Count"}},
		{"unit.released", leaders, false, nil},
		{"report.due", unit, false, day},
		{"report.overdue", leaders, true, day},
		{"paper.expiring", unit, false, []string{"Count", "Day"}},
		{"rating.poor", []TellRole{"chief", "director"}, false, []string{"Grade", "Day"}},
		{"rating.due", []TellRole{"chief", "director"}, false, []string{"Grade", "Day"}},
		{"rating.late", []TellRole{"chief", "director"}, false, []string{"Grade", "Day"}},
		{"rating.replied", both, false, []string{"Day"}},
		{"stream.silent", []TellRole{"administrator"}, false, []string{"Zone", "Day"}},
		{"stream.heard", []TellRole{"administrator"}, false, []string{"Zone", "Day"}},
		{"disc.late", []TellRole{"chief", "administrator"}, false, []string{"Number", "Zone", "Day"}},
		{"disc.arrived", []TellRole{"chief", "administrator"}, false, []string{"Number", "Zone", "Day"}},
		{"test.late", []TellRole{"administrator"}, false, []string{"Zone", "Day"}},
		{"test.answered", []TellRole{"administrator"}, false, []string{"Zone", "Day"}},
		{"remark.new", []TellRole{"chief", "director", "administrator"}, false, []string{"Day"}},
		{"remark.answered", []TellRole{traveller, liaison, signatory, "intake", "reviewer", "chief", "director", "visa", "custodian", "window", "personnel", "administrator"}, false, []string{"Day"}},
		{"desk.unclosed", []TellRole{"window"}, false, []string{"Count", "Day"}},
	}
}

// Words lists their names.
func (TellEvent) Words() []string {
	var out []string
	for _, t := range Tellables() {
		out = append(out, string(t.Event))
	}
	return out
}

// TellableOf is one of Tellables.
func TellableOf(e TellEvent) (Tellable, bool) {
	all := Tellables()
	i := slices.IndexFunc(all, func(t Tellable) bool { return t.Event == e })
	if i < 0 {
		return Tellable{}, false
	}
	return all[i], true
}

// Hour is a time of day on the office's clock, in minutes since midnight.
type Hour int

// ParseHour reads 08:30.
func ParseHour(s string) (Hour, error) {
	h, m, ok := strings.Cut(s, ":")
	hour, err := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	if !ok || len(m) != 2 || err != nil || err2 != nil || hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return 0, fmt.Errorf("%q is no time of day: write it as 08:30", s)
	}
	return Hour(60*hour + minute), nil
}

func (h Hour) String() string { return fmt.Sprintf("%02d:%02d", int(h)/60, int(h)%60) }

// MarshalText writes it as 08:30.
func (h Hour) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads it.
func (h *Hour) UnmarshalText(b []byte) (err error) { *h, err = ParseHour(string(b)); return err }

// parseTelling reads telling.yaml over what stands: an event that it gives stands
// over the program's, the others stay.
func parseTelling(b []byte, under Telling) (Telling, Mistakes) {
	f := Telling{Quiet: under.Quiet, Digest: under.Digest, Code: under.Code}
	wrong := read(tellingFile, b, &f)
	for _, event := range slices.Sorted(maps.Keys(f.Events)) {
		wrong = append(wrong, f.Events[event].wrong(event)...)
	}
	if f.Code != nil && (strings.TrimSpace(f.Code.Template) == "" || !slices.Equal(f.Code.Params, []string{"Code"}) && len(f.Code.Params) > 0) {
		wrong.add(tellingFile, "code", "要写模板编号，只能填 Code", "it needs the number of the text, in which Code alone is filled in")
	}
	merged := maps.Clone(under.Events)
	if merged == nil {
		merged = map[TellEvent]Telled{}
	}
	maps.Copy(merged, f.Events)
	f.Events = merged
	return f, wrong
}

func (t Telled) wrong(event TellEvent) (wrong Mistakes) {
	of, known := TellableOf(event)
	if !known {
		return nil // said by the reader
	}
	at := "events." + string(event)
	if of.Legal && len(t.To) == 0 {
		wrong.add(tellingFile, at+".to", "这件事依法要通知，至少要有一个角色", "the law wants this told: at least one role must hear of it")
	}
	for _, role := range slices.Sorted(maps.Keys(t.To)) {
		if !slices.Contains(of.Roles, role) {
			wrong = append(wrong, Mistake{File: tellingFile, Key: at + ".to." + string(role), Nearest: string(of.Roles[0]), Text: fault.Text{
				Zh: "这件事不通知这个角色，可以写：" + joined(of.Roles), En: "this role isn't told of it; there are: " + joined(of.Roles)}})
		}
		if t.To[role].When == "" {
			wrong.add(tellingFile, at+".to."+string(role)+".when", "要写什么时候通知："+strings.Join(TellWhen("").Words(), "、"), "it needs when: "+strings.Join(TellWhen("").Words(), ", "))
		}
		seen := map[TellWay]bool{}
		for _, w := range t.To[role].Ways {
			if seen[w] {
				wrong.add(tellingFile, at+".to."+string(role)+".ways", "这条途径写了两次："+string(w), "the way is given twice: "+string(w))
			}
			seen[w] = true
		}
	}
	if t.SMS == nil {
		return wrong
	}
	if strings.TrimSpace(t.SMS.Template) == "" {
		wrong.add(tellingFile, at+".sms.template", "要写服务商审核通过的模板编号", "it needs the number of the text that the provider has approved")
	}
	for i, p := range t.SMS.Params {
		if !slices.Contains(of.Fills, p) {
			wrong.add(tellingFile, fmt.Sprintf("%s.sms.params[%d]", at, i), fmt.Sprintf("没有 %s 这一项，可以填：%s", p, strings.Join(of.Fills, "、")), fmt.Sprintf("nothing fills %s; there are: %s", p, strings.Join(of.Fills, ", ")))
		}
	}
	return wrong
}

func joined(roles []TellRole) string {
	var out []string
	for _, r := range roles {
		out = append(out, string(r))
	}
	return strings.Join(out, ", ")
}

// WithTelled gives a copy in which an event is told otherwise; as it stands under the
// pack when t is nil.
func (c Content) WithTelled(event TellEvent, t *Telled) (Content, error) {
	return c.withTelling(func(f *Telling) {
		delete(f.Events, event)
		if t != nil {
			f.Events[event] = *t
		}
	})
}

// WithTellingHours gives a copy with other hours, and another text that proves a
// number.
func (c Content) WithTellingHours(q Quiet, digest Hour, code *SMSTemplate) (Content, error) {
	return c.withTelling(func(f *Telling) { f.Quiet, f.Digest, f.Code = q, digest, code })
}

func (c Content) withTelling(change func(*Telling)) (Content, error) {
	var f Telling
	if wrong := read(tellingFile, c[tellingFile], &f); len(wrong) > 0 {
		return nil, wrong
	}
	if f.Events == nil {
		f.Events = map[TellEvent]Telled{}
	}
	change(&f)
	b, err := encoded(f)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(string(b)) == "{}" {
		b = nil
	}
	return c.WithFile(tellingFile, b), nil
}

// OwnTelled tells whether a pack says itself how an event is told.
func (c Content) OwnTelled(event TellEvent) bool {
	var f Telling
	if wrong := read(tellingFile, c[tellingFile], &f); len(wrong) > 0 {
		return false
	}
	_, own := f.Events[event]
	return own
}

// TellingFile is the file of a pack that says who is told of what.
const TellingFile = tellingFile
