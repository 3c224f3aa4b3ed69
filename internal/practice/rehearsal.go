package practice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/drill"
	"yitang/internal/fault"
	"yitang/internal/money"
	"yitang/internal/pack"
	"yitang/internal/unit"
	"yitang/packs"
)

// rehearsals are folders of houses in which it is tried whether a pack can be
// practised by; they are thrown away at once, and after a crash when runs are opened.
const rehearsals = ".rehearsal-"

// by is what a run is practised by.
type by struct {
	Own    bool   `json:"own"`              // the office's own pack, else the demo city's
	Number int    `json:"number,omitempty"` // of the own pack's version
	Fails  string `json:"fails,omitempty"`  // the step that can't be practised by the own one; "" where there is none
}

// packOf gives the pack by which a fresh run is practised: the office's own that is in
// force, where the made-up case can be taken to the archive by it, else the demo
// city's. Which of them, it tells.
func (s *Runs) packOf(ctx context.Context) (pack.Content, by, error) {
	built, err := pack.Built()
	if err != nil {
		return nil, by{}, err
	}
	files, _ := packs.Named("demo")
	demo, err := pack.ReadFiles(files)
	if err == nil {
		demo, err = built.Practising(demo)
	}
	if err != nil || s.Pack == nil {
		return demo, by{}, err
	}
	own, number, err := s.Pack(ctx)
	if err != nil {
		return nil, by{}, fmt.Errorf("reading the configuration in force: %w", err)
	}
	if own == nil {
		return demo, by{}, nil
	}
	if own, err = built.Practising(own); err != nil {
		return nil, by{}, err
	}
	s.rehearsing.Lock()
	defer s.rehearsing.Unlock()
	fails, known := s.rehearsed[own.Sum()]
	if !known {
		err := s.rehearse(ctx, own)
		if err != nil {
			if ctx.Err() != nil {
				return nil, by{}, ctx.Err()
			}
			s.Log.Warn("the office's own configuration can't be practised by; the demo city's is taken", "version", number, "err", err)
			fails = stepOf(err)
		}
		if fails == "" || refused(err) { // what fails for another reason may not fail the next time
			s.rehearsed[own.Sum()] = fails
		}
	}
	if fails != "" {
		return demo, by{Number: number, Fails: fails}, nil
	}
	return own, by{Own: true, Number: number}, nil
}

// stumble is the step at which a rehearsal ended.
type stumble struct {
	step  drill.Name
	cause error
}

func (s *stumble) Error() string { return fmt.Sprintf("%s: %v", s.step, s.cause) }
func (s *stumble) Unwrap() error { return s.cause }

// refused tells whether a rehearsal ended because a step was refused, as it would be
// every time; a full disk or a busy machine says nothing of the pack.
func refused(err error) bool {
	var at *stumble
	return errors.As(err, &at) && (len(fault.Findings(at)) > 0 || fault.IsConflict(at) || fault.IsForbidden(at) || fault.IsNotFound(at) || fault.IsNotNow(at))
}

// stepOf names a step in one word, for pages.
func stepOf(err error) string {
	var at *stumble
	if errors.As(err, &at) {
		return strings.ReplaceAll(string(at.step), " ", "_")
	}
	return "zones"
}

// played are the steps that the staff, and the officer, take in a run.
var played = []drill.Name{drill.Draft, drill.Present, drill.Submit, drill.Accept, drill.Review, drill.Decide, drill.Capture, drill.Make, drill.Check, drill.HandOver, drill.Receive,
	drill.VisaKit, drill.VisaSent, drill.VisaGranted, drill.VisaChecked, drill.Lend, drill.Depart, drill.ComeHome, drill.HandIn, drill.Report, drill.Rate}

// rehearse takes the made-up case from the draft to the archive in a house of its own
// by a pack: what fails there would leave an officer stuck.
func (s *Runs) rehearse(ctx context.Context, c pack.Content) error {
	dir, err := os.MkdirTemp(s.Dir, rehearsals)
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	x := &run{dir: dir}
	o := s.options(x)
	o.Pack, o.Begins = c, nil
	story, err := drill.Begin(ctx, o)
	if err != nil {
		return &stumble{drill.Zones, err}
	}
	defer story.Close()
	if _, err := story.Play(ctx, drill.Register, nil); err != nil {
		return &stumble{drill.Register, err}
	}
	made, err := taskOf(ctx, story)
	if err != nil {
		return err
	}
	x.house = story.House
	_, err = x.play(ctx, story.Hands(), story.Unit, made, nil)
	return err
}

// play takes the made-up case to the archive by everybody's hands, and tells each step.
func (x *run) play(ctx context.Context, h drill.Hands, unit string, made dossier.Case, did func(drill.Name, string)) (string, error) {
	for i := range made.Members { // the one thing that the task leaves to be typed
		made.Budget.Lines = append(made.Budget.Lines, dossier.BudgetLine{Member: &i, Kind: dossier.Airfare, AmountCny: money.DecimalOf(9000), Cabin: "economy"})
	}
	var file bytes.Buffer
	if err := dossier.Write(&file, made); err != nil {
		return "", err
	}
	id, err := h.Bring(ctx, unit, &file)
	if err != nil {
		return "", &stumble{drill.Draft, err}
	}
	for _, step := range played {
		if step == drill.Lend { // the days that a run lets pass
			if err := h.Reach(x.house.Internet.Book().AddWorkdays(made.Trip.Depart, -5).Begins().Add(lookedAt)); err != nil {
				return id, err
			}
		}
		if err := h.Do(ctx, id, step); err != nil {
			return id, &stumble{step, err}
		}
		if did != nil {
			did(step, id)
		}
	}
	v, err := x.look(ctx)
	if err == nil && !v.archived() {
		err = &stumble{drill.Rate, fmt.Errorf("the case doesn't come to the archive: it is %q", v.is.Stage)}
	}
	return id, err
}

// taskOf is the made-up case for the unit of a house.
func taskOf(ctx context.Context, story *drill.Story) (dossier.Case, error) {
	ours, err := unit.One(ctx, story.Internet.Store, story.Unit)
	if err != nil {
		return dossier.Case{}, err
	}
	return task(ours.Name, story.Internet.Journal.Today(), story.Internet.Book(), story.Members()[:drill.Expert]), nil
}
