package document

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Paper is a document that can be laid out: one type for each of Kinds.
type Paper interface {
	check() error
	facts() Facts
	name() string
	mark() string // across each page; "" for none
	lay(l *layout)
}

// KindOf is what a paper says that it is.
func KindOf(p Paper) Kind { return p.facts().Kind }

// Render lays a document out and gives its file, with the holes for the log's
// proof and for the signature still blank. The same paper gives the same
// bytes. A character that can't be drawn is an *UndrawableError.
func Render(p Paper) ([]byte, error) {
	err := p.check()
	if err != nil {
		return nil, fmt.Errorf("laying out %s: %w", p.facts().Kind, err)
	}
	l := newLayout()
	p.lay(l)
	l.number()
	l.mark(p.mark())
	err = l.refusal()
	if err != nil {
		return nil, fmt.Errorf("laying out %s %s: %w", p.facts().Kind, p.facts().Number, err)
	}
	return l.file(p.facts(), p.name())
}

// file writes all objects. Order matters to nobody but us: it is fixed. Facts
// without a kind are those of a paper that isn't the office's: nobody signs it.
func (l *layout) file(f Facts, name string) ([]byte, error) {
	signs := f.Kind != ""
	w := newWriter()
	root, tree, pageTree, meta, intent, profile, parents := w.take(), w.take(), w.take(), w.take(), w.take(), w.take(), w.take()
	var form, field, sig, look ref
	if signs {
		form, field, sig, look = w.take(), w.take(), w.take(), w.take()
	}
	pages := make([]ref, len(l.pages))
	contents := make([]ref, len(l.pages))
	for i := range l.pages {
		pages[i], contents[i] = w.take(), w.take()
	}
	fonts := make([][5]ref, len(l.subsets))
	for i := range fonts {
		for j := range fonts[i] {
			fonts[i][j] = w.take()
		}
	}
	var seal ref
	if l.sealForm != nil {
		seal = w.take()
	}

	// The signature's field lies over the seal, where people click; a document
	// without a seal has it nowhere.
	signPage := len(l.pages) - 1
	rect := "0 0 0 0"
	if l.sealPage >= 0 {
		signPage = l.sealPage
		var b []byte
		for _, v := range []float64{l.sealX, paperHeight - l.sealY - sealDiameter, l.sealX + sealDiameter, paperHeight - l.sealY} {
			b = append(num(b, v*perMM), ' ')
		}
		rect = string(bytes.TrimSpace(b))
	}
	fieldElement := &element{}
	acroForm := ""
	if signs {
		fieldElement = l.root.add("Form")
		fieldElement.alt = "电子签名：" + f.Office
		fieldElement.kids = append(fieldElement.kids, kid{page: signPage, field: field})
		acroForm = "/AcroForm " + form.String()
	}
	l.root.number(w)

	w.object(root, fmt.Sprintf("<</Type/Catalog/Version/1.7/Pages %s/Metadata %s/OutputIntents[%s]/StructTreeRoot %s/MarkInfo<</Marked true>>/Lang(%s)/ViewerPreferences<</DisplayDocTitle true>>%s>>",
		pageTree, meta, intent, tree, l.lang, acroForm))
	if signs {
		w.object(form, fmt.Sprintf("<</Fields[%s]/SigFlags 3>>", field))
		// 132: to be printed, and not to be moved.
		w.object(field, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature)/TU%s/V %s/P %s/Rect[%s]/F 132/StructParent %d/AP<</N %s>>>>",
			textString("电子签名："+f.Office), sig, pages[signPage], rect, len(l.pages), look))
		w.plainStream(look, "/Type/XObject/Subtype/Form/BBox[0 0 1 1]/Resources<<>>", nil)
	}

	var b bytes.Buffer
	b.WriteString("<</Type/Pages/Kids[")
	for _, p := range pages {
		b.WriteString(p.String() + " ")
	}
	fmt.Fprintf(&b, "]/Count %d>>", len(pages))
	w.object(pageTree, b.String())

	b.Reset()
	b.WriteString("/Resources<</Font<<")
	for i, s := range l.subsets {
		fmt.Fprintf(&b, "/F%d %s", s.index, fonts[i][0])
	}
	b.WriteString(">>")
	if seal != 0 {
		b.WriteString("/XObject<</Seal " + seal.String() + ">>")
	}
	b.WriteString(">>")
	resources := b.String()
	for i, c := range l.pages {
		annots := ""
		if signs && i == signPage {
			annots = "/Annots[" + field.String() + "]"
		}
		w.object(pages[i], fmt.Sprintf("<</Type/Page/Parent %s/MediaBox[0 0 595.276 841.89]%s/Contents %s/StructParents %d/Tabs/S%s>>",
			pageTree, resources, contents[i], i, annots))
		err := w.stream(contents[i], "", c.buf)
		if err != nil {
			return nil, err
		}
	}
	if seal != 0 {
		err := w.stream(seal, fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %g %g]/Resources<<>>", sealDiameter, sealDiameter), l.sealForm)
		if err != nil {
			return nil, err
		}
	}
	for i, s := range l.subsets {
		err := w.font(fonts[i], s)
		if err != nil {
			return nil, err
		}
	}

	w.object(tree, fmt.Sprintf("<</Type/StructTreeRoot/K %s/ParentTree %s/ParentTreeNextKey %d>>", l.root.obj, parents, len(l.pages)+1))
	l.root.write(w, tree, pages)
	b.Reset()
	b.WriteString("<</Nums[")
	for i, c := range l.pages {
		b.WriteString(strconv.Itoa(i) + "[")
		for _, e := range c.marks {
			b.WriteString(e.obj.String() + " ")
		}
		b.WriteString("]")
	}
	if signs {
		fmt.Fprintf(&b, "%d %s", len(l.pages), fieldElement.obj)
	}
	b.WriteString("]>>")
	w.object(parents, b.String())

	xmp, err := metadata(f, name)
	if err != nil {
		return nil, err
	}
	w.plainStream(meta, "/Type/Metadata/Subtype/XML", xmp)
	w.object(intent, fmt.Sprintf("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB)/RegistryName()/Info(sRGB)/DestOutputProfile %s>>", profile))
	err = w.stream(profile, "/N 3", srgb())
	if err != nil {
		return nil, err
	}

	if !signs {
		return w.finish(root), nil
	}
	w.begin(sig)
	fmt.Fprintf(&w.buf, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%s)/Name%s", f.At.UTC().Format("20060102150405Z00'00'"), textString(f.Office))
	rangeAt := w.buf.Len()
	w.buf.WriteString(byteRange(0, 0, 0))
	from := w.buf.Len()
	w.buf.Write(bytes.Repeat([]byte{'0'}, signatureRoom))
	to := w.buf.Len()
	w.buf.WriteString(">>>")
	w.end()

	pdf := w.finish(root)
	copy(pdf[rangeAt:], byteRange(from-1, to+1, len(pdf)-to-1))
	return pdf, nil
}

