package ref

import (
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/money"
)

// Exchange are the rates of exchange as they were published, in any order.
type Exchange []Published

// Published is what one day's publication gives: yuan for one unit.
type Published struct {
	Date       calendar.Date                    `yaml:"date"`
	Source     string                           `yaml:"source"`
	Unverified bool                             `yaml:"unverified"`
	Yuan       map[money.Currency]money.Decimal `yaml:"yuan"`
}

// On finds the latest publication by a day that has a currency.
func (e Exchange) On(c money.Currency, day calendar.Date) (money.Decimal, Published, bool) {
	best := -1
	for i, p := range e {
		if _, has := p.Yuan[c]; has && !p.Date.After(day) && (best < 0 || p.Date.After(e[best].Date)) {
			best = i
		}
	}
	if best < 0 {
		return money.Decimal{}, Published{}, false
	}
	return e[best].Yuan[c], e[best], true
}

// over lays an office's publications over others: from its first day on nothing
// but its own counts, because a demonstration value that is a week newer must
// not beat a true one.
func (e Exchange) over(own Exchange) Exchange {
	if len(own) == 0 {
		return e
	}
	first := slices.MinFunc(own, func(a, b Published) int { return a.Date.Compare(b.Date) }).Date
	out := slices.Clone(own)
	for _, p := range e {
		if p.Date.Before(first) {
			out = append(out, p)
		}
	}
	return out
}

func (e Exchange) check() error {
	days := map[calendar.Date]bool{}
	for _, p := range e {
		if p.Date.IsZero() || p.Source == "" || len(p.Yuan) == 0 {
			return fmt.Errorf("exchange.yaml: a publication lacks its date, its source or its rates (date %s)", p.Date)
		}
		if days[p.Date] {
			return fmt.Errorf("exchange.yaml: %s stands there twice", p.Date)
		}
		days[p.Date] = true
		for c, yuan := range p.Yuan {
			if !c.Known() || c == money.CNY || yuan.Sign() <= 0 {
				return fmt.Errorf("exchange.yaml: %s: %s %s is no rate of a currency", p.Date, c, yuan)
			}
		}
	}
	return nil
}
