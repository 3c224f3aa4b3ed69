package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/precheck"
)

// What check exits with: a contract with scripts.
const (
	nothingBlocks  = 0
	somethingStops = 1
	cannotBeRead   = 2
)

type checkExit int

func (checkExit) Error() string   { return "" }
func (e checkExit) ExitCode() int { return int(e) }

// enrichment adds to a case what the node in a folder knows of its unit and
// members, on the day on which it is judged, and gives the configuration that is
// in force there.
type enrichment func(ctx context.Context, dir string, c *dossier.Case, today calendar.Date) ([]precheck.Fact, *pack.Set, error)

// checkCommand judges a case file without a server.
func checkCommand(enrich enrichment) *cobra.Command {
	k := check{enrich: enrich}
	cmd := &cobra.Command{
		Use:   "check FILE",
		Short: "pre-check of a case file (预审案卷文件)",
		Long: `Judges one application as submission would: what blocks, what must be answered,
on what basis and how to mend it. FILE is a case file (docs/case-file.schema.json);
"-" reads standard input. It is judged on its asOf day, or today.

With --data, what the node in that folder knows of the unit and its people is
added: booklets and where they are, other trips, held papers, other applications;
and the configuration in force there judges. With --pack, that one does.

Exit status: 0 nothing blocks, 1 something does, 2 the file can't be read.`,
		Args:          cobra.ExactArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE:          func(cmd *cobra.Command, args []string) error { return k.run(cmd, args[0]) },
	}
	cmd.Flags().StringVar(&k.data, "data", "", "folder of a node whose knowledge is added")
	cmd.Flags().StringVar(&k.pack, "pack", "", "the configuration pack to judge by: a folder, a zip, or the name of one that comes with the program")
	cmd.Flags().BoolVar(&k.asJSON, "json", false, "print one JSON object")
	cmd.Flags().StringVar(&k.lang, "lang", "zh", "language of the text: zh or en")
	return cmd
}

type check struct {
	enrich enrichment
	data   string
	pack   string
	asJSON bool
	lang   string
}

func (k check) run(cmd *cobra.Command, file string) error {
	out, errOut := cmd.OutOrStdout(), cmd.ErrOrStderr()
	if k.lang != "zh" && k.lang != "en" {
		return k.unread(out, errOut, fmt.Errorf("--lang is zh or en, not %q", k.lang))
	}
	c, err := readCase(cmd.InOrStdin(), file)
	if err != nil {
		return k.unread(out, errOut, err)
	}
	asOf := c.AsOf
	if asOf.IsZero() {
		asOf = calendar.DateOf(time.Now())
	}
	set, err := judging(k.pack)
	if err != nil {
		return k.unread(out, errOut, err)
	}
	var known []precheck.Fact
	if k.data != "" {
		var there *pack.Set
		if known, there, err = k.enrich(cmd.Context(), k.data, &c, asOf); err != nil {
			return k.unread(out, errOut, fmt.Errorf("adding what %s knows: %w", k.data, err))
		}
		if k.pack == "" {
			set = there
		}
	}
	found := set.Checks.Check(c, precheck.Submit, asOf, known...)
	if k.asJSON {
		err = encodeJSON(out, found)
	} else {
		err = k.tell(out, found)
	}
	if err != nil {
		return fmt.Errorf("writing the findings: %w", err)
	}
	if found.Counts.Block > 0 {
		return checkExit(somethingStops)
	}
	return nil
}

// unusable is a pack that nothing can be judged by.
type unusable struct{ error }

// judging is the configuration of a pack laid over what the program brings; ""
// is the latter alone.
func judging(name string) (*pack.Set, error) {
	set, err := pack.Built()
	if err != nil || name == "" {
		return set, err
	}
	c, err := readPack(name)
	if err != nil {
		return nil, unusable{err}
	}
	report := node.CheckPack(set, c)
	if !report.Holds() {
		return nil, unusable{report.Mistakes}
	}
	return report.Set, nil
}

func readCase(in io.Reader, file string) (dossier.Case, error) {
	if file == "-" {
		return dossier.Read(in)
	}
	f, err := os.Open(file)
	if err != nil {
		return dossier.Case{}, err
	}
	defer f.Close()
	return dossier.Read(f)
}

func encodeJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// unread answers a file that can't be read: an object for programs, a line for
// each place for people.
func (k check) unread(out, errOut io.Writer, cause error) error {
	in := dossier.InChinese
	if k.lang == "en" {
		in = dossier.InEnglish
	}
	answer := dossier.Answer(cause, in)
	if k.asJSON {
		if err := encodeJSON(out, answer); err != nil {
			return fmt.Errorf("writing what was wrong: %w", err)
		}
		return checkExit(cannotBeRead)
	}
	what := k.say("案卷文件读不了：", "The case file can't be read:")
	if errors.As(cause, &unusable{}) {
		what = k.say("配置包用不了：", "The configuration pack can't be used:")
	}
	fmt.Fprintln(errOut, what)
	for _, e := range answer.Errors {
		line := "  " + e.Message
		if e.Field != "" {
			line = "  " + e.Field + ": " + e.Message
		}
		fmt.Fprintln(errOut, line)
	}
	return checkExit(cannotBeRead)
}

func (k check) say(zh, en string) string {
	if k.lang == "en" {
		return en
	}
	return zh
}

// tell prints the findings by how heavily they weigh, each with its place, basis and cure.
func (k check) tell(out io.Writer, found precheck.Findings) error {
	var b strings.Builder
	shown := map[precheck.Severity]int{}
	for _, f := range found.List {
		shown[f.Shown()]++
	}
	fmt.Fprintf(&b, k.say("预审（按 %s 判断，规则 %s）：", "Pre-check as of %s, rules %s: "), found.AsOf, found.RuleSet)
	fmt.Fprintf(&b, k.say("须改正 %d 项，须说明 %d 项，提示 %d 项\n", "%d to correct, %d to answer, %d to know\n"), shown[precheck.Block], shown[precheck.Warn], shown[precheck.Info])
	for _, group := range []struct {
		of     precheck.Severity
		zh, en string
	}{
		{precheck.Block, "须改正（不改正不能提交）", "To correct (nothing can be submitted before)"},
		{precheck.Warn, "须说明或核对", "To answer or compare"},
		{precheck.Info, "提示", "To know"},
	} {
		k.tellGroup(&b, k.say(group.zh, group.en), group.of, found)
	}
	waiting := 0
	for _, u := range found.Unknown {
		if u.Why == "" && u.Message.En == "" {
			waiting++
		}
	}
	if waiting > 0 {
		fmt.Fprintf(&b, k.say("\n另有 %d 项因资料未到暂不能判断。\n", "\n%d rules can't be judged yet: facts are missing.\n"), waiting)
	}
	first := true
	for _, u := range found.Unknown {
		if u.Message.En == "" {
			continue
		}
		if first {
			b.WriteString(k.say("\n未核对\n", "\nNot checked\n"))
			first = false
		}
		fmt.Fprintf(&b, "  %s  %s\n", u.Rule, k.say(u.Message.Zh, u.Message.En))
	}
	_, err := io.WriteString(out, b.String())
	return err
}

func (k check) tellGroup(b *strings.Builder, heading string, of precheck.Severity, found precheck.Findings) {
	first := true
	for _, f := range found.List {
		if f.Shown() != of {
			continue
		}
		if first {
			fmt.Fprintf(b, "\n%s\n", heading)
			first = false
		}
		words := fault.Text{Zh: f.Fix.Zh, En: f.Fix.En}
		basis := f.Basis.Text + k.say("（", " (") + f.Basis.Source + k.say("）", ")")
		if f.Basis.Unverified {
			basis += k.say("，未核实", ", unverified")
		}
		fmt.Fprintf(b, "  %s  %s\n", f.Rule, f.Field)
		fmt.Fprintf(b, "    %s\n", k.say(f.Message.Zh, f.Message.En))
		fmt.Fprintf(b, "    %s%s\n", k.say("改法：", "Mend: "), k.say(words.Zh, words.En))
		if f.Later != "" {
			fmt.Fprintf(b, k.say("    急件可先提交，提交后补办（%s）。\n", "    An urgent case is submitted without it; it follows (%s).\n"), f.Later)
		}
		fmt.Fprintf(b, "    %s%s\n", k.say("依据：", "Basis: "), basis)
	}
}
