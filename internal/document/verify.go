package document

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"yitang/internal/calendar"
)

const verdictFormat = "yitang.verdict/1"

// Answer is what verifying comes to. Names are part of the JSON contract.
type Answer string

const (
	Genuine       Answer = "genuine"       // genuine, unaltered, in force
	IsSuperseded  Answer = "superseded"    // genuine, but another took its place
	IsRevoked     Answer = "revoked"       // genuine, but revoked
	IsCancelled   Answer = "cancelled"     // genuine, but its unit gave the mission up
	Expired       Answer = "expired"       // genuine, but its term is over
	StatusUnknown Answer = "statusUnknown" // genuine, but the list doesn't know it
	NotTrusted    Answer = "notTrusted"    // whole, but not by an office that is trusted here
	Altered       Answer = "altered"       // not as it was signed, or never signed
	NotADocument  Answer = "notADocument"  // not a document of Yitang's making
)

// CheckID names one of the things that are checked, in this order.
type CheckID string

const (
	CheckCoverage  CheckID = "coverage"  // the signature covers every byte
	CheckSignature CheckID = "signature" // and fits
	CheckAuthority CheckID = "authority" // by a key that the office certified
	CheckLog       CheckID = "log"       // the document is in the office's log
	CheckStatus    CheckID = "status"    // and is in force
)

// Check is one of them and how it went. Reason is a stable word, "" when all
// is well.
type Check struct {
	ID     CheckID `json:"id"`
	OK     bool    `json:"ok"`
	Reason string  `json:"reason,omitempty"`
}

// Verdict is the whole answer.
type Verdict struct {
	Format   string     `json:"format"`
	Answer   Answer     `json:"answer"`
	Checks   []Check    `json:"checks,omitempty"`
	Facts    *Facts     `json:"facts,omitempty"` // nil unless the signature fits
	Digest   string     `json:"digest,omitempty"`
	Status   Status     `json:"status,omitempty"`
	By       string     `json:"by,omitempty"` // what superseded it
	At       *time.Time `json:"at,omitempty"` // since when it is so
	LogIndex *int64     `json:"logIndex,omitempty"`
	LogSize  int64      `json:"logSize,omitempty"` // entries that the embedded proof speaks of
	AsOf     *time.Time `json:"asOf,omitempty"`    // what happened later isn't known here

	Err error `json:"-"` // its status couldn't be asked, so that the answer is none
}

// InForce is the one answer that a border or a cashier may rely on.
func (v Verdict) InForce() bool { return v.Answer == Genuine }

// Verify tells whether a file is a genuine document of the trusted office, is
// unaltered, and is in force. It looks at no clock: see On.
func Verify(pdf []byte, trust Trust) Verdict {
	v := Verdict{Format: verdictFormat}
	facts, err := readFacts(pdf)
	if err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		v.Answer = NotADocument
		return v
	}
	fail := func(id CheckID, answer Answer, reason string) Verdict {
		v.Checks = append(v.Checks, Check{ID: id, Reason: reason})
		v.Answer = answer
		return v
	}
	pass := func(id CheckID) { v.Checks = append(v.Checks, Check{ID: id, OK: true}) }

	h, reason := coverage(pdf)
	if reason != "" {
		return fail(CheckCoverage, Altered, reason)
	}
	pass(CheckCoverage)

	raw := make([]byte, signatureRoom/2)
	_, err = hex.Decode(raw, pdf[h.from:h.to])
	if err != nil {
		return fail(CheckSignature, Altered, "unreadable")
	}
	raw, err = unpad(raw)
	if err != nil {
		return fail(CheckSignature, Altered, "unreadable")
	}
	leaf, ca, sig, err := openSignedData(raw)
	if err != nil {
		return fail(CheckSignature, Altered, "unreadable")
	}
	digest := h.covered(pdf)
	if !bytes.Equal(signedData(digest, leaf, ca, sig), raw) || !verifyLow(leaf.PublicKey, toSign(digest, leaf.Raw), sig) {
		return fail(CheckSignature, Altered, "changed")
	}
	pass(CheckSignature)

	if trust.authority == nil {
		return fail(CheckAuthority, NotTrusted, "noTrust")
	}
	if !ca.Equal(trust.authority) {
		return fail(CheckAuthority, NotTrusted, "otherAuthority")
	}
	err = chain(leaf, trust.authority, facts.At)
	if err != nil {
		return fail(CheckAuthority, NotTrusted, "certificate")
	}
	pass(CheckAuthority)

	v.Facts = &facts
	v.Digest, err = Digest(pdf)
	if err != nil {
		return fail(CheckLog, Altered, "unreadable")
	}
	if !trust.AsOf.IsZero() {
		v.AsOf = &trust.AsOf
	}
	reason = v.inLog(pdf, facts, trust)
	if reason != "" {
		return fail(CheckLog, Altered, reason)
	}
	pass(CheckLog)

	e, known, err := trust.find(facts.Number)
	if err != nil {
		v.Err = err
		return fail(CheckStatus, StatusUnknown, "notAsked")
	}
	if !known {
		v.Status = Unknown
		return fail(CheckStatus, StatusUnknown, "notListed")
	}
	if e.Digest != v.Digest {
		v.Status = Unknown
		return fail(CheckStatus, StatusUnknown, "otherDocument")
	}
	v.Status, v.By, v.At = e.Status, e.By, &e.At
	switch e.Status {
	case InForce:
		pass(CheckStatus)
		v.Answer = Genuine
		return v
	case Superseded:
		return fail(CheckStatus, IsSuperseded, "superseded")
	case Revoked:
		return fail(CheckStatus, IsRevoked, "revoked")
	case Cancelled:
		return fail(CheckStatus, IsCancelled, "cancelled")
	default:
		return fail(CheckStatus, StatusUnknown, "notListed")
	}
}

