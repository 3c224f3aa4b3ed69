package passport_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/passport"
)

func TestAnOrderThatTheRulesStopIsNotMade(t *testing.T) {
	s := aStation(t)
	xu := s.as("xu")
	if status, page := xu.Post("/stock", url.Values{"type": {"publicAffairs"}, "first": {"PE0000001"}, "last": {"PE0000020"}}); status != http.StatusOK {
		t.Fatalf("receiving gives %d: %s", status, page)
	}
	for name, x := range map[string]struct {
		known approval.Known
		says  []string // the last is what the page says when it is made all the same; "" for nothing
		stops bool
	}{
		"another type":   {approval.Known{Entitled: "service"}, []string{"按职务应办公务护照", "PPT-003", "护照种类按持照人职务、职级确定"}, true},
		"one is there":   {approval.Known{Entitled: "publicAffairs", Return: calendar.On(2026, 4, 25), Kept: []approval.Kept{{Tail: "303", Expires: calendar.On(2029, 1, 1), BlankPages: 20}}}, []string{"已有同种有效护照（尾号 303", "直接使用该护照"}, true},
		"lost lately":    {approval.Known{Entitled: "publicAffairs", LostOn: today.AddDays(-3)}, []string{"才报失，未满 15 天", "3月22日"}, true},
		"old one is out": {approval.Known{Entitled: "publicAffairs", PriorOut: true}, []string{"领新照前必须交回"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			filing := "f-" + strings.ReplaceAll(name, " ", "-")
			ask := asked("p-"+filing, "罗", "知行", "ZHIXING", calendar.On(2026, 4, 20))
			ask.Known, ask.Replaces = journal.Of(x.known), "777"
			s.comes(s.office.Journal, "approval", filing, ask)
			id := passport.OrderID(filing, "p-"+filing)
			s.until("an order", s.stage(id, passport.IsOrdered))
			if status, page := sends(xu, "/capture/"+id, url.Values{"cardSeen": {"yes"}, "do": {"record"}}, goodPictures()); status != http.StatusOK {
				t.Fatalf("capturing gives %d: %s", status, page)
			}
			page := xu.Sees("/orders/"+id, x.says...)
			form := url.Values{"number": {"PE0000001"}, "_key": {name}} // of a page that was open before
			if offered := strings.Contains(page, "/orders/"+id+"/make"); offered == x.stops || x.stops != strings.Contains(page, "现在还不能制证") {
				t.Errorf("making is offered: %v", offered)
			} else if offered {
				form = xu.Hidden(page, "/orders/"+id+"/make")
			}
			status, page := xu.Post("/orders/"+id+"/make", form)
			if made := s.order(id).Stage == passport.IsMade; made == x.stops {
				t.Fatalf("made is %v: %d %s", made, status, page)
			}
			if x.stops && (status != http.StatusUnprocessableEntity || !strings.Contains(page, x.says[0])) {
				t.Fatalf("refused with %d: %s", status, page)
			}
		})
	}
}

func TestACaptureIsRefusedInTheWordsOfTheRules(t *testing.T) {
	s := aStation(t)
	cai := s.as("cai")
	id := s.anOrder("f1")
	wide := goodPictures()
	wide["photo"] = wide["signature"] // a strip is no portrait
	status, page := sends(cai, "/capture/"+id, url.Values{"cardSeen": {"yes"}, "do": {"record"}}, wide)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "像素") || s.order(id).Stage != passport.IsOrdered {
		t.Fatalf("a strip gives %d: %s", status, page)
	}
	noFingers := goodPictures()
	delete(noFingers, "fingerRight")
	delete(noFingers, "fingerLeft")
	form := url.Values{"cardSeen": {"yes"}, "do": {"record"}, "exemption": {"双手烧伤"}}
	status, page = sends(cai, "/capture/"+id, form, noFingers)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有核过备案表") {
		t.Fatalf("an exemption without its form gives %d: %s", status, page)
	}
	form.Set("exemptionForm", "yes")
	if status, page = sends(cai, "/capture/"+id, form, nil); status != http.StatusOK || s.order(id).Stage != passport.IsCaptured {
		t.Fatalf("with the form it gives %d: %s", status, page)
	}
}
