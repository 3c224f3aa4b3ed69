package ref

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Cities are places with where they lie, by country and any of their names.
type Cities map[string]City

// City is a city abroad, or one from which people leave.
type City struct {
	Country, Zh, En string
	Lat, Lon        float64 // degrees, north and east
}

// Find gives a city by its name in either language.
func (cs Cities) Find(country, name string) (City, bool) {
	c, known := cs[cityKey(country, name)]
	return c, known
}

// Named gives the one city of that name, wherever it lies; not a name that two
// countries have.
func (cs Cities) Named(name string) (City, bool) {
	var found City
	n := 0
	for key, c := range cs {
		if key == cityKey(c.Country, name) {
			found = c
			n++
		}
	}
	return found, n == 1
}

// Abroad lists the cities outside the mainland, each once: by continent,
// country and name.
func (cs Cities) Abroad(in Countries) []City {
	var out []City
	for key, c := range cs {
		if c.Country != "CHN" && key == cityKey(c.Country, c.Zh) {
			out = append(out, c)
		}
	}
	continents := Continents()
	slices.SortFunc(out, func(a, b City) int {
		x, y := in[a.Country], in[b.Country]
		return cmp.Or(cmp.Compare(slices.Index(continents, x.Continent), slices.Index(continents, y.Continent)), cmp.Compare(x.En, y.En), cmp.Compare(a.En, b.En))
	})
	return out
}

func cityKey(country, name string) string {
	name = strings.TrimSuffix(strings.TrimSpace(name), "市")
	return country + " " + strings.ToLower(name)
}

// ParseCities reads where cities lie.
func ParseCities(text []byte) (Cities, error) {
	all, err := rows(text, 5)
	if err != nil {
		return nil, err
	}
	out := make(Cities, 2*len(all))
	for _, r := range all {
		c := City{Country: r[0], Zh: r[1], En: r[2]}
		var latErr, lonErr error
		c.Lat, latErr = strconv.ParseFloat(r[3], 64)
		c.Lon, lonErr = strconv.ParseFloat(r[4], 64)
		if latErr != nil || lonErr != nil || c.Lat < -90 || c.Lat > 90 || c.Lon < -180 || c.Lon > 180 || len(c.Country) != 3 {
			return nil, fmt.Errorf("the row of %s says no place on the globe", c.Zh)
		}
		for _, name := range []string{c.Zh, c.En} {
			if _, twice := out[cityKey(c.Country, name)]; twice {
				return nil, fmt.Errorf("%s is given twice", name)
			}
			out[cityKey(c.Country, name)] = c
		}
	}
	return out, nil
}
