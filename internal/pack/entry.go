package pack

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/ref"
)

// EntryFile is the file of a pack that says who needs no visa in the booklet.
const EntryFile = "exemptions.yaml"

// entryLine is a line of exemptions.yaml as it is written.
type entryLine struct {
	Country   string                 `yaml:"country"`
	Types     []dossier.PassportType `yaml:"types,flow"`
	Way       ref.Way                `yaml:"way,omitempty"`
	Days      int                    `yaml:"days,omitempty"`
	Condition ref.Text               `yaml:"condition,flow,omitempty"`
	Workdays  int                    `yaml:"workdays,omitempty"`
	Papers    ref.Text               `yaml:"papers,flow,omitempty"`
	Address   string                 `yaml:"address,omitempty"`
	Source    string                 `yaml:"source"`
	From      calendar.Date          `yaml:"effectiveFrom"`
	To        calendar.Date          `yaml:"effectiveTo,omitempty"`
}

// Exemptions are the office's own lines on who needs no visa in the booklet.
func (c Content) Exemptions() ([]ref.Exemption, error) {
	var all []ref.Exemption
	if wrong := read(EntryFile, c[EntryFile], &all); len(wrong) > 0 {
		return nil, wrong
	}
	return all, nil
}

// WithExemption gives a copy in which a line holds from its first day for its
// kinds of passport; one of the same country and kind that held until then ends the
// day before. Lines of other countries stay as they are written.
func (c Content) WithExemption(line ref.Exemption) (Content, error) {
	all, err := c.Exemptions()
	if err != nil {
		return nil, err
	}
	var lines []ref.Exemption
	for _, e := range ref.ByType(all) {
		if e.Country != line.Country {
			continue
		}
		switch {
		case !slices.Contains(line.Types, e.Types[0]) || !e.To.IsZero() && e.To.Before(line.From):
		case e.From == line.From:
			continue // said anew
		case e.From.Before(line.From):
			e.To = line.From.Prev()
		case line.To.IsZero() || !line.To.Before(e.From):
			line.To = e.From.Prev() // until the one that begins later
		}
		lines = append(lines, e)
	}
	lines = ref.Grouped(append(lines, ref.ByType([]ref.Exemption{line})...))
	return c.withList(EntryFile, func(list *yaml.Node) error {
		list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return value(n, "country") == line.Country })
		for _, e := range lines {
			err := put(list, len(list.Content), entryLine{e.Country, e.Types, e.Way, e.Days, e.Condition, e.Workdays, e.Papers, e.Address, e.Source, e.From, e.To})
			if err != nil {
				return err
			}
		}
		return nil
	})
}
