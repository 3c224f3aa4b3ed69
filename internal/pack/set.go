package pack

import (
	"fmt"
	"io/fs"
	"sync"

	"yitang/internal/calendar"
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
	demo, err := fs.Sub(packs.Demo, "demo")
	if err != nil {
		return nil, err
	}
	return compile(data, demo)
})

// compile prepares a pack's files for judging. A rule's expressions are
// compiled when it is first needed.
func compile(data ref.Data, files fs.FS) (*Set, error) {
	s := &Set{Version: precheck.Version(data.Version), Ref: data, Countries: requirement.CountriesOf(data), catalogue: requirement.DefaultParameters()}
	var err error
	if s.Checks, err = precheck.New(data); err != nil {
		return nil, err
	}
	if s.Paths, err = LoadPaths(files); err != nil {
		return nil, err
	}
	b, err := fs.ReadFile(files, "office.yaml")
	if err != nil {
		return nil, fmt.Errorf("reading the office: %w", err)
	}
	if s.Office, err = ParseOffice(b); err != nil {
		return nil, fmt.Errorf("office.yaml: %w", err)
	}
	return s, nil
}
