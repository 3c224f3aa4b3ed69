package drill_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/demo"
	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/visa"
	"yitang/internal/web"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/sites"
	"yitang/internal/zone"
)

// asksNew are the fields, form by form, that ask for what nobody holds, and why.
// A form's new field fails the census until it stands here or below.
var asksNew = []struct{ form, fields, why string }{
	{"POST /display", "density keys lang text theme", "how somebody wants to see the pages"},
	{"POST /password", "password password_again password_old", "a secret that nobody keeps in the clear"},
	{"POST /verify", "code file", "a document that somebody holds in their hand"},
	{"POST /cases/new", "kind file text", "begins a case: what it is, or a file that holds it"},
	{"POST /cases/{case}/trip/import", "file text", "a file that somebody has"},
	{"POST /people/import", "file text", "a file that somebody has"},
	{"POST /plan/import", "file text", "a file that somebody has"},
	{"POST /people/export", "numbers", "a choice of what is exported"},
	{"POST /cases/{case}/papers", "materials from.* until.*", "a paper that is missing, with the days that stand on it alone"},
	{"POST /cases/{case}/budget", "costs.* fx.*", "what a ticket costs, and the rate of the day"},
	{"POST /cases/{case}/members/import", "file text", "a file that somebody has"},
	{"POST /cases/{case}/members/export", "numbers", "a choice of what is exported"},
	{"POST /cases/{case}/later", "file-* from.*", "a paper that is missing, with the days that stand on it alone"},
	{"POST /papers/{material}/replace", "file issued validFrom validUntil", "a newer paper, with the days that stand on it alone"},
	{"GET /cases/{case}/check", "answers.*", "the reason for what a rule warns of"},
	{"POST /cases/{case}/waiver", "reason", "why the office is asked for it"},
	{"POST /sign/{case}/back", "words", "what the signatory wants to have changed"},
	{"POST /people/new", "*", "somebody of whom nothing is known"},
	{"POST /cases/{case}/members/new", "*", "somebody of whom nothing is known"},
	{"POST /people/{person}", "from nature", "of a change: whether it is a correction, and from when it holds"},
	{"POST /people/{person}", "principal academic leadershipTeam foreignResidence unit", "empty says what is usual: no principal, no academic, the unit whose list it is"},
	{"POST /people/{person}/leave", "on", "the day of what happens now; today stands there"},
	{"POST /people/{person}/transfer", "on to", "where somebody goes"},
	{"POST /people/{person}/details", "*", "asked of the traveller or the unit once, where a booklet or a visa form wants it"},
	{"POST /mine/{token}", "digits", "shows that the link is in the right hands"},
	{"POST /mine/{token}/details", "*", "asked once, where a booklet or a visa form wants it"},
	{"POST /mine/{token}/wrong", "*", "what is wrong in what is held"},
	{"POST /mine/{token}/photo", "photo", "a photo that is missing or too old"},
	{"POST /visits/{case}/hold", "slot", "which time suits"},
	{"POST /told/ways", "hear lang", "what somebody wants to hear of, and in which language"},
	{"POST /cases/{case}/after/home", "on deviation elsewhere private", "when they were really home, and what went otherwise than approved"},
	{"POST /cases/{case}/after/report", "report spent overspent", "what the trip brought and cost"},
	{"POST /cases/{case}/after/notice/text", "results", "what the trip brought"},
	{"POST /me/rate/{case}", "anonymous grade tags words", "what people think of it"},
	{"POST /rate/{attendance}", "*", "what somebody thinks of a visit"},
	{"POST /c/{case}/leader", "*", "what a leader has decided on paper"},
	{"POST /c/{case}/revoke", "*", "why it is revoked"},
	{"POST /c/{case}/supersede", "*", "why it is given out anew"},
	{"POST /c/{case}/notice", "*", "by when it is to be mended"},
	{"POST /waivers/{waiver}", "*", "what the chief decides"},
	{"POST /people/ask", "*", "whom to ask"},
	{"POST /notices", "*", "what the office wants known, by whom and until when"},
	{"POST /feedback", "*", "what somebody thinks of a page, and whether they tell which"},
	{"POST /remarks/{remark}/answer", "*", "what the office makes of what somebody said"},
	{"POST /remarks/{remark}/changed", "*", "what was changed because of it, in words for everybody"},
	{"POST /faq", "*", "what people ask, and what the office answers"},
	{"POST /people/{person}/merge", "*", "which of two records is right"},
	{"GET /c/{case}", "looked note opinion.* reason.*", "what the desk thinks of it, or decides"},
	{"GET /c/{case}", "conditions", "the office's sentences for such a case stand there; how a delegation of another city's travels is that one's to say"},
	{"POST /c/{case}/back", "reason to", "why it is handed back, and to whom"},
	{"POST /c/{case}/notice/list", "field fix words", "what is wrong, and how it is mended"},
	{"POST /c/{case}/letters-in/{what}", "answer file number on words validUntil persons", "what stands on a letter that came on paper; of people, about whom it is"},
	{"POST /cases/{case}/lost", "booklet on where to words paper", "which is lost, when and where, and who was told of it: only who lost it knows"},
	{"POST /booklets/b/{booklet}/lost", "reason", "how it was lost"},
	{"POST /booklets/b/{booklet}/found", "reason", "how it was found"},
	{"POST /booklets/b/{booklet}/void", "reason", "why it is void"},
	{"POST /booklets/coming", "choose scan", "which booklet lies on the desk: only a look at it tells"},
	{"POST /booklets/in", "early", "why a booklet came back before its trip"},
	{"POST /booklets/in", "by choose on scan", "which booklet came back, and how"},
	{"POST /booklets/out/{case}", "choose ahead anyway code.*", "who gets theirs now, and why before all is ready; which locker or parcel it lies in"},
	{"POST /booklets/b/{booklet}/complete", "complete", "what an old record of a booklet lacks"},
	{"POST /desk/walk", "*", "what a walk-in wants"},
	{"POST /desk/{visit}/in", "*", "who has come: only a look at them tells"},
	{"POST /desk/{visit}/act", "*", "what was done at the window"},
	{"POST /visa/send", "choose", "what goes to the mission today"},
	{"POST /visa/{order}/ask", "paper words", "what a mission asks for beyond the kit"},
	{"POST /visa/{order}/kit", "items also", "that the paper was looked at"},
	{"POST /visa/{order}/kit", "insuranceArea insuranceCover", "stand on the policy alone; the unit is asked for its days"},
	{"POST /visa/{order}/kit", "note noteOn", "of a note that wasn't made here; of one that was they stand there"},
	{"POST /visa/{order}/grant", "from until entries days", "printed in the visa alone"},
	{"POST /visa/{order}/grant", "went unseen", "whether the mission saw them; the traveller's day is told where it is known"},
	{"POST /visa/{order}/letter", "supplement", "what the note is to say beyond what is held"},
	{"POST /visa/{order}/mission", "on place words anyway", "the day that the mission has given"},
	{"POST /visa/{order}/refuse", "reason", "what the mission says"},
	{"POST /visa/{order}/withdraw", "withdraw", "why it is withdrawn"},
	{"POST /visa/{order}/wrong", "what", "what is printed wrongly"},
	{"POST /personnel/{person}/restrict", "*", "what another authority has told the office"},
	{"POST /personnel/{person}/secrecy", "*", "what another authority has told the office"},
	{"POST /capture/{order}", "cardSeen exemption* finger* photo signature", "a person's body, and that their card was seen"},
	{"POST /orders/{order}/check", "line1 line2 until.*", "read off the booklet, to compare it with what is held"},
	{"POST /orders/{order}/spoil", "reason witness witness_password", "two people's word that a blank is spoilt"},
	{"POST /stock", "first last type", "blanks that have come"},
	{"POST /stock/spoiled", "number reason witness witness_password", "two people's word that a blank is spoilt"},
}

