package approval

import (
	"strings"
	"testing"
)

func TestQueueKnowsAllThatHappensToACase(t *testing.T) {
	for _, k := range Kinds {
		if !strings.HasPrefix(k.Name, "approval.") || k.Name == "approval.received" { // that one begins the row
			continue
		}
		if _, err := new(QueueRow).follow(k.Empty()); err != nil {
			t.Errorf("%s: %v", k.Name, err)
		}
	}
	if _, err := new(QueueRow).follow(struct{}{}); err == nil {
		t.Error("the queue passes over what it doesn't know")
	}
}
