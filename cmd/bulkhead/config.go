package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"bulkhead/ui"
	"bulkhead/ui/settings"
)

// configFile is the file in which the settings are kept.
type configFile string

// configHeader stands at the beginning of the file.
const configHeader = "# bulkhead keeps here what was chosen on its screens.\n\n"

// longestConfig is more than any settings need.
const longestConfig = 1 << 20

// errNoHome means that the user has no place for settings.
var errNoHome = errors.New("neither $XDG_CONFIG_HOME nor $HOME is set")

// findConfig returns where the settings of the user are, by the XDG base directory specification: a path in XDG_CONFIG_HOME
// that is not absolute is to be ignored.
func findConfig() (configFile, error) {
	dir := os.Getenv("XDG_CONFIG_HOME")
	if !filepath.IsAbs(dir) {
		home := os.Getenv("HOME")
		if !filepath.IsAbs(home) {
			return "", errNoHome
		}
		dir = filepath.Join(home, ".config")
	}
	return configFile(filepath.Join(dir, "bulkhead", "config.toml")), nil
}

// String writes the path as a person would.
func (f configFile) String() string {
	if below, ok := strings.CutPrefix(string(f), os.Getenv("HOME")+"/"); ok && filepath.IsAbs(os.Getenv("HOME")) {
		return "~/" + below
	}
	return string(f)
}

// read reads the file; a missing one is empty.
func (f configFile) read() (string, error) {
	info, err := os.Stat(string(f))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", nil
	case err != nil:
		return "", err //nolint:wrapcheck // It names the file.
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s: it is no regular file", f)
	case info.Size() > longestConfig:
		return "", fmt.Errorf("%s: its %d bytes are more than settings can be", f, info.Size())
	}
	file, err := os.Open(string(f))
	if err != nil {
		return "", err //nolint:wrapcheck // It names the file.
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, longestConfig))
	return string(text), err //nolint:wrapcheck // It names the file.
}

// content is what the file says.
type content struct {
	settings settings.Settings
	all      map[string]any // The same with what the settings do not have:
	unknown  []toml.Key
}

// parse understands the text of the file.
func (f configFile) parse(text string) (content, error) {
	var c content
	if _, err := toml.Decode(text, &c.all); err != nil {
		return content{}, fmt.Errorf("%s: %w", f, err)
	}
	meta, err := toml.Decode(text, &c.settings)
	if err != nil {
		return content{}, fmt.Errorf("%s: %w", f, err)
	}
	c.unknown = meta.Undecoded()
	return c, nil
}

// load returns the settings, and what is to be told of the file: a file that is not understood is not in force, but no reason not
// to go on.
func (f configFile) load() (kept settings.Settings, says []string) {
	text, err := f.read()
	if err != nil {
		return settings.Settings{}, []string{err.Error()}
	}
	c, err := f.parse(text)
	if err != nil {
		return settings.Settings{}, []string{err.Error() + "; nothing of it is in force"}
	}
	if names := topmost(c.unknown); len(names) > 0 {
		says = append(says, fmt.Sprintf("%s: unknown: %s", f, strings.Join(names, ", ")))
	}
	return c.settings, says
}

// topmost returns the keys without those that are in a table which is among them itself.
func topmost(keys []toml.Key) (names []string) {
	known := map[string]bool{}
	for _, key := range keys {
		known[key.String()] = true
	}
	for name := range known {
		above := false
		for i, c := range name {
			above = above || c == '.' && known[name[:i]]
		}
		if !above {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// compose returns the text of the file with other settings. What was in it and is unknown stays in it.
func (c content) compose(next settings.Settings) ([]byte, error) {
	var own bytes.Buffer
	if err := toml.NewEncoder(&own).Encode(next); err != nil {
		return nil, fmt.Errorf("write settings: %w", err)
	}
	all := map[string]any{}
	if _, err := toml.Decode(own.String(), &all); err != nil {
		return nil, fmt.Errorf("write settings: %w", err)
	}
	for _, key := range c.unknown {
		carry(all, c.all, key)
	}
	text := bytes.NewBufferString(configHeader)
	encoder := toml.NewEncoder(text)
	encoder.Indent = ""
	if err := encoder.Encode(all); err != nil {
		return nil, fmt.Errorf("write settings: %w", err)
	}
	return text.Bytes(), nil
}

// carry copies the value of a key from one tree of tables to another.
func carry(to, from map[string]any, key toml.Key) {
	for _, name := range key[:len(key)-1] {
		below, ok := from[name].(map[string]any)
		if !ok {
			return // It is in an array of tables, which is copied as a whole.
		}
		if _, ok := to[name].(map[string]any); !ok {
			to[name] = map[string]any{}
		}
		from, to = below, to[name].(map[string]any) //nolint:errcheck // It was just made sure of.
	}
	last := key[len(key)-1]
	to[last] = from[last]
}

// withConfig has the screen begin with the settings of the file, and keep others there where the program may write.
func withConfig(config *ui.Config, o screenOptions) {
	if o.noConfig {
		config.Kept = "for this session: with --no-config nothing is kept"
		return
	}
	file, err := findConfig()
	if err != nil {
		config.Kept = "for this session: " + err.Error()
		return
	}
	config.Settings, config.SettingsSay = file.load()
	if o.readOnly {
		config.Kept = "for this session: with --read-only nothing is written"
		return
	}
	keep := &keeper{file: file, was: config.Settings}
	config.Save, config.Kept = keep.save, "enter keeps them in "+file.String()
}
