package filing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/visa"
)

// urgentCase is an example whose notice doesn't hang yet, asked for as urgent.
func urgentCase(t *testing.T) string {
	t.Helper()
	var c map[string]any
	if err := json.Unmarshal([]byte(caseText(t, "valid-germany-5-days")), &c); err != nil {
		t.Fatal(err)
	}
	trip := c["case"].(map[string]any)
	trip["urgent"], trip["urgencyReason"] = true, "对方实验室突发故障，须三日内派员到场会商"
	delete(c, "notice")
	b, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// gives uploads a paper that was to follow; as a script does where the key says so.
func (r reader) gives(at, kind, key, name string, content []byte, whose ...string) page {
	r.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("_key", key)
	if strings.HasPrefix(key, "script") {
		_ = m.WriteField("_fragment", "1")
	}
	_ = m.WriteField("until.M35-"+strings.Join(whose, ""), "2026-05-16") // asked beside an insurance alone
	_ = m.WriteField("from.M35-"+strings.Join(whose, ""), "2026-05-10")
	if content != nil {
		input := "file-" + kind
		if kind == "" { // nobody has said what it is
			input = "papers"
		}
		part, err := m.CreateFormFile(strings.Join(append([]string{input}, whose...), "-"), name)
		if err != nil {
			r.t.Fatal(err)
		}
		_, _ = part.Write(content)
	}
	m.Close()
	return r.answer(r.c.Post(r.url+at+"/later", m.FormDataContentType(), &b))
}

// An urgent case goes in without its notice, once a leader has said in writing
// that it is urgent; what was skipped is told to unit and office, each with its
// day, chased when that is past, and given on a page of its own.
func TestAnUrgentCaseGoesFirstAndWhatItSkippedIsChased(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "file", "text", urgentCase(t)))
	id := strings.TrimPrefix(at, "/cases/")
	if says := text(he.ok(at + "/check").body); !strings.Contains(says, "申请加急须附领导批示") || !strings.Contains(says, "可以后补") || !strings.Contains(says, "提交后10个工作日内补交公示材料") {
		t.Errorf("the check doesn't say what may follow, and that the leader's note is wanted:\n%s", says)
	}
	if p := he.post(at+"/present", he.form(he.ok(at+"/check"), at+"/present")); p.status != http.StatusUnprocessableEntity {
		t.Errorf("urgent on nobody's word: %d", p.status)
	}
	he.supply(at)
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))

	due := calendar.MustParse("2026-03-24") // the tenth working day
	if owed := w.filing(id).Later; len(owed) != 1 || owed[0].Kind != "M10" || owed[0].Due != due {
		t.Fatalf("it owes %+v", owed)
	}
	for _, page := range []string{at, at + "/later"} {
		if says := text(he.ok(page).body); !strings.Contains(says, "公示材料") || !strings.Contains(says, "3月24日前补交") {
			t.Errorf("%s doesn't say what is owed by when:\n%s", page, says)
		}
	}
	w.told()
	give(t, context.Background(), w.office.Journal, approval.Room, id, approval.Receive{Unit: "u1", Facts: approval.Facts{Title: "赴德国", Urgent: true, Depart: calendar.MustParse("2026-05-11")},
		Members: w.filing(id).Members, Names: approval.Names{Unit: "巴渝理工大学（虚构）"}, Within: 2})
	chief := w.asOffice("chief", "顾承远", access.Chief)
	if says := text(chief.ok("/c/" + id).body); !strings.Contains(says, "先办后补的材料") || !strings.Contains(says, "3月24日前补交") || strings.Contains(says, "建议退回补正") {
		t.Errorf("who reviews doesn't see what is owed:\n%s", says)
	}
	late := func() bool { return strings.Contains(text(chief.ok("/hang").body), "逾期未补的急件材料") }
	if late() {
		t.Error("it is late before its day")
	}

	w.days.Store(16) // 26 March
	he, chief = w.as("he"), w.asOffice("chief2", "顾承远", access.Chief)
	if says := text(he.ok("/cases").body); !strings.Contains(says, "还要补交1份材料") || !strings.Contains(says, "已过 2 天") {
		t.Errorf("the unit's home doesn't chase it:\n%s", says)
	}
	if !late() {
		t.Error("the office's list of what is overdue lacks it")
	}
	if p := he.gives(at, "M10", "k0", "", nil); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "没有选文件") {
		t.Errorf("nothing was given: %d %s", p.status, text(p.body))
	}
	if p := he.gives(at, "M12", "k1", "公示.pdf", pdf("公示")); p.status != http.StatusConflict {
		t.Errorf("a paper that wasn't put off: %d", p.status)
	}
	// It died between keeping the paper and handing it in: the next try goes on.
	b := pdf("公示照片")
	ref, err := w.n.Blobs.Put(context.Background(), bytes.NewReader(b), blob.Limit)
	if err != nil {
		t.Fatal(err)
	}
	give(t, context.Background(), w.n.Journal, material.Room, "kept", material.Add{Kind: "M10", OwnerKind: material.OfCase, Owner: id, Unit: "u1", Case: id, Name: "公示照片.pdf", Size: ref.Size, Type: "application/pdf", Digest: ref.Digest.String()})
	for range 2 { // a double click
		if p := he.gives(at, "M10", "k2", "公示照片.pdf", pdf("公示照片")); p.status != http.StatusSeeOther {
			t.Fatalf("given: %d %s", p.status, text(p.body))
		}
	}
	if owed := w.filing(id).Later; len(room.Open(owed)) != 0 {
		t.Errorf("it still owes %+v", owed)
	}
	// Another file from the same page takes the place of the first: none vanishes.
	for range 2 {
		if p := he.gives(at, "M10", "k2", "公示照片（二）.pdf", pdf("公示照片，盖章的")); p.status != http.StatusSeeOther {
			t.Fatalf("given again: %d %s", p.status, text(p.body))
		}
	}
	if says := text(he.ok(at + "/later").body); !strings.Contains(says, "公示照片（二）.pdf") || strings.Contains(says, "公示照片.pdf") {
		t.Errorf("another file was taken and isn't shown:\n%s", says)
	}
	if says := text(he.ok(at + "/later").body); !strings.Contains(says, "公示照片（二）.pdf") || !strings.Contains(says, "3月26日已补交") {
		t.Errorf("what was given isn't shown:\n%s", says)
	}
	w.told()
	if says := text(chief.ok("/c/" + id).body); late() || !strings.Contains(says, "3月26日已补交") {
		t.Errorf("the office doesn't hear of it:\n%s", says)
	}
}

