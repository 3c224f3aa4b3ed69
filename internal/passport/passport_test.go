package passport_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var (
	ctx   = context.Background()
	today = calendar.On(2026, 8, 10)
)

// plain seals nothing: what lies in the file is keys' business.
type plain struct{}

func (plain) Seal(_ string, p []byte) ([]byte, error) { return p, nil }
func (plain) Open(_ string, s []byte) ([]byte, error) { return s, nil }

func book(t testing.TB) *calendar.Book {
	t.Helper()
	b, err := calendar.NewBook(calendar.Year{Year: 2026, Holidays: []calendar.Holiday{{Zh: "国庆节", En: "National Day", From: calendar.On(2026, 10, 1), To: calendar.On(2026, 10, 7)}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, s *store.Store) *journal.Journal {
	t.Helper()
	reg, err := journal.NewRegistry(append(slices.Clone(passport.Kinds), approval.Kinds...)...)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(ctx, journal.Options{Store: s, Zone: zone.Passport, Registry: reg, Projections: append(person.Projections(nil), passport.Projections...), Sealer: plain{}, Book: book(t),
		Clock: func() time.Time { return today.Begins().Add(9 * time.Hour) }, Chance: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func sqlite(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func as(account string) context.Context {
	return journal.WithActor(ctx, journal.Actor{Role: "passport_officer", Account: account})
}

func moment(t testing.TB, account string) journal.Moment {
	return journal.Moment{Now: today.Begins().Add(9 * time.Hour), Today: today, Book: book(t), Zone: zone.Passport, Actor: journal.Actor{Role: "passport_officer", Account: account}}
}

func asked() approval.BookletAsked {
	return approval.BookletAsked{Person: "p1", Type: "publicAffairs", Why: "new", Approval: "渝外办出〔2026〕12号", Depart: calendar.On(2026, 9, 21),
		Identity: journal.Of(approval.Identity{FamilyName: "罗", GivenName: "知行", LatinSurname: "LUO", LatinGivenNames: "ZHIXING", Sex: "M",
			DateOfBirth: calendar.On(1990, 1, 1), IDNumber: "509901199001010011", Unit: "市科技交流中心（虚构）", Post: "处长"})}
}

func order(t testing.TB, happened ...journal.Event) passport.Order {
	t.Helper()
	var o passport.Order
	for _, e := range happened {
		var err error
		if o, err = passport.Room.Evolve(o, e); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func by(account string, body any) journal.Event {
	return journal.Event{Actor: journal.Actor{Account: account}, Body: body}
}

var (
	ordered  = by("system", passport.Ordered{Filing: "f", Person: "p1", Type: "publicAffairs", Depart: calendar.On(2026, 9, 21), Identity: asked().Identity})
	permit   = by("system", passport.Ordered{Filing: "f", Person: "p1", Type: "hkMacauPermit", Identity: asked().Identity})
	captured = by("ann", passport.Captured{Filing: "f", Person: "p1", Quality: passport.Good, CaptureUntil: calendar.On(2031, 8, 9), Photo: journal.Of("d1"), Fingerprints: journal.Of([]string{"d2", "d3"}), Signature: journal.Of("d4")})
	made     = by("bo", passport.Made{Filing: "f", Person: "p1", Type: "publicAffairs", Tail: "001", Issued: today, Expires: calendar.On(2031, 8, 9), Number: journal.Of("PE0000001")})
	checked  = by("cai", passport.Checked{Filing: "f", Person: "p1"})
	handed   = by("bo", passport.HandedOver{Filing: "f", Person: "p1"})
)

func lines() [2]string {
	return passport.DataPage{Type: dossier.PublicAffairs, Number: "PE0000001", Surname: "LUO", Given: "ZHIXING", Sex: "M", Born: calendar.On(1990, 1, 1), Expires: calendar.On(2031, 8, 9)}.MRZ()
}

func TestVerbsOfAnOrder(t *testing.T) {
	noMission, diplomatic, nobody := asked(), asked(), asked()
	noMission.Approval = ""
	diplomatic.Type = "diplomatic"
	nobody.Identity = journal.Field[approval.Identity]{}
	wrongName := lines()
	wrongName[0] = strings.Replace(wrongName[0], "LUO", "LOU", 1)
	wrongDigit := lines()
	wrongDigit[1] = wrongDigit[1][:9] + "9" + wrongDigit[1][10:]
	otherDay := lines()
	otherDay[1] = passport.DataPage{Type: dossier.PublicAffairs, Number: "PE0000001", Surname: "LUO", Given: "ZHIXING", Sex: "M", Born: calendar.On(1990, 1, 2), Expires: calendar.On(2031, 8, 9)}.MRZ()[1]
	right := asked().Identity.Or(approval.Identity{})
	corrected, elsewhere := right, right
	corrected.LatinGivenNames, elsewhere.Post = "ZHIHANG", "局长"
	renamed, promoted := by("", passport.Amended{Identity: journal.Of(corrected)}), by("", passport.Amended{Identity: journal.Of(elsewhere)})
	spoiled := by("bo", passport.Spoiled{Number: journal.Of("PE0000001")})
	good := passport.Capture{Photo: "d1", Fingers: []string{"d2", "d3"}, Signature: "d4", CardSeen: true}
	for _, c := range []struct {
		name  string
		given []journal.Event
		when  journal.Command[passport.Order]
		who   string
		then  string
	}{
		{"the office asks", nil, passport.Place{Filing: "f", Asked: asked(), Within: 5}, "", "passport.Ordered"},
		{"the office asks twice", []journal.Event{ordered}, passport.Place{Filing: "f", Asked: asked(), Within: 5}, "", ""},
		{"no mission, no booklet", nil, passport.Place{Filing: "f", Asked: noMission, Within: 5}, "", "invalid: approval: passport.order.approval"},
		{"the ministry's to make", nil, passport.Place{Filing: "f", Asked: diplomatic, Within: 5}, "", "invalid: type: passport.order.type"},
		{"identity withheld", nil, passport.Place{Filing: "f", Asked: nobody, Within: 5}, "", "invalid: identity: passport.order.identity"},
		{"capture", []journal.Event{ordered}, good, "ann", "passport.Captured"},
		{"capture again before making", []journal.Event{ordered, captured}, good, "ann", "passport.Captured"},
		{"capture without the card", []journal.Event{ordered}, passport.Capture{Photo: "d1"}, "ann", "invalid: cardSeen: passport.capture.card"},
		{"an earlier capture serves", []journal.Event{ordered}, passport.Reuse{Earlier: order(t, ordered, captured), Serves: true}, "", "passport.Captured"},
		{"an earlier capture, where one serves once", []journal.Event{ordered}, passport.Reuse{Earlier: order(t, ordered, captured)}, "", ""},
		{"who has no fingers to give, where a capture serves once", []journal.Event{ordered}, passport.Reuse{Earlier: order(t, ordered, by("ann", passport.Captured{Filing: "f", Person: "p1", Quality: passport.Exempt, Exemption: journal.Of("双手残缺"), CaptureUntil: calendar.On(2031, 8, 9), Photo: journal.Of("d1"), Signature: journal.Of("d4")}))}, "", "passport.Captured"},
		{"an earlier capture of somebody else", []journal.Event{ordered}, passport.Reuse{Earlier: order(t, by("", passport.Ordered{Person: "p2"}), captured), Serves: true}, "", ""},
		{"an earlier capture under another id of the person", []journal.Event{ordered}, passport.Reuse{Earlier: order(t, by("", passport.Ordered{Person: "p2"}), captured), Ids: []string{"p2", "p1"}, Serves: true}, "", "passport.Captured"},
		{"an earlier capture of somebody else beside merged records", []journal.Event{ordered}, passport.Reuse{Earlier: order(t, by("", passport.Ordered{Person: "p3"}), captured), Ids: []string{"p2", "p1"}, Serves: true}, "", ""},
		{"an earlier capture that is over", []journal.Event{ordered}, passport.Reuse{Earlier: order(t, ordered, by("ann", passport.Captured{CaptureUntil: today.Prev(), Photo: journal.Of("d1")})), Serves: true}, "", ""},
		{"an earlier capture after a new one", []journal.Event{ordered, captured}, passport.Reuse{Earlier: order(t, ordered, captured), Serves: true}, "", ""},
		{"a permit without the person", []journal.Event{permit}, passport.Capture{Photo: "d1", Signature: "d4", Exemption: passport.ExemptionOf(dossier.HKMacauPermit)}, "ann", "passport.Captured"},
		{"capture without an order", nil, good, "ann", "not now: passport.capture.not_now"},
		{"capture after making", []journal.Event{ordered, captured, made}, good, "ann", "not now: passport.capture.not_now while made"},
		{"make", []journal.Event{ordered, captured}, passport.Produce{Number: "PE0000001"}, "bo", "passport.Made"},
		{"make with a number of another type", []journal.Event{ordered, captured}, passport.Produce{Number: "SE0000001"}, "bo", "invalid: number: PPT-017 passport.stock.unknown"},
		{"make before capture", []journal.Event{ordered}, passport.Produce{Number: "PE0000001"}, "bo", "not now: passport.make.not_now while ordered"},
		{"make twice", []journal.Event{ordered, captured, made}, passport.Produce{Number: "PE0000001"}, "bo", ""},
		{"check by another", []journal.Event{ordered, captured, made}, passport.Check{Scanned: lines()}, "cai", "passport.Checked"},
		{"check by the same", []journal.Event{ordered, captured, made}, passport.Check{Scanned: lines()}, "bo", "not now: passport.check.same_officer while made"},
		{"check: another name", []journal.Event{ordered, captured, made}, passport.Check{Scanned: wrongName}, "cai", "invalid: line1: PPT-016 passport.check.differs"},
		{"check: a digit", []journal.Event{ordered, captured, made}, passport.Check{Scanned: wrongDigit}, "cai", "invalid: line2: PPT-016 passport.check.digits"},
		{"check: another birthday", []journal.Event{ordered, captured, made}, passport.Check{Scanned: otherDay}, "cai", "invalid: line2: PPT-016 passport.check.differs"},
		{"check: cut off", []journal.Event{ordered, captured, made}, passport.Check{Scanned: [2]string{lines()[0], "PE"}}, "cai", "invalid: line2: PPT-016 passport.check.unreadable"},
		{"spoil", []journal.Event{ordered, captured, made}, passport.Spoil{Reason: "印刷偏移", Two: []string{"bo", "cai"}}, "bo", "passport.Spoiled"},
		{"spoil alone", []journal.Event{ordered, captured, made}, passport.Spoil{Two: []string{"bo", "bo"}}, "bo", "invalid: reason: passport.spoil.reason; witness: passport.spoil.two"},
		{"make after spoiling", []journal.Event{ordered, captured, made, by("bo", passport.Spoiled{})}, passport.Produce{Number: "PE0000002"}, "bo", "passport.Made"},
		{"make with the number that was spoiled", []journal.Event{ordered, captured, made, spoiled}, passport.Produce{Number: "PE0000001"}, "bo", "invalid: number: PPT-017 passport.make.spoiled"},
		{"other days", []journal.Event{ordered}, passport.Amend{Depart: calendar.On(2026, 9, 10)}, "", "passport.Amended"},
		{"the same days and data", []journal.Event{ordered}, passport.Amend{Depart: calendar.On(2026, 9, 21), Identity: &right}, "", ""},
		{"a corrected name", []journal.Event{ordered, captured, made}, passport.Amend{Depart: calendar.On(2026, 9, 21), Identity: &corrected}, "", "passport.Amended"},
		{"a corrected name after the hand-over", []journal.Event{ordered, captured, made, checked, handed}, passport.Amend{Identity: &corrected}, "", ""},
		{"check by a name that was corrected", []journal.Event{ordered, captured, made, renamed}, passport.Check{Scanned: lines()}, "cai", "not now: passport.misprinted while made"},
		{"hand over by a name that was corrected", []journal.Event{ordered, captured, made, checked, renamed}, passport.HandOver{}, "bo", "not now: passport.misprinted while checked"},
		{"spoil for the corrected name", []journal.Event{ordered, captured, made, checked, renamed}, passport.Spoil{Reason: "姓名更正", Two: []string{"bo", "cai"}}, "bo", "passport.Spoiled"},
		{"make by the corrected name", []journal.Event{ordered, captured, made, renamed, spoiled}, passport.Produce{Number: "PE0000002"}, "bo", "passport.Made"},
		{"hand over after another post", []journal.Event{ordered, captured, made, checked, promoted}, passport.HandOver{}, "bo", "passport.HandedOver"},
		{"hand over", []journal.Event{ordered, captured, made, checked}, passport.HandOver{}, "bo", "passport.HandedOver"},
		{"hand over unchecked", []journal.Event{ordered, captured, made}, passport.HandOver{}, "bo", "not now: passport.hand_over.not_now while made"},
		{"hand over twice", []journal.Event{ordered, captured, made, checked, handed}, passport.HandOver{}, "bo", ""},
		{"stop", []journal.Event{ordered, captured}, passport.Stop{Reason: "批件已撤销"}, "", "passport.Stopped"},
		{"stop after hand-over", []journal.Event{ordered, captured, made, checked, handed}, passport.Stop{Reason: "批件已撤销"}, "", ""},
		{"capture after stopping", []journal.Event{ordered, by("", passport.Stopped{})}, good, "ann", "not now: passport.capture.not_now while stopped"},
	} {
		es, err := c.when.Decide(order(t, c.given...), moment(t, c.who))
		got := ""
		for _, e := range es {
			got += fmt.Sprintf("%T ", e.Body)
		}
		if err != nil {
			got = err.Error()
		}
		if strings.TrimSpace(got) != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
}

func TestHandOverTellsCustodyWhatItKeeps(t *testing.T) {
	es, err := passport.HandOver{}.Decide(order(t, ordered, captured, made, checked), moment(t, "bo"))
	if err != nil {
		t.Fatal(err)
	}
	h := es[0].Body.(passport.HandedOver)
	if h.Number.Or("") != "PE0000001" || h.Tail != "001" || h.LatinName.Or("") != "LUO ZHIXING" || h.Expires != calendar.On(2031, 8, 9) || h.CaptureUntil.IsZero() || h.BlankPages == 0 {
		t.Fatalf("%+v", h)
	}
}

func TestMachineReadableZoneFollowsICAO(t *testing.T) {
	// The specimen of Doc 9303-4, and a synthetic line with an empty optional field.
	for _, l := range []string{"L898902C36UTO7408122F1204159ZE184226B<<<<<10", "PE00000018CHN9001011M3112319<<<<<<<<<<<<<<<2"} {
		if bad := passport.ReadMRZ([2]string{strings.Repeat("<", 44), l}); len(bad) > 0 {
			t.Errorf("%s: %v", l, bad)
		}
	}
	p := passport.DataPage{Type: dossier.PublicAffairs, Number: "PE0000001", Surname: "ZHUGE", Given: "KONGMING", Sex: "M", Born: calendar.On(1990, 1, 1), Expires: calendar.On(2031, 12, 31)}
	got := p.MRZ()
	if got[0] != "PPCHNZHUGE<<KONGMING<<<<<<<<<<<<<<<<<<<<<<<<" || got[1] != "PE00000018CHN9001011M3112319<<<<<<<<<<<<<<02" {
		t.Fatalf("%s\n%s", got[0], got[1])
	}
	p.Surname, p.Given = "MU·HAN'MO DE", "A’B-C ÜMIT"
	if got := p.MRZ()[0]; got != "PPCHNMU<HANMO<DE<<AB<C<UEMIT<<<<<<<<<<<<<<<<" {
		t.Fatal(got)
	}
	p.Surname = strings.Repeat("A", 60)
	if l := p.MRZ()[0]; len(l) != 44 {
		t.Fatal(l)
	}
}

func TestAnyChangedCharacterOfTheSecondLineIsNoticed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := lines()
		at := rapid.SampledFrom([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 43}).Draw(rt, "at")
		was := l[1][at]
		is := rapid.SampledFrom([]byte("0123456789")).Draw(rt, "is")
		if was == is || was > '9' {
			return // letters weigh modulo 10 too: not every swap of them shows, which is ICAO's own limit
		}
		b := []byte(l[1])
		b[at] = is
		if bad := passport.ReadMRZ([2]string{l[0], string(b)}); len(bad) == 0 {
			rt.Fatalf("%s passes", b)
		}
	})
}

// photo paints a person-like blot on a ground of some brightness.
func photo(t testing.TB, w, h int, ground uint8, coloured bool) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{ground, ground, ground, 255}
			if dx, dy := x-w/2, y-h*6/10; dx*dx*4+dy*dy < h*h/9 {
				c = color.RGBA{90, 90, 90, 255}
				if coloured {
					c = color.RGBA{200, 150, 120, 255}
				}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// ridges paints lines as a finger has them; a different phase is another finger.
func ridges(t testing.TB, side, phase int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			if (x+y*y/side+phase)%9 < 4 {
				img.SetGray(x, y, color.Gray{255})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readers(bs ...[]byte) []io.Reader {
	var out []io.Reader
	for _, b := range bs {
		out = append(out, bytes.NewReader(b))
	}
	return out
}

func TestPicturesThatWontDoAreNamedOneByOne(t *testing.T) {
	goodPhoto, right, left, sign := photo(t, 354, 472, 250, true), ridges(t, 300, 0), ridges(t, 300, 3), ridges(t, 260, 1)
	for _, c := range []struct {
		name      string
		s         passport.Sample
		exemption string
		want      string
	}{
		{"all good", passport.Sample{Photo: goodPhoto, Fingers: [][]byte{right, left}, Signature: sign}, "", ""},
		{"nothing", passport.Sample{}, "", "photo missing; fingerRight missing; fingerLeft missing; signature missing"},
		{"small photo", passport.Sample{Photo: photo(t, 200, 270, 250, true), Fingers: [][]byte{right, left}, Signature: sign}, "", "photo too_small"},
		{"landscape", passport.Sample{Photo: photo(t, 700, 480, 250, true), Fingers: [][]byte{right, left}, Signature: sign}, "", "photo ratio"},
		{"the missions' 33 to 48", passport.Sample{Photo: photo(t, 396, 576, 250, true), Fingers: [][]byte{right, left}, Signature: sign}, "", ""},
		{"two to three", passport.Sample{Photo: photo(t, 400, 600, 250, true), Fingers: [][]byte{right, left}, Signature: sign}, "", "photo ratio"},
		{"four to five", passport.Sample{Photo: photo(t, 480, 600, 250, true), Fingers: [][]byte{right, left}, Signature: sign}, "", "photo ratio"},
		{"dark ground", passport.Sample{Photo: photo(t, 354, 472, 60, true), Fingers: [][]byte{right, left}, Signature: sign}, "", "photo ground"},
		{"grey", passport.Sample{Photo: photo(t, 354, 472, 250, false), Fingers: [][]byte{right, left}, Signature: sign}, "", "photo grey"},
		{"no picture", passport.Sample{Photo: []byte("not a picture"), Fingers: [][]byte{right, left}, Signature: sign}, "", "photo unreadable"},
		{"cut off", passport.Sample{Photo: goodPhoto[:200], Fingers: [][]byte{right, left}, Signature: sign}, "", "photo unreadable"},
		{"one finger twice", passport.Sample{Photo: goodPhoto, Fingers: [][]byte{right, right}, Signature: sign}, "", "fingerLeft same_finger"},
		{"one finger", passport.Sample{Photo: goodPhoto, Fingers: [][]byte{right}, Signature: sign}, "", "fingerLeft missing"},
		{"no fingers, with the form", passport.Sample{Photo: goodPhoto, Signature: sign}, "右手截肢，特殊情况表 2026-3", ""},
	} {
		var got []string
		for _, f := range passport.Judge(c.s, c.exemption) {
			got = append(got, f.Field+" "+strings.TrimPrefix(f.Key, "passport.capture."))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: got %q, want %q", c.name, strings.Join(got, "; "), c.want)
		}
	}
	var empty bytes.Buffer
	if err := png.Encode(&empty, image.NewGray(image.Rect(0, 0, 400, 400))); err != nil {
		t.Fatal(err)
	}
	if fs := passport.Judge(passport.Sample{Photo: goodPhoto, Fingers: [][]byte{right, left}, Signature: empty.Bytes()}, ""); len(fs) != 1 || fs[0].Key != "passport.capture.blank" {
		t.Fatal(fs)
	}
}

// memory is a blob store that forgets when the test ends.
type memory struct{ blob.Store }

func (m memory) Put(_ context.Context, r io.Reader, limit int64) (blob.Ref, error) {
	b, err := io.ReadAll(io.LimitReader(r, limit))
	if err != nil {
		return blob.Ref{}, err
	}
	var d blob.Digest
	copy(d[:], b)
	return blob.Ref{Digest: d, Size: int64(len(b))}, nil
}

// react runs this room's reactions over all that has happened, as node does.
func react(t testing.TB, j *journal.Journal) {
	t.Helper()
	var events []journal.Event
	if err := j.Each(ctx, 0, func(e journal.Event) error { events = append(events, e); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Subject.Kind == "approval" {
			rows, err := passport.Open(ctx, j.Store, e.Subject.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range passport.React(e, rows, 5, 0) {
				if _, err := journal.Do(ctx, j, passport.Room, w.Order, w.Command); err != nil {
					t.Fatal(err)
				}
			}
			continue
		}
		o, _, err := journal.Load(ctx, j, passport.Room, e.Subject.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range passport.ReactStock(e, o) {
			if _, err := journal.Do(ctx, j, passport.Stocks, w.Order, w.Command); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestFromTheOfficesWishToCustody(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		j := open(t, openStore())
		id := passport.OrderID("f", "p1")
		for _, w := range passport.React(journal.Event{ID: "e1", Subject: journal.Ref{Kind: "approval", ID: "f"}, Body: asked()}, nil, 5, 0) {
			if _, err := journal.Do(ctx, j, passport.Room, w.Order, w.Command); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := passport.Make(as("bo"), j, journal.Order{Subject: id}); !fault.IsNotNow(err) {
			t.Fatalf("made before capture: %v", err)
		}
		if b, err := passport.Balances(ctx, j.Store); err != nil || len(b) != 0 {
			t.Fatal("a refused making took a blank", b, err)
		}
		dev := passport.FileDevice{Photo: bytes.NewReader(photo(t, 354, 472, 250, true)), Fingers: readers(ridges(t, 300, 0), ridges(t, 300, 3)), Signature: bytes.NewReader(ridges(t, 260, 1))}
		cmd, err := passport.Take(ctx, dev, memory{}, "")
		if err != nil {
			t.Fatal(err)
		}
		cmd.CardSeen, cmd.Booking = true, "k"
		if _, err := journal.Do(as("ann"), j, passport.Room, journal.Order{Subject: id}, cmd); err != nil {
			t.Fatal(err)
		}
		if _, err := passport.Make(as("bo"), j, journal.Order{Subject: id}); !fault.IsNotNow(err) {
			t.Fatalf("made from an empty stock: %v", err)
		}
		if _, err := journal.Do(as("bo"), j, passport.Stocks, journal.Order{Subject: "publicAffairs"}, passport.Receive{First: "PE0000001", Last: "PE0000050"}); err != nil {
			t.Fatal(err)
		}
		// The machine dies between the two subjects: the blank waits for this order.
		if _, err := journal.Do(as("bo"), j, passport.Stocks, journal.Order{Subject: "publicAffairs"}, passport.Draw{Order: id}); err != nil {
			t.Fatal(err)
		}
		if _, err := passport.Make(as("bo"), j, journal.Order{Subject: id, Key: "form"}); err != nil {
			t.Fatal(err)
		}
		if _, err := passport.Make(as("bo"), j, journal.Order{Subject: id, Key: "form"}); err != nil {
			t.Fatalf("pressed twice: %v", err)
		}
		o, _, _ := journal.Load(ctx, j, passport.Room, id)
		if o.Number != "PE0000001" {
			t.Fatal(o.Number)
		}
		if _, err := journal.Do(as("bo"), j, passport.Room, journal.Order{Subject: id}, passport.Spoil{Reason: "印刷偏移", Two: []string{"bo", "cai"}}); err != nil {
			t.Fatal(err)
		}
		react(t, j)
		react(t, j)
		if _, err := passport.Make(as("bo"), j, journal.Order{Subject: id}); err != nil {
			t.Fatal(err)
		}
		if o, _, _ = journal.Load(ctx, j, passport.Room, id); o.Number != "PE0000002" {
			t.Fatalf("%s: a spoiled number is never used again", o.Number)
		}
		scanned := o.Page(o.Number, o.Expires).MRZ()
		if _, err := journal.Do(as("cai"), j, passport.Room, journal.Order{Subject: id}, passport.Check{Scanned: scanned}); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Do(as("bo"), j, passport.Room, journal.Order{Subject: id}, passport.HandOver{}); err != nil {
			t.Fatal(err)
		}
		row, ok, err := passport.One(ctx, j.Store, id)
		if err != nil || !ok || row.Stage != passport.IsHandedOver || row.Tried != 1 || row.Tail != "002" || row.Booking != "k" {
			t.Fatalf("%+v %v %v", row, ok, err)
		}
		b, err := passport.Balances(ctx, j.Store)
		if err != nil || b[dossier.PublicAffairs] != (passport.Balance{Received: 50, Taken: 1, Spoiled: 1, Remaining: 48}) {
			t.Fatal(b, err)
		}
		nothingOfTheBodyLeaves(t, j)
	})
}

// nothingOfTheBodyLeaves looks at every byte that other zones would be told.
func nothingOfTheBodyLeaves(t *testing.T, j *journal.Journal) {
	t.Helper()
	var canaries []string
	var told bytes.Buffer
	err := j.Each(ctx, 0, func(e journal.Event) error {
		if c, ok := e.Body.(passport.Captured); ok {
			canaries = append(canaries, c.Photo.Or(""), c.Signature.Or(""))
			canaries = append(canaries, c.Fingerprints.Or(nil)...)
		}
		for _, z := range []zone.Zone{zone.Office, zone.Internet} {
			b, _, err := j.Registry().EncodeFor(e, z)
			if err != nil {
				return err
			}
			told.Write(b)
			if z == zone.Internet && bytes.Contains(b, []byte("PE000000")) {
				t.Errorf("%s tells the internet a booklet's number", e.Kind)
			}
		}
		return nil
	})
	if err != nil || len(canaries) != 4 {
		t.Fatal(canaries, err)
	}
	for _, c := range canaries {
		if len(c) < 64 || bytes.Contains(told.Bytes(), []byte(c)) {
			t.Errorf("%q left the passport zone", c)
		}
	}
}

// takenWithStock is an order that can be made from a stock up to a number, and a way to
// give it commands.
func takenWithStock(t *testing.T, last string) (j *journal.Journal, id string, do func(account string, cmd journal.Command[passport.Order])) {
	t.Helper()
	j, id = open(t, sqlite(t)), passport.OrderID("f", "p1")
	do = func(account string, cmd journal.Command[passport.Order]) {
		t.Helper()
		if _, err := journal.Do(as(account), j, passport.Room, journal.Order{Subject: id}, cmd); err != nil {
			t.Fatal(err)
		}
	}
	do("", passport.Place{Filing: "f", Asked: asked(), Within: 5})
	do("ann", passport.Capture{Photo: "a", Fingers: []string{"b", "c"}, Signature: "d", CardSeen: true})
	if _, err := journal.Do(as("bo"), j, passport.Stocks, journal.Order{Subject: "publicAffairs"}, passport.Receive{First: "PE0000001", Last: last}); err != nil {
		t.Fatal(err)
	}
	return j, id, do
}

func TestRevokedApprovalStopsItsOrdersAndTheirBlanks(t *testing.T) {
	j, id, _ := takenWithStock(t, "PE0000002")
	if _, err := passport.Make(as("bo"), j, journal.Order{Subject: id}); err != nil {
		t.Fatal(err)
	}
	rows, err := passport.Open(ctx, j.Store, "f")
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	for _, w := range passport.React(journal.Event{ID: "x", Subject: journal.Ref{Kind: "approval", ID: "f"}, Body: approval.Revoked{Reason: "任务取消"}}, rows, 5, 0) {
		if _, err := journal.Do(ctx, j, passport.Room, w.Order, w.Command); err != nil {
			t.Fatal(err)
		}
	}
	react(t, j)
	b, err := passport.Balances(ctx, j.Store)
	if err != nil || b[dossier.PublicAffairs] != (passport.Balance{Received: 2, Spoiled: 1, Remaining: 1}) {
		t.Fatal(b, err)
	}
	if row, _, _ := passport.One(ctx, j.Store, id); row.Stage != passport.IsStopped || row.WhyNot != "任务取消" {
		t.Fatalf("%+v", row)
	}
}

func TestStockRefusesWhatItCantAccountFor(t *testing.T) {
	m := moment(t, "bo")
	m.Subject = "publicAffairs"
	s, err := passport.Stocks.Evolve(passport.Stock{}, journal.Event{Body: passport.StockReceived{First: "PE0000010", Last: "PE0000019", Count: 10}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cmd  journal.Command[passport.Stock]
		want string
	}{
		{passport.Receive{First: "SE0000001", Last: "PE0000009"}, "invalid: first: passport.stock.number"},
		{passport.Receive{First: "PE0000001", Last: "PE00000099"}, "invalid: last: passport.stock.number"},
		{passport.Receive{First: "PE0000009", Last: "PE0000001"}, "invalid: last: passport.stock.order"},
		{passport.Receive{First: "PE0000001", Last: "PE0000010"}, "invalid: first: passport.stock.known"},
		{passport.Receive{First: "PE0000012", Last: "PE0000013"}, "invalid: first: passport.stock.known"},
		{passport.Receive{First: "PE1000000", Last: "PE9000000"}, "invalid: last: passport.stock.too_many"},
		{passport.Discard{Number: "PE0000020", Why: "受潮", Two: []string{"bo", "cai"}}, "invalid: number: PPT-017 passport.stock.unknown"},
		{passport.Discard{Number: "PE0000010", Why: "受潮", Two: []string{"bo"}}, "invalid: witness: passport.spoil.two"},
	} {
		if _, err := c.cmd.Decide(s, m); err == nil || err.Error() != c.want {
			t.Errorf("%+v: %v, want %s", c.cmd, err, c.want)
		}
	}
}

// Received = taken + spoiled + remaining; a number is never given out twice.
func TestStockAlwaysBalancesAndRebuiltTablesEqualKeptOnes(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		j := open(t, openStore())
		given := map[string]string{} // number → order that first had it
		next, run := 1, 0
		rapid.Check(t, func(rt *rapid.T) {
			run++
			order := journal.Order{Subject: "publicAffairs"}
			for i := range rapid.IntRange(1, 12).Draw(rt, "steps") {
				who := fmt.Sprintf("%d.%d", run, i%3)
				switch rapid.SampledFrom([]string{"receive", "draw", "draw", "spoil"}).Draw(rt, "what") {
				case "receive":
					n := rapid.IntRange(1, 5).Draw(rt, "blanks")
					if _, err := journal.Do(ctx, j, passport.Stocks, order, passport.Receive{First: fmt.Sprintf("PE%07d", next), Last: fmt.Sprintf("PE%07d", next+n-1)}); err != nil {
						rt.Fatal(err)
					}
					next += n
				case "draw":
					_, _ = journal.Do(ctx, j, passport.Stocks, order, passport.Draw{Order: who}) // empty is part of life
				case "spoil":
					number := fmt.Sprintf("PE%07d", rapid.IntRange(1, next).Draw(rt, "number"))
					_, _ = journal.Do(ctx, j, passport.Stocks, order, passport.Discard{Number: number, Why: "受潮", Two: []string{"bo", "cai"}})
				}
				s, _, err := journal.Load(ctx, j, passport.Stocks, "publicAffairs")
				if err != nil {
					rt.Fatal(err)
				}
				b := s.Balance()
				if b.Remaining < 0 || b.Received != b.Taken+b.Spoiled+b.Remaining || b.Received != next-1 {
					rt.Fatalf("%+v", b)
				}
				for number, o := range s.Taken {
					if had, known := given[number]; known && had != o {
						rt.Fatalf("%s was %s's and is now %s's", number, had, o)
					}
					given[number] = o
				}
				tables, err := passport.Balances(ctx, j.Store)
				if err != nil || tables[dossier.PublicAffairs] != b {
					rt.Fatal(tables, b, err)
				}
			}
			if run%10 != 1 {
				return // the journal grows from run to run: a tenth of them covers it
			}
			kept, err := j.Dump(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			if err := j.Rebuild(ctx); err != nil {
				rt.Fatal(err)
			}
			again, err := j.Dump(ctx)
			if err != nil || fmt.Sprint(kept) != fmt.Sprint(again) {
				rt.Fatalf("kept %v, rebuilt %v, %v", kept, again, err)
			}
		})
	})
}

func TestEveryOrderIsListedOnceWhateverItIsSortedByOnBothDatabases(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		j := open(t, openStore())
		const n = passport.PageSize*4 + 13 // more than are read at a time
		for i := range n {
			a := asked()
			a.Depart = calendar.On(2026, 8, 12).AddDays(i * 7 % 40)
			if _, err := journal.Do(ctx, j, passport.Room, journal.Order{Subject: passport.OrderID(fmt.Sprintf("f%03d", i), "p1")}, passport.Place{Filing: fmt.Sprintf("f%03d", i), Asked: a, Within: 5}); err != nil {
				t.Fatal(err)
			}
		}
		odd := func(r passport.Row) (bool, error) { return (r.Filing[3]-'0')%2 == 1, nil }
		for _, by := range []passport.Sorting{passport.ByDue, passport.ByDepart, passport.BySince} {
			for name, keep := range map[string]func(passport.Row) (bool, error){"all": nil, "odd": odd} {
				want := n
				if keep != nil {
					want = n / 2
				}
				seen, last := map[string]bool{}, passport.Mark{}
				for more := true; more; {
					var page []passport.Row
					var err error
					page, more, err = passport.Find(ctx, j.Store, passport.Filter{Stages: []passport.Stage{passport.IsOrdered}, By: by, From: last}, keep)
					if err != nil {
						t.Fatal(err)
					}
					for _, o := range page {
						m := o.Mark(by)
						if seen[o.ID] || m.Value < last.Value {
							t.Fatalf("by %s: %s comes twice, or after %s", by, o.ID, last.ID)
						}
						seen[o.ID], last = true, m
					}
				}
				if len(seen) != want {
					t.Errorf("by %s, %s: %d of %d", by, name, len(seen), want)
				}
			}
		}
		if late, err := passport.Late(ctx, j.Store, today); err != nil || late != 0 {
			t.Fatal(late, err)
		}
		if late, err := passport.Late(ctx, j.Store, calendar.On(2026, 12, 1)); err != nil || late != 0 {
			t.Fatal(late, err, "while everybody must come first")
		}
	})
}

// The promise is counted from the capture, and from the order where nobody has
// to come.
func TestTheDeskIsLateOnlyOnceItsHolderHasCome(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		j := open(t, openStore())
		give := func(id string, cmd journal.Command[passport.Order]) {
			t.Helper()
			if _, err := journal.Do(as("ann"), j, passport.Room, journal.Order{Subject: id}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		one := func(id string) passport.Row {
			t.Helper()
			r, _, err := passport.One(ctx, j.Store, id)
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		long := calendar.On(2026, 12, 1)
		listed := func(want ...string) {
			t.Helper()
			n, err := passport.Late(ctx, j.Store, long)
			if err != nil {
				t.Fatal(err)
			}
			hangs, err := passport.Hanging(ctx, j.Store, long)
			if err != nil {
				t.Fatal(err)
			}
			hanging := 0
			for _, h := range hangs {
				hanging += h.Late
			}
			rows, _, err := passport.Find(ctx, j.Store, passport.Filter{Stages: passport.Stages(), Before: long, By: passport.ByDue}, nil)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range rows {
				if got = append(got, r.ID); !r.Overdue(long) {
					t.Errorf("%s is among the late ones and isn't late", r.ID)
				}
			}
			if n != len(want) || hanging != n || !slices.Equal(got, want) {
				t.Errorf("late are %d, hanging %d, listed %v; want %v", n, hanging, got, want)
			}
		}
		comes := passport.OrderID("f1", "p1")
		give(comes, passport.Place{Filing: "f1", Asked: asked(), Within: 2})
		filed := asked()
		filed.Type = string(dossier.HKMacauPermit)
		fromFile := passport.OrderID("f2", "p2")
		filed.Person = "p2"
		give(fromFile, passport.Place{Filing: "f2", Asked: filed, Within: 2})
		listed(fromFile)
		give(comes, passport.Capture{Photo: "d1", Fingers: []string{"d2", "d3"}, Signature: "d4", CardSeen: true, Within: 5})
		want := j.Book().AddWorkdays(j.Today(), 5)
		if got := one(comes).Due; got != want {
			t.Errorf("captured today it is promised by %s, want %s", got, want)
		}
		listed(fromFile, comes)
		give(fromFile, passport.Capture{Photo: "d1", Signature: "d4", Exemption: passport.ExemptionOf(dossier.HKMacauPermit), Within: 5})
		if got, want := one(fromFile).Due, j.Book().AddWorkdays(j.Today(), 2); got != want {
			t.Errorf("what is made from the file is promised by %s, want %s as ordered", got, want)
		}
		again := passport.OrderID("f3", "p1")
		give(again, passport.Place{Filing: "f3", Asked: asked(), Within: 2})
		earlier, _, err := journal.Load(ctx, j, passport.Room, comes)
		if err != nil {
			t.Fatal(err)
		}
		give(again, passport.Reuse{Earlier: earlier, Serves: true})
		if got, want := one(again).Due, j.Book().AddWorkdays(j.Today(), 2); got != want {
			t.Errorf("with an earlier capture it is promised by %s, want %s as ordered", got, want)
		}
		listed(fromFile, again, comes)
	})
}

// An old journal's capture has no day of its own: the order's holds on.
func TestACaptureWithoutADayLeavesTheOrdersDay(t *testing.T) {
	was := by("system", passport.Ordered{Filing: "f", Person: "p1", Type: "publicAffairs", Due: calendar.On(2026, 8, 21)})
	if o := order(t, was, captured); o.Due != calendar.On(2026, 8, 21) {
		t.Errorf("the order is promised by %s", o.Due)
	}
}

// Who goes with the booklet of another case gets no order here.
func TestNoOrderIsPlacedForWhoGoesWithTheBookletOfAnotherCase(t *testing.T) {
	e := journal.Event{ID: "e1", Subject: journal.Ref{Kind: "approval", ID: "f2"}, Body: asked()}
	if ws := passport.React(e, nil, 5, 0); len(ws) != 1 || ws[0].Order.Subject != "f2.p1" {
		t.Errorf("a wish of its own gives %+v", ws)
	}
	b := asked()
	b.From = "f1.p1"
	e.Body = b
	if ws := passport.React(e, nil, 5, 0); len(ws) != 0 {
		t.Errorf("a second order: %+v", ws)
	}
}

// What this zone holds of a person serves their next booklet: they needn't come.
func TestAnEarlierCaptureServesTheNextBooklet(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		j := open(t, openStore())
		place := func(filing string) string {
			id := passport.OrderID(filing, "p1")
			if _, err := journal.Do(ctx, j, passport.Room, journal.Order{Subject: id}, journal.Command[passport.Order](passport.Place{Filing: filing, Asked: asked(), Within: 5})); err != nil {
				t.Fatal(err)
			}
			return id
		}
		first := place("f1")
		if _, err := journal.Do(as("ann"), j, passport.Room, journal.Order{Subject: first}, journal.Command[passport.Order](passport.Capture{Photo: "d1", Fingers: []string{"d2", "d3"}, Signature: "d4", CardSeen: true})); err != nil {
			t.Fatal(err)
		}
		second := place("f2")
		row, held, err := passport.LastCapture(ctx, j.Store, "p1", j.Today(), second)
		if err != nil || !held || row.ID != first {
			t.Fatalf("the first order's capture isn't found: %+v, %v", row, err)
		}
		if _, held, err = passport.LastCapture(ctx, j.Store, "p1", row.CaptureUntil.Next(), second); err != nil || held {
			t.Fatalf("a capture that is over still serves (%v)", err)
		}
		earlier, _, err := journal.Load(ctx, j, passport.Room, row.ID)
		if err != nil {
			t.Fatal(err)
		}
		events, err := j.History(ctx, journal.Ref{Kind: passport.Room.Kind, ID: second})
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // a reaction may run twice
			for _, w := range passport.ReactReuse(events[0], second, passport.Reuse{Earlier: earlier, Serves: true}) {
				if _, err := journal.Do(ctx, j, passport.Room, w.Order, w.Command); err != nil {
					t.Fatal(err)
				}
			}
		}
		o, v, err := journal.Load(ctx, j, passport.Room, second)
		if err != nil || v != 2 || o.Stage != passport.IsCaptured || o.Photo != "d1" || len(o.Fingerprints) != 2 || o.CaptureUntil != row.CaptureUntil {
			t.Fatalf("the second order is %+v at version %d, %v", o, v, err)
		}
	})
}

// Whatever day a mission is moved to, its booklets are due before it and no
// later than was promised, or than the promise counts from today.
func TestADepartureThatIsMovedMovesTheDayOfItsBooklets(t *testing.T) {
	for _, c := range []struct{ name, due, was, is, then string }{
		{"later", "2026-08-20", "2026-09-21", "2026-09-28", "2026-08-20"},
		{"earlier, after the promise", "2026-08-20", "2026-09-21", "2026-09-01", "2026-08-20"},
		{"earlier, before the promise", "2026-08-20", "2026-09-21", "2026-08-19", "2026-08-18"},
		{"later, where it was cut short", "2026-08-11", "2026-08-12", "2026-09-21", "2026-08-17"},
		{"a little later, where it was cut short", "2026-08-11", "2026-08-12", "2026-08-14", "2026-08-13"},
	} {
		o := order(t, by("", passport.Ordered{Filing: "f", Person: "p1", Type: "publicAffairs", Depart: calendar.MustParse(c.was), Due: calendar.MustParse(c.due), Identity: asked().Identity}))
		es, err := passport.Amend{Depart: calendar.MustParse(c.is), Within: 5}.Decide(o, moment(t, ""))
		if err != nil || len(es) != 1 {
			t.Fatal(c.name, es, err)
		}
		if e := es[0].Body.(passport.Amended); e.Due != calendar.MustParse(c.then) || e.Depart != calendar.MustParse(c.is) {
			t.Errorf("%s: due %s for %s, not %s", c.name, e.Due, e.Depart, c.then)
		}
	}
}

// The stock hears of a spoiled booklet a moment later than its order: whoever
// makes it again at once gets another number, and the count still balances.
func TestASpoiledNumberIsNotMadeAgainBeforeTheStockHasHeard(t *testing.T) {
	j, id, do := takenWithStock(t, "PE0000003")
	again := func() {
		t.Helper()
		if _, err := passport.Make(as("bo"), j, journal.Order{Subject: id}); err != nil {
			t.Fatal(err)
		}
	}
	again()
	do("bo", passport.Spoil{Reason: "印刷偏移", Two: []string{"bo", "cai"}})
	again()
	if o, _, err := journal.Load(ctx, j, passport.Room, id); err != nil || o.Number != "PE0000002" {
		t.Fatalf("made again as %s, %v", o.Number, err)
	}
	react(t, j)
	if b, err := passport.Balances(ctx, j.Store); err != nil || b[dossier.PublicAffairs] != (passport.Balance{Received: 3, Taken: 1, Spoiled: 1, Remaining: 1}) {
		t.Fatal(b, err)
	}
	again() // pressed twice
	if o, _, err := journal.Load(ctx, j, passport.Room, id); err != nil || o.Number != "PE0000002" {
		t.Fatalf("then it is %s, %v", o.Number, err)
	}
}

// Each part of the machine readable zone is compared for itself, and a line of
// another length with nothing.
func TestEachPartOfTheMachineReadableZoneIsComparedForItself(t *testing.T) {
	o := passport.Order{Type: dossier.PublicAffairs, Number: "PE0000001", Expires: calendar.On(2031, 3, 9), Identity: approval.Identity{LatinSurname: "LUO", LatinGivenNames: "ZHIXING", Sex: "M", DateOfBirth: calendar.On(1990, 1, 1)}}
	lines := o.Page(o.Number, o.Expires).MRZ()
	differ := func(a, b string) string {
		var out []string
		for _, p := range o.Parts([2]string{a, b}) {
			if !p.Same {
				out = append(out, p.What)
			}
		}
		return strings.Join(out, " ")
	}
	put := func(line string, at int, with string) string { return line[:at] + with + line[at+len(with):] }
	for want, read := range map[string][2]string{
		"":                   {strings.ToLower(lines[0]), " " + lines[1]},
		"code":               {put(lines[0], 1, "S"), lines[1]},
		"names":              {put(lines[0], 5, "LOU"), lines[1]},
		"number":             {lines[0], put(lines[1], 8, "2")},
		"nationality":        {lines[0], put(lines[1], 10, "HKG")},
		"born":               {lines[0], put(lines[1], 13, "900102")},
		"sex":                {lines[0], put(lines[1], 20, "F")},
		"expires":            {lines[0], put(lines[1], 21, "320309")},
		"optional":           {lines[0], put(lines[1], 30, "7")},
		"digits":             {lines[0], put(lines[1], 43, "x")},
		"code names":         {lines[0][:43], lines[1]},
		"number born digits": {lines[0], put(put(put(lines[1], 8, "2"), 13, "900102"), 9, "x")},
	} {
		if got := differ(read[0], read[1]); got != want {
			t.Errorf("differing are %q, not %q", got, want)
		}
	}
}

// The wait after a loss comes before the office's promise: what can't be made before
// the departure isn't promised for it.
func TestABookletInALostOnesPlaceIsPromisedForAfterTheWait(t *testing.T) {
	m := moment(t, "")
	for _, c := range []struct{ lost, depart, due calendar.Date }{
		{calendar.Date{}, calendar.On(2026, 8, 12), calendar.On(2026, 8, 11)},
		{today, calendar.On(2026, 8, 12), calendar.On(2026, 9, 1)},
		{today, calendar.On(2026, 8, 28), calendar.On(2026, 8, 27)},
		{today.AddDays(-30), calendar.On(2026, 9, 21), calendar.On(2026, 8, 17)},
	} {
		a := asked()
		a.Depart, a.Known = c.depart, journal.Of(approval.Known{LostOn: c.lost})
		placed, err := passport.Place{Filing: "f", Asked: a, Within: 5, Wait: 15}.Decide(passport.Order{}, m)
		if err != nil {
			t.Fatal(err)
		}
		captured, err := passport.Capture{Photo: "d", Fingers: []string{"d", "d"}, Signature: "d", CardSeen: true, Within: 5, Wait: 15}.Decide(order(t, placed...), m)
		if err != nil {
			t.Fatal(err)
		}
		if o, k := order(t, placed...), order(t, append(placed, captured...)...); o.Due != c.due || k.Due != c.due {
			t.Errorf("lost %s, leaving %s: promised for %s, after the capture %s, want %s", c.lost, c.depart, o.Due, k.Due, c.due)
		}
	}
}
