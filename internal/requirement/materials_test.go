package requirement

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
)

// A paper that only data stand for is told apart from one that was given.
func TestAPaperThatOnlyDataStandForIsToldApart(t *testing.T) {
	passed := &dossier.Vetting{Status: dossier.VettingPassed, ValidUntil: calendar.On(2027, 1, 1)}
	given := dossier.Material{Kind: "M12", Owner: "members[0]"}
	for name, c := range map[string]struct {
		vetting *dossier.Vetting
		papers  []dossier.Material
		held    bool
		alone   bool
	}{
		"nothing":        {nil, nil, false, false},
		"data":           {passed, nil, true, true},
		"paper":          {nil, []dossier.Material{given}, true, false},
		"data and paper": {passed, []dossier.Material{given}, true, false},
		"another's":      {passed, []dossier.Material{{Kind: "M12", Owner: "members[1]"}}, true, true},
		"pending":        {&dossier.Vetting{Status: dossier.VettingPending}, nil, false, false},
	} {
		file := dossier.Case{Trip: dossier.Trip{Depart: calendar.On(2026, 5, 1), Return: calendar.On(2026, 5, 5)}, Materials: c.papers,
			Members: []dossier.Member{{FamilyName: "江", GivenName: "明远", Vetting: c.vetting}, {FamilyName: "舒", GivenName: "若兰"}}}
		for _, r := range For(Facts{Case: file, Today: calendar.On(2026, 3, 10)}, Parameters{}) {
			switch {
			case r.ID == "M12@members[0]" && (r.IsHeld() != c.held || r.OnRecordAlone() != c.alone):
				t.Errorf("%s: held %v, on record alone %v", name, r.IsHeld(), r.OnRecordAlone())
			case r.Key != "M12" && r.OnRecordAlone():
				t.Errorf("%s: %s is on record alone", name, r.ID)
			}
		}
	}
}

// listed is the list of materials (domain reference, section 5, and the leader's
// note of urgency, which it names in 3.7 without a number): the links that use each, and whether it serves one trip (P) or lasts (R).
const listed = `
M01 P AP
M02 P AP
M03 P AP PP VS
M04 P AP VS
M05 P AP
M06 R AP
M07 P AP VS PT
M08 P AP
M09 P AP PT
M10 P AP
M11 P PT
M12 R AP PP
M13 P AP
M14 P AP
M15 P AP PP
M16 P PP VS
M17 P PP VS PT
M18 P PP
M19 P AP
M20 P AP
M21 R AP VS
M22 P AP
M23 P AP
M24 R PP VT
M25 R PP
M26 R PP VS
M27 P PP
M28 R PP
M29 R PP
M30 - PP
M31 P PP
M32 P PP
M33 P VS
M34 R VS
M35 P VS
M36 P VS
M37 P VS
M38 R VS
M39 P VS
M40 P VS
M41 P VS
M42 P VS PT
M43 P VS
M44 P PP VS VT
M45 R VS
M46 P PT
M47 P PT
M48 P AP
M49 P AP PP VS
M50 P PT
M51 R all
M52 R all
M53 P AP VS
M54 P AP
M55 P VT
M56 P AP
M57 P AP
M58 P VS`

// issued are the documents of the office that stand for a number of the list.
var issued = map[dossier.MaterialKind]document.Paper{"M17": document.Approval{}, "M41": document.NoteVerbale{}, "M43": document.ExitCertificate{}}

// comesAbout tells whether a paper that nobody is asked for is made on the spot,
// issued by the office, cut from what is brought, or the record of an act.
func comesAbout(kind dossier.MaterialKind) bool {
	if _, is := issued[kind]; is || document.Makes(kind) {
		return true
	}
	if _, brought := Brought(Key(kind)); brought {
		return true
	}
	_, act := entryOf[map[dossier.MaterialKind]Key{"M55": "act.education"}[kind]]
	return act
}

func TestEveryNumberOfTheListOfMaterialsIsAskedForMadeOrSaidWhyNot(t *testing.T) {
	letters := map[string]Links{"AP": Approval, "PP": Passport, "VS": Visa, "VT": Visit, "PT": After}
	lines := strings.Fields(strings.ReplaceAll(strings.TrimSpace(listed), " ", "|"))
	if len(lines) != 58 {
		t.Fatalf("the list has %d lines", len(lines))
	}
	elsewhere := map[dossier.MaterialKind]Elsewhere{}
	for _, e := range NeverAsked() {
		if _, twice := elsewhere[e.Kind]; twice {
			t.Errorf("%s is explained twice", e.Kind)
		}
		elsewhere[e.Kind] = e
	}
	asked, made := 0, 0
	for i, line := range lines {
		f := strings.Split(line, "|")
		kind := dossier.MaterialKind(fmt.Sprintf("M%02d", i+1))
		if string(kind) != f[0] {
			t.Fatalf("line %d of the list is %s", i+1, f[0])
		}
		entry, there := Lookup(Key(kind))
		why, explained := elsewhere[kind]
		if there == explained {
			t.Errorf("%s: in the catalogue: %v, said why it is never asked: %v", kind, there, explained)
			continue
		}
		if explained {
			if why.Why == "" {
				t.Errorf("%s: no reason", kind)
			}
			if _, known := Lookup(why.By); why.By != "" && !known {
				t.Errorf("%s: %s, which is to stand for it, isn't in the catalogue", kind, why.By)
			}
			continue
		}
		if entry.Kind != KindMaterial || entry.Name.Zh == "" || entry.Name.En == "" {
			t.Errorf("%s: %+v", kind, entry)
		}
		if entry.Asked == (Place{}) {
			made++
			if !comesAbout(kind) {
				t.Errorf("%s %s: nobody is asked for it, and nothing makes it", kind, entry.Name.En)
			}
		} else {
			asked++
		}
		var want Links
		for _, l := range f[2:] {
			want |= letters[l]
		}
		if entry.Links != want {
			t.Errorf("%s %s: serves links %b, the list says %v", kind, entry.Name.En, entry.Links, f[2:])
		}
		// What a person gave for one trip isn't offered for the next; what
		// lasts is.
		if entry.Of == PerMember && entry.Asked != (Place{}) {
			if one := OfOneTrip(kind, calendar.MustParse("2027-01-31")); one != (f[1] == "P") {
				t.Errorf("%s %s: of one trip: %v, the list says %s", kind, entry.Name.En, one, f[1])
			}
		}
	}
	for kind := range elsewhere {
		if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, string(kind)+"|") }) {
			t.Errorf("%s is in no list", kind)
		}
	}
	t.Logf("of 58: %d are asked for, %d are made, %d have their reason", asked, made, len(elsewhere))
}
