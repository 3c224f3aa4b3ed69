package material

import (
	"io"
	"path/filepath"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/fault"
	"yitang/internal/precheck"
)

// Unmarked refuses a file that bears a mark of secrecy, in what it says or in
// its name: on a network that is connected with the Internet it may not even
// lie for a moment, so this is asked before anything of it is kept (GEN-020
// looks at what is typed). What it couldn't read of the file is told, for a
// reviewer to look at.
func Unmarked(content io.ReaderAt, size int64, t blob.Type, name string) (unread bool, err error) {
	name = filepath.Base(name)
	if mark := precheck.MarkOnFile(strings.TrimSuffix(name, filepath.Ext(name))); mark != "" {
		return false, Marked(name, mark)
	}
	text, unread := blob.Text(content, size, t)
	if mark := precheck.MarkOnFile(text); mark != "" {
		return unread, Marked(name, mark)
	}
	return unread, nil
}

// Marked says of a file that it bears a mark, and what to do.
func Marked(name, mark string) error {
	if name == "" { // what was pasted
		return fault.Field("file", "upload.secret_pasted", map[string]any{"Mark": mark})
	}
	return fault.Field("file", "upload.secret", map[string]any{"Name": name, "Mark": mark})
}
