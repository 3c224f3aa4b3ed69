package visit

import "yitang/internal/fault"

// bases names what a sentence rests on.
var bases = map[string]string{
	"visit.why.capture":      "因公电子护照生物特征采集要求（福建外办 2014；民航 2024）",
	"visit.why.recapture":    "因公电子护照生物特征采集要求（福建外办 2014）",
	"visit.why.showId":       "采集时核验身份证原件（福建外办 2014）",
	"visit.why.signBooklet":  "护照须由持照人本人签名（VIS-016）",
	"visit.why.surrenderOld": "换发时须交回旧照注销（外交部领事司）",
	"visit.mission":          "使领馆录指纹或面谈的规定",
}

var texts = map[string]fault.Text{
	"visit.kind.capture":         {Zh: "采集面部、指纹和签名", En: "capture of face, fingerprints and signature"},
	"visit.kind.recapture":       {Zh: "重新采集", En: "a new capture"},
	"visit.kind.signBooklet":     {Zh: "在护照上签名", En: "signing the booklet"},
	"visit.kind.showId":          {Zh: "核验身份证原件", En: "showing the identity card"},
	"visit.kind.surrenderOld":    {Zh: "交回旧证照", En: "handing over the old booklet"},
	"visit.kind.collect":         {Zh: "领取证照", En: "collecting the booklet"},
	"visit.kind.handIn":          {Zh: "交回证照", En: "handing the booklet in"},
	"visit.kind.paperOriginal":   {Zh: "递交纸质原件", En: "handing over paper originals"},
	"visit.kind.signVisaForm":    {Zh: "在签证申请表上签名", En: "signing the visa form"},
	"visit.kind.missionPresence": {Zh: "到使领馆录指纹或面谈", En: "fingerprints or an interview at the mission"},
	"visit.kind.sealedPaper":     {Zh: "取送盖章文书", En: "exchanging sealed papers"},
	"visit.kind.education":       {Zh: "行前教育", En: "the briefing before departure"},
	"visit.kind.payFee":          {Zh: "缴费", En: "paying the fee"},
	"visit.kind.hearing":         {Zh: "当面听取意见", En: "a hearing"},

	"visit.way.inPerson": {Zh: "本人到大厅", En: "in person at the hall"},
	"visit.way.byOther":  {Zh: "单位任何人代办", En: "by anybody of the unit"},
	"visit.way.kit":      {Zh: "上门采集时办", En: "when the mobile kit comes"},
	"visit.way.courier":  {Zh: "专人速递", En: "by courier"},
	"visit.way.locker":   {Zh: "智能柜", En: "by the locker"},
	"visit.way.ownDesk":  {Zh: "在本单位办", En: "at one's own desk"},
	"visit.way.online":   {Zh: "网上办", En: "online"},
	"visit.way.held":     {Zh: "已在外办", En: "held at the office already"},

	"visit.class.0":         {Zh: "不用跑", En: "no visit"},
	"visit.class.0+mission": {Zh: "大厅不用跑，使领馆须去一次", En: "no visit to the hall, one to the mission"},
	"visit.class.1":         {Zh: "只跑一次", En: "one visit"},
	"visit.class.1+mission": {Zh: "大厅只跑一次，使领馆另去一次", En: "one visit to the hall, one to the mission"},
	"visit.class.more":      {Zh: "须多次到场", En: "more than one visit"},

	"visit.summary.0":         {Zh: "谁都不用到大厅来。", En: "Nobody needs to come to the hall."},
	"visit.summary.0+mission": {Zh: "谁都不用到大厅来；但须本人去一次使领馆，这一次无法合并。", En: "Nobody needs to come to the hall, but the mission has to see the person: that can't be merged."},
	"visit.summary.1":         {Zh: "全团只需到大厅一次：{day}，约 {minutes} 分钟。", En: "One visit to the hall for the whole delegation: {day}, about {minutes} minutes."},
	"visit.summary.1+mission": {Zh: "全团只需到大厅一次：{day}，约 {minutes} 分钟；另须本人去一次使领馆，这一次无法合并。", En: "One visit to the hall for the whole delegation: {day}, about {minutes} minutes; and the mission has to see the person, which can't be merged."},
	"visit.summary.more":      {Zh: "须到大厅 {visits} 次，原因见每次的说明。", En: "{visits} visits to the hall; each says why."},
	"visit.summary.stuck":     {Zh: "有 {number} 件事排不进时限，请看原因。", En: "{number} things don't fit into the time; see why."},
	"visit.summary.others":    {Zh: "{people}不用来。", En: "{people} needn't come."},

	"visit.why.capture":       {Zh: "{people}要新采面部、指纹和签名，只能本人到场。", En: "{people}: face, fingerprints and signature can only be taken from the person."},
	"visit.why.recapture":     {Zh: "{people}上次采集不可用，须本人重采。", En: "{people}: the earlier capture can't be used, so the person has to come again."},
	"visit.why.showId":        {Zh: "{people}的身份证原件须当面核验。", En: "{people}: the identity card has to be seen in the original."},
	"visit.why.signBooklet":   {Zh: "{people}须在新护照上亲笔签名。", En: "{people}: the holder signs the new booklet by hand."},
	"visit.why.surrenderOld":  {Zh: "{people}的旧证照须交回注销，本地没有可用的寄送方式。", En: "{people}: the old booklet has to be handed over, and nothing here can carry it in time."},
	"visit.why.collect":       {Zh: "{people}的证照须有人来领，本地没有赶得上的寄送方式。", En: "{people}: somebody has to collect the booklet, as nothing here can carry it in time."},
	"visit.why.handIn":        {Zh: "{people}的证照须有人来交，本地没有赶得上的寄送方式。", En: "{people}: somebody has to hand the booklet in, as nothing here can carry it in time."},
	"visit.why.paperOriginal": {Zh: "使领馆要看纸质原件，须有人送来。", En: "The mission wants paper originals, so somebody has to bring them."},
	"visit.why.signVisaForm":  {Zh: "{people}须在签证申请表上亲笔签名，不能网签，也没有赶得上的寄送方式。", En: "{people}: the visa form is signed by hand, neither on a screen nor by post in time."},
	"visit.why.sealedPaper":   {Zh: "有盖章文书须当面取送。", En: "Sealed papers have to change hands."},
	"visit.why.hearing":       {Zh: "{people}要求当面听取意见。", En: "{people}: to be heard in person."},

	"visit.apart.wait":     {Zh: "与前一次不能合并：{act}要等{first}之后 {workdays} 个工作日。", En: "Can't be merged with the earlier one: {act} waits {workdays} workdays for {first}."},
	"visit.apart.window":   {Zh: "与前一次不能合并：{first}最晚 {latest}，{act}最早 {earliest}。", En: "Can't be merged with the earlier one: {first} is due by {latest}, {act} can't be before {earliest}."},
	"visit.apart.away":     {Zh: "与前一次不能合并：{people}没有共同在的日子。", En: "Can't be merged with the earlier one: there is no day on which {people} can all come."},
	"visit.apart.room":     {Zh: "与前一次不能合并：大厅没有一天容得下全部人。", En: "Can't be merged with the earlier one: no day of the hall has room for all."},
	"visit.apart.together": {Zh: "与前一次不能合并：时限、等候和大厅容量合在一起，没有一天能全办完。", En: "Can't be merged with the earlier one: deadlines, waits and the hall's room together leave no day for all of it."},
	"visit.apart.unproven": {Zh: "安排太多，没有算尽所有可能；可能还有更省的办法。", En: "There is too much to arrange to try everything; a better plan may exist."},

	"visit.why.save.kit":     {Zh: "约上门采集，这一次可以省去。", En: "A capture day at the unit would save this visit."},
	"visit.why.save.courier": {Zh: "改用专人速递，这一次可以省去。", En: "A courier would save this visit."},

	"visit.how.inPerson": {Zh: "{people}到场时办。", En: "Done while {people} is there."},
	"visit.how.byOther":  {Zh: "单位任何人带来即可。", En: "Anybody of the unit may bring or fetch it."},
	"visit.how.kit":      {Zh: "上门采集当天在单位办，不用出门。", En: "Done at the unit on its capture day."},
	"visit.how.courier":  {Zh: "由速递取送，签收为凭，不用人来。", En: "By courier against signature; nobody comes."},
	"visit.how.locker":   {Zh: "用智能柜取送，随时可办，不算到场。", En: "Through the locker at any hour; not a visit."},
	"visit.how.ownDesk":  {Zh: "在本单位办好即可，不用来。", En: "Done at the unit; nobody comes."},
	"visit.how.online":   {Zh: "在网上办，不用来。", En: "Done online; nobody comes."},
	"visit.how.sign":     {Zh: "外办把表发给本人，签好字传回或寄回，不用来。", En: "The office sends the form, the traveller signs it and sends it back; nobody comes."},
	"visit.how.held":     {Zh: "已由外办保管，不用交。", En: "The office holds it already."},

	"visit.mission": {Zh: "{people}须本人到{country}使领馆录指纹或面谈，这一次不能并入大厅。", En: "{people}: the mission of {country} has to see the person; that can't be merged with the hall."},

	"visit.stuck.late":  {Zh: "{act}最早 {earliest}，可最晚 {latest} 就要办完。", En: "{act}: not before {earliest}, yet due by {latest}."},
	"visit.stuck.wait":  {Zh: "{act}要等的事办完时已过 {latest}。", En: "{act}: what it waits for ends after {latest}."},
	"visit.stuck.noDay": {Zh: "{act}在 {earliest} 至 {latest} 之间没有可用的日子。", En: "{act}: no day from {earliest} to {latest} will do."},
	"visit.stuck.room":  {Zh: "{act}：大厅在时限内已约满。", En: "{act}: the hall is full within the time."},
	"visit.stuck.after": {Zh: "{act}要等{first}，而后者排不进时限。", En: "{act} waits for {first}, for which there is no day."},
	"visit.stuck.waits": {Zh: "{act}所等的事不在安排之内。", En: "{act} waits for something that isn't planned."},
}
