package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/calendar"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/program"
)

func versionCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version [--json]",
		Short: "which release of the program this is (版本)",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return sayJSON(cmd.OutOrStdout(), map[string]any{"format": "yitang.version/1", "number": program.Number, "version": program.Version, "platform": node.Platform})
			}
			fmt.Fprintf(cmd.OutOrStdout(), "yitang %s (release %d, %s)\n", program.Version, program.Number, node.Platform)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "one JSON object")
	return cmd
}

func updateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "update",
		Short: "releases of the program, as signed files (程序更新)",
		Long: `The maker signs a release (key, make). Each network is told once whose releases
it takes (trust); the office's administrator lays the file ready (bring) and offers
it on the page /update; it travels to the other networks with the bundles, and in
each network an administrator puts it in force on that page.`,
	}
	cmd.AddCommand(updateKey(), updateMake(), updateTrust(), updateBring())
	return cmd
}

func updateKey() *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "key --out FILE",
		Short: "the maker: draw the key that signs releases; FILE.pub is what networks trust",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			secret, public, err := keys.CreateMaker(rand.Reader)
			if err != nil {
				return err
			}
			f, err := os.OpenFile(out, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if errors.Is(err, fs.ErrExist) {
				return fmt.Errorf("%s is there already; a key is never written over", out)
			}
			if err != nil {
				return err
			}
			_, err = f.Write(secret)
			if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
				return err
			}
			if err := os.WriteFile(out+".pub", public, 0o644); err != nil {
				return err
			}
			maker, err := keys.ParseMaker(public)
			if err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s signs releases: keep it away from every server\n%s.pub is what networks trust\nfingerprint %s\n", out, out, keys.MakerFingerprint(maker))
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "", "file of the key")
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

func updateMake() *cobra.Command {
	var key, binary, zh, en, out string
	cmd := &cobra.Command{
		Use:   "make --key FILE --program FILE --zh TEXT --en TEXT --out FILE.yitang",
		Short: "the maker: sign a program as a release",
		Long: `Asks the program itself which release it is, so it must run on this machine.
What has changed is told in both languages, in the words of those who will read it
before they put the release in force.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, err := os.ReadFile(key)
			if err != nil {
				return err
			}
			maker, err := keys.ParseMakerSecret(text)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			path, err := filepath.Abs(binary)
			if err != nil {
				return err
			}
			said, err := exec.CommandContext(cmd.Context(), path, "version", "--json").Output()
			if err != nil {
				return fmt.Errorf("asking %s which release it is: %w", binary, err)
			}
			var is struct {
				Number            int
				Version, Platform string
			}
			if err := json.Unmarshal(said, &is); err != nil {
				return fmt.Errorf("%s doesn't say which release it is: %w", binary, err)
			}
			content, err := os.ReadFile(binary)
			if err != nil {
				return err
			}
			var file bytes.Buffer
			h, err := program.Make(&file, program.Manifest{Number: is.Number, Version: is.Version, Platform: is.Platform, Made: calendar.DateOf(time.Now()), Zh: zh, En: en}, content, maker)
			if err != nil {
				return err
			}
			if err := os.WriteFile(out, file.Bytes(), 0o644); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s: release %d (%s), %s, %d bytes\n", out, is.Number, is.Version, is.Platform, file.Len())
			fmt.Fprintf(cmd.OutOrStdout(), "program %s\n", h.Manifest.Digest)
			return nil
		},
	}
	cmd.Flags().StringVar(&key, "key", "", "key that signs releases")
	cmd.Flags().StringVar(&binary, "program", "", "the program")
	cmd.Flags().StringVar(&zh, "zh", "", "what has changed, in Chinese")
	cmd.Flags().StringVar(&en, "en", "", "what has changed, in English")
	cmd.Flags().StringVar(&out, "out", "", "file to write")
	for _, f := range []string{"key", "program", "zh", "en", "out"} {
		must(cmd.MarkFlagRequired(f))
	}
	return cmd
}

func updateTrust() *cobra.Command {
	var dir, key, fingerprint, instead string
	cmd := &cobra.Command{
		Use:   "trust --data DIR --key FILE.pub --fingerprint F",
		Short: "take releases of this maker on this network (信任发布者)",
		Long: `The file is carried to the network, and the fingerprint read out by telephone.
Each network is told for itself: what another one says of a maker counts nothing.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ring := filepath.Join(dir, "keys")
			if _, err := keys.Load(ring); err != nil {
				return err
			}
			text, err := os.ReadFile(key)
			if err != nil {
				return err
			}
			maker, err := keys.ParseMaker(text)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			if is := keys.MakerFingerprint(maker); is != fingerprint {
				return fmt.Errorf("the fingerprint of %s is %s, and not what was read out: don't trust it, ask the maker again", key, is)
			}
			if err := keys.PinMaker(ring, text, instead); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "releases of the maker %s are taken here\n", fingerprint)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the zone's folder")
	cmd.Flags().StringVar(&key, "key", "", "the maker's public key")
	cmd.Flags().StringVar(&fingerprint, "fingerprint", "", "as the maker reads it out")
	cmd.Flags().StringVar(&instead, "instead-of", "", "fingerprint of the maker that was trusted until now")
	for _, f := range []string{"data", "key", "fingerprint"} {
		must(cmd.MarkFlagRequired(f))
	}
	return cmd
}

func updateBring() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "bring FILE.yitang --data DIR",
		Short: "the office: check a release and lay it ready for the page /update (the server may run)",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := node.BringProgram(dir, args[0])
			if err != nil {
				return fmt.Errorf("%s: %w", args[0], err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "release %d (%s) of %s is the maker's and whole; offer it on the page /update\n", h.Manifest.Number, h.Manifest.Version, h.Manifest.Made)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "data", "", "the office zone's folder")
	must(cmd.MarkFlagRequired("data"))
	return cmd
}
