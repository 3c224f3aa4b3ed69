package sheet_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"yitang/internal/fault"
	"yitang/internal/sheet"
)

// tried reads a file for every form: it may be refused, in words, and never
// fails otherwise, and what is read names its cells.
func tried(t *testing.T, data []byte) {
	b, err := sheet.Open(data)
	for _, f := range append(sheet.Forms(), sheet.Rates) {
		var rd sheet.Reading
		if err == nil {
			rd, err = sheet.Read(b, f, sheet.Choice{Hidden: true}, known)
		}
		if err != nil {
			if sheet.Refusal(err) == "" {
				t.Fatalf("%v is no refusal in words", err)
			}
			if fault.Findings(err)[0].Field != "file" {
				t.Fatalf("%v is about no field", err)
			}
			err = nil
			if len(b.Sheets) == 0 {
				return
			}
			continue
		}
		for _, r := range rd.Records {
			if r.Row < 1 || r.Part >= r.Parts {
				t.Fatalf("a record of row %d, part %d of %d", r.Row, r.Part, r.Parts)
			}
			for _, d := range r.Doubts {
				if d.Cell == "" || d.Reason == "" {
					t.Fatalf("a doubt without a place or a reason: %+v", d)
				}
			}
			for _, v := range r.Values {
				if v.Cell == "" || !utf8.ValidString(v.Text) {
					t.Fatalf("a value without a place, or of no text: %+v", v)
				}
			}
		}
		if len(rd.Records) > 0 && len(rd.Records) < 200 {
			if _, err := rd.Back(rd.Records, func(d sheet.Doubt) (string, string) { return d.Reason, "" }, words(false)); err != nil {
				t.Fatalf("sending it back: %v", err)
			}
		}
	}
}

func FuzzWorkbook(f *testing.F) {
	for _, a := range corpus() {
		if data := a.file(); len(data) < 1<<16 && strings.HasPrefix(string(data), "PK") {
			f.Add(data)
		}
	}
	f.Fuzz(tried)
}

// FuzzSheet is the XML of one sheet, which a mutated archive rarely reaches.
func FuzzSheet(f *testing.F) {
	f.Add(inline("姓名|身份证号", "张三|"+zhang))
	f.Add(`<cols><col min="1" max="3" hidden="1"/></cols><sheetData><row r="1" hidden="1"><c r="A1" s="1"><f>[1]a!A1</f><v>46154</v></c></row></sheetData><mergeCells><mergeCell ref="A1:C9"/></mergeCells>`)
	f.Fuzz(func(t *testing.T, s string) { tried(t, raw(s)()) })
}

func FuzzText(f *testing.F) {
	for _, a := range corpus() {
		if data := a.file(); len(data) < 1<<12 && !strings.HasPrefix(string(data), "PK") {
			f.Add(data)
		}
	}
	f.Fuzz(tried)
}

// A text file that the standard library can read is cut into the same cells.
func TestTextIsCutAsTheStandardLibraryCutsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringMatching(`[a-zé姓,"\n =]{0,6}`)
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 4), 1, 6).Draw(t, "rows")
		var b strings.Builder
		w := csv.NewWriter(&b)
		if err := w.WriteAll(append([][]string{{"x", "x", "x", "x"}}, rows...)); err != nil {
			t.Fatal(err)
		}
		book, err := sheet.Paste("sep=,\n" + b.String())
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, r := range book.Sheets[0].Rows {
			for i, c := range r.Cells {
				got[sheet.Ref(i, r.Number)] = c.Text
			}
		}
		read, err := csv.NewReader(strings.NewReader(b.String())).ReadAll()
		for n, row := range read {
			for i, want := range row {
				if strings.TrimSpace(want) == "" {
					want = ""
				}
				// A value like ="12" is Excel's way of keeping digits, and unwrapped.
				if strings.HasPrefix(want, `="`) && strings.HasSuffix(want, `"`) && len(want) > 2 && !strings.Contains(want[2:len(want)-1], `"`) {
					want = want[2 : len(want)-1]
				}
				if have := got[sheet.Ref(i, n+2)]; strings.TrimSpace(have) != strings.TrimSpace(want) {
					t.Fatalf("%s is %q, want %q in %q", sheet.Ref(i, n+2), have, want, b.String())
				}
			}
		}
		if err != nil && len(read) > 0 {
			t.Skip("uneven rows")
		}
	})
}

// Every day written in each form that is certain is read as that day.
func TestADayWrittenForCertainIsReadAsThatDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 36000).Draw(t, "day"))
		for _, layout := range []string{"2006-01-02", "2006/1/2", "2006.1.2", "2006年1月2日", "20060102", "2-Jan-2006", "2 January 2006", "January 2, 2006", "02Jan2006"} {
			typed := strings.ToUpper(d.Format(layout))
			b, err := sheet.Paste("日期\t时段\t活动\n" + typed + "\t上午\t会谈\n")
			if err != nil {
				t.Fatal(err)
			}
			rd, err := sheet.Read(b, sheet.Itinerary, sheet.Choice{}, sheet.Known{})
			if err != nil {
				t.Fatal(err)
			}
			if got := rd.Records[0].Get("date"); got != d.Format("2006-01-02") {
				t.Fatalf("%s is read as %q (%v)", typed, got, rd.Records[0].Doubts)
			}
		}
	})
}

// many is a list of so many people.
func many(n int) []byte {
	titles := []sheet.Title{{Text: "序号"}, {Text: "姓名"}, {Text: "身份证号"}, {Text: "身份证有效期至", Day: true}, {Text: "手机"}, {Text: "邮箱"}, {Text: "部门"}, {Text: "职务"}, {Text: "职级"}, {Text: "在职情况"}}
	data, err := sheet.Export("名单", titles, func(yield func([]string) bool) {
		for i := range n {
			birth := time.Date(1960, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i%14000)
			row := []string{fmt.Sprint(i + 1), "张" + string(rune(0x4E00+i%20000)) + string(rune(0x4E00+i/7%20000)), id(fmt.Sprintf("%06d%s%03d", i/14000, birth.Format("20060102"), i%1000)), "2036-03-05",
				fmt.Sprintf("138%08d", i), fmt.Sprintf("p%d@example.cn", i), fmt.Sprintf("第%d处", i%90), "处长", "处级", "在职"}
			if !yield(row) {
				return
			}
		}
	})
	must(err)
	return data
}

// Fifty thousand rows are read within a bounded memory: the corpus's sizes
// are small, so this is the one that would notice a cost for each pair of rows.
func TestFiftyThousandRowsAreRead(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	began := time.Now()
	rd := read(t, many(50_000), sheet.People)
	stopped := 0
	for _, r := range rd.Records {
		if r.Stopped() {
			stopped++
		}
	}
	if len(rd.Records) != 50_000 || stopped > 0 {
		t.Fatalf("%d records, %d stopped", len(rd.Records), stopped)
	}
	t.Logf("written and read in %v", time.Since(began).Round(time.Millisecond))
}

func BenchmarkFiftyThousandRows(b *testing.B) {
	data := many(50_000)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		if rd := read(b, data, sheet.People); len(rd.Records) != 50_000 {
			b.Fatal(len(rd.Records))
		}
	}
}
