package pack

import (
	"bytes"
	"fmt"
	"regexp"

	"go.yaml.in/yaml/v3"

	"yitang/internal/fault"
)

// Office is who speaks: what stands on letterheads and in numbers.
type Office struct {
	Name     fault.Text // as on the seal
	Key      string     // names the document log, in Latin letters
	City     fault.Text // in short, as fictional units are named
	Numbers  Numbers
	CopiesTo []string // other organs that get a copy of each approval
}

// Numbers are the patterns of the office's two series.
type Numbers struct {
	Case     Pattern // 案件编号
	Document Pattern // 发文字号
}

type officeFile struct {
	Name     text
	Key      string
	City     text
	Numbers  struct{ Case, Document Pattern }
	CopiesTo []string `yaml:"copiesTo"`
}

var officeKeys = regexp.MustCompile(`^[a-z][a-z0-9-]{2,40}$`)

// ParseOffice reads and checks office.yaml.
func ParseOffice(b []byte) (Office, error) {
	var f officeFile
	dec := yaml.NewDecoder(bytes.NewReader(b))
	dec.KnownFields(true)
	if err := dec.Decode(&f); err != nil {
		return Office{}, fmt.Errorf("reading the office: %w", err)
	}
	o := Office{Name: fault.Text(f.Name), Key: f.Key, City: fault.Text(f.City), Numbers: Numbers(f.Numbers), CopiesTo: f.CopiesTo}
	for _, t := range []struct {
		key string
		fault.Text
	}{{"name", o.Name}, {"city", o.City}} {
		if t.Zh == "" || t.En == "" {
			return Office{}, fmt.Errorf("%s: it is needed in both languages", t.key)
		}
	}
	if !officeKeys.MatchString(o.Key) {
		return Office{}, fmt.Errorf("key: 3 to 41 small letters, figures and hyphens name the log of issued documents, such as yunjiang-fao")
	}
	for _, n := range []struct {
		key string
		Pattern
	}{{"numbers.case", o.Numbers.Case}, {"numbers.document", o.Numbers.Document}} {
		if wrong := n.wrong(); wrong != "" {
			return Office{}, fmt.Errorf("%s: %s", n.key, wrong)
		}
	}
	return o, nil
}
