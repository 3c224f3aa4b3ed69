package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"yitang/internal/approval"
	"yitang/internal/fault"
	"yitang/internal/node"
)

// trustCommand writes what verify believes in. It stands beside verify so that
// whoever reads that there is no trust file finds where to get one.
func trustCommand() *cobra.Command {
	var dir, path string
	cmd := &cobra.Command{
		Use:   "trust --data DIR [--out FILE]",
		Short: "write the office's trust file, for verify (信任文件)",
		Long: `Writes the trust file of an office: its certificate, the key of its document
log, and which documents are in force now. Give it to whoever verifies
approvals without a network; a newer one tells of what was revoked since.

--data is the folder of the office's zone, which isn't being served meanwhile.
An office that is served keeps one in trust.json in its folder and writes it anew
whenever a document is issued or revoked, the demo in its data folder.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			o, err := node.OpenOffice(cmd.Context(), node.Options{Dir: dir, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
			if err != nil {
				return err
			}
			defer o.Close()
			if err := writeTrust(cmd.Context(), o, path); err != nil {
				if fault.IsNotNow(err) {
					return fmt.Errorf("the office has issued no document yet, so there is nothing to verify")
				}
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\nyitang verify FILE.pdf --trust %s\n", path, path)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office zone's folder")
	cmd.Flags().StringVar(&path, "out", "trust.json", "where to write it")
	must(cmd.MarkFlagRequired("data"))
	return cmd
}

// writeTrust puts the office's trust file in a place. Nothing issued yet:
// fault.NotNow, and no file.
func writeTrust(ctx context.Context, o *node.Office, path string) error {
	trust, err := o.Issuer.Trust(ctx)
	if err != nil {
		return fmt.Errorf("making the trust file: %w", err)
	}
	// Whoever verifies meanwhile reads the old file or the new one.
	if err := os.WriteFile(path+".new", trust, 0o644); err != nil {
		return fmt.Errorf("writing the trust file: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("writing the trust file: %w", err)
	}
	return nil
}

// keepTrust writes the trust file anew whenever the log of documents has grown,
// until ctx is done: an approval can be verified as soon as it is issued.
func keepTrust(ctx context.Context, o *node.Office, path string) {
	written := ""
	for {
		news := o.Journal.News()
		head, _, err := approval.Checkpoint(ctx, o.Journal.Store)
		if err == nil && head != "" && head != written {
			if err = writeTrust(ctx, o, path); err == nil {
				written = head
			}
		}
		if err != nil && ctx.Err() == nil {
			o.Log.Error("the trust file isn't written", "path", path, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-news:
		}
	}
}

// tellTrust writes the trust file of the office that is served, says where it
// is, and keeps it up to date. An office that has issued nothing has none yet.
func (h *house) tellTrust(ctx context.Context, out io.Writer, path string) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	h.closers = append([]func(){func() { cancel(); <-ended }}, h.closers...)
	defer func() {
		go func() {
			defer close(ended)
			keepTrust(ctx, h.office, path)
		}()
	}()
	switch err := writeTrust(ctx, h.office, path); {
	case fault.IsNotNow(err):
	case err != nil:
		fmt.Fprintf(out, "The trust file isn't there: %v\n", err) // serving goes on without it
	default:
		fmt.Fprintf(out, "Approvals are verified with yitang verify FILE.pdf --trust %s\n", path)
	}
}
