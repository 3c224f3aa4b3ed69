package sheet_test

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"yitang/internal/calendar"
	"yitang/internal/sheet"
)

// awful is one file of the corpus and what it must turn out to be.
type awful struct {
	name   string
	file   func() []byte
	form   sheet.Form // "" is people
	choice sheet.Choice
	show   string // fields to compare, comma between; "" is names and number
	// want: a line for each record "row: value|value", each doubt that stops
	// "!B2 reason" (~ for one that doesn't), each row left out "#5 reason",
	// each note "@reason"; or "refused reason".
	want string
}

var known = sheet.Known{
	Today:  calendar.On(2026, time.March, 1),
	Around: [2]calendar.Date{calendar.On(2026, time.May, 11), calendar.On(2026, time.May, 15)},
	Unit:   "云江市发展和改革委员会",
	Country: func(name string) string {
		return map[string]string{"德国": "DEU", "法国": "FRA", "germany": "DEU", "中国": "CHN", "china": "CHN", "日本": "JPN", "香港": "HKG", "台湾": "TWN"}[strings.ToLower(name)]
	},
}

func (a awful) got() string {
	b, err := sheet.Open(a.file())
	form := a.form
	if form == "" {
		form = sheet.People
	}
	var rd sheet.Reading
	if err == nil {
		rd, err = sheet.Read(b, form, a.choice, known)
	}
	if err != nil {
		if why := sheet.Refusal(err); slices.Contains(sheet.Refusals(), why) {
			return "refused " + why
		}
		return "failed " + err.Error()
	}
	show := a.show
	if show == "" {
		show = "familyName,givenName,idNumber"
	}
	var out []string
	for _, r := range rd.Records {
		var values []string
		for _, f := range strings.Split(show, ",") {
			values = append(values, r.Get(f))
		}
		out = append(out, fmt.Sprintf("%d: %s", r.Row, strings.Join(values, "|")))
		for _, d := range r.Doubts {
			if !slices.Contains(sheet.Reasons(), d.Reason) {
				return "no words for " + d.Reason
			}
			mark := "~"
			if d.Stops {
				mark = "!"
			}
			out = append(out, mark+d.Cell+" "+d.Reason)
		}
	}
	for _, l := range rd.Left {
		out = append(out, fmt.Sprintf("#%d %s", l.Row, l.Why))
	}
	for _, n := range rd.Notes {
		if !slices.Contains(sheet.Notes(), n.Reason) {
			return "no words for " + n.Reason
		}
		out = append(out, "@"+n.Reason)
	}
	return strings.Join(out, "; ")
}

var ok = fmt.Sprintf("2: 张|三|%s; 3: 李|四|%s", zhang, li)

var plainRows = "姓名,身份证号,部门\n张三," + zhang + ",国际处\n李四," + li + ",办公室\n"

// textFiles are the same two people in every encoding, separator and line end.
func textFiles() []awful {
	var out []awful
	encodings := map[string]func(string) []byte{
		"utf-8": func(s string) []byte { return []byte(s) }, "utf-8 with mark": func(s string) []byte { return []byte("\uFEFF" + s) },
		"utf-16le": func(s string) []byte { return wide(s, binary.LittleEndian, true) }, "utf-16be": func(s string) []byte { return wide(s, binary.BigEndian, true) },
		"utf-16le without mark": utf16le, "utf-16be without mark": func(s string) []byte { return wide(s, binary.BigEndian, false) }, "gb18030": gb18030,
	}
	for enc, encode := range encodings {
		for name, sep := range map[string]string{"comma": ",", "tab": "\t", "semicolon": ";", "bar": "|"} {
			for ends, end := range map[string]string{"lf": "\n", "crlf": "\r\n", "cr": "\r"} {
				want := ok
				if enc == "gb18030" {
					want += "; @file.gb18030"
				}
				s := strings.NewReplacer(",", sep, "\n", end).Replace(plainRows)
				out = append(out, awful{name: "text " + enc + " " + name + " " + ends, file: func() []byte { return encode(s) }, want: want})
			}
		}
	}
	return out
}

// days are one date in all the forms in which people write it, each in a file.
func days() []awful {
	var out []awful
	for _, d := range []struct {
		typed any
		want  string // "" is 2026-05-12
	}{
		{"2026-05-12", ""}, {"2026/5/12", ""}, {"2026.5.12", ""}, {"2026．5．12", ""}, {"2026年5月12日", ""}, {"2026年05月12号", ""}, {"2026 年 5 月 12 日", ""},
		{"２０２６年５月１２日", ""}, {"二〇二六年五月十二日", ""}, {"二零二六年五月十二日", ""}, {"20260512", ""}, {20260512, ""}, {46154, "2026-05-12 ~A2 date.was_serial"}, {46154.75, "2026-05-12 ~A2 date.was_serial"},
		{time.Date(2026, 5, 12, 9, 30, 0, 0, time.UTC), ""}, {"2026-05-12 09:30", ""}, {"2026-05-12T09:30:00Z", ""}, {"2026/5/12 0:00:00", ""},
		{"12-May-26", ""}, {"12-May-2026", ""}, {"12 May 2026", ""}, {"12th May, 2026", ""}, {"May 12, 2026", ""}, {"MAY 12 2026", ""}, {"12MAY2026", ""}, {"12MAY26", ""},
		{"26年5月12日", ""}, {"5月12日", ""}, {"5月12日（星期二）", ""}, {"12 May", ""}, {"5月12日 周二", ""}, {"2026年5月12日（星期二）", ""}, {"13/5/2026", "2026-05-13"}, {"5/13/2026", "2026-05-13"}, {"5/5/2026", "2026-05-05"},
		{"2026年5月12日（星期三）", "!A2 date.weekday"}, {"5/12/2026", "!A2 date.ambiguous"}, {"12/5/2026", "!A2 date.ambiguous"}, {"12.5.26", "!A2 date.ambiguous"}, {"26-5-12", "!A2 date.ambiguous"}, {"79.2.30", "!A2 date.none"},
		{"3月5日", "!A2 date.no_year"}, {"5-12", "!A2 date.no_year"}, {"2026年5月", "!A2 date.no_day"}, {"2026-05", "!A2 date.no_day"}, {2026, "!A2 date.no_day"}, {2026.5, "!A2 date.no_day"},
		{"2026年6月31日", "!A2 date.none"}, {"20260230", "!A2 date.none"}, {"31/31/2026", "!A2 date.none"}, {"待定", "!A2 date.unreadable"}, {"五月中旬", "!A2 date.unreadable"},
		{"2026-05-11至2026-05-12", "!A2 date.several"}, {1e9, "!A2 date.unreadable"}, {true, "!A2 date.unreadable"},
	} {
		want := "2: " + d.want + "|am|参观工厂"
		if first, rest, doubtful := strings.Cut(d.want, " "); d.want == "" {
			want = "2: 2026-05-12|am|参观工厂"
		} else if strings.HasPrefix(d.want, "!") {
			want = "2: |am|参观工厂; " + d.want
		} else if doubtful {
			want = "2: " + first + "|am|参观工厂; " + rest
		}
		out = append(out, awful{name: fmt.Sprintf("day %T %v", d.typed, d.typed), form: sheet.Itinerary, show: "date,half,activity",
			file: book([][]any{{"日期", "时段", "活动"}, {d.typed, "上午", "参观工厂"}}), want: want})
	}
	return out
}

