// Package access decides who may see and do what, in one place (权限). Every
// route of every site names a right; the table in rights.go says who has it,
// where, and on which objects.
//
// It reads no request and no database: the doors ask it with what they know.
package access

import (
	"slices"

	"yitang/internal/fault"
	"yitang/internal/zone"
)

// Role is what somebody is there for. Accounts are per zone, and so are roles.
type Role string

const (
	Traveller Role = "traveller" // 出访人员
	Liaison   Role = "liaison"   // 专管员
	Signatory Role = "signatory" // 签批人

	Intake    Role = "intake"    // 受理岗
	Reviewer  Role = "reviewer"  // 审核岗
	Chief     Role = "chief"     // 处长
	Director  Role = "director"  // 分管主任
	Visa      Role = "visa"      // 签证岗
	Custodian Role = "custodian" // 证照岗
	Window    Role = "window"    // 窗口
	Personnel Role = "personnel" // 人员管控岗

	PassportOfficer Role = "passport_officer" // 制证岗
	Capture         Role = "capture"          // 采集岗

	Administrator Role = "administrator" // 系统管理员
	Auditor       Role = "auditor"       // 审计员
)

// Roles lists all roles of a zone, for the account forms and the access test.
func Roles(z zone.Zone) []Role {
	switch z {
	case zone.Internet:
		return []Role{Traveller, Liaison, Signatory, Administrator, Auditor}
	case zone.Office:
		return []Role{Intake, Reviewer, Chief, Director, Visa, Custodian, Window, Personnel, Administrator, Auditor}
	case zone.Passport:
		return []Role{PassportOfficer, Capture, Administrator, Auditor}
	}
	return nil
}

// Who is somebody signed in. The zero value is nobody.
type Who struct {
	Account string
	Login   string
	Name    string
	Unit    string // internet accounts belong to a unit
	Person  string // the traveller this account belongs to, so that nobody judges a trip of their own
	Zone    zone.Zone
	Roles   []Role
}

// Somebody tells whether anybody is signed in.
func (w Who) Somebody() bool { return w.Account != "" }

// Has tells whether the account has one of the roles.
func (w Who) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(w.Roles, r) })
}

// As gives the role in which the account uses a right, for the record.
func (w Who) As(r Right) Role {
	for _, role := range table[r].roles {
		if w.Has(role) {
			return role
		}
	}
	return ""
}

// Object is what a right is asked for. The zero value is nothing in particular.
type Object struct {
	Unit   string // the unit that it belongs to
	Person string // the person that it is about
}

// Check decides. A refusal names the right for the record; whether the object
// exists is never confirmed to somebody of another unit.
func Check(w Who, right Right, o Object) error {
	rule, known := table[right]
	if !known {
		return fault.Forbidden("unknown right " + string(right))
	}
	if rule.scope == public {
		return nil
	}
	if !w.Somebody() || !rule.zones.Has(w.Zone) {
		return fault.Forbidden(string(right))
	}
	if len(rule.roles) > 0 && !w.Has(rule.roles...) {
		return fault.Forbidden(string(right))
	}
	switch {
	case rule.scope == anyone || w.Zone != zone.Internet:
		return nil
	case o == Object{}:
		return nil // a list: the handler asks only for the unit's own
	case o.Unit != "" && o.Unit == w.Unit && !w.only(Traveller):
		return nil
	case rule.scope != unitAlone && o.Person != "" && o.Person == w.Person:
		return nil
	}
	return fault.Hidden(string(right))
}

func (w Who) only(r Role) bool { return len(w.Roles) == 1 && w.Roles[0] == r }

// May is Check for a page that hides what its reader can't do.
func (w Who) May(right Right) bool {
	return Check(w, right, Object{Unit: w.Unit, Person: w.Person}) == nil
}
