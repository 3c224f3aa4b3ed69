package me_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/filing"
	"yitang/internal/journal"
)

// The office declines one of four members, with a reason (internal/drill).
func TestWhoWasDeclinedIsToldWithTheReason(t *testing.T) {
	s := told(t, drill.Document)
	a := account.Open{Login: "declined", Name: "谭思齐", Roles: []access.Role{access.Traveller}, Unit: s.Unit, Person: s.People[drill.Declined]}
	if _, err := s.Internet.Accounts.Open(journal.WithActor(context.Background(), journal.System), journal.Order{Subject: "acc-declined"}, a, password); err != nil {
		t.Fatal(err)
	}
	const why = "身份与任务不符"
	at := "/cases/" + s.ID
	liaison := s.as("he")
	for _, path := range []string{at, at + "/progress"} {
		p := liaison.says(path, "逐人结果", "未批准", "原因："+why)
		if n := strings.Count(text(p.body), "已批准"); n < 3 {
			t.Errorf("%s calls %d approved, not three", path, n)
		}
	}
	liaison.says(at+"/check", "审批结果", "未批准", why)
	liaison.says(at, "批准 3 人（申报 4 人）")
	papers := liaison.ok(at + "/check")
	if goes := "/made/" + s.People[drill.Newcomer] + "?paper="; !strings.Contains(papers.body, goes) {
		t.Error("the papers of who goes aren't offered")
	}
	if strings.Contains(papers.body, "/made/"+s.People[drill.Declined]+"?paper=") {
		t.Error("papers are made for who was declined")
	}
	s.as("declined").says("/me", "没有批准您参加", why)
	s.as("declined").says(at+"/progress", "未批准", why)
	// A colleague is shown what came of themselves alone.
	if p := s.as("head").says(at+"/progress", "逐人结果", "已批准"); strings.Contains(p.body, why) || strings.Contains(p.body, "未批准") {
		t.Error("a colleague reads that somebody was declined, or why")
	}
	if p := s.as("head").ok("/me"); strings.Contains(p.body, "没有批准您参加") {
		t.Error("who was approved is told the contrary")
	}
	if p := s.as("other").get(at); p.status != http.StatusNotFound || strings.Contains(p.body, why) {
		t.Errorf("another unit reads the decision: %d", p.status)
	}
}

func TestDecliningToRateIsAskedOnce(t *testing.T) {
	s := told(t, drill.ComeHome)
	he := s.as("he")
	at := "/me/rate/" + s.ID
	if p := he.ok(at); strings.Contains(p.body, `action="`+at+`/decline"`) || !strings.Contains(p.body, `href="`+at+`/decline"`) {
		t.Error("one press declines for good")
	}
	p := he.says(at+"/decline", "确定不评", "去评价")
	sends, _ := he.form(p, at+"/decline")
	he.done(at+"/decline", sends)
	he.says(at, "已选不评")
	he.says("/cases/"+s.ID, "已选不评")
}

// again is a datum that a form asks for a second time: what no form of ours does.
type again struct{}

func (again) Decide(filing.Filing, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(filing.Submitted{Origins: map[string]filing.Origin{"case.purpose": filing.Typed}}), nil
}

func TestTheLedgerSaysWhatWasAskedForTwice(t *testing.T) {
	s := told(t, drill.Document)
	at := "/cases/" + s.ID + "/progress"
	// The office sent the case back once: that is no fault of the ledger's.
	p := s.as("he").says(at, "外办退回补过的：")
	if strings.Contains(p.body, "重复要过的") {
		t.Error("what the office sent back once is called asked again")
	}
	if _, err := journal.Do(journal.WithActor(context.Background(), journal.System), s.Internet.Journal, filing.Room, journal.Order{Subject: s.ID}, again{}); err != nil {
		t.Fatal(err)
	}
	s.as("he").says(at, "重复要过的：出访任务，共1项")
}
