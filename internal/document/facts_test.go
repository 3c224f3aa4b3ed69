package document

import "testing"

// A member whose surname is two characters keeps it whole, as the record parts
// the name or, where it doesn't, as such names part.
func TestAMaskedNameKeepsTheWholeSurname(t *testing.T) {
	for _, c := range []struct{ name, surname, want string }{
		{"司马峰", "", "司马*"}, {"司马峰", "司马", "司马*"}, {"顾明远", "顾", "顾**"}, {"范姜明", "范姜", "范姜*"}, {"南门东", "南", "南**"}, {"江", "江", "江*"},
		{"买买提·吐尔逊", "买买提", "买******"}, {"Smith", "Smith", "S****"}, {"", "", ""},
	} {
		if got := mask(c.name, c.surname); got != c.want {
			t.Errorf("%q (%q) is masked as %q, want %q", c.name, c.surname, got, c.want)
		}
	}
}
