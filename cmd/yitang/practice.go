package main

import (
	"cmp"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"yitang/internal/node"
	"yitang/internal/practice"
	"yitang/internal/web"
	"yitang/internal/zone"
)

// practising is no zone: the site on which officers of units practise, each in a
// house of their own.
const practising zone.Zone = "practice"

// takePractice takes the address of the practice site, before anything is written.
func (h *house) takePractice(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("--practice %s: %w", address, err)
	}
	h.listeners[practising], h.addresses[practising] = l, l.Addr().String()
	return nil
}

// reachable is where a browser on this machine finds what listens on an address.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // listening everywhere is no address that a browser could open
	}
	return "http://" + net.JoinHostPort(host, port)
}

// offerPractice adds practising to the internet site, where its address was taken.
func (h *house) offerPractice(site *web.Site, folder string, log *slog.Logger) error {
	if h.listeners[practising] == nil {
		return nil
	}
	s, err := node.LoadSettings(folder)
	if err != nil {
		return err
	}
	n := h.internet
	o := practice.Options{URL: reachable(h.addresses[practising]), Real: reachable(h.addresses[zone.Internet]), Log: log,
		Front: web.Front{Proxies: append([]netip.Prefix{}, n.Proxies...)}}
	if n.URL != nil {
		o.Real = strings.TrimRight(n.URL.String(), "/")
	}
	if at := cmp.Or(h.front.PracticeURL, s.PracticeURL); at != "" {
		o.URL = strings.TrimRight(at, "/")
		if o.Front.URL, err = url.Parse(o.URL); err != nil {
			return err
		}
	}
	runs, err := practice.Offer(site, n, o)
	if err != nil {
		return err
	}
	h.closers = append([]func(){runs.Close}, h.closers...)
	h.handlers[practising] = runs.Handler()
	return nil
}
