package material

import (
	"maps"
	"strings"
	"testing"
)

func TestWhatAnEVisaSaysIsReadWhereItIsCertain(t *testing.T) {
	whole := map[string]string{"name": "JIANG MINGYUAN", "number": "SE1234567", "from": "2026-05-11", "until": "2026-06-10", "entries": "1", "days": "30"}
	but := func(without ...string) map[string]string {
		out := maps.Clone(whole)
		for _, field := range without {
			delete(out, field)
		}
		return out
	}
	for name, c := range map[string]struct {
		says string
		want map[string]string
	}{
		"a label and its value on a line": {"Full Name: Jiang Mingyuan\nPassport No: SE1234567\nValid from: 11 May 2026\nValid until: 10 June 2026\nNumber of entries: Single\nDuration of stay: 30 days", whole},
		"the value on the next line":      {"Surname\nJIANG\nGiven names\nMINGYUAN\nPassport number\nSE 1234567\nStart date\n2026-05-11\nExpiry date\n2026-06-10\nEntries\nSingle entry\nPeriod of stay\n30 (thirty) days", whole},
		"a span on one line":              {"Name of applicant: JIANG, MINGYUAN\nTravel document number: SE1234567\nValidity: from 2026-05-11 to 2026-06-10\nNo. of entries: One\nStay: 30", whole},
		"in Chinese":                      {"姓名：JIANG MINGYUAN\n护照号码：SE1234567\n有效期自：2026年5月11日\n有效期至：2026年6月10日\n入境次数：一次\n停留天数：30天", whole},
		"other days beside":               {"Full name: JIANG MINGYUAN\nDate of birth: 1975-01-02\nPassport No: SE1234567\nPassport expiry date: 2030-01-01\nDate of issue: 2026-05-01\nValid from: 2026-05-11\nValid until: 2026-06-10\nEntries: Single\nDays of stay: 30", whole},
		"days that can be read two ways":  {"Full name: JIANG MINGYUAN\nPassport No: SE1234567\nValid from: 05/11/2026\nValid until: 06/10/2026\nEntries: Single\nDuration of stay: 30 days", but("from", "until")},
		"two names":                       {"Name: JIANG MINGYUAN\nName: HE YUANZHOU\nPassport No: SE1234567\nValid from: 2026-05-11\nValid until: 2026-06-10\nEntries: Single\nDuration of stay: 30 days", but("name")},
		"no labels":                       {"ELECTRONIC TRAVEL AUTHORISATION", map[string]string{}},
	} {
		if got := eVisaIn(strings.Split(c.says, "\n")); !maps.Equal(got, c.want) {
			t.Errorf("%s: read %v, want %v", name, got, c.want)
		}
	}
	if is, wrong := NewEVisa(whole); len(wrong) > 0 || is.Tail != "567" || is.Entries != 1 || is.Days != 30 {
		t.Errorf("%+v %v", is, wrong)
	}
	if _, wrong := NewEVisa(nil); len(wrong) != len(EVisaFields())-1 { // whose it is stands in no file
		t.Errorf("of nothing, %v is missing", wrong)
	}
}
