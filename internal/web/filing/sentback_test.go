package filing_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/material"
	state "yitang/internal/progress"
	applying "yitang/internal/web/filing"
)

// drop takes the papers of a kind away, of one person or of all.
func (r reader) drop(w *town, at string, kind dossier.MaterialKind) {
	r.t.Helper()
	all, err := material.OfFiling(context.Background(), w.n.Journal.Store, strings.TrimPrefix(at, "/cases/"))
	if err != nil {
		r.t.Fatal(err)
	}
	for _, m := range all {
		if m.Kind == string(kind) && !m.Gone {
			r.done(at+"/papers/"+m.ID+"/drop", url.Values{"_key": {"drop" + m.ID}})
		}
	}
}

// Papers that were sent back are asked for where the office names them, in its
// order, and nothing else is put beside them. Who presses knows who sees it next,
// and the signatory is told what differs from what they signed.
func TestEachDefectAsksForItsOwnPapersInTheOfficesOrder(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	he.drop(w, at, "M26")
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	who := w.filing(id).Dossier.Members
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{
		{Field: "case.purpose", Words: "写清设备名称"}, {Field: "materials", Words: "缺" + who[1].Name() + "的数码照片"}, {Field: "case.necessity", Words: "必要性太短"}, {Field: "materials", Words: "邀请函译文没有签名"}, {Field: "case.expectedResults", Words: "写清完成时间"}}})
	p := he.ok(at + "/notice")
	says := text(p.body)
	at1, at2, at3, at4, at5 := strings.Index(says, "写清设备名称"), strings.Index(says, "缺"+who[1].Name()), strings.Index(says, "必要性太短"), strings.Index(says, "邀请函译文没有签名"), strings.Index(says, "写清完成时间")
	if at1 < 0 || at1 > at2 || at2 > at3 || at3 > at4 || at4 > at5 {
		t.Fatalf("the office's order is lost: %d %d %d %d %d", at1, at2, at3, at4, at5)
	}
	photo, _, _ := strings.Cut(says[at2:at3], "其他材料")
	if strings.Contains(photo, "批准后再交") || !strings.Contains(photo, "外办在上面的意见里要") || strings.Contains(photo, "删去") || strings.Contains(photo, who[0].Name()) || strings.Contains(photo, "译文") {
		t.Errorf("beside the photo stands: %s", photo)
	}
	if other := says[at4:at5]; !strings.Contains(other, "邀请函译文") || strings.Contains(other, "照片") || strings.Contains(other, "说明") || strings.Contains(other, "无需再交") || !strings.Contains(other, "要换或要补") {
		t.Errorf("beside the translation stands: %s", other)
	}
	if rest := says[at2:at3]; !strings.Contains(rest, "外办没有提到，不用动") || strings.Contains(rest, "删去") {
		t.Errorf("what the office lets stand can be taken away: %s", rest)
	}
	if !strings.Contains(says, "交回后直接回到外办") {
		t.Error("nobody says who sees it next")
	}
	f := he.form(p, at+"/notice")
	for _, name := range []string{"case.purpose", "case.necessity", "case.expectedResults", "replies.materials"} {
		if _, is := f[name]; !is {
			t.Fatalf("%s doesn't go with the draft", name)
		}
	}
	purpose := f.Get("case.purpose") + "设备为高速相机两台。"
	w.days.Add(1)
	he, luo = w.as("he"), w.as("luo")
	got := he.upload(at, map[string]string{"kind": "M26", "ownerKind": "person", "owner": w.filing(id).Persons()[1]}, "照片.png", picture(t, 40))
	if got.status != http.StatusSeeOther {
		t.Fatal(got.status, text(got.body))
	}
	if open := he.get(at + "/correct"); open.to != at+"/notice" {
		t.Errorf("the message leads to %d %q", open.status, open.to)
	}
	f = with(he.form(he.ok(at+"/notice"), at+"/notice"), "case.purpose", purpose, "replies.case.necessity", "照原样", "replies.materials", "译文已签", "replies.case.expectedResults", "照原样")
	he.done(at+"/correct", f)
	if handed := he.get(at + "/correct"); handed.to != at {
		t.Errorf("the message of what was handed in again leads to %d %q", handed.status, handed.to)
	}
	home := text(luo.ok("/sign").body)
	for _, want := range []string{"补正后已交回外办 1 件", "设备为高速相机两台", "照片.png", "改了 2 处"} {
		if !strings.Contains(home, want) {
			t.Errorf("the signatory isn't told %q: %s", want, home)
		}
	}
	if strings.Contains(text(w.as("luo").ok("/cases/"+id).body), "轮到您") {
		t.Error("the signatory is to do something")
	}
}