// says is what the office has said, whatever led to it.
type says struct{ body any }

func (c says) Decide(approval.Approval, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(c.body), nil
}

// What a visa still wants of the unit after the approval stands on one list, for
// the unit and for the desk; the desk asks for a paper in words, turns down what
// doesn't serve, and sees what comes.
func TestTheDeskAsksTheUnitForAPaperAndSeesItArrive(t *testing.T) {
	w := newTown(t)
	he, luo, ctx := w.as("he"), w.as("luo"), context.Background()
	at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "file", "text", urgentCase(t)))
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	w.told()
	who := w.filing(id).Members[0].Person
	details := "/people/" + who + "/details" // what her visa form wants is there
	he.done(details, with(he.form(he.ok(details), details), "details.province", "50", "details.homeAddress", "江北大道1号", "details.homeEn", "1 Jiangbei Road", "details.postEn", "Professor", "details.marital", "married"))
	give(t, ctx, w.office.Journal, approval.Room, id, approval.Receive{Unit: "u1", Facts: approval.Facts{Title: "赴德国", Depart: calendar.MustParse("2026-05-11")},
		Members: w.filing(id).Members, Names: approval.Names{Unit: "巴渝理工大学（虚构）"}, Within: 2})
	give(t, ctx, w.office.Journal, approval.Room, id, says{approval.Decided{Members: []approval.Verdict{{Person: who, Approved: true}}, Approved: 1}})
	give(t, ctx, w.office.Journal, approval.Room, id, says{approval.DocumentIssued{Number: "外事〔2026〕1号", On: calendar.MustParse("2026-03-10")}})
	order := visa.OrderID(id, who, "DEU")
	give(t, ctx, w.office.Journal, visa.Room, order, visa.Plan{Planned: visa.Planned{Filing: id, Person: who, Area: "DEU", Apply: "DEU", Needed: true, Depart: calendar.MustParse("2026-05-11"),
		SendBy: calendar.MustParse("2026-04-20"), Kit: []visa.Item{{ID: "M35@x", Key: "M35", Zh: "境外医疗保险", En: "travel insurance"}, {ID: "M40@case", Key: "M40", Zh: "登记证明", En: "registration"}}}})
	w.answered()
	if says := text(he.ok(at).body); !strings.Contains(says, "登记证明") || !strings.Contains(says, "4月17日前补交") || strings.Contains(says, "境外医疗保险") {
		t.Errorf("the case doesn't say what its visa wants, by when:\n%s", says)
	}
	if says := text(he.ok("/cases").body); !strings.Contains(says, "3月24日前还要补交 1 项，另有 1 项在那以后") {
		t.Errorf("the unit's home doesn't say it:\n%s", says)
	}
	if says := text(he.ok("/papers").body); !strings.Contains(says, "等着补交，1个团组") || !strings.Contains(says, "3月24日前交") {
		t.Errorf("the papers don't say what is wanted:\n%s", says)
	}
	if p := he.get(at + "/documents"); p.to != at+"/later" {
		t.Errorf("the page of papers leads to %q", p.to)
	}
	desk := w.asOffice("visa1", "签证岗", access.Visa)
	here := "/visa/" + order
	if says := text(desk.ok(here).body); !strings.Contains(says, "单位的补交页上已列出") {
		t.Errorf("the desk doesn't see what is missing:\n%s", says)
	}
	if p := desk.post(here+"/ask", with(desk.form(desk.ok(here), here+"/ask"), "paper", "M35", "words", "")); p.status != http.StatusUnprocessableEntity {
		t.Errorf("asked for without a word: %d", p.status)
	}
	ask := func(words string) {
		t.Helper()
		desk.done(here+"/ask", with(desk.form(desk.ok(here), here+"/ask"), "paper", "M35", "words", words, "by", "2026-03-20"))
		w.answered()
	}
	ask("保险要到回国当天")
	// Her record leads there, and all that is wanted may be given at once.
	if p := he.ok("/people/" + who); !strings.Contains(p.body, `href="`+at+`/later"`) || !strings.Contains(text(p.body), "还要补1样") {
		t.Errorf("the record of the person doesn't lead to what is owed: %s", text(p.body))
	}
	if p := he.ok(at + "/later"); strings.Count(text(p.body), w.filing(id).Title) != 1 {
		t.Errorf("the case's title stands %d times", strings.Count(text(p.body), w.filing(id).Title))
	}
	if p := he.ok(at + "/later"); strings.Count(p.body, `<file-drop`) != 3 || strings.Count(p.body, ` data-place `) != 3 || !strings.Contains(p.body, `<file-bunch`) || !strings.Contains(p.body, `id="paper-M35-`+who+`"`) {
		t.Errorf("files can't be dropped on their places, one by one and together: %s", p.body)
	}
	for _, page := range []string{at, at + "/later", "/cases"} {
		if says := text(he.ok(page).body); !strings.Contains(says, "保险要到回国当天") {
			t.Errorf("%s doesn't say what the desk wants:\n%s", page, says)
		}
	}
	if says := he.ok(at + "/later").body; !strings.Contains(says, `name="until.M35-`+who+`"`) || !strings.Contains(says, `name="from.M35-`+who+`"`) {
		t.Errorf("nobody asks until when the insurance runs:\n%s", text(says))
	}
	for i, name := range []string{"保险.pdf", "新保险.pdf"} {
		for range 2 { // a double click
			if p := he.gives(at, "M35", "k"+name, name, pdf(name), who); p.status != http.StatusSeeOther {
				t.Fatalf("given: %d %s", p.status, text(p.body))
			}
		}
		w.told()
		if says := text(desk.ok(here).body); !strings.Contains(says, "单位补来"+name) {
			t.Errorf("the desk doesn't see it arrive:\n%s", says)
		}
		if page := desk.ok(here).body; !strings.Contains(page, `name="insuranceFrom" value="2026-05-10"`) || !strings.Contains(page, `name="insuranceUntil" value="2026-05-16"`) {
			t.Error("the desk reads the days of the insurance anew")
		}
		if i == 0 {
			ask("少一天，请换一份")
			if says := text(he.ok(at + "/later").body); !strings.Contains(says, "原来交的不能用：少一天，请换一份") {
				t.Errorf("the unit isn't told that it was turned down:\n%s", says)
			}
		}
	}
	if p := he.ok("/people/" + who); strings.Contains(p.body, at+"/later") {
		t.Error("the record still leads to what was given")
	}
	if says := text(he.ok(at + "/later").body); !strings.Contains(says, "新保险.pdf") || strings.Contains(says, "少一天") {
		t.Errorf("it is still asked for:\n%s", says)
	}
	if says := text(he.ok(at).body); !strings.Contains(says, "（签证岗：少一天，请换一份）") || strings.Contains(says, "重复要过的") {
		t.Errorf("the ledger doesn't say why a paper was given twice:\n%s", says)
	}
	// What went into the kit stays there, whatever becomes of the visa; one that is
	// planned anew wants it again.
	kept := func(want bool, bodies ...any) {
		t.Helper()
		for _, b := range bodies {
			give(t, ctx, w.office.Journal, visa.Room, order, told{b})
		}
		w.answered()
		if offered := strings.Contains(he.ok(at+"/later").body, `name="file-new-`); offered == want {
			t.Errorf("after %T what was given is kept: %v", bodies, !offered)
		}
	}
	on := calendar.MustParse("2026-03-10")
	kept(false)
	kept(true, visa.KitCompleted{Filing: id, Person: who})
	kept(true, visa.Sent{Filing: id, Person: who, On: on}, visa.Granted{Filing: id, Person: who}, visa.Checked{Filing: id, Person: who})
	kept(true, visa.Released{Filing: id, Person: who})
}

