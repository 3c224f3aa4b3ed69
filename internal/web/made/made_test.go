package made

import (
	"context"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/pack"
	"yitang/packs"
)

func TestPapersAreMadeInTheWordsOfThePackInForce(t *testing.T) {
	built, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	files, _ := packs.Named("hailan")
	c, err := pack.ReadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	hailan := built.Check(c).Set
	for _, x := range []struct {
		set         *pack.Set
		english     bool
		title, foot string
	}{
		{built, false, "因公临时出国（境）日程表", "按2026年3月6日第1次提交的内容自动生成，供办事使用，不是公文。"},
		{hailan, false, "海澜市因公出访日程安排", "本材料按2026年3月6日第1次提交的内容生成，供办理出访手续使用，不作公文。"},
		{hailan, true, "Itinerary", "Made from the application as submitted on 6 March 2026 (submission no. 1). A working paper, not an official document."},
	} {
		f := From(context.Background(), x.english, x.set)
		f.State = document.State{Round: 1, On: calendar.On(2026, 3, 6)}
		f.Case.Itinerary = []dossier.HalfDay{{Date: calendar.On(2026, 5, 11), Half: dossier.Morning, Activity: "商谈"}}
		w, made := document.Make("M07", f)
		if !made || w.Title != x.title || w.Foot != x.foot {
			t.Errorf("%q and %q, want %q and %q", w.Title, w.Foot, x.title, x.foot)
		}
	}
}
