package node

import (
	"archive/tar"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// A backup is one encrypted stream (age) of a packed (zstd) tar: first a note
// of what it is, then the database, then the zone's folder. It holds the
// zone's keys, so whoever can open it is the zone.

// BackupNote says what a backup is.
type BackupNote struct {
	Format   string        `json:"format"` // yitang.backup/1
	Zone     zone.Zone     `json:"zone"`
	Made     time.Time     `json:"made"`
	Database store.Dialect `json:"database"`
}

const (
	backupFormat   = "yitang.backup/1"
	backupNote     = "backup.json"
	backupDatabase = "database"
	folderFile     = "node.db"
)

// Backup writes all that a zone holds into w, readable by the recipients
// alone. The zone may be served meanwhile: the database is taken as it stands
// at one moment, and the files after it, which are only ever added to, so that
// none is missing that the database names.
func Backup(ctx context.Context, dir string, w io.Writer, at time.Time, to ...age.Recipient) (BackupNote, error) {
	ring, err := keys.Load(filepath.Join(dir, "keys"))
	if err != nil {
		return BackupNote{}, err
	}
	settings, err := LoadSettings(dir)
	if err != nil {
		return BackupNote{}, err
	}
	note := BackupNote{Format: backupFormat, Zone: ring.Zone(), Made: at.UTC().Truncate(time.Second), Database: store.SQLite}
	if settings.Database != "" {
		note.Database = store.Postgres
	}
	// In the zone's own folder: it holds what the database holds.
	room, err := os.MkdirTemp(dir, ".backup-")
	if err != nil {
		return note, fmt.Errorf("making room for the copy of the database: %w", plain(err))
	}
	defer os.RemoveAll(room)
	snapshot := filepath.Join(room, backupDatabase)
	if err := store.Snapshot(ctx, store.Options{Path: filepath.Join(dir, folderFile), URL: settings.Database}, snapshot); err != nil {
		return note, err
	}

	sealed, err := age.Encrypt(w, to...)
	if err != nil {
		return note, fmt.Errorf("encrypting: %w", err)
	}
	packed, err := zstd.NewWriter(sealed)
	if err != nil {
		return note, err
	}
	out := tar.NewWriter(packed)
	err = pour(ctx, out, dir, snapshot, note)
	// Closed in turn, the innermost first; what isn't closed can't be restored.
	for _, c := range []io.Closer{out, packed, sealed} {
		if err == nil {
			err = c.Close()
		}
	}
	if err != nil {
		return note, fmt.Errorf("writing the backup: %w", err)
	}
	return note, nil
}

func pour(ctx context.Context, out *tar.Writer, dir, snapshot string, note BackupNote) error {
	text, err := json.Marshal(note)
	if err != nil {
		return err
	}
	if err := out.WriteHeader(&tar.Header{Name: backupNote, Mode: 0o600, Size: int64(len(text)), ModTime: note.Made}); err != nil {
		return err
	}
	if _, err := out.Write(text); err != nil {
		return err
	}
	if err := pourFile(out, snapshot, backupDatabase); err != nil {
		return err
	}
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // a bundle that was applied meanwhile
		}
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		switch {
		case passing(d.Name()), filepath.Dir(path) == filepath.Clean(dir) && ofTheRun(d.Name()):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !d.Type().IsRegular():
			return nil
		}
		err = pourFile(out, path, filepath.ToSlash(filepath.Join("folder", name)))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// passing names are of files that are only being made.
func passing(name string) bool {
	return slices.ContainsFunc([]string{".new-", ".probe-", ".backup-"}, func(p string) bool { return strings.HasPrefix(name, p) })
}

// Practice is the folder of practice runs at the top of the internet zone's: they
// are houses of their own, made up and thrown away.
const Practice = "practice"

// ofTheRun are the files at the top of a folder that belong to the process that
// has it open, the database, which is taken apart, and what nobody needs back.
func ofTheRun(name string) bool {
	return name == "lock" || name == Practice || strings.HasPrefix(name, folderFile)
}

// pourFile adds a file as long as it is now: a segment may grow meanwhile, and
// what opening finds unfinished it cuts off.
func pourFile(out *tar.Writer, path, name string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if err := out.WriteHeader(&tar.Header{Name: name, Mode: int64(info.Mode().Perm()), Size: info.Size(), ModTime: info.ModTime()}); err != nil {
		return err
	}
	if _, err := io.CopyN(out, f, info.Size()); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// Restore makes a zone's folder, which must not be there yet or be empty, from
// a backup. A zone that kept its journal in PostgreSQL is given an empty
// database. What is restored is not judged here: open it and look.
func Restore(ctx context.Context, r io.Reader, dir, database string, with ...age.Identity) (BackupNote, error) {
	var note BackupNote
	if err := Vacant(dir); err != nil {
		return note, err
	}
	plain, err := age.Decrypt(r, with...)
	var none *age.NoIdentityMatchError
	if errors.As(err, &none) {
		return note, fmt.Errorf("this key or password doesn't open the backup")
	}
	if err != nil {
		return note, fmt.Errorf("no backup of this program: %w", err)
	}
	packed, err := zstd.NewReader(plain)
	if err != nil {
		return note, err
	}
	defer packed.Close()
	in := tar.NewReader(packed)
	if note, err = readNote(in); err != nil {
		return note, err
	}
	switch {
	case note.Database == store.Postgres && database == "":
		return note, fmt.Errorf("this zone kept its journal in PostgreSQL: give an empty database with --database postgres://…")
	case note.Database == store.SQLite && database != "":
		return note, fmt.Errorf("this zone kept its journal in its folder: leave --database out")
	}
	if err := Writable(dir); err != nil {
		return note, err
	}
	if err := take(in, dir); err != nil {
		return note, fmt.Errorf("the backup is damaged or cut short: %w", err)
	}
	if database != "" {
		s, err := LoadSettings(dir)
		if err != nil {
			return note, err
		}
		s.Database = database
		if err := s.Save(dir); err != nil {
			return note, err
		}
	}
	return note, store.Refill(ctx, store.Options{Path: filepath.Join(dir, folderFile), URL: database}, filepath.Join(dir, ".backup-"+backupDatabase))
}

// Vacant tells whether a zone can be restored into a folder: it isn't there, or
// empty.
func Vacant(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("the folder %s can't be read: %w", dir, plain(err))
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s isn't empty: a zone is restored into a folder of its own, and nothing is overwritten", dir)
	}
	return nil
}

func readNote(in *tar.Reader) (BackupNote, error) {
	var note BackupNote
	h, err := in.Next()
	if err == nil && h.Name != backupNote {
		err = fmt.Errorf("it begins with %s", h.Name)
	}
	if err == nil {
		err = json.NewDecoder(io.LimitReader(in, 1<<16)).Decode(&note)
	}
	if err == nil && note.Format != backupFormat {
		err = fmt.Errorf("it is of the form %q, and this program reads %s", note.Format, backupFormat)
	}
	if err == nil {
		_, err = zone.Parse(string(note.Zone))
	}
	if err != nil {
		return note, fmt.Errorf("no backup of this program: %w", err)
	}
	return note, nil
}

// take writes what follows the note. A name that leads out of the folder is
// refused: os.Root follows none.
func take(in *tar.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for {
		h, err := in.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		name, ofFolder := strings.CutPrefix(h.Name, "folder/")
		switch {
		case h.Name == backupDatabase:
			name = ".backup-" + backupDatabase
		case !ofFolder:
			return fmt.Errorf("it holds %s, which is no part of a zone", h.Name)
		}
		if err := takeFile(root, name, h, in); err != nil {
			return err
		}
	}
}

func takeFile(root *os.Root, name string, h *tar.Header, in io.Reader) error {
	if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o700); err != nil {
		return err
	}
	f, err := root.OpenFile(filepath.FromSlash(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, h.FileInfo().Mode().Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(f, in)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}
