package ref

import "fmt"

// Undecided is a number of the catalogue that no data can decide, with why.
type Undecided struct {
	ID     string `yaml:"id"`
	Title  Text   `yaml:"title"`
	Reason Text   `yaml:"reason"`
}

func readUndecided(text []byte) ([]Undecided, error) {
	var all []Undecided
	if err := decode(text, &all); err != nil {
		return nil, err
	}
	for _, u := range all {
		if !ruleID.MatchString(u.ID) || u.Title.Zh == "" || u.Title.En == "" || u.Reason.Zh == "" || u.Reason.En == "" {
			return nil, fmt.Errorf("%s lacks its number, title or reason in two languages", u.ID)
		}
	}
	return all, nil
}
