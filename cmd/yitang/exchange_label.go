package main

import (
	"fmt"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/zone"
)

// zoneWords are the zones as they stand on what people carry.
var zoneWords = map[zone.Zone]string{zone.Internet: "互联网 Internet", zone.Office: "办公网 office", zone.Passport: "护照专网 passport"}

// load is what one export wrote, for whoever carries it.
type load struct {
	from, to zone.Zone
	bundles  []exchange.Sent
	files    int   // with parts and lists
	bytes    int64 // of them
	at       time.Time
	disc     *exchange.DiscRow // as the log of discs has it; nil of a folder that no one signed for
}

// loaded counts what lies in a folder of the bundles that were handed over.
func loaded(from, to zone.Zone, bundles []exchange.Sent, dir *carrier.Directory, at time.Time) (load, error) {
	l := load{from: from, to: to, bundles: bundles, at: at}
	ours := map[exchange.Name]bool{}
	for _, b := range bundles {
		ours[b.Name] = true
	}
	entries, err := dir.Entries()
	if err != nil {
		return l, err
	}
	for _, e := range entries {
		if n, _, ok := exchange.ParseName(e.Name); ok && ours[n] {
			l.files, l.bytes = l.files+1, l.bytes+e.Size
		}
	}
	return l, nil
}

func (l load) label() string { return fmt.Sprintf("label-%s-%s.pdf", l.from, l.to) }

// numbers is which bundles these are.
func (l load) numbers() string {
	first, last := l.bundles[0].Name, l.bundles[len(l.bundles)-1].Name
	if first == last {
		return fmt.Sprint(last.Sequence)
	}
	return fmt.Sprintf("%d–%d", first.Sequence, last.Sequence)
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// says which disc is to be carried where.
func (l load) says(dir string) string {
	says := fmt.Sprintf("carry %s to the %s zone: number %s of the %s zone, %d files, %s. Its label to print: %s", dir, l.to, l.numbers(), l.from, l.files, megabytes(l.bytes), l.label())
	return says + onRecordSays(l.disc)
}

// onRecordSays is what is said of a disc that was put on record; "" of none.
func onRecordSays(d *exchange.DiscRow) string {
	switch {
	case d == nil:
		return ""
	case d.With == "":
		return fmt.Sprintf("\ndisc %s is on record; another person hands it over: yitang exchange disc %s --hand-over --carrier NAME --as LOGIN", d.Number, d.Number)
	}
	return fmt.Sprintf("\ndisc %s is on record, and handed over to %s", d.Number, d.Carrier)
}

// listed is how many bundles a label names one by one.
const listed = 12

// print lays out the label: what is on the disc, where it goes, and who had it
// in hand.
func (l load) print() ([]byte, error) {
	var rows [][]string
	if l.disc != nil {
		rows = append(rows, []string{"盘号 Disc", l.disc.Number}, []string{"盘摘要 Digest", exchange.ShortDigest(l.disc.Digest)})
	}
	rows = append(rows, [][]string{
		{"自 From", zoneWords[l.from]},
		{"送往 Carry to", zoneWords[l.to]},
		{"序号 Numbers", l.numbers()},
		{"写出 Written", l.at.Format("2006-01-02 15:04 MST")},
		{"文件 Files", fmt.Sprintf("%d 个，%s", l.files, megabytes(l.bytes))},
	}...)
	var bundles [][]string
	for i, b := range l.bundles {
		if i == listed && len(l.bundles) > listed+1 {
			bundles = append(bundles, []string{"…", fmt.Sprintf("另有 %d 包 more", len(l.bundles)-listed), "", ""})
			break
		}
		bundles = append(bundles, []string{fmt.Sprint(b.Name.Sequence), b.AsOf.In(l.at.Location()).Format("01-02 15:04"), fmt.Sprint(b.Events), exchange.ShortDigest(b.Digest.String())})
	}
	hands := [][]string{{"写盘 Written by", ""}, {"核对 Checked by", ""}, {"交出 Handed over", ""}, {"收到 Received", ""}, {"导入 Imported", ""}}
	w := document.Working{
		Title: "网间数据包　" + strings.Fields(zoneWords[l.from])[0] + " → " + strings.Fields(zoneWords[l.to])[0], About: "Bundles between the networks",
		State: document.State{On: calendar.DateOf(l.at)}, By: "一趟 Yitang",
		Foot: "内容已签名加密；丢失不泄密，重复导入无妨。Signed and encrypted: importing twice does no harm.",
		Parts: []document.Part{
			{Rows: rows},
			{Head: "数据包 Bundles", Cols: []string{"序号 No.", "截至 As of", "记录 Records", "摘要 Digest"}, Rows: bundles},
			{Head: "交接 Hands", Cols: []string{"", "签名、时间 Signature and time"}, Rows: hands},
		},
	}
	if l.disc != nil {
		w.Code, w.CodeSays = exchange.DiscsCode(exchange.Stream{From: l.from, To: l.to}, *l.disc), []string{l.disc.Number}
	}
	return w.Print()
}
