// Command screenshots takes pictures of a terminal program: it runs the real
// program in an emulated terminal, plays a script of keys, and draws the screen
// cell by cell as SVG.
//
//	go run ./screenshots -size 120x36 -o worlds.svg -keys 'wait:Worlds,2,down,wait:Cgroups' -- COMMAND...
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"bulkhead/ui/uitest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "screenshots:", err)
		os.Exit(1)
	}
}

// errUsage is met when the command line is wrong and that has been said.
var errUsage = errors.New("wrong usage")

// options are the command line.
type options struct {
	width, height int
	theme         theme
	keys          string
	out           string // Empty: standard output, or nothing where frames are recorded.
	frames        string // A directory, or empty.
	fps           int
	settle        time.Duration
	timeout       time.Duration
	command       []string
}

const usage = `usage: screenshots [flags] -- COMMAND...

Runs COMMAND in a terminal, plays the keys, waits until the screen is quiet and
draws it as SVG. The keys are separated by commas:

  KEY            2, down, enter, esc, ctrl+z, shift+tab, f1, ?
  type:TEXT      type the text
  wait:TEXT      wait until the text is on the screen
  gone:TEXT      wait until the text is no longer on the screen
  idle:300ms     wait until nothing was written for that long
  pause:1s       let that time pass, for recordings
  click:TEXT     click where the text is on the screen
  wheel:TEXT     turn the mouse wheel down there
  resize:80x24   change the size

Flags:
`

func parseOptions(args []string, stderr io.Writer) (options, error) {
	o := options{theme: themes["dark"], width: 120, height: 36}
	flags := flag.NewFlagSet("screenshots", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.StringVar(&o.out, "o", "", "write the picture to this `file` instead of standard output")
	flags.StringVar(&o.keys, "keys", "", "the `script` to play")
	flags.StringVar(&o.frames, "frames", "", "record the whole run into this `directory`, as f0001.svg and so on")
	flags.IntVar(&o.fps, "fps", 8, "frames per second of the recording")
	flags.DurationVar(&o.settle, "settle", 300*time.Millisecond, "how long the screen must be quiet before the picture")
	flags.DurationVar(&o.timeout, "timeout", time.Minute, "give up when the script takes longer")
	flags.Func("size", "`WxH` of the terminal in cells (default 120x36)", func(s string) (err error) {
		o.width, o.height, err = uitest.ParseSize(s)
		return err
	})
	flags.Func("theme", "`dark|light`: the terminal's colours, and its answer to programs that ask (default dark)", func(s string) error {
		chosen, known := themes[s]
		if !known {
			return errors.New("dark or light")
		}
		o.theme = chosen
		return nil
	})
	if err := flags.Parse(args); err != nil {
		return o, errUsage // The flag package has said what is wrong.
	}
	o.command = flags.Args()
	if len(o.command) == 0 || o.fps < 1 {
		flags.Usage()
		return o, errUsage
	}
	return o, nil
}

// run does what the command line says. The picture goes to stdout unless a file
// or a recording is asked for.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	p, err := uitest.Run(exec.CommandContext(ctx, o.command[0], o.command[1:]...), o.width, o.height,
		uitest.Colors(o.theme.fg, o.theme.bg))
	if err != nil {
		return err
	}
	defer p.Close()
	// The program outlives the timeout, so that the error tells what was awaited.
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	if err := play(ctx, p.Terminal, o); err != nil {
		return err
	}
	return save(newPicture(p.Terminal, o.theme), o, stdout)
}

// play plays the keys and waits for quiet, and records that if asked to.
func play(ctx context.Context, t *uitest.Terminal, o options) error {
	if o.frames == "" {
		return playKeys(ctx, t, o)
	}
	r, err := startRecording(t, o)
	if err != nil {
		return err
	}
	return errors.Join(playKeys(ctx, t, o), r.stop())
}

func playKeys(ctx context.Context, t *uitest.Terminal, o options) error {
	if err := t.Play(ctx, o.keys); err != nil {
		return err
	}
	// A program that never stops drawing is drawn as it is then.
	quiet, cancel := context.WithTimeout(ctx, 10*o.settle)
	defer cancel()
	if err := t.WaitIdle(quiet, o.settle); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return ctx.Err()
}

func save(p picture, o options, stdout io.Writer) error {
	switch {
	case o.out != "":
		return writeFile(o.out, p)
	case o.frames != "":
		return nil
	}
	if _, err := io.WriteString(stdout, p.svg()); err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}

func writeFile(name string, p picture) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	if err := os.WriteFile(name, []byte(p.svg()), 0o644); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	return nil
}
