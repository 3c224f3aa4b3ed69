// Package wrong is what must be found.
package wrong

import "fmt"

type kept struct {
	hidden int `json:"hidden"`
}

func formats() string { return fmt.Sprintf("%d", "a word") }

func ours(format string, with ...any) string { return fmt.Sprintf(format, with...) }

func formatsByOurs() string { return ours("%d", "a word") }

func assigns(k kept) { k.hidden = k.hidden }
