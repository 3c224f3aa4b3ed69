package demo

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/dossier"
)

// mission is one kind of task: what goes into its texts.
// In texts {host} is the host, {city} the first city, {topic} the object.
type mission struct {
	category  dossier.Category
	host      string // what a host of it is, after its proper name
	hostEn    string
	topics    []string
	purpose   string
	necessity string
	results   string
	letter    string // what the letter says it is for
	halves    []string
	papers    []dossier.MaterialKind
}

var missions = []mission{
	{category: dossier.Research, host: "大学", hostEn: "University",
		topics:    []string{"轻量化镁合金", "长江上游山洪预警", "高速齿轮箱故障诊断", "柑橘黄龙病检测", "污泥低温热解", "车规级芯片封装可靠性", "山地城市边坡监测", "土壤重金属钝化"},
		purpose:   "与{host}就{topic}联合实验室二期商定三个课题的分工和数据共享办法，现场验收试验设备两台，签署合作备忘录。",
		necessity: "{topic}联合课题一期将于年底结题，两台试验设备须由双方人员到场共同验收，样品和原始数据只能当面交接；推迟将影响二期立项和已到位经费的执行，远程会议不能代替。",
		results:   "签署{topic}二期合作备忘录一份；完成设备验收单两份；确定课题负责人、里程碑和经费分担；带回样品数据一套，回国后十五个工作日内提交报告。",
		letter:    "{topic}联合课题会谈与设备验收",
		halves:    []string{"与{host}课题组核对{topic}一期成果清单", "在{host}实验室现场验收{topic}试验设备", "与{host}商定{topic}二期课题分工和里程碑", "与{host}技术转移办公室谈判数据共享协议", "与{host}国际处签署合作备忘录并确认互派名单"}},
	{category: dossier.Conference, host: "学会", hostEn: "Society",
		topics:    []string{"山地城市韧性", "心血管介入治疗", "饮用水安全", "数字文献保护", "儿童早期发育", "内河航运减排", "智能制造标准", "生物制品质量"},
		purpose:   "出席{host}主办的{topic}国际会议，由团员宣读论文一篇并主持一个分会场，与参会机构商定联合研究方案。",
		necessity: "该会议每两年一次，我方关于{topic}的论文已被录用并安排大会报告，须由作者本人到场宣读和答辩；会议期间召开标准工作组会议，我方承担其中一章的起草。",
		results:   "宣读{topic}论文一篇并收入论文集；完成标准工作组一章的讨论稿；与两家机构商定联合研究方案；回国后作两场内部报告。",
		letter:    "出席{topic}国际会议并宣读论文",
		halves:    []string{"出席{topic}国际会议开幕式和大会报告", "宣读{topic}论文并参加分会场答辩", "主持{topic}分会场讨论并形成纪要", "参加{topic}标准工作组起草会议", "与{host}秘书处商定下一届联合研究方案"},
		papers:    []dossier.MaterialKind{"M08", "M22"}},
	{category: dossier.Trade, host: "物流集团", hostEn: "Logistics",
		topics:    []string{"冷链果蔬", "笔记本电脑整机", "摩托车零部件", "中欧班列回程货", "跨境电商包裹", "汽车整车滚装", "医疗器械"},
		purpose:   "与{host}谈判{topic}运输年度合同，商定每周舱位、装卸标准和理赔办法，签署框架协议。",
		necessity: "{topic}现行运输合同将于本季度末到期，对方提出的费率和装卸标准须结合其堆场实地条件逐项谈判；合同中断将使每周发运停滞，造成违约赔付。",
		results:   "签订{topic}运输框架协议一份；明确每周舱位、费率和装卸标准；形成理赔流程；预计降低单箱费用百分之六。",
		letter:    "{topic}运输合同谈判",
		halves:    []string{"与{host}谈判{topic}年度合同费率条款", "在{host}堆场核对{topic}装卸标准和作业流程", "与{host}法务部商定理赔和保险条款", "与{host}客户中心测试舱位预订数据接口", "与{host}签署{topic}运输框架协议"}},
	{category: dossier.Investment, host: "工业集团", hostEn: "Industries",
		topics:    []string{"新能源汽车电驱", "精密传动", "生物制药包材", "工业机器人减速器", "碳纤维部件", "智能仪表"},
		purpose:   "与{host}洽谈{topic}项目落户云江的投资协议，商定用地、设备进口和分期投产方案，开展定向招商。",
		necessity: "{host}董事会将于本月审议{topic}项目选址，要求投资地政府和园区当面说明用地、供电和通关条件；竞争城市已派员会谈，错过本次审议项目将另行选址。",
		results:   "签署{topic}项目投资意向书；明确用地面积、供电容量和分期投产时间；建立双方工作组，回国后二十个工作日内完成项目建议书。",
		letter:    "{topic}项目投资洽谈",
		halves:    []string{"与{host}投资部洽谈{topic}项目用地和供电条件", "向{host}董事会说明云江园区{topic}项目方案", "与{host}工程部核对{topic}产线设备进口清单", "与当地商会举办云江{topic}产业招商说明会", "与{host}签署{topic}项目投资意向书"}},
	{category: dossier.Exhibition, host: "展览公司", hostEn: "Fairs",
		topics:    []string{"数控机床", "摩托车整车", "电子元器件", "绿色建材", "特色农产品", "文创产品"},
		purpose:   "参加{host}主办的{topic}专业展，布置36平方米展位，展出样品20件，与已预约的采购商洽谈订单。",
		necessity: "{topic}专业展是该地区最大的同类采购平台，我方展位已付费确认，参展样品已报关发运；展位须由熟悉产品的人员值守和报价，否则不能签约。",
		results:   "完成{topic}展位布展和三天值守；接待预约采购商三十家；签订意向订单五份；带回竞品技术参数一套。",
		letter:    "{topic}专业展参展",
		halves:    []string{"在{host}展馆布置{topic}展位并核对样品", "在展位接待预约采购商并报价{topic}样品", "与采购商洽谈{topic}意向订单条款", "参加{host}组织的{topic}供需对接会并作产品报告", "与采购商签订{topic}意向订单并撤展"},
		papers:    []dossier.MaterialKind{"M21"}},
	{category: dossier.Performance, host: "剧院", hostEn: "Theatre",
		topics:    []string{"民族歌舞《大江歌罢》", "交响音乐会《云岭》", "川江号子专场", "舞剧《石桥》选段"},
		purpose:   "应{host}邀请演出{topic}两场，与对方乐团联合排练一次，商定下一演出季的合作协议。",
		necessity: "{topic}已列入{host}本演出季节目单并公开售票，演职人员须提前到场合成排练；对方将承担场租和宣传，改期即构成违约。",
		results:   "完成{topic}演出两场、联合排练一次；签署下一演出季合作协议；留存演出影像资料一套。",
		letter:    "{topic}演出",
		halves:    []string{"与{host}舞台部门核对{topic}技术方案", "在{host}进行{topic}合成排练", "在{host}演出{topic}并答谢当地观众", "与{host}乐团联合排练并录制资料", "与{host}签署下一演出季合作协议"},
		papers:    []dossier.MaterialKind{"M21"}},
	{category: dossier.Works, host: "设备制造公司", hostEn: "Equipment",
		topics:    []string{"盾构机主轴承", "轨道交通信号系统", "五轴加工中心", "污水处理膜组件", "岸桥起重机电控", "疫苗冻干机"},
		purpose:   "到{host}对{topic}进行出厂验收，按合同逐项测试性能指标，处理遗留问题并签署验收报告。",
		necessity: "{topic}采购合同约定买方须派员参加出厂验收，验收合格方可发运；工程节点要求设备两个月内到场，逾期将按日计付工期违约金。",
		results:   "完成{topic}出厂验收测试并签署验收报告；遗留问题形成整改清单和期限；确定发运和安装调试计划。",
		letter:    "{topic}出厂验收",
		halves:    []string{"与{host}核对{topic}合同技术指标和测试大纲", "在{host}车间测试{topic}空载和负载性能", "与{host}工程师处理{topic}测试遗留问题", "与{host}商定{topic}发运和安装调试计划", "与{host}签署{topic}出厂验收报告"},
		papers:    []dossier.MaterialKind{"M21"}},
	{category: dossier.Training, host: "医学中心", hostEn: "Medical Centre",
		topics:    []string{"新生儿急救", "机器人辅助手术", "院内感染控制", "卒中绿色通道", "康复评定"},
		purpose:   "参加{host}{topic}培训课程，完成规定学时和操作考核，引进课程大纲并商定师资互派协议。",
		necessity: "我市{topic}区域中心今年启动，参训人员回国后承担全市带教任务；课程含真机操作和考核，国内暂无同等培训，名额由对方专门预留。",
		results:   "全部学员通过{topic}操作考核；引进课程大纲一套；签署师资互派协议；回国后一年内培训基层人员一百人。",
		letter:    "{topic}培训课程",
		halves:    []string{"参加{host}{topic}培训课程理论单元", "在{host}完成{topic}模拟操作训练", "与{host}教学团队研讨{topic}带教标准", "参加{host}{topic}操作考核和点评", "与{host}签署{topic}师资互派协议"},
		papers:    []dossier.MaterialKind{"M08"}},
	{category: dossier.FriendlyVisit, host: "市政厅", hostEn: "City Hall",
		topics:    []string{"青少年足球", "垃圾分类", "城市轨道换乘", "职业教育", "老城保护", "图书互赠"},
		purpose:   "与{host}商定友好城市{topic}合作项目三年计划，签署备忘录，确认互访团组名额和经费分担。",
		necessity: "双方友好城市协议今年期满续签，{topic}项目的经费分担和名额须由双方负责人当面确认；对方市长日程已定，改期将推迟到下一年度。",
		results:   "签署{topic}合作备忘录一份；确定三年互访名额和经费分担；落实首批{topic}项目两个，年内启动。",
		letter:    "友好城市{topic}合作会谈",
		halves:    []string{"与{host}负责人会谈友好城市{topic}三年计划", "与{host}项目办公室商定{topic}经费分担方案", "与当地学校和社团商定{topic}合作名单", "与{host}法律顾问核对备忘录文本", "与{host}签署{topic}合作备忘录"}},
	{category: dossier.Inspection, host: "检测认证公司", hostEn: "Certification",
		topics:    []string{"进口食品冷库", "水处理药剂", "医用防护品", "建筑幕墙构件", "儿童用品"},
		purpose:   "与{host}联合开展{topic}工厂核查，对照双方标准核对检测数据，商定互认方案并签署核查报告。",
		necessity: "{topic}互认协议规定每年须派检查员到厂核查一次，核查结论是续签依据；本年度期限将至，未完成核查将暂停相关产品进口。",
		results:   "完成{topic}两家工厂核查报告；形成检测数据比对表；商定互认方案，续签协议文本一份。",
		letter:    "{topic}联合核查",
		halves:    []string{"与{host}核对{topic}核查方案和标准清单", "到工厂核查{topic}生产记录和检测数据", "在{host}实验室比对{topic}样品检测结果", "与{host}商定{topic}互认方案和整改项目", "与{host}签署{topic}联合核查报告"}},
}

