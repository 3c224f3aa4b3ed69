package demo

import "yitang/internal/money"

// place is a city that people are sent to. Hosts there are made of its two
// invented proper names.
type place struct {
	country, city, cityEn, zone string
	names                       [2][2]string // Chinese, English
	arrive, leave               int          // minutes of the local day; leave is for home
	returns                     int          // days that the way home takes: 0 lands the same day
	late                        bool         // the way there takes a day more
	signatories                 []string
	code                        string // of the carrier that flies there
	flight                      int
	airfare                     int64 // yuan, economy, both ways
	chinese                     bool  // letters from there are in Chinese
	// lodging, meals, incidentals in dollars a day: where the office's table has
	// no row for the country.
	own [3]int64
}

const hour = 60

var places = map[string]place{
	"柏林":    {country: "DEU", city: "柏林", cityEn: "Berlin", zone: "Europe/Berlin", names: [2][2]string{{"林登霍夫", "Lindenhof"}, {"维尔纳贝克", "Werner Beck"}}, arrive: 13 * hour, leave: 6*hour + 10, signatories: []string{"A. Lindner", "K. Vossberg"}, code: "CA", flight: 8731, airfare: 8600},
	"慕尼黑":   {country: "DEU", city: "慕尼黑", cityEn: "Munich", zone: "Europe/Berlin", names: [2][2]string{{"伊萨尔塔", "Isartor"}, {"格林瓦尔德", "Gruenwalder"}}, arrive: 12*hour + 40, leave: 6*hour + 20, signatories: []string{"M. Haberl", "S. Reindl"}, code: "CA", flight: 8745, airfare: 8900},
	"巴黎":    {country: "FRA", city: "巴黎", cityEn: "Paris", zone: "Europe/Paris", names: [2][2]string{{"蒙塔尼", "Montagny"}, {"圣克莱尔", "Saint-Clair"}}, arrive: 13*hour + 10, leave: 6*hour + 5, signatories: []string{"C. Montagny", "J. Delorme"}, code: "MU", flight: 8553, airfare: 8800},
	"里昂":    {country: "FRA", city: "里昂", cityEn: "Lyon", zone: "Europe/Paris", names: [2][2]string{{"罗讷河谷", "Val du Rhone"}, {"贝尔库", "Bellecourt"}}, arrive: 13*hour + 30, leave: 6 * hour, signatories: []string{"P. Girardin", "L. Bonnet"}, code: "CA", flight: 8561, airfare: 9100},
	"罗马":    {country: "ITA", city: "罗马", cityEn: "Rome", zone: "Europe/Rome", names: [2][2]string{{"卡斯泰利", "Castelli"}, {"蒙特维多", "Monteverdo"}}, arrive: 13 * hour, leave: 6*hour + 15, signatories: []string{"G. Castelli", "F. Moretti"}, code: "HU", flight: 8437, airfare: 8400},
	"米兰":    {country: "ITA", city: "米兰", cityEn: "Milan", zone: "Europe/Rome", names: [2][2]string{{"纳维里", "Navigli"}, {"伦巴迪亚", "Lombardia Nuova"}}, arrive: 12*hour + 50, leave: 6*hour + 10, signatories: []string{"E. Rinaldi", "P. Ferrero"}, code: "CA", flight: 8449, airfare: 8500},
	"马德里":   {country: "ESP", city: "马德里", cityEn: "Madrid", zone: "Europe/Madrid", names: [2][2]string{{"阿尔卡拉莫", "Alcalamo"}, {"塞拉诺", "Serrano Alto"}}, arrive: 14 * hour, leave: 6 * hour, signatories: []string{"J. Serrano", "M. Ibarra"}, code: "CA", flight: 8037, airfare: 9000},
	"东京":    {country: "JPN", city: "东京", cityEn: "Tokyo", zone: "Asia/Tokyo", names: [2][2]string{{"青叶台", "Aobadai"}, {"若松", "Wakamatsu"}}, arrive: 13*hour + 20, leave: 15*hour + 30, signatories: []string{"T. Aoyama", "H. Wakamatsu"}, code: "3U", flight: 8087, airfare: 3600},
	"首尔":    {country: "KOR", city: "首尔", cityEn: "Seoul", zone: "Asia/Seoul", names: [2][2]string{{"汉瑞", "Hanseo"}, {"东原", "Dongwon Hall"}}, arrive: 12*hour + 30, leave: 16 * hour, signatories: []string{"J. Han", "S. Seo"}, code: "CA", flight: 8411, airfare: 3200},
	"釜山":    {country: "KOR", city: "釜山", cityEn: "Busan", zone: "Asia/Seoul", names: [2][2]string{{"海岭", "Haeryeong"}, {"五六湾", "Oryukman"}}, arrive: 13 * hour, leave: 15*hour + 40, signatories: []string{"D. Hae", "Y. Moon"}, code: "SC", flight: 8615, airfare: 3300},
	"新加坡":   {country: "SGP", city: "新加坡", cityEn: "Singapore", zone: "Asia/Singapore", names: [2][2]string{{"狮屿", "Lion Isle"}, {"滨海南", "Marina South Point"}}, arrive: 12*hour + 45, leave: 14*hour + 30, signatories: []string{"Tan W. L.", "R. Kumar"}, code: "3U", flight: 8979, airfare: 3800, own: [3]int64{190, 55, 40}},
	"香港":    {country: "HKG", city: "香港", cityEn: "Hong Kong", zone: "Asia/Hong_Kong", names: [2][2]string{{"维港东", "Harbour East"}, {"荔景", "Lai King Hill"}}, arrive: 12 * hour, leave: 18 * hour, signatories: []string{"陈乐怡", "何启荣"}, code: "CA", flight: 8433, airfare: 1900, chinese: true},
	"迪拜":    {country: "ARE", city: "迪拜", cityEn: "Dubai", zone: "Asia/Dubai", names: [2][2]string{{"沙丘门", "Dune Gate"}, {"新帆", "New Sail"}}, arrive: 12*hour + 30, leave: 10 * hour, signatories: []string{"A. Al Noor", "S. Rahmani"}, code: "3U", flight: 8753, airfare: 5200},
	"阿斯塔纳":  {country: "KAZ", city: "阿斯塔纳", cityEn: "Astana", zone: "Asia/Almaty", names: [2][2]string{{"草原之星", "Steppe Star"}, {"额尔齐斯", "Irtys"}}, arrive: 13 * hour, leave: 12 * hour, signatories: []string{"B. Nurlan", "A. Sadykova"}, code: "CZ", flight: 8011, airfare: 4300, own: [3]int64{120, 45, 35}},
	"伊斯坦布尔": {country: "TUR", city: "伊斯坦布尔", cityEn: "Istanbul", zone: "Europe/Istanbul", names: [2][2]string{{"金角", "Altinkoy"}, {"海峡桥", "Bogazkopru"}}, arrive: 12 * hour, leave: 8 * hour, signatories: []string{"E. Yildirim", "M. Aksoy"}, code: "3U", flight: 8827, airfare: 5600, own: [3]int64{140, 50, 35}},
	"乌兰巴托":  {country: "MNG", city: "乌兰巴托", cityEn: "Ulaanbaatar", zone: "Asia/Ulaanbaatar", names: [2][2]string{{"图拉河", "Tuul River"}, {"蓝天", "Blue Sky Steppe"}}, arrive: 13*hour + 20, leave: 15 * hour, signatories: []string{"B. Ganbold", "T. Oyun"}, code: "CA", flight: 8955, airfare: 3100},
	"洛杉矶":   {country: "USA", city: "洛杉矶", cityEn: "Los Angeles", zone: "America/Los_Angeles", names: [2][2]string{{"西峡谷", "West Canyon"}, {"帕洛桑", "Palo Sano"}}, arrive: 11 * hour, leave: 11 * hour, returns: 1, signatories: []string{"D. Whitcomb", "R. Ortega"}, code: "HU", flight: 8959, airfare: 9800},
	"圣保罗":   {country: "BRA", city: "圣保罗", cityEn: "Sao Paulo", zone: "America/Sao_Paulo", names: [2][2]string{{"伊皮兰加", "Ipiranga Novo"}, {"蓝山", "Serra Azul"}}, arrive: 9*hour + 30, leave: 9 * hour, returns: 1, late: true, signatories: []string{"M. Azevedo", "C. Prado"}, code: "CA", flight: 8907, airfare: 14800},
}