// coverage finds the signature and makes sure that nothing is outside it. The
// signed bytes can't be otherwise than the office made them; what is left to
// an attacker are bytes beside and behind them.
func coverage(pdf []byte) (hole, string) {
	h, err := findHole(pdf)
	switch {
	case errors.Is(err, errNotOurs):
		return hole{}, "unsigned"
	case err != nil:
		return hole{}, "byteRange"
	case bytes.Count(pdf, []byte("%%EOF")) != 1 || !bytes.HasSuffix(pdf, []byte("\n%%EOF\n")):
		return hole{}, "appended"
	case h.blank(pdf):
		return hole{}, "unsigned"
	}
	return h, ""
}

// unpad takes the DER value at the start; the rest of the hole must be blank.
func unpad(raw []byte) ([]byte, error) {
	if len(raw) < 4 || raw[0] != 0x30 || raw[1] != 0x82 {
		return nil, errSignature
	}
	n := 4 + int(raw[2])<<8 + int(raw[3])
	if n > len(raw) || len(bytes.Trim(raw[n:], "\x00")) != 0 {
		return nil, errSignature
	}
	return raw[:n], nil
}

// inLog checks the proof that the document carries.
func (v *Verdict) inLog(pdf []byte, facts Facts, trust Trust) string {
	raw, _, err := between(pdf, proofOpen, proofClose)
	if err != nil {
		return "noProof"
	}
	text := strings.TrimRight(unescapeXML(string(raw)), " ")
	if text == "" {
		return "noProof"
	}
	p, err := ParseProof(text)
	if err != nil {
		return "badProof"
	}
	t, err := p.check(Entry{Number: facts.Number, Digest: v.Digest, Status: InForce, At: facts.At}, trust.logKey)
	if err != nil {
		return "badProof"
	}
	// Two roots for one size: the office told two stories.
	if trust.head.N == t.N && trust.head.Hash != t.Hash {
		return "forked"
	}
	v.LogIndex, v.LogSize = &p.Index, t.N
	return ""
}

// On takes the day into account: a document whose term is over isn't in force
// any more, though nobody revoked it.
func (v Verdict) On(day calendar.Date) Verdict {
	if v.Answer == Genuine && v.Facts != nil && !v.Facts.ValidUntil.IsZero() && day.After(v.Facts.ValidUntil) {
		v.Answer = Expired
		v.Checks = append([]Check(nil), v.Checks...)
		v.Checks[len(v.Checks)-1] = Check{ID: CheckStatus, Reason: "expired"}
	}
	return v
}

// Sentence says the answer in one Chinese sentence.
func (v Verdict) Sentence() string {
	what := "文件"
	if v.Facts != nil {
		what = v.Facts.Kind.Chinese() + v.Facts.Number
	}
	reason := ""
	if n := len(v.Checks); n > 0 {
		reason = v.Checks[n-1].Reason
	}
	switch v.Answer {
	case Genuine:
		return "这份" + what + "真实、未被改动、有效。"
	case IsSuperseded:
		if v.By != "" {
			return "这份" + what + "是真的，但已被" + v.By + "替代，不再有效。"
		}
		return "这份" + what + "是真的，但已被替代，不再有效。"
	case IsRevoked:
		return "这份" + what + "是真的，但已被撤销，不再有效。"
	case IsCancelled:
		return "这份" + what + "是真的，但任务已由申报单位取消，不再有效。"
	case Expired:
		return "这份" + what + "是真的，但有效期到" + chinese(v.Facts.ValidUntil) + "为止，已经过期。"
	case StatusUnknown:
		if reason == "otherDocument" {
			return "这份" + what + "有本单位的签名，但名录中同一文号登记的是另一份文件，不能作为有效文件使用。"
		}
		return "这份" + what + "是真的，但手头的名录里没有它，不知道是否仍然有效，请取最新的信任文件再核验。"
	case NotTrusted:
		switch reason {
		case "noTrust":
			return "这份文件签名完好，但没有信任文件，不能判断是谁签发的。信任文件由签发单位提供（yitang trust --data 办公区目录；演示在 demo-data/trust.json），用 --trust 指明。"
		case "certificate":
			return "签名所用的证书在签发时无效，不能认作真实。"
		}
		return "这份文件不是所信任的单位签发的，不能认作真实。"
	case Altered:
		switch reason {
		case "unsigned":
			return "这份文件没有签名，不是正式文件。"
		case "noProof", "badProof":
			return "这份" + what + "没有登记在公文登记簿中，不能认作真实。"
		case "forked":
			return "这份" + what + "的登记簿与信任文件不一致，不能认作真实，请向签发单位反映。"
		}
		return "这份文件在签名之后被改动过，不能认作真实。"
	}
	return "这不是一份任务批件，无法核验。"
}
