package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// demoPassword is the same for all fictional people, and printed: the demo
// holds nothing that is anybody's.
const demoPassword = "yitang-demo-2026"

// demoPeople are who one can sign in as.
var demoPeople = map[zone.Zone][]account.Open{
	zone.Internet: {
		{Login: "zhou", Name: "周岚", Unit: "demo-unit", Roles: []access.Role{access.Liaison}},
		{Login: "luo", Name: "罗知行", Unit: "demo-unit", Roles: []access.Role{access.Signatory}},
	},
	zone.Office: {
		{Login: "shou", Name: "程远", Roles: []access.Role{access.Intake, access.Reviewer}},
		{Login: "chu", Name: "李衡", Roles: []access.Role{access.Chief}},
		{Login: "zhu", Name: "方砚", Roles: []access.Role{access.Director}},
		{Login: "qian", Name: "顾青", Roles: []access.Role{access.Visa, access.Custodian}},
		{Login: "chuang", Name: "唐立", Roles: []access.Role{access.Window}},
		{Login: "guan", Name: "管理员", Roles: []access.Role{access.Administrator}},
	},
	zone.Passport: {
		{Login: "zhao", Name: "许可", Roles: []access.Role{access.PassportOfficer, access.Capture}},
	},
}

func demoCommand() *cobra.Command {
	var dir, listen string
	cmd := &cobra.Command{
		Use:   "demo [--data DIR] [--listen HOST:PORT]",
		Short: "three zones with people to sign in as (演示)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			folders := map[zone.Zone]string{}
			for _, z := range zone.All() {
				folders[z] = filepath.Join(dir, string(z))
			}
			h, err := openHouse(ctx, zone.All(), folders, listen)
			if err != nil {
				return err
			}
			defer h.close()
			out := cmd.OutOrStdout()
			for z, desk := range map[zone.Zone]*account.Desk{zone.Internet: h.internet.Accounts, zone.Office: h.office.Accounts, zone.Passport: h.passport.Accounts} {
				if err := openAccounts(ctx, desk, z); err != nil {
					return err
				}
			}
			for _, z := range zone.All() {
				fmt.Fprintf(out, "%-9s http://%s\n", z, h.addresses[z])
				for _, p := range demoPeople[z] {
					fmt.Fprintf(out, "          %-7s %s %v\n", p.Login, p.Name, p.Roles)
				}
			}
			fmt.Fprintf(out, "password for everybody: %s\nCtrl-C ends it; the data stays in %s\n", demoPassword, dir)
			return h.serve(ctx)
		},
	}
	cmd.Flags().StringVar(&dir, "data", "demo-data", "folder above the three zones")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "host and port; the other zones take the next two ports")
	return cmd
}

// openAccounts opens those that aren't there from an earlier start.
func openAccounts(ctx context.Context, desk *account.Desk, z zone.Zone) error {
	ctx = journal.WithActor(ctx, atConsole)
	for _, p := range demoPeople[z] {
		_, err := desk.Open(ctx, journal.Order{Subject: "demo-" + p.Login, Key: "demo:" + p.Login}, p, demoPassword)
		if fs := fault.Findings(err); len(fs) > 0 {
			return fmt.Errorf("opening the account %s: %s: %s", p.Login, fs[0].Field, fs[0].Key)
		}
		if err != nil {
			return fmt.Errorf("opening the account %s: %w", p.Login, err)
		}
	}
	return nil
}
