package approval

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/material"
)

// Issuer lays documents out, logs and signs them. It stands outside of Decide
// because it draws pages and uses keys; what it does is safe to repeat: number,
// code, moment and log entry are fixed by events before the bytes are made, so
// a restart anywhere makes the same file again.
type Issuer struct {
	Journal *journal.Journal
	Blobs   blob.Store
	Secrets *Secrets
	Office  string // full name, as in the certificate
	// Letterhead is what was in force at a moment.
	Letterhead func(ctx context.Context, at time.Time) (Letterhead, error)
}

// Publish tells the other zones whom to believe. Call it once at each start.
func (i *Issuer) Publish(ctx context.Context) error {
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Secrets.Authority.Raw})
	cmd := PublishAuthority{AuthorityPublished{Office: i.Office, Certificate: string(cert), LogKey: i.Secrets.Log.Public}}
	_, err := journal.Do(journal.WithActor(ctx, journal.System), i.Journal, AuthorityRoom, journal.Order{Subject: AuthorityID}, cmd)
	return err
}

// Issue makes and gives out the document of a decided case, or the new edition
// that was prepared or that an amendment wants. For a delegation that our people
// join that is the confirmation (任务确认件), which waits for the organiser's
// mission notice. A case that has its document already, or where nobody was
// approved, is left as it is. The reactions on the decision, an amendment, a
// mission notice that came and a document that was begun call it, so that a
// crash in between is mended.
func (i *Issuer) Issue(ctx context.Context, filing string) error {
	ctx = journal.WithActor(ctx, journal.System)
	a, _, err := journal.Load(ctx, i.Journal, Room, filing)
	if err != nil {
		return err
	}
	if a.Stage == IsRevoked || a.Stage == IsClosed {
		return i.LogRevoked(ctx, filing) // it died while it was overtaken
	}
	if a.Prepared == nil {
		if a.IsAmendment() || a.Stage != IsDecided && !a.Reprint {
			return nil
		}
		rests, ok, err := i.rests(ctx, a, filing)
		if err != nil || !ok {
			return err // not ok: the organiser's authority hasn't approved yet
		}
		under, err := i.under(ctx, a, filing)
		if err != nil {
			return err
		}
		number, err := i.NextNumber(ctx, filing, a.Editions+1)
		if err != nil {
			return err
		}
		if _, err := journal.Do(ctx, i.Journal, Room, journal.Order{Subject: filing}, PrepareDocument{Number: number, Until: rests.ValidUntil, Under: under}); err != nil {
			return fmt.Errorf("preparing the document of %s: %w", filing, err)
		}
	}
	return i.finish(ctx, filing)
}

// rests is the mission notice that the document of a joined delegation rests on;
// false while there is none. Another's document rests on its decision alone.
func (i *Issuer) rests(ctx context.Context, a Approval, filing string) (Incoming, bool, error) {
	if !a.JoinsAnother() {
		return Incoming{}, true, nil
	}
	now, err := Standing(ctx, i.Journal, filing)
	if err != nil {
		return Incoming{}, false, err
	}
	notice, ok := a.NoticeOf(now.Dossier)
	return notice, ok, nil
}

// under is the number of the approval for a term under which a trip is declared.
func (i *Issuer) under(ctx context.Context, a Approval, filing string) (string, error) {
	if a.Kind != dossier.Declared {
		return "", nil
	}
	now, err := Standing(ctx, i.Journal, filing)
	if err != nil {
		return "", err
	}
	term, _, err := journal.Load(ctx, i.Journal, Room, now.Dossier.Trip.Under)
	if err != nil || term.Document == nil {
		return "", err
	}
	return term.Document.Number, nil
}

// NextNumber takes the number of an edition of a case's document, spelt as the
// office spells them now.
func (i *Issuer) NextNumber(ctx context.Context, filing string, edition int) (string, error) {
	head, err := i.Letterhead(ctx, i.Journal.Now())
	if err != nil {
		return "", err
	}
	a, _, err := journal.Load(ctx, i.Journal, Room, filing)
	if err != nil {
		return "", err
	}
	if a.JoinsAnother() {
		n, err := NextNumber(ctx, i.Journal, string(document.KindConfirmation), DocumentEdition(filing, edition))
		return n.As(head.Confirmation), err
	}
	n, err := NextNumber(ctx, i.Journal, DocumentSeries, DocumentEdition(filing, edition))
	return n.As(head.Number), err
}