// numbers are identity numbers as spreadsheets and people leave them.
func numbers() []awful {
	n := func(name string, typed any, want string) awful {
		return awful{name: "number " + name, file: book([][]any{{"姓名", "身份证号"}, {"张三", typed}}), want: "2: 张|三|" + want}
	}
	x := id("00000019900101003") // whatever its check character is
	small := strings.ToLower(id("00000019900307023"))
	full := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, zhang)
	zeros := "000000199003070000" // its check character isn't 0
	true000 := ""
	for i := 0; !strings.HasSuffix(true000, "0"); i++ {
		true000 = id(fmt.Sprintf("000%03d19900307000", i))
	}
	out := []awful{
		n("as text", zhang, zhang), n("full width", full, zhang), n("blanks", " "+zhang[:6]+" "+zhang[6:14]+" "+zhang[14:]+" ", zhang), n("no-break space", "\u00A0"+zhang, zhang),
		n("zero-width space", "\u200B"+zhang, zhang), n("apostrophe", "'"+zhang, zhang), n("curly apostrophe", "’"+zhang, zhang), n("tab", "\t"+zhang, zhang), n("line end", zhang+"\n", zhang),
		n("small x", small, strings.ToUpper(small)), n("another", x, x),
		n("a number cell", 4.40981199003070e17, "; !B2 number.destroyed"), n("an exponent as text", "4.40981E+17", "; !B2 number.destroyed"), n("an exponent in full width", "４.40981Ｅ+17", "; !B2 number.destroyed"),
		n("zeros at the end", zeros, "; !B2 number.destroyed"), n("eighteen digits in a number cell", 440981199003070018, "; !B2 number.destroyed"), n("fifteen digits in a number cell", 440981900307001, "; !B2 number.destroyed"),
		n("a point and a zero", zhang[:17]+".0", "; !B2 number.destroyed"), n("a date cell", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), "; !B2 number.destroyed"),
		n("fifteen digits", "000000900307001", "; !B2 number.legacy"), n("seventeen", zhang[:17], "; !B2 number.length"), n("nineteen", zhang+"1", "; !B2 number.length"), n("letters", "护照E12345678", "; !B2 number.letters"),
		n("a wrong check character", zhang[:17]+map[bool]string{true: "1", false: "2"}[zhang[17] != '1'], "; !B2 number.checksum"), n("a day that never was", wang, "; !B2 number.birth"),
		n("an O for a zero", "O"+zhang[1:], "; !B2 number.letters"), n("a dash", "-", ""), n("nothing", nil, ""), n("a slash", "／", ""), n("an error", formula{"NA()"}, "; !B2 cell.uncomputed"),
		{name: "number kept in a text file as a formula", file: text("姓名,身份证号\n张三,=\"" + zhang + "\"\n李四,\"=\"\"" + li + "\"\"\"\n"), want: ok},
		{name: "number destroyed in a text file", file: text("姓名,身份证号\n张三,4.40981E+17\n李四," + li + "\n"), want: "2: 张|三|; !B2 number.destroyed; 3: 李|四|" + li},
		{name: "number with zeros in a text file", file: text("姓名,身份证号\n张三," + zeros + "\n"), want: "2: 张|三|; !B2 number.destroyed"},
		{name: "number computed as text", file: raw(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>身份证号</t></is></c></row>
			<row r="2"><c r="A2" t="inlineStr"><is><t>张三</t></is></c><c r="B2" t="str"><f>"` + zhang[:6] + `"&amp;"` + zhang[6:] + `"</f><v>` + zhang + `</v></c></row></sheetData>`), want: "2: 张|三|" + zhang},
		{name: "number computed as a number", file: raw(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>身份证号</t></is></c></row>
			<row r="2"><c r="A2" t="inlineStr"><is><t>张三</t></is></c><c r="B2"><f>VALUE("1")</f><v>440981199003070000</v></c></row></sheetData>`), want: "2: 张|三|; !B2 number.destroyed"},
	}
	return append(out, n("true zeros", true000, true000)) // about one true number in 1,200 ends so
}

