package exchange

import (
	"testing"
)

// A process that dies after a bundle is recorded and before its files are written
// leaves a gap in the outbox; the next one fills it before it goes on, though
// nobody hands anything over.
func TestFilesThatWereNotWrittenAreMadeByTheNextProcess(t *testing.T) {
	a, b := twoZones(t)
	internet := aPlace(t, a, sqlite(t), letterKind...)
	office := aPlace(t, b, sqlite(t), letterKind...)
	internet.write("one", "t", "a file")
	first := internet.export(office)
	out, err := internet.Outbox(office.Zone())
	if err != nil {
		t.Fatal(err)
	}
	names, err := out.List()
	if err != nil || len(names) < 3 {
		t.Fatal(names, err)
	}
	for _, name := range names {
		if err := out.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
	again, err := New(t.Context(), Options{Journal: internet.journal, Keys: internet.ring, Blobs: internet.blobs, Disk: internet.disk, Dir: internet.dir})
	if err != nil {
		t.Fatal(err)
	}
	internet.Exchange = again
	internet.write("two", "t", "")
	if made := internet.export(office); len(made) != 1 || made[0].Name.Sequence != first[0].Name.Sequence+1 {
		t.Fatalf("it made %+v", made)
	}
	inbox, err := office.Inbox(internet.Zone())
	if err != nil {
		t.Fatal(err)
	}
	if names, err = out.List(); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := copyFile(out, inbox, name); err != nil {
			t.Fatal(err)
		}
	}
	if got := fates(office.take(internet, inbox)); got != "1 applied, 2 applied" {
		t.Errorf("the other zone says %s", got)
	}
}
