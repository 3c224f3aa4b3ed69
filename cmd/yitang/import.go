package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"yitang/internal/node"
	"yitang/internal/unit"
	sheets "yitang/internal/web/sheet"
	"yitang/internal/web/ui"
)

// What import exits with: a contract with scripts.
const (
	everythingIsIn = 0
	somethingBack  = 1
	fileUnreadable = 2
)

// importCommand reads a file of people into a unit's register.
func importCommand() *cobra.Command {
	var k importing
	cmd := &cobra.Command{
		Use:   "import FILE --data DIR --unit ID",
		Short: "read people from a spreadsheet (导入人员)",
		Long: `Reads people from XLSX or CSV into a unit's register, as the page does: each
doubt is told with its cell, reason and cure, rows in order go in, the others
stay out. People who are held are recognised by their identity number; what is
held of them changes only with --update. Doing it twice does nothing twice.

--data is the folder of the internet zone, which isn't being served meanwhile.
--back writes the rows that stay out to a workbook, with the reasons.

Exit status: 0 every row is in order, 1 some rows have to be mended, 2 the file
or the unit can't be read. With --json one object is printed (yitang.import/1;
yitang.errors/1 with status 2).`,
		Args:          cobra.ExactArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, args []string) error { return k.run(cmd, args[0]) },
	}
	cmd.Flags().StringVar(&k.data, "data", "", "the internet zone's folder")
	cmd.Flags().StringVar(&k.unit, "unit", "", "id of the unit whose people they are")
	cmd.Flags().StringVar(&k.back, "back", "", "write the rows to be mended to this XLSX")
	cmd.Flags().BoolVar(&k.update, "update", false, "change what is held as the file says")
	cmd.Flags().BoolVar(&k.dry, "dry-run", false, "say what would happen, store nothing")
	cmd.Flags().BoolVar(&k.asJSON, "json", false, "print one JSON object")
	cmd.Flags().StringVar(&k.lang, "lang", "zh", "language of the text: zh or en")
	must(cmd.MarkFlagRequired("data"))
	must(cmd.MarkFlagRequired("unit"))
	return cmd
}

type importing struct {
	data, unit, back, lang string
	update, dry, asJSON    bool
}

func (k importing) run(cmd *cobra.Command, file string) error {
	lang := ui.ZhHans
	if k.lang == "en" {
		lang = ui.En
	}
	ctx := ui.With(cmd.Context(), ui.Prefs{Lang: lang})
	data, err := os.ReadFile(file)
	if err != nil {
		return k.unread(cmd, err)
	}
	n, err := node.OpenInternet(ctx, node.Options{Dir: k.data, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return k.unread(cmd, err)
	}
	defer n.Close()
	if _, err := unit.One(ctx, n.Store, k.unit); err != nil {
		return k.unread(cmd, fmt.Errorf("unit %s isn't known in this zone: %w", k.unit, err))
	}
	ran, back, err := sheets.Run(ctx, n, sheets.Console{Unit: k.unit, Name: filepath.Base(file), Update: k.update, Dry: k.dry}, data)
	if words, refused := sheets.Refused(ctx, err); refused {
		return k.unread(cmd, errors.New(words))
	}
	if err != nil {
		return err
	}
	if k.back != "" && back != nil {
		if err := os.WriteFile(k.back, back, 0o600); err != nil {
			return fmt.Errorf("writing the rows to be mended: %w", err)
		}
	}
	if err := k.tell(ctx, cmd.OutOrStdout(), ran); err != nil {
		return fmt.Errorf("writing what was done: %w", err)
	}
	if ran.Back > 0 {
		return checkExit(somethingBack)
	}
	return nil
}

func (k importing) tell(ctx context.Context, out io.Writer, ran sheets.Ran) error {
	if k.asJSON {
		return encodeJSON(out, ran)
	}
	for _, n := range ran.Notes {
		fmt.Fprintln(out, n)
	}
	for _, d := range ran.Doubts {
		if d.Stops {
			fmt.Fprintf(out, "%s  %s  %s\n", d.Cell, d.Text, d.Fix)
		}
	}
	_, err := fmt.Fprintln(out, ui.T(ctx, "imports.console", "Rows", ran.Rows, "New", ran.New, "Changed", ran.Changed, "Held", ran.Held, "Differ", ran.Differ, "Back", ran.Back))
	return err
}

// unread answers what can't be read at all, in the shape that check uses.
func (k importing) unread(cmd *cobra.Command, cause error) error {
	if k.asJSON {
		type place struct {
			Field   string `json:"field"`
			Message string `json:"message"`
		}
		answer := struct {
			Format string  `json:"format"`
			Errors []place `json:"errors"`
		}{"yitang.errors/1", []place{{"file", cause.Error()}}}
		if err := encodeJSON(cmd.OutOrStdout(), answer); err != nil {
			return fmt.Errorf("writing what was wrong: %w", err)
		}
	} else {
		fmt.Fprintln(cmd.ErrOrStderr(), cause)
	}
	return checkExit(fileUnreadable)
}
