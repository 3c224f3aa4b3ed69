package node

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/config"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/web/ui"
	"yitang/packs"
)

// recordBase puts on record which data the program brings, before anything is
// judged by it.
func (n *Office) recordBase(ctx context.Context) error {
	built := n.Packs.built
	have, _, err := journal.Load(ctx, n.Journal, config.Room, config.ID)
	if err != nil || have.Base == string(built.Version) {
		return err
	}
	c, err := pack.BuiltContent()
	if err != nil {
		return err
	}
	z, err := c.Zip()
	if err != nil {
		return err
	}
	kept, err := n.Blobs.Put(ctx, bytes.NewReader(z), blob.Limit)
	if err != nil {
		return fmt.Errorf("keeping the program's data: %w", err)
	}
	_, err = journal.Do(journal.WithActor(ctx, journal.System), n.Journal, config.Room, journal.Order{Subject: config.ID},
		config.RecordBase{BaseRecorded: config.BaseRecorded{Version: string(built.Version), Digest: kept.Digest.String(), Size: kept.Size}})
	return err
}

// CheckPack reads a pack over a base, runs its examples and holds its words
// against those that pages have.
func CheckPack(base *pack.Set, c pack.Content) pack.Report {
	r := base.Check(c)
	if r.Set != nil {
		r.Mistakes = append(r.Mistakes, ui.CheckOwn(r.Set.Texts)...)
		r.Mistakes = append(r.Mistakes, checkRelease(r.Set.Release)...)
	}
	return r
}

// CheckPack reads a pack over the program's data and runs its examples. A name
// that isn't the one that documents are signed with is a mistake too. It says
// what would become of the register and the hall.
func (n *Office) CheckPack(ctx context.Context, c pack.Content) (pack.Report, error) {
	base, err := n.Packs.Base(ctx)
	if err != nil {
		return pack.Report{}, err
	}
	r := CheckPack(base, c)
	if r.Set == nil {
		return r, nil
	}
	if _, own := c["office.yaml"]; own && (r.Set.Office.Name.Zh != n.Issuer.Office) {
		r.Mistakes = append(r.Mistakes, pack.Mistake{File: "office.yaml", Key: "name.zh", Nearest: n.Issuer.Office, Text: fault.Text{
			Zh: "本单位的公章和证书写的是“" + n.Issuer.Office + "”，名称不能在这里改", En: "documents are signed as " + n.Issuer.Office + ": the name can't be changed here"}})
	}
	taken, err := n.takenWindows(ctx, r.Set)
	if err != nil {
		return r, err
	}
	r.Mistakes = append(r.Mistakes, taken...)
	r.Brings, err = n.Brings(ctx, r.Set)
	return r, err
}

func result(base *pack.Set, r pack.Report) config.Result {
	out := config.Result{Base: string(base.Version), Mistakes: len(r.Mistakes), Trials: r.Trials, Changed: len(r.Changed)}
	if r.Set != nil {
		out.Version = string(r.Set.Version)
	}
	return out
}

// SavedPack says how a version came about.
type SavedPack struct {
	Parent int
	Author string
	Reason string
	Origin config.Origin
	Seal   pack.Seal
}

// SavePack keeps a pack as the next version, signed with the office's key.
func (n *Office) SavePack(ctx context.Context, o journal.Order, c pack.Content, how SavedPack) (int, pack.Report, error) {
	base, err := n.Packs.Base(ctx)
	if err != nil {
		return 0, pack.Report{}, err
	}
	report, err := n.CheckPack(ctx, c)
	if err != nil {
		return 0, report, err
	}
	if report.Set == nil {
		return 0, report, fault.Invalid(report.Mistakes.Findings()...)
	}
	state, v, err := journal.Load(ctx, n.Journal, config.Room, config.ID)
	if err != nil {
		return 0, report, err
	}
	m, _ := c.Manifest()
	if m.Called() == (fault.Text{}) {
		m = m.Naming(report.Set.Office.Name)
	}
	m.Number, m.Author, m.Reason, m.Base = state.Last+1, how.Author, how.Reason, string(base.Version)
	sealed, err := c.With(m)
	if err != nil {
		return 0, report, err
	}
	z, err := sealed.Sign(n.Keys.SigningKey()).Zip()
	if err != nil {
		return 0, report, err
	}
	kept, err := n.Blobs.Put(ctx, bytes.NewReader(z), blob.Limit)
	if err != nil {
		return 0, report, fmt.Errorf("keeping the pack: %w", err)
	}
	if o.Seen == nil {
		o.Seen = &v // the manifest names its number
	}
	o.Subject = config.ID
	ans, err := journal.Do(ctx, n.Journal, config.Room, o, config.Save{Parent: how.Parent, NameZh: m.Called().Zh, NameEn: m.Called().En, Author: how.Author, Reason: how.Reason,
		Origin: how.Origin, Seal: string(how.Seal), Sum: c.Sum(), Digest: kept.Digest.String(), Size: kept.Size, Result: result(base, report)})
	if ans.Repeated {
		return state.Last, report, err // the button was pressed twice
	}
	return m.Number, report, err
}

