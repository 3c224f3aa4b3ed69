package person_test

import (
	"slices"
	"testing"

	"yitang/internal/person"
)

// Names of states are read syllable by syllable, as a Chinese list is looked through.
func TestNamesAreSortedAsTheyAreRead(t *testing.T) {
	names := []string{"中非", "阿富汗", "德国", "阿尔巴尼亚", "安哥拉", "爱尔兰"}
	slices.SortFunc(names, func(a, b string) int {
		if person.Read(a) < person.Read(b) {
			return -1
		}
		return 1
	})
	if want := []string{"阿尔巴尼亚", "阿富汗", "爱尔兰", "安哥拉", "德国", "中非"}; !slices.Equal(names, want) {
		t.Errorf("%v", names)
	}
}
