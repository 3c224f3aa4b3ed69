package ref

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"yitang/internal/calendar"
)

//go:embed *.yaml *.csv rules/*.yaml
var built embed.FS

// Data is all reference data, read and checked.
type Data struct {
	Rules      []Rule // in the order of the catalogue: files by number, then as they stand
	Parameters Parameters
	Holidays   *calendar.Book
	Countries  Countries
	Rates      Rates
	Exchange   Exchange
	Exemptions []Exemption
	Cities     Cities
	Undecided  []Undecided // numbers of the catalogue without a rule
	Unarticled []Unarticled
	Missions   Missions
	VisaForms  VisaForms
	Formal     map[string]string   // states' full names in Chinese, where they aren't Countries'
	Surnames   map[string][]string // surname in Chinese to its Latin readings, the usual one first
	Titles     Titles
	Version    string // changes with any byte of the data
}

// Built is the data that ships in the binary. It is read once, because two
// hundred kilobytes of YAML are a good part of a node's start; everybody is
// given the same, and nobody changes it.
func Built() (Data, error) { return once() }

var once = sync.OnceValues(func() (Data, error) { return Load(built) })

// younger are the files that data of an earlier program, which a node keeps to
// judge by the rules of that day, doesn't have.
var younger = []string{"exchange.yaml", "formal.csv", "titles.csv", "unarticled.yaml", "visaforms.yaml"}

// Load reads reference data from files laid out as in this package: an office
// may lay its own beside the binary.
func Load(files fs.FS) (Data, error) {
	d := Data{}
	version, err := fingerprint(files)
	if err != nil {
		return Data{}, fmt.Errorf("reading the reference data: %w", err)
	}
	d.Version = version
	for _, part := range []struct {
		file string
		read func([]byte) error
	}{
		{"parameters.yaml", func(b []byte) error { return decode(b, &d.Parameters) }},
		{"holidays.yaml", func(b []byte) error { d.Holidays, err = readHolidays(b); return err }},
		{"countries.csv", func(b []byte) error { d.Countries, err = ParseCountries(b); return err }},
		{"rates.yaml", func(b []byte) error { return decode(b, &d.Rates) }},
		{"exchange.yaml", func(b []byte) error { return decode(b, &d.Exchange) }},
		{"exemptions.yaml", func(b []byte) error { return decode(b, &d.Exemptions) }},
		{"cities.csv", func(b []byte) error { d.Cities, err = ParseCities(b); return err }},
		{"undecided.yaml", func(b []byte) error { d.Undecided, err = readUndecided(b); return err }},
		{"unarticled.yaml", func(b []byte) error { d.Unarticled, err = readUnarticled(b); return err }},
		{"missions.yaml", func(b []byte) error { return decode(b, &d.Missions) }},
		{"visaforms.yaml", func(b []byte) error { return decode(b, &d.VisaForms) }},
		{"formal.csv", func(b []byte) error { d.Formal, err = readFormal(b); return err }},
		{"surnames.csv", func(b []byte) error { d.Surnames, err = ParseSurnames(b); return err }},
		{"titles.csv", func(b []byte) error { d.Titles, err = readTitles(b); return err }},
	} {
		text, err := fs.ReadFile(files, part.file)
		if slices.Contains(younger, part.file) && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return Data{}, fmt.Errorf("reading the reference data: %w", err)
		}
		if err := part.read(text); err != nil {
			return Data{}, fmt.Errorf("reading the reference data: %s: %w", part.file, err)
		}
	}
	if d.Rules, err = readRules(files); err != nil {
		return Data{}, fmt.Errorf("reading the reference data: %w", err)
	}
	return d, d.check()
}

