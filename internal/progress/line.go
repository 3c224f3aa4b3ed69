package progress

import (
	"yitang/internal/visa"
	"yitang/ref"
)

// Standing is where one link stands, as the line draws it.
type Standing string

const (
	Ahead Standing = "empty" // nothing yet
	On    Standing = "on"    // under way, waiting for nobody in particular
	Here  Standing = "here"  // somebody has it in hand
	Ready Standing = "done"
)

// Station is one link of the line: how full its stroke is, and one short
// sentence that carries its state.
type Station struct {
	Standing Standing
	Tenths   int // 0 to 10
	Key      string
	Args     map[string]any
	Done     int // members, or orders, that are through
	Of       int
}

// Line is the three links side by side (审批—护照—签证). They run as early as the
// rules allow: passport and visa begin with the decision.
type Line struct {
	Approval Station
	Passport Station
	Visa     Station
}

// LineOf computes the line.
func LineOf(s State) Line {
	return Line{Approval: s.approvalStation(), Passport: s.passportStation(), Visa: s.visaStation()}
}

// Complete tells whether all three links are done: 可以成行.
func (l Line) Complete() bool {
	return l.Approval.Standing == Ready && l.Passport.Standing == Ready && l.Visa.Standing == Ready
}

func (s State) approvalStation() Station {
	st := func(standing Standing, tenths int, key string, args map[string]any) Station {
		return Station{Standing: standing, Tenths: tenths, Key: "progress.line.approval." + key, Args: args}
	}
	switch s.Stage {
	case InDraft:
		return st(Here, 1, "draft", nil)
	case AtSignatory:
		return st(Here, 2, "signing", nil)
	case OnTheWay:
		return st(Here, 3, "way", nil)
	case AtIntake:
		return st(Here, 3, "intake", nil)
	case SentBack:
		return st(Here, 3, "sent_back", map[string]any{"Count": s.Defects})
	case InReview:
		if !s.Awaits.IsZero() {
			return st(Here, 5, "opinion", nil)
		}
		n := max(1, len(s.Steps))
		return st(Here, 4+5*min(s.Step, n)/n, "review", map[string]any{"Step": s.Step + 1, "Steps": n})
	case Decided:
		if s.Joins {
			return st(Here, 8, "notice", nil)
		}
		return st(Here, 9, "document", nil)
	case Refused:
		return st(On, 10, "refused", nil)
	case Withdrawn:
		return st(On, 0, "withdrawn", nil)
	}
	if s.Void() {
		switch {
		case s.Cancelled:
			return st(On, 10, "cancelled", nil)
		case s.Annulled():
			return st(On, 10, "annulled", nil)
		}
		return st(On, 10, "revoked", nil)
	}
	out := st(Ready, 10, "done", map[string]any{"Count": len(s.Approved())})
	if s.Stage == Archived && s.Outcome != "approved" {
		out = st(On, 10, s.Outcome, nil)
		if s.Annulled() {
			out = st(On, 10, "annulled", nil)
		}
	}
	return out
}

// begun tells whether the approval is through, so that the other two may end.
func (s State) begun() bool {
	switch s.Stage {
	case Issued, Cleared, Abroad, Home, NotDeparted, Done, Archived:
		return s.Document != "" || len(s.Approved()) > 0
	}
	return false
}

// off tells whether the case has come to nothing: no booklet or visa is made on its
// account any more.
func (s State) off() bool {
	switch s.Stage {
	case Refused, Revoked, Withdrawn:
		return true
	case Archived:
		return s.Outcome != "approved"
	}
	return false
}

// over tells whether nobody travels on this case any more: a booklet that was
// lost has done its service, and no other is made for it.
func (s State) over() bool {
	switch s.Stage {
	case Home, NotDeparted, Done, Archived:
		return true
	}
	return false
}

// missed tells whether somebody's booklet is said to be lost for a trip that isn't
// over: until it is found nobody travels with it, nor with the visas in it.
func (s State) missed(p Person) bool { return p.LossTold && !s.over() }

func (s State) passportStation() Station {
	st := Station{Standing: Ahead, Key: "progress.line.passport.ahead"}
	tenths := 0
	asked := 0
	for _, id := range s.Ours() {
		p := s.People[id]
		st.Of++
		booklet := p.Booklet
		if s.missed(*p) {
			booklet = IsLost
		}
		tenths += booklet.tenths()
		if booklet.ready() || booklet == IsLost && s.over() {
			st.Done++
		}
		if p.Booklet != NoneAsked {
			asked++
		}
	}
	switch {
	case s.off():
		st.Key = "progress.line.passport.off"
		return st
	case !s.begun() || st.Of == 0:
		return st
	case st.Done == st.Of && asked == 0:
		st.Standing, st.Tenths, st.Key = Ready, 10, "progress.line.passport.held"
	case st.Done == st.Of:
		st.Standing, st.Tenths, st.Key = Ready, 10, "progress.line.passport.done"
	default:
		st.Standing, st.Tenths, st.Key = Here, min(9, tenths/st.Of), "progress.line.passport.making"
	}
	st.Args = map[string]any{"Done": st.Done, "Count": st.Of}
	return st
}

// through tells how far one visa order is, in tenths.
func through(v visa.Stage) int {
	switch v {
	case visa.IsPlanned:
		return 1
	case visa.KitIsReady:
		return 3
	case visa.IsSent, visa.IsRefused:
		return 6
	case visa.IsGranted:
		return 8
	}
	return 10
}

func (s State) visaStation() Station {
	st := Station{Standing: Ahead, Key: "progress.line.visa.ahead"}
	tenths, none, own := 0, 0, 0
	refused := false
	for _, id := range s.Ours() {
		for _, v := range s.People[id].Visas {
			if v.Stage == visa.NoneNeeded {
				none++
				if v.Way != ref.VisaFree {
					own++
				}
				continue
			}
			st.Of++
			if s.missed(*s.People[id]) && v.Stage.InBooklet() {
				v.Stage = visa.IsPlanned
			}
			tenths += through(v.Stage)
			if !v.Stage.Open() {
				st.Done++
			}
			refused = refused || v.Stage == visa.IsRefused
		}
	}
	if s.off() {
		st.Key = "progress.line.visa.off"
		return st
	}
	if !s.begun() {
		return st
	}
	st.Args = map[string]any{"Done": st.Done, "Count": st.Of, "Free": none}
	switch {
	case st.Of == 0 && own > 0:
		st.Standing, st.Tenths, st.Key = Ready, 10, "progress.line.visa.own"
	case st.Of == 0 && s.ToRegionsOnly():
		st.Standing, st.Tenths, st.Key = Ready, 10, "progress.line.visa.permit"
	case st.Of == 0:
		st.Standing, st.Tenths, st.Key = Ready, 10, "progress.line.visa.none"
	case st.Done == st.Of:
		st.Standing, st.Tenths, st.Key = Ready, 10, "progress.line.visa.done"
	case refused:
		st.Standing, st.Tenths, st.Key = Here, min(9, tenths/st.Of), "progress.line.visa.refused"
	default:
		st.Standing, st.Tenths, st.Key = Here, min(9, tenths/st.Of), "progress.line.visa.going"
		switch {
		case own > 0:
			st.Key = "progress.line.visa.going_own"
		case none > 0:
			st.Key = "progress.line.visa.going_free"
		}
	}
	return st
}
