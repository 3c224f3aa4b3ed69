package approval

import (
	"context"
	"fmt"
	"strings"

	"yitang/internal/document"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the approval's reading tables. The queue is the office's
// alone; documents, log and authority are read wherever their events are heard.
var Projections = []journal.Projection{
	{Name: "approval_queue", Version: 7, Tables: []string{"approval_queue", "approval_count", "approval_member"}, Schema: queueSchema, Apply: applyQueue},
	{Name: "approval_document", Version: 2, Tables: []string{"approval_document", "document_hash", "document_entry", "document_authority"}, Schema: documentSchema, Apply: applyDocument},
	{Name: "approval_booklet", Version: 1, Tables: []string{"approval_booklet"}, Schema: bookletSchema, Apply: applyBooklet},
	{Name: "waiver", Version: 1, Tables: []string{"waiver"}, Schema: waiverSchema, Apply: applyWaiver},
}

// A partial index for each filter, so that the first page of any of them is a
// walk along one index. approval_count holds how many cases lie on each desk,
// by filter and due day: sums over it are exact and don't count rows.
const queueSchema = `
CREATE TABLE approval_queue (
  filing TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  unit_name TEXT NOT NULL,
  title TEXT NOT NULL,
  head TEXT NOT NULL,
  people INTEGER NOT NULL,
  kind TEXT NOT NULL,
  urgent INTEGER NOT NULL,
  depart TEXT NOT NULL,
  back TEXT NOT NULL,
  countries TEXT NOT NULL,
  questions INTEGER NOT NULL,
  number TEXT NOT NULL,
  stage TEXT NOT NULL,
  desk TEXT NOT NULL,
  before_desk TEXT NOT NULL,
  steps TEXT NOT NULL,
  step INTEGER NOT NULL,
  step_zh TEXT NOT NULL,
  step_en TEXT NOT NULL,
  due TEXT NOT NULL,
  corrected INTEGER NOT NULL,
  returns INTEGER NOT NULL,
  approved INTEGER NOT NULL,
  since INTEGER NOT NULL,
  words TEXT NOT NULL,
  amends TEXT NOT NULL,
  amendment TEXT NOT NULL,
  light INTEGER NOT NULL,
  awaits TEXT NOT NULL,
  outcome TEXT NOT NULL,
  against INTEGER NOT NULL
);
CREATE INDEX approval_queue_by_desk ON approval_queue (desk, due, filing);
CREATE INDEX approval_queue_clean ON approval_queue (desk, due, filing) WHERE questions = 0 AND against = 0;
CREATE INDEX approval_queue_corrected ON approval_queue (desk, due, filing) WHERE corrected = 1;
CREATE INDEX approval_queue_urgent ON approval_queue (desk, due, filing) WHERE urgent = 1;
CREATE INDEX approval_queue_by_number ON approval_queue (number);
CREATE INDEX approval_queue_by_unit ON approval_queue (unit, filing);
CREATE INDEX approval_queue_by_amended ON approval_queue (amends, filing) WHERE amends <> '';
CREATE INDEX approval_queue_by_depart ON approval_queue (stage, depart, filing);
CREATE TABLE approval_member (
  person TEXT NOT NULL,
  filing TEXT NOT NULL,
  PRIMARY KEY (person, filing)
);
CREATE INDEX approval_member_by_filing ON approval_member (filing, person);
CREATE TABLE approval_count (
  desk TEXT NOT NULL,
  tag TEXT NOT NULL,
  due TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (desk, tag, due)
)`

const (
	queueColumns = `filing, unit, unit_name, title, head, people, kind, urgent, depart, back, countries, questions, number, stage, desk, before_desk, steps, step, step_zh, step_en, due, corrected, returns, approved, since, words, amends, amendment, light, awaits, outcome, against`
	readQueueRow = `SELECT ` + queueColumns + ` FROM approval_queue WHERE filing = $1`
	keepQueueRow = `INSERT INTO approval_queue (` + queueColumns + `)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)
ON CONFLICT (filing) DO UPDATE SET unit = excluded.unit, unit_name = excluded.unit_name, title = excluded.title, head = excluded.head, people = excluded.people,
kind = excluded.kind, urgent = excluded.urgent, depart = excluded.depart, back = excluded.back, countries = excluded.countries, questions = excluded.questions,
number = excluded.number, stage = excluded.stage, desk = excluded.desk, before_desk = excluded.before_desk, steps = excluded.steps, step = excluded.step,
step_zh = excluded.step_zh, step_en = excluded.step_en, due = excluded.due, corrected = excluded.corrected, returns = excluded.returns,
approved = excluded.approved, since = excluded.since, words = excluded.words, amends = excluded.amends, amendment = excluded.amendment, light = excluded.light, awaits = excluded.awaits, outcome = excluded.outcome, against = excluded.against`
)

func applyQueue(ctx context.Context, tx store.Tx, e journal.Event) error {
	examined, is := e.Body.(Examined)
	if e.Subject.Kind != Room.Kind && !is {
		return nil
	}
	id := e.Subject.ID
	old, had, err := oneRow(ctx, tx, id)
	if err != nil {
		return err
	}
	row := old
	row.Filing = id
	since := e.At.UnixMicro()
	switch b := e.Body.(type) {
	case Examined:
		if !had {
			return nil
		}
		row.Questions, since = examined.Open, old.Since // nothing moved
	case Received:
		row.Questions = b.Facts.Questions // until it is examined
		names, office := b.Names.Value()
		if !office {
			return nil // another zone's table stays empty
		}
		row.Unit = b.Unit
		row.facts(b.Facts, names, len(b.Members))
		row.Stage, row.Desk, row.Due = AtIntake, "intake", b.Due
	default:
		if !had {
			return nil
		}
		if means, err := row.follow(b); err != nil || !means {
			return err
		}
	}
	if err := keepMembers(ctx, tx, id, e.Body); err != nil {
		return err
	}
	row.Since = since
	row.words = strings.ToLower(strings.Join([]string{row.Title, row.UnitName, row.Head, row.Number}, "\n"))
	if had {
		if err := count(ctx, tx, old, -1); err != nil {
			return err
		}
	}
	if err := count(ctx, tx, row, 1); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, keepQueueRow, row.values()...)
	return err
}