// Handing back looks at what lies there, like signing: an old page tells what
// changed since, keeps the words, and leaves the case where it is.
func TestAnOldPageHandsNothingBackAndKeepsTheWords(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	old := luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/back")
	he.done(at+"/takeback", url.Values{"_key": {"taken"}})
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.expectedResults", "签署备忘录一份，确定三个课题的负责人和经费分担，回国后十五个工作日内提交报告。"))
	he.presents(at)
	p := luo.post("/sign/"+id+"/back", with(old, "words", "成果写得太虚"))
	if says := text(p.body); p.status != http.StatusConflict || !strings.Contains(says, "您看的不是最新的") || !strings.Contains(says, "何远舟改过：预期成果，现在是“签署备忘录一份") || !strings.Contains(says, "成果写得太虚") {
		t.Fatalf("an old page hands back, or says nothing: %d %s", p.status, says)
	}
	if w.filing(id).Stage != room.IsPresented {
		t.Fatal("it was handed back")
	}
	luo.done("/sign/"+id+"/back", luo.form(p, "/sign/"+id+"/back"))
	if f := w.filing(id); f.Stage != room.InDraft || f.Words != "成果写得太虚" {
		t.Errorf("what was read again can't be handed back: %s %q", f.Stage, f.Words)
	}
}

// Who handed a case back reads first what was changed since, and the rest folded;
// who hasn't read it before has all of it open.
func TestTheSecondSigningMarksWhatChangedSinceTheFirst(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	if strings.Contains(text(luo.ok("/sign/"+id).body), "退回后改了") {
		t.Error("a first signing has changes")
	}
	luo.done("/sign/"+id+"/back", with(luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/back"), "words", "成果写得太虚"))
	for _, page := range []string{at, at + "/mission", at + "/documents"} { // wherever it is mended
		if says := text(he.ok(page).body); !strings.Contains(says, "签批人退回，请改好再交") || strings.Count(says, "成果写得太虚") != 1 {
			t.Errorf("%s doesn't say what the signatory said: %s", page, says)
		}
	}
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.expectedResults", "签署备忘录一份，确定三个课题的负责人和经费分担，回国后十五个工作日内提交报告。"))
	he.presents(at)
	body := luo.ok("/sign/" + id).body
	says := text(body)
	if !strings.Contains(says, "退回后改了 1 处") || !strings.Contains(says, "退回时说：成果写得太虚") || !strings.Contains(says, "确定三个课题的负责人") {
		t.Errorf("the change isn't marked: %s", says)
	}
	rest := strings.Index(body, "没有改动的部分")
	if mission, notice := strings.Index(body, `id="mission"`), strings.Index(body, `id="notice"`); rest < 0 || mission > rest || notice < rest {
		t.Errorf("the changed part at %d, the fold at %d, an unchanged part at %d", mission, rest, notice)
	}
}

// A case that nobody travels on asks for no data any more.
func TestACaseThatIsCalledOffAsksForNothing(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	work, who := applying.NewWork(w.n), w.filing(id).Members[0].Person
	wants := func() int {
		all, err := work.Wants(context.Background(), who)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	if wants() == 0 {
		t.Fatal("nothing is asked for while the journey is on")
	}
	he.done(at+"/withdraw", with(he.form(he.ok(at+"/withdraw"), at+"/withdraw"), "reason", "对方取消会议"))
	if n := wants(); n > 0 {
		t.Errorf("%d data are asked for on account of a journey that is off", n)
	}
	for stage, off := range map[state.Stage]bool{state.NotDeparted: true, state.Revoked: true, state.Refused: true, state.Withdrawn: true, state.Issued: false, state.Cleared: false, state.Done: false} {
		if stage.OffCourse() != off {
			t.Errorf("%s is off: %v", stage, !off)
		}
	}
}

// A file is kept where somebody will find it, or it is refused in words: one of
// which nobody says what it is, and one that the office hasn't sent back.
func TestAFileWithoutAPlaceIsRefusedInWords(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	held := func() int {
		all, err := material.OfFiling(context.Background(), w.n.Journal.Store, id)
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	n := held()
	for _, key := range []string{"form", "script"} {
		if p := he.gives(at, "", key, "不知是什么.pdf", pdf("什么")); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "没有说这份文件放在哪一项") {
			t.Errorf("%s: a file of which nobody says what it is: %d %s", key, p.status, text(p.body))
		}
	}
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "materials[0]", Words: "看不清"}}})
	paper := w.filing(id).Dossier.Materials[0]
	p := he.upload(at, map[string]string{"kind": "M26", "ownerKind": "person", "owner": w.filing(id).Persons()[1]}, "照片.png", picture(t, 41))
	if !strings.Contains(text(p.body), "外办没有退回这一项材料") || held() != n {
		t.Errorf("a paper that wasn't sent back: %d %s, %d held", p.status, text(p.body), held()-n)
	}
	f := he.form(he.ok(at+"/notice"), at+"/papers")
	if f.Get("kind") != string(paper.Kind) || f.Get("replaces") == "" {
		t.Fatalf("the paper that was sent back has no place: %v", f)
	}
	fields := map[string]string{}
	for name := range f {
		fields[name] = f.Get(name)
	}
	if p := he.upload(at, fields, "清楚.pdf", pdf("清楚")); p.status != http.StatusSeeOther || held() != n+1 {
		t.Errorf("the paper that was sent back: %d %s", p.status, text(p.body))
	}
}