// Supersede replaces the document in force by a new edition of the same
// decision, and says why.
func (i *Issuer) Supersede(ctx context.Context, o journal.Order, reason, self string) error {
	a, _, err := journal.Load(ctx, i.Journal, Room, o.Subject)
	if err != nil {
		return err
	}
	if a.Stage != IsIssued {
		return fault.NotNow("approval.supersede.not_now", a.Stage)
	}
	number, err := i.NextNumber(ctx, o.Subject, a.Editions+1)
	if err != nil {
		return err
	}
	rests, _, err := i.rests(ctx, a, o.Subject)
	if err != nil {
		return err
	}
	if _, err := journal.Do(ctx, i.Journal, Room, o, Supersede{Number: number, Until: rests.ValidUntil, Reason: reason, Self: self}); err != nil {
		return err
	}
	return i.finish(journal.WithActor(ctx, journal.System), o.Subject)
}

// Revoke takes an approval back and says so in the log.
func (i *Issuer) Revoke(ctx context.Context, o journal.Order, cmd Revoke) error {
	if _, err := journal.Do(ctx, i.Journal, Room, o, cmd); err != nil {
		return err
	}
	return i.LogRevoked(ctx, o.Subject)
}

// LogRevoked writes a revocation into the document log: of the document that was in
// force, and of a new edition that stands in the log though it was never given out,
// for its file may be about. The reaction on approval.revoked calls it, so that a
// crash after revoking leaves no gap. Where nothing was revoked, nothing happens.
func (i *Issuer) LogRevoked(ctx context.Context, filing string) error {
	history, err := i.Journal.History(ctx, journal.Ref{Kind: Room.Kind, ID: filing})
	if err != nil {
		return err
	}
	digests := map[string]string{}
	cancelled := map[string]bool{}
	var begun []string
	for _, e := range history {
		if b, is := e.Body.(Cancelled); is {
			cancelled[b.Number] = true
		}
	}
	for _, e := range history {
		switch b := e.Body.(type) {
		case DocumentPrepared:
			begun = append(begun, b.Number)
		case DocumentIssued:
			digests[b.Number] = b.Digest
		case Revoked:
			for _, number := range begun {
				if err := i.logUnissued(ctx, number, digests, e.At); err != nil {
					return err
				}
			}
			if b.Number == "" { // its document was never made
				continue
			}
			entry := document.Entry{Number: b.Number, Digest: digests[b.Number], Status: document.Revoked, At: e.At.Truncate(time.Second)}
			if cancelled[b.Number] {
				entry.Status = document.Cancelled
			}
			if _, err := i.log(ctx, entry); err != nil {
				return err
			}
		}
	}
	return nil
}

// logUnissued revokes a document that the log calls issued and that never was.
func (i *Issuer) logUnissued(ctx context.Context, number string, issued map[string]string, at time.Time) error {
	if _, was := issued[number]; was {
		return nil
	}
	last, logged, err := LatestEntry(ctx, i.Journal.Store, number)
	if err != nil || !logged || last.Status != document.InForce {
		return err
	}
	_, err = i.log(ctx, document.Entry{Number: number, Digest: last.Digest, Status: document.Revoked, At: at.Truncate(time.Second)})
	return err
}

// log appends an entry once, however often it is told to, and gives its index.
func (i *Issuer) log(ctx context.Context, e document.Entry) (int64, error) {
	ans, err := journal.Do(journal.WithActor(ctx, journal.System), i.Journal, LogRoom,
		journal.Order{Subject: DocumentLogID, Key: "log:" + e.Number + ":" + string(e.Status)}, AppendLog{Entry: e, Key: i.Secrets.Log})
	if err != nil {
		return 0, fmt.Errorf("logging %s as %s: %w", e.Number, e.Status, err)
	}
	return int64(ans.Version) - 1, nil // one event for each entry
}

// Log appends an entry once, for rooms that issue documents of their own.
func (i *Issuer) Log(ctx context.Context, e document.Entry) error {
	_, err := i.log(ctx, e)
	return err
}

// Seal lays a document out, logs it as issued and signs it. It gives the file
// and its digest in the log; of the same paper, each time the same.
func (i *Issuer) Seal(ctx context.Context, number string, paper document.Paper) (pdf []byte, digest string, err error) {
	if pdf, err = document.Render(paper); err != nil {
		return nil, "", fmt.Errorf("laying out %s: %w", number, err)
	}
	entry, err := document.Issued(pdf)
	if err != nil {
		return nil, "", fmt.Errorf("laying out %s: %w", number, err)
	}
	index, err := i.log(ctx, entry)
	if err != nil {
		return nil, "", err
	}
	// The log as it was with this entry last: the proof is then the same each time.
	proof, err := document.Log{Size: index + 1, Hashes: LogHashes{ctx, i.Journal.Store}, Key: i.Secrets.Log}.Prove(index)
	if err != nil {
		return nil, "", err
	}
	if pdf, err = document.Attach(pdf, proof); err != nil {
		return nil, "", fmt.Errorf("attaching the proof to %s: %w", number, err)
	}
	if pdf, err = document.Sign(pdf, i.Secrets.Signer(entry.At)); err != nil {
		return nil, "", fmt.Errorf("signing %s: %w", number, err)
	}
	return pdf, entry.Digest, nil
}

