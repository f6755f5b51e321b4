package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"

	"bulkhead/ui/settings"
	"bulkhead/ui/uitest"
)

// configIn is the file of a user whose configuration is in a directory of the test, with a text in it unless that is empty.
func configIn(t *testing.T, text string) configFile {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	file, err := findConfig()
	if err != nil {
		t.Fatal(err)
	}
	if text != "" {
		writeFile(t, string(file), text)
	}
	return file
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func chosen() settings.Settings {
	return settings.Settings{Cgroups: settings.Cgroups{
		Sort: "mem", Reverse: true, Columns: settings.Sets{V2: []string{"group", "mem"}, Both: []string{"group"}},
	}}
}

func TestFindConfig(t *testing.T) {
	for name, test := range map[string]struct {
		xdg, home, want string
		err             error
	}{
		"XDG_CONFIG_HOME":         {"/x", "/home/me", "/x/bulkhead/config.toml", nil},
		"unset":                   {"", "/home/me", "/home/me/.config/bulkhead/config.toml", nil},
		"not absolute is ignored": {"x/y", "/home/me", "/home/me/.config/bulkhead/config.toml", nil},
		"neither":                 {"", "", "", errNoHome},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_CONFIG_HOME", test.xdg)
			t.Setenv("HOME", test.home)
			if got, err := findConfig(); string(got) != test.want || !errors.Is(err, test.err) {
				t.Errorf("found %q, %v, want %q, %v", string(got), err, test.want, test.err)
			}
		})
	}
}

func TestConfigIsKept(t *testing.T) {
	file := configIn(t, "")
	if got, says := file.load(); !cmp.Equal(got, settings.Settings{}) || says != nil {
		t.Errorf("a missing file says %+v, %q", got, says)
	}
	if _, err := file.save(settings.Settings{}, chosen()); err != nil {
		t.Fatal(err)
	}
	if got, says := file.load(); !cmp.Equal(got, chosen()) || says != nil {
		t.Errorf("kept %+v, %q, want %+v", got, says, chosen())
	}
	for path, want := range map[string]os.FileMode{string(file): 0o600, filepath.Dir(string(file)): 0o700} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s has mode %v, %v, want %v", path, info.Mode().Perm(), err, want)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(string(file)), ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if _, err := file.save(chosen(), settings.Settings{}); err != nil { // What is as usual again does not stay.
		t.Fatal(err)
	}
	if got, _ := file.load(); !cmp.Equal(got, settings.Settings{}) {
		t.Errorf("kept %+v, want nothing", got)
	}
}

func TestUnknownKeysAreToldAndKept(t *testing.T) {
	file := configIn(t, `colour = "blue"
[cgroups]
sort = "cpu"
depth = 3
[cgroups.columns]
v1 = ["group"]
v3 = ["a", "b"]
[other]
table.when = 2026-11-26
[[many]]
name = "x"
`)
	const unknown = "unknown: cgroups.columns.v3, cgroups.depth, colour, many, other"
	got, says := file.load()
	want := settings.Settings{Cgroups: settings.Cgroups{Sort: "cpu", Columns: settings.Sets{V1: []string{"group"}}}}
	if !cmp.Equal(got, want) {
		t.Errorf("loaded %+v, want %+v", got, want)
	}
	if len(says) != 1 || !strings.Contains(says[0], unknown) {
		t.Errorf("it says %q, want %q", says, unknown)
	}
	if _, err := file.save(got, chosen()); err != nil {
		t.Fatal(err)
	}
	uitest.Golden(t, "config", readFile(t, string(file)))
	if again, more := file.load(); !cmp.Equal(again, chosen()) || !strings.Contains(strings.Join(more, ""), unknown) {
		t.Errorf("afterwards it says %+v, %q", again, more)
	}
}