// keepMembers keeps who travels in which case.
func keepMembers(ctx context.Context, tx store.Tx, filing string, body any) error {
	var members []Traveller
	switch b := body.(type) {
	case Received:
		members = b.Members
	case CorrectionTaken:
		members = b.Members
	case Amended:
		members = b.Members
	default:
		return nil
	}
	if _, err := tx.Exec(ctx, `DELETE FROM approval_member WHERE filing = $1`, filing); err != nil {
		return err
	}
	for _, m := range members {
		if _, err := tx.Exec(ctx, `INSERT INTO approval_member (person, filing) VALUES ($1, $2) ON CONFLICT (person, filing) DO NOTHING`, m.Person, filing); err != nil {
			return err
		}
	}
	return nil
}

// follow says what an event means for a row; false when nothing. One that it
// doesn't know is an error, as it is for the case itself: a verb that is new
// must not pass the queue by in silence.
func (r *QueueRow) follow(body any) (bool, error) {
	station := func(at int) {
		r.Step = at
		if at < len(r.Steps) {
			s := r.Steps[at]
			r.Desk, r.StepZh, r.StepEn = s.Role, s.Zh, s.En
		}
	}
	rest := func(s Stage) {
		r.Stage, r.Desk, r.Due, r.StepZh, r.StepEn, r.Corrected = s, "", none, "", "", false
	}
	switch b := body.(type) {
	case Accepted:
		r.Stage, r.Number, r.Steps, r.Due, r.Corrected = UnderReview, b.Number, b.Steps, b.Due, false
		station(0)
	case SentBack:
		r.beforeDesk, r.Stage, r.Desk, r.Due, r.Corrected = r.Desk, WithUnit, "unit", b.Until, false
		r.Returns++
	case CorrectionTaken:
		names, _ := b.Names.Value()
		r.facts(b.Facts, names, len(b.Members))
		r.Stage, r.Desk, r.Due, r.Corrected, r.Against = AtIntake, r.beforeDesk, b.Due, true, 0
		if len(r.Steps) > 0 {
			r.Stage = UnderReview
		}
	case Reviewed:
		r.Due, r.Corrected, r.Against = b.Due, false, 0
		said, _ := b.Opinions.Value()
		for _, o := range said {
			if !o.Approve {
				r.Against++
			}
		}
		station(b.Next)
	case TakenBack:
		r.Due = b.Due
		station(b.Step)
	case HandedBackInside:
		r.Due = b.Due
		station(b.To)
	case OpinionSought:
		r.Due, r.Awaits = b.Due, latest(r.Awaits, b.Until)
	case OpinionReplied:
		r.Due = b.Due
		if b.Open == 0 {
			r.Awaits = none
		}
	case Decided:
		r.Approved = b.Approved
		rest(IsDecided)
		if b.Approved == 0 {
			r.Stage = IsRefused
		}
	case DocumentIssued:
		rest(IsIssued)
	case Revoked:
		rest(IsRevoked)
	case Withdrawn:
		rest(IsWithdrawn)
	case Closed:
		r.Outcome = filing.Outcome(b.Outcome)
		rest(IsClosed)
	case AmendmentReceived:
		r.Amends, r.Amendment, r.Light = b.Of, b.Kind, b.Path == filing.LightPath
	case Filed:
		r.Approved, r.Number = len(b.Members), b.Number
		rest(IsDecided)
	case Amended:
		names := Names{Unit: r.UnitName, Head: r.Head}
		if c, held := b.Dossier.Value(); held {
			names = namesOf(c)
		}
		r.facts(b.Facts, names, len(b.Members))
		r.Approved = 0
		for _, v := range b.Verdicts {
			if v.Approved {
				r.Approved++
			}
		}
	case DocumentPrepared, DocumentSuperseded, BookletAsked, BookletsStopped, BookletsChanged, Cancelled, LeaderApproved, ConfirmationTaken, RequestTaken, NoticeTaken:
		return false, nil // the case stands where it stood
	default:
		return false, fmt.Errorf("%T is nothing that the queue knows", body)
	}
	return true, nil
}

