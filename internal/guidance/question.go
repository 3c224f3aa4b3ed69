package guidance

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Topic is what a frequent question is about.
type Topic string

// Topics lists them in the order in which a trip meets them.
func Topics() []Topic {
	return []Topic{"filing", "booklet", "visa", "hall", "change", "after", "account"}
}

// Questions is a frequent question (常见问题) as a subject: it is out or taken back
// as a notice is, and unlike one it may come out again.
var Questions = journal.Subject[State]{Kind: "guidance_question", Evolve: func(s State, e journal.Event) (State, error) {
	switch b := e.Body.(type) {
	case Answered:
		return State{Stand: Out, Edition: b.Edition}, nil
	case TakenBack:
		s.Stand = Back
		return s, nil
	}
	return s, fmt.Errorf("%T is nothing that happens to a frequent question", e.Body)
}}

const (
	QuestionLimit   = 80   // characters of Chinese
	QuestionEnLimit = 200  // characters of English
	AnswerLimit     = 1500 // characters, of either
	leadsLimit      = 12   // rules that lead to one question
)

// Answer puts out a question with its answer, or its next edition in place of the
// one before. English is optional; half of it is not.
type Answer struct {
	Topic    Topic
	Question fault.Text
	Answer   fault.Text
	// Rules are those whose findings lead here, as people type them.
	Rules string
	Known func(rule string) bool
	// Guides are the kinds of case whose guides show it.
	Guides []dossier.CaseKind
}

var ruleWords = regexp.MustCompile(`[\s,，、;；]+`)

// Decide lists everything that is wrong.
func (cmd Answer) Decide(s State, m journal.Moment) ([]journal.Event, error) {
	var wrong []fault.Finding
	text := func(field, given string, most int) string {
		kept, bad := written(field, given, most)
		wrong = append(wrong, bad...)
		return kept
	}
	question, answer := text("question", cmd.Question.Zh, QuestionLimit), text("answer", cmd.Answer.Zh, AnswerLimit)
	var questionEn, answerEn string
	if strings.TrimSpace(cmd.Question.En+cmd.Answer.En) != "" {
		questionEn, answerEn = text("question_en", cmd.Question.En, QuestionEnLimit), text("answer_en", cmd.Answer.En, AnswerLimit)
	}
	if !slices.Contains(Topics(), cmd.Topic) {
		wrong = append(wrong, fault.Finding{Field: "topic", Key: "guidance.topic"})
	}
	if slices.ContainsFunc(cmd.Guides, func(k dossier.CaseKind) bool { return !slices.Contains(GuideKinds(), k) }) {
		wrong = append(wrong, fault.Finding{Field: "guides", Key: "guidance.guides"})
	}
	rules, bad := cmd.leads()
	if wrong = append(wrong, bad...); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Answered{Edition: s.Edition + 1, Topic: cmd.Topic, Question: question, QuestionEn: questionEn, Answer: answer, AnswerEn: answerEn,
		Rules: rules, Guides: cmd.Guides}), nil
}

// leads reads the rules, each once.
func (cmd Answer) leads() ([]string, []fault.Finding) {
	var out []string
	for _, id := range ruleWords.Split(strings.ToUpper(strings.TrimSpace(cmd.Rules)), -1) {
		switch {
		case id == "" || slices.Contains(out, id):
		case !cmd.Known(id):
			return nil, []fault.Finding{{Field: "rules", Key: "guidance.rules", Args: map[string]any{"Rule": shortened(id)}}}
		default:
			out = append(out, id)
		}
	}
	if len(out) > leadsLimit {
		return nil, []fault.Finding{{Field: "rules", Key: "guidance.rules.many", Args: map[string]any{"Count": len(out), "Limit": leadsLimit}}}
	}
	return out, nil
}

// shortened is a word as far as a sentence can quote it.
func shortened(s string) string {
	if r := []rune(s); len(r) > 20 {
		return string(r[:20]) + "…"
	}
	return s
}

// TakeBack takes a question from the list (下架): it stays readable to the office.
type TakeBack struct{ Reason string }

// Decide wants a reason, which stays in the office.
func (cmd TakeBack) Decide(s State, m journal.Moment) ([]journal.Event, error) {
	if s.Stand != Out {
		return nil, fault.NotNow("guidance.takenBack", s.Stand)
	}
	reason, wrong := written("reason", cmd.Reason, ReasonLimit)
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(TakenBack{Reason: journal.Of(reason)}), nil
}

// Opinions is what one network has said of one question on one day, as a subject:
// whoever asks again from the same browser, or from too many of them, counts once
// more in no figure. Its id is made by OpinionID.
type Opinions struct{ Browsers []string }

// OpinionID is the id of what a network says of a question on a day. The network is
// a mark of it: no address is kept.
func OpinionID(question, day, network string) string {
	return question + ":" + day + ":" + network
}

// Helps is what a network has said, as a subject.
var Helps = journal.Subject[Opinions]{Kind: "guidance_help", Evolve: func(o Opinions, e journal.Event) (Opinions, error) {
	if b, is := e.Body.(Helped); is {
		o.Browsers = append(slices.Clone(o.Browsers), b.Browser.Or(""))
		return o, nil
	}
	return o, fmt.Errorf("%T is nothing that is said of an answer", e.Body)
}}

// PerNetwork is how many browsers of one network are counted for one question on one
// day: behind one address a whole unit may sit, and no machine counts for a crowd.
const PerNetwork = 20

// Help says whether an answer was of help (有没有帮助).
type Help struct {
	Question string
	Edition  int
	Yes      bool
	Browser  string // a mark of it
}

// Decide counts a browser once a day.
func (cmd Help) Decide(o Opinions, m journal.Moment) ([]journal.Event, error) {
	switch {
	case slices.Contains(o.Browsers, cmd.Browser):
		return nil, nil
	case len(o.Browsers) >= PerNetwork:
		return nil, fault.NotNow("guidance.help.many", Out)
	}
	return journal.Happened(Helped{Question: cmd.Question, Edition: cmd.Edition, Yes: cmd.Yes, Browser: journal.Of(cmd.Browser)}), nil
}

// Text is what is asked.
func (q Question) Text() fault.Text { return fault.Text{Zh: q.Ask, En: q.AskEn} }

// Says is the answer.
func (q Question) Says() fault.Text { return fault.Text{Zh: q.Answer, En: q.AnswerEn} }

// Excerpt is how an answer begins, for a list.
func Excerpt(text string, most int) string {
	line, _, more := strings.Cut(strings.TrimSpace(text), "\n")
	if utf8.RuneCountInString(line) > most {
		return string([]rune(line)[:most]) + "…"
	}
	if more {
		return strings.TrimRight(line, "：:。.") + "…"
	}
	return line
}

// ByUse sorts questions by how many they have helped, the newest first among equals.
func ByUse(qs []Question) {
	slices.SortStableFunc(qs, func(a, b Question) int { return cmp.Compare(b.Yes-b.No, a.Yes-a.No) })
}
