package ref

import (
	"io/fs"
	"maps"
	"slices"

	"yitang/internal/calendar"
)

// Files are the files that ship in the binary, laid out as Load reads them.
func Files() fs.FS { return built }

// Over is what an office lays over the reference data: entries that replace
// those of the same name, and new ones.
type Over struct {
	Rules      []Rule   // by id
	Off        []string // rules that aren't judged here
	Parameters Parameters
	Holidays   []calendar.Year
	Countries  Countries
	Cities     Cities
	Missions   Missions
	VisaForms  VisaForms
	Rates      Rates
	Exchange   Exchange
	Exemptions []Exemption
	Surnames   map[string][]string
}

// With lays an office's data over d, which isn't changed. What is given for a
// time, thresholds, missions, rates and exemptions, holds from its first day to
// its last; before and after, what d says.
func (d Data) With(o Over, version string) (Data, error) {
	out := d
	out.Version = version
	out.Rules = layRules(d.Rules, o)
	thresholds := slices.Clone(o.Parameters)
	for i, own := range thresholds {
		thresholds[i].Instead = slices.ContainsFunc(d.Parameters, func(p Parameter) bool { return p.Key == own.Key })
	}
	out.Parameters = over(d.Parameters, thresholds, func(p *Parameter) string { return p.Key }, func(p *Parameter) (*calendar.Date, *calendar.Date) { return &p.From, &p.To })
	out.Missions = over(d.Missions, o.Missions, func(m *Mission) string { return m.Area }, func(m *Mission) (*calendar.Date, *calendar.Date) { return &m.From, &m.To })
	out.VisaForms = over(d.VisaForms, o.VisaForms, func(f *VisaForm) string { return f.Area }, func(f *VisaForm) (*calendar.Date, *calendar.Date) { return &f.From, &f.To })
	out.Rates = over(d.Rates, o.Rates, func(r *Rate) string { return r.Country + r.City }, func(r *Rate) (*calendar.Date, *calendar.Date) { return &r.From, &r.To })
	out.Exchange = d.Exchange.over(o.Exchange)
	out.Exemptions = over(ByType(d.Exemptions), ByType(o.Exemptions), func(e *Exemption) string { return e.Country + string(e.Types[0]) }, func(e *Exemption) (*calendar.Date, *calendar.Date) { return &e.From, &e.To })
	if len(o.Holidays) > 0 {
		years := slices.DeleteFunc(d.Holidays.Years(), func(y calendar.Year) bool {
			return slices.ContainsFunc(o.Holidays, func(own calendar.Year) bool { return own.Year == y.Year })
		})
		book, err := calendar.NewBook(append(years, o.Holidays...)...)
		if err != nil {
			return Data{}, err
		}
		out.Holidays = book
	}
	out.Countries = maps.Clone(d.Countries)
	maps.Copy(out.Countries, o.Countries)
	out.Surnames = maps.Clone(d.Surnames)
	maps.Copy(out.Surnames, o.Surnames)
	out.Cities = maps.Clone(d.Cities)
	maps.Copy(out.Cities, o.Cities)
	return out, out.check()
}

// layRules puts own rules in the place of those with their id, new ones at the
// end, and leaves out what is off: nobody is quiet for a rule that isn't there.
func layRules(base []Rule, o Over) []Rule {
	all := slices.Clone(base)
	for _, own := range o.Rules {
		own.Office = true
		if i := slices.IndexFunc(all, func(r Rule) bool { return r.ID == own.ID }); i >= 0 {
			all[i] = own
		} else {
			all = append(all, own)
		}
	}
	all = slices.DeleteFunc(all, func(r Rule) bool { return slices.Contains(o.Off, r.ID) })
	for i := range all {
		if slices.ContainsFunc(all[i].QuietIf, func(id string) bool { return slices.Contains(o.Off, id) }) {
			all[i].QuietIf = slices.DeleteFunc(slices.Clone(all[i].QuietIf), func(id string) bool { return slices.Contains(o.Off, id) })
		}
	}
	return all
}

// over lays entries that hold for a time over others with the same name: of
// those, what is left of their time stays.
func over[S ~[]T, T any](base, own S, name func(*T) string, time func(*T) (from, to *calendar.Date)) S {
	all := slices.Clone(own)
	for _, entry := range base {
		left := S{entry}
		for i := range own {
			if name(&own[i]) != name(&entry) {
				continue
			}
			from, to := time(&own[i])
			var next S
			for _, l := range left {
				begin, end := time(&l)
				first, last := *begin, *end
				if !to.IsZero() && to.Before(first) || !last.IsZero() && last.Before(*from) {
					next = append(next, l)
					continue
				}
				if first.Before(*from) {
					before := l
					_, e := time(&before)
					*e = from.Prev()
					next = append(next, before)
				}
				if !to.IsZero() && (last.IsZero() || last.After(*to)) {
					after := l
					b, _ := time(&after)
					*b = to.Next()
					next = append(next, after)
				}
			}
			left = next
		}
		all = append(all, left...)
	}
	return all
}

// Wrong is one thing that is wrong with an entry, at a key of it.
type Wrong struct{ Key, Zh, En string }