// asksHeld are the fields whose datum is held elsewhere: what is held must stand
// in them when the form is shown, and people only look at it.
var asksHeld = []struct{ form, fields, held string }{
	{"POST /cases/{case}/later", "until.*", "the day until which a mission wants the insurance follows from the trip"},
	{"POST /people/{person}", "familyName givenName latinSurname latinGivenNames idExpires mobile email department post rank employment nationality vetting.* cleared", "the person's record"},
	{"POST /c/{case}/letters-in/{what}", "authority until", "who is in charge of the member, from the application; the office's own clock"},
	{"POST /booklets/out/{case}", "by.*", "how they get it, from the plan of the visits"},
	{"POST /visa/send", "batch", "the day"},
	{"POST /visa/{order}/send", "batch", "the day"},
	{"POST /visa/{order}/ask", "by", "the office's own clock"},
	{"POST /visa/{order}/kit", "bookedIn bookedOut", "the days of the stay"},
	{"POST /visa/{order}/kit", "insuranceFrom insuranceUntil", "the days that the unit gave with the policy"},
	{"POST /cases/{case}/members/{person}", "members[*", "what the office has told of them"},
	{"POST /visa/{order}/grant", "name tail", "the booklet that was sent"},
	{"POST /visa/{order}/correct", "name tail from until days entries", "what was entered when it was granted"},
	{"POST /visa/{order}/letter", "mission noteEntries", "the mission's own name, and what the stay wants"},
	{"POST /visa/{order}/seen", "seen", "the day"},
}

