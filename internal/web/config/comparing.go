package config

import (
	"net/http"
	"slices"
	"sync"

	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/web"
)

// comparing holds the comparisons that time ran out on, for whoever goes on with
// them: a page is answered in seconds, however many cases there are. It is of one
// process and may be lost: then the comparison begins anew.
type comparing struct {
	mu   sync.Mutex
	cut  map[string]node.Comparison
	keys []string // the oldest first
}

// mostCut is how many are held.
const mostCut = 16

// of compares with a set: from the beginning, or what is left of what the same
// account saw of the same set.
func (c *comparing) of(r *http.Request, office *node.Office, set *pack.Set, more bool) (node.Comparison, error) {
	key := web.Who(r).Account + " " + string(set.Version) + " " + string(office.Packs.Now().Version) + " " + office.Journal.Today().String()
	begun, there := c.take(key)
	var got node.Comparison
	var err error
	if more && there {
		got, err = office.GoOn(r.Context(), set, begun, triedIn)
	} else {
		got, err = office.Compare(r.Context(), set, casesTried, triedIn)
	}
	if err == nil && got.Cut {
		c.keep(key, got)
	}
	return got, err
}

func (c *comparing) take(key string) (node.Comparison, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	got, there := c.cut[key]
	delete(c.cut, key)
	c.keys = slices.DeleteFunc(c.keys, func(k string) bool { return k == key })
	return got, there
}

func (c *comparing) keep(key string, what node.Comparison) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cut == nil {
		c.cut = map[string]node.Comparison{}
	}
	c.cut[key] = what
	if c.keys = append(c.keys, key); len(c.keys) > mostCut {
		delete(c.cut, c.keys[0])
		c.keys = c.keys[1:]
	}
}
