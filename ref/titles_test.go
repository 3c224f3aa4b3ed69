package ref

import "testing"

func TestPostsAreOfferedInEnglish(t *testing.T) {
	d, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ department, post, want string }{
		{"材料学院", "教授", "Professor, School of Materials"},
		{"国际合作处", "项目秘书", "Project Secretary, International Cooperation Office"},
		{"", "校长", "President"},
		{"数学系", "讲师", "Lecturer, Department of Mathematics"},
		{"量子中心", "教授", ""}, // half a title would be taken for a whole one
		{"材料学院", "首席科学官", ""},
		{"材料学院", "", ""},
	} {
		if got := d.Titles.English(x.department, x.post); got != x.want {
			t.Errorf("%s of %s is offered as %q, want %q", x.post, x.department, got, x.want)
		}
	}
	for _, text := range []string{"kind,zh,en\npost,教授,Professor\npost,教授,Prof.\n", "kind,zh,en\nrank,教授,Professor\n"} {
		if _, err := readTitles([]byte(text)); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
