package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Kind of document. Names are stored in files that are given out: never
// respell one.
type Kind string

const (
	KindApproval        Kind = "approval"
	KindOneTimeNotice   Kind = "oneTimeNotice"
	KindExitCertificate Kind = "exitCertificate"
	KindNoteVerbale     Kind = "noteVerbale"
	KindOpinionRequest  Kind = "opinionRequest"
	KindOpinionReply    Kind = "opinionReply"
	KindMissionNotice   Kind = "missionNotice"
	KindConfirmation    Kind = "confirmation"
)

// Kinds lists them all: tests of other rooms walk it, so that a new one is missed nowhere.
func Kinds() []Kind {
	return []Kind{KindApproval, KindOneTimeNotice, KindExitCertificate, KindNoteVerbale, KindOpinionRequest, KindOpinionReply, KindMissionNotice, KindConfirmation}
}

// Chinese is what the office calls it.
func (k Kind) Chinese() string {
	switch k {
	case KindApproval:
		return "任务批件"
	case KindOneTimeNotice:
		return "一次性告知书"
	case KindExitCertificate:
		return "出境证明"
	case KindNoteVerbale:
		return "照会"
	case KindOpinionRequest:
		return "征求意见函"
	case KindOpinionReply:
		return "复函"
	case KindMissionNotice:
		return "任务通知书"
	case KindConfirmation:
		return "任务确认件"
	}
	return "公文"
}

const factsFormat = "yitang.document/1"

// Facts are what a document says of itself to a machine. They travel in the
// file's metadata, under the signature. Names are masked: the full list is on
// the page, for those who hold it.
type Facts struct {
	Format     string        `json:"format"`
	Kind       Kind          `json:"kind"`
	Number     string        `json:"number"`
	Case       string        `json:"case,omitempty"`
	Code       string        `json:"code,omitempty"`
	Office     string        `json:"office"`
	Unit       string        `json:"unit,omitempty"`
	Delegation string        `json:"delegation,omitempty"`
	Countries  []string      `json:"countries,omitempty"`
	People     []string      `json:"people,omitempty"`
	Depart     calendar.Date `json:"depart,omitzero"`
	Return     calendar.Date `json:"return,omitzero"`
	DaysAbroad int           `json:"daysAbroad,omitempty"`
	Issued     calendar.Date `json:"issued"`
	ValidUntil calendar.Date `json:"validUntil,omitzero"`
	At         time.Time     `json:"at"` // the moment of issue, UTC, whole seconds
}

func (f Facts) encode() ([]byte, error) { return json.Marshal(f) }

// Digest of the facts alone: short enough to be compared by eye, and the same
// on a copy that was printed and typed in again.
func (f Facts) Digest() string {
	b, err := f.encode()
	if err != nil {
		return "" // strings, days and a time always encode
	}
	d := sha256.Sum256(b)
	return hex.EncodeToString(d[:])
}

// mask leaves the surname: as the record parts the name, or as such names part.
// Of a name that isn't two Chinese words only the first character stays, lest
// the longer part of it be told.
func mask(name, surname string) string {
	if n := utf8.RuneCountInString(surname); n == 0 || n > 2 || !strings.HasPrefix(name, surname) || surname == name {
		surname = dossier.Surname(name)
	}
	if name == "" {
		return ""
	}
	return surname + strings.Repeat("*", max(utf8.RuneCountInString(name)-utf8.RuneCountInString(surname), 1))
}

func masked(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = mask(n, "")
	}
	return out
}

// maskedMembers masks the names of a delegation.
func maskedMembers(all []Member) []string {
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = mask(m.Name, m.Surname)
	}
	return out
}

const (
	factsOpen, factsClose = "<yitang:facts>", "</yitang:facts>"
	proofOpen, proofClose = "<yitang:logProof>", "</yitang:logProof>"

	// proofRoom is the hole for the proof of inclusion: a checkpoint and forty
	// hashes, which is a log of a million million entries.
	proofRoom = 4096
)

var errNotOurs = errors.New("not a document of this office's making")