// What the visa form that the office prints would leave empty is asked of the unit
// before it is handed in and while the visa is planned, each datum once, where it
// is filled in, and no longer once it is there.
func TestWhatAVisaFormLacksIsAskedOfTheUnitOnce(t *testing.T) {
	w := newTown(t)
	he, luo, ctx := w.as("he"), w.as("luo"), context.Background()
	at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "file", "text", urgentCase(t)))
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	if says := text(he.ok(at + "/members").body); !strings.Contains(says, "婚姻状况") {
		t.Errorf("while the members are written the form's data aren't asked for:\n%s", says)
	}
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	w.told()
	who := w.filing(id).Members[0].Person
	give(t, ctx, w.office.Journal, approval.Room, id, approval.Receive{Unit: "u1", Facts: approval.Facts{Title: "赴德国", Depart: calendar.MustParse("2026-05-11")},
		Members: w.filing(id).Members, Names: approval.Names{Unit: "巴渝理工大学（虚构）"}, Within: 2})
	give(t, ctx, w.office.Journal, approval.Room, id, says{approval.Decided{Members: []approval.Verdict{{Person: who, Approved: true}}, Approved: 1}})
	give(t, ctx, w.office.Journal, approval.Room, id, says{approval.DocumentIssued{Number: "外事〔2026〕1号", On: calendar.MustParse("2026-03-10")}})
	give(t, ctx, w.office.Journal, visa.Room, visa.OrderID(id, who, "SCHENGEN"), visa.Plan{Planned: visa.Planned{Filing: id, Person: who, Area: "SCHENGEN", Apply: "DEU", Needed: true,
		Depart: calendar.MustParse("2026-05-11"), SendBy: calendar.MustParse("2026-04-20"), Kit: []visa.Item{{ID: "M33@x", Key: visa.TheForm, Zh: "签证申请表", En: "visa form"}}}})
	w.answered()
	page := he.ok(at + "/later").body
	for _, name := range []string{"出生地", "家庭住址，", "家庭住址（英文），", "部门和职务（英文），", "婚姻状况"} {
		if n := strings.Count(text(page), name); n != 1 {
			t.Errorf("%s is asked for %d times:\n%s", name, n, text(page))
		}
	}
	details := "/people/" + who + "/details"
	if form := he.ok(details); !strings.Contains(form.body, "details.marital") || !strings.Contains(form.body, "details.homeAddress") {
		t.Error("where it leads there is no place for it")
	} else {
		he.done(details, with(he.form(form, details), "details.province", "50", "details.birthPlace", "万州", "details.homeAddress", "江北大道1号", "details.homeEn", "1 Jiangbei Road", "details.postEn", "Professor", "details.marital", "married"))
	}
	if says := text(he.ok(at + "/later").body); strings.Contains(says, "婚姻状况") || strings.Contains(says, "家庭住址") {
		t.Errorf("what is there is asked for again:\n%s", says)
	}
}

