package filing

import (
	"slices"

	"yitang/internal/dossier"
	"yitang/internal/person"
)

// Mended is what a correction changed of a member: their record changes alike,
// or they would be asked for it again.
type Mended struct {
	Person string
	Data   person.Data
}

// MendedOf lists the members of whom a correction changed what a record holds.
func MendedOf(b Corrected) []Mended {
	c, held := b.Dossier.Value()
	if !held {
		return nil
	}
	var out []Mended
	for i, m := range c.Members[:min(len(c.Members), len(b.Members))] {
		facts, data := person.FromMember(m), person.Data{}
		for _, d := range person.AllData() {
			field := dossier.Owner(i) + "." + d.Name
			if slices.ContainsFunc(b.Changed, func(path string) bool { return dossier.Within(path, field) }) {
				data[d.Name] = facts.Text(d.Name)
			}
		}
		if len(data) > 0 {
			out = append(out, Mended{b.Members[i].Person, data})
		}
	}
	return out
}
