package progress

import (
	"testing"

	"yitang/internal/calendar"
	room "yitang/internal/progress"
)

func TestATripThatWasClosedUnratedCanStillBeRated(t *testing.T) {
	home := calendar.On(2026, 10, 18)
	for _, c := range []struct {
		what string
		s    room.State
		want bool
	}{
		{"at home", room.State{Stage: room.Home, CameHome: home}, true},
		{"closed, unrated", room.State{Stage: room.Archived, CameHome: home}, true},
		{"nothing owed any more, unrated", room.State{Stage: room.Done, CameHome: home}, true},
		{"closed, rated", room.State{Stage: room.Archived, CameHome: home, Answered: true}, true},
		{"abroad", room.State{Stage: room.Abroad}, false},
		{"never left, and closed", room.State{Stage: room.Archived}, false},
		{"refused", room.State{Stage: room.Refused}, false},
	} {
		if got := ratable(c.s); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}
