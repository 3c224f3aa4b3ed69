package webtest

import (
	"net/url"
	"strings"

	"golang.org/x/net/html"
)

// Forms gives what each of a page's forms with this address would send as it
// stands, in their order.
func (v Visitor) Forms(page, action string) []url.Values {
	v.T.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		v.T.Fatal(err)
	}
	var all []url.Values
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "form" || attr(n, "action") != action {
			continue
		}
		out := url.Values{}
		for f := range n.Descendants() {
			fill(f, out)
		}
		for f := range doc.Descendants() { // fields that go with it from elsewhere
			if id := attr(n, "id"); id != "" && attr(f, "form") == id {
				fill(f, out)
			}
		}
		all = append(all, out)
	}
	return all
}

// Form is the first of them, with what is typed; without one the test ends.
func (v Visitor) Form(page, action string, pairs ...string) url.Values {
	v.T.Helper()
	all := v.Forms(page, action)
	if len(all) == 0 {
		v.T.Fatalf("no form leads to %s in\n%s", action, page)
	}
	for i := 0; i < len(pairs); i += 2 {
		all[0].Set(pairs[i], pairs[i+1])
	}
	return all[0]
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

// fill adds what a field would send.
func fill(n *html.Node, out url.Values) {
	name := attr(n, "name")
	if n.Type != html.ElementNode || name == "" || has(n, "disabled") {
		return
	}
	switch n.Data {
	case "input":
		switch attr(n, "type") {
		case "checkbox", "radio":
			if has(n, "checked") {
				out.Add(name, attr(n, "value"))
			}
		case "file", "submit":
		default:
			out.Add(name, attr(n, "value"))
		}
	case "textarea":
		text := ""
		if n.FirstChild != nil {
			text = strings.TrimPrefix(n.FirstChild.Data, "\n")
		}
		out.Add(name, text)
	case "select":
		value := ""
		for o := range n.Descendants() { // options stand under groups, too
			if o.Type == html.ElementNode && o.Data == "option" && has(o, "selected") {
				value = attr(o, "value")
			}
		}
		out.Add(name, value)
	}
}