// Where a defect has no field of its own, a word about it is all there is, and
// the box doesn't say that it may be left empty.
func TestADefectThatOnlyAWordAnswersSaysSo(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "members[0].passport", Words: "护照来不及交回"}, {Field: "case.purpose", Words: "写清设备名称"}}})
	says := text(he.ok(at + "/notice").body)
	_, of, _ := strings.Cut(says, "护照来不及交回")
	of, mendable, _ := strings.Cut(of, "写清设备名称")
	if !strings.Contains(of, "这里没有可改的，要写") || strings.Contains(of, "可不填") || !strings.Contains(mendable, "可不填") {
		t.Errorf("beside the booklet stands %s; beside the purpose %s", of, mendable)
	}
}

// What stands in the record of personnel isn't asked for again as a form, and no
// page says that a form is there which nobody gave.
func TestVettingOnRecordStandsForItsForm(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	if says := text(he.ok(at + "/members").body); !strings.Contains(says, "备案审查 已有，无需再交") {
		t.Fatalf("nobody's vetting is on record: %s", says)
	}
	says := text(he.ok(at + "/documents").body)
	if n := len(regexp.MustCompile(`备案表，\S+ 按填报，未附表`).FindAllString(says, -1)); n != 4 || regexp.MustCompile(`备案表，\S+ (还没有|已有)`).MatchString(says) {
		t.Errorf("%d of four are said to be on record alone: %s", n, says)
	}
	if n := len(regexp.MustCompile(`备案表 \S+ 按填报，未附表`).FindAllString(text(he.ok(at+"/check").body), -1)); n != 4 {
		t.Errorf("who signs is told of %d of four", n)
	}
}

