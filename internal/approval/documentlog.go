package approval

import (
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// DocumentLog is the office's append-only log of documents: one line for each
// that was issued, superseded or revoked. Its state holds only the roots of
// the complete subtrees, which is all that appending needs.
type DocumentLog struct {
	Size     int64
	Frontier map[int64]tlog.Hash // by stored hash index
}

// DocumentLogID is the one document log of an office.
const DocumentLogID = "office"

// LogRoom is the log as a subject.
var LogRoom = journal.Subject[DocumentLog]{Kind: "documentlog", Evolve: func(l DocumentLog, e journal.Event) (DocumentLog, error) {
	b, ok := e.Body.(LogAppended)
	if !ok {
		return l, fmt.Errorf("%T is nothing that happens to the document log", e.Body)
	}
	have := map[int64]tlog.Hash{}
	for i, h := range l.Frontier {
		have[i] = h
	}
	for i, text := range b.Hashes {
		h, err := tlog.ParseHash(text)
		if err != nil {
			return l, fmt.Errorf("reading hash %d of log entry %d: %w", i, b.Index, err)
		}
		have[b.Position+int64(i)] = h
	}
	l.Size = b.Index + 1
	l.Frontier = map[int64]tlog.Hash{}
	for _, i := range frontier(l.Size) {
		h, ok := have[i]
		if !ok {
			return l, fmt.Errorf("the document log lacks hash %d", i)
		}
		l.Frontier[i] = h
	}
	return l, nil
}}

// frontier lists where the roots of the complete subtrees of a tree with n
// leaves are stored.
func frontier(n int64) []int64 {
	var out []int64
	var before int64 // leaves to the left
	for level := 62; level >= 0; level-- {
		if n>>level&1 == 1 {
			out = append(out, tlog.StoredHashIndex(level, before>>level))
			before += 1 << level
		}
	}
	return out
}

// ReadHashes makes the frontier a tlog.HashReader.
func (l DocumentLog) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		h, ok := l.Frontier[x]
		if !ok {
			return nil, fmt.Errorf("hash %d isn't among the roots of the document log", x)
		}
		out[i] = h
	}
	return out, nil
}

// AppendLog adds a line to the log.
type AppendLog struct {
	Entry document.Entry
	Key   document.LogKey
}

// Decide works out the hashes that the line adds, and signs the new head.
func (cmd AppendLog) Decide(l DocumentLog, _ journal.Moment) ([]journal.Event, error) {
	added, err := document.Log{Size: l.Size, Hashes: l, Key: cmd.Key}.Append(cmd.Entry)
	if err != nil {
		return nil, err
	}
	b := LogAppended{Index: added.Index, Number: cmd.Entry.Number, Digest: cmd.Entry.Digest, Status: string(cmd.Entry.Status), By: cmd.Entry.By,
		At: cmd.Entry.At.Unix(), Position: added.Position, Checkpoint: added.Checkpoint}
	for _, h := range added.Hashes {
		b.Hashes = append(b.Hashes, h.String())
	}
	return journal.Happened(b), nil
}

// Entry is the line as package document knows it.
func (b LogAppended) Entry() document.Entry {
	return document.Entry{Number: b.Number, Digest: b.Digest, Status: document.Status(b.Status), By: b.By, At: time.Unix(b.At, 0).UTC()}
}

// Authority is whom the other zones believe about documents.
type Authority struct{ AuthorityPublished }

// AuthorityID is the one authority of an office.
const AuthorityID = "office"

// AuthorityRoom is the authority as a subject.
var AuthorityRoom = journal.Subject[Authority]{Kind: "authority", Evolve: func(a Authority, e journal.Event) (Authority, error) {
	b, ok := e.Body.(AuthorityPublished)
	if !ok {
		return a, fmt.Errorf("%T is nothing that happens to an authority", e.Body)
	}
	a.AuthorityPublished = b
	return a, nil
}}

// PublishAuthority tells the other zones the authority and the log's key.
type PublishAuthority struct{ AuthorityPublished }

// Decide says nothing twice.
func (cmd PublishAuthority) Decide(a Authority, _ journal.Moment) ([]journal.Event, error) {
	if a.AuthorityPublished == cmd.AuthorityPublished {
		return nil, nil
	}
	if cmd.Certificate == "" || cmd.LogKey == "" || cmd.Office == "" {
		return nil, fault.Field("certificate", "authority.incomplete", nil)
	}
	return journal.Happened(cmd.AuthorityPublished), nil
}
