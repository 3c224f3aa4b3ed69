package store

import (
	"testing"

	sqlite3 "modernc.org/sqlite/lib"
)

func TestOnlyWhatSpaceCuresIsCalledAFullDisk(t *testing.T) {
	for code, want := range map[int]bool{
		sqlite3.SQLITE_FULL: true, sqlite3.SQLITE_IOERR_WRITE: true, sqlite3.SQLITE_IOERR_FSYNC: true, sqlite3.SQLITE_IOERR_SHMSIZE: true,
		sqlite3.SQLITE_IOERR: false, sqlite3.SQLITE_IOERR_READ: false, sqlite3.SQLITE_IOERR_SHORT_READ: false, sqlite3.SQLITE_IOERR_CORRUPTFS: false, sqlite3.SQLITE_CORRUPT: false, sqlite3.SQLITE_BUSY: false,
	} {
		if got := saysFull(code); got != want {
			t.Errorf("code %d: full %v", code, got)
		}
	}
}
