package exchange

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/exchange/carrier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// discNote lies on a disc beside its bundles and says which disc it is. Nobody
// relies on it but the media log, which counts the files again.
type discNote struct {
	Format string `json:"format"`
	Load
}

const discFormat = "yitang.disc/1"

// noteName has the disc's number, for several may be copied into one inbox.
func noteName(l Load) string { return notesOf(l.Stream) + "-" + l.Number + ".json" }

func notesOf(s Stream) string { return "disc-" + s.String() }

// NoteWritten puts a disc that was filled just now on record, with the next number
// of its stream, and that number on the disc. The actor wrote it.
//
// Dying before the note is written leaves a line of a disc that lies ready: it is
// written again under another number, and the first is declared destroyed.
func (x *Exchange) NoteWritten(ctx context.Context, disc *carrier.Directory, handed []Sent) (DiscRow, error) {
	return x.noteWritten(ctx, disc, handed, "")
}

// noteWritten gives the first disc again to a key that is known.
func (x *Exchange) noteWritten(ctx context.Context, disc *carrier.Directory, handed []Sent, key string) (DiscRow, error) {
	l, err := x.loadOf(disc, handed)
	if err != nil {
		return DiscRow{}, err
	}
	var n int64
	series := fmt.Sprintf("%s-%d-", l.Stream.letters(), x.journal.Today().Year())
	err = x.journal.Store.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_disc WHERE number LIKE $1 AND stage IN ('prepared', 'handed')`, series+"%").Scan(&n)
	if err != nil {
		return DiscRow{}, fmt.Errorf("looking for the next number of a disc: %w", err)
	}
	var was journal.Answer
	for {
		n++
		l.Number = fmt.Sprintf("%s%04d", series, n)
		was, err = journal.Do(ctx, x.journal, Discs, journal.Order{Subject: discOut(l.Number), Key: key}, journal.Command[Disc](WriteDisc{l}))
		if fault.Overtaken(err) { // another process took it
			continue
		}
		if err != nil {
			return DiscRow{}, err
		}
		break
	}
	row, err := x.OneDisc(ctx, was.Subject.ID)
	if err != nil {
		return DiscRow{}, err
	}
	notes, err := readNotes(disc, l.Stream)
	if err != nil || was.Repeated && (len(notes) > 0 || row.Stream != l.Stream) {
		return row, err
	}
	text, err := noteText(row.Load)
	if err != nil {
		return DiscRow{}, err
	}
	if err := disc.Send(noteName(row.Load), text); err != nil {
		return DiscRow{}, err
	}
	return row, dropNotes(disc, l.Stream, func(name string, _ discNote) bool { return name == noteName(row.Load) })
}

// NoteBefore is what the note of a disc will be like before the disc has its number: at
// least as large, so that whoever has little room finds out before it is on record.
func (x *Exchange) NoteBefore(disc *carrier.Directory, handed []Sent) (name string, text []byte, err error) {
	l, err := x.loadOf(disc, handed)
	if err != nil {
		return "", nil, err
	}
	l.Number = fmt.Sprintf("%s-%d-99999999", l.Stream.letters(), x.journal.Today().Year())
	text, err = noteText(l)
	return noteName(l), text, err
}

func noteText(l Load) ([]byte, error) {
	text, err := json.MarshalIndent(discNote{discFormat, l}, "", "  ")
	return append(text, '\n'), err
}

// loadOf is what is on a disc, which has no number yet.
func (x *Exchange) loadOf(disc *carrier.Directory, handed []Sent) (Load, error) {
	first, last := handed[0].Name, handed[len(handed)-1].Name
	l := Load{Stream: first.Stream, Epoch: first.Epoch, First: first.Sequence, Last: last.Sequence}
	err := x.weigh(disc, &l)
	return l, err
}

func discOut(number string) string { return "out-" + number }

// letters are a stream's zones as they stand on labels: OP.
func (s Stream) letters() string {
	return strings.ToUpper(string(s.From[:1]) + string(s.To[:1]))
}

// weigh counts what lies in a folder of a disc's bundles. Lists for people are no
// part of the digest: a drive may change the ends of their lines. What is larger than
// any file that is carried isn't read, and so is none of those that were written.
func (x *Exchange) weigh(disc *carrier.Directory, l *Load) error {
	entries, err := disc.Entries()
	if err != nil {
		return err
	}
	size := map[string]int64{}
	var names []string
	for _, e := range entries {
		size[e.Name] = e.Size
		names = append(names, e.Name)
	}
	all := sha256.New()
	for _, name := range inOrder(names) {
		n, bundle, _ := ParseName(name)
		if !l.covers(n) {
			continue
		}
		l.Files, l.Bytes = l.Files+1, l.Bytes+size[name]
		if bundle {
			l.Bundles++
		}
		if name == n.manifest() {
			continue
		}
		digest := "too large"
		if size[name] <= x.mostOfFile() {
			if digest, err = disc.Digest(name); err != nil {
				return err
			}
		}
		fmt.Fprintf(all, "%s  %s\n", digest, name)
	}
	l.Digest = hex.EncodeToString(all.Sum(nil))
	return nil
}

// cameDisc is a disc as it lies in the drive.
type cameDisc struct {
	load    Load
	said    string // the digest that is its own by its note
	differs bool
}

// id is the same whenever that disc is put in: by its number and what it says is on
// it, for a sender that was restored from a backup may give a number twice.
func (c cameDisc) id() string {
	l := c.load
	which := l.Number
	if which == "" {
		which = fmt.Sprintf("%s.%d.%d-%d", l.Stream, l.Epoch, l.First, l.Last)
	}
	return fmt.Sprintf("in-%s-%s", which, c.said[:12])
}

// NoteRead puts on record that somebody put a disc in, and what import said of it:
// one line for each disc however often it comes. Of several that lie in one folder
// those for this zone count. The actor read it in.
func (x *Exchange) NoteRead(ctx context.Context, disc *carrier.Directory, answer Answer) ([]DiscRow, error) {
	names, err := disc.List()
	if err != nil {
		return nil, err
	}
	var here, elsewhere []Stream
	for _, name := range names {
		n, _, ok := ParseName(name)
		if !ok {
			continue
		}
		all := &elsewhere
		if n.Stream.To == x.Zone() {
			all = &here
		}
		if len(*all) == 0 || (*all)[len(*all)-1] != n.Stream { // the list is in order
			*all = append(*all, n.Stream)
		}
	}
	if len(here) == 0 {
		here = elsewhere
	}
	var rows []DiscRow
	for _, s := range here {
		came, err := x.looksLike(disc, names, s)
		if err != nil {
			return nil, err
		}
		for _, c := range came {
			id := c.id()
			_, err = journal.Do(ctx, x.journal, Discs, journal.Order{Subject: id}, journal.Command[Disc](ReadDisc{DiscRead{c.load, answer.Code, answer.Says, c.differs}}))
			if err != nil {
				return nil, err
			}
			row, err := x.OneDisc(ctx, id)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
	}
	return rows, nil
}

// mostDiscs is how many discs one folder is taken for: each is read through.
const mostDiscs = 20

// looksLike reads which disc it is, or which ones, and counts what is on it. A note
// that can't be read, or is about other bundles than there are, is none.
func (x *Exchange) looksLike(disc *carrier.Directory, names []string, s Stream) ([]cameDisc, error) {
	notes, err := readNotes(disc, s)
	if err != nil {
		return nil, err
	}
	notes = slices.DeleteFunc(notes, func(l lyingNote) bool { return !l.known || !l.note.isOf(names) })
	var all []cameDisc
	for _, l := range notes[max(0, len(notes)-mostDiscs):] {
		c := cameDisc{load: l.note.Load, said: l.note.Digest}
		c.load.Files, c.load.Bundles, c.load.Bytes = 0, 0, 0
		if err := x.weigh(disc, &c.load); err != nil {
			return nil, err
		}
		c.differs = c.load.Digest != c.said
		all = append(all, c)
	}
	if len(all) > 0 {
		return all, nil
	}
	c := cameDisc{load: Load{Stream: s}}
	for _, name := range names {
		n, bundle, ok := ParseName(name)
		if !ok || !bundle || n.Stream != s || n.Epoch < c.load.Epoch {
			continue
		}
		if n.Epoch > c.load.Epoch {
			c.load.Epoch, c.load.First = n.Epoch, n.Sequence
		}
		c.load.Last = n.Sequence // the list is in order
	}
	err = x.weigh(disc, &c.load)
	c.said = c.load.Digest
	return []cameDisc{c}, err
}

// isOf tells whether some of the files are of the disc's bundles. A disc that is used
// again may keep the note of what was on it before.
func (d discNote) isOf(files []string) bool {
	return slices.ContainsFunc(files, func(file string) bool {
		n, _, ok := ParseName(file)
		return ok && d.covers(n)
	})
}

func (l Load) covers(n Name) bool {
	return n.Stream == l.Stream && n.Epoch == l.Epoch && n.Sequence >= l.First && n.Sequence <= l.Last
}

var (
	discNumber = regexp.MustCompile(`^[IOP]{2}-[0-9]{4}-[0-9]{4,8}$`)
	discDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// lyingNote is a disc's note as it lies in a folder, known if it is one.
type lyingNote struct {
	name  string
	note  discNote
	known bool
}

// mostNotes is how many notes of a folder are read.
const mostNotes = 200

// readNotes gives a stream's notes in a folder by their names, the last ones.
func readNotes(disc *carrier.Directory, s Stream) ([]lyingNote, error) {
	names, err := disc.List()
	if err != nil {
		return nil, err
	}
	names = slices.DeleteFunc(names, func(name string) bool {
		return !strings.HasPrefix(name, notesOf(s)) || !strings.HasSuffix(name, ".json")
	})
	var all []lyingNote
	for _, name := range names[max(0, len(names)-mostNotes):] {
		l := lyingNote{name: name}
		if l.note, l.known, err = readNote(disc, name, s); err != nil {
			return nil, err
		}
		all = append(all, l)
	}
	return all, nil
}

func readNote(disc *carrier.Directory, name string, s Stream) (discNote, bool, error) {
	var n discNote
	r, err := disc.Take(name)
	if errors.Is(err, fs.ErrNotExist) {
		return n, false, nil // removed meanwhile
	}
	if err != nil {
		return n, false, err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, 64<<10))
	if err != nil {
		return n, false, err
	}
	if json.Unmarshal(text, &n) != nil || n.Format != discFormat || n.Stream != s || n.Epoch < 1 || n.First < 1 || n.Last < n.First || !discNumber.MatchString(n.Number) || !discDigest.MatchString(n.Digest) {
		return discNote{}, false, nil
	}
	return n, true, nil
}

// dropNotes removes the notes of a stream from a folder but those to keep.
func dropNotes(disc *carrier.Directory, s Stream, keep func(name string, note discNote) bool) error {
	all, err := readNotes(disc, s)
	if err != nil {
		return err
	}
	for _, l := range all {
		if keep != nil && keep(l.name, l.note) {
			continue
		}
		if err := disc.Remove(l.name); err != nil {
			return err
		}
	}
	return nil
}

// HandOver is the second person here: discs that lie ready go into one hand, and
// onto one list. The first that can't keeps the others.
func (x *Exchange) HandOver(ctx context.Context, ids []string, carrier, key string) error {
	if len(ids) == 0 {
		return fault.NotNow("exchange.disc.not_ready", "")
	}
	trip := x.journal.NewID()
	if key != "" { // what ended halfway and is sent again stays one list
		sum := sha256.Sum256([]byte(journal.ActorOf(ctx).Account + "|" + key))
		trip = hex.EncodeToString(sum[:16])
	}
	cmd := HandOverDisc{carrier, trip}
	for _, id := range ids {
		o := journal.Order{Subject: id}
		if key != "" {
			o.Key = key + "/" + id
		}
		if _, err := journal.Do(ctx, x.journal, Discs, o, journal.Command[Disc](cmd)); err != nil {
			return err
		}
	}
	return nil
}

// ReadyDiscs are those to a zone that lie ready, the oldest first.
func (x *Exchange) ReadyDiscs(ctx context.Context, to zone.Zone) ([]DiscRow, error) {
	// index exchange_disc_by_stage (stage, to_zone, at)
	rows, err := x.journal.Store.Query(ctx, `SELECT `+discColumns+` FROM exchange_disc d
WHERE d.stage = 'prepared' AND d.to_zone = $1 AND d.ends IN ('', 'refused') ORDER BY d.at, d.id LIMIT 100`, string(to))
	if err != nil {
		return nil, fmt.Errorf("reading which discs lie ready: %w", err)
	}
	defer rows.Close()
	var all []DiscRow
	for rows.Next() {
		r, err := x.scanDisc(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Witness is the second person where a disc was read in.
func (x *Exchange) Witness(ctx context.Context, o journal.Order, carrier string) error {
	_, err := journal.Do(ctx, x.journal, Discs, o, journal.Command[Disc](WitnessDisc{carrier}))
	return err
}

// WriteOutbox puts on record that somebody copies the outbox for a zone onto a disc,
// as people do beside a node that runs. The disc's note lies in the outbox too, so that
// it is copied with the rest. A key that is known gives the first disc again.
func (x *Exchange) WriteOutbox(ctx context.Context, to zone.Zone, key string) (DiscRow, error) {
	if _, err := x.Export(ctx, to); err != nil {
		return DiscRow{}, err
	}
	unlock, err := x.lock(Stream{x.Zone(), to})
	if err != nil {
		return DiscRow{}, err
	}
	defer unlock()
	out, err := x.Outbox(to)
	if err != nil {
		return DiscRow{}, err
	}
	var all []Sent
	err = x.ready(ctx, to, Name{}, func(s Sent, _ []string) error {
		all = append(all, s)
		return nil
	})
	if err != nil {
		return DiscRow{}, err
	}
	if len(all) == 0 {
		d, known, err := x.LastArrived(ctx, to)
		if err == nil {
			err = fault.NotNow("exchange.disc.nothing", "")
		}
		if known {
			err = &fault.NotNowError{Key: "exchange.disc.nothing.arrived", Args: map[string]any{"Number": d.Number, "Day": calendar.DateOf(d.Receipt)}}
		}
		return DiscRow{}, err
	}
	return x.noteWritten(ctx, out, all, key)
}

// InboxDiscs are discs whose files somebody copied into an inbox of a node that runs,
// and that aren't on record yet.
func (x *Exchange) InboxDiscs(ctx context.Context) ([]Load, error) {
	var all []Load
	for _, from := range x.Peers() {
		notes, err := x.inboxNotes(from)
		if err != nil {
			return nil, err
		}
		for _, note := range notes {
			_, err = x.OneDisc(ctx, cameDisc{load: note.Load, said: note.Digest}.id())
			if fault.IsNotFound(err) {
				all, err = append(all, note.Load), nil
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

func (x *Exchange) inboxNotes(from zone.Zone) ([]discNote, error) {
	inbox, err := x.Inbox(from)
	if err != nil {
		return nil, err
	}
	notes, err := readNotes(inbox, Stream{from, x.Zone()})
	var all []discNote
	for _, l := range notes {
		if l.known {
			all = append(all, l.note)
		}
	}
	return all, err
}

// dropRead removes notes of discs that are on record from an inbox.
func (x *Exchange) dropRead(ctx context.Context, from zone.Zone, in *carrier.Directory) error {
	var failed error
	err := dropNotes(in, Stream{from, x.Zone()}, func(_ string, d discNote) bool {
		if d.Format == "" {
			return true // no note of ours
		}
		_, err := x.OneDisc(ctx, cameDisc{load: d.Load, said: d.Digest}.id())
		if err != nil && !fault.IsNotFound(err) {
			failed = err
		}
		return err != nil
	})
	return cmp.Or(err, failed)
}

// ReadInbox puts the one with a number on record. Its bundles may be taken in by now
// and their files gone: then they were what their sender signed. The actor copied them.
func (x *Exchange) ReadInbox(ctx context.Context, from zone.Zone, number, key string) (DiscRow, error) {
	notes, err := x.inboxNotes(from)
	if err != nil {
		return DiscRow{}, err
	}
	i := slices.IndexFunc(notes, func(n discNote) bool { return n.Number == number })
	if i < 0 { // put on record a moment ago, and its note removed
		read, err := x.MediaLog(ctx, DiscQuery{Show: DiscsIn, Find: number, Most: 20})
		for _, d := range read {
			if d.Number == number && d.Stream.From == from {
				return d, err
			}
		}
		return DiscRow{}, cmp.Or(err, fault.NotFound("disc "+number+" in the inbox"))
	}
	note := notes[i]
	at, err := x.received(ctx, x.journal.Store, from)
	if err != nil {
		return DiscRow{}, err
	}
	read := DiscRead{Load: note.Load, Answer: DiscTaken}
	switch {
	case at.Epoch > note.Epoch:
		read.Answer = DiscOld
	case at.Epoch < note.Epoch || at.Sequence < note.Last:
		read.Answer = DiscEarly
		refused, _, err := x.refusedBundles(from, at)
		if err != nil {
			return DiscRow{}, err
		}
		for _, r := range refused {
			if r.Sequence >= note.First && r.Sequence <= note.Last {
				read.Answer, read.Says = DiscDamaged, r.Detail
			}
		}
	}
	id := cameDisc{load: note.Load, said: note.Digest}.id()
	if _, err := journal.Do(ctx, x.journal, Discs, journal.Order{Subject: id, Key: key}, journal.Command[Disc](ReadDisc{read})); err != nil {
		return DiscRow{}, err
	}
	return x.OneDisc(ctx, id)
}
