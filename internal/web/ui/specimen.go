package ui

import (
	"time"

	"yitang/internal/zone"
)

// What the specimen page is filled with. People, units and numbers are
// fictional; the values are data, so they aren't translated.

func specimenAt(day, hour, minute int) time.Time {
	return time.Date(2026, time.November, day, hour, minute, 0, 0, beijing)
}

var specimenLine = Line{
	Approval: Station{State: You, Filled: 6, Says: "审批中，等您补1项"},
	Passport: Station{State: On, Filled: 4, Says: "4人已有，2人待采集"},
	Visa:     Station{State: On, Filled: 3, Says: "申根表已生成"},
}

func specimenLines() []Line {
	here := Line{
		Approval: Station{State: Done, Says: "已批 云外出〔2026〕117号"},
		Passport: Station{State: Done, Says: "4人都有，已核"},
		Visa:     Station{State: Here, Filled: 5, Says: "使馆审理，预计12月4日出"},
	}
	done := Line{
		Approval: Station{State: Done, Says: "已批 云外出〔2026〕98号"},
		Passport: Station{State: Done, Says: "已领"},
		Visa:     Station{State: Done, Says: "已签发"},
	}
	ahead := Line{
		Approval: Station{Says: "约8个工作日"},
		Passport: Station{Says: "与审批同时准备"},
		Visa:     Station{Says: "批后送签"},
	}
	small := here
	small.Size = LineSmall
	return []Line{specimenLine, here, done, ahead, small}
}

func specimenFindings() Findings {
	return Findings{Heading: true, ID: "specimen-precheck", Rules: 132, Checked: specimenAt(24, 10, 42), List: []Finding{
		{State: Stop, Number: 1, Title: "出访2国共9天，超过8天", Field: "legs[1].depart", Where: Link{"行程，返程日期", "#f-legs-1-depart"},
			Basis: "限量管理规定：2国不超过8天，含离、抵国境当日。", Rule: Link{"ITN-002", "/rules/ITN-002"}, Fix: "返程改到1月25日，或只去1国。",
			Actions: []Button{{Text: "返程改为1月25日", Kind: Second, Post: "/ui"}}},
		{State: Warn, Number: 2, Current: true, Title: "邀请函里没有陆吟", Basis: "受邀人应与团员一致。", Rule: Link{"INV-008", "/rules/INV-008"}, Fix: "请对方补名单，或写一句说明。",
			Actions: []Button{{Text: "写说明", Kind: Plain, URL: "#"}, {Text: "给对方的英文信", Kind: Plain, URL: "#"}}},
		{State: Info, Title: "航班23:55起飞", Text: "零点前出境会多计1天。", Rule: Link{"ITN-019", ""}},
		{State: OK, Title: "公示满5个工作日", Text: "11月9日–13日，无异议。"},
		{State: Warn, Title: "柏林邀请人职级与团长不对等", Fact: "邀请人为馆藏部主任；团长为副局级。", Over: Override{"程远", "附授权信第2页"}, Note: Tag{OK, "已列入一次性告知", false}},
	}}
}

func specimenFields() []Field {
	countries := []Option{{Value: "IT", Text: "意大利", Chosen: true}, {Value: "ES", Text: "西班牙"}, {Value: "JP", Text: "日本", Blocked: true}}
	return []Field{
		{Name: "purpose", Label: "出访目的", Hint: "一句话：和谁、做什么、得到什么。", Kind: Area, Value: "与法国文化遗产数字实验室签订壁画扫描数据互认协议。", Max: 500},
		{Name: "title", Label: "团组名称", Value: "赴意大利、西班牙非遗工坊合作", Says: []Finding{{State: Warn, Title: "与去年一个团组同名。", Fix: "加上年份更好认。"}}},
		{Name: "legs[1].depart", Label: "返程日期", Kind: DateKind, Value: "2027-01-26", Error: "出访2国共9天，超过8天。返程改到1月25日，或只去1国。"},
		{Name: "legs[1].country", Label: "国家", Kind: Select, Options: countries, Width: "mid"},
		{Name: "days", Label: "天数", Kind: Number, Value: "8", Optional: true},
		{Name: "post", Label: "职务", Value: "研究馆员", From: "人事库，2026-11-02"},
		{Name: "abroad", Label: "在外天数", Derived: "8天，含离、抵国境当日", ChangeURL: "#"},
		{Name: "head", Label: "团长", Value: "顾青", Locked: "已提交，等外办答复；要换人请提交变更。"},
		{Kind: Radio, Name: "pays", Label: "费用由谁出", Options: []Option{{Value: "us", Text: "我方", Chosen: true}, {Value: "them", Text: "对方", Hint: "写进邀请函"}, {Value: "both", Text: "分担", Blocked: true}}},
		{Kind: Checks, Name: "tasks", Label: "任务", Across: true, Error: "至少选一项", Options: []Option{{Value: "a", Text: "签约"}, {Value: "b", Text: "考察"}, {Value: "c", Text: "会议", Chosen: true}}},
		{Kind: Check, Name: "sworn", Label: "以上都属实", Hint: "提交后留存。"},
		{Kind: Password, Name: "secret", Label: "密码", Complete: "current-password", Width: "mid"},
		{Kind: Search, Name: "find", Label: "找人、单位、文号", Width: "mid"},
	}
}

