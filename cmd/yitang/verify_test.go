package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"yitang/internal/calendar"
	"yitang/internal/document"
)

// zeros is chance enough for a key that proves nothing to anybody.
type zeros byte

func (z zeros) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(z) + byte(i)
	}
	return len(b), nil
}

// issued writes an approval that is valid until a day, and the trust file that
// goes with it, into a folder. What became of the approval stands in the trust
// file.
func issued(t *testing.T, until calendar.Date, became ...document.Entry) (pdfPath, trustPath string) {
	t.Helper()
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	authority, err := document.NewAuthority(zeros(1), "云江市人民政府外事办公室", at.AddDate(-1, 0, 0), at.AddDate(9, 0, 0))
	must(err)
	signer, err := authority.Issue(zeros(2), "电子公章", at.AddDate(-1, 0, 0), at.AddDate(2, 0, 0))
	must(err)
	key, err := document.NewLogKey(zeros(3), "yunjiang.example/documents")
	must(err)
	pdf, err := document.Render(document.Approval{
		Office: "云江市人民政府外事办公室", Number: "云外出〔2026〕12号", Issued: calendar.DateOf(at), At: at,
		Unit: "云江大学（虚构）", Purpose: "参加学术会议",
		Members: []document.Member{{Name: "顾明远", Sex: "男", Post: "教授", Role: "团长"}},
		Legs:    []document.Leg{{Country: "德国", City: "柏林", Arrive: calendar.On(2026, 4, 1), Leave: calendar.On(2026, 4, 5)}},
		Depart:  calendar.On(2026, 4, 1), Return: calendar.On(2026, 4, 5), DaysAbroad: 5, ValidUntil: until,
		Case: "YJ-2026-000012-K", Code: "12AB-34CD", VerifyURL: "https://wb.yunjiang.example/v/12AB34CD",
	})
	must(err)
	entry, err := document.Issued(pdf)
	must(err)
	empty := tlog.HashReaderFunc(func(at []int64) ([]tlog.Hash, error) { return make([]tlog.Hash, len(at)), nil })
	added, err := document.Log{Key: key, Hashes: empty}.Append(entry)
	must(err)
	pdf, err = document.Attach(pdf, added.Proof)
	must(err)
	pdf, err = document.Sign(pdf, signer)
	must(err)
	for _, e := range became {
		entry.Status, entry.By = e.Status, e.By
	}
	trust, err := document.TrustFile{
		Office: "云江市人民政府外事办公室", AsOf: at, LogKey: key.Public, Checkpoint: added.Checkpoint, Documents: []document.Entry{entry},
	}.Sign(signer)
	must(err)
	dir := t.TempDir()
	pdfPath, trustPath = filepath.Join(dir, "批件.pdf"), filepath.Join(dir, "trust.json")
	must(os.WriteFile(pdfPath, pdf, 0o600))
	must(os.WriteFile(trustPath, trust, 0o600))
	return pdfPath, trustPath
}

// verify runs the command and gives its exit status and what it said.
func verify(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	var o, e bytes.Buffer
	cmd := verifyCommand()
	cmd.SetArgs(args)
	cmd.SetOut(&o)
	cmd.SetErr(&e)
	err := cmd.Execute()
	var exit verifyExit
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		t.Fatal(err)
	}
	return code, o.String(), e.String()
}

func TestVerifyExitsAsItsContractSays(t *testing.T) {
	far := calendar.On(9999, 1, 1)
	pdf, trust := issued(t, far)
	expired, expiredTrust := issued(t, calendar.On(2026, 4, 30))
	replaced, replacedTrust := issued(t, far, document.Entry{Status: document.Superseded, By: "云外出〔2026〕13号"})
	revoked, revokedTrust := issued(t, far, document.Entry{Status: document.Revoked})
	raw, err := os.ReadFile(pdf)
	if err != nil {
		t.Fatal(err)
	}
	altered := filepath.Join(t.TempDir(), "altered.pdf")
	raw[len(raw)/2] ^= 1
	err = os.WriteFile(altered, raw, 0o600)
	if err != nil {
		t.Fatal(err)
	}

	for _, c := range []struct {
		what   string
		args   []string
		code   int
		answer string
		says   string
	}{
		{"genuine", []string{pdf, "--trust", trust}, 0, "genuine", "真实、未被改动、有效"},
		{"altered", []string{altered, "--trust", trust}, 1, "altered", "改动"},
		{"expired", []string{expired, "--trust", expiredTrust}, 1, "expired", "过期"},
		{"superseded", []string{replaced, "--trust", replacedTrust}, 1, "superseded", "云外出〔2026〕13号"},
		{"revoked", []string{revoked, "--trust", revokedTrust}, 1, "revoked", "撤销"},
		{"without trust", []string{pdf}, 1, "notTrusted", "信任文件"},
		{"not an approval", []string{trust, "--trust", trust}, 2, "notADocument", "不是一份任务批件"},
	} {
		code, out, _ := verify(t, c.args...)
		if code != c.code || !strings.Contains(out, c.says) {
			t.Errorf("%s: exit %d: %s", c.what, code, out)
		}
		code, out, _ = verify(t, append(c.args, "--json")...)
		var got struct {
			Format, Answer, Sentence, File string
		}
		err := json.Unmarshal([]byte(out), &got)
		if err != nil || code != c.code || got.Format != "yitang.verdict/1" || got.Answer != c.answer || !strings.Contains(got.Sentence, c.says) || got.File != filepath.Base(c.args[0]) {
			t.Errorf("%s as JSON: exit %d, %v: %s", c.what, code, err, out)
		}
	}

	t.Setenv("YITANG_TRUST", trust)
	if code, out, _ := verify(t, pdf); code != 0 {
		t.Errorf("with the trust file from the environment: exit %d: %s", code, out)
	}
}

func TestVerifySaysWhatItCannotRead(t *testing.T) {
	pdf, trust := issued(t, calendar.On(9999, 1, 1))
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	for field, args := range map[string][]string{
		"FILE":    {nowhere, "--trust", trust},
		"--trust": {pdf, "--trust", nowhere},
	} {
		code, out, errOut := verify(t, args...)
		if code != 2 || out != "" || !strings.Contains(errOut, field) {
			t.Errorf("%s: exit %d: %q, %q", field, code, out, errOut)
		}
		code, out, _ = verify(t, append(args, "--json")...)
		var got struct {
			Format string
			Errors []struct{ Field, Message string }
		}
		err := json.Unmarshal([]byte(out), &got)
		if err != nil || code != 2 || got.Format != "yitang.errors/1" || len(got.Errors) != 1 || got.Errors[0].Field != field || got.Errors[0].Message == "" {
			t.Errorf("%s as JSON: exit %d, %v: %s", field, code, err, out)
		}
	}
}
