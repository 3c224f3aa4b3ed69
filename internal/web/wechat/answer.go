package wechat

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	state "yitang/internal/progress"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	room "yitang/internal/wechat"
	"yitang/internal/zone"
)

// told is how many cases an answer tells of: a chat is no list.
const told = 4

// answer is what somebody reads in the chat; "" for what wants no answer.
func (p *Pages) answer(ctx context.Context, h room.Heard, address func(string) string) (string, error) {
	word := asked(h)
	if word == "" {
		return "", nil
	}
	b, bound, err := room.Belongs(ctx, p.Journal.Store, p.Client.Name(h.OpenID))
	if err != nil {
		return "", err
	}
	var who access.Who
	if bound {
		e, err := account.One(ctx, p.Journal.Store, b.Account)
		switch {
		case err != nil && !fault.IsNotFound(err):
			return "", err
		case err == nil && !e.Closed:
			who = e.Who(zone.Internet)
		}
	}
	link := func(text, path string) string {
		return `<a href="` + address("/wechat/enter"+to(path)) + `">` + plain(text) + `</a>`
	}
	if !who.Somebody() {
		return ui.T(ctx, "wechat.chat.stranger") + "\n" + link(ui.T(ctx, "wechat.chat.bind"), "/wechat") + "\n" + ui.T(ctx, "wechat.chat.stranger.link"), nil
	}
	switch word {
	case room.Progress:
		return p.progressOf(ctx, who, link)
	case room.Booking, room.Hall:
		return p.bookingsOf(ctx, who, link)
	case room.Door:
		return ui.T(ctx, "wechat.chat.hello", "Name", plain(who.Name)) + "\n" + link(ui.T(ctx, "wechat.chat.open"), p.Site.Home(who)), nil
	case room.Account:
		if who.Login == "" {
			return ui.T(ctx, "wechat.chat.own", "Name", plain(who.Name)) + "\n" + link(ui.T(ctx, "wechat.title"), "/wechat"), nil
		}
		return ui.T(ctx, "wechat.chat.account", "Name", plain(who.Name), "Login", plain(who.Login)) + "\n" + link(ui.T(ctx, "wechat.title"), "/wechat"), nil
	}
	return ui.T(ctx, "wechat.chat.help") + "\n" + link(ui.T(ctx, "wechat.chat.open"), p.Site.Home(who)), nil
}

// asked is the word that a message comes down to; "?" for one that is none of ours.
func asked(h room.Heard) string {
	switch {
	case h.Scene() == room.Hall || h.Scene() == room.Door:
		return h.Scene()
	case h.Event == "subscribe" || h.Event == "SCAN":
		return "?"
	case h.Event == "CLICK":
		return h.Key
	case h.Event != "":
		return ""
	}
	for _, word := range []string{room.Progress, room.Booking, room.Account} {
		if strings.Contains(fold(h.Text), word) {
			return word
		}
	}
	return "?"
}

// fold takes out what phones put between characters, and reads traditional ones.
func fold(text string) string {
	text = strings.NewReplacer("進", "进", "預", "预", "約", "约", "帳號", "账号", "賬號", "账号", "帐号", "账号").Replace(text)
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return r
	}, text)
}

// plain keeps a text from being read as a link of ours.
func plain(text string) string { return strings.NewReplacer("<", "〈", ">", "〉").Replace(text) }

// cases are somebody's own that are under way: of their unit, or those they travel in.
func (p *Pages) cases(ctx context.Context, who access.Who) ([]state.State, error) {
	if who.May(access.SeeUnit) {
		return state.OfUnit(ctx, p.Journal.Store, who.Unit, false, state.After{}, told+1)
	}
	if who.Person == "" {
		return nil, nil
	}
	all, err := filing.OfPerson(ctx, p.Journal.Store, who.Person, 50)
	if err != nil {
		return nil, err
	}
	var out []state.State
	for _, e := range all {
		s, ok, err := state.Of(ctx, p.Journal.Store, e.ID)
		if err != nil {
			return nil, err
		}
		if ok && (!s.Stage.Over() || s.Stage == state.Home && !s.Answered) {
			out = append(out, s)
		}
	}
	slices.Reverse(out) // the list's last leaves first
	return out, nil
}