// ExportPack is a version as it is given out, signed; 0 is the pack that comes
// with the program, to begin from.
func (n *Office) ExportPack(ctx context.Context, number int) (pack.Content, error) {
	if number > 0 {
		c, err := n.Packs.Version(ctx, number)
		if err == nil && c == nil {
			err = fault.NotFound(fmt.Sprintf("configuration version %d", number))
		}
		return c, err
	}
	files, _ := packs.Named("demo")
	c, err := pack.ReadFiles(files)
	if err != nil {
		return nil, err
	}
	m := pack.Manifest{Base: string(n.Packs.built.Version)}.Naming(n.Packs.built.Office.City)
	if c, err = c.With(m); err != nil {
		return nil, err
	}
	return c.Sign(n.Keys.SigningKey()), nil
}

// PutInForce lets a version begin on a day, if it holds over the data of now.
func (n *Office) PutInForce(ctx context.Context, o journal.Order, number int, on calendar.Date, reason string) error {
	return n.putInForce(ctx, o, config.PutForce{Number: number, On: on, Reason: reason, FourEyes: n.Packs.Now().Office.FourEyes})
}

func (n *Office) putInForce(ctx context.Context, o journal.Order, cmd config.PutForce) error {
	base, err := n.Packs.Base(ctx)
	if err != nil {
		return err
	}
	c, err := n.Packs.Version(ctx, cmd.Number)
	if err != nil {
		return err
	}
	report, err := n.CheckPack(ctx, c)
	if err != nil {
		return err
	}
	cmd.Result = result(base, report)
	o.Subject = config.ID
	_, err = journal.Do(ctx, n.Journal, config.Room, o, cmd)
	return err
}

// firstPack is the file in an office's folder that it begins with.
const firstPack = "pack.zip"

// keepFirst lays a pack into a folder that is being set up, with the name that
// it gives the office. The first opening puts it in force.
func keepFirst(dir string, c pack.Content) error {
	base, err := pack.Built()
	if err != nil {
		return err
	}
	report := CheckPack(base, c)
	if !report.Holds() {
		return report.Mistakes
	}
	s, err := LoadSettings(dir)
	if err != nil {
		return err
	}
	office := report.Set.Office
	if s.Office == "" {
		s.Office, s.OfficeKey = office.Name.Zh, office.Key
		if err := s.Save(dir); err != nil {
			return err
		}
	}
	z, err := c.Zip()
	if err != nil {
		return err
	}
	return blob.WriteFile(blob.OS{}, dir, firstPack, z)
}

// begin puts the pack in force that an office was set up with, before anything
// was submitted there. Dying in between leaves what the next start goes on with.
func (n *Office) begin(ctx context.Context) error {
	z, err := os.ReadFile(filepath.Join(n.Dir, firstPack))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	state, _, err := journal.Load(ctx, n.Journal, config.Room, config.ID)
	if err != nil || len(state.Force) > 0 {
		return err
	}
	c, err := pack.ReadZip(z)
	if err != nil {
		return err
	}
	ctx = journal.WithActor(ctx, journal.System)
	number := state.Last
	if number == 0 {
		if number, _, err = n.SavePack(ctx, journal.Order{}, c, SavedPack{Reason: "初始配置", Origin: config.Imported, Seal: pack.Unsigned}); err != nil {
			return fmt.Errorf("beginning with %s: %w", firstPack, err)
		}
	}
	return n.putInForce(ctx, journal.Order{}, config.PutForce{Number: number, On: n.Journal.Today(), Reason: "初始配置", First: true})
}