// count adds a row to the counters that it belongs to, or takes it off.
func count(ctx context.Context, tx store.Tx, r QueueRow, by int) error {
	keys := [][3]string{{"", "stage:" + string(r.Stage), ""}}
	if r.Desk != "" {
		for _, f := range Filters() {
			if r.in(f) {
				keys = append(keys, [3]string{r.Desk, string(f), r.Due.String()})
			}
		}
	}
	for _, k := range keys {
		_, err := tx.Exec(ctx, `INSERT INTO approval_count (desk, tag, due, n) VALUES ($1, $2, $3, $4)
ON CONFLICT (desk, tag, due) DO UPDATE SET n = approval_count.n + excluded.n`, k[0], k[1], k[2], by)
		if err != nil {
			return err
		}
		if by < 0 {
			if _, err := tx.Exec(ctx, `DELETE FROM approval_count WHERE desk = $1 AND tag = $2 AND due = $3 AND n = 0`, k[0], k[1], k[2]); err != nil {
				return err
			}
		}
	}
	return nil
}

const documentSchema = `
CREATE TABLE approval_document (
  number TEXT PRIMARY KEY,
  filing TEXT NOT NULL,
  digest TEXT NOT NULL,
  code TEXT NOT NULL,
  file TEXT NOT NULL,
  issued TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  status TEXT NOT NULL,
  by_number TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX approval_document_by_code ON approval_document (code);
CREATE INDEX approval_document_by_filing ON approval_document (filing, issued);
CREATE TABLE document_hash (position INTEGER PRIMARY KEY, hash TEXT NOT NULL);
CREATE TABLE document_entry (
  idx INTEGER PRIMARY KEY,
  number TEXT NOT NULL,
  digest TEXT NOT NULL,
  status TEXT NOT NULL,
  by_number TEXT NOT NULL,
  at INTEGER NOT NULL,
  checkpoint TEXT NOT NULL
);
CREATE INDEX document_entry_by_number ON document_entry (number, idx);
CREATE TABLE document_authority (id TEXT PRIMARY KEY, office TEXT NOT NULL, certificate TEXT NOT NULL, log_key TEXT NOT NULL)`

