package document

import (
	"bytes"
	"fmt"
	"strconv"
)

// element is a node of the document's logical structure (ISO 32000-1, 14.7):
// what a screen reader walks along.
type element struct {
	tag  string
	kids []kid
	alt  string
	attr string     // attribute dictionary's inside, "" for none
	box  [4]float64 // of a figure: left, top, right, bottom in mm
	obj  ref
}

// kid is another element, content on a page, or the signature's field.
type kid struct {
	el    *element
	page  int
	mcid  int
	field ref
}

func (e *element) add(tag string) *element {
	k := &element{tag: tag}
	e.kids = append(e.kids, kid{el: k})
	return k
}

func (e *element) number(w *writer) {
	e.obj = w.take()
	for _, k := range e.kids {
		if k.el != nil {
			k.el.number(w)
		}
	}
}

func (e *element) write(w *writer, parent ref, pages []ref) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<</Type/StructElem/S/%s/P %s", e.tag, parent)
	if e.alt != "" {
		b.WriteString("/Alt" + textString(e.alt))
	}
	switch {
	case e.attr != "":
		b.WriteString("/A<<" + e.attr + ">>")
	case e.tag == "Figure":
		box := []byte("/A<</O/Layout/Placement/Block/BBox[")
		for i, v := range []float64{e.box[0] * perMM, (paperHeight - e.box[3]) * perMM, e.box[2] * perMM, (paperHeight - e.box[1]) * perMM} {
			if i > 0 {
				box = append(box, ' ')
			}
			box = num(box, v)
		}
		b.Write(append(box, "]>>"...))
	}
	b.WriteString("/K[")
	for _, k := range e.kids {
		switch {
		case k.el != nil:
			b.WriteString(k.el.obj.String() + " ")
		case k.field != 0:
			fmt.Fprintf(&b, "<</Type/OBJR/Obj %s/Pg %s>>", k.field, pages[k.page])
		default:
			b.WriteString("<</Type/MCR/Pg " + pages[k.page].String() + "/MCID " + strconv.Itoa(k.mcid) + ">>")
		}
	}
	b.WriteString("]>>")
	w.object(e.obj, b.String())
	for _, k := range e.kids {
		if k.el != nil {
			k.el.write(w, e.obj, pages)
		}
	}
}
