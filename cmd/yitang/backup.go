package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/zone"
)

func backupCommand() *cobra.Command {
	var dir, out string
	var to []string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "backup --data DIR --out DIR|FILE --to age1…",
		Short: "write all that a zone holds into one encrypted file (备份)",
		Long: `Writes database, files, keys and settings of a zone, or of all zones below a
folder, into one encrypted file each. The zone may be served meanwhile. Into a
folder the file goes under the zone's name and the time.

Only the private key to --to opens it; yitang backup key makes one. Keep that
key away from this machine, and try it: yitang restore FILE --key KEY --try.
A zone in PostgreSQL needs pg_dump of the server's version on this machine.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var recipients []age.Recipient
			for _, one := range to {
				r, err := age.ParseX25519Recipient(one)
				if err != nil {
					return fmt.Errorf("--to %s is no public key: it begins with age1, and yitang backup key prints one", one)
				}
				recipients = append(recipients, r)
			}
			folders, err := zoneFolders(dir)
			if err != nil {
				return err
			}
			var made []backedUp
			for _, d := range folders {
				b, err := backUp(cmd.Context(), d, out, len(folders) > 1, recipients)
				if err != nil {
					return fmt.Errorf("backing up %s: %w", d, err)
				}
				made = append(made, b)
				if !asJSON {
					fmt.Fprintf(cmd.OutOrStdout(), "%-9s %s (%d MB)\n", b.Zone, b.File, (b.Bytes+1<<20-1)>>20)
				}
			}
			if asJSON {
				return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.backups/1", "backups": made})
			}
			return nil
		},
	}
	cmd.AddCommand(backupKeyCommand())
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder, or the one above the three")
	cmd.Flags().StringVar(&out, "out", "", "a folder to put it into, or the file's name")
	cmd.Flags().StringArrayVar(&to, "to", nil, "public key of whoever may restore it; several for several people")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	for _, f := range []string{"data", "out", "to"} {
		must(cmd.MarkFlagRequired(f))
	}
	return cmd
}

type backedUp struct {
	node.BackupNote
	File  string `json:"file"`
	Bytes int64  `json:"bytes"`
}

// backUp writes one zone's backup beside its place and moves it there when it
// is whole and flushed, so that what bears the name can be restored.
func backUp(ctx context.Context, dir, out string, several bool, to []age.Recipient) (backedUp, error) {
	now := time.Now()
	info, err := os.Stat(out)
	switch folder := err == nil && info.IsDir(); {
	case folder:
		ring, err := keys.Load(filepath.Join(dir, "keys"))
		if err != nil {
			return backedUp{}, err
		}
		out = filepath.Join(out, fmt.Sprintf("yitang-%s-%s.backup", ring.Zone(), now.UTC().Format("20060102T150405Z")))
	case several:
		return backedUp{}, fmt.Errorf("there are several zones here, and %s is no folder: make it first", out)
	}
	if _, err := os.Stat(out); !errors.Is(err, fs.ErrNotExist) {
		return backedUp{}, fmt.Errorf("%s is there already, and no backup is overwritten", out)
	}
	temp := filepath.Join(filepath.Dir(out), ".new-"+filepath.Base(out))
	f, err := os.OpenFile(temp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return backedUp{}, err
	}
	b := backedUp{File: out}
	b.BackupNote, err = node.Backup(ctx, dir, f, now, to...)
	if err == nil {
		err = f.Sync()
	}
	if info, statErr := f.Stat(); statErr == nil {
		b.Bytes = info.Size()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(temp, out)
	}
	if err != nil {
		os.Remove(temp)
	}
	return b, err
}

func backupKeyCommand() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "key --out FILE",
		Short: "make the key that opens backups; keep it away from the server (备份密钥)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			id, err := age.GenerateX25519Identity()
			if err != nil {
				return err
			}
			f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s is there already: a key that opens old backups is never overwritten", out)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(f, "# yitang backup key, made %s\n# public: %s\n%s\n", time.Now().UTC().Format(time.DateOnly), id.Recipient(), id)
			if err == nil {
				err = f.Sync()
			}
			if err = errors.Join(err, f.Close()); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\nopened by %s alone: keep that file away from this machine, in two places\n", id.Recipient(), out)
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "where to write the private key")
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

func restoreCommand() *cobra.Command {
	var dir, keyFile, database string
	var try, asJSON bool
	cmd := &cobra.Command{
		Use:   "restore FILE --key FILE --data DIR | --try",
		Short: "make a zone's folder from a backup, and examine it (恢复)",
		Long: `Makes a zone's folder anew and looks at it as doctor does; what isn't sound
doesn't get the folder's name. Nothing is overwritten. With --try the backup is
restored beside the system's temporary files, examined, and thrown away.

What happened after the backup was made is not in it. So the restored zone tells
its neighbours everything again, and they must do the same for it: run
yitang exchange reopen --to THIS on each of them. That brings back what came from
them; what this zone itself wrote after the backup stays lost to it.
Exit status: 0 restored and sound, 1 not.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if try == (dir != "") {
				return fmt.Errorf("give --data DIR, where the zone shall be, or --try")
			}
			ids, err := identities(keyFile)
			if err != nil {
				return err
			}
			r := restored{File: args[0], Data: dir}
			place := dir + ".restoring"
			if try {
				if place, err = os.MkdirTemp("", "yitang-try-"); err != nil {
					return err
				}
				defer os.RemoveAll(place)
			} else if err := node.Vacant(dir); err != nil {
				return err
			} else if err := os.RemoveAll(place); err != nil { // of a restore that was broken off
				return err
			}
			if err := r.restore(cmd.Context(), place, database, ids); err != nil {
				if !try {
					os.RemoveAll(place)
				}
				return err
			}
			if r.Sound && !try {
				if r.Neighbours, err = tellAgain(cmd.Context(), place); err != nil {
					return fmt.Errorf("preparing to tell the neighbours again: %w", err)
				}
				if err := os.Rename(place, dir); err != nil {
					return err
				}
			}
			return r.say(cmd.OutOrStdout(), place, try, asJSON)
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder, not there yet or empty")
	cmd.Flags().StringVar(&keyFile, "key", "", "the private key that yitang backup key wrote")
	cmd.Flags().StringVar(&database, "database", "", "postgres://…, an empty database, for a zone that had one; for --try too")
	cmd.Flags().BoolVar(&try, "try", false, "restore, examine, throw away")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	must(cmd.MarkFlagRequired("key"))
	return cmd
}