func applyDocument(ctx context.Context, tx store.Tx, e journal.Event) error {
	at := e.At.Unix()
	status := func(number string, s document.Status, by, reason string) error {
		_, err := tx.Exec(ctx, `UPDATE approval_document SET status = $2, by_number = $3, reason = $4, at = $5 WHERE number = $1`, number, string(s), by, reason, at)
		return err
	}
	switch b := e.Body.(type) {
	case DocumentIssued:
		_, err := tx.Exec(ctx, `INSERT INTO approval_document (number, filing, digest, code, file, issued, valid_until, status, by_number, reason, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', $9)`, b.Number, e.Subject.ID, b.Digest, PlainCode(b.Code), b.File, b.On.String(), b.ValidUntil.String(), string(document.InForce), at)
		if err != nil || b.Replaces == "" {
			return err
		}
		return status(b.Replaces, document.Superseded, b.Number, "")
	case Revoked:
		return status(b.Number, document.Revoked, "", b.Reason)
	case Cancelled:
		_, err := tx.Exec(ctx, `UPDATE approval_document SET status = $2 WHERE number = $1`, b.Number, string(document.Cancelled))
		return err
	case LogAppended:
		for i, h := range b.Hashes {
			if _, err := tx.Exec(ctx, `INSERT INTO document_hash (position, hash) VALUES ($1, $2)`, b.Position+int64(i), h); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, `INSERT INTO document_entry (idx, number, digest, status, by_number, at, checkpoint) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
			b.Index, b.Number, b.Digest, b.Status, b.By, b.At, b.Checkpoint)
		return err
	case AuthorityPublished:
		_, err := tx.Exec(ctx, `INSERT INTO document_authority (id, office, certificate, log_key) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET office = excluded.office, certificate = excluded.certificate, log_key = excluded.log_key`, e.Subject.ID, b.Office, b.Certificate, b.LogKey)
		return err
	}
	return nil
}

// oneRow reads a case's row, inside a transaction or outside.
func oneRow(ctx context.Context, r store.Reader, filing string) (QueueRow, bool, error) {
	row, err := scanRow(r.QueryRow(ctx, readQueueRow, filing))
	if store.NoRows(err) {
		return QueueRow{}, false, nil
	}
	if err != nil {
		return QueueRow{}, false, fmt.Errorf("reading the queue's row of %s: %w", filing, err)
	}
	return row, true, nil
}

const waiverSchema = `
CREATE TABLE waiver (
  id TEXT PRIMARY KEY,
  filing TEXT NOT NULL,
  answer TEXT NOT NULL,
  asked INTEGER NOT NULL
);
CREATE INDEX waiver_by_answer ON waiver (answer, asked, id);
CREATE INDEX waiver_by_filing ON waiver (filing, asked, id)`

// applyWaiver keeps what is asked for and how it was answered. An answer that
// is heard before its question can't be: streams keep their order, and the
// office answers what it has heard.
func applyWaiver(ctx context.Context, tx store.Tx, e journal.Event) error {
	answer := func(a WaiverAnswer) error {
		_, err := tx.Exec(ctx, `UPDATE waiver SET answer = $2 WHERE id = $1`, e.Subject.ID, string(a))
		return err
	}
	switch b := e.Body.(type) {
	case filing.WaiverAsked:
		_, err := tx.Exec(ctx, `INSERT INTO waiver (id, filing, answer, asked) VALUES ($1, $2, '', $3)`, e.Subject.ID, b.Filing, e.At.UnixMicro())
		return err
	case filing.WaiverTakenBack:
		return answer(WaiverIsBack)
	case WaiverGranted:
		_, err := tx.Exec(ctx, `UPDATE waiver SET answer = $2 WHERE id = $1 AND answer = ''`, e.Subject.ID, string(WaiverIsGranted))
		return err
	case WaiverRefused:
		_, err := tx.Exec(ctx, `UPDATE waiver SET answer = $2 WHERE id = $1 AND answer = ''`, e.Subject.ID, string(WaiverIsRefused))
		return err
	case Withdrawn, Decided:
		_, err := tx.Exec(ctx, `UPDATE waiver SET answer = 'over' WHERE filing = $1 AND answer = ''`, e.Subject.ID)
		return err
	}
	return nil
}

// What is asked for whom, so that nobody is asked for twice.
const bookletSchema = `
CREATE TABLE approval_booklet (
  filing TEXT NOT NULL,
  key TEXT NOT NULL,
  person TEXT NOT NULL,
  type TEXT NOT NULL,
  why TEXT NOT NULL,
  origin TEXT NOT NULL,
  PRIMARY KEY (filing, key)
);
CREATE INDEX approval_booklet_by_person ON approval_booklet (person, filing);
CREATE INDEX approval_booklet_by_origin ON approval_booklet (origin, filing)`

func applyBooklet(ctx context.Context, tx store.Tx, e journal.Event) error {
	switch b := e.Body.(type) {
	case BookletAsked:
		_, err := tx.Exec(ctx, `INSERT INTO approval_booklet (filing, key, person, type, why, origin) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (filing, key) DO UPDATE SET type = excluded.type, why = excluded.why, origin = excluded.origin`, e.Subject.ID, b.Key(), b.Person, b.Type, b.Why, b.From)
		return err
	case BookletsStopped:
		for _, p := range b.Persons {
			if _, err := tx.Exec(ctx, `DELETE FROM approval_booklet WHERE filing = $1 AND person = $2`, e.Subject.ID, p); err != nil {
				return err
			}
		}
	}
	return nil
}
