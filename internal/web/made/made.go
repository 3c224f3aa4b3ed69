// Package made gives the papers that the system makes on the spot: each page that
// leads to one says what it is made from, and guards who may read it.
package made

import (
	"context"
	"net/http"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// From begins what a paper is made from: the words and names of its language.
// country names a country in "zh" or "en".
func From(ctx context.Context, english bool, country func(code, lang string) string) document.From {
	lang, short := ui.ZhHans, "zh" // whatever the reader's script: papers have the one of the office
	if english {
		lang, short = ui.En, "en"
	}
	ctx = ui.With(ctx, ui.Prefs{Lang: lang})
	return document.From{English: english,
		Country: func(code string) string { return country(code, short) },
		Word:    func(list, word string) string { return ui.T(ctx, "word."+list+"."+word) }}
}

// In tells whether a paper is asked for in English.
func In(r *http.Request) bool { return r.FormValue("lang") == "en" }

// StateOf is the state of a case that a round of it is.
func StateOf(round approval.Round) document.State {
	_, changed := round.Event.Body.(approval.Amended)
	return document.State{Round: round.N, Changed: changed, On: calendar.DateOf(round.Event.At)}
}

// Serve makes a paper and gives it. One that can't be made yet is told why by
// the page that would lead to it; an address from before is answered in words.
func Serve(s *web.Site, w http.ResponseWriter, r *http.Request, kind dossier.MaterialKind, f document.From) {
	paper, is := document.Make(kind, f)
	if !is {
		if !document.Makes(kind) {
			s.Fail(w, r, fault.NotFound("paper "+string(kind)+" that is made"))
			return
		}
		s.Fail(w, r, fault.NotNow("made.not_ready", ""))
		return
	}
	pdf, err := paper.Print()
	web.ShowPrint(s, w, r, paper.Title, pdf, err)
}
