package document

import (
	"testing"
	"testing/synctest"
)

func atAnotherHour(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, f)
}
