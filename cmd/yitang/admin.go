package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// atConsole acts for the person at the machine's console, who has no account.
var atConsole = journal.Actor{Role: string(access.Administrator), Account: "console"}

func adminCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "admin", Short: "accounts, units, yearly plans, configuration (账号、单位、年度计划、配置)"}
	cmd.AddCommand(addAccountCommand(), closeAccountCommand(), openUnitCommand(), confirmOfficerCommand(), unitsCommand(), setQuotaCommand(), configCommand())
	return cmd
}

func addAccountCommand() *cobra.Command {
	var dir, login, name, unit, person string
	var roles []string
	cmd := &cobra.Command{
		Use:   "add-account --data DIR --login L --name N --role R [--role R…] [--unit U]",
		Short: "open an account; the password is read from standard input (开账号)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			password, err := bufio.NewReader(cmd.InOrStdin()).ReadString('\n')
			if err != nil && !errors.Is(err, io.EOF) {
				return fmt.Errorf("reading the password: %w", err)
			}
			n, desk, err := openWithDesk(cmd, dir)
			if err != nil {
				return err
			}
			defer n.Close()
			open := account.Open{Login: login, Name: name, Unit: unit, Person: person}
			for _, r := range roles {
				open.Roles = append(open.Roles, access.Role(r))
			}
			ctx := journal.WithActor(cmd.Context(), atConsole)
			_, err = desk.Open(ctx, journal.Order{Subject: n.Journal.NewID()}, open, strings.TrimRight(password, "\r\n"))
			if err != nil {
				return said(cmd.Context(), err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s may sign in at the %s zone\n", login, n.Zone)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder")
	cmd.Flags().StringVar(&login, "login", "", "name to sign in with")
	cmd.Flags().StringVar(&name, "name", "", "the person's name")
	cmd.Flags().StringVar(&unit, "unit", "", "id of the unit (internet zone)")
	cmd.Flags().StringVar(&person, "person", "", "id of the traveller that this account belongs to")
	cmd.Flags().StringArrayVar(&roles, "role", nil, "may be given several times")
	must(cmd.MarkFlagRequired("data"))
	must(cmd.MarkFlagRequired("login"))
	must(cmd.MarkFlagRequired("role"))
	return cmd
}

func closeAccountCommand() *cobra.Command {
	var dir, login, reason string
	cmd := &cobra.Command{
		Use:   "close-account --data DIR --login L --reason R",
		Short: "end an account and all its sessions (停用账号)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, desk, err := openWithDesk(cmd, dir)
			if err != nil {
				return err
			}
			defer n.Close()
			ctx := journal.WithActor(cmd.Context(), atConsole)
			e, found, err := account.ByLogin(ctx, n.Store, login)
			if err != nil {
				return err
			}
			if !found {
				return fmt.Errorf("nobody signs in as %s at the %s zone", login, n.Zone)
			}
			if _, err = journal.Do(ctx, n.Journal, account.Room, journal.Order{Subject: e.ID}, journal.Command[account.Account](account.Close{Reason: reason})); err != nil {
				return said(ctx, err)
			}
			if err := desk.EndAll(ctx, e.ID); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s may not sign in any more\n", login)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder")
	cmd.Flags().StringVar(&login, "login", "", "name to sign in with")
	cmd.Flags().StringVar(&reason, "reason", "", "why; it stays on record")
	must(cmd.MarkFlagRequired("data"))
	must(cmd.MarkFlagRequired("login"))
	must(cmd.MarkFlagRequired("reason"))
	return cmd
}

// said puts what is wrong with a command into a sentence that names the field.
func said(ctx context.Context, err error) error {
	fs := fault.Findings(err)
	if len(fs) == 0 {
		return err
	}
	var all []string
	for _, f := range fs {
		all = append(all, f.Field+": "+ui.Sentence(ui.With(ctx, ui.Prefs{Lang: ui.En}), f))
	}
	return errors.New(strings.Join(all, "\n"))
}

func openWithDesk(cmd *cobra.Command, dir string) (*node.Node, *account.Desk, error) {
	ring, err := keys.Load(filepath.Join(dir, "keys"))
	if err != nil {
		return nil, nil, err
	}
	ctx, o := cmd.Context(), node.Options{Dir: dir}
	switch ring.Zone() {
	case zone.Internet:
		n, err := node.OpenInternet(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return n.Node, n.Accounts, nil
	case zone.Office:
		n, err := node.OpenOffice(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return n.Node, n.Accounts, nil
	default:
		n, err := node.OpenPassport(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		return n.Node, n.Accounts, nil
	}
}