// check finds rows that contradict each other or point nowhere.
func (d Data) check() error {
	for _, r := range d.Rates {
		if _, known := d.Countries[r.Country]; !known {
			return fmt.Errorf("rates.yaml: there is no country %s", r.Country)
		}
	}
	for _, e := range d.Exemptions {
		if _, known := d.Countries[e.Country]; !known {
			return fmt.Errorf("exemptions.yaml: there is no country %s", e.Country)
		}
	}
	for code := range d.Formal {
		if c, known := d.Countries[code]; !known || c.Region {
			return fmt.Errorf("formal.csv: there is no state %s", code)
		}
	}
	if err := d.Missions.check(d.Countries); err != nil {
		return err
	}
	if err := d.VisaForms.check(d.Countries); err != nil {
		return err
	}
	if err := d.Exchange.check(); err != nil {
		return err
	}
	for i, p := range d.Parameters {
		if p.From.IsZero() || p.Basis == "" || p.Value == "" && len(p.Words) == 0 {
			return fmt.Errorf("parameters.yaml: %s lacks a value, a basis or the day from which it holds", p.Key)
		}
		for _, q := range d.Parameters[:i] {
			if p.Key == q.Key && p.Jurisdiction == q.Jurisdiction && p.overlaps(q) {
				return fmt.Errorf("parameters.yaml: two values of %s hold on the same day", p.Key)
			}
		}
	}
	return nil
}

// decode is strict: a misspelt key in a data file would otherwise switch a rule
// off without a word.
func decode(text []byte, into any) error {
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	return d.Decode(into)
}

func fingerprint(files fs.FS) (string, error) {
	var names []string
	for _, pattern := range []string{"*.yaml", "*.csv", "rules/*.yaml"} {
		found, err := fs.Glob(files, pattern)
		if err != nil {
			return "", err
		}
		names = append(names, found...)
	}
	sort.Strings(names)
	h := sha256.New()
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", name, len(text))
		h.Write(text)
	}
	return hex.EncodeToString(h.Sum(nil))[:12], nil
}

func readRules(files fs.FS) ([]Rule, error) {
	names, err := fs.Glob(files, "rules/*.yaml")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(names, byNumber)
	var all []Rule
	seen := map[string]bool{}
	for _, name := range names {
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		var rules []Rule
		if err := decode(text, &rules); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
		for _, r := range rules {
			r.File = path.Base(name)
			if seen[r.ID] {
				return nil, fmt.Errorf("%s: rule %s is given twice", r.File, r.ID)
			}
			seen[r.ID] = true
			if err := r.check(); err != nil {
				return nil, fmt.Errorf("%s: rule %s %w", r.File, r.ID, err)
			}
			all = append(all, r)
		}
	}
	return all, nil
}

// byNumber puts 10-amd.yaml after 9-vis.yaml: the catalogue's order is that in
// which findings are told.
func byNumber(a, b string) int {
	number := func(name string) int {
		n, _, _ := strings.Cut(path.Base(name), "-")
		i, err := strconv.Atoi(n)
		if err != nil {
			return math.MaxInt // an office's own, after the catalogue
		}
		return i
	}
	return cmp.Or(cmp.Compare(number(a), number(b)), strings.Compare(a, b))
}

func rows(text []byte, columns int) ([][]string, error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.Comment = '#'
	r.FieldsPerRecord = columns
	if _, err := r.Read(); err != nil { // the heading
		return nil, err
	}
	var out [][]string
	for {
		row, err := r.Read()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
}

// readFormal reads the full names of states.
func readFormal(text []byte) (map[string]string, error) {
	all, err := rows(text, 2)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(all))
	for _, row := range all {
		if _, twice := out[row[0]]; twice || row[1] == "" {
			return nil, fmt.Errorf("%s is given twice, or without a name", row[0])
		}
		out[row[0]] = row[1]
	}
	return out, nil
}

// FormalName is a state's full name in Chinese, as a note addresses it.
func (d Data) FormalName(code string) string {
	if name, differs := d.Formal[code]; differs {
		return name
	}
	return d.Countries.Name(code, "zh")
}

// ParseSurnames reads surnames with their Latin readings.
func ParseSurnames(text []byte) (map[string][]string, error) {
	all, err := rows(text, 2)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]string, len(all))
	for _, row := range all {
		if _, twice := out[row[0]]; twice {
			return nil, fmt.Errorf("%s is given twice", row[0])
		}
		out[row[0]] = strings.Fields(row[1])
	}
	return out, nil
}
