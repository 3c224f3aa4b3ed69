package pack

import (
	"cmp"
	"regexp"
	"slices"

	"yitang/internal/document"
	"yitang/internal/fault"
)

// Office is who speaks: what stands on letterheads and in numbers.
type Office struct {
	Name     fault.Text // as on the seal
	Key      string     // names the document log, in Latin letters
	City     fault.Text // in short, as fictional units are named
	Numbers  Numbers
	CopiesTo []string // other organs that get a copy of each approval
	FourEyes bool     // a pack is put in force by somebody else than its author
	Mark     string   // across each page of all papers, where nothing is real; "" for none
}

// Numbers are the patterns of the office's two series.
type Numbers struct {
	Case     Pattern `yaml:"case"`     // 案件编号
	Document Pattern `yaml:"document"` // 发文字号

	// Of the documents beside the approval. A pack that doesn't say has them
	// numbered in the plainest way.
	Notice Pattern `yaml:"notice,omitempty"` // 一次性告知书
	Note   Pattern `yaml:"note,omitempty"`   // 照会
	Exit   Pattern `yaml:"exit,omitempty"`   // 出境证明

	// Between foreign affairs authorities (双跨团组).
	Request      Pattern `yaml:"request,omitempty"`      // 征求意见函
	Reply        Pattern `yaml:"reply,omitempty"`        // 复函
	Mission      Pattern `yaml:"mission,omitempty"`      // 任务通知书
	Confirmation Pattern `yaml:"confirmation,omitempty"` // 任务确认件
}

// Of is the pattern of a kind of document; none of one that isn't listed here,
// and then none is issued.
func (n Numbers) Of(k document.Kind) Pattern {
	switch k {
	case document.KindApproval:
		return n.Document
	case document.KindOneTimeNotice:
		return cmp.Or(n.Notice, "告知〔{year}〕{serial}号")
	case document.KindNoteVerbale:
		return cmp.Or(n.Note, "〔{year}〕照字第{serial}号")
	case document.KindExitCertificate:
		return cmp.Or(n.Exit, "出境证明〔{year}〕{serial}号")
	case document.KindOpinionRequest:
		return cmp.Or(n.Request, "外事征询〔{year}〕{serial}号")
	case document.KindOpinionReply:
		return cmp.Or(n.Reply, "外事复函〔{year}〕{serial}号")
	case document.KindMissionNotice:
		return cmp.Or(n.Mission, "外事任通〔{year}〕{serial}号")
	case document.KindConfirmation:
		return cmp.Or(n.Confirmation, "外事任确〔{year}〕{serial}号")
	}
	return ""
}

// OfficeFile is office.yaml as it is written.
type OfficeFile struct {
	Name     text     `yaml:"name"`
	Key      string   `yaml:"key"`
	City     text     `yaml:"city,flow"`
	Numbers  Numbers  `yaml:"numbers"`
	CopiesTo []string `yaml:"copiesTo,flow"`
	FourEyes bool     `yaml:"fourEyes"`
	Mark     string   `yaml:"mark,omitempty"`
}

const officeFile = "office.yaml"

// longestKey is what officeKeys lets through.
const longestKey = 41

var officeKeys = regexp.MustCompile(`^[a-z][a-z0-9-]{2,40}$`)

// ParseOffice reads and checks office.yaml.
func ParseOffice(b []byte) (Office, Mistakes) {
	var f OfficeFile
	if wrong := read(officeFile, b, &f); len(wrong) > 0 {
		return Office{}, wrong
	}
	return f.office()
}

func (f OfficeFile) office() (Office, Mistakes) {
	var wrong Mistakes
	if f.Name.one() {
		wrong.add(officeFile, "name", "单位名称中文和英文都要写", "the name is needed in both languages")
	}
	if f.City.one() {
		wrong.add(officeFile, "city", "城市简称中文和英文都要写", "the city is needed in both languages")
	}
	if !officeKeys.MatchString(f.Key) {
		wrong.add(officeFile, "key", "用 3 至 41 个小写字母、数字或连字符给批件台账取名，如 yunjiang-fao", "3 to 41 small letters, figures and hyphens name the log of issued documents, such as yunjiang-fao")
	}
	for _, n := range []struct {
		key string
		Pattern
	}{{"numbers.case", f.Numbers.Case}, {"numbers.document", f.Numbers.Document}, {"numbers.notice", f.Numbers.Notice}, {"numbers.note", f.Numbers.Note}, {"numbers.exit", f.Numbers.Exit},
		{"numbers.request", f.Numbers.Request}, {"numbers.reply", f.Numbers.Reply}, {"numbers.mission", f.Numbers.Mission}, {"numbers.confirmation", f.Numbers.Confirmation}} {
		if n.Pattern == "" && !slices.Contains([]string{"numbers.case", "numbers.document"}, n.key) {
			continue
		}
		if t := n.wrong(); t.En != "" {
			wrong.add(officeFile, n.key, t.Zh, t.En)
		}
	}
	if len([]rune(f.Mark)) > document.MaxMark || document.Drawable(f.Mark) != nil {
		wrong.add(officeFile, "mark", "写不到页面上：最多 16 个字，都要是能印的字", "it can't be drawn across a page: 16 characters at most, all of which can be printed")
	}
	if len(wrong) > 0 {
		return Office{}, wrong
	}
	return Office{Name: f.Name.said(), Key: f.Key, City: f.City.said(), Numbers: f.Numbers, CopiesTo: f.CopiesTo, FourEyes: f.FourEyes, Mark: f.Mark}, nil
}
