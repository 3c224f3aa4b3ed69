package material

import (
	"bytes"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/internal/sheet"
)

// budgetForm is the kind of paper on which a budget's total stands (任务和预算审批意见表).
const budgetForm dossier.MaterialKind = "M09"

// statedTotal is the total in yuan that a budget form states, where it can be read
// for certain: a line that begins with 总计 or 合计 and holds one sum, or sums of
// which the last is that of the others. Anything else is no total: a picture, other
// money, units of ten thousand, two totals that differ.
func statedTotal(kind dossier.MaterialKind, content io.ReaderAt, size int64, t blob.Type) money.Decimal {
	if kind != budgetForm {
		return money.Decimal{}
	}
	switch t {
	case blob.XLSX: // a workbook keeps its figures apart from its words
		all, err := io.ReadAll(io.NewSectionReader(content, 0, min(size, blob.Limit)))
		if err != nil {
			return money.Decimal{}
		}
		b, err := sheet.Open(all)
		if err != nil {
			return money.Decimal{}
		}
		return totalIn(rowsOf(b))
	case blob.PDF, blob.DOCX:
		text, _ := blob.Text(content, size, t)
		return totalIn(strings.Split(text, "\n"))
	case blob.JPEG, blob.PNG:
	}
	return money.Decimal{}
}

// rowsOf are the rows of a workbook that are seen, each on one line.
func rowsOf(b sheet.Book) []string {
	var out []string
	for _, s := range b.Sheets {
		if s.Hidden {
			continue
		}
		for _, r := range s.Rows {
			if r.Hidden {
				continue
			}
			var line bytes.Buffer
			for _, c := range r.Cells {
				switch {
				case c.Merged:
				case c.Text != "":
					line.WriteString(strings.ReplaceAll(c.Text, "\n", " "))
				case c.Num != 0:
					line.WriteString(strconv.FormatFloat(c.Num, 'f', 2, 64))
				}
				line.WriteByte(' ')
			}
			out = append(out, line.String(), "-") // no figure of the next row belongs to this one
		}
	}
	return out
}

var (
	totalLine = regexp.MustCompile(`(?i)^\s*(?:(?:经费|预算|费用|金额|全团|本团)\s*)*(总\s*计|总\s*额|总\s*预\s*算|grand\s+total|合\s*计|total)(.*)$`)
	figure    = regexp.MustCompile(`[0-9][0-9,]*(?:\.[0-9]+)?`)
	unitWords = regexp.MustCompile(`(?i)人民币|单位|小写|RMB|CNY|[元整￥¥:：()（）/|\s]`)
)

// totalIn reads the total off the lines of a form.
func totalIn(lines []string) money.Decimal {
	if strings.Contains(strings.Join(lines, ""), "万元") {
		return money.Decimal{}
	}
	var grand, sums []string // "" for one that can't be told
	for i, l := range lines {
		m := totalLine.FindStringSubmatch(strings.ReplaceAll(l, "\u3000", " "))
		if m == nil {
			continue
		}
		said := figureOf(m[2], lines[i+1:])
		if strings.HasPrefix(m[1], "合") {
			sums = append(sums, said)
		} else {
			grand = append(grand, said)
		}
	}
	if len(grand) > 0 {
		sums = grand
	}
	slices.Sort(sums)
	if sums = slices.Compact(sums); len(sums) != 1 || sums[0] == "" {
		return money.Decimal{}
	}
	d, err := money.ParseDecimal(sums[0])
	if err != nil {
		return money.Decimal{}
	}
	return money.Yuan(d).Decimal()
}

// figureOf is the one sum behind a word for a total, or on the lines below it that
// hold nothing but figures; "" where it isn't certain.
func figureOf(rest string, below []string) string {
	if bare(rest) && !figure.MatchString(rest) {
		for _, l := range below[:min(len(below), 12)] {
			if !bare(l) {
				break
			}
			rest += " " + l
		}
	}
	if !bare(rest) {
		return ""
	}
	var all []money.Amount
	for _, s := range figure.FindAllString(rest, -1) {
		d, err := money.ParseDecimal(strings.ReplaceAll(s, ",", ""))
		if err != nil || !d.Fits(2) {
			return ""
		}
		all = append(all, money.Yuan(d))
	}
	if len(all) == 0 {
		return ""
	}
	last, others := all[len(all)-1], int64(0)
	for _, a := range all[:len(all)-1] {
		others += a.Minor
	}
	const least = 100_00 // fen; a smaller figure counts people or days
	if last.Minor < least || len(all) > 1 && others != last.Minor {
		return ""
	}
	return last.Decimal().String()
}

// bare tells whether a text holds nothing but figures and the words of yuan.
func bare(s string) bool {
	return unitWords.ReplaceAllString(figure.ReplaceAllString(s, ""), "") == ""
}
