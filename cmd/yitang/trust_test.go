package main

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/drill"
	"yitang/internal/journal"
)

// An approval that is issued while the office is served is known to the trust
// file at once, and so is that it was revoked, without starting anything anew.
func TestTrustFileKnowsWhatIsIssuedLater(t *testing.T) {
	ctx := context.Background()
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir(), Passwords: account.Slight})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	path := filepath.Join(t.TempDir(), "trust.json")
	keeping, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); keepTrust(keeping, s.Office, path) }()
	defer func() { stop(); <-ended }()

	if _, err := s.Play(ctx, drill.Document, nil); err != nil {
		t.Fatal(err)
	}
	a, _, err := journal.Load(ctx, s.Office.Journal, approval.Room, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	// told waits until the file says of the approval what it is by now; the letter
	// that sent the case back stands in it from before.
	told := func(want document.Status) {
		t.Helper()
		var is []document.Entry
		for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			raw, err := os.ReadFile(path)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err == nil {
				_, err = document.ReadTrust(raw) // whole at any moment
			}
			var file document.TrustFile
			if err == nil {
				err = json.Unmarshal(raw, &file)
			}
			if err != nil {
				t.Fatal(err)
			}
			is = file.Documents
			if slices.ContainsFunc(is, func(e document.Entry) bool { return e.Number == a.Document.Number && e.Status == want }) {
				return
			}
		}
		t.Fatalf("the trust file says %+v, not that %s is %s", is, a.Document.Number, want)
	}
	told(document.InForce)
	director := journal.WithActor(ctx, journal.Actor{Role: "director", Account: "director"})
	if err := s.Office.Issuer.Revoke(director, journal.Order{Subject: s.ID}, approval.Revoke{Reason: "对方取消了邀请"}); err != nil {
		t.Fatal(err)
	}
	told(document.Revoked)
}
