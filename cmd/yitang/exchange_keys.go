package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// exchangeRotate stands apart from pair: nobody has to telephone for it.
func exchangeRotate(dir *string, asJSON *bool) *cobra.Command {
	return &cobra.Command{
		Use:   "rotate --data DIR",
		Short: "give this zone new keys; the next export tells the others, signed with the old one (更换密钥)",
		Long: `Draws new keys for signing and receiving. The next bundle for each paired zone
is the last one that the old key signs, and names the new ones; that zone trusts
them once it has applied it. What is on its way to the old key still opens. Keys of the national suite, if there are
any, are renewed with the others.

It is for keys that are old. Keys that somebody else may have are revoked on the
other side (yitang exchange revoke), and the two zones paired anew.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := node.Open(cmd.Context(), node.Options{Dir: *dir})
			if err != nil {
				return err
			}
			defer n.Close()
			was := n.Keys.Public().Fingerprint()
			ring, err := n.Keys.Renew(rand.Reader, time.Now())
			if err != nil {
				return err
			}
			national := ""
			if card, err := ring.PublicIn(keys.National); err == nil {
				national = card.Fingerprint()
			} else if !errors.Is(err, keys.ErrNoKeys) {
				return err
			}
			if *asJSON {
				says := map[string]any{"format": "yitang.exchange.rotate/1", "zone": n.Zone, "was": was, "fingerprint": ring.Public().Fingerprint()}
				if national != "" {
					says["national"] = national
				}
				return sayJSON(cmd.OutOrStdout(), says)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "the %s zone has new keys\nfingerprint %s\nbefore      %s\nthe next export tells the other zones\n", n.Zone, ring.Public().Fingerprint(), was)
			if national != "" {
				fmt.Fprintf(cmd.OutOrStdout(), "of the national suite %s\n", national)
			}
			return nil
		},
	}
}

func exchangeRevoke(dir *string, asJSON *bool) *cobra.Command {
	var from, fingerprint string
	cmd := &cobra.Command{
		Use:   "revoke --from ZONE --fingerprint F --data DIR",
		Short: "trust the keys of another zone no more, for good (吊销对方公钥)",
		Long: `Refuses from now on whatever the keys of that zone sign, and never pins them
again: those that are pinned, in every suite, and those that its bundles have told
of, because who has one of them may have brought in the others. The fingerprint is
that of keys that are pinned, so that nobody revokes what they don't mean. To go on, that zone draws new keys (yitang exchange
rotate), the two are paired anew (yitang pair), and it tells everything again
(yitang exchange reopen).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			z, err := zone.Parse(from)
			if err != nil {
				return err
			}
			n, err := node.Open(cmd.Context(), node.Options{Dir: *dir})
			if err != nil {
				return err
			}
			defer n.Close()
			revoked, err := n.Keys.Revoke(z, fingerprint)
			if err != nil {
				return err
			}
			all := []string{}
			for _, p := range revoked {
				all = append(all, p.Fingerprint())
			}
			if *asJSON {
				return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.revoke/1", "zone": n.Zone, "revoked": z, "fingerprint": fingerprint, "all": all})
			}
			for _, f := range all {
				fmt.Fprintf(cmd.OutOrStdout(), "the keys %s of the %s zone are trusted here no more\n", f, z)
			}
			fmt.Fprintln(cmd.OutOrStdout(), "pair the two anew, in each suite that they use")
			return nil
		},
	}
	cmd.Flags().StringVar(&from, "from", "", "internet, office or passport")
	cmd.Flags().StringVar(&fingerprint, "fingerprint", "", "of the keys that are pinned")
	must(cmd.MarkFlagRequired("from"))
	must(cmd.MarkFlagRequired("fingerprint"))
	return cmd
}