// A file that is not understood is not in force, does not keep the program from running, and is not written.
func TestConfigThatIsNotUnderstood(t *testing.T) {
	for name, test := range map[string]struct{ text, says string }{
		"no TOML":      {"[cgroups\nsort = 1\n", "line 2"},
		"another type": {"[cgroups]\nsort = [1]\n", "sort"},
		"no table":     {"cgroups = 5\n", "cgroups"},
		"binary":       {"\x00\xff\x1b[2J", "line 1"},
		"too long":     {strings.Repeat("# long\n", longestConfig/7+1), "more than settings can be"},
	} {
		t.Run(name, func(t *testing.T) {
			file := configIn(t, test.text)
			got, says := file.load()
			if !cmp.Equal(got, settings.Settings{}) || !strings.Contains(strings.Join(says, " "), test.says) {
				t.Errorf("loaded %+v, says %q, want nothing, and %q said", got, says, test.says)
			}
			if _, err := file.save(settings.Settings{}, chosen()); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("saved with error %v, want %q", err, test.says)
			}
			if now := readFile(t, string(file)); now != test.text {
				t.Errorf("the file was written: %q", now)
			}
		})
	}
}

func TestConfigThatIsNoFile(t *testing.T) {
	for name, make := range map[string]func(string) error{
		"directory": func(path string) error { return os.Mkdir(path, 0o700) },
		"fifo":      func(path string) error { return unix.Mkfifo(path, 0o600) },
	} {
		t.Run(name, func(t *testing.T) {
			file := configIn(t, "")
			if err := errors.Join(os.MkdirAll(filepath.Dir(string(file)), 0o700), make(string(file))); err != nil {
				t.Fatal(err)
			}
			if _, says := file.load(); !strings.Contains(strings.Join(says, " "), "no regular file") {
				t.Errorf("loading says %q", says)
			}
			if _, err := file.save(settings.Settings{}, chosen()); err == nil {
				t.Error("it was saved")
			}
		})
	}
}

func TestCommentsAreKeptBeside(t *testing.T) {
	const text = "# by hand\n[cgroups]\nsort = \"cpu\" # always\n"
	file := configIn(t, text)
	kept, err := file.save(settings.Settings{}, chosen())
	if err != nil || !strings.Contains(kept, "config.toml.before") {
		t.Fatalf("kept in %q, %v, want the file with comments named", kept, err)
	}
	if got := readFile(t, string(file)+".before"); got != text {
		t.Errorf("the file before says %q, want %q", got, text)
	}
	if kept, err := file.save(chosen(), settings.Settings{}); err != nil || strings.Contains(kept, "before") {
		t.Errorf("kept in %q, %v: the program's own comment is none to keep", kept, err)
	}
}

