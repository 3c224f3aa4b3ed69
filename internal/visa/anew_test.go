package visa

import (
	"reflect"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/custody"
)

// An order that is begun anew loses what came of the application before, which
// Earlier keeps, and nothing else: a field that is added to an order stays.
func TestAnOrderThatIsBegunAnewKeepsAllButWhatCameOfIt(t *testing.T) {
	on := calendar.On(2026, 12, 1)
	was := Order{Stage: IsSent, Plan: plan.Planned, Papers: Papers{InsuredArea: "WORLD"}, Batch: "b", Booklet: "k", SentOn: on, Visa: Granted{Tail: "123"}, GrantedBy: "x", Mended: []Mended{{By: "x", At: time.Unix(1, 0)}},
		Why: "no", Attempts: 2, Asked: []Ask{{}}, Mission: Mission{Seen: on}, Earlier: []Earlier{{Batch: "a"}}}
	is := was.anew(plan.Planned)
	gone := map[string]bool{"Papers": true, "Batch": true, "Booklet": true, "SentOn": true, "Visa": true, "GrantedBy": true, "Mended": true, "Why": true, "Asked": true}
	another := map[string]bool{"Stage": true, "Plan": true, "Earlier": true}
	before, after := reflect.ValueOf(was), reflect.ValueOf(is)
	for i := range before.NumField() {
		name := before.Type().Field(i).Name
		switch v := after.Field(i); {
		case before.Field(i).IsZero():
			t.Errorf("give %s a value here", name)
		case another[name]:
		case gone[name] && !v.IsZero():
			t.Errorf("%s stays: %v", name, v)
		case !gone[name] && !reflect.DeepEqual(v.Interface(), before.Field(i).Interface()):
			t.Errorf("%s is lost", name)
		}
	}
	if is.Stage != IsPlanned || len(is.Earlier) != 2 || is.Earlier[1].Batch != "b" {
		t.Errorf("%s, %+v", is.Stage, is.Earlier)
	}
	was.Stage = IsRefused
	if again := was.anew(plan.Planned); !again.Mission.Seen.IsZero() {
		t.Error("after a refusal the mission sees them again, and the day of before stays")
	}
}

// A kit that was packed for a booklet begins anew with its loss, as a visa in it
// does; one for another booklet, or that isn't packed, goes on.
func TestAKitIsLostWithTheBookletThatItWasPackedFor(t *testing.T) {
	held := []custody.Row{{Booklet: "old", Type: "p", Place: custody.IsLost, Expires: calendar.On(2030, 1, 1)}, {Booklet: "older", Type: "p", Place: custody.InStore, Expires: calendar.On(2028, 1, 1)}}
	for _, c := range []struct {
		stage Stage
		gone  string
		want  bool
	}{{KitIsReady, "old", true}, {KitIsReady, "older", false}, {IsPlanned, "old", false}, {IsRefused, "old", false}} {
		o := Row{Filing: "f", Person: "x", With: "p", Stage: c.stage}
		if c.gone == "older" {
			held[0].Place = custody.InStore
		}
		if got := o.LostWith(c.gone, Goes(o, nil, []string{"x"}).ServedBy(held, c.gone), Plan{}); got != c.want {
			t.Errorf("%s, and %s is gone: %t", c.stage, c.gone, got)
		}
		held[0].Place = custody.IsLost
	}
}
