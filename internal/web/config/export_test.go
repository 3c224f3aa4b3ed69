package config

import (
	"testing"
	"time"
)

// TryFor has a comparison stop after a time, for one test.
func TryFor(t *testing.T, d time.Duration) {
	was := triedIn
	triedIn = d
	t.Cleanup(func() { triedIn = was })
}
