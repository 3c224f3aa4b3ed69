package dossier

import (
	"encoding/json"
	"fmt"
	"io"

	"yitang/internal/fault"
)

// Write puts a case into the file format, indented as people read it.
func Write(w io.Writer, c Case) error {
	c.Format = Format
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(c); err != nil {
		return fmt.Errorf("writing a case file: %w", err)
	}
	return nil
}

// MarshalJSON writes a plain yes as true, a title as text.
func (f Flag) MarshalJSON() ([]byte, error) {
	switch f {
	case "true":
		return []byte("true"), nil
	case "", "false":
		return []byte("false"), nil
	}
	return json.Marshal(string(f))
}

// UnmarshalJSON reads what MarshalJSON writes, for drafts that are stored whole.
func (f *Flag) UnmarshalJSON(text []byte) error {
	switch string(text) {
	case "true":
		*f = "true"
		return nil
	case "false", "null":
		*f = ""
		return nil
	}
	return json.Unmarshal(text, (*string)(f))
}

// Errors is the object that answers a file which can't be read.
type Errors struct {
	Format string      `json:"format"`
	Errors []ErrorLine `json:"errors"`
}

// ErrorLine is one error in one language.
type ErrorLine struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Nearest string `json:"nearest"`
}

// ErrorsFormat names the format of Errors.
const ErrorsFormat = "yitang.errors/1"

// InEnglish and InChinese choose a message's language.
func InEnglish(t fault.Text) string { return t.En }

// InChinese is the other choice.
func InChinese(t fault.Text) string { return t.Zh }

// Answer spells any error of reading as the object that programs read.
func Answer(err error, in func(fault.Text) string) Errors {
	out := Errors{Format: ErrorsFormat, Errors: []ErrorLine{}}
	if e, ok := AsReadError(err); ok {
		for _, f := range e.Errors {
			out.Errors = append(out.Errors, ErrorLine{Field: f.Field, Message: in(f.Message), Nearest: f.Nearest})
		}
		return out
	}
	out.Errors = append(out.Errors, ErrorLine{Message: err.Error()})
	return out
}
