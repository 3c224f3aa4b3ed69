package node_test

import (
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/training"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// evolving asks a subject whether it knows a body. Bodies are empty here and
// states too, so that all but the answer "that is nothing to me" is a yes.
func evolving[S any](room journal.Subject[S]) func(body any) error {
	return func(body any) (err error) {
		defer func() {
			if recover() != nil {
				err = nil // it was at work on it
			}
		}()
		var s S
		_, err = room.Evolve(s, journal.Event{Subject: journal.Ref{Kind: room.Kind, ID: "x"}, Body: body})
		if err != nil && !strings.Contains(err.Error(), "is nothing that happens to") {
			err = nil
		}
		return err
	}
}

// A kind that is declared and that its own subject doesn't know would be
// refused when it first happens, in front of people.
func TestEachSubjectOfACaseKnowsAllThatHappensToIt(t *testing.T) {
	rooms := []struct {
		prefix string // of the kinds; the first that fits
		knows  func(any) error
	}{
		{"filing.", evolving(filing.Room)}, {"approval.", evolving(approval.Room)}, {"worksheet.", evolving(approval.WorksheetRoom)},
		{"passport.looked", evolving(passport.Looks)}, {"passport.", evolving(passport.Room)}, {"custody.", evolving(custody.Room)},
		{"visa.", evolving(visa.Room)}, {"hall.planned", evolving(hall.Plans)}, {"hall.ticket_", evolving(hall.Queues)}, {"hall.called", evolving(hall.Queues)},
		{"hall.passed_over", evolving(hall.Queues)}, {"hall.requeued", evolving(hall.Queues)}, {"hall.", evolving(hall.Days)}, {"attendance.", evolving(hall.Attendances)},
		{"trip.", evolving(trip.Room)}, {"feedback.rated", evolving(feedback.Room)}, {"feedback.declined", evolving(feedback.Room)}, {"feedback.visit_rated", evolving(feedback.Room)}, {"feedback.", evolving(feedback.DutyRoom)}, {"material.", evolving(material.Room)}, {"training.", evolving(training.Room)},
	}
	asked := map[string]int{}
	for _, k := range node.Kinds() {
		for _, r := range rooms {
			if strings.HasPrefix(k.Name, r.prefix) {
				asked[r.prefix]++
				if err := r.knows(k.Empty()); err != nil {
					t.Errorf("%s: %v", k.Name, err)
				}
				break
			}
		}
	}
	for _, r := range rooms {
		if asked[r.prefix] == 0 {
			t.Errorf("no kind is called %s…: this test looks at nothing there", r.prefix)
		}
		if err := r.knows(struct{ Unheard int }{}); err == nil && r.prefix != "passport.looked" { // that one only counts
			t.Errorf("%s… takes anything", r.prefix)
		}
	}
}