// route is where one trip goes, and how many days it takes.
type route struct {
	cities []string
	days   [2]int // least and most
	often  int    // how often it is taken, beside the others
}

var routes = []route{
	{[]string{"柏林"}, [2]int{5, 5}, 8}, {[]string{"慕尼黑"}, [2]int{5, 5}, 7}, {[]string{"巴黎"}, [2]int{5, 5}, 6}, {[]string{"里昂"}, [2]int{5, 5}, 4},
	{[]string{"罗马"}, [2]int{5, 5}, 4}, {[]string{"米兰"}, [2]int{5, 5}, 6}, {[]string{"马德里"}, [2]int{5, 5}, 5},
	{[]string{"东京"}, [2]int{4, 5}, 11}, {[]string{"首尔"}, [2]int{4, 5}, 9}, {[]string{"釜山"}, [2]int{4, 4}, 4}, {[]string{"新加坡"}, [2]int{4, 5}, 11},
	{[]string{"香港"}, [2]int{3, 4}, 13}, {[]string{"迪拜"}, [2]int{5, 5}, 6}, {[]string{"阿斯塔纳"}, [2]int{4, 5}, 5}, {[]string{"伊斯坦布尔"}, [2]int{5, 5}, 5},
	{[]string{"乌兰巴托"}, [2]int{4, 4}, 3}, {[]string{"洛杉矶"}, [2]int{5, 5}, 4}, {[]string{"圣保罗"}, [2]int{6, 6}, 3},
	{[]string{"巴黎", "罗马"}, [2]int{8, 8}, 5}, {[]string{"慕尼黑", "米兰"}, [2]int{8, 8}, 6}, {[]string{"马德里", "里昂"}, [2]int{8, 8}, 4},
	{[]string{"首尔", "东京"}, [2]int{8, 8}, 6}, {[]string{"柏林", "巴黎", "米兰"}, [2]int{10, 10}, 4},
}

// yuan for one unit of a currency, as the bank would have said; they move a
// little from case to case.
var yuanFor = map[money.Currency]struct{ rate, step string }{
	"EUR": {"8.05", "0.01"}, "USD": {"7.12", "0.01"}, "HKD": {"0.914", "0.001"}, "JPY": {"0.0468", "0.0001"},
}