func specimenMembers() Members {
	return Members{
		{ID: "gq", Name: "顾青", Latin: "GU QING", Role: "团长 · 非遗处处长，县处级", Status: Tag{OK, "齐了", false}, Held: HeldList{
			{Kind: "身份证", Note: "至2038-04，2025年核过原件"}, {Kind: "公务普通护照", Note: "尾号482，至2028-11，外办保管", Replace: Link{"换一份", "#"}}, {Kind: "照片", Note: "2026-09拍，合规"}}},
		{ID: "hyz", Name: "何远舟", Latin: "HE YUANZHOU", Role: "研究馆员，文物修复", URL: "#", Status: Tag{Stop, "确认1处", false}, Held: HeldList{
			{Kind: "护照2027-05-30到期", State: Warn, Note: "回国后不足6个月，", Act: Button{Text: "随本次换发", Kind: Plain, Post: "/ui"}},
			{Kind: "指纹2026-12到期", State: Info, Note: "到场1次，约20分钟"}}, Actions: []Button{{Text: "确认", Kind: Second, Post: "/ui"}}},
	}
}

func specimenTable() Table {
	row := func(no, name, unit string, n string, line Line, tag Tag, left string) Row {
		line.Size = LineMini
		return Row{Cells: []Cell{{Text: no, Quiet: true}, {Text: name, URL: "#" + no, Head: true}, {Text: unit}, {Text: n}, {Text: "01-12"}, {Show: line}, {Tag: tag}, {Text: left}}, Choose: no}
	}
	lines := specimenLines()
	overdue := row("0398", "赴泰国橡胶产业园选址", "云江外经贸集团", "5", lines[0], Tag{Stop, "催复函", false}, "超6小时")
	overdue.State = Stop
	here := row("0431", "赴法国、德国文化遗产数字化合作", "文化旅游委员会", "6", lines[1], Tag{Warn, "判断2项", false}, "5时12分")
	here.Current = true
	return Table{
		Caption: "队列", Keys: true, Cards: true,
		Columns: []Column{{Text: "案号"}, {Text: "团组"}, {Text: "组团单位"}, {Text: "人", Number: true}, {Text: "出发", Sort: "?sort=leave"}, {Text: "一线"}, {Text: "要您做什么"}, {Text: "剩余", Number: true}},
		Groups: []Group{
			{Title: "已超时", Note: "1件", Rows: []Row{overdue}},
			{Title: "今天到期", Note: "2件 · 1件规则全过", Rows: []Row{here, row("0419", "赴日本养老机器人标准研讨", "民政局", "3", lines[2], Tag{OK, "无待判断", false}, "2时10分")}, More: Link{"今天到期的另外3件", "#more"}},
		},
	}
}

func specimenTimeline() Timeline {
	return Timeline{
		{At: specimenAt(24, 10, 44), What: "制证订单2件送出", Who: "程远", Zone: zone.Office, Transit: true},
		{At: specimenAt(24, 10, 42), What: "批准5人，1人不同意", Who: "主任 魏岑", Zone: zone.Office, Link: Link{"云外出〔2026〕121号", "#"}},
		{At: specimenAt(20, 9, 5), What: "提交", Who: "签批人 宋知白", Zone: zone.Internet, Receipt: "办公网9:06收到"},
		{At: specimenAt(19, 16, 30), What: "采集人像、指纹", Zone: zone.Passport},
	}
}

