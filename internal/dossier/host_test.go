package dossier

import "testing"

func TestAChinesePaperCallsAHostByItsChineseName(t *testing.T) {
	letters := []Invitation{{Issuer: "Muster University", IssuerZh: "示范大学"}, {Issuer: "Beispiel GmbH"}, {Issuer: "东京都", IssuerZh: "东京都"}}
	for typed, want := range map[string]string{"Muster University": "示范大学（Muster University）", "Beispiel GmbH": "Beispiel GmbH", "东京都": "东京都", "Another": "Another", "": ""} {
		if got := HostName(letters, typed); got != want {
			t.Errorf("%q is called %q, want %q", typed, got, want)
		}
	}
}
