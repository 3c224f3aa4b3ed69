package drill

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// hands are those of a house's staff, found by their logins.
func (h *House) hands(id func(zone.Zone, string) string) Hands {
	return Hands{Internet: h.Internet, Office: h.Office, Passport: h.Passport, Settle: h.Settle,
		Reach: func(at time.Time) error { h.Clock.Set(at); return nil },
		Who: func(z zone.Zone, role access.Role) []string {
			var out []string
			for _, a := range staff {
				if a.zone == z && a.role == role {
					out = append(out, id(z, a.login))
				}
			}
			return out
		}}
}

// Staffed gives the hands of the staff that a story has opened accounts for, in a
// house that was opened again.
func (h *House) Staffed(ctx context.Context) (Hands, error) {
	found := map[zone.Zone]map[string]string{}
	for _, n := range h.Nodes() {
		found[n.Zone] = map[string]string{}
		for _, a := range staff {
			if a.zone != n.Zone {
				continue
			}
			e, there, err := account.ByLogin(ctx, n.Store, a.login)
			if err != nil {
				return Hands{}, err
			}
			if !there {
				return Hands{}, fmt.Errorf("nobody in the %s zone signs in as %s", n.Zone, a.login)
			}
			found[n.Zone][a.login] = e.ID
		}
	}
	return h.hands(func(z zone.Zone, login string) string { return found[z][login] }), nil
}

// Do takes one step of a case, what of it is still to be done, and waits until
// everybody has heard of it.
func (h Hands) Do(ctx context.Context, filing string, steps ...Name) error {
	for _, step := range steps {
		i := slices.IndexFunc(moves, func(m move) bool { return m.name == step })
		if i < 0 {
			return fmt.Errorf("nobody's hands do %q", step)
		}
		if err := moves[i].do(h, ctx, filing); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
		if err := h.Settle(ctx); err != nil {
			return err
		}
	}
	return nil
}

// SendBack is intake's: what is wrong with an application, all at once.
func (h Hands) SendBack(ctx context.Context, filing string, defects ...approval.Defect) error {
	err := h.decides(h.as(ctx, zone.Office, access.Intake), filing, approval.SendBack{Defects: defects, Within: h.Office.Packs.Now().Paths.CorrectionWorkdays})
	if err != nil {
		return err
	}
	return h.Settle(ctx)
}

// CheckIn is the window's: everybody of a booking has come, on its day.
func (h Hands) CheckIn(ctx context.Context, b hall.Booking) error {
	ctx = h.as(ctx, zone.Office, access.Window)
	before, err := hall.VisitsBefore(ctx, h.Office.Store, b.Filing, b.Day)
	if err != nil {
		return err
	}
	if err := give(ctx, h.Office.Journal, hall.Attendances, b.ID, journal.Command[hall.Attendance](hall.CheckIn{Booking: b, People: b.People, Earlier: before})); err != nil {
		return err
	}
	return h.Settle(ctx)
}

// comes gives the booking with which somebody is at the hall; "" for none.
func (h Hands) comes(ctx context.Context, filing, who string) (string, error) {
	visits, err := hall.VisitsOf(ctx, h.Passport.Store, filing)
	if err != nil {
		return "", err
	}
	for _, v := range visits {
		if v.Presence == hall.Arrived && slices.Contains(v.People, who) {
			return v.Booking, nil
		}
	}
	return "", nil
}
