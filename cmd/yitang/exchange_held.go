package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/exchange"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

func exchangeHeld(dir *string, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use:   "held --data DIR",
		Short: "what the release policy holds back, and what came and wasn't taken: two people let it go (网间暂扣)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withExchange(cmd.Context(), *dir, func(x *exchange.Exchange) error {
				all, err := x.Held(cmd.Context())
				if err != nil {
					return err
				}
				if *asJSON {
					return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.held/1", "zone": x.Zone(), "held": append([]exchange.Held{}, all...)})
				}
				printHeld(cmd.OutOrStdout(), all)
				return nil
			})
		},
	}
}

var heldBecause = map[string]string{
	exchange.NotPermitted:   "the release policy doesn't let this kind go, or come",
	exchange.ForPeople:      "the release policy leaves this kind to two people",
	exchange.Behind:         "waits behind an earlier record of the same subject",
	exchange.AfterDiscarded: "an earlier record of the same subject was thrown away: two people decide",
	exchange.ForRoom:        "the release policy lets this kind go now; leaves in its turn as the limits have room",
}

// because is why something is held, in a sentence.
func because(reason string) string {
	if why, known := heldBecause[reason]; known {
		return why
	}
	return reason
}

func printHeld(w io.Writer, all []exchange.Held) {
	for _, h := range all {
		why := because(h.Reason)
		if s := h.Slowed; s != nil {
			why = fmt.Sprintf("%d records wait: as much was sent in %s as the policy allows; goes on %s at the earliest", h.Waiting, s.Per, s.Again.Format(time.RFC3339))
		}
		fmt.Fprintf(w, "%s  %s %s: %s", h.Key, h.Kind, h.Subject, why)
		switch h.Stage {
		case exchange.Asked:
			fmt.Fprintf(w, " (%s asked for by %s: %s; a second person decides)", h.Want, h.AskedBy, h.Why)
		case exchange.Given:
			fmt.Fprint(w, " (let go)")
		case exchange.TurnedDown, exchange.Failed:
			fmt.Fprintf(w, " (%s: %s)", h.Stage, h.Answer)
		case exchange.NobodyAsked:
		}
		fmt.Fprintln(w)
	}
	if len(all) == 0 {
		fmt.Fprintln(w, "nothing is held")
	}
}

func exchangeRelease(dir *string, asJSON *bool) *cobra.Command {
	var login, why, agree string
	var discard, refuse bool
	cmd := &cobra.Command{
		Use:   "release KEY --as LOGIN (--reason R [--discard] | --agree release|discard | --refuse --reason R) --data DIR",
		Short: "let go what is held: one person asks, another agrees or refuses; the password is asked for at the terminal, or read from standard input (两人放行)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if agree != "" && (refuse || discard) || refuse && discard {
				return errors.New("--agree, --refuse and --discard say three different things: give one")
			}
			passwords, err := readPasswords(cmd, []string{login})
			if err != nil {
				return err
			}
			n, desk, err := openWithDesk(cmd, *dir)
			if err != nil {
				return err
			}
			defer n.Close()
			ctx, err := deciding(cmd.Context(), desk, login, passwords[0], access.ReleaseHeld)
			if err != nil {
				return said(cmd.Context(), err)
			}
			x, err := n.Exchange(ctx)
			if err != nil {
				return err
			}
			o, did := journal.Order{Subject: args[0]}, "asked: another person agrees or refuses"
			switch {
			case agree != "":
				did, err = agreeTo(ctx, cmd.ErrOrStderr(), x, o, exchange.Want(agree))
			case refuse:
				err, did = x.TurnDown(ctx, o, why), "refused: it stays held"
			case discard:
				err = x.Ask(ctx, o, exchange.Discard, why)
			default:
				err = x.Ask(ctx, o, exchange.LetGo, why)
			}
			if fault.IsNotFound(err) {
				return fmt.Errorf("nothing is held as %s: yitang exchange held lists what is", args[0])
			}
			if err != nil {
				return said(ctx, err)
			}
			if *asJSON {
				return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.release/1", "key": args[0], "did": did})
			}
			fmt.Fprintln(cmd.OutOrStdout(), did)
			return nil
		},
	}
	cmd.Flags().StringVar(&login, "as", "", "login of whoever decides: an administrator, a chief or somebody of the passport desk of this zone")
	cmd.Flags().StringVar(&why, "reason", "", "why; the second person and auditors read it")
	cmd.Flags().BoolVar(&discard, "discard", false, "ask to throw away what came; its home still has it")
	cmd.Flags().StringVar(&agree, "agree", "", "agree with who asked, naming what for: release or discard")
	cmd.Flags().BoolVar(&refuse, "refuse", false, "don't agree, or take back what was asked")
	must(cmd.MarkFlagRequired("as"))
	return cmd
}

var agreedTo = map[exchange.Became]string{
	exchange.Leaves:    "agreed: it leaves with the next bundle",
	exchange.GoesOn:    "agreed: the stream goes on",
	exchange.Taken:     "agreed: it was taken in",
	exchange.Discarded: "agreed: it was thrown away",
	exchange.StillOut:  "agreed, but it still can't be taken in: it stays held, with the reason",
	exchange.NextInRow: "agreed: it is taken in when the earlier record of its subject is settled",
}

// agreeTo is the second person, who names what was asked for and so has read it; it
// is said once more, with the reason, and what was asked for since isn't agreed to.
func agreeTo(ctx context.Context, w io.Writer, x *exchange.Exchange, o journal.Order, want exchange.Want) (string, error) {
	h, err := x.HeldOne(ctx, o.Subject)
	if err != nil {
		return "", err
	}
	if h.Stage == exchange.Asked {
		fmt.Fprintf(w, "%s was asked for by %s: %s\n", h.Want, h.AskedBy, h.Why)
		if want != h.Want {
			return "", fmt.Errorf("what was asked for is to %s it: to agree with that say --agree %s", h.Want, h.Want)
		}
	}
	o.Seen = journal.At(h.Version)
	became, err := x.Agree(ctx, o)
	return agreedTo[became], err
}

// deciding signs somebody in for one act: two people must have been there.
func deciding(ctx context.Context, desk *account.Desk, login, password string, right access.Right) (context.Context, error) {
	token, err := desk.SignIn(ctx, login, password, "console")
	if err != nil {
		return ctx, err
	}
	who, err := desk.Who(ctx, token)
	if err == nil {
		err = desk.SignOut(ctx, token)
	}
	if err == nil {
		err = access.Check(who, right, access.Object{})
	}
	return journal.WithActor(ctx, journal.Actor{Role: string(who.As(right)), Account: who.Account}), err
}
