package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/exchange"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// suiteOrder is what the operator wants of `yitang exchange suite`.
type suiteOrder struct {
	draw        bool
	from, take  string
	to, use     string
	fingerprint string
	told        bool
}

// exchangeSuite shows and changes in which suite each stream is. The two ends of
// a change are told apart by the words: who receives takes, who sends uses.
func exchangeSuite(dir *string, asJSON *bool) *cobra.Command {
	var o suiteOrder
	cmd := &cobra.Command{
		Use:   "suite [--draw | --from ZONE --take SUITE --fingerprint F | --to ZONE --use SUITE --fingerprint F [--told]] --data DIR",
		Short: "by which algorithms each stream is signed and encrypted; change them (密码套件：国际、国密)",
		Long: `Without more, shows for each stream its suite (international/1: Ed25519, SHA-256,
age; national/1: SM2, SM3, SM4), what was agreed to, and the fingerprints of keys.

A stream changes its suite when both zones agree, in this order:
 1. both, once: --draw makes keys of the national suite. The next export tells the
    other zones of them, signed with the keys of today; or carry them as
    yitang pair --suite national/1 --show FILE writes them.
 2. the receiver of the stream agrees: --from ZONE --take SUITE, with the fingerprint
    that the sender's operator reads out. Its next export tells the sender.
 3. its sender begins: --to ZONE --use SUITE, with the receiver's fingerprint. The
    next export begins a new epoch and tells everything again; what is known
    already isn't taken twice. Where there is no way back, --told says that the
    other operator has agreed by telephone.
The other direction is a stream of its own. Back to international/1 goes alike.
To take the suite in which a stream is takes an agreement back.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := node.Open(cmd.Context(), node.Options{Dir: *dir})
			if err != nil {
				return err
			}
			defer n.Close()
			did, err := o.obey(cmd, n)
			if err != nil {
				return err
			}
			return saySuites(cmd, n, did, *asJSON)
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.draw, "draw", false, "make keys of the national suite")
	f.StringVar(&o.from, "from", "", "the zone whose stream may be in another suite")
	f.StringVar(&o.take, "take", "", "the suite to which this zone agrees")
	f.StringVar(&o.to, "to", "", "the zone to which the stream is to be in another suite")
	f.StringVar(&o.use, "use", "", "that suite")
	f.StringVar(&o.fingerprint, "fingerprint", "", "of the other zone's keys of that suite, as its operator reads it out")
	f.BoolVar(&o.told, "told", false, "the other operator has agreed otherwise than by a bundle")
	cmd.MarkFlagsRequiredTogether("from", "take")
	cmd.MarkFlagsRequiredTogether("to", "use")
	cmd.MarkFlagsMutuallyExclusive("draw", "from", "to")
	cmd.MarkFlagsMutuallyExclusive("from", "told")
	return cmd
}

// obey does what was wanted and says it in a sentence.
func (o suiteOrder) obey(cmd *cobra.Command, n *node.Node) (string, error) {
	if o.draw {
		ring, err := n.Keys.Draw(rand.Reader, time.Now())
		if errors.Is(err, fs.ErrExist) {
			return "", errors.New("this zone has keys of the national suite already; to renew them: yitang exchange rotate")
		}
		if err != nil {
			return "", err
		}
		n.Keys = ring
		return "this zone has keys of the national suite; the next export tells the other zones", nil
	}
	other, suite := o.from+o.to, o.take+o.use
	if other == "" {
		return "", nil
	}
	z, err := zone.Parse(other)
	if err != nil {
		return "", err
	}
	s, err := keys.ParseSuite(suite)
	if err != nil {
		return "", err
	}
	if err := pinAs(n.Keys, z, s, o.fingerprint); err != nil {
		return "", err
	}
	x, err := n.Exchange(cmd.Context())
	if err != nil {
		return "", err
	}
	if o.from != "" {
		if err := x.AgreeSuite(cmd.Context(), z, s); err != nil {
			return "", err
		}
		return fmt.Sprintf("the stream from the %s zone may be in suite %s from its next epoch on; the next export tells that zone", z, s), nil
	}
	epoch, err := x.BeginSuite(cmd.Context(), z, s, o.told)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("epoch %d begins in suite %s: the next export tells the %s zone everything again", epoch, s, z), nil
}

// pinAs makes sure that the keys of a zone in a suite are those whose fingerprint
// was read out: pinned already, or told of in a bundle and pinned now.
func pinAs(ring *keys.Ring, z zone.Zone, s keys.Suite, fingerprint string) error {
	known, err := ring.PeerIn(z, s)
	told := errors.Is(err, fs.ErrNotExist)
	if told {
		known, err = ring.Announced(z, s)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("nothing is known here of the %s zone's keys of suite %s: its operator draws them (yitang exchange suite --draw), and its next bundle tells of them, or yitang pair", z, s)
	}
	if err != nil {
		return err
	}
	if known.Fingerprint() != fingerprint {
		return fmt.Errorf("the keys of the %s zone of suite %s that are known here have the fingerprint %s, not the one given: ask the other operator before anything is changed", z, s, known.Fingerprint())
	}
	if told {
		return ring.Pin(known)
	}
	return nil
}

func saySuites(cmd *cobra.Command, n *node.Node, did string, asJSON bool) error {
	x, err := n.Exchange(cmd.Context())
	if err != nil {
		return err
	}
	s, err := x.Status(cmd.Context())
	if err != nil {
		return err
	}
	known, err := n.Keys.Known(x.Peers()...)
	if err != nil {
		return err
	}
	if asJSON {
		streams := []map[string]any{}
		for i, o := range s.Outgoing {
			in := s.Incoming[i]
			streams = append(streams, map[string]any{"from": s.Zone, "to": o.To, "suite": o.Suite, "agreed": o.Takes}, map[string]any{"from": in.From, "to": s.Zone, "suite": in.Suite, "agreed": in.Agreed})
		}
		return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.exchange.suite/1", "zone": s.Zone, "did": did, "streams": streams, "keys": known})
	}
	printSuites(cmd.OutOrStdout(), s, known, did)
	return nil
}

func printSuites(w io.Writer, s exchange.Status, known []keys.Known, did string) {
	if did != "" {
		fmt.Fprintln(w, did)
	}
	for i, o := range s.Outgoing {
		fmt.Fprintf(w, "%s to %s: %s", s.Zone, o.To, o.Suite)
		if o.Takes != "" {
			fmt.Fprintf(w, "; the %s zone takes %s from the next epoch on (--to %s --use %s begins it)", o.To, o.Takes, o.To, o.Takes)
		}
		fmt.Fprintln(w)
		in := s.Incoming[i]
		fmt.Fprintf(w, "%s to %s: %s", in.From, s.Zone, in.Suite)
		if in.Agreed != "" {
			fmt.Fprintf(w, "; here %s was agreed to for the next epoch", in.Agreed)
		}
		fmt.Fprintln(w)
	}
	for _, k := range known {
		state := map[keys.Trust]string{keys.Own: "this zone's", keys.Pinned: "trusted here", keys.Told: "told of in a bundle, not trusted yet"}[k.Trust]
		fmt.Fprintf(w, "%-8s %-15s %s  %s\n", k.Zone, k.Suite, k.Fingerprint, state)
	}
}
