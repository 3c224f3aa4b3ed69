package pack

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"yitang/internal/dossier"
	"yitang/internal/fault"
)

// Content is the files of a pack by their names. What isn't in it comes from
// the data that the program brings; a file or an entry that is stands over it.
type Content map[string][]byte

const (
	manifestFile  = "pack.yaml"
	signatureFile = "pack.sig"
	offFile       = "off.yaml"
	catalogueFile = "catalogue.yaml"
)

// TextsFile is the file of a pack that the pages' own words stand in.
const TextsFile = "texts.yaml"

// TemplatesFile is the file of a pack that the office's own sentences of
// documents stand in.
const TemplatesFile = "templates.yaml"

// Files are the names that a pack may hold, beside rules/NAME.yaml.
func Files() []string {
	return []string{manifestFile, officeFile, pathFile, "parameters.yaml", offFile, catalogueFile, "countries.csv", "cities.csv", "exemptions.yaml", "missions.yaml", "visaforms.yaml", "rates.yaml", "exchange.yaml",
		"holidays.yaml", "surnames.csv", unitsFile, hallFile, TextsFile, TemplatesFile, tellingFile, ReleaseFile}
}

var ruleFile = regexp.MustCompile(`^rules/[A-Za-z0-9_-]+\.yaml$`)

// Limits of a pack from outside: far above any honest one.
const (
	maxFiles = 200
	maxFile  = 2 << 20
	maxPack  = 8 << 20
)

// ReadFiles takes a pack that lies as files in a folder.
func ReadFiles(files fs.FS) (Content, error) {
	c := Content{}
	size := 0
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() || strings.HasPrefix(path.Base(name), ".") || strings.EqualFold(path.Ext(name), ".md") {
			return nil // what people keep beside a pack
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		size += int(info.Size())
		if info.Size() > maxFile || size > maxPack || len(c) >= maxFiles {
			return fmt.Errorf("%s: a pack has at most %d files of %d MB, %d MB in all", name, maxFiles, maxFile>>20, maxPack>>20)
		}
		c[name], err = fs.ReadFile(files, name)
		return err
	})
	return c, err
}

// ErrNoPack reports bytes that are no zip of a pack.
var ErrNoPack = errors.New("this is no zip of a configuration pack")

// ReadZip takes a pack out of a zip. A folder around all files is left off.
func ReadZip(b []byte) (Content, error) {
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, ErrNoPack
	}
	c := Content{}
	size := 0
	for _, f := range z.File {
		name := path.Clean(strings.ReplaceAll(f.Name, `\`, "/"))
		if f.FileInfo().IsDir() || strings.HasPrefix(path.Base(name), ".") || strings.HasPrefix(name, "__MACOSX/") || strings.EqualFold(path.Ext(name), ".md") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		text, err := io.ReadAll(io.LimitReader(r, maxFile+1))
		r.Close()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		size += len(text)
		if len(text) > maxFile || size > maxPack || len(c) >= maxFiles {
			return nil, fmt.Errorf("%s: a pack has at most %d files of %d MB, %d MB in all", name, maxFiles, maxFile>>20, maxPack>>20)
		}
		c[name] = text
	}
	return c.unwrapped(), nil
}

func (c Content) unwrapped() Content {
	around := ""
	for name := range c {
		dir, _, inside := strings.Cut(name, "/")
		if !inside || dir == "rules" || around != "" && dir != around {
			return c
		}
		around = dir
	}
	out := Content{}
	for name, text := range c {
		out[strings.TrimPrefix(name, around+"/")] = text
	}
	return out
}

// Zip writes the files into a zip: the same bytes for the same files.
func (c Content) Zip() ([]byte, error) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range c.Names() {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(c[name]); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// Names are the files' names, in order.
func (c Content) Names() []string { return slices.Sorted(maps.Keys(c)) }

// Sum changes with any byte of what a pack says; its manifest and signature
// say nothing of their own.
func (c Content) Sum() string {
	h := sha256.New()
	for _, name := range c.Names() {
		if name != manifestFile && name != signatureFile {
			fmt.Fprintf(h, "%s %d\n", name, len(c[name]))
			h.Write(c[name])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// says tells whether there is anything in it beside manifest and signature.
func (c Content) says() bool {
	return slices.ContainsFunc(c.Names(), func(name string) bool { return name != manifestFile && name != signatureFile })
}

// unknown names files that no pack has.
func (c Content) unknown() Mistakes {
	var wrong Mistakes
	for _, name := range c.Names() {
		if slices.Contains(Files(), name) || name == signatureFile || ruleFile.MatchString(name) {
			continue
		}
		near := dossier.Nearest(name, Files())
		wrong = append(wrong, Mistake{File: name, Nearest: near, Text: fault.Text{
			Zh: "配置包里没有这种文件，最接近的是 " + near + "；规则放在 rules/ 下", En: "a pack has no such file; the nearest is " + near + ", and rules stand in rules/"}})
	}
	return wrong
}
