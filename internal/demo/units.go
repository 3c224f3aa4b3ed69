package demo

import (
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/quota"
)

// Unit is one unit of the city.
type Unit struct {
	ID           string
	Name, NameEn string
	USCC         string
	Type         dossier.UnitType
	Level        string // primary or subordinate
	Parent       string // id of the unit above it; ""
	Address      string
	OfficerUntil calendar.Date // until when its liaison officers are confirmed
	Liaisons     []int         // people, by index: who fills in and books
	Signatory    int           // person who signs for it; never travels in this city
	People       []int         // everybody on its list
	Field        field
}

// Quota is a unit's plan for a year.
type Quota struct {
	Unit           int
	Year           int
	Groups, People int
	AmountFen      int64
	Lines          []quota.Line
}

// field is what a unit works on: it chooses missions and posts.
type field string

const (
	ruling    field = "ruling"
	teaching  field = "teaching"
	healing   field = "healing"
	culture   field = "culture"
	making    field = "making"
	moving    field = "moving"
	building  field = "building"
	befriends field = "befriends"
)

type register struct {
	name, en string
	kind     dossier.UnitType
	field    field
	parent   int // index in this list, -1 for none
	size     int // share of the city's people
}

const gov, ins, ent, oth = dossier.Government, dossier.Institution, dossier.Enterprise, dossier.OtherUnit

// The city exists nowhere, so its name marks what bears it; other names that
// could be somebody's say 虚构.
var registered = []register{
	{"云江市发展和改革委员会", "Yunjiang Development and Reform Commission", gov, ruling, -1, 16},
	{"云江市教育委员会", "Yunjiang Education Commission", gov, teaching, -1, 14},
	{"云江市科学技术局", "Yunjiang Science and Technology Bureau", gov, ruling, -1, 15},
	{"云江市经济和信息化委员会", "Yunjiang Commission of Economy and Information Technology", gov, making, -1, 16},
	{"云江市商务委员会", "Yunjiang Commission of Commerce", gov, moving, -1, 18},
	{"云江市文化和旅游发展委员会", "Yunjiang Commission of Culture and Tourism", gov, culture, -1, 16},
	{"云江市卫生健康委员会", "Yunjiang Health Commission", gov, healing, -1, 14},
	{"云江市生态环境局", "Yunjiang Ecology and Environment Bureau", gov, building, -1, 13},
	{"云江市交通局", "Yunjiang Transport Bureau", gov, moving, -1, 14},
	{"云江市农业农村委员会", "Yunjiang Commission of Agriculture and Rural Affairs", gov, making, -1, 13},
	{"云江市临江区人民政府", "People's Government of Linjiang District, Yunjiang", gov, ruling, -1, 15},
	{"云江市石桥区人民政府", "People's Government of Shiqiao District, Yunjiang", gov, ruling, -1, 13},
	{"云江大学", "Yunjiang University", ins, teaching, 1, 24},
	{"云江理工大学", "Yunjiang University of Technology", ins, teaching, 1, 22},
	{"巴渝理工大学（虚构）", "Bayu University of Technology (fictional)", ins, teaching, 1, 22},
	{"云江医科大学", "Yunjiang Medical University", ins, healing, 1, 20},
	{"云江师范大学", "Yunjiang Normal University", ins, teaching, 1, 18},
	{"云江职业技术学院", "Yunjiang Polytechnic", ins, teaching, 1, 12},
	{"云江市第一人民医院", "First People's Hospital of Yunjiang", ins, healing, 6, 17},
	{"云江市妇幼保健院", "Yunjiang Maternal and Child Health Hospital", ins, healing, 6, 12},
	{"云江市疾病预防控制中心", "Yunjiang Centre for Disease Control", ins, healing, 6, 11},
	{"云江市农业科学院", "Yunjiang Academy of Agricultural Sciences", ins, making, 9, 15},
	{"云江市环境科学研究院", "Yunjiang Institute of Environmental Science", ins, building, 7, 13},
	{"云江市规划设计研究院", "Yunjiang Institute of Planning and Design", ins, building, -1, 14},
	{"云江博物馆", "Yunjiang Museum", ins, culture, 5, 12},
	{"云江图书馆", "Yunjiang Library", ins, culture, 5, 9},
	{"云江歌舞剧院", "Yunjiang Song and Dance Theatre", ins, culture, 5, 17},
	{"云江交响乐团", "Yunjiang Symphony Orchestra", ins, culture, 5, 16},
	{"云江港务集团有限公司", "Yunjiang Port Group", ent, moving, -1, 15},
	{"云江国际物流集团有限公司", "Yunjiang International Logistics Group", ent, moving, -1, 15},
	{"云江轨道交通集团有限公司", "Yunjiang Rail Transit Group", ent, moving, -1, 14},
	{"云江机床集团有限公司", "Yunjiang Machine Tool Group", ent, making, -1, 16},
	{"云江汽车工业股份有限公司", "Yunjiang Automotive Industry", ent, making, -1, 17},
	{"云江电子信息产业集团有限公司", "Yunjiang Electronics Group", ent, making, -1, 15},
	{"江岭摩托车制造有限公司（虚构）", "Jiangling Motorcycle Works (fictional)", ent, making, -1, 12},
	{"云江生物医药集团有限公司", "Yunjiang Biopharma Group", ent, healing, -1, 14},
	{"云江水务集团有限公司", "Yunjiang Water Group", ent, building, -1, 12},
	{"云江建工集团有限公司", "Yunjiang Construction Group", ent, building, -1, 15},
	{"云江会展集团有限公司", "Yunjiang Exhibition Group", ent, culture, -1, 13},
	{"云江市人民对外友好协会", "Yunjiang People's Association for Friendship", oth, befriends, -1, 11},
}

func (c *City) newUnits() []Unit {
	r := chanceFor(c.Seed, "units")
	streets := []string{"江北大道", "滨江路", "石桥街", "学府路", "云岭路", "临港大道", "沙坝街", "望江路"}
	out := make([]Unit, len(registered))
	for i, like := range registered {
		u := Unit{ID: r.id(c.Began.Begins().Add(nineOClock)), Name: c.here(like.name), NameEn: c.here(like.en), Type: like.kind, Level: "primary", Field: like.field,
			USCC: socialCode(r, like.kind), OfficerUntil: calendar.On(c.Today.Year()+1, 12, 31)}
		if like.parent >= 0 {
			u.Level, u.Parent = "subordinate", out[like.parent].ID
		}
		u.Address = fmt.Sprintf("%s市%s%d号", c.Name.Zh, one(r, streets), r.between(1, 288))
		out[i] = u
	}
	return out
}

// socialCode makes a unified social credit code: one digit for the authority
// that registers, one for the kind, six for the area, nine of the
// organisation's own code, one to check. Source: GB 32100-2015, GB 11714-1997.
func socialCode(c chance, kind dossier.UnitType) string {
	const letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	code := map[dossier.UnitType]string{gov: "11", ins: "12", ent: "91", oth: "51"}[kind] + fmt.Sprintf("5099%02d", c.between(1, 20))
	weights := [8]int{3, 7, 9, 10, 5, 8, 4, 2}
	body, sum := "", 0
	for i, w := range weights {
		v := c.IntN(10)
		if i == 0 {
			body += "G" // no registered code of the demo's authorities begins so
			sum += int('G'-'A'+10) * w
			continue
		}
		body += string(rune('0' + v))
		sum += v * w
	}
	body += string("0123456789X0"[11-sum%11])
	for _, last := range strings.Split(letters, "") {
		if dossier.CheckUSCC(code+body+last) == "" {
			return code + body + last
		}
	}
	return code + body
}
