package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/blob"
	"yitang/internal/document"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/exchange/carrier/sheets"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// operated runs `yitang exchange` with what people type, a line each, and gives what it
// prints.
func operated(t *testing.T, in string, args ...string) (string, error) {
	t.Helper()
	var out, hint bytes.Buffer
	cmd := exchangeCommand()
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&hint)
	cmd.SetIn(strings.NewReader(in))
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return out.String(), err
}

// A disc goes from hand to hand by the command line, two people at each end, and its
// list is printed; what scripts carry is as it was.
func TestADiscGoesFromHandToHandByTheCommandLine(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	office, internet, disc := folder[zone.Office], folder[zone.Internet], filepath.Join(base, "disc")
	openUnit(t, office, "u1")
	twoDecide(t, office)
	for _, args := range [][]string{
		{"add-account", "--data", internet, "--login", "cyn", "--name", "cyn", "--role", "administrator"},
		{"add-account", "--data", internet, "--login", "dan", "--name", "dan", "--role", "administrator"},
	} {
		cmd := adminCommand()
		cmd.SetOut(&bytes.Buffer{})
		cmd.SetIn(strings.NewReader(deciders + "\n"))
		cmd.SetArgs(args)
		if err := cmd.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	one, both := deciders+"\n", deciders+"\n"+deciders+"\n"
	export := []string{"export", "--to", "internet", "--out", disc, "--data", office}
	for _, c := range []struct {
		in   string
		args []string
	}{
		{"not the password\n", []string{"--by", "ann"}},
		{one, []string{"--by", "window"}}, // signs in and may not
		{both, []string{"--by", "ann", "--with", "ann", "--carrier", "Zhou"}},
		{both, []string{"--by", "ann", "--with", "bob"}},
		{one, []string{"--with", "bob"}},
		{one, []string{"--by", "ann", "--carrier", "Zhou"}},
	} {
		if says, err := operated(t, c.in, append(export, c.args...)...); err == nil {
			t.Errorf("%v: %s", c.args, says)
		}
	}
	if says, _ := exchanged(t, "discs", "--data", office); len(says["discs"].([]any)) != 0 {
		t.Fatalf("what was refused is on record: %v", says)
	}
	says, err := operated(t, one, append(export, "--by", "ann")...)
	if err != nil || !strings.Contains(says, "-0001 is on record; another person hands it over") {
		t.Fatalf("%s %v", says, err)
	}
	line := func(data, find string) string {
		t.Helper()
		says, err := operated(t, "", "discs", "--data", data, "--find", find)
		if err != nil {
			t.Fatal(err)
		}
		return says
	}
	if got := line(office, "OI-"); !strings.Contains(got, "to be handed over") || !strings.Contains(got, "ann; then nobody yet") {
		t.Errorf("%s", got)
	}
	number := strings.Fields(line(office, "OI-"))[0]
	label, err := os.ReadFile(filepath.Join(disc, "label-office-internet.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if pages, err := document.PageText(label); err != nil || !strings.Contains(pages[0], number) {
		t.Errorf("the label doesn't name %s: %v %v", number, pages, err)
	}
	if says, err := operated(t, one, "disc", number, "--as", "ann", "--hand-over", "--carrier", "Zhou", "--data", office); err == nil {
		t.Errorf("one person was two: %s", says)
	}
	if says, err := operated(t, one, "disc", number, "--as", "bob", "--data", office); err == nil {
		t.Errorf("told nothing it did something: %s", says)
	}
	if says, err := operated(t, one, "disc", number, "--as", "bob", "--hand-over", "--carrier", "Zhou", "--data", office); err != nil || !strings.Contains(says, "handed over to Zhou") {
		t.Fatalf("%s %v", says, err)
	}
	if got := line(office, "Zhou"); !strings.Contains(got, "on its way for 0 days") {
		t.Errorf("%s", got)
	}
	if says, err := operated(t, "", "status", "--data", office); err != nil || !strings.Contains(says, "discs on their way: 1") {
		t.Errorf("%s %v", says, err)
	}
	for lang, want := range map[string][]string{"zh": {"介质交接单", "送盘人", "互联网"}, "en": {"Hand-over list of discs", "Stood by", "Internet"}} {
		list := filepath.Join(base, lang+".pdf")
		if says, err := operated(t, "", "discs", "--print", list, "--disc", number, "--lang", lang, "--data", office); err != nil {
			t.Fatalf("%s %v", says, err)
		}
		text, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		pages, err := document.PageText(text)
		if err != nil || len(pages) != 1 {
			t.Fatalf("%d pages, %v", len(pages), err)
		}
		flat := strings.Join(strings.Fields(pages[0]), " ")
		for _, w := range append(want, number, "Zhou", "ann", "bob") {
			if !strings.Contains(flat, w) && !strings.Contains(strings.ReplaceAll(flat, " ", ""), w) {
				t.Errorf("the list doesn't say %q: %s", w, flat)
			}
		}
	}

	says, err = operated(t, both, "import", "--in", disc, "--by", "cyn", "--with", "dan", "--carrier", "Zhou", "--data", internet)
	if err != nil || !strings.Contains(says, "disc "+number+" is on record") || strings.Contains(says, "another person confirms") {
		t.Fatalf("%s %v", says, err)
	}
	if says, err = operated(t, one, "import", "--in", disc, "--by", "dan", "--data", internet); err != nil || !strings.Contains(says, "read in 2 times") {
		t.Errorf("%s %v", says, err)
	}
	if got := line(internet, ""); strings.Count(got, "OI-") != 1 || !strings.Contains(got, "read in: again") {
		t.Errorf("%s", got)
	}
	back := filepath.Join(base, "back")
	if _, code := exchanged(t, "export", "--to", "office", "--out", back, "--data", internet); code != 0 {
		t.Fatal(code)
	}
	if _, code := exchanged(t, "import", "--in", back, "--data", office); code != 0 {
		t.Fatal(code)
	}
	if got := line(office, number); !strings.Contains(got, "arrived, its receipt came") {
		t.Errorf("%s", got)
	}
	if got := line(office, "IO"); !strings.Contains(got, "no such disc") {
		t.Errorf("what a script carried is on record as people's: %s", got)
	}

	// Who stood by may have read it in alone before: import says so, and what it did.
	next := filepath.Join(base, "next")
	openUnit(t, office, "u2")
	if says, err := operated(t, one, "export", "--to", "internet", "--out", next, "--data", office, "--by", "ann"); err != nil {
		t.Fatalf("%s %v", says, err)
	}
	if says, err := operated(t, one, "import", "--in", next, "--by", "dan", "--data", internet); err != nil || !strings.Contains(says, "applied") {
		t.Fatalf("%s %v", says, err)
	}
	says, err = operated(t, both, "import", "--in", next, "--by", "cyn", "--with", "dan", "--carrier", "Zhou", "--data", internet)
	if err != nil || !strings.Contains(says, "read in 2 times; another person confirms") {
		t.Errorf("%s %v", says, err)
	}

	// A list is of so many as fit on it.
	for _, most := range []string{"-1", "0", "1001"} {
		if says, err := operated(t, "", "discs", "--most", most, "--data", office); err == nil {
			t.Errorf("%s discs: %s", most, says)
		}
	}
	if got, err := operated(t, "", "discs", "--most", "1", "--data", office); err != nil || strings.Count(got, "digest") != 1 {
		t.Errorf("%s %v", got, err)
	}

	// Lost or destroyed it is by two people.
	if says, err := operated(t, one, "disc", number, "--as", "bob", "--end", "destroyed", "--reason", "shredded", "--data", office); err != nil {
		t.Fatalf("%s %v", says, err)
	}
	if says, err := operated(t, one, "disc", number, "--as", "ann", "--agree", "lost", "--data", office); err == nil {
		t.Errorf("agreed to what nobody said: %s", says)
	}
	if says, err := operated(t, one, "disc", number, "--as", "ann", "--agree", "destroyed", "--data", office); err != nil {
		t.Fatalf("%s %v", says, err)
	}
	if got := line(office, number); !strings.Contains(got, ": destroyed") {
		t.Errorf("%s", got)
	}
}

// Where people carry, nothing goes or comes without the first of two, once there are
// two who may be; what was copied in without is told of by its numbers.
func TestWhatPeopleCarryGoesWithTwoOrNotAtAll(t *testing.T) {
	base := t.TempDir()
	for z, want := range map[zone.Zone]string{zone.Office: "passport", zone.Passport: "office", zone.Internet: ""} {
		cmd, dir := initCommand(), filepath.Join(base, "made", string(z))
		cmd.SetOut(&bytes.Buffer{})
		args := []string{"--zone", string(z), "--data", dir}
		if z == zone.Office {
			args = append(args, "--office", "某某市外事办公室", "--office-key", "moumou-fao")
		}
		cmd.SetArgs(args)
		if err := cmd.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
		if s, err := node.LoadSettings(dir); err != nil || s.HandCarried != want {
			t.Errorf("the %s zone's discs are carried by people to %q, %v", z, s.HandCarried, err)
		}
	}

	folder, _ := twoPaired(t, base)
	office, internet, disc := folder[zone.Office], folder[zone.Internet], filepath.Join(base, "disc")
	for z, with := range map[string]string{office: "internet", internet: "office"} {
		if err := os.WriteFile(filepath.Join(z, "node.yaml"), []byte("handCarried: "+with+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	one := deciders + "\n"
	openUnit(t, office, "u1")
	out, in := []string{"export", "--to", "internet", "--out", disc, "--data", office}, []string{"import", "--in", disc, "--data", internet}
	for _, args := range [][]string{out, in} { // nobody has an account yet
		if says, err := operated(t, "", args...); err != nil {
			t.Fatalf("%s %v", says, err)
		}
	}
	twoDecide(t, office)
	for _, login := range []string{"cyn", "dan"} {
		cmd := adminCommand()
		cmd.SetOut(&bytes.Buffer{})
		cmd.SetIn(strings.NewReader(one))
		cmd.SetArgs([]string{"add-account", "--data", internet, "--login", login, "--name", login, "--role", "administrator"})
		if err := cmd.ExecuteContext(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	fill := func() {
		t.Helper()
		openUnit(t, office, "u"+t.Name()+time.Now().String())
		if err := os.RemoveAll(disc); err != nil {
			t.Fatal(err)
		}
		if says, err := operated(t, "", out...); err == nil || !strings.Contains(err.Error(), "two at each end: give --by") || !strings.Contains(err.Error(), "hands it over") {
			t.Fatalf("it went without anybody: %s %v", says, err)
		}
		if files, err := filepath.Glob(filepath.Join(disc, "*")); err != nil || len(files) > 0 {
			t.Fatalf("it lies on the disc all the same: %v %v", files, err)
		}
		if says, err := operated(t, one, append(out, "--by", "ann")...); err != nil {
			t.Fatalf("%s %v", says, err)
		}
	}
	fill()
	if says, err := operated(t, "", in...); err == nil || !strings.Contains(err.Error(), "give --by") || !strings.Contains(err.Error(), "stands by") {
		t.Fatalf("it came without anybody: %s %v", says, err)
	}
	if says, err := operated(t, one, append(in, "--by", "cyn")...); err != nil || !strings.Contains(says, "number 2 from the office zone") {
		t.Fatalf("%s %v", says, err)
	}
	status := func() string {
		t.Helper()
		says, err := operated(t, "", "status", "--data", internet)
		if err != nil || !strings.Contains(says, "carrier with office: people, two at each end") {
			t.Fatalf("%s %v", says, err)
		}
		return says
	}
	if says := status(); strings.Contains(says, "on record:") {
		t.Errorf("all is on record: %s", says)
	}

	fill() // and somebody copies it into the inbox of the served node
	n, err := node.Open(t.Context(), node.Options{Dir: internet})
	if err != nil {
		t.Fatal(err)
	}
	x, err := n.Exchange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	src, err := carrier.At(blob.OS{}, disc)
	if err == nil {
		_, _, err = x.ImportDisc(t.Context(), src)
	}
	n.Close()
	if err != nil {
		t.Fatal(err)
	}
	if says := status(); !strings.Contains(says, "number 3 from office came on no disc that is on record") {
		t.Errorf("nobody is told: %s", says)
	}
	if says, err := operated(t, one, append(in, "--by", "dan")...); err != nil {
		t.Fatalf("%s %v", says, err)
	}
	if says := status(); strings.Contains(says, "no disc that is on record") {
		t.Errorf("it was put on record: %s", says)
	}
}

func TestATestOfTheWayIsSentAndSeenByTheCommandLine(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	office, internet, disc := folder[zone.Office], folder[zone.Internet], filepath.Join(base, "disc")
	if says, err := operated(t, "", "test", "--data", office); err != nil || !strings.Contains(says, "to internet: in no bundle yet") || !strings.Contains(says, "to passport: the two zones aren't paired") {
		t.Fatalf("%s %v", says, err)
	}
	for _, step := range []struct{ from, to zone.Zone }{{zone.Office, zone.Internet}, {zone.Internet, zone.Office}} {
		if _, code := exchanged(t, "export", "--to", string(step.to), "--out", disc, "--data", folder[step.from]); code != 0 {
			t.Fatal(code)
		}
		if says, _ := operated(t, "", "test", "--show", "--data", office); step.from == zone.Office && !strings.Contains(says, "in number 1, without a receipt") {
			t.Errorf("%s", says)
		}
		if _, code := exchanged(t, "import", "--in", disc, "--data", folder[step.to]); code != 0 {
			t.Fatal(code)
		}
	}
	if says, err := operated(t, "", "test", "--show", "--data", office); err != nil || !strings.Contains(says, "receipt after") {
		t.Errorf("%s %v", says, err)
	}
	if says, err := operated(t, "", "test", "--show", "--data", internet); err != nil || !strings.Contains(says, "test from office: sent") {
		t.Errorf("%s %v", says, err)
	}
}

// The status names each stream's carriers and how they fare, and says where people
// carry.
// What was refused and not kept is past once nothing is refused any more, and files
// without a receipt are some of those that were sent.
func TestTheStatusSaysWhatStandsAndWhatItIsOf(t *testing.T) {
	now := time.Now()
	in := exchange.Incoming{From: zone.Office, Paired: true, Applied: 7, Suite: keys.International, Unkept: exchange.Unkept{Count: 3, Last: now}}
	says := func() string {
		var b bytes.Buffer
		printStatus(&b, exchange.Status{Zone: zone.Internet, Incoming: []exchange.Incoming{in}}, now)
		return b.String()
	}
	if got := says(); strings.Contains(got, "refused") {
		t.Errorf("past, and told: %s", got)
	}
	in.Refused = []exchange.RefusedBundle{{File: "a.bundle", Detail: "cut"}}
	if got := says(); !strings.Contains(got, "; 3 more were refused and aren't kept") {
		t.Errorf("%s", got)
	}
	s := carrier.State{Kind: "oneway", With: zone.Internet, Does: "to 1", Began: now, Worked: now, Sent: 9, Took: 4, NoReceipt: 2, Again: now, Later: 1}
	if got := node.Fares(s, now); !strings.Contains(got, "sent 9 files (2 without a receipt, sent again "+now.Format(time.RFC3339)+"), took 4; it leaves 1 files outside") {
		t.Errorf("%s", got)
	}
}

func TestTheStatusListsEachStreamsCarriers(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	out := filepath.Join(base, "gate")
	if err := os.WriteFile(filepath.Join(folder[zone.Office], "node.yaml"), []byte("carriers:\n  - {name: Gate, with: internet, folder: {out: "+out+"}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	says, err := operated(t, "", "status", "--data", folder[zone.Office])
	if err != nil || !strings.Contains(says, "carrier with internet: Gate folder with internet (out "+out) || !strings.Contains(says, "never ran") || !strings.Contains(says, "carrier with passport: none in node.yaml, so people carry") {
		t.Errorf("%s %v", says, err)
	}
	all, _ := exchanged(t, "status", "--data", folder[zone.Office])
	if c := all["carriers"].([]any); len(c) != 1 || c[0].(map[string]any)["name"] != "Gate" {
		t.Errorf("%v", all["carriers"])
	}
}

// What finds no place on paper with its note is on no record: nobody waits for it.
func TestWhatIsTooMuchForPaperWithItsNoteIsOnNoRecord(t *testing.T) {
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	openUnit(t, folder[zone.Office], "u1")
	exchanged(t, "export", "--to", "internet", "--out", filepath.Join(base, "disc"), "--data", folder[zone.Office])
	twoDecide(t, folder[zone.Office])
	cmd := &cobra.Command{}
	cmd.SetContext(t.Context())
	cmd.SetErr(io.Discard)
	cmd.SetIn(strings.NewReader(deciders + "\n"))
	err := withHands(cmd, folder[zone.Office], hands{by: "ann"}, []zone.Zone{zone.Internet}, func(x *exchange.Exchange, on *record) error {
		path := filepath.Join(base, "paper")
		if err := os.Mkdir(path, 0o700); err != nil {
			return err
		}
		disc, err := carrier.At(blob.OS{}, path)
		if err != nil {
			return err
		}
		handed, err := forPaper(t.Context(), x, zone.Internet, disc, 1)
		if err != nil {
			return err
		}
		// What lies beside it leaves room for 40 bytes.
		files, err := filesOf(disc, handed)
		if err != nil {
			return err
		}
		left := sheets.Most * sheets.Codes * 560
		for _, f := range append(files, sheets.File{Name: "beside"}) {
			left -= 1 + len(f.Name) + 4 + len(f.Content)
		}
		if err := disc.Send("beside", make([]byte, left-32-40)); err != nil {
			return err
		}
		if _, _, err := onRecord(x, disc, handed, nil); err != nil {
			t.Errorf("without a note: %v", err)
		}
		_, row, err := onRecord(x, disc, handed, on)
		if much := new(sheets.TooMuch); !errors.As(err, &much) || row != nil {
			t.Errorf("%v, on record: %v", err, row)
		}
		ready, err := x.ReadyDiscs(t.Context(), zone.Internet)
		if err != nil || len(ready) != 0 {
			t.Errorf("a disc that nobody has stands on record: %+v %v", ready, err)
		}

		// With room for the note both are there.
		if err := disc.Remove("beside"); err != nil {
			return err
		}
		if _, row, err = onRecord(x, disc, handed, on); err != nil || row == nil {
			t.Errorf("%v %v", row, err)
		}
		_, before, err := x.NoteBefore(disc, handed)
		if err != nil {
			return err
		}
		if files, err = filesOf(disc, handed); err != nil {
			return err
		}
		i := slices.IndexFunc(files, func(f sheets.File) bool { return strings.HasPrefix(f.Name, "disc-") })
		if i < 0 || len(files[i].Content) > len(before) {
			t.Errorf("a note of more than %d bytes: %v", len(before), files)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
