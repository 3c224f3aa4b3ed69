package web

import (
	"net/http"

	"yitang/internal/fault"
	"yitang/internal/web/ui"
)

// displayView is the page of whoever reads: how pages look, and below it the
// own account of whoever is signed in.
type displayView struct {
	Title   string
	Said    ui.Note
	Display ui.Display
	Account ui.Facts
	Mine    []ui.Button
	// Password leads to another one; empty for who has none, because WeChat lets them in.
	Password ui.Button
}

// passwordView is the form of another password.
type passwordView struct {
	Title  string
	Errors ui.ErrorSummary
	Key    string
	Login  string // for password managers
	Fields []ui.Field
}

func (s *Site) getPassword(w http.ResponseWriter, r *http.Request) { s.showPassword(w, r, nil) }

// showPassword never gives back what was typed: a password stands in no page.
func (s *Site) showPassword(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, beside := r.Context(), ui.FieldErrors(r.Context(), failed)
	v := passwordView{Title: ui.T(ctx, "password.title"), Errors: ui.Summarise(ctx, failed), Key: NewKey(), Login: Who(r).Login, Fields: []ui.Field{
		{Kind: ui.Password, Name: "password_old", Label: ui.T(ctx, "password.old"), Error: beside["password_old"], Complete: "current-password", Width: "mid", Focus: failed == nil},
		{Kind: ui.Password, Name: "password", Label: ui.T(ctx, "password.new"), Hint: ui.T(ctx, "password.hint"), Error: beside["password"], Complete: "new-password", Width: "mid"},
		{Kind: ui.Password, Name: "password_again", Label: ui.T(ctx, "password.again"), Error: beside["password_again"], Complete: "new-password", Width: "mid"},
	}}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	s.ShowAs(w, r, status, ui.Page{Title: v.Title, Errors: len(v.Errors.Errors)}, passwordPage(v))
}

func (s *Site) postPassword(w http.ResponseWriter, r *http.Request) {
	old, fresh, again := r.PostFormValue("password_old"), r.PostFormValue("password"), r.PostFormValue("password_again")
	var wrong []fault.Finding
	for name, typed := range map[string]string{"password_old": old, "password": fresh} {
		if typed == "" {
			wrong = append(wrong, fault.Finding{Field: name, Key: "form.empty"})
		}
	}
	if again != fresh {
		wrong = append(wrong, fault.Finding{Field: "password_again", Key: "password.differs"})
	}
	var err error
	if len(wrong) > 0 {
		err = fault.Invalid(wrong...)
	} else if c, had := r.Cookie(s.cookie()); had == nil {
		err = s.Door.ChangePassword(r.Context(), c.Value, old, fresh, Address(r))
	}
	switch {
	case err == nil:
		http.Redirect(w, r, "/display?said=password", http.StatusSeeOther)
	case fault.Findings(err) != nil:
		s.showPassword(w, r, err)
	default:
		s.Fail(w, r, err)
	}
}
