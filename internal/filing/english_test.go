package filing

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
)

// Whatever is laid out can be said in English, of each category of mission; what
// somebody wrote is left in their words.
func TestWhatIsLaidOutIsSaidInEnglish(t *testing.T) {
	categories := []dossier.Category{""}
	for c := range doings {
		categories = append(categories, c)
	}
	data := placed(t)
	for _, category := range categories {
		for _, zh := range []string{"", "巴黎示范大学"} {
			p := Paper{LaidOut: true, Case: dossier.Case{
				Trip: dossier.Trip{Category: category, Depart: calendar.MustParse("2026-09-10"), Return: calendar.MustParse("2026-09-17")},
				Legs: []dossier.Leg{{City: "巴黎", Arrive: local(t, "2026-09-11T14:20"), Leave: local(t, "2026-09-14T10:00")},
					{City: "罗马", Arrive: local(t, "2026-09-14T16:00"), Leave: local(t, "2026-09-16T08:10")}},
				Invitations: []dossier.Invitation{{Issuer: "Université Exemple", IssuerZh: zh, IssuerCountry: "FRA"}},
				Itinerary:   []dossier.HalfDay{{Date: calendar.MustParse("2026-09-15"), Half: dossier.Morning, Activity: "查勘扫描实验室"}},
			}}
			c := Assemble(p, Held{Today: calendar.MustParse("2026-03-10"), Ref: data}).Case
			for line, english := range said(t, c) {
				if line != "" && (dossier.HasHan(english) != (line == "查勘扫描实验室")) {
					t.Errorf("%s: %q is said as %q", category, line, english)
				}
			}
		}
	}
}

// said gives what the English itinerary says of each line of the Chinese one.
func said(t *testing.T, c dossier.Case) map[string]string {
	t.Helper()
	w, ready := document.Make("M07", document.From{Case: c, English: true, Country: func(code string) string { return code }})
	if !ready {
		t.Fatal("there is no itinerary")
	}
	out := map[string]string{}
	for _, p := range w.Parts {
		if p.Head == "Programme" {
			for i, r := range p.Rows {
				out[c.Itinerary[i].Activity] = r[2]
			}
		}
	}
	return out
}
