package sheet

import (
	"context"
	"encoding/hex"

	"crypto/sha256"

	"github.com/gofrs/uuid/v5"

	"yitang/internal/access"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/sheet"
	"yitang/internal/web"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/ui"
)

// Ran is what became of a file of people at the console; its JSON is a
// contract with scripts.
type Ran struct {
	Format  string   `json:"format"` // yitang.import/1
	File    string   `json:"file"`
	Unit    string   `json:"unit"`
	Dry     bool     `json:"dry"` // nothing was stored
	Sheet   string   `json:"sheet"`
	Rows    int      `json:"rows"`
	New     int      `json:"new"`
	Changed int      `json:"changed"`
	Differ  int      `json:"differ"` // held otherwise, and left so
	Held    int      `json:"held"`
	Back    int      `json:"back"` // rows that didn't go in
	Doubts  []Told   `json:"doubts"`
	Notes   []string `json:"notes"`
}

// Told is one doubt in words.
type Told struct {
	Row    int    `json:"row"`
	Cell   string `json:"cell"`
	Field  string `json:"field"`
	Reason string `json:"reason"`
	Text   string `json:"message"`
	Fix    string `json:"fix"`
	Stops  bool   `json:"stops"`
}

// Console is how a file is read without a page.
type Console struct {
	Unit   string
	Name   string
	Update bool // what is held changes as the file says
	Dry    bool // look only
}

// Run reads a file of people and lets what is in order go in, as the pages do.
// back is the workbook of the rows that don't; nil when all are in order. A
// file that can't be read is a fault.Invalid.
func Run(ctx context.Context, n *node.Internet, c Console, data []byte) (ran Ran, back []byte, err error) {
	p := New(&web.Site{Zone: n.Zone, Journal: n.Journal, Log: n.Log}, applying.NewWork(n), n.Imports)
	ctx = journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	i := room.Import{Unit: c.Unit, Form: sheet.People, File: data, ImportDoc: room.ImportDoc{Name: c.Name}}
	if _, err := sheet.Open(data); err != nil {
		if why := sheet.Refusal(err); why == "xls" || why == "ods" {
			if i.File, err = p.convert(ctx, data, err); err != nil {
				return ran, nil, err
			}
		}
	}
	sum := sha256.Sum256(i.File)
	i.ID = uuid.NewV5(uuid.NamespaceOID, "console/"+c.Unit+"/"+hex.EncodeToString(sum[:])).String()
	rd, err := p.understand(ctx, i)
	if err != nil {
		return ran, nil, err
	}
	ran = Ran{Format: "yitang.import/1", File: c.Name, Unit: c.Unit, Dry: c.Dry, Sheet: rd.Sheet, Rows: len(rd.Lines), New: rd.count(isNew), Held: rd.count(isHeld), Differ: rd.count(changes), Doubts: []Told{}, Notes: []string{}}
	for _, note := range rd.Notes {
		ran.Notes = append(ran.Notes, ui.TMap(ctx, "sheet.note."+note.Reason, note.Args))
	}
	if c.Update {
		ran.Changed, ran.Differ = ran.Differ, 0
	}
	if !c.Dry {
		var done room.Taken
		for whole := false; !whole; {
			if whole, err = p.takePeople(ctx, i, rd.Lines, c.Update, &done); err != nil {
				return ran, nil, err
			}
			// What the register refused meanwhile is told with the rest.
			if rd, err = p.understand(ctx, i); err != nil {
				return ran, nil, err
			}
		}
		ran.New, ran.Changed = done.New, done.Changed
	}
	ran.Back = rd.count(goesBack)
	for _, l := range rd.Lines {
		for _, d := range l.Doubts {
			t := Told{Row: l.Row, Cell: d.Cell, Field: d.Field, Reason: d.Reason, Stops: d.Stops}
			t.Text, t.Fix = p.say(ctx, d)
			ran.Doubts = append(ran.Doubts, t)
		}
	}
	if ran.Back > 0 {
		back, err = rd.Back(rd.whole(), func(d sheet.Doubt) (string, string) { return p.say(ctx, d) }, words(ctx))
	}
	return ran, back, err
}

// Refused gives the words of a file that can't be read; false for another error.
func Refused(ctx context.Context, err error) (string, bool) {
	fs := fault.Findings(err)
	if len(fs) == 0 {
		return "", false
	}
	return ui.Sentence(ctx, fs[0]), true
}
