package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

// Snapshot writes the whole database as it stands at one moment into a new
// file, while others go on writing. Of SQLite it is a database file again, of
// PostgreSQL an archive of pg_dump.
func Snapshot(ctx context.Context, o Options, to string) error {
	if o.URL != "" {
		return pgTool(ctx, o.URL, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file="+to)
	}
	if _, err := os.Stat(o.Path); err != nil {
		return fmt.Errorf("reading the database: %w", err) // or SQLite would make an empty one
	}
	db, err := sql.Open("sqlite", address(o.Path, url.Values{"_pragma": {"busy_timeout(10000)"}}))
	if err != nil {
		return fmt.Errorf("opening %s: %w", o.Path, err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, `VACUUM INTO $1`, to); err != nil {
		return fmt.Errorf("copying the database: %w", explain(err))
	}
	return os.Chmod(to, 0o600)
}

// Refill puts a snapshot where no database is yet: a SQLite file that isn't
// there, a PostgreSQL database without tables.
func Refill(ctx context.Context, o Options, from string) error {
	if o.URL == "" {
		if _, err := os.Stat(o.Path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already", o.Path)
		}
		return os.Rename(from, o.Path)
	}
	s, err := openPostgres(ctx, o)
	if err != nil {
		return err
	}
	var tables int
	err = s.QueryRow(ctx, `SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()`).Scan(&tables)
	where := s.Where()
	if err = errors.Join(err, s.Close()); err != nil {
		return fmt.Errorf("looking into the database: %w", err)
	}
	if tables > 0 {
		return fmt.Errorf("the database %s has %d tables already: give an empty one", where, tables)
	}
	if err := pgTool(ctx, o.URL, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", from); err != nil {
		return err
	}
	return os.Remove(from)
}

// pgTool runs one of PostgreSQL's own programs on a database. The password
// goes by the environment: a command's arguments are everybody's to read.
func pgTool(ctx context.Context, address, tool string, args ...string) error {
	program, err := exec.LookPath(tool)
	if err != nil {
		return fmt.Errorf("%s isn't on this machine: install PostgreSQL's client programs, of the server's version or newer", tool)
	}
	u, err := url.Parse(address)
	if err != nil {
		return errors.New("reading the database address: it is no address") // err would show the password
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = os.Environ()
	if password, set := u.User.Password(); set {
		cmd.Env = append(cmd.Env, "PGPASSWORD="+password)
		u.User = url.User(u.User.Username())
	}
	cmd.Args = append(cmd.Args, "--dbname="+u.String())
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", tool, err, strings.TrimSpace(string(said)))
	}
	return nil
}
