// Package trip is the journey itself (出访): cleared to go, departed, home, report,
// closed. Home: internet, because the unit tells it.
//
//	cleared ─▶ departed ─▶ home ─▶ (booklets handed in · report and notice filed · rated or declined) ─▶ closed
//	     └────▶ not departed ─▶ (booklets handed in) ─▶ closed
//
// What was told by mistake is taken back step by step, as long as it isn't closed:
// home, departed, not departed.
//
// A delegation is cleared by rule, when every approved member has the booklet
// in hand and no visa is open. A trip closes by rule too, when nothing of it is
// owed any more; then the office puts the case into the archive.
//
// It doesn't know the way abroad (that is the application's itinerary), nor
// where booklets are: that is custody's, whose news it is handed.
package trip
