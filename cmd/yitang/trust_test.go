package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"yitang/internal/document"
	"yitang/internal/drill"
)

// An approval that is issued while the office is served is known to the trust
// file at once, without starting anything anew.
func TestTrustFileKnowsWhatIsIssuedLater(t *testing.T) {
	ctx := context.Background()
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir()})
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
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		raw, err := os.ReadFile(path)
		if err == nil {
			if _, err = document.ReadTrust(raw); err != nil {
				t.Fatal(err)
			}
			return
		}
		if time.Now().After(end) {
			t.Fatal("the approval is issued, and the trust file isn't there: ", err)
		}
	}
}