// font writes one face's subset: Type0 with a CIDFontType2 below it, codes
// that are glyph numbers, and a table back to Unicode, so that text can be
// copied, searched and read aloud (ISO 32000-1, 9.7 and 9.10).
func (w *writer) font(refs [5]ref, s *subset) error {
	typ0, cid, desc, file, unicode := refs[0], refs[1], refs[2], refs[3], refs[4]
	sum := sha256.Sum256([]byte(string(s.runes)))
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	name := string(tag) + "+" + s.face.name

	w.object(typ0, fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%s]/ToUnicode %s>>", name, cid, unicode))
	var b []byte
	for i, r := range s.runes {
		a := s.face.advance(s.face.glyph(r))
		if a == 1000 {
			continue
		}
		b = strconv.AppendInt(b, int64(i+1), 10)
		b = append(b, '[')
		b = num(b, a)
		b = append(b, ']')
	}
	w.object(cid, fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %s/CIDToGIDMap/Identity/DW 1000/W[%s]>>", name, desc, b))
	weight := 80
	if s.face.sfnt.Head.MacStyle[0] {
		weight = 140
	}
	h := s.face.sfnt.Head
	scale := 1000 / float64(h.UnitsPerEm)
	w.object(desc, fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%.0f %.0f %.0f %.0f]/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 730/StemV %d/FontFile2 %s>>",
		name, float64(h.XMin)*scale, float64(h.YMin)*scale, float64(h.XMax)*scale, float64(h.YMax)*scale, weight, file))
	data := s.font()
	err := w.stream(file, fmt.Sprintf("/Length1 %d", len(data)), data)
	if err != nil {
		return err
	}
	return w.stream(unicode, "", s.toUnicode())
}

func (s *subset) toUnicode() []byte {
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for i := 0; i < len(s.runes); i += 100 {
		part := s.runes[i:min(i+100, len(s.runes))]
		b = strconv.AppendInt(b, int64(len(part)), 10)
		b = append(b, " beginbfchar\n"...)
		for j, r := range part {
			b = append(b, '<')
			b = appendHex16(b, uint16(i+j+1))
			b = append(b, "> <"...)
			if r > 0xFFFF {
				r -= 0x10000
				b = appendHex16(b, uint16(0xD800+r>>10))
				b = appendHex16(b, uint16(0xDC00+r&0x3FF))
			} else {
				b = appendHex16(b, uint16(r))
			}
			b = append(b, ">\n"...)
		}
		b = append(b, "endbfchar\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...)
}

// required collects what a paper can't do without.
type required []string

func (r *required) text(name, value string) {
	if value == "" {
		*r = append(*r, name)
	}
}

func (r *required) time(name string, t time.Time) {
	if t.IsZero() {
		*r = append(*r, name)
	}
}

func (r required) err() error {
	if len(r) == 0 {
		return nil
	}
	s := "missing"
	for i, n := range r {
		if i > 0 {
			s += ","
		}
		s += " " + n
	}
	return errors.New(s)
}