// readFacts takes the facts out of a file's metadata. What it gives is worth
// as much as the signature over it.
func readFacts(pdf []byte) (Facts, error) {
	raw, _, err := between(pdf, factsOpen, factsClose)
	if err != nil {
		return Facts{}, err
	}
	dec := json.NewDecoder(strings.NewReader(unescapeXML(string(raw))))
	dec.DisallowUnknownFields()
	var f Facts
	err = dec.Decode(&f)
	if err != nil || f.Format != factsFormat {
		return Facts{}, errNotOurs
	}
	return f, nil
}

// between finds what stands between two marks that a file must hold once.
func between(pdf []byte, open, shut string) (inside []byte, at int, err error) {
	i := bytes.Index(pdf, []byte(open))
	if i < 0 {
		return nil, 0, errNotOurs
	}
	i += len(open)
	n := bytes.Index(pdf[i:], []byte(shut))
	if n < 0 || bytes.Contains(pdf[i:], []byte(open)) {
		return nil, 0, errNotOurs
	}
	return pdf[i : i+n], i, nil
}

var (
	toXML   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")
	fromXML = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&amp;", "&")
)

func escapeXML(s string) string   { return toXML.Replace(s) }
func unescapeXML(s string) string { return fromXML.Replace(s) }

// Digest identifies a document in the log and in the status list: SHA-256 of
// the file with the proof and the signature still blank, in hex. It is the
// same before and after signing.
func Digest(pdf []byte) (string, error) {
	_, proofAt, err := between(pdf, proofOpen, proofClose)
	if err != nil {
		return "", err
	}
	hole, err := findHole(pdf)
	if err != nil {
		return "", err
	}
	if proofAt+proofRoom > hole.from {
		return "", errNotOurs
	}
	h := sha256.New()
	h.Write(pdf[:proofAt])
	h.Write(bytes.Repeat([]byte{' '}, proofRoom))
	h.Write(pdf[proofAt+proofRoom : hole.from])
	h.Write(bytes.Repeat([]byte{'0'}, hole.to-hole.from))
	h.Write(pdf[hole.to:])
	return hex.EncodeToString(h.Sum(nil)), nil
}

// metadata is the XMP packet: PDF/A-2u, title, dates, and our own properties
// with the description that PDF/A asks of them (ISO 19005-2, 6.6.2.3).
func metadata(f Facts, name string) ([]byte, error) {
	facts, err := f.encode()
	if err != nil {
		return nil, fmt.Errorf("writing down the facts: %w", err)
	}
	at := f.At.UTC().Format(time.RFC3339)
	var b bytes.Buffer
	b.WriteString("<?xpacket begin=\"\uFEFF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n")
	b.WriteString(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">`)
	b.WriteString(escapeXML(name))
	b.WriteString(`</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>`)
	b.WriteString(escapeXML(f.Office))
	b.WriteString(`</rdf:li></rdf:Seq></dc:creator><xmp:CreateDate>` + at + `</xmp:CreateDate><xmp:ModifyDate>` + at + `</xmp:ModifyDate></rdf:Description>
`)
	if f.Kind == "" { // not of the office: it says nothing of itself to a machine
		b.WriteString("</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>")
		return b.Bytes(), nil
	}
	b.WriteString(`<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Yitang official document</pdfaSchema:schema><pdfaSchema:namespaceURI>urn:yitang:document:1#</pdfaSchema:namespaceURI><pdfaSchema:prefix>yitang</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>`)
	for _, p := range [][2]string{
		{"facts", "What the document says, as JSON"},
		{"factsDigest", "SHA-256 of the facts"},
		{"logProof", "Proof of inclusion in the document log"},
	} {
		b.WriteString(`<rdf:li rdf:parseType="Resource"><pdfaProperty:name>` + p[0] + `</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>` + p[1] + `</pdfaProperty:description></rdf:li>`)
	}
	b.WriteString(`</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
<rdf:Description rdf:about="" xmlns:yitang="urn:yitang:document:1#">` + factsOpen)
	b.WriteString(escapeXML(string(facts)))
	b.WriteString(factsClose + `<yitang:factsDigest>` + f.Digest() + `</yitang:factsDigest>` + proofOpen)
	b.Write(bytes.Repeat([]byte{' '}, proofRoom))
	b.WriteString(proofClose + `</rdf:Description>
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`)
	return b.Bytes(), nil
}