func (p *Pages) progressOf(ctx context.Context, who access.Who, link func(text, path string) string) (string, error) {
	all, err := p.cases(ctx, who)
	if err != nil {
		return "", err
	}
	if len(all) == 0 {
		return ui.T(ctx, "wechat.chat.no_case") + "\n" + link(ui.T(ctx, "wechat.chat.open"), p.Site.Home(who)), nil
	}
	var lines []string
	for _, s := range all[:min(told, len(all))] {
		next, _, err := p.Progress.Next(ctx, s.Filing, who)
		if err != nil {
			return "", err
		}
		act := next.Act
		switch {
		case next.When != "":
			act = ui.Clauses(ctx, next.When, act)
		case next.By != "":
			act = ui.Clauses(ctx, act, next.By)
		}
		expected, err := p.Progress.Expects(ctx, s)
		if err != nil {
			return "", err
		}
		says := []string{ui.T(ctx, "wechat.chat.case", "Title", plain(s.Title), "Next", plain(act))}
		for _, x := range expected {
			says = append(says, plain(x))
		}
		lines = append(lines, strings.Join(says, "\n")+"\n"+link(ui.T(ctx, "wechat.chat.look"), caseURL(s.Filing)+"/progress"))
	}
	if len(all) > told {
		lines = append(lines, link(ui.T(ctx, "wechat.chat.all"), p.Site.Home(who)))
	}
	return strings.Join(lines, "\n\n"), nil
}

func (p *Pages) bookingsOf(ctx context.Context, who access.Who, link func(text, path string) string) (string, error) {
	all, err := p.cases(ctx, who)
	if err != nil {
		return "", err
	}
	var lines []string
	now := p.Journal.Now()
	where := func(b hall.Booking) (string, error) { // and what to bring
		bring, _ := (&progress.Pages{Country: p.Progress.Country}).Bring(ctx, b) // names nobody
		h, planned, err := hall.HallOf(ctx, p.Journal.Store, b.Hall)
		if planned {
			bring = append([]string{progress.HallAt(ctx, h)}, bring...)
		}
		return plain(ui.Sentences(ctx, bring...)), err
	}
	for _, s := range all {
		booked, err := hall.OfFiling(ctx, p.Journal.Store, s.Filing)
		if err != nil {
			return "", err
		}
		here, in, err := p.Progress.InHall(ctx, s, who)
		if err != nil {
			return "", err
		}
		if in {
			lines = append(lines, plain(s.Title)+"\n"+ui.Sentences(ctx, here.Act, here.Text)+"\n"+link(ui.T(ctx, "wechat.chat.pass"), "/visits/"+url.PathEscape(s.Filing)+"/pass"))
			continue
		}
		for _, b := range booked {
			if b.Awaited(now) && (who.May(access.SeeUnit) || slices.Contains(b.People, who.Person)) {
				at, err := where(b)
				if err != nil {
					return "", err
				}
				lines = append(lines, ui.T(ctx, "wechat.chat.booked", "Title", plain(s.Title), "When", progress.When(ctx, b.Day, b.Slot), "Number", b.Number)+"\n"+at+"\n"+link(ui.T(ctx, "wechat.chat.pass"), "/visits/"+url.PathEscape(s.Filing)+"/pass"))
			}
		}
		if step := state.Next(s, now); step.Page == "visit" && !slices.ContainsFunc(booked, func(b hall.Booking) bool { return b.Awaited(now) }) {
			lines = append(lines, ui.T(ctx, "wechat.chat.to_book", "Title", plain(s.Title))+"\n"+link(ui.T(ctx, "wechat.chat.book"), "/visits/"+url.PathEscape(s.Filing)+"/slots"))
		}
	}
	if len(lines) == 0 {
		return ui.T(ctx, "wechat.chat.no_booking") + "\n" + link(ui.T(ctx, "wechat.chat.open"), p.Site.Home(who)), nil
	}
	return strings.Join(lines[:min(told, len(lines))], "\n\n"), nil
}

func caseURL(id string) string { return "/cases/" + url.PathEscape(id) }
