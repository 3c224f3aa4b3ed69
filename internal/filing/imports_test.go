package filing_test

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/sheet"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
)

// A file that is being looked over is kept sealed, once however often it is
// sent, with what was decided about it, and no longer than it may be.
func TestAFileWaitsSealedOnceAndNotForEver(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, opened func() *store.Store) {
		ctx := as("a")
		d := open(t, opened())
		im, err := filing.NewImports(ctx, d.Journal, d.Keys)
		if err != nil {
			t.Fatal(err)
		}
		secret := []byte("姓名,身份证号\n张三,000000199003070014\n")
		i := filing.Import{ID: "i1", Unit: "u1", Form: sheet.People, File: secret, ImportDoc: filing.ImportDoc{Name: "名单.csv"}}
		for range 2 {
			if err := im.Begin(ctx, i); err != nil {
				t.Fatal(err)
			}
			i.File = []byte("another")
		}
		err = im.Change(ctx, "i1", func(doc *filing.ImportDoc) {
			doc.Choice = sheet.Choice{Header: 3, Columns: map[int]string{1: "idNumber"}}
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := im.Load(ctx, "i1")
		if err != nil || !bytes.Equal(got.File, secret) || got.Name != "名单.csv" || got.Choice.Header != 3 || got.Choice.Columns[1] != "idNumber" {
			t.Fatalf("%+v %v", got, err)
		}
		if u, err := im.Find(ctx, "i1"); u != "u1" || err != nil {
			t.Fatal(u, err)
		}
		var doc, file []byte
		if err := d.Journal.Store.QueryRow(ctx, `SELECT doc, file FROM import_draft WHERE id = $1`, "i1").Scan(&doc, &file); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(file, []byte("000000199003070014")) || bytes.Contains(doc, []byte("名单")) {
			t.Fatal("what somebody sent lies readable in the database")
		}
		if all, err := im.List(ctx, "u1"); err != nil || len(all) != 1 || all[0].File != nil || all[0].Name != "名单.csv" {
			t.Fatalf("%+v %v", all, err)
		}
		if all, err := im.List(ctx, "u2"); err != nil || len(all) != 0 {
			t.Fatalf("another unit's list: %+v %v", all, err)
		}
		err = d.Journal.Store.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE import_draft SET updated_at = $1`, d.Journal.Now().Add(-(filing.ImportDays+1)*24*time.Hour).UnixMicro())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(im.Begin(ctx, filing.Import{ID: "i2", Unit: "u1", Form: sheet.Plan, File: secret}), im.ThrowAway(ctx)); err != nil {
			t.Fatal(err)
		}
		if _, err := im.Load(ctx, "i1"); !fault.IsNotFound(err) {
			t.Fatalf("a file that nobody touched for %d days: %v", filing.ImportDays, err)
		}
		for range 2 {
			if err := im.Discard(context.WithoutCancel(ctx), "i2"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := im.Load(ctx, "i2"); !fault.IsNotFound(err) {
			t.Fatal(err)
		}
	})
}
