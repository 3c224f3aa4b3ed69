package approval

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	room "yitang/internal/approval"
)

// A point that the next notice lists again asks for the same member's paper and for no
// other.
func TestAListedPointKeepsItsPaper(t *testing.T) {
	want := room.Defect{Field: "materials", Words: "请补交照片", Basis: "第三条", Fix: "上传", Paper: "M26", Owner: "members[1]"}
	form := url.Values{}
	for _, h := range ofPoint(room.Point{Defect: want, Reply: "没有", As: "point-1"}, 2) {
		form.Set(h.Name, h.Value)
	}
	r := httptest.NewRequest(http.MethodPost, "/c/f1/notice/list", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if got := defectOf(r); got != want {
		t.Errorf("the form lists %+v", got)
	}
}
