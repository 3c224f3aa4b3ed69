package sheet_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"yitang/internal/sheet"
)

func words(english bool) sheet.Words {
	return sheet.Words{English: english, Say: func(key string) string { return strings.ReplaceAll(key[strings.LastIndexByte(key, '.')+1:], ":", "") }}
}

func read(t testing.TB, data []byte, f sheet.Form) sheet.Reading {
	t.Helper()
	b, err := sheet.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	rd, err := sheet.Read(b, f, sheet.Choice{}, known)
	if err != nil {
		t.Fatal(err)
	}
	return rd
}

// filled is what somebody writes into a template, by field.
var filled = map[string]string{
	"familyName": "张", "givenName": "三", "idNumber": zhang, "idExpires": "2036-03-05", "mobile": "13800138000", "email": "a@b.cn", "department": "国际处", "post": "处长", "head": "张三",
	"date": "2026-05-11", "country": "德国", "city": "柏林", "activity": "会谈", "host": "某公司", "title": "赴德国洽谈", "countries": "德国、法国", "purpose": "洽谈", "people": "6", "days": "5", "month": "5月", "amount": "125000", "lodging": "150", "meals": "60", "incidentals": "40", "effectiveFrom": "2026-01-01", "vetting.validUntil": "2027-01-01",
}

func TestATemplateThatWasFilledInIsReadWithoutAnyDoubt(t *testing.T) {
	for _, f := range append(sheet.Forms(), sheet.Rates) {
		for _, english := range []bool{false, true} {
			data, err := sheet.Template(f, []string{"德国", "法国"}, words(english))
			if err != nil {
				t.Fatal(err)
			}
			again, err := sheet.Template(f, []string{"德国", "法国"}, words(english))
			if err != nil || !bytes.Equal(data, again) {
				t.Errorf("%s: the same template has other bytes (%v)", f, err)
			}
			x, err := excelize.OpenReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			name := x.GetSheetName(0)
			checks, err := x.GetDataValidations(name)
			if err != nil || len(checks) == 0 {
				t.Fatalf("%s has no checks: %v", f, err)
			}
			heads, err := x.GetRows(name)
			if err != nil || len(heads) != 1 {
				t.Fatalf("%s begins with %v: %v", f, heads, err)
			}
			lists := 0
			for i, title := range heads[0] {
				at := sheet.Letters(i)
				value := ""
				for _, v := range checks {
					if v.Sqref == fmt.Sprintf("%s2:%s%d", at, at, sheet.TemplateRows+1) && v.Type == "list" {
						// What a drop-down offers is what is chosen.
						lists++
						from := strings.Split(strings.NewReplacer("'", "", "$", "").Replace(v.Formula1), "!")
						cell, _, _ := strings.Cut(from[1], ":")
						if value, err = x.GetCellValue(from[0], cell); err != nil || value == "" {
							t.Errorf("%s %s: the list at %s offers nothing: %v", f, title, v.Formula1, err)
						}
					}
				}
				if value == "" {
					value = filled[fieldOf(t, f, i)]
				}
				if value == "" {
					t.Errorf("%s: nothing is known to write under %s", f, title)
				}
				must(x.SetCellStr(name, at+"2", value))
			}
			if lists == 0 {
				t.Errorf("%s has nothing to choose from", f)
			}
			var b bytes.Buffer
			if _, err := x.WriteTo(&b); err != nil {
				t.Fatal(err)
			}
			rd := read(t, b.Bytes(), f)
			if len(rd.Records) != 1 || len(rd.Left) > 0 || len(rd.Notes) > 0 && f != sheet.Plan {
				t.Fatalf("%s: %+v %+v %+v", f, rd.Records, rd.Left, rd.Notes)
			}
			if r := rd.Records[0]; len(r.Doubts) > 0 || len(r.Values) != len(heads[0]) {
				t.Errorf("%s: %d of %d values, doubts %v", f, len(r.Values), len(heads[0]), r.Doubts)
			}
		}
	}
}

func fieldOf(t *testing.T, f sheet.Form, i int) string {
	t.Helper()
	return sheet.Fields(f)[i]
}

