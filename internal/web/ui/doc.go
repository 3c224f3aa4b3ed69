// Package ui is what every page is made of: the letterhead, the line of three
// links, fields, findings, tables, and the words on them.
//
// # Components
//
// Each component is a struct that is also a templ.Component. A page fills it
// and places it; nothing in here reads a database, a clock or a request:
//
//	@ui.Field{Name: "purpose", Label: ui.T(ctx, "filing.purpose"), Value: p.Purpose, Error: p.Errors["purpose"]}
//	@ui.Line{Approval: ui.Station{State: ui.Here, Filled: 6, Says: p.Approval}, …}
//
// What wraps other content is a function with children: Layout, Sheet, Form,
// AutoSave, FileDrop, LiveCheck. Specimen shows all of them in all states, at
// the address /ui of the demo.
//
// The name of a field is its path in fault.Finding (legs[1].arrive); its id is
// FieldID of that, so a finding can lead to it. Take the errors of a failed
// form from FieldErrors, and the list on top from Summarise.
//
// Forms don't nest in HTML: FileDrop, PersonPicker and a Button with Post bring
// their own, so they stand outside Form and AutoSave.
//
// # Words
//
// No sentence stands in a template. T(ctx, key, "Name", value, …) finds it in
// the reader's language. Keys name meaning, not place: room.thing.aspect. Each
// room has its own pair of files in locales/, merged at build time:
//
//	locales/filing.zh-Hans.yaml     filing.purpose: 任务与必要性
//	locales/filing.en.yaml          filing.purpose: Purpose and need
//
// A file is flat: one key a line. Arguments are written {{.Name}}; whole
// numbers get their thousands commas by themselves, dates and sums are passed
// as they are (calendar.Date, money.Amount) or ready (Span, Lasting). A message whose argument is called Count may have
// English plural forms:
//
//	filing.members: {one: "{{.Count}} person", other: "{{.Count}} people"}
//
// zh-Hant is made by make generate from zh-Hans (internal/tool/hant) with the
// terms of locales/glossary.tsv; nobody writes it by hand. Names, units and
// what people typed are never converted: pass them as arguments.
//
// TestWords walks every use of T (and of message keys in fault findings) and
// all locale files. It fails on a key that is missing in a language, on one
// that nobody uses, and on arguments that don't agree. A key that is put
// together at run time is declared where that happens, in a comment:
//
//	// ui:keys approval.stage.*
//
// # Without script
//
// Every page is whole as a form. The modules in js/ shorten the way and talk
// to the same addresses; the contract of each stands in its file.
package ui