// fits tells whether a field is one of those that a list names.
func fits(list, name string) bool {
	return slices.ContainsFunc(strings.Fields(list), func(p string) bool {
		head, open := strings.CutSuffix(p, "*")
		return p == name || open && strings.HasPrefix(name, head)
	})
}

// weighed says of a field of a form what is wrong with it: nobody has said why
// it is asked, or what is held doesn't stand in it.
func weighed(form, name string, values []string, met map[string]bool) string {
	for _, x := range asksHeld {
		if x.form == form && fits(x.fields, name) {
			met[x.form+" "+x.fields] = true
			if strings.Join(values, "") == "" {
				return fmt.Sprintf("%s asks for %s, which is held: %s", form, name, x.held)
			}
			return ""
		}
	}
	for _, x := range asksNew {
		if x.form == form && fits(x.fields, name) {
			met[x.form+" "+x.fields] = true
			return ""
		}
	}
	return fmt.Sprintf("%s asks for %s, and nobody has said why nothing of it is held", form, name)
}

// kinds are an example of every kind of case: own delegations are the story's.
var kinds = []struct {
	name, example string
	weeks         int // later than it is written: nobody makes two trips at once
	people        []int
	upTo          drill.Name // its own desks; the others are as for the story's case
	change        func(c, mission map[string]any, people []map[string]any)
}{
	{"with a member of theirs", "valid-germany-5-days", 4, []int{0, 2}, drill.VisaKit, func(c, mission map[string]any, people []map[string]any) {
		mission["kind"] = "organisedCross"
		people[1]["unit"], people[1]["jurisdiction"] = "渝州研究院（虚构）", otherOffice
		c["notice"].(map[string]any)["units"] = []string{unitOfStory, "渝州研究院（虚构）"}
	}},
	{"joining theirs", "valid-germany-5-days", 8, []int{0, 2}, drill.Decide, func(_, mission map[string]any, people []map[string]any) {
		mission["kind"], mission["organiser"], mission["organisingAuthority"] = "joined", "渝州大学（虚构）", otherOffice
		mission["opinionRequest"] = map[string]any{"number": "渝外办征〔2026〕31号", "issued": "2026-03-02"}
		people[0]["role"] = "member"
	}},
	{"to Hong Kong", "valid-hong-kong-4-days", 12, []int{0, 2}, drill.VisaKit, nil},
	{"academics, one rehired", "germany-6-days", 16, []int{0, 2}, drill.Review, func(_, mission map[string]any, people []map[string]any) {
		mission["title"], mission["academicRegime"] = "赴柏林作学术报告团组", true
		people[1]["employment"], people[1]["academic"], people[1]["idNumber"], people[1]["dateOfBirth"] = "rehired", true, "50990119580127121X", "1958-01-27"
		delete(people[1], "unit")
	}},
	{"training", "valid-germany-5-days", 20, []int{0, 2}, drill.Draft, func(_, mission map[string]any, _ []map[string]any) {
		mission["kind"], mission["category"] = "training", "training"
	}},
	{"urgent", "valid-germany-5-days", 24, []int{0, 2}, drill.Submit, func(c, mission map[string]any, _ []map[string]any) {
		mission["urgent"], mission["urgencyReason"] = true, "对方实验室突发故障，须立即派员到场会商"
		delete(c, "notice")
	}},
	{"for a term", "valid-term-approval", 28, []int{0, 2}, drill.Decide, func(_, _ map[string]any, people []map[string]any) {
		for _, p := range people {
			delete(p, "unit")
		}
	}},
}

