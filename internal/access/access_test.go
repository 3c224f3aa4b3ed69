package access

import (
	"slices"
	"strings"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/zone"
)

// may is who may do what, written down a second time and the other way round:
// by who somebody is. Whoever changes the table of rights changes it here too,
// and reads what the change means for each role.
var may = map[zone.Zone]map[Role]string{
	zone.Internet: {
		"":            "public",
		Traveller:     "public self case.see visit.book trip.tell rate",
		Liaison:       "public self case.see visit.book trip.tell trip.call_off rate unit.see case.edit people.see people.edit train",
		Signatory:     "public self case.see unit.see case.sign people.see train",
		Administrator: "public self administer exchange.see refusals.see release.see release.decide disc.see disc.keep program.see program.change",
		Auditor:       "public self case.see exchange.see refusals.see release.see disc.see audit program.see",
	},
	zone.Office: {
		"":            "public",
		Intake:        "public self case.see queue.see case.accept case.review plan.see",
		Reviewer:      "public self case.see queue.see case.review plan.see",
		Chief:         "public self case.see queue.see case.review rule.waive hanging.see plan.see plan.keep visa.see booklet.see hall.plan exchange.see config.see rating.see rating.answer notice.publish remark.see remark.answer release.see release.decide disc.see disc.keep training.see program.see",
		Director:      "public self case.see queue.see case.review case.decide hanging.see plan.see visa.see config.see rating.see rating.answer notice.publish remark.see remark.answer",
		Visa:          "public self case.see visa.see visa.handle booklet.see",
		Custodian:     "public self case.see booklet.see booklet.keep",
		Window:        "public self case.see booklet.see window.serve",
		Personnel:     "public self personnel.keep",
		Administrator: "public self hall.plan administer exchange.see refusals.see release.see release.decide disc.see disc.keep config.see config.change remark.see remark.answer training.see program.see program.change",
		Auditor:       "public self case.see queue.see hanging.see plan.see visa.see booklet.see exchange.see refusals.see release.see disc.see audit config.see rating.see remark.see program.see",
	},
	zone.Passport: {
		"":              "public",
		PassportOfficer: "public self order.see capture booklet.make stock.keep release.see release.decide disc.see disc.keep program.see",
		Capture:         "public self order.see capture",
		Administrator:   "public self administer exchange.see refusals.see release.see release.decide disc.see disc.keep program.see program.change",
		Auditor:         "public self exchange.see refusals.see release.see disc.see audit program.see",
	},
}

func TestEachRoleMayDoWhatIsWrittenOfIt(t *testing.T) {
	for _, z := range zone.All() {
		if got, want := len(may[z]), len(Roles(z))+1; got != want {
			t.Errorf("%s: %d roles are written of, there are %d", z, got, want)
		}
		for role, words := range may[z] {
			who := Who{Zone: z}
			if role != "" {
				who.Account, who.Unit, who.Roles = "x", "u", []Role{role}
			}
			written := strings.Fields(words)
			for _, right := range Rights() {
				i := slices.Index(written, string(right))
				if err := Check(who, right, Object{}); (err == nil) != (i >= 0) {
					t.Errorf("%s, %q, %s: allowed=%v, but it is written %v", z, role, right, err == nil, i >= 0)
				}
				if i >= 0 {
					written = slices.Delete(written, i, i+1)
				}
			}
			if len(written) > 0 {
				t.Errorf("%s, %q: no right is called %v", z, role, written)
			}
		}
	}
}

// Whose things one may see and touch, on the Internet: those of one's unit, or
// about oneself; a traveller's unit alone gives nothing.
func TestObjectsAreTheUnitsOwnOrAboutOneself(t *testing.T) {
	liaison := Who{Account: "x", Zone: zone.Internet, Unit: "u1", Roles: []Role{Liaison}}
	traveller := Who{Account: "x", Zone: zone.Internet, Unit: "u1", Person: "p1", Roles: []Role{Traveller}}
	for _, c := range []struct {
		what    string
		who     Who
		o       Object
		allowed bool
	}{
		{"a liaison, the own unit's", liaison, Object{Unit: "u1"}, true},
		{"a liaison, somebody of the own unit", liaison, Object{Unit: "u1", Person: "p1"}, true},
		{"a liaison, another unit's", liaison, Object{Unit: "u2"}, false},
		{"a liaison, a person of no unit", liaison, Object{Person: "p1"}, false},
		{"a traveller, about oneself", traveller, Object{Unit: "u1", Person: "p1"}, true},
		{"a traveller, a colleague's", traveller, Object{Unit: "u1", Person: "p2"}, false},
		{"a traveller, the own unit's", traveller, Object{Unit: "u1"}, false},
		{"nobody's person", Who{Account: "x", Zone: zone.Internet, Roles: []Role{Liaison}}, Object{Unit: "u1"}, false},
	} {
		err := Check(c.who, SeeCase, c.o)
		if (err == nil) != c.allowed {
			t.Errorf("%s: %v", c.what, err)
		}
		if err != nil && !fault.IsForbidden(err) {
			t.Errorf("%s: refused with %v", c.what, err)
		}
	}
}

// That a whole delegation stays at home is its unit's to say: no member says it, and
// no officer of another unit who travels along.
func TestOnlyTheUnitCallsItsTripOff(t *testing.T) {
	of := func(role Role) Who {
		return Who{Account: "x", Zone: zone.Internet, Unit: "u1", Person: "p1", Roles: []Role{role, Traveller}}
	}
	for _, c := range []struct {
		what    string
		who     Who
		unit    string
		allowed bool
	}{
		{"its officer", of(Liaison), "u1", true},
		{"its officer, who doesn't travel along", Who{Account: "x", Zone: zone.Internet, Unit: "u1", Roles: []Role{Liaison}}, "u1", true},
		{"another unit's officer who travels along", of(Liaison), "u2", false},
		{"its signatory who travels along", of(Signatory), "u1", false},
		{"a member", Who{Account: "x", Zone: zone.Internet, Unit: "u1", Person: "p1", Roles: []Role{Traveller}}, "u1", false},
	} {
		if err := Check(c.who, CallOff, Object{Unit: c.unit, Person: "p1"}); (err == nil) != c.allowed {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	if !CallOff.Bound(zone.Internet) {
		t.Error("it is asked of an object that nobody owns")
	}
}
