package requirement

import "yitang/internal/fault"

// sentence is what people read, and what it rests on: the short title of a rule
// or of a published page, or "本系统设计" where the rule is our own.
type sentence struct{ zh, en, basis string }

const own = "本系统设计"

// needs say what calls for a thing; each has a basis.
var needs = map[string]sentence{
	"need.unit":            {"开户备案时登记一次，每次申报沿用。", "Registered once when the account is opened, then used for each case.", "单位开户备案（深圳外办线上报批指引 2022）"},
	"need.every":           {"每次申报都要说明。", "Every application tells it.", "出访请示格式（2017）"},
	"need.plan":            {"出访须列入年度计划。", "A journey belongs to the annual plan.", "教外厅〔2015〕1号；财行〔2013〕516号"},
	"need.planLine":        {"列入计划的，写明计划项号。", "A planned journey names its line of the plan.", "GEN-010；北京语言大学 2017 通知"},
	"need.offPlan":         {"计划外团组须说明理由。", "A journey outside the plan gives its reason.", "教外厅〔2015〕1号"},
	"need.under":           {"出访备案须写明依据的一次审批。", "A declared trip names the approval under which it is made.", "MTA-001"},
	"need.term":            {"一次审批、多次有效须写明期限、国家和每次天数。", "An approval for a term names its days, places and the length of each trip.", "MTA-004"},
	"need.urgentNote":      {"急件须附单位负责人的批示。", "Urgency needs the note of a leader of the unit.", "GEN-018（" + own + "）"},
	"need.urgent":          {"急件须附理由。", "Urgency needs a reason.", "GEN-018（" + own + "）"},
	"need.secret":          {"涉密团组不得在互联网申报。", "A secret mission isn't filed on the Internet.", "厦门外办 2013 公示通知；GEN-019"},
	"need.academic":        {"教学科研人员实行区别管理。", "Academic personnel travel under a regime of their own.", "厅字〔2016〕17号（河南师大 2019 转述）"},
	"need.joined":          {"参加外单位组团的，凭组团方的来函办理：已批准的，传任务通知书；尚在征求意见的，先传征求意见函。", "Who joins another's delegation does so on a letter of the organiser's authority: its mission notice or, while it asks for opinions, its opinion request.", "外交部领事司办照说明（2018）"},
	"need.confirmation":    {"参团人员凭任务确认件办照、办签。", "For those who join, passport and visa rest on the confirmation.", "外交部领事司办照说明（2018）"},
	"need.days":            {"在外天数含离境、入境当日。", "Days abroad include those of leaving and of entering.", "中国地质大学（武汉）承诺书；浙江大学规定"},
	"need.zone":            {"当地时间要按时区换算。", "Local times are compared by zone.", "ITN-018（" + own + "）"},
	"need.hostZh":          {"公示和批件是中文，写邀请单位的中文名。", "Notice and approval are in Chinese and name the host in it.", own},
	"need.cityEn":          {"办签证时要用城市英文名。", "Visa forms name the city in English.", "ITN-024（北大申根指南）"},
	"need.transit":         {"出机场的中转计入国家数。", "A transit that leaves the airport counts as a country.", "浙江大学规定；ITN-016"},
	"need.ticket":          {"核对舱位和承运人。", "Cabin and carrier are checked.", "财行〔2013〕516号"},
	"need.itinerary":       {"逐日、分上下午列出日程。", "Each day is told by mornings and afternoons.", "出访请示格式（2017）"},
	"need.identity":        {"审批、护照、签证都以同一身份信息为准，一人一生填一次。", "All three links use the same identity, given once in a lifetime.", "因公护照申请表；人员备案表"},
	"need.latin":           {"证照和签证用拼音姓名，与现持证照一致。", "Booklet and visa carry the name in Latin letters, as in the booklet held.", "GB/T 28039-2011；IDN-011"},
	"need.contact":         {"办理中要能找到本人。", "People have to be reachable.", "IDN-013"},
	"need.email":           {"部分使领馆发电子邮件通知。", "Some missions write by e-mail.", own},
	"need.nationality":     {"须申报外国国籍和境外永久居留权。", "Foreign nationality and permanent residence abroad are declared.", "教外厅〔2015〕1号；MEM-017、MEM-018"},
	"need.history":         {"出访次数和重叠行程由系统核对。", "Trips and overlaps are checked by the system.", "MEM-007、MEM-009"},
	"need.post":            {"审批、证照和照会都写明单位和职务。", "Approval, booklet and note verbale name unit and post.", "出访请示格式（2017）"},
	"need.rank":            {"职级决定审批权限和护照种类。", "Rank decides who approves and which passport is issued.", "护照法第四条、第五条；护照种类说明"},
	"need.employment":      {"离退休人员一般不再派遣。", "Retired people are not normally sent.", "河南师大 2019；MEM-014"},
	"need.head":            {"每个团组有一名团长。", "Each delegation has one head.", "MEM-002"},
	"need.leadershipTeam":  {"同一单位领导班子成员原则上不同团。", "Members of one unit's leadership team don't normally travel together.", "教外厅〔2015〕1号；MEM-003"},
	"need.principal":       {"党政主要负责人不得同团、同时在外。", "A unit's two principal leaders don't travel together.", "海南 2008；MEM-004"},
	"need.vetting":         {"出访人员须经人事部门备案审查，有效期到回国之日。", "Travellers are vetted by personnel, valid until the return.", "因公临时出国（赴港澳）人员备案表；MEM-020"},
	"need.secrecy":         {"涉密人员出国须保密部门同意。", "Holders of secret posts need the secrecy side's consent.", "保守国家秘密法；MEM-021"},
	"need.commitment":      {"每名团员签署承诺书。", "Each member signs a commitment.", "海淀区 2014 指南；DOC-011"},
	"need.opinion":         {"本办对参团的意见，以复函答复组团方。", "This office's opinion on joining goes to the organiser's authority as a reply.", "双跨团组管理规定（据外交部领事司）"},
	"need.dispatch":        {"外单位人员须派员单位同意。", "People of another unit need their own unit's consent.", "湖南清单；MEM-024"},
	"need.leave":           {"处级以上干部出国须办请假手续。", "Officials of division rank and above ask for leave.", "东华大学；DOC-013"},
	"need.paper":           {"参加学术会议一般应有论文或发言。", "Who attends an academic conference normally reads a paper.", "教外厅〔2015〕1号"},
	"need.rehired":         {"离退休、返聘人员须返聘合同和上级同意。", "Retired or rehired people need the contract and their superior's consent.", "河南师大 2019；MEM-014"},
	"need.invitation":      {"每个出访国家（地区）都要有当地单位的邀请函。", "Each country visited has an invitation from there.", "东华大学；INV-001、ITN-020"},
	"need.letter":          {"邀请函须写明邀请单位、人员、事由、时间、费用并签名。", "A letter names host, people, purpose, dates and cost, and is signed.", "东华大学；外办 2010 邀请函说明"},
	"need.translation":     {"外文邀请函附译文并署译者。", "A letter in another language comes with a translation and its translator's name.", "出访请示格式（2017）；INV-012"},
	"need.hostProfile":     {"附邀请单位简介；同一单位一年内不用再交。", "A profile of the host, once a year for the same host.", "出访请示格式（2017）"},
	"need.budget":          {"先有预算，再批出访。", "The budget comes before the approval.", "财行〔2013〕516号"},
	"need.finance":         {"财务先行审核经费。", "Finance reviews the budget first.", "财行〔2013〕516号；DOC-006"},
	"need.notice":          {"出访前在派员单位公示，不少于 5 个工作日。", "Each sending unit gives notice beforehand, for five working days at least.", "厦门外办 2013；暨南大学 2016"},
	"need.request":         {"组团单位的请示。", "The organising unit's request.", "出访请示格式（2017）"},
	"need.agenda":          {"会议 {days} 天及以上，附议程和译文。", "A conference of {days} days or more brings its agenda with a translation.", "东华大学；ITN-025"},
	"need.training":        {"培训团组列入培训计划，附计划的批准文件。", "A training delegation belongs to a training plan, and brings its approval.", "因公出国（境）培训另行列项报批（领域资料 3.7）"},
	"need.contract":        {"工程、参展等附合同或项目证明。", "Works and exhibitions bring their contract or proof.", "申报材料清单 M21"},
	"need.approval":        {"批件是办照、办签、核销的依据。", "The approval is the ground for passport, visa and settlement.", "外交部领事司办照说明（2018）"},
	"need.number":          {"全程用一个案件编号。", "One number for the whole case.", own},
	"need.booklet":         {"出国须持与身份相称、回国后仍有 6 个月有效期的因公护照。", "Abroad one carries the official passport of one's rank, valid for months after the return.", "外交部领事司办照说明（2018）；护照法"},
	"need.permit":          {"赴港澳须持因公往来港澳通行证。", "To Hong Kong and Macau one carries the official permit.", "港澳办办证须知（2012）"},
	"need.endorsement":     {"通行证上须有{region}签注。", "The permit carries an endorsement for {region}.", "港澳办办证须知（2012）；PPT-018"},
	"need.bookletPaper":    {"办理护照、通行证时据已有信息生成或取用。", "Made or taken from what is held when a booklet is made.", "外交部领事司办照说明（2018）；湖北外办 2022"},
	"need.idCard":          {"新办、换发证照须有效身份证。", "A new booklet needs an identity card in force.", "福建外办 2014；IDN-006"},
	"need.photo":           {"申请表和签证用一张 {months} 个月内的照片；护照上的人像到场采集时现拍。", "One photo of the last {months} months serves the forms and visas; the passport's own portrait is taken when they come to be captured.", "因公电子护照照片要求；PPT-009"},
	"need.loss":            {"证照遗失须先声明作废。", "A lost booklet is declared void first.", "护照遗失办理说明；PPT-014"},
	"need.showId":          {"采集时核验身份证原件。", "The card is seen in the original at the capture.", "福建外办 2014"},
	"need.exemptionForm":   {"手指缺损等不能采集的，凭盖章的特殊情况备案表免采。", "Who can't be captured is exempt on a sealed form.", "福建外办 2014；PPT-013"},
	"need.capture":         {"因公电子护照须本人采集面部、指纹和签名。", "An electronic official passport needs face, fingerprints and signature from the person.", "福建外办 2014；民航 2024"},
	"need.surrender":       {"换发时交回旧证照注销。", "The old booklet is handed over for cancellation.", "外交部领事司办照说明（2018）；PPT-015"},
	"need.collect":         {"出发前领取证照。", "Booklets are collected before the departure.", "市外侨办护照指南"},
	"need.signBooklet":     {"新护照须持照人签名后使用。", "A new passport is signed by its holder before use.", "VIS-016"},
	"need.handIn":          {"入境后 {days} 天内交回证照。", "Booklets are handed in within {days} days of entering China.", "黑龙江气象局 2016；外交部领事司"},
	"need.education":       {"行前教育，网上完成。", "The briefing before departure, done online.", "市外侨办护照指南；安徽工程大学 2024"},
	"need.evisa":           {"赴{country}凭电子签证入境，最晚 {by} 在网上申请。", "{country} is entered on an e-visa, to be applied for online by {by}.", "各国签证须知"},
	"need.visa":            {"赴{country}按护照种类和停留天数核定是否要签证。", "For {country} passport type and length of stay decide on the visa.", "中国与外国互免签证协定一览表（2023-02）"},
	"need.visaPaper":       {"签证申请用。", "Used for the visa application.", "各国签证材料清单（领域资料第 8 节）"},
	"need.visaPaperFor":    {"{country}的签证申请用。", "Used for the application to {country}.", "各国签证材料清单（领域资料第 8 节）"},
	"need.history.visa":    {"这个国家的签证表要填家庭和经历；填一次，以后只确认。", "This country's form asks for family and career: told once, then confirmed.", "海淀区 2014 指南（个人情况表）"},
	"need.note":            {"外办出具照会。", "The office writes the note verbale.", "外交文书格式；领域资料第 8 节"},
	"need.signature":       {"{country}的申请表须亲笔签名。", "The form for {country} is signed by hand.", "各国签证材料清单（领域资料第 8 节）"},
	"need.original":        {"{country}使领馆看邀请函原件。", "The mission of {country} wants the letter in the original.", "各国签证材料清单（领域资料第 8 节）"},
	"need.mission":         {"{country}使领馆可能要本人录指纹或面谈。", "The mission of {country} may want to see the person.", "VIS-007；济南大学赴美指南"},
	"need.bringBooklet":    {"送签时证照须在外办。", "The booklet has to be at the office when the visa is applied for.", "证照集中保管规定；领域资料第 7 节"},
	"need.exitCertificate": {"持公务普通护照免签出国的，随带出境证明。", "Who travels visa-free on a public-affairs passport carries an exit certificate.", "西北工大出境证明说明"},
	"need.secondNotice":    {"回国后 {months} 个月内事后公示。", "A second notice within {months} month of the return.", "厦门外办 2013"},
	"need.report":          {"回国后 {days} 个工作日内交出访报告。", "The report is due {days} working days after the return.", "天津工大；安徽工程大学 2024"},
	"need.stamps":          {"出入境记录用于核对天数和核销。", "Border stamps serve to check days and settle costs.", "财务核销要求；POST-004"},
}

