package hall

// Queries are the lists' queries with the index that carries each.
var Queries = map[string]string{dayList: "hall_booking_by_day", bookingsOfFiling: "hall_booking_by_filing", bookingsOfUnit: "hall_booking_by_unit", bookingsOfPerson: "hall_booking_by_person",
	visitsOn: "hall_attendance_by_day", visitsOf: "hall_attendance_by_filing",
	lineQuery: "hall_wait_by_day", waitsOf: "hall_wait_by_filing", ticketsOn: "hall_ticket_by_day"}
