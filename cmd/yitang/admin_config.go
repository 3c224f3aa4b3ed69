package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"yitang/internal/calendar"
	"yitang/internal/config"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/packs"
)

// configExit is 1: the pack can be read and doesn't hold; 2: it can't be read.
type configExit int

func (e configExit) Error() string { return "" }
func (e configExit) ExitCode() int { return int(e) }

const (
	packDoesNotHold configExit = 1
	packUnreadable  configExit = 2
)

func configCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "config", Short: "the office's configuration pack (配置包)"}
	cmd.AddCommand(checkPackCommand(), importPackCommand(), exportPackCommand(), listPacksCommand())
	return cmd
}

// readPack takes a pack from a folder, a zip, or by the name of one that comes
// with the program.
func readPack(where string) (pack.Content, error) {
	info, err := os.Stat(where)
	switch {
	case err == nil && info.IsDir():
		return pack.ReadFiles(os.DirFS(where))
	case err == nil:
		b, err := os.ReadFile(where)
		if err != nil {
			return nil, err
		}
		c, err := pack.ReadZip(b)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", where, err)
		}
		return c, nil
	}
	if files, there := packs.Named(where); there {
		return pack.ReadFiles(files)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder or zip %s, nor a pack of that name; the nearest is %s", where, dossier.Nearest(where, packs.Names()))
	}
	return nil, err
}

