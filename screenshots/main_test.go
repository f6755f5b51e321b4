package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bulkhead/ui/uitest"
)

// shoot runs the tool and returns its standard output.
func shoot(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr strings.Builder
	err := run(t.Context(), args, &stdout, &stderr)
	return stdout.String(), err
}

func TestShoot(t *testing.T) {
	svg, err := shoot(t, "-size", "30x5", "-settle", "20ms", "-keys", "wait:name,type:ship,enter,wait:hello ship,wait:5 30",
		"--", "sh", "-c", `printf 'name? '; read name; echo "hello $name"; stty size; read x`)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := texts(parse(t, svg))
	if want := "name? ship|hello ship|5 30"; strings.Join(got, "|") != want {
		t.Errorf("texts: got %q, want %q", got, want)
	}
	if want := `width="316" height="128"`; !strings.Contains(svg, want) {
		t.Errorf("picture: want %s in %s", want, svg[:200])
	}
}

// TestTheme checks that a program that asks for the background is told the
// theme's, in which the picture is drawn too.
func TestTheme(t *testing.T) {
	const ask = `stty raw -echo; printf '\033]11;?\007'; dd bs=1 count=23 2>/dev/null | tr -d '\033\007'; stty -raw`
	for name, test := range map[string]struct{ answer, ground string }{
		"dark":  {"]11;rgb:1414/1717/1c1c", `fill="#14171c"`},
		"light": {"]11;rgb:ffff/ffff/ffff", `fill="#ffffff"`},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "new", "out.svg")
			stdout, err := shoot(t, "-theme", name, "-size", "40x3", "-settle", "20ms", "-o", out, "-keys", "wait:rgb", "--", "sh", "-c", ask+"; read x")
			if err != nil || stdout != "" {
				t.Fatalf("got output %q and error %v, want none", stdout, err)
			}
			svg, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := texts(parse(t, string(svg)))
			if strings.Join(got, "") != test.answer || !strings.Contains(string(svg), test.ground) {
				t.Errorf("got answer %q, want %q, and the ground %s", got, test.answer, test.ground)
			}
		})
	}
}

// TestBusyProgram checks that a program that never stops drawing is drawn.
func TestBusyProgram(t *testing.T) {
	svg, err := shoot(t, "-settle", "50ms", "--", "sh", "-c", `while :; do printf '\rbusy'; done`)
	if err != nil || !strings.Contains(svg, "busy") {
		t.Errorf("got error %v and %d bytes, want busy in the picture", err, len(svg))
	}
}

func TestFrames(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "frames")
	stdout, err := shoot(t, "-frames", dir, "-fps", "20", "-settle", "20ms", "-keys", "wait:one,pause:300ms,enter,wait:two",
		"--", "sh", "-c", "echo one; read x; echo two; read x")
	if err != nil || stdout != "" {
		t.Fatalf("got output %q and error %v, want none", stdout, err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "f????.svg"))
	if err != nil || len(files) < 4 || filepath.Base(files[0]) != "f0001.svg" {
		t.Fatalf("got %v, %v, want 4 frames or more", files, err)
	}
	last, err := os.ReadFile(files[len(files)-1])
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := texts(parse(t, string(last))); strings.Join(got, " ") != "one two" {
		t.Errorf("last frame: got %q, want one and two", got)
	}
}

func TestFailures(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want error
	}{
		"no command":      {nil, errUsage},
		"unknown flag":    {[]string{"-x", "--", "true"}, errUsage},
		"bad size":        {[]string{"-size", "big", "--", "true"}, errUsage},
		"bad theme":       {[]string{"-theme", "blue", "--", "true"}, errUsage},
		"no such program": {[]string{"--", "/no/such/program"}, os.ErrNotExist},
		"program ended":   {[]string{"-keys", "wait:never", "--", "echo", "x"}, uitest.ErrEnded},
		"text never came": {[]string{"-timeout", "50ms", "-keys", "wait:never", "--", "sleep", "9"}, context.DeadlineExceeded},
		"cannot write":    {[]string{"-settle", "1ms", "-o", "/proc/no/x.svg", "--", "true"}, os.ErrNotExist},
	} {
		t.Run(name, func(t *testing.T) {
			if out, err := shoot(t, test.args...); !errors.Is(err, test.want) || out != "" {
				t.Errorf("got %q, %v, want the error %v", out, err, test.want)
			}
		})
	}
	if _, err := shoot(t, "-keys", "dwon", "--", "true"); err == nil || !strings.Contains(err.Error(), `unknown key "dwon"`) {
		t.Errorf("bad script: got %v, want the key named", err)
	}
}