// shapes are tables as people build them.
func shapes() []awful {
	two := func(rows ...[]any) [][]any { return rows }
	header := []any{"姓名", "身份证号", "部门"}
	a, b := []any{"张三", zhang, "国际处"}, []any{"李四", li, "办公室"}
	at := func(n int) string { return fmt.Sprintf("%d: 张|三|%s; %d: 李|四|%s", n, zhang, n+1, li) }
	merge := func(from, to string) func(*excelize.File) {
		return func(x *excelize.File) { must(x.MergeCell("Sheet1", from, to)) }
	}
	return []awful{
		{name: "plain", file: book(two(header, a, b)), want: ok},
		{name: "title row", file: book(two([]any{"2026年度因公出国人员名单"}, header, a, b), merge("A1", "C1")), want: at(3)},
		{name: "title, note and empty row", file: book(two([]any{"名单"}, []any{"填报单位：某局    单位：人"}, nil, header, a, b), merge("A1", "C1")), want: at(5)},
		{name: "header far below", file: book(append(make([][]any, 25), header, a, b)), want: at(27)},
		{name: "header of two levels", file: book(two([]any{"姓名", "身份证件", nil, "单位职务", nil}, []any{nil, "号码", "有效期至", "部门", "职务"}, []any{"张三", zhang, "2036-03-05", "国际处", "处长"}),
			merge("A1", "A2"), merge("B1", "C1"), merge("D1", "E1")), show: "familyName,givenName,idNumber,idExpires,department,post", want: "3: 张|三|" + zhang + "|2036-03-05|国际处|处长"},
		{name: "header of three levels", file: book(two([]any{"出访人员情况", nil, nil}, []any{"姓名", "身份证", nil}, []any{nil, "证号", "有效期限"}, []any{"张三", zhang, "2016.03.05-2036.03.05"}),
			merge("A1", "C1"), merge("A2", "A3"), merge("B2", "C2")), show: "familyName,idNumber,idExpires", want: "4: 张|" + zhang + "|2036-03-05"},
		{name: "both languages in a title", file: book(two([]any{"姓名 Name", "身份证号\nID No.", "部门/Department"}, a, b)), want: ok},
		{name: "English titles", file: book(two([]any{"Full Name", "ID Card Number", "Dept."}, a, b)), want: ok},
		{name: "Surname and Given name with Chinese below", file: book(two([]any{"Surname", "First name", "ID number"}, []any{"张", "三", zhang}, []any{"李", "四", li})), want: ok},
		{name: "traditional script", file: book(two([]any{"姓名", "身份證號碼", "部門"}, a, b)), want: ok},
		{name: "stars and brackets in titles", file: book(two([]any{"*姓名（必填）", "＊身份证号码(18位)", "3、部门"}, a, b)), want: ok},
		{name: "blanks in titles", file: book(two([]any{"姓  名", " 身份证\n号码 ", "部 门"}, a, b)), want: ok},
		{name: "numbered rows", file: book(two([]any{"序号", "姓名", "身份证号"}, []any{1, "张三", zhang}, []any{2, "李四", li}, []any{3, nil, nil}, []any{4, nil, nil})), want: ok + "; #4 nothing; #5 nothing"},
		{name: "empty rows between", file: book(two(header, a, nil, nil, b)), want: fmt.Sprintf("2: 张|三|%s; 5: 李|四|%s", zhang, li)},
		{name: "an empty column between", file: book(two([]any{"姓名", nil, "身份证号"}, []any{"张三", nil, zhang}, []any{"李四", nil, li})), want: ok},
		{name: "table that begins at C5", file: book(two(nil, nil, nil, nil, []any{nil, nil, "姓名", "身份证号"}, []any{nil, nil, "张三", zhang}, []any{nil, nil, "李四", li})), want: at(6)},
		{name: "subtotals", file: book(two([]any{"部门", "姓名", "身份证号"}, []any{"国际处", "张三", zhang}, []any{"小计", 1}, []any{"办公室", "李四", li}, []any{"合计", "2人"})),
			want: fmt.Sprintf("2: 张|三|%s; 4: 李|四|%s; #3 subtotal; #5 subtotal", zhang, li)},
		{name: "a merged subtotal", file: book(two(header, a, b, []any{"共计 2 人"}), merge("A4", "C4")), want: ok + "; #4 subtotal"},
		{name: "notes below", file: book(two(header, a, b, []any{"注：以上人员均已备案。"}, []any{"填表人：王五", nil, "日期：2026年3月1日"})), want: ok + "; #4 note; #5 note"},
		{name: "header on each page", file: book(two(header, a, header, b)), want: fmt.Sprintf("2: 张|三|%s; 4: 李|四|%s; #3 header", zhang, li)},
		{name: "an example row", file: book(two(header, []any{"例：王小明", zhang, "某处"}, a, b)), want: at(3) + "; #2 example"},
		{name: "merged department", file: book(two([]any{"部门", "姓名", "身份证号"}, []any{"国际处", "张三", zhang}, []any{nil, "李四", li}), merge("A2", "A3")), show: "familyName,department", want: "2: 张|国际处; 3: 李|国际处"},
		{name: "hidden rows are left out and said", file: book(two(header, a, b), func(x *excelize.File) { must(x.SetRowVisible("Sheet1", 3, false)) }), want: "2: 张|三|" + zhang + "; #3 hidden; @file.hidden_rows"},
		{name: "hidden rows are taken when chosen", file: book(two(header, a, b), func(x *excelize.File) { must(x.SetRowVisible("Sheet1", 3, false)) }), choice: sheet.Choice{Hidden: true}, want: ok + "; @file.hidden_rows_taken"},
		{name: "a hidden column is said", file: book(two(header, a, b), func(x *excelize.File) { must(x.SetColVisible("Sheet1", "B", false)) }), want: ok + "; @file.hidden_column"},
		{name: "a hidden sheet is said and not read", file: book(two(header, a, b), hiddenSheet), want: ok + "; @file.hidden_sheet"},
		{name: "a hidden sheet is read when chosen", file: book(two(header, a, b), hiddenSheet), choice: sheet.Choice{Sheet: "旧表"}, want: "2: 王|五|"},
		{name: "only hidden sheets", file: raw(inline("姓名|部门", "张三|国际处"), "xl/workbook.xml", `<workbook xmlns:r="r"><sheets><sheet name="藏" state="veryHidden" r:id="r1"/></sheets></workbook>`), want: "refused all_hidden"},
		{name: "the list is on the second sheet", file: book(two([]any{"填表说明"}, []any{"请按要求填写"}), func(x *excelize.File) { second(x, header, a, b) }), want: ok},
		{name: "a pivot beside it", file: book(two([]any{"姓名", "身份证号", nil, nil, "部门", "人数"}, []any{"张三", zhang, nil, nil, "国际处", 1}, []any{"李四", li})), want: ok},
		{name: "columns corrected by hand", file: book(two([]any{"甲", "乙"}, []any{"张三", zhang}, []any{"李四", li})), choice: sheet.Choice{Header: 1, Columns: map[int]string{0: "name", 1: "idNumber"}}, want: ok},
		{name: "a column sent away by hand", file: book(two(header, a, b)), choice: sheet.Choice{Columns: map[int]string{1: "-"}}, want: "2: 张|三|; 3: 李|四|"},
		{name: "no header at all", file: text("张三," + zhang + "\n李四," + li + "\n"), want: fmt.Sprintf("1: 张|三|%s; 2: 李|四|%s; @file.bare", zhang, li)},
		{name: "names alone", file: text("张三\n李四\n欧阳修\n"), want: "1: 张|三|; 2: 李|四|; 3: 欧阳|修|; @file.bare"},
		{name: "names on one line", file: text("张三、李四、王五\n"), show: "familyName,givenName", want: "1: 张|三; ~A1 several; 1: 李|四; ~A1 several; 1: 王|五; ~A1 several; @file.bare"},
		{name: "several people with several numbers", file: book(two(header, []any{"张三、李四", zhang + "\n" + li, "国际处"})), show: "familyName,idNumber,department",
			want: fmt.Sprintf("2: 张|%s|国际处; ~A2 several; 2: 李|%s|国际处; ~A2 several", zhang, li)},
		{name: "several people with one number", file: book(two(header, []any{"张三 李四", zhang, "国际处"})), show: "familyName,idNumber",
			want: "2: 张|; ~A2 several; !B2 several.uneven; 2: 李|; ~A2 several; !B2 several.uneven"},
		{name: "a name stretched by a blank", file: book(two(header, []any{"张 三", zhang, ""}, []any{"李　四", li, ""})), want: ok},
		{name: "one number twice, the same", file: book(two(header, a, a)), want: "2: 张|三|" + zhang + "; ~B3 duplicate.same"},
		{name: "one number twice, otherwise", file: book(two(header, a, []any{"张三", zhang, "办公室"})), want: "2: 张|三|" + zhang + "; 3: 张|三|" + zhang + "; !B3 duplicate.differs"},
		{name: "a sex that the number denies", file: book(two([]any{"姓名", "性别", "身份证号"}, []any{"张三", "女", zhang})), want: "2: 张|三|" + zhang + "; !B2 sex.contradicts"},
		{name: "a birth that the number denies", file: book(two([]any{"姓名", "出生日期", "身份证号"}, []any{"张三", "1990-03-08", zhang})), want: "2: 张|三|" + zhang + "; !B2 birth.contradicts"},
		{name: "a birth with two digits", file: book(two([]any{"姓名", "出生日期"}, []any{"张三", "5-Mar-66"}, []any{"李四", "05年3月5日"})), show: "dateOfBirth", want: "2: 1966-03-05; 3: 2005-03-05"},
		{name: "a birth to come", file: book(two([]any{"姓名", "出生日期"}, []any{"张三", "2026-12-01"})), show: "dateOfBirth", want: "2: ; !B2 date.future"},
		{name: "a card for ever", file: book(two([]any{"姓名", "身份证号", "有效期"}, []any{"张三", zhang, "2016.03.05-长期"})), show: "idNumber,idExpires", want: "2: " + zhang + "|; ~C2 date.forever"},
		{name: "an old Macintosh file", file: book(two([]any{"姓名", "身份证有效期至"}, []any{"张三", 44692}), func(x *excelize.File) {
			yes := true
			must(x.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}))
			style(x, "B2", 14)
		}), show: "idExpires", want: "2: 2026-05-12; @file.since04"},
		{name: "the days around the 29 February that never was", file: book(two([]any{"姓名", "出生日期"}, []any{"张三", 59}, []any{"李四", 61}, []any{"王五", 60}), func(x *excelize.File) { style(x, "B2", 14); style(x, "B3", 14); style(x, "B4", 14) }),
			show: "dateOfBirth", want: "2: 1900-02-28; 3: 1900-03-01; 4: ; !B4 date.unreadable"},
		{name: "a Chinese date format", file: book(two([]any{"姓名", "身份证有效期至"}, []any{"张三", 46154}), func(x *excelize.File) {
			f := `[$-804]yyyy"年"m"月"d"日";@`
			id, err := x.NewStyle(&excelize.Style{CustomNumFmt: &f})
			must(err)
			must(x.SetCellStyle("Sheet1", "B2", "B2", id))
		}), show: "idExpires", want: "2: 2026-05-12"},
		{name: "a post that became a date", file: book(two([]any{"姓名", "职务"}, []any{"张三", time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC)})), show: "post", want: "2: ; !B2 text.day"},
		{name: "a name that is a number", file: book(two([]any{"姓名", "身份证号"}, []any{123, zhang})), show: "idNumber", want: "2: " + zhang + "; !A2 text.number"},
		{name: "a name with a dot", file: book(two(header, []any{"阿迪力•买买提", zhang, "某处"})), want: "2: ||" + zhang + "; !A2 name.dotted"},
		{name: "a name in Latin letters", file: book(two(header, []any{"John Smith", zhang, "某处"})), want: "2: ||" + zhang + "; !A2 name.letters"},
		{name: "a name of one character", file: book(two(header, []any{"张", zhang, "某处"})), want: "2: ||" + zhang + "; !A2 name.short"},
		{name: "a name of four characters", file: book(two(header, []any{"陈方安生", zhang, "某处"})), want: "2: 陈|方安生|" + zhang + "; ~A2 name.four"},
		{name: "a name with a remark", file: book(two(header, []any{"张三（组长）", zhang, "某处"})), want: "2: 张|三|" + zhang + "; ~A2 name.aside"},
		{name: "a rare name", file: book(two(header, []any{"𠮷龘", zhang, "某处"})), want: "2: 𠮷|龘|" + zhang},
		{name: "no name but a department", file: book(two(header, []any{nil, nil, "国际处"}, a)), want: fmt.Sprintf("3: 张|三|%s; #2 nothing", zhang)},
		{name: "no name but much else", file: book(two([]any{"姓名", "手机", "部门"}, []any{nil, "13800138000", "国际处"})), show: "mobile", want: "2: 13800138000; !A2 name.missing"},
		{name: "mobiles", file: book(two([]any{"姓名", "手机"}, []any{"张一", 13800138000}, []any{"张二", "１３８００１３８０００"}, []any{"张三", "138-0013-8000"}, []any{"张四", "1.38001E+10"}, []any{"张五", "13800138000/13900139000"}, []any{"张六", "无"}, []any{"张七", "+86 13800138000"})),
			show: "mobile", want: "2: 13800138000; 3: 13800138000; 4: 13800138000; 5: ; !B5 phone.destroyed; 6: ; !B6 phone.several; 7: ; !B7 phone.unreadable; 8: +8613800138000"},
		{name: "mobiles that nobody has", file: book(two([]any{"姓名", "手机"}, []any{"张一", "1398300001"}, []any{"张二", "23983000011"}, []any{"张三", "12800138000"}, []any{"张四", "+49 30 901820"}, []any{"张五", "139 8300 0023"})),
			show: "mobile", want: "2: ; !B2 phone.unreadable; 3: ; !B3 phone.unreadable; 4: ; !B4 phone.unreadable; 5: +4930901820; 6: 13983000023"},
		{name: "all mistakes of a row", file: book(two([]any{"姓名", "身份证号", "手机", "邮箱"}, []any{"张三", zhang[:17], "1398300001", "a b.cn"})), want: "2: 张|三|; !B2 number.length; !C2 phone.unreadable; !D2 email.unreadable"},
		{name: "a double surname before a blank", file: book(two(header, []any{"诸葛 明亮", zhang, ""}, []any{"欧阳　修", li, ""})), want: fmt.Sprintf("2: 诸葛|明亮|%s; 3: 欧阳|修|%s", zhang, li)},
		{name: "a double surname among several people", file: text("诸葛 明亮 张三\n李四\n"), show: "familyName,givenName", want: "1: 诸葛|明亮; ~A1 several; 1: 张|三; ~A1 several; 2: 李|四; @file.bare"},
		{name: "one name twice, the same", file: book(two([]any{"姓名", "部门"}, []any{"解军", "国际处"}, []any{"解 军", "国际处"})), show: "familyName,givenName", want: "2: 解|军; ~A3 duplicate.same"},
		{name: "one name twice, otherwise", file: book(two([]any{"姓名", "部门"}, []any{"解军", "国际处"}, []any{"解 军", "办公室"})), show: "familyName,givenName", want: "2: 解|军; 3: 解|军; !A3 duplicate.name"},
		{name: "one name with a number and without", file: book(two(header, []any{"张三", zhang, ""}, []any{"张三", nil, "国际处"})), want: "2: 张|三|" + zhang + "; 3: 张|三|; !A3 duplicate.name"},
		{name: "one name without a number and with", file: book(two(header, []any{"张三", nil, "国际处"}, []any{"张三", zhang, ""})), want: "2: 张|三|; 3: 张|三|" + zhang + "; !A3 duplicate.name"},
		{name: "namesakes with numbers", file: book(two(header, []any{"张三", zhang, ""}, []any{"张三", li, ""})), want: fmt.Sprintf("2: 张|三|%s; 3: 张|三|%s", zhang, li)},
		{name: "the reader's own unit and others", file: book(two([]any{"姓名", "工作单位"}, []any{"张一", "市发改委"}, []any{"张二", "云江市发展和改革委员会"}, []any{"张三", "云江市外事办公室"}, []any{"张四", "发改委"})), show: "familyName,unit",
			want: "2: 张|云江市发展和改革委员会; ~B2 unit.own; 3: 张|云江市发展和改革委员会; 4: 张|云江市外事办公室; ~B4 unit.other; 5: 张|云江市发展和改革委员会; ~B5 unit.own"},
		{name: "an empty column before a filled one", form: sheet.Members, file: book(two([]any{"姓名", "身份", "团内职务"}, []any{"张三", nil, "团长"}, []any{"李四", nil, "翻译"})), show: "familyName,role", want: "2: 张|head; 3: 李|interpreter"},
		{name: "two filled columns of one meaning", form: sheet.Members, file: book(two([]any{"姓名", "身份", "团内职务"}, []any{"张三", "团长", "翻译"})), show: "familyName,role", want: "2: 张|head; @file.twice"},
		{name: "names in Latin letters", file: book(two([]any{"姓名", "拼音"}, []any{"张三", "Zhang San"}, []any{"李四", "LI,SI"}, []any{"王五", "WANGWU"})), show: "latinSurname,latinGivenNames", want: "2: ZHANG|SAN; 3: LI|SI; 4: |; !B4 latin.whole"},
		{name: "e-mail", file: book(two([]any{"姓名", "邮箱"}, []any{"张一", "a@b.cn"}, []any{"张二", "ａ＠ｂ．ｃｎ"}, []any{"张三", "a b.cn"}, []any{"张四", "mailto:a@b.cn"})), show: "email", want: "2: a@b.cn; 3: a@b.cn; 4: ; !B4 email.unreadable; 5: a@b.cn"},
		{name: "words of lists", file: book(two([]any{"姓名", "性别", "职级", "在职情况", "教学科研人员"}, []any{"张一", "男性", "正处级", "退休返聘", "√"}, []any{"张二", "Female", "副厅", "在职", "否"}, []any{"张三", "?", "大王", "", ""})),
			show: "sex,rank,employment,academic", want: "2: M|division|rehired|true; 3: F|bureau|active|false; 4: |||; !B4 word.unknown; !C4 word.unknown"},
		{name: "nationality", file: book(two([]any{"姓名", "国籍"}, []any{"张三", "中国"}, []any{"李四", "火星"})), show: "nationality", want: "2: CHN; 3: ; !B3 country.unknown"},
		{name: "errors in cells", file: raw(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>部门</t></is></c></row>
			<row r="2"><c r="A2" t="inlineStr"><is><t>张三</t></is></c><c r="B2" t="e"><v>#REF!</v></c></row></sheetData>`), show: "familyName,department", want: "2: 张|; !B2 cell.error"},
		{name: "a formula that looks elsewhere", file: raw(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="B1" t="inlineStr"><is><t>部门</t></is></c></row>
			<row r="2"><c r="A2" t="inlineStr"><is><t>张三</t></is></c><c r="B2" t="str"><f>VLOOKUP(A2,[1]花名册!A:B,2,0)</f><v>国际处</v></c></row></sheetData>`), show: "familyName,department", want: "2: 张|国际处; @file.external"},
		{name: "cells without names or numbers", file: raw(`<sheetData><row><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>部门</t></is></c></row><row><c t="inlineStr"><is><t>张三</t></is></c><c t="inlineStr"><is><t>某处</t></is></c></row></sheetData>`), want: "2: 张|三|"},
		{name: "rows out of order", file: raw(`<sheetData><row r="3"><c r="A3" t="inlineStr"><is><t>李四</t></is></c></row><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row><row r="2"><c r="A2" t="inlineStr"><is><t>张三</t></is></c></row></sheetData>`), want: "2: 张|三|; 3: 李|四|"},
		{name: "text in pieces, with a reading", file: raw(inline("姓名")[:len(inline("姓名"))-len("</sheetData>")]+`<row r="2"><c r="A2" t="s"><v>0</v></c></row></sheetData>`,
			"xl/sharedStrings.xml", `<sst><si><r><t>张</t></r><r><t>三</t></r><rPh sb="0" eb="1"><t>ちょう</t></rPh></si></sst>`), want: "2: 张|三|"},
		{name: "a prefix of its own", file: raw("", "xl/worksheets/sheet1.xml", `<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>姓名</x:t></x:is></x:c></x:row><x:row r="2"><x:c r="A2" t="inlineStr"><x:is><x:t>张三</x:t></x:is></x:c></x:row></x:worksheet>`), want: "2: 张|三|"},
		{name: "text with quotes, lines and commas", file: text("姓名,部门\n张三,\"国际\"\"合作\"\"处,\n二组\"\n李四,办公室\n"), show: "familyName,department", want: "2: 张|国际\"合作\"处,；二组; 3: 李|办公室"},
		{name: "a named separator", file: text("sep=;\n姓名;部门\n张三;国际处,一组\n"), show: "familyName,department", want: "3: 张|国际处,一组"},
		{name: "full-width commas", file: text("姓名，部门\n张三，国际处\n李四，办公室\n"), show: "familyName,department", want: "2: 张|国际处; 3: 李|办公室"},
		{name: "lines of uneven length", file: text("姓名,身份证号,部门\n张三," + zhang + "\n李四," + li + ",办公室,多,余\n"), want: ok},
		{name: "a mark in the middle of a text", file: text("姓名,部门\n\uFEFF张三,国际处\n"), show: "familyName,givenName", want: "2: 张|三"},
		{name: "formulas as text stay text", file: text("姓名,部门\n张三,=HYPERLINK(\"http://x\")\n李四,@SUM(1)\n"), show: "department", want: `2: =HYPERLINK("http://x"); 3: @SUM(1)`},
	}
}

func hiddenSheet(x *excelize.File) {
	_, err := x.NewSheet("旧表")
	must(err)
	must(x.SetSheetRow("旧表", "A1", &[]any{"姓名", "部门"}))
	must(x.SetSheetRow("旧表", "A2", &[]any{"王五", "某处"}))
	must(x.SetSheetVisible("旧表", false))
}

func second(x *excelize.File, rows ...[]any) {
	_, err := x.NewSheet("名单")
	must(err)
	for i, r := range rows {
		must(x.SetSheetRow("名单", fmt.Sprintf("A%d", i+1), &r))
	}
}

func style(x *excelize.File, cell string, format int) {
	id, err := x.NewStyle(&excelize.Style{NumFmt: format})
	must(err)
	must(x.SetCellStyle("Sheet1", cell, cell, id))
}

// other forms than people.
func others() []awful {
	day := func(rows ...[]any) func() []byte { return book(rows) }
	show := "date,half,country,city,activity"
	return []awful{
		{name: "delegation", form: sheet.Members, file: day([]any{"团内职务", "姓名", "单位及职务"}, []any{"团长", "张三", "某局局长"}, []any{"成员", "李四", "某局处长"}, []any{"翻译", "王五", "译员"}), show: "role,familyName,post",
			want: "2: head|张|某局局长; 3: member|李|某局处长; 4: interpreter|王|译员"},
		{name: "itinerary", form: sheet.Itinerary, file: day([]any{"日期", "上午/下午", "国家", "城市", "活动"}, []any{"2026-05-11", "上午", "德国", "柏林", "启程"}, []any{"2026-05-11", "下午", "德国", "柏林", "会谈"}), show: show,
			want: "2: 2026-05-11|am|DEU|柏林|启程; 3: 2026-05-11|pm|DEU|柏林|会谈"},
		{name: "itinerary with the day once", form: sheet.Itinerary, file: day([]any{"日期", "时间", "国别", "地点", "日程安排"}, []any{"5月11日", "9:30-11:00", "德国", "柏林", "会谈"}, []any{nil, "14:00", nil, nil, "参观"}), show: show,
			want: "2: 2026-05-11|am|DEU|柏林|会谈; 3: 2026-05-11|pm|DEU|柏林|参观; ~A3 above"},
		{name: "itinerary with a column for each half", form: sheet.Itinerary, file: day([]any{"日期", "城市", "上午", "下午"}, []any{"2026/5/11", "柏林", "会谈", "参观"}, []any{"2026/5/12", "柏林", nil, "返程"}), show: show,
			want: "2: 2026-05-11|am||柏林|会谈; 2: 2026-05-11|pm||柏林|参观; 3: 2026-05-12|pm||柏林|返程"},
		{name: "itinerary with whole days", form: sheet.Itinerary, file: day([]any{"日期", "活动"}, []any{"2026/5/11", "会谈"}), show: show, want: "2: 2026-05-11|am|||会谈; ~A2 half.whole; 2: 2026-05-11|pm|||会谈"},
		{name: "itinerary with a time cell", form: sheet.Itinerary, file: day([]any{"日期", "时间", "活动"}, []any{"2026/5/11", 0.625, "会谈"}), show: show, want: "2: 2026-05-11|pm|||会谈"},
		{name: "itinerary without a day", form: sheet.Itinerary, file: day([]any{"日期", "时段", "活动"}, []any{nil, "上午", "会谈"}), show: show, want: "2: |am|||会谈; !A2 date.missing"},
		{name: "itinerary with a strange half", form: sheet.Itinerary, file: day([]any{"日期", "时段", "活动"}, []any{"2026-05-11", "适时", "会谈"}), show: show, want: "2: 2026-05-11||||会谈; !B2 half.unknown"},
		{name: "itinerary with both halves in a cell", form: sheet.Itinerary, file: day([]any{"日期", "时段", "活动"}, []any{"2026-05-11", "上午/下午", "甲"}, []any{"2026-05-12", "上、下午", "乙"}, []any{"2026-05-13", "上午9:00至下午5:00", "丙"}, []any{"2026-05-14", "9:30-17:00", "丁"}, []any{"2026-05-15", "上午或下午", "戊"}, []any{"2026-05-15", "11:00-12:30", "己"}, []any{"2026-05-15", "AM/PM", "庚"}), show: "date,half,activity",
			want: "2: 2026-05-11|am|甲; 2: 2026-05-11|pm|甲; 3: 2026-05-12|am|乙; 3: 2026-05-12|pm|乙; 4: 2026-05-13|am|丙; 4: 2026-05-13|pm|丙; 5: 2026-05-14|am|丁; 5: 2026-05-14|pm|丁; 6: 2026-05-15||戊; !B6 half.unknown; 7: 2026-05-15|am|己; 8: 2026-05-15|am|庚; 8: 2026-05-15|pm|庚"},
		{name: "itinerary to Taiwan", form: sheet.Itinerary, file: day([]any{"日期", "时段", "国家", "活动"}, []any{"2026-05-11", "上午", "台湾", "会谈"}), show: show, want: "2: 2026-05-11|am|||会谈; !C2 country.taiwan"},
		{name: "plan to Taiwan", form: sheet.Plan, file: day([]any{"团组名称", "国家"}, []any{"甲", "日本、台湾"}), show: "title,countries", want: "2: 甲|; !B2 country.taiwan"},
		{name: "plan in ten thousands", form: sheet.Plan, file: day([]any{"序号", "团组名称", "出访国家", "人数", "天数", "经费预算（万元）", "拟出访时间"}, []any{1, "赴德国洽谈", "德国、法国", "6人", 8, 12.5, "5月"}, []any{2, "赴日本培训", "日本", 3, "5天", "7.25", "2027年3月"}, []any{"合计", nil, nil, 9, nil, 19.75}),
			show: "title,countries,people,days,amount,month", want: "2: 赴德国洽谈|DEU FRA|6|8|125000|05; 3: 赴日本培训|JPN|3|5|72500|2027-03; #4 subtotal; @file.unit.wan"},
		{name: "plan with the unit above", form: sheet.Plan, file: day([]any{"年度计划", nil, "单位：元"}, []any{"团组名称", "人数", "预算"}, []any{"赴德国洽谈", 6, "125,000.50"}), show: "title,amount", want: "3: 赴德国洽谈|125000.50; @file.unit.yuan"},
		{name: "plan with the unit alone above", form: sheet.Plan, file: day([]any{"单位：万元"}, []any{"团组名称", "人数", "预算"}, []any{"赴德国洽谈", 6, 12.5}), show: "title,amount", want: "3: 赴德国洽谈|125000; @file.unit.wan"},
		{name: "plan without a unit", form: sheet.Plan, file: day([]any{"团组名称", "人数", "预算"}, []any{"赴德国洽谈", 6, 12.5}), show: "title,amount", want: "2: 赴德国洽谈|; !C2 amount.unit"},
		{name: "plan with units in the cells", form: sheet.Plan, file: day([]any{"团组名称", "人数", "预算"}, []any{"甲", 6, "12.5万元"}, []any{"乙", 6, "¥8,000元"}, []any{"丙", "若干", "约十万"}), show: "title,people,amount", want: "2: 甲|6|125000; 3: 乙|6|8000; 4: 丙||; !B4 count.unreadable; !C4 amount.unreadable"},
		{name: "plan with an unknown country", form: sheet.Plan, file: day([]any{"团组名称", "国家"}, []any{"甲", "德国、火星"}), show: "title,countries", want: "2: 甲|; !B2 country.unknown"},
	}
}

// refusals are files that aren't read, each with its reason.
func refusals() []awful {
	macros := raw(inline("姓名", "张三"), "[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-excel.sheet.macroEnabled.main+xml"/></Types>`)
	ole := func(name string) func() []byte {
		return func() []byte {
			return append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, append(make([]byte, 600), utf16le(name)...)...)
		}
	}
	cut := book([][]any{{"姓名"}, {"张三"}})
	return []awful{
		{name: "nothing", file: text(""), want: "refused empty"}, {name: "blanks", file: text(" \n\n"), want: "refused empty"},
		{name: "macros", file: macros, want: "refused macros"}, {name: "macros under another name", file: raw(inline("姓名", "张三"), "xl/vbaProject.bin", "x"), want: "refused macros"},
		{name: "xls", file: ole("Workbook"), want: "refused xls"}, {name: "xls of 1995", file: ole("Book"), want: "refused xls"}, {name: "password", file: ole("EncryptedPackage"), want: "refused locked"}, {name: "doc", file: ole("WordDocument"), want: "refused word"},
		{name: "another old container", file: ole("Contents"), want: "refused unknown"}, {name: "xls of 1990", file: text("\x09\x04\x06\x00\x00\x00\x10\x00"), want: "refused xls"},
		{name: "xlsb", file: raw("", "[Content_Types].xml", `<Types><Override ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>`), want: "refused macros"},
		{name: "docx", file: raw("", "[Content_Types].xml", `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`), want: "refused word"},
		{name: "pptx", file: raw("", "[Content_Types].xml", `<Types><Override ContentType="application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>`), want: "refused slides"},
		{name: "ods", file: func() []byte {
			return zipped(map[string]string{"content.xml": "<x/>", "mimetype": "application/vnd.oasis.opendocument.spreadsheet"})
		}, want: "refused ods"},
		{name: "numbers", file: func() []byte { return zipped(map[string]string{"Index/Document.iwa": "x"}) }, want: "refused numbers"},
		{name: "a zip of something", file: func() []byte { return zipped(map[string]string{"a.txt": "x"}) }, want: "refused unknown"},
		{name: "cut off", file: func() []byte { b := cut(); return b[:len(b)/2] }, want: "refused cut"},
		{name: "a sheet that isn't there", file: raw("", "xl/worksheets/sheet1.xml", ""), want: "refused cut"},
		{name: "broken XML", file: raw("<sheetData><row r='1'><c"), want: "refused cut"}, {name: "an entity of its own", file: raw(`<sheetData>&lol;</sheetData>`), want: "refused cut"},
		{name: "a bomb", file: func() []byte {
			return raw(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>` + strings.Repeat("姓", 2<<20) + `</t></is></c></row></sheetData>`)()
		}, want: "refused bomb"},
		{name: "a bomb of blanks", file: raw("<sheetData>" + strings.Repeat(" ", 2<<20) + "</sheetData>"), want: "refused bomb"},
		{name: "a bomb by its own account", file: declared(400 << 20), want: "refused bomb"},
		{name: "too wide", file: raw(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c><c r="XFD1"><v>1</v></c></row></sheetData>`), want: "refused wide"},
		{name: "too long", file: raw(`<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row><row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>`), want: "refused long"},
		{name: "a web page", file: text("<html><table><tr><td>姓名</td></tr></table></html>"), want: "refused html"}, {name: "a table of a web page", file: gbText("<table><tr><td>姓名</td></tr></table>"), want: "refused html"},
		{name: "XML of 2003", file: text(`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>`), want: "refused xml"},
		{name: "pdf", file: text("%PDF-1.7"), want: "refused pdf"}, {name: "picture", file: text("\x89PNG\r\n"), want: "refused picture"}, {name: "rar", file: text("Rar!\x1a"), want: "refused archive"}, {name: "rtf", file: text(`{\rtf1 姓名}`), want: "refused unknown"},
		{name: "json", file: text(`{"姓名":"张三"}`), want: "refused unknown"}, {name: "zero bytes", file: text("姓名,部门\n\x00张三"), want: "refused unknown"},
		{name: "no encoding at all", file: text("姓名,部门\n\xff\xff\xff\n"), want: "refused encoding"}, {name: "a quote never closed", file: text("姓名,部门\n张三,\"国际处\n李四,办公室\n"), want: "refused quote"},
		{name: "no table of people", file: text("今天,天气\n晴,好\n"), want: "refused no_table.people"}, {name: "no table of days", form: sheet.Itinerary, file: text("姓名,部门\n张三,某处\n"), want: "refused no_table.itinerary"},
		{name: "no table of plans", form: sheet.Plan, file: text("姓名,部门\n张三,某处\n"), want: "refused no_table.plan"}, {name: "a head without rows", file: text("姓名,部门\n"), want: "refused no_rows"},
		{name: "half of a UTF-16", file: func() []byte { b := wide(plainRows, binary.LittleEndian, true); return b[:len(b)-1] }, want: "refused cut"},
	}
}

func gbText(s string) func() []byte { return func() []byte { return gb18030(s) } }

// corpus is every awful file.
func corpus() []awful {
	var out []awful
	for _, part := range [][]awful{textFiles(), days(), numbers(), shapes(), others(), refusals()} {
		out = append(out, part...)
	}
	return out
}

func TestEveryAwfulFileIsReadRightlyOrRefusedWithItsCell(t *testing.T) {
	all := corpus()
	if len(all) < 150 {
		t.Fatalf("the corpus has %d files", len(all))
	}
	seen := map[string]bool{}
	for _, a := range all {
		if seen[a.name] {
			t.Errorf("two files are called %q", a.name)
		}
		seen[a.name] = true
		t.Run(a.name, func(t *testing.T) {
			if got := a.got(); got != a.want {
				t.Errorf("\n got %s\nwant %s", got, a.want)
			}
		})
	}
	t.Logf("%d files", len(all))
}
