package material

import (
	"bytes"
	"strings"
	"testing"

	"yitang/internal/blob"
	"yitang/internal/sheet"
)

// A total is read only where it is certain; a wrong warning is worse than none.
func TestATotalIsReadOnlyWhereItIsCertain(t *testing.T) {
	for _, x := range []struct{ name, form, want string }{
		{"on one line", "住宿费 21600.00\n合计：58,620.00元", "58620.00"},
		{"cells below one another", "国际旅费\n37020\n合　计\n\n\n￥58620.00\n备注", "58620.00"},
		{"in English", "Lodging 21600\nTotal 58620", "58620"},
		{"columns that add up", "合计 21600 37020 58620", "58620"},
		{"columns that don't", "合计 4 21600 58620", ""},
		{"subtotals, then the total", "合计 21600\n合计 37020\n总计 58620", "58620"},
		{"two that differ", "合计 21600\n合计 37020", ""},
		{"twice the same", "合计 58620\n合计 58620.00", "58620"},
		{"a subtotal alone", "小计 21600", ""},
		{"ten thousands", "单位：万元\n合计 5.86", ""},
		{"other money", "合计 7800 美元", ""},
		{"people", "合计 4", ""},
		{"in words", "合计（大写）伍万捌仟陆佰贰拾元整", ""},
		{"in a sentence", "合计约58620元，由课题经费列支", ""},
		{"nothing", "请示", ""},
	} {
		want := x.want
		if got := totalIn(strings.Split(x.form, "\n")); strings.TrimSuffix(got.String(), ".00") != strings.TrimSuffix(want, ".00") {
			t.Errorf("%s: %q, want %q", x.name, got, want)
		}
	}
}

func TestATotalIsReadOffAWorkbook(t *testing.T) {
	rows := func(yield func([]string) bool) {
		_ = yield([]string{"国际旅费", "37020"}) && yield([]string{"合计", "58620"}) && yield([]string{"60000", ""})
	}
	book, err := sheet.Export("预算", []sheet.Title{{Text: "项目"}, {Text: "金额"}}, rows)
	if err != nil {
		t.Fatal(err)
	}
	read := func(kind string, b []byte, of blob.Type) string {
		cmd := Add{Kind: "M09", Size: int64(len(b))}
		if kind != "" {
			cmd.Kind = "M01"
		}
		cmd.Read(bytes.NewReader(b), of)
		return cmd.Total.String()
	}
	if got := read("", book, blob.XLSX); !strings.HasPrefix(got, "58620") {
		t.Errorf("the workbook's total: %q", got)
	}
	if got := read("M01", book, blob.XLSX); got != "" {
		t.Errorf("another paper's total: %q", got)
	}
	if got := read("", []byte("\xFF\xD8\xFF"), blob.JPEG); got != "" {
		t.Errorf("a picture's total: %q", got)
	}
}