func checkPackCommand() *cobra.Command {
	var dir, lang string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check DIR|FILE [--data DIR] [--json] [--lang zh|en]",
		Short: "read a pack, compile its rules and run their examples (检查配置包)",
		Long: `Exit status: 0 it may be put in force, 1 it can be read and doesn't hold,
2 it can't be read. With --data it is laid over what that office's zone has,
and says what would become of its units and its hall; without, over what the
program brings.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := readPack(args[0])
			if err != nil {
				fmt.Fprintln(cmd.ErrOrStderr(), "yitang:", err)
				return packUnreadable
			}
			report, err := checkOver(cmd.Context(), dir, c)
			if err != nil {
				return err
			}
			return tellReport(cmd.OutOrStdout(), cmd.ErrOrStderr(), report, asJSON, lang)
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office's zone folder")
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	cmd.Flags().StringVar(&lang, "lang", "en", "zh or en")
	return cmd
}

func checkOver(ctx context.Context, dir string, c pack.Content) (pack.Report, error) {
	if dir == "" {
		base, err := pack.Built()
		if err != nil {
			return pack.Report{}, err
		}
		return node.CheckPack(base, c), nil
	}
	n, err := node.OpenOffice(ctx, node.Options{Dir: dir})
	if err != nil {
		return pack.Report{}, err
	}
	defer n.Close()
	return n.CheckPack(ctx, c)
}

// packReport is what programs are told.
type packReport struct {
	Format  string      `json:"format"`
	Holds   bool        `json:"holds"`
	RuleSet string      `json:"ruleSet,omitempty"`
	Trials  int         `json:"trials"`
	Changed []string    `json:"changed"`          // rules of the base of which an example comes out otherwise
	Brings  []string    `json:"brings,omitempty"` // what its beginning changes on the register and in the hall
	Errors  []packError `json:"errors"`
}

type packError struct {
	File    string `json:"file"`
	Field   string `json:"field,omitempty"`
	Line    int    `json:"line,omitempty"`
	Message string `json:"message"`
	Nearest string `json:"nearest,omitempty"`
}

func tellReport(out, errOut io.Writer, r pack.Report, asJSON bool, lang string) error {
	exit := func() error {
		switch {
		case r.Set == nil:
			return packUnreadable
		case !r.Holds():
			return packDoesNotHold
		}
		return nil
	}
	var changed []string
	for _, t := range r.Changed {
		if len(changed) == 0 || changed[len(changed)-1] != t.Rule {
			changed = append(changed, t.Rule)
		}
	}
	if asJSON {
		told := packReport{Format: "yitang.config/1", Holds: r.Holds(), Trials: r.Trials, Changed: append([]string{}, changed...), Errors: []packError{}}
		if r.Set != nil {
			told.RuleSet = string(r.Set.Version)
		}
		for _, b := range r.Brings {
			told.Brings = append(told.Brings, inLang(b, lang))
		}
		for _, m := range r.Mistakes {
			told.Errors = append(told.Errors, packError{File: m.File, Field: m.Key, Line: m.Line, Message: inLang(m.Text, lang), Nearest: m.Nearest})
		}
		if err := encodeJSON(out, told); err != nil {
			return err
		}
		return exit()
	}
	for _, m := range r.Mistakes {
		fmt.Fprintln(errOut, m.In(lang))
	}
	if r.Holds() {
		if lang == "zh" {
			fmt.Fprintf(out, "可以生效：规则集 %s，%d条规则，%d个例子都通过\n", r.Set.Version, len(r.Set.Ref.Rules), r.Trials-len(r.Changed))
		} else {
			fmt.Fprintf(out, "it holds: rule set %s, %d rules, %d examples as they should\n", r.Set.Version, len(r.Set.Ref.Rules), r.Trials-len(r.Changed))
		}
		if len(changed) > 0 {
			if lang == "zh" {
				fmt.Fprintf(out, "因参数不同，这些规则的例子结果不同：%s\n", strings.Join(changed, "、"))
			} else {
				fmt.Fprintf(out, "examples of these rules come out otherwise with its thresholds: %s\n", strings.Join(changed, ", "))
			}
		}
		for _, b := range r.Brings {
			fmt.Fprintln(out, inLang(fault.Text{Zh: "生效时，", En: "when it begins, "}, lang)+inLang(b, lang))
		}
	}
	return exit()
}

func inLang(t fault.Text, lang string) string {
	if lang == "zh" {
		return t.Zh
	}
	return t.En
}

func importPackCommand() *cobra.Command {
	var dir, reason, day string
	cmd := &cobra.Command{
		Use:   "import DIR|FILE --data DIR --reason R [--on DAY]",
		Short: "save a pack as the office's next version (导入为新版)",
		Long: `Saves a pack of files as the next version. With --on it is put in force on
that day, if its rules and examples hold. A signature is verified and told.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := readPack(args[0])
			if err != nil {
				fmt.Fprintln(cmd.ErrOrStderr(), "yitang:", err)
				return packUnreadable
			}
			var on calendar.Date
			if day != "" {
				if on, err = calendar.Parse(day); err != nil {
					return fmt.Errorf("--on %s: write a day such as 2027-01-31", day)
				}
			}
			n, err := node.OpenOffice(cmd.Context(), node.Options{Dir: dir})
			if err != nil {
				return err
			}
			defer n.Close()
			ctx := journal.WithActor(cmd.Context(), atConsole)
			seal := c.SealedBy(n.Keys.Public().Signing)
			number, report, err := n.SavePack(ctx, journal.Order{}, c, node.SavedPack{Reason: reason, Author: atConsole.Account, Origin: config.Imported, Seal: seal})
			if report.Set == nil && len(report.Mistakes) > 0 {
				return tellReport(cmd.OutOrStdout(), cmd.ErrOrStderr(), report, false, "en")
			}
			if err != nil {
				return said(ctx, err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "saved as version %d; signature: %s\n", number, seal)
			if err := tellReport(cmd.OutOrStdout(), cmd.ErrOrStderr(), report, false, "en"); err != nil || day == "" {
				return err
			}
			if err := n.PutInForce(ctx, journal.Order{}, number, on, reason); err != nil {
				return said(ctx, err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "in force from %s\n", on)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office's zone folder")
	cmd.Flags().StringVar(&reason, "reason", "", "why; it stays on record")
	cmd.Flags().StringVar(&day, "on", "", "put it in force on this day, YYYY-MM-DD")
	must(cmd.MarkFlagRequired("data"))
	must(cmd.MarkFlagRequired("reason"))
	return cmd
}

func exportPackCommand() *cobra.Command {
	var dir, out string
	var number int
	cmd := &cobra.Command{
		Use:   "export --data DIR --out FILE.zip|DIR [--version N]",
		Short: "write the pack in force, or a version, as a signed zip or as files (导出)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := node.OpenOffice(cmd.Context(), node.Options{Dir: dir})
			if err != nil {
				return err
			}
			defer n.Close()
			if number == 0 {
				if number, err = n.Packs.Number(cmd.Context()); err != nil {
					return err
				}
			}
			c, err := n.ExportPack(cmd.Context(), number)
			if err != nil {
				return err
			}
			if strings.EqualFold(filepath.Ext(out), ".zip") {
				z, err := c.Zip()
				if err != nil {
					return err
				}
				if err := os.WriteFile(out, z, 0o644); err != nil {
					return err
				}
			} else if err := writeFiles(out, c); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "version %d is in %s\n", number, out)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office's zone folder")
	cmd.Flags().StringVar(&out, "out", "", "a zip, or a folder that isn't there yet")
	cmd.Flags().IntVar(&number, "version", 0, "which; 0: the one in force")
	must(cmd.MarkFlagRequired("data"))
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

// writeFiles never writes over what somebody is working on.
func writeFiles(dir string, c pack.Content) error {
	if _, err := os.Stat(dir); err == nil {
		return fmt.Errorf("%s is there already; give a folder that isn't", dir)
	}
	for _, name := range c.Names() {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, c[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

func listPacksCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "list --data DIR",
		Short: "the office's versions, and which is in force from when (各版与生效日)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			n, err := node.OpenOffice(ctx, node.Options{Dir: dir})
			if err != nil {
				return err
			}
			defer n.Close()
			rows, err := config.List(ctx, n.Store, 0, 1000)
			if err != nil {
				return err
			}
			begins, err := config.Begins(ctx, n.Store)
			if err != nil {
				return err
			}
			for _, r := range rows {
				fmt.Fprintf(cmd.OutOrStdout(), "%d  %s  %s  %s  %s\n", r.Number, calendar.DateOf(r.At), r.RuleSet, r.Author, r.Reason)
				for _, b := range begins {
					if b.Number == r.Number && b.Back.IsZero() {
						fmt.Fprintf(cmd.OutOrStdout(), "   in force from %s\n", b.On)
					}
				}
				if r.Mistakes > 0 {
					fmt.Fprintf(cmd.OutOrStdout(), "   %d mistakes\n", r.Mistakes)
				}
			}
			if len(rows) == 0 {
				fmt.Fprintln(cmd.OutOrStdout(), "none was saved: what the program brings is in force")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office's zone folder")
	must(cmd.MarkFlagRequired("data"))
	return cmd
}