const (
	otherOffice = "渝州市人民政府外事办公室（虚构）"
	unitOfStory = "云江市示范理工大学（虚构）"
)

var inMay = regexp.MustCompile(`2026-05-\d\d`)

// caseFile is an example of a kind as a case file.
func caseFile(t *testing.T, example string, weeks int, chosen []int, change func(c, mission map[string]any, people []map[string]any)) string {
	t.Helper()
	text, err := os.ReadFile("../../testdata/cases/" + example + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var c map[string]any
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	delete(c, "expect")
	delete(c, "materials")
	all := c["members"].([]any)
	var people []map[string]any
	for _, i := range chosen {
		people = append(people, all[i].(map[string]any))
	}
	c["members"] = people
	if b, is := c["budget"].(map[string]any); is {
		b["lines"] = slices.DeleteFunc(b["lines"].([]any), func(line any) bool {
			l := line.(map[string]any)
			m, of := l["member"].(float64)
			if of {
				l["member"] = slices.Index(chosen, int(m))
			}
			return of && l["member"] == -1
		})
	}
	if n, is := c["notice"].(map[string]any); is {
		n["units"] = []string{unitOfStory}
	}
	if change != nil {
		change(c, c["case"].(map[string]any), people)
	}
	if text, err = json.Marshal(c); err != nil {
		t.Fatal(err)
	}
	return inMay.ReplaceAllStringFunc(string(text), func(day string) string { return calendar.MustParse(day).AddDays(7 * weeks).String() })
}

// watcher reads the forms of all three sites as their people get them.
type watcher struct {
	t        *testing.T
	s        *drill.Story
	handlers map[zone.Zone]http.Handler
	routes   map[zone.Zone]*http.ServeMux
	in       map[string]browser
	pages    int
	asked    map[string][]string // values, by form and field
	met      map[string]bool     // of the lists above
}

func newWatcher(t *testing.T, s *drill.Story) *watcher {
	w := &watcher{t: t, s: s, handlers: map[zone.Zone]http.Handler{}, routes: map[zone.Zone]*http.ServeMux{}, in: map[string]browser{}, asked: map[string][]string{}, met: map[string]bool{}}
	for z, site := range map[zone.Zone]*web.Site{zone.Internet: sites.Internet(s.Internet), zone.Office: sites.Office(s.Office), zone.Passport: sites.Passport(s.Passport)} {
		w.handlers[z], w.routes[z] = site.Handler(), http.NewServeMux()
		for _, r := range site.AllRoutes() {
			w.routes[z].HandleFunc(r.Pattern, func(http.ResponseWriter, *http.Request) {})
		}
	}
	return w
}

func (w *watcher) pattern(z zone.Zone, method, address string) string {
	path, _, _ := strings.Cut(address, "?")
	r, err := http.NewRequestWithContext(context.Background(), method, path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	_, p := w.routes[z].Handler(r)
	return p
}

// as is somebody's browser; whoever works on another day signs in again.
func (w *watcher) as(z zone.Zone, login string) browser {
	w.t.Helper()
	key := string(z) + login + w.s.Office.Journal.Today().String()
	if _, there := w.in[key]; !there {
		w.in[key] = signedIn(w.t, w.s, w.handlers[z], login)
	}
	return w.in[key]
}

// look reads pages that lead on from one, two of each sort, and weighs their
// fields. Of cases it keeps to one, if that is named; beside the story's own, to
// what belongs to that case.
func (w *watcher) look(z zone.Zone, login, from, filing string) {
	w.t.Helper()
	b := w.as(z, login)
	seen := map[string]int{}
	fields, pages := b.crawl(from, func(p string) bool {
		sort := w.pattern(z, http.MethodGet, p)
		if strings.Contains(p, "change=") || strings.Contains(p, "lang=") || strings.Contains(p, "back=") || strings.Contains(sort, "{case}") && filing != "" && !strings.Contains(p, filing) {
			return false
		}
		if filing != "" && filing != w.s.ID && p != from && !strings.Contains(p, filing) {
			return false
		}
		seen[sort]++
		return seen[sort] <= 2 || sort == "GET /cases/{case}/" // whose steps are pages each
	})
	w.pages += pages
	w.weigh(z, fields)
}

func (w *watcher) weigh(z zone.Zone, fields []asked) {
	w.t.Helper()
	values := map[[3]string][]string{} // by page, form and field: radio buttons share a name
	for _, a := range fields {
		if _, of := caseField(a); of && z == zone.Internet && strings.HasPrefix(a.page, "/cases/") && !strings.HasSuffix(a.page, "/members/new") {
			continue // the other census
		}
		to := a.form
		if to == search {
			continue
		}
		if to == "" {
			to = a.page
		}
		form := w.pattern(z, http.MethodPost, to)
		if form == "" { // its buttons stand outside, each with an address of its own
			form = w.pattern(z, http.MethodGet, a.page)
		}
		k := [3]string{a.page, form, a.name}
		values[k] = append(values[k], a.value)
	}
	var wrong []string
	for k, v := range values {
		if says := weighed(k[1], k[2], v, w.met); says != "" {
			wrong = append(wrong, says+" ("+k[0]+")")
		}
	}
	sort.Strings(wrong)
	for _, x := range wrong {
		w.t.Error(x)
	}
}

// Where the case's own census looks: no page of a draft asks for what is held.
func (w *watcher) draft(name, id string) {
	w.t.Helper()
	b := w.as(zone.Internet, "liaison")
	fields, pages := b.crawl("/cases/"+id, func(p string) bool { return strings.HasPrefix(p, "/cases/"+id) && !strings.Contains(p, "?") })
	f, err := applying.NewWork(w.s.Internet).Open(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	if pages < 9 {
		w.t.Errorf("%s: only %d pages were found", name, pages)
	}
	for _, wrong := range census(fields, f.Now) {
		w.t.Errorf("%s: %s", name, wrong)
	}
	w.pages += pages
	w.weigh(zone.Internet, fields)
}

// desks are where a case is to be looked at after a step, and the first page there.
var desks = map[drill.Name][]struct {
	zone        zone.Zone
	login, from string
}{
	drill.Present:  {{zone.Internet, "signatory", "/sign"}},
	drill.Submit:   {{zone.Office, "intake", "/c/{case}"}},
	drill.Accept:   {{zone.Office, "reviewer", "/c/{case}"}},
	drill.Review:   {{zone.Office, "director", "/c/{case}"}},
	drill.Decide:   {{zone.Passport, "capture", "/desk"}, {zone.Internet, "liaison", "/cases/{case}"}, {zone.Office, "reviewer", "/c/{case}"}, {zone.Office, "visa", "/visa"}},
	drill.Capture:  {{zone.Passport, "maker", "/orders"}},
	drill.Make:     {{zone.Passport, "checker", "/orders"}},
	drill.HandOver: {{zone.Office, "keeper", "/booklets/coming"}},
	drill.VisaKit:  {{zone.Office, "visa", "/visa?stage=kit"}},
}

func (w *watcher) after(step drill.Name, filing string) {
	w.t.Helper()
	for _, d := range desks[step] {
		w.look(d.zone, d.login, strings.ReplaceAll(d.from, "{case}", filing), filing)
	}
}

// The datum census over every form there is: of every kind of case, in all three
// zones, as their people get them at the step where each is theirs. A field
// either asks for what nobody holds, for a reason that is written down above,
// or what is held stands in it.
func TestNoFormOfAnyKindOrDeskAsksForWhatIsHeld(t *testing.T) {
	ctx := context.Background()
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir(), Now: time.Date(2026, 5, 31, 4, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	w := newWatcher(t, s)
	_, err = s.Play(ctx, drill.HandIn, func(st drill.Step) {
		switch st.Name {
		case drill.Register:
			w.everyKind(ctx)
		case drill.Draft:
			w.draft("an own delegation", s.ID)
			w.phone(ctx, s.People[drill.Newcomer])
		case drill.Document:
			w.look(zone.Internet, "liaison", "/visits/"+s.ID, s.ID)
		case drill.Book, drill.CheckIn:
			w.look(zone.Office, "window", "/desk", "")
		case drill.VisaSent:
			w.look(zone.Office, "visa", w.visa(ctx), s.ID)
		case drill.VisaGranted:
			w.look(zone.Office, "visa2", w.visa(ctx), s.ID)
		case drill.VisaChecked:
			w.look(zone.Office, "keeper", "/booklets/out", s.ID)
		case drill.Lend:
			w.look(zone.Office, "keeper", "/booklets/in", "")
			w.look(zone.Office, "personnel", "/personnel/"+s.People[drill.Head], "")
		case drill.Depart, drill.ComeHome:
			w.look(zone.Internet, "liaison", "/cases/"+s.ID+"/after", s.ID)
		case drill.HandIn:
			w.look(zone.Internet, "liaison", "/people", s.ID)
		case drill.Accept:
			w.insure(ctx, s.ID)
			w.after(st.Name, s.ID)
		default:
			w.after(st.Name, s.ID)
		}
	})
	if err != nil {
		t.Error(err)
	}
	if w.pages < 150 {
		t.Errorf("only %d pages were read", w.pages)
	}
	for _, x := range asksHeld {
		if !w.met[x.form+" "+x.fields] {
			t.Errorf("no page of these has %s with the fields %s", x.form, x.fields)
		}
	}
}

// everyKind takes one case of each kind up to its visa kits, and looks at each
// desk as the case is there.
func (w *watcher) everyKind(ctx context.Context) {
	w.t.Helper()
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "acc-admin"})
	if _, err := w.s.Office.Accounts.Open(admin, journal.Order{Subject: "acc-personnel"}, account.Open{Login: "personnel", Name: "任人事", Roles: []access.Role{access.Personnel}}, w.s.Password); err != nil {
		w.t.Fatal(err)
	}
	h := w.s.Hands()
	for _, k := range kinds {
		id, err := h.Bring(ctx, w.s.Unit, strings.NewReader(caseFile(w.t, k.example, k.weeks, k.people, k.change)))
		if err != nil {
			w.t.Fatalf("%s: %v", k.name, err)
		}
		w.draft(k.name, id)
		for _, step := range []drill.Name{drill.Draft, drill.Present, drill.Submit, drill.Accept, drill.Review, drill.Decide, drill.Capture, drill.Make, drill.HandOver, drill.VisaKit} {
			if step == drill.Decide {
				w.insure(ctx, id)
			}
			if err := h.Carry(ctx, id, step); err != nil {
				w.t.Fatalf("%s: %v", k.name, err)
			}
			w.after(step, id)
			if step == k.upTo {
				break
			}
		}
		if k.name == "for a term" {
			trip, err := h.Declare(ctx, id)
			if err != nil {
				w.t.Fatal(err)
			}
			w.draft("a trip under it", trip)
		}
	}
}

// visa is the page of the first visa of the story's case.
func (w *watcher) visa(ctx context.Context) string {
	w.t.Helper()
	orders, err := visa.Of(ctx, w.s.Office.Store, w.s.ID)
	if err != nil || len(orders) == 0 {
		w.t.Fatalf("the story has %d visas: %v", len(orders), err)
	}
	return "/visa/" + orders[0].ID
}

// insure gives the policies of a case's people, with the days that stand on them.
func (w *watcher) insure(ctx context.Context, filing string) {
	w.t.Helper()
	n := w.s.Internet
	f, err := applying.NewWork(n).Open(ctx, filing)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, who := range f.Now.Persons {
		pdf := demo.PDF("保险单", filing, who)
		add := material.Add{Kind: "M35", OwnerKind: material.OfPerson, Owner: who, Unit: f.Unit, Case: filing, Name: "保险单.pdf", ValidFrom: f.Now.Case.Trip.Depart.Prev(), ValidUntil: f.Now.Case.Trip.Return.AddDays(15)}
		ctx := journal.WithActor(ctx, journal.Actor{Role: string(access.Liaison)})
		if _, err := applying.NewWork(n).Keep(ctx, add, "", bytes.NewReader(pdf), int64(len(pdf))); err != nil {
			w.t.Fatal(err)
		}
	}
}

// phone is what a traveller sees through their link.
func (w *watcher) phone(ctx context.Context, who string) {
	w.t.Helper()
	n := w.s.Internet
	p, _, err := journal.Load(ctx, n.Journal, person.Room, who)
	if err != nil {
		w.t.Fatal(err)
	}
	id := n.Journal.NewID()
	if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: string(access.Liaison)}), n.Journal, person.Links, journal.Order{Subject: id}, person.GiveLink{Person: p}); err != nil {
		w.t.Fatal(err)
	}
	token, number := person.Token(n.Keys, id), string(p.IDNumber)
	w.look(zone.Internet, "liaison", "/mine/"+token, "") // before it is opened: the digits
	b := w.as(zone.Internet, "liaison")
	res, err := b.c.PostForm(b.url+"/mine/"+token, map[string][]string{"digits": {number[len(number)-4:]}})
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	w.look(zone.Internet, "liaison", "/mine/"+token, "")
}

// A field that nobody has spoken for, and one that doesn't show what is held.
func TestTheCensusOfAllFormsFindsWhatIsAskedAgain(t *testing.T) {
	met := map[string]bool{}
	for _, ok := range [][]string{{"POST /visa/{order}/grant", "tail", "300"}, {"POST /visa/{order}/grant", "from", ""}} {
		if says := weighed(ok[0], ok[1], ok[2:], met); says != "" {
			t.Error(says)
		}
	}
	for _, bad := range [][]string{{"POST /visa/{order}/grant", "tail", ""}, {"POST /visa/{order}/grant", "passport", ""}, {"POST /nowhere", "name", "江"}} {
		if weighed(bad[0], bad[1], bad[2:], met) == "" {
			t.Errorf("it finds nothing wrong with %v", bad)
		}
	}
}
