package approval_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/demo"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/progress"
)

// Ended before its document: a decision was taken back, no approval.
func TestACaseThatEndsBeforeItsDocumentSaysWhatWasEnded(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Trip.Kind, c.Trip.Organiser, c.Trip.OrganisingAuthority = dossier.Joined, "渝州大学（虚构）", otherOffice
	c.Trip.OpinionRequest = &dossier.OpinionRequest{Number: "渝外办征〔2026〕31号", Issued: calendar.On(2026, 3, 6)}
	c.Members[0].Role = dossier.Ordinary
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer, director := h.as("intake"), h.as("reviewer"), h.as("director")
	intake.Post("/c/f1/accept", with(intake.Hidden(intake.Sees("/c/f1"), "/c/f1/accept"), "looked", "yes"))
	const request = "/c/f1/letters-in/request"
	form := with(reviewer.Hidden(reviewer.Sees(request, otherOffice), request), "authority", otherOffice, "number", "渝外办征〔2026〕31号", "on", "2026-03-06")
	reviewer.Upload(request, form, "file", "征求意见函.pdf", demo.PDF("征求意见函"))
	for _, who := range []string{"reviewer", "chief"} {
		v := h.as(who)
		v.Post("/c/f1/review", with(v.Hidden(v.Sees("/c/f1"), "/c/f1/review"), allFor(c)...))
	}
	director.Post("/c/f1/decide", with(director.Hidden(director.Sees("/c/f1"), "/c/f1/decide"), allFor(c)...))
	h.issued("f1", document.KindOpinionReply)
	if status, _ := director.Post("/c/f1/revoke", with(director.Hidden(director.Sees("/c/f1/revoke"), "/c/f1/revoke"), "reason", "组团方不再组团")); status != http.StatusOK {
		t.Fatalf("ending it gives %d", status)
	}
	h.until("told", func() bool {
		s, ok, err := progress.Of(context.Background(), h.office.Journal.Store, "f1")
		return err == nil && ok && s.Annulled()
	})
	for _, page := range []string{director.Sees("/c/f1", "撤销审批决定", "决定已撤销"), director.Sees("/queue?q=" + url.QueryEscape(c.Unit.Name))} {
		for _, words := range []string{"批件已撤销", "撤销批件"} {
			if before, after, said := strings.Cut(page, words); said {
				t.Errorf("an approval is said to be revoked that was never issued: …%s%s%s…", before[max(0, len(before)-200):], words, after[:min(len(after), 100)])
			}
		}
	}
}
