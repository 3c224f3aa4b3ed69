package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/sheet"
	"yitang/internal/unit"
	"yitang/internal/zone"
)

// imported runs the command as a shell would and gives its exit status.
func imported(t *testing.T, args ...string) (string, string, int) {
	t.Helper()
	cmd := importCommand()
	var out, errOut bytes.Buffer
	cmd.SetOut(&out)
	cmd.SetErr(&errOut)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(context.Background())
	var coded exitCoder
	switch {
	case err == nil:
		return out.String(), errOut.String(), 0
	case errors.As(err, &coded):
		return out.String(), errOut.String(), coded.ExitCode()
	}
	t.Fatalf("import %v: %v", args, err)
	return "", "", 0
}

// aZone is an internet zone that has heard of one unit.
func aZone(t *testing.T) string {
	t.Helper()
	ctx := context.Background()
	open := func(z zone.Zone) node.Options {
		o := node.Options{Dir: filepath.Join(t.TempDir(), string(z))}
		if err := node.Init(z, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	inet, off := open(zone.Internet), open(zone.Office)
	office, err := node.OpenOffice(ctx, off)
	if err != nil {
		t.Fatal(err)
	}
	defer office.Close()
	n, err := node.OpenInternet(ctx, inet)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	if _, err := journal.Do(admin, office.Journal, unit.Room, journal.Order{Subject: "u1"}, journal.Command[unit.Unit](unit.Open{Name: "巴渝理工大学（虚构）", USCC: "12509901G76543219R", Type: dossier.Institution})); err != nil {
		t.Fatal(err)
	}
	err = office.Journal.Each(ctx, 0, func(e journal.Event) error {
		b, ok, err := office.Journal.Registry().EncodeFor(e, zone.Internet)
		if err != nil || !ok {
			return err
		}
		return n.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err })
	})
	if err != nil {
		t.Fatal(err)
	}
	return inet.Dir
}

func TestImportSaysWhatWentInAndExitsByWhatDidNot(t *testing.T) {
	dir := aZone(t)
	good, bad := "000000199003070014", "4.40981E+17"
	if dossier.ReadID(good).Verdict != dossier.IDGood {
		t.Fatal("the number of the test isn't one")
	}
	file := filepath.Join(t.TempDir(), "名单.csv")
	if err := os.WriteFile(file, []byte("姓名,身份证号\n张三,"+good+"\n李四,"+bad+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	count := func() int {
		n, err := node.OpenInternet(context.Background(), node.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		c, err := person.Count(context.Background(), n.Store, "u1")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if out, _, code := imported(t, file, "--data", dir, "--unit", "u1", "--dry-run"); code != 1 || !strings.Contains(out, "B3") || count() != 0 {
		t.Fatalf("looking only exits with %d: %s", code, out)
	}
	back := filepath.Join(t.TempDir(), "back.xlsx")
	out, _, code := imported(t, file, "--data", dir, "--unit", "u1", "--json", "--back", back)
	var ran struct {
		Format                string
		Rows, New, Held, Back int
		Doubts                []struct{ Cell, Reason, Message, Fix string }
	}
	if err := json.Unmarshal([]byte(out), &ran); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if code != 1 || ran.Format != "yitang.import/1" || ran.Rows != 2 || ran.New != 1 || ran.Back != 1 || len(ran.Doubts) != 1 || ran.Doubts[0].Cell != "B3" || ran.Doubts[0].Reason != "number.destroyed" || ran.Doubts[0].Fix == "" {
		t.Fatalf("exit %d, %+v", code, ran)
	}
	x, err := excelize.OpenFile(back)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if rows, err := x.GetRows(x.GetSheetName(0)); err != nil || len(rows) != 2 || rows[1][0] != "李四" {
		t.Errorf("what comes back is %q: %v", rows, err)
	}
	if out, _, code := imported(t, file, "--data", dir, "--unit", "u1", "--lang", "en"); code != 1 || !strings.Contains(out, "B3") || count() != 1 {
		t.Errorf("a second time exits with %d and leaves %d people: %s", code, count(), out)
	}
	if err := os.WriteFile(file, []byte("姓名,身份证号\n张三,"+good+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, code := imported(t, file, "--data", dir, "--unit", "u1"); code != 0 {
		t.Errorf("a file in order exits with %d", code)
	}
	template, err := sheet.Template(sheet.People, nil, sheet.Words{Say: func(k string) string { return strings.ReplaceAll(k, ".", "") }})
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{"leer.xlsx": template, "bild.png": []byte("\x89PNG\r\n"), "kaputt.csv": []byte("姓名,部门\n张三,\"某处\n")} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if out, _, code := imported(t, path, "--data", dir, "--unit", "u1", "--json"); code != 2 || !strings.Contains(out, "yitang.errors/1") {
			t.Errorf("%s exits with %d: %s", name, code, out)
		}
	}
	if _, said, code := imported(t, file, "--data", dir, "--unit", "nobody"); code != 2 || said == "" {
		t.Errorf("an unknown unit exits with %d", code)
	}
	if _, _, code := imported(t, filepath.Join(dir, "missing.csv"), "--data", dir, "--unit", "u1"); code != 2 {
		t.Errorf("a missing file exits with %d", code)
	}
}
