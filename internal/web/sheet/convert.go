package sheet

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

var errNoConverter = errors.New("no LibreOffice on this machine")

// convertIn is how long a conversion may take.
const convertIn = 60 * time.Second

// Convert has LibreOffice, where it is installed, make an XLSX of an older
// format. It runs by itself in a folder of its own, without the person's
// settings, and is ended with all that it started when it takes too long.
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
	ctx, cancel := context.WithTimeout(ctx, convertIn)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "-env:UserInstallation=file://"+filepath.Join(dir, "profile"), "--headless", "--norestore", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", filepath.Join(dir, "out"), source)
	cmd.Dir, cmd.Env = dir, []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 5 * time.Second
	if said, err := cmd.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("converting by %s: %w: %.300s", program, err, said)
	}
	out, err := os.ReadFile(filepath.Join(dir, "out", "in.xlsx"))
	if err != nil {
		return nil, fmt.Errorf("reading what %s made: %w", program, err)
	}
	return out, nil
}
