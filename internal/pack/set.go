package pack

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"maps"
	"sync"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/packs"
	"yitang/ref"
)

// Set is a configuration that was compiled: what an office judges by. It may
// be used by many at once, and nobody changes it.
type Set struct {
	Version   precheck.Version // of rules, thresholds and all data that they read
	Ref       ref.Data
	Checks    *precheck.Engine
	Paths     Paths
	Office    Office
	Countries map[string]requirement.Country
	Units     []Unit           // on the register from the day of the pack
	Halls     []Hall           // as they are planned when the pack comes into force, the main one first; none: as they were
	Texts     Texts            // words of pages that are this office's own
	Templates document.Wording // sentences of documents that are this office's own
	Telling   Telling          // who hears of what, by which way and when
	Release   Release          // what may leave each network for which
	Own       []string         // ids of the rules that the pack gives itself
	Off       []RuleOff        // rules of the base that aren't judged
	Over      ref.Parameters   // thresholds that the pack gives itself
	Base      *Set             // what it is laid over; nil: nothing

	catalogue requirement.Parameters
}

// Needs are the limits and tables of the three links on a day.
func (s *Set) Needs(on calendar.Date) requirement.Parameters {
	return s.catalogue.With(s.Ref, on)
}

// Country is the name of a country or region in a language: "en", else Chinese.
func (s *Set) Country(code, lang string) string { return s.Ref.Countries.Name(code, lang) }

// Built is what comes with the program: the reference data and the demo city.
// It is read once; everybody is given the same.
func Built() (*Set, error) { return once() }

var once = sync.OnceValues(func() (*Set, error) {
	data, err := ref.Built()
	if err != nil {
		return nil, err
	}
	c, err := BuiltContent()
	if err != nil {
		return nil, err
	}
	return whole(data, c)
})

// BuiltContent is what Built is made from, so that it can be kept: what was in
// force on a past day mustn't change with the program.
func BuiltContent() (Content, error) {
	c, err := ReadFiles(ref.Files())
	if err != nil {
		return nil, err
	}
	demo, err := fs.Sub(packs.Demo, "demo")
	if err != nil {
		return nil, err
	}
	over, err := ReadFiles(demo)
	if err != nil {
		return nil, err
	}
	maps.Copy(c, over)
	return c, nil
}

// Whole prepares data that was kept with BuiltContent.
func Whole(kept []byte) (*Set, error) {
	z, err := zip.NewReader(bytes.NewReader(kept), int64(len(kept)))
	if err != nil {
		return nil, ErrNoPack
	}
	data, err := ref.Load(z)
	if err != nil {
		return nil, err
	}
	c, err := ReadZip(kept)
	if err != nil {
		return nil, err
	}
	return whole(data, c)
}

// whole is a base: reference data with the demo city's files. Its version is
// of both.
func whole(data ref.Data, c Content) (*Set, error) {
	s := &Set{Ref: data, catalogue: requirement.DefaultParameters(), Version: precheck.Version(c.Sum()[:12])}
	s.Ref.Version = string(s.Version)
	own := Content{officeFile: c[officeFile], pathFile: c[pathFile], catalogueFile: c[catalogueFile]}
	for _, name := range []string{tellingFile, ReleaseFile} {
		own[name] = c[name]
		if own[name] != nil {
			continue
		}
		b, err := fs.ReadFile(packs.Demo, "demo/"+name) // the base was kept before there was such a file
		if err != nil {
			return nil, err
		}
		own[name] = b
	}
	if wrong := s.lay(own); len(wrong) > 0 {
		return nil, wrong
	}
	var err error
	s.Checks, err = precheck.New(s.Ref)
	s.Countries = requirement.CountriesOf(s.Ref)
	return s, err
}

// Lay compiles a pack laid over a base. Mistakes in reading it leave no set;
// Check says what else keeps it from being put in force.
func (base *Set) Lay(c Content) (*Set, Mistakes) {
	s := *base
	s.Base, s.Own, s.Off, s.Over = base, nil, nil, nil
	if _, wrong := c.Manifest(); len(wrong) > 0 {
		return nil, wrong
	}
	if !c.says() {
		return &s, nil
	}
	sum := sha256.Sum256([]byte(string(base.Version) + "\n" + c.Sum()))
	s.Version = precheck.Version(hex.EncodeToString(sum[:])[:12])
	if wrong := s.lay(c); len(wrong) > 0 {
		return nil, wrong
	}
	var err error
	if s.Checks, err = precheck.New(s.Ref); err != nil {
		var wrong Mistakes
		wrong.add("rules/", "", "规则之间对不上："+err.Error(), "the rules don't fit together: "+err.Error())
		return nil, wrong
	}
	s.Countries = requirement.CountriesOf(s.Ref)
	return &s, nil
}

// Wording is what documents say, and the mark across their pages where the office
// has one.
func (s *Set) Wording() document.Wording { return s.Templates.Marked(s.Office.Mark) }

// rule is a rule of the set by its id.
func (s *Set) rule(id string) ref.Rule {
	for _, r := range s.Ref.Rules {
		if r.ID == id {
			return r
		}
	}
	return ref.Rule{}
}