// What booklets and visas will want is given from the day on which the case is
// handed in, before anybody has decided, and isn't wanted again afterwards.
func TestPapersForTheVisaAreTakenBeforeTheDecision(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	for _, m := range papersOf(t, w, id) {
		if m.Kind == "M36" {
			he.done(at+"/papers/"+m.ID+"/drop", url.Values{"_key": {"drop"}})
		}
	}
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	p := he.ok(at + "/later")
	if !strings.Contains(text(p.body), "批准后才用，现在就可以交") || strings.Count(p.body, `type="file"`) != 1 {
		t.Fatalf("the bookings can't be given before the decision: %s", text(p.body))
	}
	if p := he.gives(at, "M36", "script1", "机票酒店.exe", []byte("MZ no paper")); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `<li`) || strings.Contains(p.body, "data-standing") {
		t.Errorf("a file that won't do is answered with %d %s", p.status, p.body)
	}
	if p := he.gives(at, "M36", "script2", "机票酒店.pdf", pdf("机票酒店")); p.status != http.StatusOK || !strings.Contains(p.body, `<li`) || !strings.Contains(p.body, "data-standing") || !strings.Contains(text(p.body), "3月10日已补交") {
		t.Fatalf("given: %d %s", p.status, p.body)
	}
	// What was given is looked at, and replaced while the office hasn't used it.
	given := func(name string) material.Material {
		t.Helper()
		all := slices.DeleteFunc(papersOf(t, w, id), func(m material.Material) bool { return m.Kind != "M36" })
		if len(all) != 1 || all[0].Name != name {
			t.Fatalf("the case holds %+v and not %s", all, name)
		}
		p := he.ok(at + "/later")
		if !strings.Contains(p.body, `href="`+at+"/papers/"+all[0].ID+`"`) || !strings.Contains(text(p.body), "3月10日交 · PDF · ") || strings.Count(p.body, `type="file"`) != 1 || strings.Contains(p.body, `<file-drop`) {
			t.Errorf("what was given can't be looked at and replaced, or is wanted again: %s", text(p.body))
		}
		return all[0]
	}
	first := given("机票酒店.pdf")
	if p := he.gives(at, "new", "k3", "假.exe", []byte("MZ no paper"), first.ID); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `aria-invalid="true"`) {
		t.Errorf("a file that won't do takes its place: %d %s", p.status, text(p.body))
	}
	if p := he.gives(at, "new", "k4", "改签.pdf", pdf("改签"), first.ID); p.status != http.StatusSeeOther {
		t.Fatalf("replaced: %d %s", p.status, text(p.body))
	}
	given("改签.pdf")
	if p := he.gives(at, "new", "k5", "别人的.pdf", pdf("别人的"), "another"); p.status != http.StatusNotFound {
		t.Errorf("a paper of nobody is replaced: %d", p.status)
	}
	if !slices.ContainsFunc(papersOf(t, w, id), func(m material.Material) bool { return m.Kind == "M36" && m.Name == "改签.pdf" }) {
		t.Error("what was given isn't held")
	}
}

// told is something that happened to a visa, without what it takes.
type told struct{ body any }

func (x told) Decide(visa.Order, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(x.body), nil
}

func papersOf(t *testing.T, w *town, id string) []material.Material {
	t.Helper()
	all, err := material.Of(context.Background(), w.n.Journal.Store, material.OfCase, id)
	if err != nil {
		t.Fatal(err)
	}
	return all
}
