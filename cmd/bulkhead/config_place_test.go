package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bulkhead/ui/settings"
)

// linked is a file of settings that is a link to a target, which need not exist.
func linked(t *testing.T, target string) configFile {
	t.Helper()
	file := configIn(t, "")
	if err := errors.Join(os.MkdirAll(filepath.Dir(string(file)), 0o700), os.Symlink(target, string(file))); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestConfigOfADanglingLink(t *testing.T) {
	there := t.TempDir()
	if err := os.Symlink("further/../mine.toml", filepath.Join(there, "hop")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(there, "deep", "er"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("deep/er", filepath.Join(there, "further")); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct{ target, want string }{
		"file":             {there + "/new.toml", there + "/new.toml"},
		"directory":        {there + "/new/a.toml", there + "/new/a.toml"},
		"link to a link":   {there + "/hop", there + "/deep/mine.toml"},
		"relative, behind": {"../there.toml", ""},
	} {
		t.Run(name, func(t *testing.T) {
			file := linked(t, test.target)
			if test.want == "" {
				test.want = filepath.Join(filepath.Dir(string(file)), test.target)
			}
			if _, err := file.save(settings.Settings{}, chosen()); err != nil {
				t.Fatal(err)
			}
			if got, err := os.Readlink(string(file)); err != nil || got != test.target {
				t.Errorf("the link leads to %q, %v, want %q", got, err, test.target)
			}
			if !strings.Contains(readFile(t, test.want), `"mem"`) {
				t.Errorf("%s says %q", test.want, readFile(t, test.want))
			}
		})
	}
}

func TestModeOfConfigStays(t *testing.T) {
	file := configIn(t, "[cgroups] # mine\n")
	if err := os.Chmod(string(file), 0o664); err != nil {
		t.Fatal(err)
	}
	if _, err := file.save(settings.Settings{}, chosen()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{string(file), string(file) + ".before"} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o664 {
			t.Errorf("%s has mode %v, %v, want 0664", path, info.Mode(), err)
		}
	}
}

// What a link leads to is what is replaced: its owner and its directory count, and those of each link on the way.
func TestConfigThatLeadsToAnotherOnes(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can give files away")
	}
	for name, test := range map[string]struct{ foreign, says string }{
		"file":                  {"deep/mine.toml", "mine.toml belongs to uid 12345"},
		"its directory":         {"deep", "deep belongs to uid 12345"},
		"directory on the way":  {".", "belongs to uid 12345"},
		"file is not there yet": {"", "/none/of belongs to uid 12345"},
	} {
		t.Run(name, func(t *testing.T) {
			there := t.TempDir()
			target := filepath.Join(there, "deep", "mine.toml")
			writeFile(t, target, "[cgroups]\n")
			if test.foreign == "" {
				test.foreign, target = "none/of", filepath.Join(there, "none", "of", "these", "mine.toml")
				if err := os.MkdirAll(filepath.Join(there, "none", "of"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			if err := errors.Join(os.Symlink(target, there+"/hop"), os.Chown(filepath.Join(there, test.foreign), 12345, 12345)); err != nil {
				t.Fatal(err)
			}
			if _, err := linked(t, there+"/hop").save(settings.Settings{}, chosen()); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("saved with error %v, want %q", err, test.says)
			}
		})
	}
}