// others are statuses' reasons and ways: what is missing, what spares it, what
// it follows from, why an order is made.
var others = map[string]sentence{
	"missing.absent":      {"还没有{name}。", "{name}: not given yet.", ""},
	"missing.paper":       {"还没有{name}。", "{name}: not there yet.", ""},
	"missing.expires":     {"{name} {until} 到期，须用到 {on}。", "{name}: ends {until}, needed until {on}.", ""},
	"missing.head":        {"还没有指定团长。", "No head of delegation is named.", "MEM-002"},
	"missing.vetting":     {"人事部门的备案审查还没有通过。", "Personnel's vetting hasn't been passed yet.", "MEM-020"},
	"missing.ofCountry":   {"已有的{name}不是{country}的，还差{country}的。", "The {name} that is there isn't from {country}; the one from {country} is missing.", ""},
	"need.invitationCopy": {"参团的，邀请函在组团方的申报里；由我方申办{country}签证时，附组团方邀请函的复印件。", "Who joins another's delegation keeps no letter of their own; where the visa for {country} is applied for here, a copy of the organiser's goes with it.", "使领馆签证材料；INV-001"},
	"missing.invitation":  {"还没有{country}方面的邀请函。", "No invitation from {country} yet.", "INV-001；ITN-020"},
	"missing.capture":     {"没有可以沿用的采集，须本人到场一次。", "No capture can be used again, so the person comes once.", "福建外办 2014"},
	"missing.surrender":   {"旧证照还没有交回。", "The old booklet hasn't been handed over.", "PPT-015"},
	"missing.signature":   {"{country}的签证申请表等本人签名。", "The visa form for {country} waits for the holder's signature.", ""},
	"missing.original":    {"{country}要邀请函原件，还没有送到。", "{country} wants the original letter, which isn't here yet.", ""},
	"missing.presence":    {"须本人到{country}使领馆一次，不能并入大厅。", "The person goes to the mission of {country} once; it can't be merged with the hall.", "VIS-007"},
	"missing.booklet":     {"证照不在外办，送签前须交来。", "The booklet isn't at the office and has to be before the visa is applied for.", "PPT-006"},

	"order.first":           {"没有{type}，新办。", "No {type} held: a first one is made.", "外交部领事司办照说明（2018）"},
	"order.gone":            {"原{type}已遗失或作废，新办。", "The earlier {type} is lost or void: a new one is made.", "PPT-014"},
	"order.expires":         {"证照 {expires} 到期，须用到 {until}（回国后 {months} 个月），换发。", "It expires {expires} and has to last until {until} ({months} months after the return): renewed.", "PPT-001（外交部领事司）"},
	"order.expiryUnknown":   {"证照有效期不明，按换发办理。", "Its expiry isn't known: treated as a renewal.", "PPT-001"},
	"order.pages":           {"空白页剩 {pages} 页，需 {needed} 页，换发。", "{pages} blank pages left, {needed} needed: renewed.", "PPT-002"},
	"order.changeType":      {"现持{held}，应持{due}，变更种类。", "Holds a {held}, is due a {due}: the type is changed.", "PPT-003"},
	"order.endorsement":     {"通行证上没有{region}签注，加办。", "No endorsement for {region}: one is added.", "PPT-018"},
	"order.visa":            {"{type}赴{country}须办签证。", "A {type} needs a visa for {country}.", ""},
	"order.visaConditional": {"{type}赴{country}的免签附有条件，按须办签证处理。", "The exemption of a {type} for {country} has conditions: a visa is applied for.", "VIS-005"},
	"order.schengen":        {"{type}赴申根国家须办签证，向停留最久的{country}申请（同样长则首先入境的国家）。", "A {type} needs a Schengen visa, applied for at {country}, where the stay is longest (on a tie, at the country entered first).", "VIS-006"},

	"held.booklet": {"现持证照有效至 {until}，沿用。", "The booklet held is valid until {until} and is used again.", "PPT-005"},

	"spare.offPlan":           {"不在年度计划内，已说明理由的不用填。", "Outside the plan: the reason stands instead.", ""},
	"spare.inPlan":            {"已列入年度计划。", "It is in the annual plan.", ""},
	"spare.notUrgent":         {"不是急件。", "Not urgent.", ""},
	"spare.declared":          {"一次审批时已审。", "It was settled with the approval for the term.", ""},
	"spare.notDeclared":       {"不是一次审批的出访备案。", "Not declared under an approval for a term.", ""},
	"spare.notSecret":         {"不是涉密团组。", "Not a secret mission.", ""},
	"spare.secret":            {"涉密团组不公示。", "A secret mission gives no notice.", "厦门外办 2013"},
	"spare.notAcademic":       {"不按教学科研区别管理。", "Not under the academic regime.", ""},
	"spare.elsewhere":         {"由{authority}办理证照和签证。", "Booklet and visa are {authority}'s work.", ""},
	"spare.noticeLater":       {"组团方批准后下达，外办收到后登记。", "It comes when the organiser's mission is approved, and the office enters it.", ""},
	"spare.noticeThere":       {"已有任务通知书。", "The mission notice is there.", ""},
	"spare.notJoined":         {"不是参团。", "Nobody else's delegation is joined.", ""},
	"spare.noTransit":         {"没有需要说明的中转。", "No transit to be told.", ""},
	"spare.noVisa":            {"没有人要办这里的签证。", "Nobody applies for a visa here.", ""},
	"spare.notBooked":         {"订票后再填。", "Told once the ticket is booked.", ""},
	"spare.enterpriseFund":    {"企业自有资金，不用财务先行审核意见表。", "Paid from the enterprise's own money: the form for state money isn't needed.", ""},
	"spare.hostPays":          {"全部费用由对方承担。", "The host pays for everything.", ""},
	"spare.hostCoversNothing": {"对方不承担费用。", "The host covers nothing.", ""},
	"spare.noConference":      {"不是 {days} 天及以上的会议。", "Not a conference of {days} days or more.", ""},
	"spare.noProject":         {"不是工程或参展项目。", "Neither works nor an exhibition.", ""},
	"spare.foreign":           {"外国籍人员自持本国证照，不发因公证照。", "A foreign national travels on papers of their own.", "MEM-017；护照法"},
	"spare.noEmail":           {"没有邮箱不影响办理。", "Nothing depends on it.", ""},
	"spare.chinese":           {"未申报外国国籍。", "No foreign nationality declared.", ""},
	"spare.noResidence":       {"未申报境外永久居留权。", "No residence abroad declared.", ""},
	"spare.noTrips":           {"没有其他出访。", "No other trips.", ""},
	"spare.noDepartment":      {"没有部门的不用填。", "Not every unit has departments.", ""},
	"spare.notLeadershipTeam": {"不是领导班子成员。", "Not of the leadership team.", ""},
	"spare.notPrincipal":      {"不是党政主要负责人。", "Not a principal leader.", ""},
	"spare.noSecrets":         {"不是涉密人员。", "No secret post.", ""},
	"spare.ownUnit":           {"本单位人员。", "Of the organising unit itself.", ""},
	"spare.rank":              {"职级不在请假范围。", "The rank needs no leave.", ""},
	"spare.noPaper":           {"不是参加学术会议的教学科研人员。", "No academic at a conference.", ""},
	"spare.active":            {"在职人员。", "In active service.", ""},
	"spare.hostZh":            {"没有中文名的不用填。", "Only where it has one.", ""},
	"spare.inChinese":         {"邀请函是中文。", "The letter is in Chinese.", ""},
	"spare.organisersLetter":  {"参团的，邀请函由组团方在其申报中提交。", "The letter stands in the organiser's application.", ""},
	"spare.organisation":      {"按当地机构办理。", "Taken as an organisation there.", ""},
	"spare.noCountry":         {"不去外国，不用护照。", "No foreign country, so no passport.", ""},
	"spare.noRegion":          {"不去港澳，不用通行证。", "Neither Hong Kong nor Macau, so no permit.", ""},
	"spare.noBooklet":         {"证照沿用，不用再办。", "No booklet is made.", "PPT-005"},
	"spare.noPhoto":           {"不办护照和通行证、不办签证，不用照片。", "Neither booklet nor visa is made.", ""},
	"spare.captureType":       {"{type}不采集指纹。", "A {type} needs no capture.", "福建外办 2014；南京工业职大指南"},
	"spare.captureAge":        {"未满 {age} 周岁不采集。", "People under {age} aren't captured.", "福建外办 2014"},
	"spare.captureExempt":     {"已登记免采：{reason}。", "Exempt on record: {reason}.", "福建外办 2014；PPT-013"},
	"spare.noExemption":       {"没有免采情形。", "No exemption is claimed.", ""},
	"spare.exempt":            {"{type}赴{country}停留 {days} 天免签。", "A {type} needs no visa for {days} days in {country}.", "中国与外国互免签证协定一览表（2023-02）"},
	"spare.exemptDays":        {"{type}赴{country}停留 {days} 天免签（不超过 {limit} 天）。", "A {type} needs no visa for {days} days in {country} (up to {limit}).", "中国与外国互免签证协定一览表（2023-02）"},
	"spare.onArrival":         {"{type}赴{country}停留 {days} 天可办落地签，出发前不送签。抵达口岸时本人办理，随身带：{papers}。", "A {type} gets a visa on arrival for {days} days in {country}: nothing is lodged before. The traveller asks for it at the border, with {papers}.", "各国签证须知"},
	"spare.online":            {"{type}赴{country}停留 {days} 天凭电子签证入境，不送签。请本人 {by} 前在网上申请{where}，要用：{papers}；批下来后打印随身带，电子版交专管员上传。", "A {type} enters {country} for {days} days on an e-visa: nothing is lodged. The traveller applies online{where} by {by}, with {papers}; the e-visa is then printed and carried, and the liaison officer uploads it.", "各国签证须知"},
	"spare.onlineLate":        {"{type}赴{country}停留 {days} 天凭电子签证入境，不送签。最晚应在 {by} 申请，已经过了：请本人马上在网上申请{where}，要用：{papers}；批下来后打印随身带，电子版交专管员上传。", "A {type} enters {country} for {days} days on an e-visa: nothing is lodged. The last day to apply was {by}: the traveller applies online{where} at once, with {papers}; the e-visa is then printed and carried, and the liaison officer uploads it.", "各国签证须知"},
	"papers.usual":            {"护照、出境证明、邀请函和日程", "the passport, the exit certificate, the invitation and the itinerary", ""},
	"spare.exitCertificate":   {"不属于护照里没有签证、持公务普通护照的情形。", "Not a journey on a public-affairs passport without a visa in it.", ""},
	"spare.presence":          {"{country}使领馆不要求持{type}的人员到场。", "The mission of {country} needn't see the holder of a {type}.", ""},
	"spare.withHolder":        {"证照已在单位或本人处。", "The booklet is with the unit or its holder already.", ""},
	"spare.unitKeeps":         {"证照由单位保管，交回单位即可。", "The unit keeps it, so it goes back there.", "证照分级保管规定（领域资料第 7 节）"},

	"how.otherCase":    {"证照正在为另一团组办理，做好后直接使用。", "A booklet is being made for another delegation and serves this trip too.", "PPT-005"},
	"how.days":         {"按离境、入境日期推算。", "Counted from the days of leaving and entering.", ""},
	"how.zone":         {"按城市推算。", "Known from the city.", ""},
	"how.total":        {"各项相加得出。", "The sum of the lines.", ""},
	"how.idNumber":     {"从身份证号读出。", "Read from the identity number.", "GB 11643"},
	"how.booklet":      {"沿用现持证照上的 {name}。", "As in the booklet held: {name}.", "IDN-011"},
	"how.oldBooklet":   {"证照上有。", "It stands in the booklet.", ""},
	"how.pinyin":       {"按汉语拼音推算，请本人确认。", "From Hanyu Pinyin, for the person to confirm.", "GB/T 28039-2011"},
	"how.ownUnit":      {"就是组团单位。", "The organising unit.", ""},
	"how.generated":    {"由系统生成，不用再填。", "Made by the system; nothing to fill in.", ""},
	"how.opinion":      {"审批后由系统出具复函，不用递交。", "Issued by the system on the decision; nobody hands it in.", ""},
	"how.confirmation": {"批准并收到任务通知书后由系统出具，不用递交。", "Issued by the system once it is approved here and the mission notice is there; nobody hands it in.", ""},
	"how.approval":     {"批准后由系统出具，不用递交。", "Issued by the system on the decision; nobody hands it in.", ""},
	"how.number":       {"由系统编号。", "Given by the system.", ""},
	"how.note":         {"由外办据已有信息出具。", "Written by the office from what is held.", ""},
	"how.photo":        {"用同一张照片裁成签证规格。", "Cut from the same photo to the visa's size.", ""},
	"how.acceptance":   {"录用或发言通知已写明。", "Told by the letter that accepts it.", ""},

	"area.schengen": {"申根国家", "the Schengen countries", ""},

	"passport.diplomatic":    {"外交护照", "diplomatic passport", ""},
	"passport.service":       {"公务护照", "service passport", ""},
	"passport.publicAffairs": {"公务普通护照", "passport for public affairs", ""},
	"passport.hkMacauPermit": {"因公往来港澳通行证", "Hong Kong and Macau permit", ""},

	"action.reuse":      {"沿用", "used again", ""},
	"action.new":        {"新办", "first issue", ""},
	"action.renew":      {"换发", "renewal", ""},
	"action.changeType": {"变更种类", "change of type", ""},
	"action.none":       {"不用办", "none needed", ""},

	"group.mission":     {"任务与必要性", "Mission", ""},
	"group.trip":        {"行程", "Route and days", ""},
	"group.members":     {"人员", "Members", ""},
	"group.invitations": {"邀请函", "Invitations", ""},
	"group.budget":      {"经费", "Budget", ""},
	"group.notice":      {"公示", "Public notice", ""},
	"group.documents":   {"材料", "Documents", ""},
	"group.papers":      {"护照与签证", "Passports and visas", ""},
	"group.visit":       {"到场安排", "Visit", ""},
	"group.after":       {"回国后", "After the journey", ""},

	"ask.unit":         {"专管员", "liaison officer", ""},
	"ask.traveller":    {"本人", "traveller", ""},
	"ask.personnel":    {"人事部门", "personnel", ""},
	"ask.finance":      {"财务", "finance", ""},
	"ask.host":         {"邀请方", "host", ""},
	"ask.dispatching":  {"派员单位", "dispatching unit", ""},
	"ask.passportDesk": {"证照岗", "passport desk", ""},
	"ask.visaDesk":     {"签证岗", "visa desk", ""},
	"ask.office":       {"外办", "office", ""},
}

var (
	texts = textsOf(needs, others)
	bases = basesOf(needs, others)
)

func textsOf(tables ...map[string]sentence) map[string]fault.Text {
	out := map[string]fault.Text{}
	for _, table := range tables {
		for key, s := range table {
			out[key] = fault.Text{Zh: s.zh, En: s.en}
		}
	}
	return out
}

func basesOf(tables ...map[string]sentence) map[string]string {
	out := map[string]string{}
	for _, table := range tables {
		for key, s := range table {
			if s.basis != "" {
				out[key] = s.basis
			}
		}
	}
	return out
}
