package sheet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"yitang/internal/sheet"
)

var errNoConverter = errors.New("no LibreOffice on this machine")

// convertIn is how long a conversion may take, and the wait for its turn.
const convertIn = 60 * time.Second

// maxConverted bounds what is taken of a conversion: a few bytes can say that
// a sheet has a million rows.
const maxConverted = 2 * sheet.MaxFile

// beginning keeps the first words of a program that may say anything.
type beginning []byte

func (b *beginning) Write(p []byte) (int, error) {
	*b = append(*b, p[:min(len(p), 300-len(*b))]...)
	return len(p), nil
}

// Convert has LibreOffice, where it is installed, make an XLSX of an older
// format. It runs by itself in a folder of its own, without the person's
// settings, and is ended with all that it started when ctx ends.
func Convert(ctx context.Context, data []byte) ([]byte, error) {
	program := ""
	for _, name := range []string{"soffice", "libreoffice"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		return nil, errNoConverter
	}
	dir, err := os.MkdirTemp("", "yitang-convert-")
	if err != nil {
		return nil, fmt.Errorf("making a folder to convert in: %w", err)
	}
	defer os.RemoveAll(dir)
	source := filepath.Join(dir, "in.xls")
	if err := os.WriteFile(source, data, 0o600); err != nil {
		return nil, fmt.Errorf("laying the file out: %w", err)
	}
	cmd := exec.CommandContext(ctx, program, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--norestore", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out"), source)
	cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	var said beginning
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("converting by %s: %w: %s", program, err, said)
	}
	made, err := os.Open(filepath.Join(dir, "out", "in.xlsx"))
	if err != nil {
		return nil, fmt.Errorf("reading what %s made: %w", program, err)
	}
	defer made.Close()
	out, err := io.ReadAll(io.LimitReader(made, maxConverted+1))
	if err != nil {
		return nil, fmt.Errorf("reading what %s made: %w", program, err)
	}
	if len(out) > maxConverted {
		return nil, fmt.Errorf("what %s made is longer than %d bytes", program, maxConverted)
	}
	return out, nil
}
