package sheet

// Reasons lists every reason for a doubt; each has its words and its cure.
//
// ui:keys sheet.doubt.*
// ui:keys sheet.fix.*
func Reasons() []string {
	return []string{
		"number.destroyed", "number.legacy", "number.length", "number.letters", "number.birth", "number.checksum",
		"date.unreadable", "date.ambiguous", "date.no_year", "date.no_day", "date.none", "date.weekday", "date.serial", "date.several", "date.future", "date.missing", "date.forever", "date.was_serial",
		"name.missing", "name.dotted", "name.letters", "name.short", "name.long", "name.four", "name.aside", "several", "several.uneven", "latin.whole",
		"text.number", "text.day", "cell.error", "cell.uncomputed", "word.unknown", "country.unknown", "country.taiwan", "unit.own", "unit.other", "phone.destroyed", "phone.several", "phone.unreadable", "email.unreadable",
		"count.unreadable", "month.unreadable", "amount.unreadable", "amount.unit", "rate.unreadable", "rate.missing", "half.unknown", "half.whole", "above",
		"sex.contradicts", "birth.contradicts", "duplicate.same", "duplicate.differs", "duplicate.name",
	}
}

// Notes lists what can be said of a whole file.
//
// ui:keys sheet.note.*
func Notes() []string {
	return []string{"file.hidden_sheet", "file.hidden_rows", "file.hidden_rows_taken", "file.hidden_column", "file.twice", "file.bare", "file.since04", "file.gb18030", "file.external", "file.unit.wan", "file.unit.yuan"}
}

// Refusals lists why a file isn't read.
//
// ui:keys sheet.refused.*
func Refusals() []string {
	return []string{"empty", "large", "cut", "bomb", "locked", "macros", "xls", "ods", "xlsb", "numbers", "html", "xml", "word", "slides", "pdf", "picture", "archive", "unknown",
		"encoding", "quote", "wide", "long", "much", "all_hidden", "no_rows", "no_table.people", "no_table.members", "no_table.itinerary", "no_table.plan", "no_table.rates"}
}
