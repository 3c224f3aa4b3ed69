package ref

import (
	"fmt"
	"regexp"
	"strings"
)

// Unarticled are sources of rules that are cited without an article, with why.
type Unarticled struct {
	Reason  Text     `yaml:"reason"`
	Sources []string `yaml:"sources"`
}

func readUnarticled(text []byte) ([]Unarticled, error) {
	var all []Unarticled
	if err := decode(text, &all); err != nil {
		return nil, err
	}
	for _, u := range all {
		if u.Reason.Zh == "" || u.Reason.En == "" || len(u.Sources) == 0 {
			return nil, fmt.Errorf("sources %v lack their reason in two languages", u.Sources)
		}
	}
	return all, nil
}

var article = regexp.MustCompile(`第[0-9一二三四五六七八九十百、]+(?:条|部分)`)

// WithoutArticle are the sources of a basis that name no article or part.
func (b Basis) WithoutArticle() []string {
	var out []string
	for _, s := range strings.Split(b.Source, "；") {
		if s != "" && !article.MatchString(s) {
			out = append(out, s)
		}
	}
	return out
}