// What goes back says of each row what is wrong, keeps what was typed, and is
// read again once it is mended.
func TestBadRowsGoBackWithTheirReasonsAndComeAgainMended(t *testing.T) {
	rd := read(t, book([][]any{{"某局名单"}, {"序号", "姓名", "身份证号", "职务"}, {1, "张三", 4.40981199003070e17, "=1+1"}, {2, "李四", li, "处长"}, {3, "王五", "123", "+86"}})(), sheet.People)
	var stopped []sheet.Record
	for _, r := range rd.Records {
		if r.Stopped() {
			stopped = append(stopped, r)
		}
	}
	data, err := rd.Back(stopped, func(d sheet.Doubt) (string, string) { return "why " + d.Reason, "fix " + d.Reason }, words(false))
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := x.GetRows(x.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"姓名", "身份证号", "职务", "退回原因", "怎么改"}, {"张三", "4.40981E+17", "=1+1", "C3 why number.destroyed", "fix number.destroyed"}, {"王五", "123", "+86", "C5 why number.length", "fix number.length"}}
	if fmt.Sprint(rows) != fmt.Sprint(want) {
		t.Fatalf("got %q", rows)
	}
	name := x.GetSheetName(0)
	if f, err := x.GetCellFormula(name, "C2"); f != "" || err != nil {
		t.Errorf("C2 computes %q: %v", f, err)
	}
	must(x.SetCellStr(name, "B2", zhang))
	must(x.SetCellStr(name, "B3", id("00000019910101001")))
	var b bytes.Buffer
	if _, err := x.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	again := read(t, b.Bytes(), sheet.People)
	if len(again.Records) != 2 || again.Records[0].Stopped() || again.Records[1].Stopped() || again.Records[0].Get("post") != "=1+1" {
		t.Errorf("mended, it is read as %+v", again.Records)
	}
}

func TestExportsKeepDigitsAndComputeNothing(t *testing.T) {
	values := []string{zhang, "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "0012", "1E5", "2026-03-05", "\t=1", "𠮷", "a\nb", ""}
	titles := make([]sheet.Title, len(values))
	for i := range titles {
		titles[i] = sheet.Title{Text: fmt.Sprintf("列%d", i), Day: i == 7}
	}
	data, err := sheet.Export("名册", titles, func(yield func([]string) bool) { yield(values) })
	if err != nil {
		t.Fatal(err)
	}
	x, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range values {
		at := sheet.Ref(i, 2)
		got, err := x.GetCellValue("名册", at)
		if err != nil || got != want {
			t.Errorf("%s holds %q, want %q (%v)", at, got, want, err)
		}
		if f, err := x.GetCellFormula("名册", at); f != "" || err != nil {
			t.Errorf("%s computes %q (%v)", at, f, err)
		}
		kind, err := x.GetCellType("名册", at)
		if text := kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString; err != nil || i != 7 && want != "" && !text {
			t.Errorf("%s is no text: %v %v", at, kind, err)
		}
		style, err := x.GetCellStyle("名册", at)
		must(err)
		if s, err := x.GetStyle(style); want != "" && i != 7 && (err != nil || s.NumFmt != 49) {
			t.Errorf("%s would become a number when somebody edits it: %+v", at, s)
		}
	}
}

func TestWhatWasTakenIsWrittenAsItWasUnderstood(t *testing.T) {
	rd := read(t, book([][]any{{"团组名称", "国家", "人数", "预算（万元）"}, {"甲", "德国、法国", "6人", 12.5}})(), sheet.Plan)
	data, err := rd.Taken(rd.Records, words(false))
	if err != nil {
		t.Fatal(err)
	}
	again := read(t, data, sheet.Plan)
	if len(again.Records) != 1 || again.Records[0].Get("amount") != "125000" || again.Records[0].Get("people") != "6" {
		t.Errorf("read again it is %+v", again.Records)
	}
	if i := slices.IndexFunc(again.Columns, func(c sheet.Column) bool { return c.Field == "amount" }); i < 0 || !strings.Contains(again.Columns[i].Title, "元") {
		t.Errorf("the unit is gone: %+v", again.Columns)
	}
}
