package exchange

import "testing"

func TestNumbersAreARangeWhereEachFollowsTheOneBefore(t *testing.T) {
	for _, c := range []struct {
		of   []int64
		want string
	}{
		{nil, "an earlier number"},
		{[]int64{4}, "number 4"},
		{[]int64{4, 5, 6}, "numbers 4 to 6"},
		{[]int64{4, 6}, "numbers 4, 6"},
		{[]int64{4, 1, 6}, "numbers 4, 1, 6"}, // those of another epoch begin at 1
		{[]int64{1, 1, 3, 4}, "numbers 1, 1, 3, 4"},
		{[]int64{1, 2, 1, 4}, "numbers 1, 2, 1, 4"},
	} {
		if got := Span(c.of); got != c.want {
			t.Errorf("%v: %s, want %s", c.of, got, c.want)
		}
	}
}