type restored struct {
	node.BackupNote
	File       string      `json:"file"`
	Data       string      `json:"data,omitempty"`
	Newest     time.Time   `json:"newest"` // the last event it holds
	Sound      bool        `json:"sound"`
	Neighbours []zone.Zone `json:"neighbours,omitempty"` // who must tell this zone again
	Checks     []checkup   `json:"checks"`
}

func (r *restored) restore(ctx context.Context, place, database string, ids []age.Identity) error {
	f, err := os.Open(r.File)
	if err != nil {
		return err
	}
	defer f.Close()
	if r.BackupNote, err = node.Restore(ctx, f, place, database, ids...); err != nil {
		return err
	}
	r.Checks = examine(ctx, place)
	r.Sound = true
	for _, c := range r.Checks {
		r.Sound = r.Sound && c.OK
	}
	n, err := node.Open(ctx, node.Options{Dir: place})
	if err != nil {
		return err
	}
	defer n.Close()
	r.Newest, err = n.Journal.Latest(ctx)
	return err
}

// tellAgain begins a new epoch towards every neighbour.
func tellAgain(ctx context.Context, dir string) ([]zone.Zone, error) {
	n, err := node.Open(ctx, node.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	defer n.Close()
	x, err := n.Exchange(ctx)
	if err != nil {
		return nil, err
	}
	var told []zone.Zone
	for _, p := range x.Peers() {
		if _, err := x.Reopen(ctx, p); err != nil {
			return nil, err
		}
		told = append(told, p)
	}
	return told, nil
}

func (r *restored) say(w io.Writer, place string, try, asJSON bool) error {
	if asJSON {
		if err := sayJSON(w, map[string]any{"format": "yitang.restore/1", "restored": r}); err != nil {
			return err
		}
	} else {
		printCheckups(w, r.Checks)
		fmt.Fprintf(w, "%s zone as of %s, from the backup of %s\n", r.Zone, r.Newest.Local().Format(time.DateTime), r.Made.Local().Format(time.DateTime))
		switch {
		case try:
			fmt.Fprintln(w, "tried and thrown away")
		case !r.Sound:
			fmt.Fprintf(w, "it isn't sound, and lies in %s to be looked at\n", place)
		default:
			for _, z := range r.Neighbours {
				fmt.Fprintf(w, "on the %s zone, with its server ended: yitang exchange reopen --to %s --data DIR\n", z, r.Zone)
			}
		}
	}
	if !r.Sound {
		return unsound{}
	}
	return nil
}

func identities(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ids, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("%s holds no private key: it has a line that begins with AGE-SECRET-KEY-", path)
	}
	return ids, nil
}
