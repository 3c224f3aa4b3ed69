package filing

import (
	"cmp"
	"time"

	"yitang/internal/dossier"
	"yitang/ref"
)

// Locate fills in what a leg's city tells where nobody wrote it: country,
// English name and time zone.
func Locate(legs []dossier.Leg, data *ref.Data) {
	for i := range legs {
		l := &legs[i]
		if data != nil && l.City != "" {
			if l.Country == "" {
				if c, one := data.Cities.Named(l.City); one {
					l.Country = c.Country
				}
			}
			if c, known := data.Cities.Find(l.Country, l.City); known && l.CityEn == "" {
				l.CityEn = c.En
			}
		}
		if l.Zone == "" {
			l.Zone = ZoneOf(*l)
		}
	}
}

// layOut proposes what is done in a half-day that nobody wrote: on the way while
// the leg's times say so, with the host of that country on working days.
func (a *assembler) layOut(h *dossier.HalfDay, leg dossier.Leg, next string) {
	begins, ends := h.Hours()
	legs := a.out.Case.Legs
	arrive, leave, onward := dossier.HourOf(leg.Arrive), dossier.HourOf(legs[len(legs)-1].Leave), dossier.HourOf(leg.Leave)
	switch {
	case arrive > 0 && ends <= arrive:
		h.Activity = "前往" + leg.City
	case leave > 0 && begins >= leave:
		h.Activity = "返程途中"
	case leave > 0 && ends > leave:
		h.Activity = "离开" + leg.City + "返程"
	case next != "" && onward > 0 && ends > onward:
		h.Activity = "前往" + next
	case arrive > 0 && begins < arrive:
		h.Activity = "抵达" + leg.City
	case h.Date.Weekday() == time.Saturday || h.Date.Weekday() == time.Sunday:
		h.Activity = "休息日，整理会谈材料"
	default:
		if host := a.hostIn(h.Country); host.Issuer != "" {
			h.Activity, h.Host, h.Official = doing(a.out.Case.Trip.Category, cmp.Or(host.IssuerZh, host.Issuer)), host.Issuer, true
		}
	}
}

// hostIn is the letter of who invites to a country, when one host alone does; of
// several letters of that host, one that tells its Chinese name.
func (a *assembler) hostIn(country string) dossier.Invitation {
	var host dossier.Invitation
	for _, inv := range a.out.Case.Invitations {
		if inv.Issuer == "" || inv.IssuerCountry != country {
			continue
		}
		if host.Issuer != "" && inv.Issuer != host.Issuer {
			return dossier.Invitation{}
		}
		if host.IssuerZh == "" {
			host = inv
		}
	}
	return host
}

// doings are what is said before and after a host's name of each category of
// mission.
var doings = map[dossier.Category][2]string{
	dossier.Trade:       {"与", "洽谈经贸合作"},
	dossier.Investment:  {"与", "洽谈招商项目"},
	dossier.Exhibition:  {"参加", "举办的展览"},
	dossier.Conference:  {"参加", "举办的国际会议"},
	dossier.Research:    {"与", "开展合作研究"},
	dossier.Training:    {"在", "参加培训"},
	dossier.Performance: {"在", "演出比赛"},
	dossier.Works:       {"在", "开展工程劳务"},
	dossier.Inspection:  {"在", "验收设备"},
}

// doing words a category of mission as what is done with a host.
func doing(c dossier.Category, host string) string {
	if d, ok := doings[c]; ok {
		return d[0] + host + d[1]
	}
	return "与" + host + "会谈"
}
