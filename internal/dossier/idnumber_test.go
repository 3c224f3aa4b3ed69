package dossier

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"yitang/internal/calendar"
)

func TestIdentityNumberIsReadByTheStandard(t *testing.T) {
	id := ReadID("11010519491231002X") // the example printed in GB 11643
	if id.Verdict != IDGood || id.Sex != Female || id.Birth != calendar.On(1949, 12, 31) || id.Area != "110105" {
		t.Errorf("%+v", id)
	}
	for number, want := range map[string]IDVerdict{
		"":                    IDAbsent,
		"509901197504121214":  IDGood,
		"509901197504121215":  IDChecksum,
		"50990119750412121":   IDLength,
		"5099011975041212X4":  IDLetters,
		"509901197513121218":  IDBirth,
		"5.09901E+17":         IDDestroyed,
		"5.09901197504121E17": IDDestroyed,
		"509901197504121000":  IDDestroyed,
		"509901750412121":     IDLegacy,
	} {
		if got := ReadID(number).Verdict; got != want && !(want == IDBirth && got == IDBirth) {
			t.Errorf("%q is %q, want %q", number, got, want)
		}
	}
}

func TestTrueNumberEndingInZerosIsNotCalledDestroyed(t *testing.T) {
	found := false
	for seq := 0; seq < 100000 && !found; seq++ {
		body := fmt.Sprintf("509901%s%03d", calendar.On(1980, 1, 1).AddDays(seq / 10).String()[:4]+calendar.On(1980, 1, 1).AddDays(seq / 10).String()[5:7]+calendar.On(1980, 1, 1).AddDays(seq / 10).String()[8:], seq%10*100)
		if number := body + checkCharacter(body); number[15:] == "000" {
			found = true
			if v := ReadID(number).Verdict; v != IDGood {
				t.Errorf("%s is %q", number, v)
			}
		}
	}
	if !found {
		t.Fatal("no such number was made")
	}
}

func TestLegacyNumberIsExplainedNotConverted(t *testing.T) {
	id := ReadID("509901750412121")
	if id.Verdict != IDLegacy || id.Modern != "509901197504121214" || id.Birth != calendar.On(1975, 4, 12) || id.Sex != Male {
		t.Errorf("%+v", id)
	}
}

func anyID(t *rapid.T) string {
	day := calendar.On(1930, 1, 1).AddDays(rapid.IntRange(0, 29000).Draw(t, "born")).String()
	body := fmt.Sprintf("5099%02d%s%03d", rapid.IntRange(0, 99).Draw(t, "area"), day[:4]+day[5:7]+day[8:], rapid.IntRange(0, 999).Draw(t, "sequence"))
	return body + checkCharacter(body)
}

func TestAnySingleWrongCharacterOfAnIdentityNumberIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := anyID(t)
		if v := ReadID(number).Verdict; v != IDGood {
			t.Fatalf("%s is %q", number, v)
		}
		for i := range number {
			for _, r := range "0123456789X" {
				if byte(r) == number[i] {
					continue
				}
				wrong := number[:i] + string(r) + number[i+1:]
				if ReadID(wrong).Verdict == IDGood {
					t.Fatalf("%s passes for %s", wrong, number)
				}
			}
		}
	})
}

func TestSwappedNeighboursInAnIdentityNumberAreFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := anyID(t)
		i := rapid.IntRange(0, 15).Draw(t, "place")
		wrong := number[:i] + string(number[i+1]) + string(number[i]) + number[i+2:]
		if wrong != number && ReadID(wrong).Verdict == IDGood {
			t.Fatalf("%s passes for %s", wrong, number)
		}
	})
}

func TestUnitCodeChecksumFindsAnySingleMistake(t *testing.T) {
	for code, want := range map[string]USCCProblem{
		"91350100M000100Y43": "", "12509901G76543219R": "", "12509901G765432190": USCCChecksum,
		"12509901G7654321": USCCLength, "12509901G7654321OR": USCCLetters,
	} {
		if got := CheckUSCC(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		code := []byte("91350100M000100Y43")
		code[rapid.IntRange(0, 17).Draw(t, "place")] = usccDigits[rapid.IntRange(0, 30).Draw(t, "digit")]
		if s := string(code); s != "91350100M000100Y43" && CheckUSCC(s) == "" {
			t.Fatalf("%s passes", s)
		}
	})
}
