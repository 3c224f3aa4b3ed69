package main

import (
	"bufio"
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
	"yitang/internal/zone"
)

// atConsole acts for the person at the machine's console, who has no account.
var atConsole = journal.Actor{Role: string(access.Administrator), Account: "console"}

func adminCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "admin", Short: "accounts of a zone (账号管理)"}
	cmd.AddCommand(addAccountCommand())
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
			if fs := fault.Findings(err); len(fs) > 0 {
				return fmt.Errorf("%s: %s", fs[0].Field, fs[0].Key)
			}
			if err != nil {
				return err
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
