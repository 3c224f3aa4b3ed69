package main

import (
	"context"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/quota"
	"yitang/internal/unit"
)

// inOffice runs what an administrator does in the office zone, where units and
// plans have their home; the other zones hear of it by bundle.
func inOffice(cmd *cobra.Command, dir string, do func(context.Context, *node.Office) error) error {
	n, err := node.OpenOffice(cmd.Context(), node.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer n.Close()
	ctx := journal.WithActor(cmd.Context(), atConsole)
	return said(ctx, do(ctx, n))
}

func openUnitCommand() *cobra.Command {
	var dir, kind string
	var open unit.Open
	cmd := &cobra.Command{
		Use:   "open-unit --data DIR --name N --uscc CODE --type government|institution|enterprise|other",
		Short: "put a unit on the register; prints its id (单位开户)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			open.Type = dossier.UnitType(kind)
			return inOffice(cmd, dir, func(ctx context.Context, n *node.Office) error {
				id := n.Journal.NewID()
				if _, err := journal.Do(ctx, n.Journal, unit.Room, journal.Order{Subject: id}, journal.Command[unit.Unit](open)); err != nil {
					return err
				}
				fmt.Fprintln(cmd.OutOrStdout(), id)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office zone's folder")
	cmd.Flags().StringVar(&open.Name, "name", "", "full name, as on its seal")
	cmd.Flags().StringVar(&open.NameEn, "name-en", "", "name in English")
	cmd.Flags().StringVar(&open.USCC, "uscc", "", "unified social credit code, 18 characters")
	cmd.Flags().StringVar(&kind, "type", "", "government, institution, enterprise or other")
	cmd.Flags().StringVar(&open.Level, "level", "", "primary or subordinate")
	cmd.Flags().StringVar(&open.Parent, "parent", "", "id of the unit above it")
	cmd.Flags().StringVar(&open.Address, "address", "", "postal address")
	for _, f := range []string{"data", "name", "uscc", "type"} {
		must(cmd.MarkFlagRequired(f))
	}
	return cmd
}

func confirmOfficerCommand() *cobra.Command {
	var dir, id, until string
	var confirm unit.ConfirmOfficer
	cmd := &cobra.Command{
		Use:   "confirm-officer --data DIR --unit ID --until DAY --signatory NAME",
		Short: "record that the unit's liaison officer is trained, and who signs for it (专管员备案)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var err error
			if confirm.ValidUntil, err = calendar.Parse(until); err != nil {
				return fmt.Errorf("--until: write the day as 2027-12-31")
			}
			return inOffice(cmd, dir, func(ctx context.Context, n *node.Office) error {
				_, err := journal.Do(ctx, n.Journal, unit.Room, journal.Order{Subject: id}, journal.Command[unit.Unit](confirm))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office zone's folder")
	cmd.Flags().StringVar(&id, "unit", "", "the unit's id")
	cmd.Flags().StringVar(&until, "until", "", "last day of the training's validity")
	cmd.Flags().StringVar(&confirm.Signatory, "signatory", "", "who signs for the unit")
	for _, f := range []string{"data", "unit", "until"} {
		must(cmd.MarkFlagRequired(f))
	}
	return cmd
}

func suspendUnitCommand() *cobra.Command {
	return toUnit("suspend-unit", "stop a unit's applications until it is resumed; it reads the reason (暂停单位申报)",
		func(reason string) journal.Command[unit.Unit] { return unit.Suspend{Reason: reason} })
}

func resumeUnitCommand() *cobra.Command {
	return toUnit("resume-unit", "let a suspended unit apply again (恢复单位申报)",
		func(reason string) journal.Command[unit.Unit] { return unit.Resume{Reason: reason} })
}

// toUnit is a command about a unit that wants nothing but a reason.
func toUnit(name, short string, make func(reason string) journal.Command[unit.Unit]) *cobra.Command {
	var dir, id, reason string
	cmd := &cobra.Command{
		Use:   name + " --data DIR --unit ID --reason R",
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inOffice(cmd, dir, func(ctx context.Context, n *node.Office) error {
				_, err := journal.Do(ctx, n.Journal, unit.Room, journal.Order{Subject: id}, make(reason))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office zone's folder")
	cmd.Flags().StringVar(&id, "unit", "", "the unit's id")
	cmd.Flags().StringVar(&reason, "reason", "", "why; it stays on record")
	for _, f := range []string{"data", "unit", "reason"} {
		must(cmd.MarkFlagRequired(f))
	}
	return cmd
}

func unitsCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "units --data DIR",
		Short: "list the units with their ids (列出单位)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return inOffice(cmd, dir, func(ctx context.Context, n *node.Office) error {
				all, err := unit.List(ctx, n.Store)
				if err != nil {
					return err
				}
				w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
				for _, u := range all {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.ID, u.USCC, u.Status(), u.Name)
				}
				return w.Flush()
			})
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office zone's folder")
	must(cmd.MarkFlagRequired("data"))
	return cmd
}

func setQuotaCommand() *cobra.Command {
	var dir string
	var plan quota.SetPlan
	var yuan int64
	cmd := &cobra.Command{
		Use:   "set-quota --data DIR --unit ID --year Y --groups N --people N --yuan N",
		Short: "set a unit's plan for a year (年度计划)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			plan.AmountFen = yuan * 100
			return inOffice(cmd, dir, func(ctx context.Context, n *node.Office) error {
				_, err := journal.Do(ctx, n.Journal, quota.Room, journal.Order{Subject: quota.ID(plan.Unit, plan.Year)}, journal.Command[quota.Plan](plan))
				return err
			})
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office zone's folder")
	cmd.Flags().StringVar(&plan.Unit, "unit", "", "the unit's id")
	cmd.Flags().IntVar(&plan.Year, "year", 0, "the year")
	cmd.Flags().IntVar(&plan.Groups, "groups", 0, "delegations")
	cmd.Flags().IntVar(&plan.People, "people", 0, "people in all of them")
	cmd.Flags().Int64Var(&yuan, "yuan", 0, "money, in yuan")
	for _, f := range []string{"data", "unit", "year", "groups", "people"} {
		must(cmd.MarkFlagRequired(f))
	}
	return cmd
}
