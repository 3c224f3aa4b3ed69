package pack

import (
	"strings"
	"testing"
)

func TestAPackThatTellsWrongIsNamedWhereItIs(t *testing.T) {
	base, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"events: {case.sent_bak: {to: {liaison: {ways: [mail], when: day}}}}":                                         "case.sent_back", // the nearest
		"events: {case.sent_back: {to: {}}}":                                                                          "the law wants this told",
		"events: {case.sent_back: {to: {director: {ways: [mail], when: day}}}}":                                       "this role isn't told of it",
		"events: {case.sent_back: {to: {liaison: {ways: [post], when: day}}}}":                                        "post is none of the known words",
		"events: {case.sent_back: {to: {liaison: {ways: [mail, mail], when: day}}}}":                                  "given twice",
		"events: {case.sent_back: {to: {liaison: {ways: [mail]}}}}":                                                   "it needs when",
		"events: {case.sent_back: {to: {liaison: {ways: [sms], when: day}}, sms: {template: T, params: [IDNumber]}}}": "nothing fills IDNumber",
		"quiet: {from: \"25:00\", until: \"08:00\"}":                                                                  "quiet.from",
		"code: {template: T, params: [Title]}":                                                                        "in which Code alone",
	} {
		_, wrong := base.Lay(Content{tellingFile: []byte(text)})
		if !strings.Contains(wrong.Error(), want) && !(len(wrong) > 0 && wrong[0].Nearest == want) {
			t.Errorf("%s: %v", text, wrong)
		}
	}
}

func TestHowAnEventIsToldIsChangedAloneAndTakenBack(t *testing.T) {
	base, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	c, err := Content{}.WithTelled("case.accepted", &Telled{To: map[TellRole]Tell{"liaison": {Ways: []TellWay{BySMS}, When: AtOnce}}})
	if err != nil {
		t.Fatal(err)
	}
	if c, err = c.WithTellingHours(Quiet{From: 22 * 60, Until: 7 * 60}, 9*60, nil); err != nil {
		t.Fatal(err)
	}
	set, wrong := base.Lay(c)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	if got := set.Telling.Events["case.accepted"].To["liaison"]; got.When != AtOnce || set.Telling.Quiet.From.String() != "22:00" || set.Telling.Digest.String() != "09:00" {
		t.Errorf("told %+v, %+v", got, set.Telling.Quiet)
	}
	if len(set.Telling.Events) != len(base.Telling.Events) || base.Telling.Events["case.accepted"].To["liaison"].When == AtOnce {
		t.Error("other events changed with it")
	}
	if c, err = c.WithTelled("case.accepted", nil); err != nil || c.OwnTelled("case.accepted") {
		t.Errorf("it isn't taken back: %v", err)
	}
}

// Each event is told by somebody in the program's own rules, and those are sound.
func TestTheProgramTellsEachEvent(t *testing.T) {
	base, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range Tellables() {
		if len(base.Telling.Events[of.Event].To) == 0 {
			t.Errorf("nobody is told of %s", of.Event)
		}
	}
}
