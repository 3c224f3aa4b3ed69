package pack

import (
	"strings"
	"testing"
	"time"
)

func TestAReleasePolicyThatIsWrongIsNamedWhereItIs(t *testing.T) {
	base, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"streams: {internet-ofice: {may: [filing.*], hold: []}}":                                      "internet-office",
		"streams: {internet-office: {may: [Filing], hold: []}}":                                       "streams.internet-office.may[0]",
		"streams: {office-internet: {may: [approval.*], hold: []}}":                                   "config.* must go",
		"streams: {office-passport: {may: [config.*], hold: [config.saved]}}":                         "config.* must go",
		"streams: {internet-office: {may: [filing.*], hold: [], hour: {megabytes: 1}}}":               "at least 64",
		"streams: {internet-office: {may: [filing.*], hold: [], day: {records: -1}}}":                 "below 0",
		"streams: {internet-office: {may: [filing.*], hold: [], promise: 1m}}":                        "at least 10m",
		"streams: {internet-office: {may: [filing.*], hold: [], promise: a while}}":                   "promise",
		"streams: {internet-office: {may: [filing.*], hold: [], hour: {records: 5, kilobytes: 100}}}": "megabytes",
	} {
		_, wrong := base.Lay(Content{ReleaseFile: []byte(text)})
		if len(wrong) == 0 || !strings.Contains(wrong.Error(), want) && wrong[0].Nearest != want {
			t.Errorf("%s: %v", text, wrong)
		}
	}
}

func TestAStreamThatAPackGivesStandsOverTheProgramsWhole(t *testing.T) {
	base, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	set, wrong := base.Lay(Content{ReleaseFile: []byte("streams: {passport-office: {may: [passport.*], hold: [passport.handed_over], promise: 90m}}")})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	own, kept := set.Release.Streams["passport-office"], set.Release.Streams["internet-office"]
	if len(own.May) != 1 || own.Hold[0] != "passport.handed_over" || own.Hour != nil || time.Duration(own.Promise) != 90*time.Minute {
		t.Errorf("%+v", own)
	}
	if len(kept.May) < 5 || kept.Day == nil {
		t.Errorf("the other streams aren't the program's any more: %+v", kept)
	}
	if set.Release.Name() == base.Release.Name() || base.Release.Name() == "unwritable" {
		t.Errorf("two policies are both called %s", base.Release.Name())
	}
}
