package web

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Front is how readers reach a site before which a proxy stands, as the
// administrator says. The zero value is a site without one.
type Front struct {
	URL     *url.URL       // as readers type it: https and host; nil for whatever they happen to use
	Proxies []netip.Prefix // whose word is taken on where a request comes from
}

// asSent gives handlers each request as its reader sent it, not as the proxy
// passed it on: to the site's own name, encrypted where that is, and from the
// reader's address. Cookies, links and throttling ask the request alone.
func (f Front) asSent(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent := *r
		if peer := Address(r); f.trusts(peer) {
			sent.RemoteAddr = net.JoinHostPort(f.client(peer, r.Header.Values("X-Forwarded-For")), "0")
		}
		if f.URL != nil {
			sent.Host, sent.TLS = f.URL.Host, nil
			if f.URL.Scheme == "https" {
				sent.TLS = &tls.ConnectionState{}
			}
		}
		next.ServeHTTP(w, &sent)
	})
}

// client reads the way that a request came from its end: each proxy adds whom
// it heard it from. What stands before the first that isn't trusted could have
// been written by anybody.
func (f Front) client(peer string, forwarded []string) string {
	hops := strings.Split(strings.Join(forwarded, ","), ",")
	for i := len(hops) - 1; i >= 0 && f.trusts(peer); i-- {
		hop := strings.TrimSpace(hops[i])
		if host, _, err := net.SplitHostPort(hop); err == nil {
			hop = host
		}
		ip, err := netip.ParseAddr(strings.Trim(hop, "[]"))
		if err != nil {
			break
		}
		peer = ip.Unmap().String()
	}
	return peer
}

func (f Front) trusts(address string) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	for _, p := range f.Proxies {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}

// Address is where a request comes from, for throttling and the record.
func Address(r *http.Request) string { return Host(r.RemoteAddr) }

// Host is an address without its port.
func Host(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}

// Absolute is the whole address of a path of this site, to be sent or printed.
func Absolute(r *http.Request, path string) string {
	if r.TLS != nil {
		return "https://" + r.Host + path
	}
	return "http://" + r.Host + path
}
