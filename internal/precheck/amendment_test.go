package precheck

import (
	"slices"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

func TestAnAmendmentIsJudgedByItsDifference(t *testing.T) {
	approved := caseFile(t, "valid-germany-5-days")
	stranger := dossier.Member{FamilyName: "钱", GivenName: "另一", DateOfBirth: calendar.On(1990, 1, 1)}
	for _, x := range []struct {
		name  string
		amend func(*dossier.Case, *Amendment)
		want  []string
	}{
		{"nothing changed", func(*dossier.Case, *Amendment) {}, nil},
		{"a member dropped", func(c *dossier.Case, _ *Amendment) { c.Members = c.Members[:len(c.Members)-1] }, nil},
		{"a name corrected", func(c *dossier.Case, _ *Amendment) { c.Members[1].GivenName = "改" }, nil},
		{"a number corrected", func(c *dossier.Case, _ *Amendment) { c.Members[1].IDNumber = "x" }, nil},
		{"the order of members", func(c *dossier.Case, _ *Amendment) { slices.Reverse(c.Members) }, nil},
		{"two new people, later", func(c *dossier.Case, _ *Amendment) {
			c.Members = append(c.Members, stranger, stranger)
			c.Trip.Depart, c.Trip.Return = c.Trip.Depart.Next(), c.Trip.Return.Next()
		}, []string{"AMD-001 members[4]", "AMD-001 members[5]"}},
		{"a day later, same length", func(c *dossier.Case, _ *Amendment) {
			c.Trip.Depart, c.Trip.Return = c.Trip.Depart.Next(), c.Trip.Return.Next()
		}, []string{"AMD-004 case.depart"}},
		{"a country and a day more, all at once", func(c *dossier.Case, _ *Amendment) {
			c.Legs = append(c.Legs, dossier.Leg{Country: "POL", City: "华沙"}, dossier.Leg{Country: "POL", City: "格但斯克"})
			c.Trip.Return = c.Trip.Return.Next()
		}, []string{"AMD-002 legs[1].country", "AMD-002 case.return"}},
		{"the same as a new approval", func(c *dossier.Case, a *Amendment) {
			c.Members = append(c.Members, stranger)
			c.Trip.Depart, a.Full = c.Trip.Depart.Prev(), true
		}, nil},
		{"past departure", func(_ *dossier.Case, a *Amendment) { a.Departed, a.Full = true, true }, []string{"AMD-005 case.depart"}},
		{"an emergency, the third time", func(_ *dossier.Case, a *Amendment) { a.Departed, a.Emergency, a.Earlier = true, true, 2 },
			[]string{"AMD-006 case"}},
	} {
		t.Run(x.name, func(t *testing.T) {
			wanted := caseFile(t, "valid-germany-5-days")
			a := Amendment{Approved: &approved, ValidUntil: calendar.On(2026, 9, 1)}
			x.amend(&wanted, &a)
			got := engine(t).CheckAmendment(wanted, a, wanted.AsOf)
			if found := rulesIn(got); !slices.Equal(found, x.want) || len(got.Unknown) > 0 {
				t.Errorf("found %v, want %v; unknown %v", found, x.want, got.Unknown)
			}
		})
	}
}
