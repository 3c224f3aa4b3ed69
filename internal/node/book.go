package node

import (
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/pack"
)

// Book is the calendar that comes with the program.
func Book() (*calendar.Book, error) {
	set, err := pack.Built()
	if err != nil {
		return nil, fmt.Errorf("reading the public holidays: %w", err)
	}
	return set.Ref.Holidays, nil
}
