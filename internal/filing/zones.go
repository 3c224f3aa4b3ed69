package filing

import (
	"slices"

	"yitang/internal/dossier"
)

// zones are the time zones of countries that have one, and of cities in those
// that have several, so that nobody is asked for what the place tells.
// Source: IANA time zone database, zone1970.tab (2025b).
var zones = map[string]string{
	"DEU": "Europe/Berlin", "FRA": "Europe/Paris", "ITA": "Europe/Rome", "ESP": "Europe/Madrid", "GBR": "Europe/London", "IRL": "Europe/Dublin",
	"NLD": "Europe/Amsterdam", "BEL": "Europe/Brussels", "LUX": "Europe/Luxembourg", "CHE": "Europe/Zurich", "AUT": "Europe/Vienna", "POL": "Europe/Warsaw",
	"CZE": "Europe/Prague", "SVK": "Europe/Bratislava", "HUN": "Europe/Budapest", "SVN": "Europe/Ljubljana", "HRV": "Europe/Zagreb", "SRB": "Europe/Belgrade",
	"ROU": "Europe/Bucharest", "BGR": "Europe/Sofia", "GRC": "Europe/Athens", "TUR": "Europe/Istanbul", "UKR": "Europe/Kyiv", "BLR": "Europe/Minsk",
	"SWE": "Europe/Stockholm", "NOR": "Europe/Oslo", "DNK": "Europe/Copenhagen", "FIN": "Europe/Helsinki", "ISL": "Atlantic/Reykjavik", "EST": "Europe/Tallinn",
	"LVA": "Europe/Riga", "LTU": "Europe/Vilnius", "MLT": "Europe/Malta", "CYP": "Asia/Nicosia", "RUS/莫斯科": "Europe/Moscow", "RUS/圣彼得堡": "Europe/Moscow",
	"PRT/里斯本": "Europe/Lisbon", "PRT/波尔图": "Europe/Lisbon",
	"JPN": "Asia/Tokyo", "KOR": "Asia/Seoul", "SGP": "Asia/Singapore", "THA": "Asia/Bangkok", "VNM": "Asia/Ho_Chi_Minh", "LAO": "Asia/Vientiane", "KHM": "Asia/Phnom_Penh",
	"MMR": "Asia/Yangon", "PHL": "Asia/Manila", "BRN": "Asia/Brunei", "MYS": "Asia/Kuala_Lumpur", "IND": "Asia/Kolkata", "PAK": "Asia/Karachi", "BGD": "Asia/Dhaka",
	"NPL": "Asia/Kathmandu", "LKA": "Asia/Colombo", "ARE": "Asia/Dubai", "SAU": "Asia/Riyadh", "QAT": "Asia/Qatar", "KWT": "Asia/Kuwait", "ISR": "Asia/Jerusalem",
	"IRN": "Asia/Tehran", "UZB": "Asia/Tashkent", "KAZ": "Asia/Almaty", "KGZ": "Asia/Bishkek", "HKG": "Asia/Hong_Kong", "MAC": "Asia/Macau", "MNG/乌兰巴托": "Asia/Ulaanbaatar",
	"IDN/雅加达": "Asia/Jakarta", "IDN/巴厘岛": "Asia/Makassar",
	"EGY": "Africa/Cairo", "ZAF": "Africa/Johannesburg", "KEN": "Africa/Nairobi", "ETH": "Africa/Addis_Ababa", "NGA": "Africa/Lagos", "MAR": "Africa/Casablanca",
	"TZA": "Africa/Dar_es_Salaam", "TUN": "Africa/Tunis", "DZA": "Africa/Algiers", "GHA": "Africa/Accra",
	"USA/纽约": "America/New_York", "USA/华盛顿": "America/New_York", "USA/波士顿": "America/New_York", "USA/费城": "America/New_York", "USA/亚特兰大": "America/New_York",
	"USA/芝加哥": "America/Chicago", "USA/休斯敦": "America/Chicago", "USA/达拉斯": "America/Chicago", "USA/丹佛": "America/Denver", "USA/洛杉矶": "America/Los_Angeles",
	"USA/旧金山": "America/Los_Angeles", "USA/西雅图": "America/Los_Angeles", "USA/圣何塞": "America/Los_Angeles", "CAN/多伦多": "America/Toronto", "CAN/渥太华": "America/Toronto",
	"CAN/蒙特利尔": "America/Toronto", "CAN/温哥华": "America/Vancouver", "MEX/墨西哥城": "America/Mexico_City", "BRA/圣保罗": "America/Sao_Paulo",
	"BRA/里约热内卢": "America/Sao_Paulo", "BRA/巴西利亚": "America/Sao_Paulo", "ARG": "America/Argentina/Buenos_Aires", "CHL/圣地亚哥": "America/Santiago",
	"PER": "America/Lima", "COL": "America/Bogota", "URY": "America/Montevideo", "PAN": "America/Panama", "CUB": "America/Havana",
	"AUS/悉尼": "Australia/Sydney", "AUS/墨尔本": "Australia/Melbourne", "AUS/堪培拉": "Australia/Sydney", "AUS/布里斯班": "Australia/Brisbane", "AUS/珀斯": "Australia/Perth",
	"AUS/阿德莱德": "Australia/Adelaide", "NZL/奥克兰": "Pacific/Auckland", "NZL/惠灵顿": "Pacific/Auckland",
}

// ZoneOf is the time zone of a leg's place; "" where the place doesn't tell it
// and somebody has to.
func ZoneOf(l dossier.Leg) string {
	if z := zones[l.Country]; z != "" {
		return z
	}
	return zones[l.Country+"/"+l.City]
}

// Zones lists the zones that forms offer, each once, sorted.
func Zones() []string {
	seen := map[string]bool{}
	var out []string
	for _, z := range zones {
		if !seen[z] {
			seen[z] = true
			out = append(out, z)
		}
	}
	slices.Sort(out)
	return out
}