// finish takes a prepared document to its end. Dying before the log entry: the
// same bytes are laid out again. After it: the same entry is found by its key.
// Before the last command: file and paper are there already and found again.
func (i *Issuer) finish(ctx context.Context, filing string) error {
	a, _, err := journal.Load(ctx, i.Journal, Room, filing)
	if err != nil || a.Prepared == nil {
		return err
	}
	p := *a.Prepared
	now, err := Standing(ctx, i.Journal, filing)
	if err != nil {
		return err
	}
	head, err := i.Letterhead(ctx, a.PreparedAt)
	if err != nil {
		return err
	}
	var doc document.Paper = paper(a, now, p, head)
	if a.JoinsAnother() {
		if doc, err = confirmation(a, now, p, head); err != nil {
			return err
		}
	}
	pdf, digest, err := i.Seal(ctx, p.Number, doc)
	if err != nil {
		return err
	}
	ref, err := i.Blobs.Put(ctx, bytes.NewReader(pdf), blob.Limit)
	if err != nil {
		return fmt.Errorf("keeping %s: %w", p.Number, err)
	}
	added, err := journal.Do(ctx, i.Journal, material.Room, journal.Order{Subject: i.Journal.NewID(), Key: "document:" + p.Number},
		material.Add{Kind: a.paperKind(), OwnerKind: material.OfCase, Owner: filing, Unit: a.Unit, Case: filing, Name: p.Number + ".pdf", Size: ref.Size,
			Type: "application/pdf", Digest: ref.Digest.String(), Issued: p.On, ValidUntil: p.ValidUntil})
	if err != nil {
		return fmt.Errorf("filing %s: %w", p.Number, err)
	}
	if p.Replaces != "" {
		if _, err := i.log(ctx, document.Entry{Number: p.Replaces, Digest: a.Document.Digest, Status: document.Superseded, By: p.Number, At: p.At}); err != nil {
			return err
		}
	}
	_, err = journal.Do(ctx, i.Journal, Room, journal.Order{Subject: filing, Key: "issue:" + p.Number}, IssueDocument{Edition: p.Edition, Digest: digest, File: added.Subject.ID})
	if fault.Overtaken(err) {
		return i.LogRevoked(ctx, filing) // revoked while it was being made: the log must not call it in force
	}
	if err != nil {
		return fmt.Errorf("issuing %s: %w", p.Number, err)
	}
	return nil
}

// paperKind is the document in the list of materials: an approval, or the
// confirmation that stands for one.
func (a Approval) paperKind() dossier.MaterialKind {
	if a.JoinsAnother() {
		return "M16"
	}
	return "M17"
}

// Trust makes the trust file: what somebody needs to verify the office's
// documents without a network. Nothing issued yet: fault.NotNow.
func (i *Issuer) Trust(ctx context.Context) ([]byte, error) {
	entries, err := LatestEntries(ctx, i.Journal.Store)
	if err != nil {
		return nil, err
	}
	head, _, err := Checkpoint(ctx, i.Journal.Store)
	if err != nil {
		return nil, err
	}
	if head == "" {
		return nil, &fault.NotNowError{Key: "approval.trust.nothing"}
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Secrets.Authority.Raw})
	return document.TrustFile{Office: i.Office, AsOf: i.Journal.Now().Truncate(time.Second), Authority: string(cert), LogKey: i.Secrets.Log.Public,
		Checkpoint: head, Documents: entries}.Sign(i.Secrets.Signer(i.Journal.Now()))
}

// LiveTrust is what the public page of any zone verifies with: the published
// authority, and each document's status as this zone has heard it.
func LiveTrust(ctx context.Context, j *journal.Journal) (document.Trust, error) {
	pub, ok, err := PublishedAuthority(ctx, j.Store)
	if err != nil {
		return document.Trust{}, err
	}
	if !ok {
		return document.Trust{}, &fault.NotNowError{Key: "approval.trust.unknown"}
	}
	block, _ := pem.Decode([]byte(pub.Certificate))
	if block == nil {
		return document.Trust{}, errors.New("the published authority isn't a certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return document.Trust{}, fmt.Errorf("reading the published authority: %w", err)
	}
	return document.LiveTrust(pub.Office, cert, pub.LogKey, j.Now(), func(number string) (document.Entry, bool, error) {
		if d, ok, err := DocumentByNumber(ctx, j.Store, number); ok || err != nil {
			return d.Entry(), ok, err
		}
		return LatestEntry(ctx, j.Store, number) // no approval, but another document of the office
	}), nil
}
