package filing_test

import (
	"bytes"
	"context"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	room "yitang/internal/filing"
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

// gives uploads a paper that was to follow.
func (r reader) gives(at, kind, key, name string, content []byte) page {
	r.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	_ = m.WriteField("kind", kind)
	_ = m.WriteField("_key", key)
	if content != nil {
		part, err := m.CreateFormFile("file", name)
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
	he.done(at+"/present", he.form(he.ok(at+"/check"), at+"/present"))
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
	if says := text(he.ok("/cases").body); !strings.Contains(says, "补交急件的1份材料") || !strings.Contains(says, "已过 2 天") {
		t.Errorf("the unit's home doesn't chase it:\n%s", says)
	}
	if !late() {
		t.Error("the office's list of what is overdue lacks it")
	}
	if p := he.gives(at, "M10", "k0", "", nil); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "请选择") && !strings.Contains(text(p.body), "没有") {
		t.Errorf("nothing was given: %d %s", p.status, text(p.body))
	}
	if p := he.gives(at, "M12", "k1", "公示.pdf", pdf("公示")); p.status != http.StatusConflict {
		t.Errorf("a paper that wasn't put off: %d", p.status)
	}
	for range 2 { // a double click
		if p := he.gives(at, "M10", "k2", "公示照片.pdf", pdf("公示照片")); p.status != http.StatusSeeOther {
			t.Fatalf("given: %d %s", p.status, text(p.body))
		}
	}
	if owed := w.filing(id).Later; len(room.Open(owed)) != 0 {
		t.Errorf("it still owes %+v", owed)
	}
	if says := text(he.ok(at + "/later").body); !strings.Contains(says, "公示照片.pdf") || !strings.Contains(says, "3月26日已补交") {
		t.Errorf("what was given isn't shown:\n%s", says)
	}
	w.told()
	if says := text(chief.ok("/c/" + id).body); late() || !strings.Contains(says, "3月26日已补交") {
		t.Errorf("the office doesn't hear of it:\n%s", says)
	}
}
