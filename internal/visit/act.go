package visit

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/fault"
)

// ActID names an act within one plan, e.g. "act.capture@members[1]".
type ActID string

// Kind is what is done; A1 to A14 number the acts.
type Kind string

const (
	Capture         Kind = "capture"         // A1 首次生物特征采集
	Recapture       Kind = "recapture"       // A2 重新采集
	SignBooklet     Kind = "signBooklet"     // A3 护照持照人签名
	ShowID          Kind = "showId"          // A4 核验身份证原件
	SurrenderOld    Kind = "surrenderOld"    // A5 交回旧照注销
	Collect         Kind = "collect"         // A6 领取证照
	HandIn          Kind = "handIn"          // A7 回国后交回证照
	PaperOriginal   Kind = "paperOriginal"   // A8 递交邀请函等纸质原件
	SignVisaForm    Kind = "signVisaForm"    // A9 签证表手写签名
	MissionPresence Kind = "missionPresence" // A10 赴使领馆录指纹或面谈
	SealedPaper     Kind = "sealedPaper"     // A11 盖章文书交接
	Education       Kind = "education"       // A12 行前教育
	PayFee          Kind = "payFee"          // A13 缴费
	Hearing         Kind = "hearing"         // A14 投诉、听证
)

// Kinds lists all kinds, A1 first.
func Kinds() []Kind {
	return []Kind{Capture, Recapture, SignBooklet, ShowID, SurrenderOld, Collect, HandIn, PaperOriginal,
		SignVisaForm, MissionPresence, SealedPaper, Education, PayFee, Hearing}
}

// Way is one manner in which an act may be done.
type Way string

const (
	InPerson Way = "inPerson" // the traveller comes to the hall
	ByOther  Way = "byOther"  // anybody of the unit comes to the hall
	Kit      Way = "kit"      // the mobile kit comes to the unit (上门采集)
	Courier  Way = "courier"  // sealed pouch with signature
	Locker   Way = "locker"   // the hall's locker, at any hour
	OwnDesk  Way = "ownDesk"  // done at the unit without the office
	Online   Way = "online"   // done or signed on a screen
	Held     Way = "held"     // the office holds it already
)

// Ways says how an act of this kind may be done at all. What an office offers
// and what a case allows can only take away from it.
func (k Kind) Ways() []Way {
	switch k {
	case Capture, Recapture:
		return []Way{InPerson, Kit}
	case SignBooklet:
		return []Way{InPerson, Kit, OwnDesk}
	case ShowID:
		return []Way{InPerson, ByOther, Kit}
	case SurrenderOld:
		return []Way{ByOther, Courier, Locker, Kit, Held}
	case Collect, HandIn:
		return []Way{ByOther, Courier, Locker}
	case PaperOriginal:
		return []Way{ByOther, Courier}
	case SignVisaForm:
		return []Way{InPerson, Kit, Courier, Online}
	case MissionPresence:
		return nil
	case SealedPaper:
		return []Way{ByOther, Courier, Online}
	case Education, PayFee:
		return []Way{Online}
	case Hearing:
		return []Way{InPerson, Online}
	}
	return nil
}

// NeedsSomebody tells that there is no way to do an act of this kind without
// anybody who comes, or to whom the office comes.
func (k Kind) NeedsSomebody() bool {
	return !slices.ContainsFunc(k.Ways(), func(w Way) bool { return w != InPerson && w != ByOther && w != Kit })
}

// Counter is the kind of window that does an act.
type Counter string

const (
	CaptureCounter  Counter = "capture"  // 采集窗口
	PassportCounter Counter = "passport" // 证照窗口
	VisaCounter     Counter = "visa"     // 签证窗口
)

// Counters lists them all.
func Counters() []Counter { return []Counter{CaptureCounter, PassportCounter, VisaCounter} }

// Counter gives the window that does acts of this kind.
func (k Kind) Counter() Counter {
	switch k {
	case Capture, Recapture, ShowID:
		return CaptureCounter
	case PaperOriginal, SignVisaForm, MissionPresence, PayFee:
		return VisaCounter
	case SignBooklet, SurrenderOld, Collect, HandIn, SealedPaper, Education, Hearing:
		return PassportCounter
	}
	return PassportCounter
}

// BringsPaper tells whether an original on paper is handed over for good.
func (k Kind) BringsPaper() bool { return k == PaperOriginal || k == SealedPaper }

// AtStation tells whether the capture station does acts of this kind: they are
// done when the passport zone says so, whatever the window thinks.
func (k Kind) AtStation() bool { return k == Capture || k == Recapture }

// WholeUnit stands for the unit where an act belongs to no one member.
const WholeUnit = -1

// Act is one thing to be done for one member or for the unit.
type Act struct {
	ID       ActID
	Kind     Kind
	Member   int           // index of the member, or WholeUnit
	Minutes  int           // at the counter
	Earliest calendar.Date // first day on which it may be done
	Latest   calendar.Date // last day that still serves
	After    []After       // what must have been done before
	Ways     []Way         // a subset of Kind.Ways, as this case allows
	Country  string        // of the mission, for MissionPresence; ISO alpha-3 or SCHENGEN
	Why      fault.Text    // why the case needs it
}

// After says that an act waits for another.
type After struct {
	Act      ActID
	Workdays int // between the two; 0 allows the same visit
}

func (a Act) may(w Way) bool {
	for _, have := range a.Ways {
		if have == w {
			return true
		}
	}
	return false
}

// needsTraveller tells whether only the member's own body will do at the hall.
func (a Act) needsTraveller() bool { return !a.may(ByOther) }