// task is a mission with its blanks filled.
type task struct {
	mission
	topic string
}

func (t task) fill(text, host string) string {
	return strings.NewReplacer("{host}", host, "{topic}", t.topic).Replace(text)
}

// host is the fictional host of a task in a place, in Chinese and English.
func (t task) hostIn(p place, which int) (string, string) {
	n := p.names[which]
	return fmt.Sprintf("%s%s%s", p.city, n[0], t.host), fmt.Sprintf("%s %s %s", n[1], t.hostEn, p.cityEn)
}

// of says which units have such a topic, by a part of their names.
var of = map[string][]string{
	"轻量化镁合金": {"云江大学", "理工大学", "汽车"}, "长江上游山洪预警": {"云江大学", "理工大学", "环境科学"}, "高速齿轮箱故障诊断": {"理工大学", "机床"},
	"柑橘黄龙病检测": {"农业科学院"}, "污泥低温热解": {"环境科学", "水务"}, "车规级芯片封装可靠性": {"电子信息", "理工大学"},
	"山地城市边坡监测": {"规划设计", "建工", "环境科学"}, "土壤重金属钝化": {"农业科学院", "环境科学"},
	"山地城市韧性": {"规划设计", "云江大学", "建工"}, "心血管介入治疗": {"第一人民医院", "医科大学"}, "饮用水安全": {"水务", "环境科学", "疾病预防"},
	"数字文献保护": {"图书馆", "博物馆", "师范大学"}, "儿童早期发育": {"妇幼", "师范大学", "医科大学"}, "内河航运减排": {"港务", "理工大学"},
	"智能制造标准": {"理工大学", "职业技术", "机床"}, "生物制品质量": {"生物医药", "疾病预防"},
	"冷链果蔬": {"港务", "国际物流"}, "笔记本电脑整机": {"国际物流", "电子信息"}, "摩托车零部件": {"摩托车"}, "中欧班列回程货": {"国际物流"},
	"跨境电商包裹": {"国际物流"}, "汽车整车滚装": {"港务", "汽车"}, "医疗器械": {"国际物流", "生物医药"},
	"新能源汽车电驱": {"发展和改革", "经济和信息化", "临江区"}, "精密传动": {"经济和信息化", "石桥区", "商务"}, "生物制药包材": {"商务", "石桥区", "科学技术"},
	"工业机器人减速器": {"科学技术", "经济和信息化", "临江区"}, "碳纤维部件": {"科学技术", "发展和改革"}, "智能仪表": {"商务", "临江区", "石桥区"},
	"数控机床": {"机床", "会展"}, "摩托车整车": {"摩托车", "会展"}, "电子元器件": {"电子信息", "会展"}, "绿色建材": {"建工", "会展"},
	"特色农产品": {"农业农村", "会展"}, "文创产品": {"博物馆", "图书馆", "文化和旅游"},
	"民族歌舞《大江歌罢》": {"歌舞剧院"}, "交响音乐会《云岭》": {"交响乐团"}, "川江号子专场": {"歌舞剧院"}, "舞剧《石桥》选段": {"歌舞剧院"},
	"盾构机主轴承": {"轨道交通", "建工"}, "轨道交通信号系统": {"轨道交通"}, "五轴加工中心": {"机床", "汽车"}, "污水处理膜组件": {"水务"},
	"岸桥起重机电控": {"港务"}, "疫苗冻干机": {"生物医药"},
	"新生儿急救": {"妇幼", "医科大学"}, "机器人辅助手术": {"第一人民医院", "医科大学"}, "院内感染控制": {"卫生健康", "人民医院", "疾病预防"},
	"卒中绿色通道": {"第一人民医院", "卫生健康"}, "康复评定": {"医科大学", "第一人民医院"},
	"青少年足球": {"友好协会", "教育"}, "垃圾分类": {"友好协会", "生态环境", "石桥区"}, "城市轨道换乘": {"友好协会", "交通局"}, "职业教育": {"友好协会", "教育", "职业技术"},
	"老城保护": {"临江区", "石桥区", "文化和旅游"}, "图书互赠": {"友好协会", "图书馆"},
	"进口食品冷库": {"商务"}, "水处理药剂": {"生态环境", "水务"}, "医用防护品": {"卫生健康", "疾病预防"}, "建筑幕墙构件": {"规划设计"}, "儿童用品": {"妇幼"},
}

// taskFor chooses something that a unit would do: what fits it, from all missions.
func taskFor(c chance, unit string) task {
	var fit []task
	for _, m := range missions {
		for _, topic := range m.topics {
			if slices.ContainsFunc(of[topic], func(part string) bool { return strings.Contains(unit, part) }) {
				fit = append(fit, task{m, topic})
			}
		}
	}
	return one(c, fit)
}

// goes tells whether a task can lead there: trains from Europe don't begin
// overseas, and nobody ships cars by sea from a country without one.
func (t task) goes(way route) bool {
	for _, city := range way.cities {
		switch p := places[city]; t.topic {
		case "中欧班列回程货":
			if !slices.Contains([]string{"DEU", "FRA", "ITA", "ESP", "KAZ", "MNG", "TUR"}, p.country) {
				return false
			}
		case "汽车整车滚装", "冷链果蔬":
			if p.country == "MNG" || p.country == "KAZ" {
				return false
			}
		}
	}
	return true
}