// What was kept beside the file stays: another text goes beside it, and one that is there already is not kept twice.
func TestWhatIsKeptBesideStays(t *testing.T) {
	const first, second = "# by hand\n[cgroups]\nsort = \"cpu\"\n", "# again\n[cgroups]\nsort = \"own\"\n"
	file := configIn(t, "")
	for _, text := range []string{first, second, first} {
		writeFile(t, string(file), text)
		if _, err := file.save(settings.Settings{}, chosen()); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{string(file) + ".before": first, string(file) + ".before.1": second} {
		if got := readFile(t, path); got != want {
			t.Errorf("%s says %q, want %q", path, got, want)
		}
	}
	if all, _ := filepath.Glob(string(file) + ".before*"); len(all) != 2 {
		t.Errorf("kept beside it: %q, want each text once", all)
	}
}

func TestWhatTheProgramWroteIsNotKeptBeside(t *testing.T) {
	for name, test := range map[string]struct {
		text string
		want bool
	}{
		"# in a string":           {configHeader + "colour = \"#00ff00\"\n\n[cgroups]\nsort = \"cpu\"\n", false},
		"the header and comments": {configHeader + "# mine\n[cgroups]\n", true},
		"another order":           {configHeader + "[cgroups]\nsort = \"cpu\"\nreverse = true\n", true},
	} {
		t.Run(name, func(t *testing.T) {
			file := configIn(t, test.text)
			kept, err := file.save(settings.Settings{}, chosen())
			if got := strings.Contains(kept, "before"); err != nil || got != test.want {
				t.Errorf("kept in %q, %v; another file: %v, want %v", kept, err, got, test.want)
			}
		})
	}
}

// A link stays one, since such files are often kept elsewhere.
func TestConfigThatIsALink(t *testing.T) {
	file := configIn(t, "")
	target := filepath.Join(t.TempDir(), "mine.toml")
	writeFile(t, target, "[cgroups]\nsort = \"cpu\"\n")
	if err := errors.Join(os.MkdirAll(filepath.Dir(string(file)), 0o700), os.Symlink(target, string(file))); err != nil {
		t.Fatal(err)
	}
	if _, err := file.save(settings.Settings{}, chosen()); err != nil {
		t.Fatal(err)
	}
	if got, err := os.Readlink(string(file)); err != nil || got != target || !strings.Contains(readFile(t, target), `"mem"`) {
		t.Errorf("the link leads to %q, %v, and there is %q", got, err, readFile(t, target))
	}
}

func TestConfigThatMayNotBeWritten(t *testing.T) {
	file := configIn(t, "[cgroups]\n")
	if err := os.Chmod(string(file), 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := file.save(settings.Settings{}, chosen()); err == nil || !strings.Contains(err.Error(), "read-only") {
		t.Errorf("saved a read-only file: %v", err)
	}
	if os.Geteuid() != 0 {
		return // The rest is what root must not do.
	}
	file = configIn(t, "")
	if err := os.Chown(os.Getenv("XDG_CONFIG_HOME"), 12345, 12345); err != nil {
		t.Fatal(err)
	}
	if _, err := file.save(settings.Settings{}, chosen()); err == nil || !strings.Contains(err.Error(), "belongs to uid 12345") {
		t.Errorf("saved in another one's directory: %v", err)
	}
	t.Setenv("XDG_CONFIG_HOME", "/proc/nowhere") // Where not even root can make a directory.
	file, _ = findConfig()
	if _, err := file.save(settings.Settings{}, chosen()); err == nil || !strings.Contains(err.Error(), "/proc/nowhere") {
		t.Errorf("saved where nothing can be: %v", err)
	}
}

// FuzzConfig looks for a file that is understood once and not any more after it was written.
func FuzzConfig(f *testing.F) {
	f.Add("[cgroups]\nsort = \"cpu\"\n[[x]]\ny = 1979-05-27T07:32:00Z\n[cgroups.columns]\nv9 = [[1], {a = nan}]\n")
	f.Add("a.b.c = 1\ncgroups.x.y = 2\n\"quoted.key\" = 3\n")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := configFile("f").parse(text)
		if err != nil {
			return
		}
		composed, err := c.compose(chosen())
		if err != nil {
			return // It is refused, and said why.
		}
		again, err := configFile("f").parse(string(composed))
		if err != nil {
			t.Fatalf("%q became %q: %v", text, composed, err)
		}
		if !cmp.Equal(again.settings, chosen()) {
			t.Errorf("%q became %q: %+v", text, composed, again.settings)
		}
		if !again.composes(string(composed)) {
			t.Errorf("%q became %q, which is not what its own content gives", text, composed)
		}
		for _, key := range c.unknown {
			if before, after := valueAt(c.all, key), valueAt(again.all, key); fmt.Sprint(before) != fmt.Sprint(after) {
				t.Errorf("%q became %q: %s was %v and is %v", text, composed, key, before, after)
			}
		}
	})
}

// valueAt returns the value of a key; what is in an array of tables is compared with that as a whole.
func valueAt(in map[string]any, key toml.Key) any {
	var value any = in
	for _, name := range key {
		table, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = table[name]
	}
	return value
}
