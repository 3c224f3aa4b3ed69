package ref

import (
	"fmt"
	"strings"
)

// Titles are what posts and departments are usually called in English, by kind
// and Chinese name.
type Titles map[titled]string

type titled struct{ kind, zh string }

// ends are what departments are called after their subject.
var ends = []struct{ zh, en string }{{"学院", "School of "}, {"系", "Department of "}, {"研究所", "Institute of "}}

// English puts somebody's post and department into English as forms want them:
// Professor, School of Materials. "" where one of them isn't known.
func (t Titles) English(department, post string) string {
	en := t[titled{"post", strings.TrimSpace(post)}]
	department = strings.TrimSpace(department)
	if en == "" || department == "" {
		return en
	}
	of := t.department(department)
	if of == "" {
		return ""
	}
	return en + ", " + of
}

func (t Titles) department(zh string) string {
	if en := t[titled{"department", zh}]; en != "" {
		return en
	}
	for _, end := range ends {
		if subject, is := strings.CutSuffix(zh, end.zh); is {
			if en := t[titled{"subject", subject}]; en != "" {
				return end.en + en
			}
		}
	}
	return ""
}

func readTitles(text []byte) (Titles, error) {
	all, err := rows(text, 3)
	if err != nil {
		return nil, err
	}
	out := Titles{}
	for _, r := range all {
		at := titled{r[0], r[1]}
		if _, twice := out[at]; twice {
			return nil, fmt.Errorf("the %s %s is given twice", r[0], r[1])
		}
		if at.kind != "post" && at.kind != "department" && at.kind != "subject" {
			return nil, fmt.Errorf("%s is a %s: posts, departments and subjects are known", r[1], r[0])
		}
		out[at] = r[2]
	}
	return out, nil
}
