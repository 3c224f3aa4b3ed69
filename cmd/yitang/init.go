package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/zone"
)

func initCommand() *cobra.Command {
	var dir, zoneName, packName string
	var settings node.Settings
	cmd := &cobra.Command{
		Use:   "init --zone internet|office|passport --data DIR [--pack NAME|DIR|FILE] [--office NAME --office-key KEY] [--database URL] [--url URL --trusted-proxy ADDRESSES] [--verify-url URL]",
		Short: "make a zone's folder and keys (建立一个网的数据目录和密钥)",
		Long: `The office's name stands on every approval and in the certificate that it is
signed with, so the office's zone is not made without one; a configuration pack
brings it, and is in force from the first start. With --database the
zone keeps its journal in PostgreSQL; files and keys stay in the folder.

What stands before the site may be decided now or later, and again: --url,
--trusted-proxy, for the internet zone --practice-url and, for the office,
--verify-url.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			z, err := zone.Parse(zoneName)
			if err != nil {
				return err
			}
			o := node.Options{Dir: dir}
			if packName != "" {
				if o.Pack, err = readPack(packName); err != nil {
					return err
				}
				if settings, err = namedBy(o.Pack, z, settings); err != nil {
					return err
				}
			}
			if err := decide(z, dir, settings); err != nil {
				return err
			}
			if err := node.Init(z, o); err != nil {
				return err
			}
			ring, err := keys.Load(filepath.Join(dir, "keys"))
			if err != nil {
				return err
			}
			if ring.Zone() != z {
				return fmt.Errorf("%s belongs to the %s zone already", dir, ring.Zone())
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s zone in %s\nfingerprint %s\n", z, dir, ring.Public().Fingerprint())
			if s, err := node.LoadSettings(dir); err == nil && z == zone.Office && s.VerifyURL == "" {
				fmt.Fprintln(cmd.OutOrStdout(), "nobody has said yet where documents are verified: give --verify-url, the internet zone's public page")
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&zoneName, "zone", "", "internet, office or passport")
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder")
	cmd.Flags().StringVar(&settings.Office, "office", "", "the office's name, as it stands on documents (office zone)")
	cmd.Flags().StringVar(&settings.OfficeKey, "office-key", "", "short name of the document log, in Latin letters: chengdu-fao (office zone)")
	cmd.Flags().StringVar(&packName, "pack", "", "the configuration pack that the office begins with: a folder, a zip, or the name of one that comes with the program (office zone)")
	cmd.Flags().StringVar(&settings.Database, "database", "", "postgres://…; without it the zone keeps its journal in its folder")
	frontFlags(cmd, &settings)
	cmd.Flags().StringVar(&settings.VerifyURL, "verify-url", "", "what documents say of where they are verified, the internet zone's public page: https://waiban.example.cn/v/ (office zone)")
	must(cmd.MarkFlagRequired("zone"))
	must(cmd.MarkFlagRequired("data"))
	return cmd
}

// namedBy takes the office's name from its pack, where none is given.
func namedBy(c pack.Content, z zone.Zone, s node.Settings) (node.Settings, error) {
	if z != zone.Office {
		return s, fmt.Errorf("--pack belongs to the office zone: the others hear of it from there")
	}
	base, err := pack.Built()
	if err != nil {
		return s, err
	}
	report := node.CheckPack(base, c)
	if !report.Holds() {
		return s, report.Mistakes
	}
	if s.Office == "" {
		s.Office, s.OfficeKey = report.Set.Office.Name.Zh, report.Set.Office.Key
	} else if _, own := c["office.yaml"]; own && s.Office != report.Set.Office.Name.Zh {
		return s, fmt.Errorf("--office says %s and the pack %s: give one of them", s.Office, report.Set.Office.Name.Zh)
	}
	return s, nil
}

var officeKeys = regexp.MustCompile(`^[a-z][a-z0-9-]{2,40}$`)

// decide writes a zone's settings. A signed document can't change its issuer,
// nor a journal its database; what stands before the site can.
func decide(z zone.Zone, dir string, s node.Settings) error {
	had, err := node.LoadSettings(dir)
	if err != nil {
		return err
	}
	if z == zone.Office && had.Office == "" {
		if strings.TrimSpace(s.Office) == "" {
			return fmt.Errorf("give the office's name with --office: it stands on every approval")
		}
		if !officeKeys.MatchString(s.OfficeKey) {
			return fmt.Errorf("give --office-key, 3 to 41 small letters, figures and hyphens, such as chengdu-fao: it names the log of issued documents")
		}
	}
	if err := s.Check(); err != nil {
		return err
	}
	if s.VerifyURL != "" && z != zone.Office {
		return fmt.Errorf("--verify-url belongs to the office zone: it signs the documents")
	}
	next := had
	if _, err := keys.Load(filepath.Join(dir, "keys")); errors.Is(err, keys.ErrNone) && had.Carriers == nil {
		next.HandCarried = cmp.Or(had.HandCarried, node.HandCarriedAtFirst(z))
	}
	if s.PracticeURL != "" && z != zone.Internet {
		return fmt.Errorf("--practice-url belongs to the internet zone: its units' officers practise")
	}
	next.URL, next.Proxies, next.VerifyURL, next.PracticeURL = cmp.Or(s.URL, had.URL), cmp.Or(s.Proxies, had.Proxies), cmp.Or(s.VerifyURL, had.VerifyURL), cmp.Or(s.PracticeURL, had.PracticeURL)
	if once(had) == (node.Settings{}) {
		next.Office, next.OfficeKey, next.Database = s.Office, s.OfficeKey, s.Database
	} else if once(s) != (node.Settings{}) && once(s) != once(had) {
		return fmt.Errorf("%s is set up already, with other settings: look into node.yaml there", dir)
	}
	if next == had {
		return nil
	}
	return next.Save(dir)
}

// once is what is decided for good.
func once(s node.Settings) node.Settings {
	return node.Settings{Database: s.Database, Office: s.Office, OfficeKey: s.OfficeKey}
}

func pairCommand() *cobra.Command {
	var dir, show, with, fingerprint string
	suite := string(keys.International)
	cmd := &cobra.Command{
		Use:   "pair --data DIR (--show FILE | --with FILE --fingerprint F)",
		Short: "exchange public keys with another zone (两网互认公钥)",
		Long: `With --show, writes this zone's public key to a file that is carried to the
other zone. With --with, trusts the key in a file that came from there, once the
fingerprint read out by telephone is typed in. Keys of the national suite, once
they were drawn (yitang exchange suite --draw), are shown with --suite national/1
and trusted in the same way.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ring, err := keys.Load(filepath.Join(dir, "keys"))
			if err != nil {
				return err
			}
			switch {
			case show != "" && with == "":
				s, err := keys.ParseSuite(suite)
				if err != nil {
					return err
				}
				card, err := ring.PublicIn(s)
				if err != nil {
					return err
				}
				text, err := card.Encode()
				if err != nil {
					return err
				}
				if err := os.WriteFile(show, text, 0o644); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s zone's public key is in %s\nread this fingerprint to the other side: %s\n", ring.Zone(), show, card.Fingerprint())
				return nil
			case with != "" && show == "":
				text, err := os.ReadFile(with)
				if err != nil {
					return err
				}
				peer, err := keys.ParsePublic(text)
				if err != nil {
					return err
				}
				if fingerprint != peer.Fingerprint() {
					return fmt.Errorf("the key in %s has the fingerprint %s, not the one given: ask the other side again before trusting it", with, peer.Fingerprint())
				}
				if err := ring.Pin(peer); err != nil {
					return err
				}
				fmt.Fprintf(cmd.OutOrStdout(), "the %s zone is trusted here\n", peer.Zone)
				return nil
			}
			return fmt.Errorf("give either --show FILE or --with FILE")
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder")
	cmd.Flags().StringVar(&show, "show", "", "write this zone's public key here")
	cmd.Flags().StringVar(&suite, "suite", suite, "which keys to show: international/1 or national/1")
	cmd.Flags().StringVar(&with, "with", "", "trust the public key in this file")
	cmd.Flags().StringVar(&fingerprint, "fingerprint", "", "the fingerprint as the other side reads it out")
	must(cmd.MarkFlagRequired("data"))
	return cmd
}

func must(err error) {
	if err != nil {
		panic(err) // a flag that is misspelt in this file
	}
}
