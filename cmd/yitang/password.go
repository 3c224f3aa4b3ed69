package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

// readPasswords asks each of them in turn. At a terminal nothing is shown of what is
// typed; elsewhere a line of standard input answers.
func readPasswords(cmd *cobra.Command, logins []string) ([]string, error) {
	ask := asking(cmd)
	var all []string
	for _, login := range logins {
		password, err := ask("password of " + login)
		if err != nil {
			return nil, err
		}
		all = append(all, password)
	}
	return all, nil
}

// newPassword asks for one that somebody is given. Who types it sees nothing of it,
// and so types it twice.
func newPassword(cmd *cobra.Command, login string) (string, error) {
	ask := asking(cmd)
	password, err := ask("new password of " + login)
	if err != nil || terminal(cmd) == nil {
		return password, err
	}
	again, err := ask("the same once more")
	if err == nil && again != password {
		err = errors.New("the two passwords aren't the same: nothing was changed")
	}
	return password, err
}

// asking gives what reads one line after the other.
func asking(cmd *cobra.Command) func(what string) (string, error) {
	if f := terminal(cmd); f != nil {
		return func(what string) (string, error) {
			fmt.Fprintf(cmd.ErrOrStderr(), "%s: ", what)
			defer fmt.Fprintln(cmd.ErrOrStderr()) // the end of the line isn't shown either
			return unseen(cmd.Context(), f)
		}
	}
	in := bufio.NewReader(cmd.InOrStdin())
	return func(what string) (string, error) {
		fmt.Fprintf(cmd.ErrOrStderr(), "%s: \n", what)
		line, err := in.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
}

// terminal is the one at which a command was given; nil where its input comes from a
// file or another program.
func terminal(cmd *cobra.Command) *os.File {
	if f, is := cmd.InOrStdin().(*os.File); is && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// unseen reads a line that isn't shown. Who ends the command meanwhile finds the
// terminal as it was.
func unseen(ctx context.Context, f *os.File) (string, error) {
	was, err := term.GetState(int(f.Fd()))
	if err != nil {
		return "", fmt.Errorf("asking how the terminal is: %w", err)
	}
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	type line struct {
		text []byte
		err  error
	}
	read := make(chan line, 1)
	go func() {
		text, err := term.ReadPassword(int(f.Fd()))
		read <- line{text, err}
	}()
	select {
	case <-ctx.Done(): // the read goes on until the process ends, which is at once
		return "", errors.Join(errors.New("no password was given"), term.Restore(int(f.Fd()), was))
	case l := <-read:
		if l.err != nil && !errors.Is(l.err, io.EOF) {
			return "", fmt.Errorf("reading the password: %w", l.err)
		}
		return string(l.text), nil
	}
}
