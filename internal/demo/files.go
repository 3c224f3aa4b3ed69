package demo

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"unicode/utf16"

	"yitang/internal/dossier"
)

// titles of the kinds of papers that the city's people upload.
var titles = map[dossier.MaterialKind]string{
	"M01": "出访请示", "M04": "邀请函", "M05": "邀请函译文", "M06": "邀请单位简介", "M07": "日程安排", "M08": "会议议程及译文", "M09": "任务和预算审批意见表",
	"M10": "公示情况证明", "M12": "人员备案表", "M13": "承诺书", "M14": "派员单位意见", "M15": "征求意见函", "M19": "请假审批", "M21": "合同（项目）证明", "M22": "论文录用通知",
	"M24": "居民身份证（示例）", "M26": "照片", "M35": "境外医疗保险", "M36": "机票和住宿预订单", "M37": "在职证明", "M39": "邀请理由书、身元保证书和滞在日程表", "M40": "邀请方纳税和登记证明", "M11": "事后公示", "M46": "出访报告",
}

// Paper is the file of a case's i-th material: a one-page PDF that says what it
// is and whose.
func Paper(plan string, c dossier.Case, i int) []byte {
	m := c.Materials[i]
	lines := []string{titles[m.Kind], c.Trip.Title, c.Unit.Name}
	if k, personal := m.OfMember(); personal {
		lines = append(lines, c.Members[k].Name())
	}
	return PDF(append(lines, "演示材料，内容均为虚构", plan+" "+string(m.Kind))...)
}

// PDF is a small valid document of one A4 page with these lines. Its font isn't
// embedded: readers bring their own for the Song typeface (ISO 32000-1, 9.7.5.2).
func PDF(lines ...string) []byte {
	var content bytes.Buffer
	content.WriteString("BT /F1 16 Tf 72 760 Td 26 TL\n")
	for _, l := range lines {
		content.WriteByte('<')
		for _, u := range utf16.Encode([]rune(l)) {
			fmt.Fprintf(&content, "%04X", u)
		}
		content.WriteString("> Tj T*\n")
	}
	content.WriteString("ET\n")

	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n%\xe4\xba\x91\xe6\xb1\x9f\n")
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%sendstream", content.Len(), content.String()),
		"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>",
		"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor 7 0 R >>",
		"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
	}
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return b.Bytes()
}

// Photo is a JPEG of the size that booklets want (33 × 48 mm at 300 dpi: 390 ×
// 567 pixels): a drawn bust on white, another for each person.
func Photo(p Person) []byte {
	const w, h = 390, 567
	n := fnv.New32a()
	n.Write([]byte(p.ID))
	tone := n.Sum32()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	coat := color.RGBA{uint8(40 + tone%60), uint8(50 + tone>>8%60), uint8(70 + tone>>16%80), 255}
	skin := color.RGBA{uint8(214 + tone%20), uint8(176 + tone>>4%20), uint8(150 + tone>>6%20), 255}
	for y := range h {
		for x := range w {
			dx, dy := float64(x-w/2), float64(y-230)
			switch {
			case math.Hypot(dx/105, dy/140) < 1 && dy > -70+dx*dx/400:
				img.SetRGBA(x, y, skin)
			case math.Hypot(dx/118, (dy+8)/152) < 1 && dy < 20:
				img.SetRGBA(x, y, color.RGBA{28, 26, 24, 255})
			case y > 390 && math.Abs(dx) < 70+float64(y-390)*1.4:
				img.SetRGBA(x, y, coat)
			default:
				img.SetRGBA(x, y, color.RGBA{255, 255, 255, 255})
			}
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 92}); err != nil {
		panic(err) // into memory, of a picture within the format's limits: cannot happen
	}
	return b.Bytes()
}

// Signature is a PNG of a drawn stroke, as the signature pad gives.
func Signature(p Person) []byte {
	n := fnv.New32a()
	n.Write([]byte(p.ID + "signature"))
	phase := float64(n.Sum32()%628) / 100
	img := image.NewGray(image.Rect(0, 0, 480, 160))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for x := 40; x < 440; x++ {
		y := 80 + 38*math.Sin(float64(x)/23+phase)*math.Cos(float64(x)/61)
		for d := -2; d <= 2; d++ {
			img.SetGray(x, int(y)+d, color.Gray{20})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // into memory, of a picture within the format's limits: cannot happen
	}
	return b.Bytes()
}

// Finger is a PNG of drawn ridges, as a scanner gives; another for each hand
// and person.
func Finger(p Person, hand int) []byte {
	const side = 320
	n := fnv.New32a()
	n.Write([]byte(p.ID + "finger"))
	turn := float64(n.Sum32()%1000)/160 + float64(hand)
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dx, dy := float64(x)-150-12*float64(hand), float64(y)-170
			img.SetGray(x, y, color.Gray{uint8(128 + 110*math.Sin(math.Hypot(dx, dy*0.8)/3.2+turn+math.Atan2(dy, dx)))})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // into memory, of a picture within the format's limits: cannot happen
	}
	return b.Bytes()
}
