package precheck

import "testing"

func TestAnAnswerBelongsToOneFinding(t *testing.T) {
	april, january := Finding{Rule: "MEM-008", Field: "members[0].otherTrips[0]"}, Finding{Rule: "MEM-008", Field: "members[0].otherTrips[1]"}
	letters, other := Finding{Rule: "INV-015", Field: "materials"}, Finding{Rule: "INV-015", Field: "members"}
	list := Findings{List: []Finding{letters}}
	two, one := Findings{List: []Finding{april, january}}, Findings{List: []Finding{january}}
	for _, x := range []struct {
		in      Findings
		of      Finding
		answers map[string]string
		want    string
	}{
		{two, april, map[string]string{april.Subject(): "四月"}, "四月"},
		{two, january, map[string]string{april.Subject(): "四月"}, ""},
		{two, january, map[string]string{"MEM-008": "按规则答的"}, ""}, // of which of them?
		{one, january, map[string]string{"MEM-008": "按规则答的"}, "按规则答的"},
		{list, letters, map[string]string{"INV-015/materials[1]": "一份里有两家"}, "一份里有两家"}, // given while one of them was pointed at
		{Findings{List: []Finding{letters, other}}, letters, map[string]string{"INV-015/materials[1]": "一份里有两家"}, ""},
		{one, january, map[string]string{"MEM-008/members[0].otherTrips[0]": "四月"}, ""},
	} {
		if got := x.in.Answer(x.of, x.answers); got != x.want {
			t.Errorf("%v of %d findings with %v: %q, want %q", x.of.Field, len(x.in.List), x.answers, got, x.want)
		}
	}
}
