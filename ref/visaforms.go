package ref

import (
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/fault"
)

// VisaForm is what the application form of an area's missions asks, field by
// field, in the form's own order and numbering.
type VisaForm struct {
	Area    string          `yaml:"area"`
	Title   fault.Text      `yaml:"title"`
	Source  string          `yaml:"source"`
	InEn    string          `yaml:"sourceEn"` // "": it is named in Chinese alone
	From    calendar.Date   `yaml:"effectiveFrom"`
	To      calendar.Date   `yaml:"effectiveTo"`
	Checked calendar.Date   `yaml:"checkedOn"`
	Fields  []VisaFormField `yaml:"fields"`
}

// VisaFormField is one field of a form.
type VisaFormField struct {
	No       string   `yaml:"no"` // as the form has it; some forms have none
	Zh       string   `yaml:"zh"`
	En       string   `yaml:"en"`
	From     []string `yaml:"from,flow"` // data that it is filled in from
	By       string   `yaml:"by"`        // "hand": never from data
	Optional bool     `yaml:"optional"`  // may stay empty
}

// VisaForms are those of all areas and times.
type VisaForms []VisaForm

// On finds the form of an area on a day.
func (fs VisaForms) On(area string, day calendar.Date) VisaForm {
	for _, want := range []string{area, "*"} {
		for _, f := range fs {
			if f.Area == want && !day.Before(f.From) && (f.To.IsZero() || !day.After(f.To)) {
				return f
			}
		}
	}
	return VisaForm{}
}

func (fs VisaForms) check(countries Countries) error {
	for i, f := range fs {
		if _, known := countries[f.Area]; !known && f.Area != Schengen && f.Area != "*" {
			return fmt.Errorf("visaforms.yaml: there is no country %s", f.Area)
		}
		if f.From.IsZero() || f.Source == "" || f.Title.Zh == "" || f.Title.En == "" || len(f.Fields) == 0 {
			return fmt.Errorf("visaforms.yaml: %s lacks a title, its fields, a source or the day from which it holds", f.Area)
		}
		for _, x := range f.Fields {
			if x.Zh == "" || x.En == "" || x.By != "" && x.By != "hand" || x.By == "hand" && len(x.From) > 0 {
				return fmt.Errorf("visaforms.yaml: the field %s%s of %s lacks a name, or is both known and filled in by hand", x.No, x.Zh, f.Area)
			}
		}
		for _, o := range fs[:i] {
			if o.Area == f.Area && (o.To.IsZero() || !o.To.Before(f.From)) && (f.To.IsZero() || !f.To.Before(o.From)) {
				return fmt.Errorf("visaforms.yaml: two forms of %s hold on the same day", f.Area)
			}
		}
	}
	return nil
}
