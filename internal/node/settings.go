package node

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"yitang/internal/blob"
	"yitang/internal/pack"
)

// Settings are what an administrator decides once for a zone's folder. They
// lie in it as node.yaml, so that every command finds the same.
type Settings struct {
	// Database is postgres://…; "" for the folder's own SQLite file. It may
	// hold a password: the file is the owner's alone.
	Database string `yaml:"database,omitempty"`
	// Office is the name that stands on approvals and in the certificate they
	// are signed with; OfficeKey names its document log, in Latin letters.
	Office    string `yaml:"office,omitempty"`
	OfficeKey string `yaml:"officeKey,omitempty"`
}

const settingsFile = "node.yaml"

// LoadSettings reads a zone's settings; a folder without any has none.
func LoadSettings(dir string) (Settings, error) {
	var s Settings
	text, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		err = yaml.Unmarshal(text, &s)
	}
	if err != nil {
		return s, fmt.Errorf("reading %s: %w", filepath.Join(dir, settingsFile), err)
	}
	return s, nil
}

// Save writes the settings whole.
func (s Settings) Save(dir string) error {
	text, err := yaml.Marshal(s)
	if err != nil {
		return err
	}
	if err := writable(dir); err != nil {
		return err
	}
	return blob.WriteFile(blob.OS{}, dir, settingsFile, text)
}

// set fills in what the folder's settings say and the caller doesn't. Where
// nobody has named the office, in the demo, the drill and tests, it is that of
// the pack that comes with the program; `yitang init` asks a real one's name.
func (o Options) set() (Options, error) {
	s, err := LoadSettings(o.Dir)
	if err != nil {
		return o, err
	}
	if o.Database == "" {
		o.Database = s.Database
	}
	o.office = s
	if s.Office == "" {
		built, err := pack.Built()
		if err != nil {
			return o, err
		}
		o.office.Office, o.office.OfficeKey = built.Office.Name.Zh, built.Office.Key
	}
	return o, nil
}
