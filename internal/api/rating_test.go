package api_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/drill"
	"yitang/internal/feedback"
	"yitang/internal/journal"
	"yitang/internal/progress"
	rating "yitang/internal/web/feedback"
)

// answered is the office's reply to the rating of the story's visit.
func (s *story) answered(words string) error {
	ctx := context.Background()
	if err := s.Settle(ctx); err != nil {
		return err
	}
	row, there, err := feedback.Of(ctx, s.Office.Store, s.Booking)
	if err != nil || !there {
		return fmt.Errorf("the office knows of no rating of %s: %w", s.Booking, err)
	}
	as := journal.WithActor(ctx, journal.Actor{Role: string(access.Chief), Account: "acc-lead"})
	if _, err := journal.Do(as, s.Office.Journal, feedback.DutyRoom, journal.Order{Subject: row.ID}, journal.Command[feedback.Duty](feedback.Reply{Of: row, Treatment: feedback.Mended, Words: words})); err != nil {
		return err
	}
	return s.Settle(ctx)
}

func TestAVisitIsRatedThroughTheAPIOnceAndAgainAfterTheAnswer(t *testing.T) {
	for _, login := range []string{"", "newcomer"} {
		t.Run("by "+login, func(t *testing.T) {
			s := told(t, drill.HandIn)
			plain := "/visits/" + s.Booking + "/rating"
			at, more := plain, plain+"/again"
			if login == "" { // whoever brings no token needs the code that the window shows
				link, err := rating.CodeURL(context.Background(), s.Internet.Journal, s.Booking, feedback.WindowCode)
				if err != nil {
					t.Fatal(err)
				}
				_, code, _ := strings.Cut(link, "?")
				at += "?" + code
			}
			past := s.as("he").ask("GET", "/cases/"+s.ID+"/visit", nil, http.StatusOK)["past"].([]any)
			if len(past) == 0 || past[0].(object)["id"] != s.Booking || past[0].(object)["rated"] != false {
				t.Fatalf("the visits that are over: %v", past)
			}
			he, other := s.as(login), s.as("")
			for _, nobody := range []*asker{other, s.as("other")} { // who has but the visit's id
				if x := nobody.ask("GET", plain, nil, http.StatusOK); x["state"] != "shut" || len(x["grades"].([]any)) != 0 {
					t.Errorf("who has but its id is asked %v", x)
				}
				nobody.ask("POST", plain, object{"grade": 5}, http.StatusConflict)
			}
			is := he.ask("GET", at, nil, http.StatusOK)
			state, _, err := progress.Of(context.Background(), s.Internet.Store, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{s.ID, state.Title, "江明远"} {
				if strings.Contains(string(must(json.Marshal(is))), secret) {
					t.Errorf("who has the address is told %q", secret)
				}
			}
			grades, tags := is["grades"].([]any), is["tags"].([]any)
			if is["state"] != "open" || len(grades) != 5 || grades[0].(object)["word"] != "非常满意" || grades[4].(object)["note"] == nil || len(tags) != len(feedback.Tags()) || !strings.Contains(is["lead"].(string), "不用登录") {
				t.Errorf("what is asked: %v", is)
			}
			if p := he.ask("POST", at, object{"grade": 2}, http.StatusUnprocessableEntity); fields(p) != "words" {
				t.Errorf("a poor rating without a word: %v", p)
			}
			if p := he.ask("POST", at, object{"grade": 5, "tags": []string{"nothing"}}, http.StatusUnprocessableEntity); fields(p) != "tags" {
				t.Errorf("a tag that isn't offered: %v", p)
			}
			he.ask("POST", at, object{"grade": 6}, http.StatusUnprocessableEntity)
			kind := "act.nothing"
			for _, a := range is["acts"].([]any) {
				kind = a.(object)["value"].(string)
			}
			poor := object{"grade": 2, "tags": []string{"longWait"}, "acts": object{kind: 5, "nothing": 9}}
			var receipt string
			for range 2 { // sent twice, because the line broke
				he.key = "rate-once"
				given := he.ask("POST", at, poor, http.StatusOK)
				if given["state"] != "yours" || !strings.Contains(given["lead"].(string), "已收到：不满意") || given["again"] != false {
					t.Errorf("given: %v", given)
				}
				receipt, _ = given["receipt"].(string)
			}
			if (receipt != "") != (login == "") {
				t.Errorf("%q has the receipt %q", login, receipt)
			}
			he.receipt = receipt
			he.ask("POST", at, object{"grade": 5}, http.StatusConflict)
			if x := other.ask("GET", at, nil, http.StatusOK); x["state"] != "given" || strings.Contains(x["lead"].(string), "不满意") {
				t.Errorf("who has the address reads what was said: %v", x)
			}
			row, _, err := feedback.Of(context.Background(), s.Internet.Store, s.Booking)
			if err != nil || row.Grade != 2 || len(row.Tags) != 1 {
				t.Errorf("kept: %v %v", row, err)
			}

			if err := s.answered("已增开一个窗口。"); err != nil {
				t.Fatal(err)
			}
			if x := other.ask("GET", at, nil, http.StatusOK); x["reply"] != nil {
				t.Errorf("who has the address reads the answer: %v", x)
			}
			other.receipt = "made-up"
			other.ask("POST", more, object{"grade": 5}, http.StatusConflict)
			x := he.ask("GET", at, nil, http.StatusOK)
			if x["again"] != true || x["reply"].(object)["text"] != "已增开一个窗口。" || len(x["grades"].([]any)) != 5 {
				t.Errorf("the answer: %v", x)
			}
			if x = he.ask("POST", more, object{"grade": 4, "words": "好些了"}, http.StatusOK); x["again"] != false || !strings.Contains(x["lead"].(string), "看过答复后：满意") {
				t.Errorf("rated again: %v", x)
			}
			if past = s.as("he").ask("GET", "/cases/"+s.ID+"/visit", nil, http.StatusOK)["past"].([]any); past[0].(object)["rated"] != true {
				t.Errorf("the visits that are over: %v", past)
			}
		})
	}
}

func TestAVisitThatIsNotOverOrNotKnownIsNotRatedThroughTheAPI(t *testing.T) {
	s := told(t, drill.CheckIn)
	nobody := s.as("")
	at := "/visits/" + s.Booking + "/rating"
	if x := nobody.ask("GET", at, nil, http.StatusOK); x["state"] != "later" || len(x["grades"].([]any)) != 0 {
		t.Errorf("while they are there: %v", x)
	}
	nobody.ask("POST", at, object{"grade": 5}, http.StatusConflict)
	if past := s.as("he").ask("GET", "/cases/"+s.ID+"/visit", nil, http.StatusOK)["past"].([]any); len(past) != 0 {
		t.Errorf("over already: %v", past)
	}
	if p := nobody.ask("GET", "/visits/"+s.Office.Journal.NewID()+"/rating", nil, http.StatusNotFound); !strings.Contains(p["detail"].(string), "还没有从大厅传到网上") {
		t.Errorf("a visit of which the hall hasn't told: %v", p)
	}
	if p := nobody.ask("GET", "/visits/1/rating", nil, http.StatusNotFound); strings.Contains(string(must(json.Marshal(p))), "大厅传到网上") {
		t.Errorf("no visit could be called so: %v", p)
	}
}