// A trip that lies too near another one of a member is mended by other days: they
// stand where it was sent back, and what was written of half-days moves along.
func TestATripThatLiesTooNearAnotherIsMovedWhereItWasSentBack(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "members[0].otherTrips[0]", Rule: "MEM-010", Words: "护照来不及交回再领"}}})
	was := w.filing(id).Dossier
	f := he.form(he.ok(at+"/notice"), at+"/notice")
	for _, name := range []string{"case.depart", "case.return", "legs[0].arrive", "legs[0].leave"} {
		if f.Get(name) != was.Text(name) {
			t.Errorf("%s can't be changed: %q", name, f.Get(name))
		}
	}
	depart, home := was.Trip.Depart.AddDays(1), was.Trip.Return.AddDays(1)
	arrive, leave := was.Legs[0].Arrive, was.Legs[0].Leave
	arrive.Date, leave.Date = arrive.Date.Next(), leave.Date.Next()
	he.done(at+"/notice", with(f, "case.depart", depart.String(), "case.return", home.String(), "legs[0].arrive", arrive.String(), "legs[0].leave", leave.String(), "_stay", "1"))
	p := he.ok(at + "/notice")
	if strings.Contains(p.body, `name="itinerary[`) {
		t.Error("half-days that moved along are asked for again")
	}
	he.done(at+"/notice", with(he.form(p, at+"/notice"), "case.return", home.Next().String(), "_stay", "1"))
	if p = he.ok(at + "/notice"); !strings.Contains(p.body, `name="itinerary[11].activity"`) {
		t.Errorf("a day more isn't asked for: %s", text(p.body))
	}
	he.done(at+"/notice", with(he.form(p, at+"/notice"), "case.return", home.String(), "_stay", "1"))
	he.done(at+"/correct", he.form(he.ok(at+"/notice"), at+"/notice"))
	is := w.filing(id)
	if is.Stage != room.IsSubmitted || is.Dossier.Trip.Depart != depart || is.Dossier.Trip.Return != home || is.Dossier.Itinerary[2].Date != was.Itinerary[2].Date.Next() || is.Dossier.Itinerary[2].Activity != was.Itinerary[2].Activity {
		t.Errorf("handed in: %s %+v %+v", is.Stage, is.Dossier.Trip, is.Dossier.Itinerary[2])
	}
}

// One member's paper that the office chose is asked for at its own place, and no other
// paper can be given.
func TestAChosenPaperThatIsMissingIsAllThatMayBeGiven(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	he.drop(w, at, "M26")
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	who, people := w.filing(id).Dossier.Members, w.filing(id).Persons()
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{
		{Field: "materials", Words: "缺少" + who[1].Name() + "的数码照片", Paper: "M26", Owner: "members[1]"}, {Field: "case.purpose", Words: "写清设备名称"}}})
	w.days.Add(1)
	he = w.as("he")
	says := text(he.ok(at + "/notice").body)
	if !strings.Contains(says, who[1].Name()+"的数码照片") || strings.Contains(says, "其他材料") || strings.Contains(says, who[0].Name()+"的数码照片") {
		t.Errorf("the notice asks for: %s", says)
	}
	if _, is := he.form(he.ok(at+"/notice"), at+"/notice")["replies.materials.M26.members[1]"]; !is {
		t.Error("the photo has no words of its own")
	}
	photoOf := func(i, n int) page {
		return he.upload(at, map[string]string{"kind": "M26", "ownerKind": "person", "owner": people[i]}, "照片.png", picture(t, n))
	}
	if got := photoOf(0, 41); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "外办没有退回这一项材料") {
		t.Errorf("another member's photo is answered with %d: %s", got.status, text(got.body))
	}
	if got := he.upload(at, map[string]string{"kind": "M12", "ownerKind": "case", "owner": id}, "议程.pdf", pdf("议程")); got.status != http.StatusUnprocessableEntity {
		t.Errorf("another paper is answered with %d", got.status)
	}
	correct := func() page {
		return he.post(at+"/correct", with(he.form(he.ok(at+"/notice"), at+"/notice"), "case.purpose", who[0].Name()+"一行赴该校商谈合作研究，设备为高速相机两台，型号和台数见附件。"))
	}
	if got := correct(); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#f-replies-materials-M26-members-1"`) {
		t.Errorf("without the photo it is handed in: %d %s", got.status, text(got.body))
	}
	if got := photoOf(1, 40); got.status != http.StatusSeeOther || !strings.Contains(got.to, "paper-M26-"+people[1]) {
		t.Fatalf("the photo is answered with %d %q: %s", got.status, got.to, text(got.body))
	}
	if got := correct(); got.status != http.StatusSeeOther {
		t.Fatalf("with it: %d %s", got.status, text(got.body))
	}
	if f := w.filing(id); f.Stage != room.IsSubmitted || f.Round != 2 {
		t.Errorf("the case is %q in round %d", f.Stage, f.Round)
	}
}

