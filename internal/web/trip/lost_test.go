package trip

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	room "yitang/internal/trip"
	"yitang/internal/web/ui"
)

func TestWhoToldOfALossIsAskedForNothingThatTheyDid(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	for _, c := range []struct {
		name     string
		l        room.Lost
		abroad   bool
		says, no []string
	}{
		{"nothing done", room.Lost{}, false, []string{"马上报案", "还请联系我国驻当地使领馆", "准备遗失声明"}, []string{"已交"}},
		{"nothing done abroad", room.Lost{}, true, []string{"向当地警方报案", "马上联系我国驻当地使领馆", "旅行证", "准备遗失声明"}, []string{"公安机关"}},
		{"told to the police, the statement given", room.Lost{To: []room.Authority{room.Police}, Paper: "m"}, false, []string{"证明已交", "使领馆"}, []string{"马上报案", "准备"}},
		{"all done", room.Lost{To: room.Authorities(), Paper: "m"}, false, []string{"证明已交", "旅行证"}, []string{"请本人", "准备"}},
	} {
		got := strings.Join(advice(ctx, c.l, c.abroad), "|")
		for _, w := range c.says {
			if !strings.Contains(got, w) {
				t.Errorf("%s: %q lacks %q", c.name, got, w)
			}
		}
		for _, w := range c.no {
			if strings.Contains(got, w) {
				t.Errorf("%s: %q says %q", c.name, got, w)
			}
		}
	}
}

func TestThePlacesOfALossAreThoseOfTheTripWithTheDaysOwnFirst(t *testing.T) {
	leg := func(city, arrive, leave string) dossier.Leg {
		l := dossier.Leg{Country: "DEU", City: city}
		for day, into := range map[string]*calendar.LocalTime{arrive: &l.Arrive, leave: &l.Leave} {
			if day == "" {
				continue
			}
			at, err := calendar.ParseLocal(day + "T12:00")
			if err != nil {
				t.Fatal(err)
			}
			*into = at
		}
		return l
	}
	legs := []dossier.Leg{leg("柏林", "2026-05-11", "2026-05-13"), leg("", "2026-05-12", "2026-05-13"), leg("慕尼黑", "2026-05-13", "2026-05-15"), leg("汉堡", "2026-05-15", "")}
	for on, want := range map[string]string{"2026-05-12": "柏林慕尼黑汉堡", "2026-05-14": "慕尼黑柏林汉堡", "2026-05-13": "柏林慕尼黑汉堡", "2026-05-20": "汉堡柏林慕尼黑", "2026-05-01": "柏林慕尼黑汉堡"} {
		var got string
		for _, l := range placesOn(legs, calendar.MustParse(on)) {
			got += l.City
		}
		if got != want {
			t.Errorf("on %s: %s, want %s", on, got, want)
		}
	}
}
