package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/exchange/carrier/sheets"
	"yitang/internal/zone"
)

func exchangeSheets(dir *string, asJSON *bool) *cobra.Command {
	var to, out string
	var number int64
	var h hands
	cmd := &cobra.Command{
		Use:   "sheets --to ZONE --out DIR [--number N] [--by LOGIN [--with LOGIN --carrier NAME]] --data DIR",
		Short: "print what has no receipt yet as QR codes on paper, in an emergency (应急纸质数据包)",
		Long: `Writes sheets-FROM-TO.pdf: the bundles for a network that have no receipt yet, as QR
codes, for when no disc, folder or line is there. Some sheets more than needed are
printed, so that as many may be lost. On the other side each sheet is photographed,
and the pictures are read by yitang exchange import --sheets DIR.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			z, err := zone.Parse(to)
			if err != nil {
				return err
			}
			if err := h.check(); err != nil {
				return err
			}
			dest, err := carrier.Make(blob.OS{}, out)
			if err != nil {
				return err
			}
			folder, err := os.MkdirTemp("", "yitang-sheets-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(folder)
			disc, err := carrier.At(blob.OS{}, folder)
			if err != nil {
				return err
			}
			return withHands(cmd, *dir, h, []zone.Zone{z}, func(x *exchange.Exchange, on *record) error {
				handed, err := forPaper(cmd.Context(), x, z, disc, number)
				if err != nil {
					return err
				}
				names := []string{}
				for _, b := range handed {
					names = append(names, b.Name.Bundle())
				}
				says := map[string]any{"format": "yitang.exchange.sheets/1", "from": x.Zone(), "to": z, "bundles": names}
				if len(handed) == 0 {
					says["says"] = fmt.Sprintf("nothing to print: the %s zone has acknowledged everything", z)
				} else {
					set, row, err := onRecord(x, disc, handed, on)
					var much *sheets.TooMuch
					if errors.As(err, &much) && number == 0 && len(names) > 1 {
						return fmt.Errorf("%w, or print one bundle with --number", err)
					}
					if err != nil {
						return said(cmd.Context(), err)
					}
					pdf, err := onPaper(set, x.Zone(), z, names, row, time.Now())
					if err != nil {
						return err
					}
					file := fmt.Sprintf("sheets-%s-%s.pdf", x.Zone(), z)
					if err := dest.Send(file, pdf); err != nil {
						return err
					}
					says["file"], says["sheets"], says["spare"], says["pack"] = file, len(set.Texts), set.Spare, set.ID
					says["says"] = fmt.Sprintf("print %s and carry its %d sheets to the %s zone; %s%s", filepath.Join(out, file), len(set.Texts), z, enough(set), onRecordSays(row))
					if row != nil {
						says["disc"] = row
					}
				}
				if *asJSON {
					return sayJSON(cmd.OutOrStdout(), says)
				}
				fmt.Fprintln(cmd.OutOrStdout(), says["says"])
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&to, "to", "", "internet, office or passport")
	cmd.Flags().StringVar(&out, "out", "", "folder to write to")
	h.flags(cmd, "prints the sheets", "hands them over")
	cmd.Flags().Int64Var(&number, "number", 0, "this bundle alone")
	must(cmd.MarkFlagRequired("to"))
	must(cmd.MarkFlagRequired("out"))
	return cmd
}

// forPaper puts the bundles that have no receipt into a folder, all or one, and tells
// which these are.
func forPaper(ctx context.Context, x *exchange.Exchange, to zone.Zone, folder *carrier.Directory, number int64) ([]exchange.Sent, error) {
	if _, err := x.Export(ctx, to); err != nil {
		return nil, err
	}
	handed, err := x.Hand(ctx, to, folder)
	if number != 0 && err == nil {
		handed = slices.DeleteFunc(handed, func(b exchange.Sent) bool { return b.Name.Sequence != number })
		if len(handed) == 0 {
			return nil, fmt.Errorf("no bundle %d waits for the %s zone", number, to)
		}
	}
	return handed, err
}

// onRecord lays the sheets out and puts them on record as a disc is, whose note is on
// the sheets too. What is too much for paper with its note is on no record.
func onRecord(x *exchange.Exchange, folder *carrier.Directory, handed []exchange.Sent, on *record) (sheets.Set, *exchange.DiscRow, error) {
	files, err := filesOf(folder, handed)
	if err != nil {
		return sheets.Set{}, nil, err
	}
	if on != nil {
		name, text, err := x.NoteBefore(folder, handed)
		if err != nil {
			return sheets.Set{}, nil, err
		}
		files = append(files, sheets.File{Name: name, Content: text})
	}
	set, err := sheets.Lay(files)
	if err != nil || on == nil {
		return set, nil, err
	}
	row, err := on.wrote(x, folder, handed)
	if err != nil {
		return set, nil, err
	}
	if files, err = filesOf(folder, handed); err == nil {
		set, err = sheets.Lay(files)
	}
	return set, row, err
}

// filesOf reads what is of some bundles, and the note of a disc; lists for people are
// left out.
func filesOf(folder *carrier.Directory, handed []exchange.Sent) (files []sheets.File, err error) {
	names, err := folder.List()
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		n, _, ok := exchange.ParseName(name)
		if filepath.Ext(name) == ".txt" || ok && !slices.ContainsFunc(handed, func(b exchange.Sent) bool { return b.Name == n }) {
			continue
		}
		r, err := folder.Take(name)
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			return nil, err
		}
		files = append(files, sheets.File{Name: name, Content: content})
	}
	return files, nil
}

// enough says how many sheets must arrive.
func enough(s sheets.Set) string {
	if s.Data == 1 {
		return "any one of them is enough"
	}
	return fmt.Sprintf("any %d of them are enough", s.Data)
}

// onPaper lays the sheets out, with what their carrier and their reader must know.
func onPaper(set sheets.Set, from, to zone.Zone, bundles []string, disc *exchange.DiscRow, at time.Time) ([]byte, error) {
	first, _, _ := exchange.ParseName(bundles[0])
	last, _, _ := exchange.ParseName(bundles[len(bundles)-1])
	numbers := fmt.Sprint(first.Sequence)
	if last != first {
		numbers = fmt.Sprintf("%d–%d", first.Sequence, last.Sequence)
	}
	by := "一趟 Yitang"
	if disc != nil {
		by = "盘号 Disc " + disc.Number + "　" + by
	}
	return document.CodeSheets{
		Title: "应急纸质数据包　" + strings.Fields(zoneWords[from])[0] + " → " + strings.Fields(zoneWords[to])[0], By: by, On: calendar.DateOf(at), Sheets: set.Texts,
		Lines: []string{
			fmt.Sprintf("送往 Carry to: %s　序号 Numbers: %s　编号 Pack: %s", zoneWords[to], numbers, set.ID),
			fmt.Sprintf("任意 %d 张即可读全，逐张拍照，拍平拍满。", set.Data),
			fmt.Sprintf("Of the %d sheets %s. Photograph each flat, filling the picture.", len(set.Texts), enough(set)),
		},
		Foot: "内容已签名加密；丢失不泄密，重复导入无妨。Signed and encrypted: importing twice does no harm.",
	}.Print()
}

// photographs reads the pictures of a folder and gives the files that they hold in
// a folder of its own, which the caller removes.
func photographs(w io.Writer, dir string) (path string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	var gathered sheets.Gather
	pictures := 0
	for _, e := range entries {
		if !slices.Contains([]string{".png", ".jpg", ".jpeg"}, strings.ToLower(filepath.Ext(e.Name()))) || !e.Type().IsRegular() {
			continue
		}
		pictures++
		found, err := onePhotograph(filepath.Join(dir, e.Name()))
		if err != nil {
			fmt.Fprintf(w, "%s: %v\n", e.Name(), err)
			continue
		}
		if len(found) < sheets.Codes {
			fmt.Fprintf(w, "%s: %d of its %d codes are read\n", e.Name(), len(found), sheets.Codes)
		}
		for _, p := range found {
			gathered.Add(p)
		}
	}
	packs := gathered.Packs()
	switch {
	case pictures == 0:
		return "", fmt.Errorf("there is no picture in %s: put the photographs of the sheets there, as PNG or JPEG", dir)
	case len(packs) == 0:
		return "", fmt.Errorf("none of the %d pictures in %s shows a code that can be read: photograph each sheet flat, sharp and filling the picture", pictures, dir)
	}
	if path, err = os.MkdirTemp("", "yitang-sheets-"); err != nil {
		return "", err
	}
	into, err := carrier.At(blob.OS{}, path)
	if err != nil {
		return path, err
	}
	var broken error
	for _, p := range packs {
		if p.Broken != nil {
			broken = errors.Join(broken, p.Broken)
			continue
		}
		if len(p.Lost) > 0 {
			fmt.Fprintf(w, "pack %s: read in full, though %d of its %d sheets aren't\n", p.ID, len(p.Lost), p.Of)
		}
		for _, f := range p.Files {
			if err := into.Send(f.Name, f.Content); err != nil {
				return path, err
			}
		}
	}
	return path, broken
}

func onePhotograph(path string) ([]sheets.Piece, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return sheets.Photo(f)
}