func specimenFiles() Files {
	return Files{
		{Name: "Einladung_Berlin.pdf", What: "柏林邀请函", Kind: "PDF", Pages: 2, Size: 340_000, Preview: "#", Replace: "#", Remove: Button{Text: "删", Kind: Plain, Post: "/ui"}},
		{Name: "日程.docx", Kind: "DOCX", Size: 1_240_000, State: FileChecking},
		{Name: "扫描件.pdf", Kind: "PDF", Size: 90_000, State: FileUnreadable, Error: "第2页打不开，请重新扫描这一页。"},
		{Name: "邀请函副本.pdf", Kind: "PDF", Pages: 2, Size: 340_000, State: FileDuplicate},
		{Name: "照片.exe", State: FileRefused, Error: "内容是程序，不是图片。请换JPEG或PNG。"},
	}
}

func specimenBars() Bars {
	return Bars{Title: "108个团组停在哪", Label: "停在哪", Unit: "件", Groups: []BarGroup{
		{Title: "审批", Note: "60件", Bars: []Bar{{Label: "等单位补正", Value: 9, Note: "最久6天"}, {Label: "等外省复函", Value: 7, Note: "最久11天，云东省4件", Hot: true}, {Label: "初审", Value: 21, Note: "都在时限内"}}},
		{Title: "护照", Note: "14件", Bars: []Bar{{Label: "制证", Value: 12, Note: "都在时限内"}}},
	}}
}

func specimenNotice() Notice {
	return Notice{Issued: specimenAt(24, 11, 0), By: "外办 程远", Defects: []Defect{
		{ID: "d1", Title: "贺晓备案表没有盖章", Where: Link{"材料，备案表", "#"}, Fact: "第1页印章位空白。", Fix: "重新扫描盖章页。其他材料不用再交。", Act: Button{Text: "去补材料", Kind: Second, URL: "#"}},
		{ID: "d2", Title: "返程晚1天", Fix: "改到1月25日。", Fixed: true, Answer: "已改为1月25日。"},
	}}
}

func specimenChanges() Changes {
	return Changes{
		{Label: "返程日期", Was: "2027年1月26日", Is: "2027年1月25日", Who: "宋知白", At: specimenAt(24, 10, 40)},
		{Label: "翻译", Was: "林若溪", Who: "宋知白", At: specimenAt(24, 10, 41)},
	}
}

func specimenPapers() Papers {
	return Papers{
		Tabs:  Chips{Label: "材料", Items: []Chip{{Text: "请示", URL: "#"}, {Text: "柏林邀请函", URL: "#", Current: true}, {Text: "备案表", Count: 6, Counted: true, URL: "#"}}},
		Title: "柏林邀请函", Lang: "en", Caption: "第1页，共2页。划线处与填报一致；双线处不同。", Get: Link{"原件", "#"},
		Text: []Marked{
			{{Text: "BERLIN STATE COLLECTIONS"}},
			{{Text: "We are pleased to invite you to Berlin "}, {"from 15 to 18 January 2027", OK}, {Text: "."}},
			{{"Dr Anna Keller, Head of Collections", Warn}},
		},
	}
}

func specimenProblems() []Problem {
	back := Button{Text: "回到团组", URL: "#", Kind: Second}
	return []Problem{
		{Status: 403, Way: back},
		{Status: 404, Way: back},
		{Status: 409, Saved: specimenAt(24, 10, 39), Changes: specimenChanges(), Way: back,
			Kept:  []Kept{{Name: "purpose", Label: "出访目的", Value: "核对流失文物影像目录214件。"}, {Name: "step", Value: "mission"}},
			Again: Again{Action: "/ui", Revision: "8", Key: "k", Text: "用我填的"}},
		{Status: 413, Way: back},
		{Status: 422, Way: back},
		{Status: 429, Way: back},
		{Status: 500, Incident: "3F7K-21", Way: back},
		{Status: 503, Text: "磁盘已满，管理员正在处理。", Way: back},
	}
}
