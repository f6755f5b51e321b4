package uitest

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A step of a script does one thing on a terminal.
type step func(ctx context.Context, t *Terminal) error

// verbs are the steps that have an argument: verb:argument.
var verbs = map[string]func(arg string) (step, error){
	"wait":   func(s string) (step, error) { return waitStep((*Terminal).WaitFor, s) },
	"gone":   func(s string) (step, error) { return waitStep((*Terminal).WaitGone, s) },
	"idle":   idleStep,
	"pause":  pauseStep,
	"type":   typeStep,
	"click":  clickStep,
	"wheel":  wheelStep,
	"resize": resizeStep,
}

// Play runs a script: keys and other steps, separated by commas (a backslash
// before a comma or a backslash makes it an ordinary character):
//
//	KEY             a key as Send takes it: 2, down, enter, ctrl+z, ?
//	type:TEXT       type the text
//	wait:TEXT       wait until the text is on the screen
//	gone:TEXT       wait until the text is no longer on the screen
//	idle:300ms      wait until nothing was written for that long
//	pause:1s        let that time pass, for recordings
//	click:TEXT      click on the first character of the text on the screen
//	wheel:TEXT      turn the wheel down by one notch there
//	resize:80x24    change the size
//
// The whole script is checked before its first step is done.
func (t *Terminal) Play(ctx context.Context, script string) error {
	steps, err := parseScript(script)
	if err != nil {
		return err
	}
	for _, do := range steps {
		if err := do(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func parseScript(script string) ([]step, error) {
	var steps []step
	for _, word := range splitScript(script) {
		do, err := parseStep(word)
		if err != nil {
			return nil, fmt.Errorf("script step %q: %w", word, err)
		}
		steps = append(steps, do)
	}
	return steps, nil
}

// splitScript cuts at commas and drops empty words and the space around each.
func splitScript(script string) []string {
	var words []string
	var word strings.Builder
	end := func() {
		if w := strings.TrimSpace(word.String()); w != "" {
			words = append(words, w)
		}
		word.Reset()
	}
	escaped := false
	for _, r := range script {
		switch {
		case !escaped && r == '\\':
			escaped = true
			continue
		case !escaped && r == ',':
			end()
		default:
			word.WriteRune(r)
		}
		escaped = false
	}
	end()
	return words
}

func parseStep(word string) (step, error) {
	verb, arg, _ := strings.Cut(word, ":")
	if parse, ok := verbs[verb]; ok {
		if arg == "" {
			return nil, fmt.Errorf("%s needs an argument", verb)
		}
		return parse(arg)
	}
	if _, err := encodeKey(word, keyModes{}); err != nil {
		return nil, err
	}
	return func(_ context.Context, t *Terminal) error { return t.Send(word) }, nil
}

func waitStep(wait func(*Terminal, context.Context, string) error, text string) (step, error) {
	return func(ctx context.Context, t *Terminal) error { return wait(t, ctx, text) }, nil
}

func idleStep(arg string) (step, error) {
	quiet, err := time.ParseDuration(arg)
	return func(ctx context.Context, t *Terminal) error { return t.WaitIdle(ctx, quiet) }, err
}

func pauseStep(arg string) (step, error) {
	length, err := time.ParseDuration(arg)
	return func(ctx context.Context, _ *Terminal) error {
		select {
		case <-time.After(length):
			return nil
		case <-ctx.Done():
			return fmt.Errorf("pause: %w", ctx.Err())
		}
	}, err
}

func typeStep(text string) (step, error) {
	return func(_ context.Context, t *Terminal) error { return t.Type(text) }, nil
}

func clickStep(text string) (step, error) {
	return atText(text, func(t *Terminal, x, y int) error { return t.Click(x, y) }), nil
}

func wheelStep(text string) (step, error) {
	return atText(text, func(t *Terminal, x, y int) error { return t.Wheel(x, y, 1) }), nil
}

// atText waits for the text and acts where it stands.
func atText(text string, act func(t *Terminal, x, y int) error) step {
	return func(ctx context.Context, t *Terminal) error {
		if err := t.WaitFor(ctx, text); err != nil {
			return err
		}
		x, y, found := t.Find(text)
		if !found {
			return fmt.Errorf("%q went away", text)
		}
		return act(t, x, y)
	}
}

func resizeStep(arg string) (step, error) {
	width, height, err := ParseSize(arg)
	return func(_ context.Context, t *Terminal) error { return t.Resize(width, height) }, err
}

// ParseSize reads a size in cells, such as 120x36.
func ParseSize(s string) (width, height int, err error) {
	var rest string
	if n, _ := fmt.Sscanf(s, "%dx%d%s", &width, &height, &rest); n != 2 || width < 1 || height < 1 {
		return 0, 0, fmt.Errorf("size %q is not like 120x36", s)
	}
	return width, height, nil
}
