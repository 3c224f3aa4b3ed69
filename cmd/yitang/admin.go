package main

import (
	"context"
	"errors"
	"fmt"
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
	cmd.AddCommand(addAccountCommand(), setPasswordCommand(), setRolesCommand(), closeAccountCommand(),
		openUnitCommand(), confirmOfficerCommand(), suspendUnitCommand(), resumeUnitCommand(), unitsCommand(), setQuotaCommand(), configCommand())
	return cmd
}

func addAccountCommand() *cobra.Command {
	var dir, login, name, unit, person string
	var names []string
	cmd := &cobra.Command{
		Use:   "add-account --data DIR --login L --name N --role R [--role R…] [--unit U]",
		Short: "open an account; the password is asked for at the terminal, or read from standard input (开账号)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			password, err := newPassword(cmd, login)
			if err != nil {
				return err
			}
			n, desk, err := openWithDesk(cmd, dir)
			if err != nil {
				return err
			}
			defer n.Close()
			open := account.Open{Login: login, Name: name, Roles: roles(names), Unit: unit, Person: person}
			ctx := journal.WithActor(cmd.Context(), atConsole)
			_, err = desk.Open(ctx, journal.Order{Subject: n.Journal.NewID()}, open, password)
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
	cmd.Flags().StringArrayVar(&names, "role", nil, "may be given several times")
	must(cmd.MarkFlagRequired("data"))
	must(cmd.MarkFlagRequired("login"))
	must(cmd.MarkFlagRequired("role"))
	return cmd
}

// toAccount is a command about one account that is there; do gets its id.
func toAccount(cmd *cobra.Command, do func(context.Context, *node.Node, *account.Desk, string) error) *cobra.Command {
	var dir, login string
	cmd.Args = cobra.NoArgs
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
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
		return said(ctx, do(ctx, n, desk, e.ID))
	}
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder")
	cmd.Flags().StringVar(&login, "login", "", "name to sign in with")
	must(cmd.MarkFlagRequired("data"))
	must(cmd.MarkFlagRequired("login"))
	return cmd
}

func setPasswordCommand() *cobra.Command {
	var cmd *cobra.Command
	cmd = toAccount(&cobra.Command{
		Use:   "set-password --data DIR --login L",
		Short: "give an account another password, asked for at the terminal or read from standard input; its sessions end (重设密码)",
	}, func(ctx context.Context, _ *node.Node, desk *account.Desk, id string) error {
		password, err := newPassword(cmd, cmd.Flag("login").Value.String())
		if err != nil {
			return err
		}
		return desk.SetPassword(ctx, journal.Order{Subject: id}, password)
	})
	return cmd
}

func setRolesCommand() *cobra.Command {
	var names []string
	cmd := toAccount(&cobra.Command{
		Use:   "set-roles --data DIR --login L --role R [--role R…]",
		Short: "say what an account is there for from now on (调整职责)",
	}, func(ctx context.Context, n *node.Node, _ *account.Desk, id string) error {
		_, err := journal.Do(ctx, n.Journal, account.Room, journal.Order{Subject: id}, journal.Command[account.Account](account.ChangeRoles{Roles: roles(names)}))
		return err
	})
	cmd.Flags().StringArrayVar(&names, "role", nil, "may be given several times; roles that aren't named are taken away")
	must(cmd.MarkFlagRequired("role"))
	return cmd
}

func roles(names []string) []access.Role {
	var out []access.Role
	for _, n := range names {
		out = append(out, access.Role(n))
	}
	return out
}

func closeAccountCommand() *cobra.Command {
	var reason string
	cmd := toAccount(&cobra.Command{
		Use:   "close-account --data DIR --login L --reason R",
		Short: "end an account and all its sessions (停用账号)",
	}, func(ctx context.Context, n *node.Node, desk *account.Desk, id string) error {
		if _, err := journal.Do(ctx, n.Journal, account.Room, journal.Order{Subject: id}, journal.Command[account.Account](account.Close{Reason: reason})); err != nil {
			return err
		}
		return desk.EndAll(ctx, id)
	})
	cmd.Flags().StringVar(&reason, "reason", "", "why; it stays on record")
	must(cmd.MarkFlagRequired("reason"))
	return cmd
}

// said puts what is wrong with a command into a sentence that names the field.
func said(ctx context.Context, err error) error {
	ctx = ui.With(ctx, ui.Prefs{Lang: ui.En})
	var notNow *fault.NotNowError
	if errors.As(err, &notNow) && notNow.Cause == nil && ui.Known(notNow.Key) {
		return errors.New(ui.TMap(ctx, notNow.Key, notNow.Args))
	}
	fs := fault.Findings(err)
	if len(fs) == 0 {
		return err
	}
	var all []string
	for _, f := range fs {
		all = append(all, f.Field+": "+ui.Sentence(ctx, f))
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
