package node

import (
	"fmt"

	"yitang/internal/calendar"
	"yitang/ref"
)

// Book is the office's calendar, from the reference data.
func Book() (*calendar.Book, error) {
	data, err := ref.Built()
	if err != nil {
		return nil, fmt.Errorf("reading the public holidays: %w", err)
	}
	return data.Holidays, nil
}
