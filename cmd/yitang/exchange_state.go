package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"yitang/internal/exchange"
	"yitang/internal/zone"
)

// exchangeState lets two operators find out by telephone whether the one knows all
// that the other told.
func exchangeState(dir *string, asJSON *bool) *cobra.Command {
	var to string
	var bundle int64
	cmd := &cobra.Command{
		Use:   "state [--to ZONE --bundle N] --data DIR",
		Short: "do both ends of a stream know the same? a digest to read out (网间对账)",
		Long: `Adds up what this zone knows of each other one, and what each other one must know
of it: how many events, up to which bundle, and a digest over them. For one
direction and one bundle both ends print the same digest, or something is missing,
added or changed on one side. The sender can be asked of an earlier bundle of its
epoch, when the receiver's is another than the newest with a receipt:
--to ZONE --bundle N. A zone that lost everything and was told all again prints
what it printed before.

What a receiver set aside (yitang exchange held) it doesn't know.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withExchange(cmd.Context(), *dir, func(x *exchange.Exchange) error {
				all, err := statesOf(cmd.Context(), x, to, bundle)
				if err != nil {
					return err
				}
				if *asJSON {
					return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.state/1", "zone": x.Zone(), "states": all})
				}
				printStates(cmd.OutOrStdout(), x.Zone(), all)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "only what this zone was told, up to the bundle")
	cmd.Flags().Int64Var(&bundle, "bundle", 0, "its number in the epoch that lasts")
	cmd.MarkFlagsRequiredTogether("to", "bundle")
	return cmd
}

func statesOf(ctx context.Context, x *exchange.Exchange, to string, bundle int64) ([]exchange.Knowledge, error) {
	if to != "" {
		z, err := zone.Parse(to)
		if err != nil {
			return nil, err
		}
		if bundle < 1 || !(exchange.Stream{From: x.Zone(), To: z}).Exists() {
			return nil, errors.New("name a zone that this one tells, and a bundle from 1 on")
		}
		k, err := x.Told(ctx, z, bundle)
		return []exchange.Knowledge{k}, err
	}
	var all []exchange.Knowledge
	for _, peer := range x.Peers() {
		told, err := x.Told(ctx, peer, 0)
		if err != nil {
			return nil, err
		}
		known, err := x.Known(ctx, peer)
		if err != nil {
			return nil, err
		}
		all = append(all, told, known)
	}
	return all, nil
}

func printStates(w io.Writer, here zone.Zone, all []exchange.Knowledge) {
	for _, k := range all {
		what := "known of " + string(k.Stream.From)
		if k.Stream.From == here {
			what = "told to " + string(k.Stream.To)
		}
		fmt.Fprintf(w, "%-18s up to bundle %d of epoch %d: %d events, state %s\n", what, k.Sequence, k.Epoch, k.Events, k.State)
	}
}
