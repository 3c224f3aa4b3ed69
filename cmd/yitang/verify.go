package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/calendar"
	"yitang/internal/document"
)

// What verify exits with. Scripts at a counter rely on it.
const (
	verifiedInForce    = 0
	verifiedNot        = 1
	verifiedNoApproval = 2
)

// verifyExit carries the exit status out of the command once everything was
// said: its text is empty.
type verifyExit int

func (verifyExit) Error() string   { return "" }
func (e verifyExit) ExitCode() int { return int(e) }

// verification is verify's JSON: the verdict and what it means in a sentence.
type verification struct {
	document.Verdict
	Sentence string `json:"sentence"`
	File     string `json:"file"`
}

func verifyCommand() *cobra.Command {
	var trustPath string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify FILE.pdf",
		Short: "is this approval genuine, unaltered, in force? (核验批件)",
		Long: `Checks an approval (任务批件) without a network: that its signature covers every
byte and was made by a key that the office certified, that it stands in the
office's document log, and that nobody superseded or revoked it.

Whom to believe is in the office's trust file: --trust, else $YITANG_TRUST,
else yitang/trust.json in the user's configuration folder. Without one nothing
is believed. The office makes it: yitang trust --data DIR; the demo's lies in
demo-data/trust.json.

Exit status: 0 genuine and in force, 1 not, 2 not an approval or not readable.`,
		Args:          cobra.ExactArgs(1),
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			out, errOut := cmd.OutOrStdout(), cmd.ErrOrStderr()
			pdf, err := readLimited(args[0])
			if err != nil {
				return unreadable(out, errOut, asJSON, "FILE", err)
			}
			trust, err := readTrust(trustPath)
			if err != nil {
				return unreadable(out, errOut, asJSON, "--trust", err)
			}
			v := document.Verify(pdf, trust).On(calendar.DateOf(time.Now()))
			sentence := v.Sentence()
			code := verifiedNot
			switch {
			case v.Answer == document.NotADocument:
				code = verifiedNoApproval
			case v.Facts != nil && v.Facts.Kind != document.KindApproval:
				code = verifiedNoApproval
				sentence = "这是" + v.Facts.Kind.Chinese() + "，不是任务批件。" + sentence
			case v.InForce():
				code = verifiedInForce
			}
			if asJSON {
				enc := json.NewEncoder(out)
				enc.SetEscapeHTML(false)
				enc.SetIndent("", "  ")
				err = enc.Encode(verification{v, sentence, filepath.Base(args[0])})
			} else {
				err = tell(out, v, sentence)
			}
			if err != nil {
				return fmt.Errorf("writing the verdict: %w", err)
			}
			if code == verifiedInForce {
				return nil
			}
			return verifyExit(code)
		},
	}
	cmd.Flags().StringVar(&trustPath, "trust", "", "the office's trust file")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return cmd
}

// readLimited reads a file of at most 64 MB: an approval for sixty people has
// a quarter of one.
func readLimited(path string) ([]byte, error) {
	const most = 64 << 20
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if len(b) > most {
		return nil, fmt.Errorf("%s is larger than %d MB, so it can't be an approval", path, most>>20)
	}
	return b, nil
}

// readTrust reads the trust file that was named, or that of the machine. None
// at all is no error: then nothing is believed, and the verdict says so.
func readTrust(path string) (document.Trust, error) {
	named := path != ""
	if !named {
		path, named = os.LookupEnv("YITANG_TRUST")
	}
	if !named {
		dir, err := os.UserConfigDir()
		if err != nil {
			return document.Trust{}, nil // a machine without a home has no trust file
		}
		path = filepath.Join(dir, "yitang", "trust.json")
	}
	raw, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) && !named {
		return document.Trust{}, nil
	}
	if err != nil {
		return document.Trust{}, err
	}
	return document.ReadTrust(raw)
}

// unreadable reports what couldn't be read at all.
func unreadable(out, errOut io.Writer, asJSON bool, field string, cause error) error {
	if !asJSON {
		fmt.Fprintf(errOut, "无法核验，读不了 %s：%v\n", field, cause)
		return verifyExit(verifiedNoApproval)
	}
	type entry struct {
		Field   string `json:"field"`
		Message string `json:"message"`
		Nearest string `json:"nearest"`
	}
	err := json.NewEncoder(out).Encode(struct {
		Format string  `json:"format"`
		Errors []entry `json:"errors"`
	}{"yitang.errors/1", []entry{{Field: field, Message: cause.Error()}}})
	if err != nil {
		return fmt.Errorf("writing what was wrong: %w", err)
	}
	return verifyExit(verifiedNoApproval)
}

// tell prints the answer and what it rests on, for people.
func tell(out io.Writer, v document.Verdict, sentence string) error {
	_, err := fmt.Fprintln(out, sentence)
	if err != nil || len(v.Checks) == 0 {
		return err
	}
	names := map[document.CheckID]string{
		document.CheckCoverage:  "签名覆盖全文",
		document.CheckSignature: "签名完好",
		document.CheckAuthority: "由本单位密钥签发",
		document.CheckLog:       "登记在册",
		document.CheckStatus:    "未被变更或撤销",
	}
	for _, c := range v.Checks {
		mark := "通过"
		if !c.OK {
			mark = "不通过"
			if c.Reason == "noTrust" || v.Answer == document.StatusUnknown { // nothing here says so or otherwise
				mark = "无法判断"
			}
		}
		fmt.Fprintf(out, "  %s：%s\n", names[c.ID], mark)
	}
	if f := v.Facts; f != nil {
		fmt.Fprintf(out, "  文号：%s\n  签发：%s %s\n", f.Number, f.Office, f.Issued)
		if f.Case != "" {
			fmt.Fprintf(out, "  案件编号：%s\n", f.Case)
		}
		if v.LogIndex != nil {
			fmt.Fprintf(out, "  登记簿第 %d 条\n", *v.LogIndex+1)
		}
		if v.AsOf != nil {
			fmt.Fprintf(out, "  状态截至：%s\n", v.AsOf.In(time.FixedZone("", 8*60*60)).Format("2006-01-02 15:04"))
		}
	}
	return nil
}