// What stays undone of a correction is named: each paper by its name and whose it is,
// and each line leads to a place that is there.
func TestWhatIsLeftOfACorrectionIsNamedAndHasItsPlace(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	he.drop(w, at, "M26")
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	who := w.filing(id).Dossier.Members
	given := w.filing(id).Dossier.Materials[0]
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{
		{Field: "materials[0]", Words: "看不清"}, {Field: "case.purpose", Words: "写清设备名称"}, {Field: "invitations[0]", Words: "信有两处不对"},
		{Field: "materials", Words: "缺少" + who[1].Name() + "的数码照片"}}})
	p := he.post(at+"/correct", he.form(he.ok(at+"/notice"), at+"/notice"))
	if p.status != http.StatusUnprocessableEntity {
		t.Fatal(p.status)
	}
	list, _, _ := strings.Cut(p.body[strings.Index(p.body, `role="alert"`):], "</ul>")
	if n := strings.Count(list, "<li>"); n != 4 {
		t.Errorf("%d lines: %s", n, text(list))
	}
	if says := text(list); !strings.Contains(says, who[1].Name()+"的数码照片：") || strings.Contains(says, " 材料：") {
		t.Errorf("the list says %s", says)
	}
	for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(list, -1) {
		if !strings.Contains(p.body, ` id="`+m[1]+`"`) {
			t.Errorf("%s leads nowhere", m[1])
		}
	}
	for _, place := range []string{"f-replies-materials-0", "f-replies-materials"} {
		// Its words stand in the part of the page in which its paper is given: a script
		// strikes the line out once either is there.
		_, part, _ := strings.Cut(p.body, `id="`+place+`"`)
		above := p.body[:len(p.body)-len(part)]
		own := above[strings.LastIndex(above, "<section"):]
		if !strings.Contains(list, `href="#`+place+`"`) || !strings.Contains(own, `aria-labelledby="defect`) || !strings.Contains(own, `type="file"`) {
			t.Errorf("no paper stands for %s of the list", place)
		}
	}
	if _, is := he.form(p, at+"/notice")["replies.materials[0]"]; !is || given.Kind == "" {
		t.Error("the paper that was sent back has no words of its own")
	}
}

// What the case's own page counts is what the check before handing in counts, and
// what its tasks say of each part is the same again.
func TestTheCaseAndItsCheckCountAlike(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	_, id := he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	next := he.begin("valid-germany-5-days") // the same once more: rules see that which look at what lies there already
	he.done(next+"/trip", with(he.form(he.ok(next+"/trip"), next+"/trip"), "case.depart", "2026-06-11", "case.return", "2026-06-15"))
	tags := regexp.MustCompile(`(必须改|须说明|提醒) (\d+)|还有(\d+)处要填`)
	tally := func(page string) string {
		t.Helper()
		_, panel, is := strings.Cut(he.ok(page).body, `id="precheck"`)
		_, panel, ok := strings.Cut(panel, `class="pad tally"`)
		panel, _, _ = strings.Cut(panel, "</p>")
		if !is || !ok {
			t.Fatalf("%s has no panel", page)
		}
		return strings.Join(tags.FindAllString(text("<p>"+panel+"</p>"), -1), "，")
	}
	check := tally(next + "/check")
	if !strings.Contains(check, "须说明") || !strings.Contains(check, "要填") {
		t.Fatalf("the check says only %s", check)
	}
	if own := tally(next); own != check {
		t.Errorf("the case says %s, its check %s", own, check)
	}
	_, live, _ := strings.Cut(he.ok(next+"/findings").body, `class="pad tally"`)
	live, _, _ = strings.Cut(live, "</p>")
	if got := strings.Join(tags.FindAllString(text("<p>"+live+"</p>"), -1), "，"); got != check {
		t.Errorf("after a save the case says %s, its check %s", got, check)
	}
}
