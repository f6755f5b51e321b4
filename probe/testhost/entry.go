package testhost

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/txtar"
)

// errEntry is returned for an entry of no known form.
var errEntry = errors.New("neither a file, a directory nor a link")

// lay makes what one entry describes.
func (h Host) lay(f txtar.File) error {
	name, form, err := cutName(f.Name)
	if err != nil {
		return err
	}
	path := filepath.Join(h.Dir, name)
	if !filepath.IsLocal(name) {
		return fmt.Errorf("%q leaves the host", name)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	target, linked := strings.CutPrefix(form, " -> ")
	literal, exact := strings.CutPrefix(form, " = ")
	switch {
	case linked:
		return layLink(path, target)
	case exact:
		return layExact(path, literal)
	case form == " ->":
		return layLinks(path, strings.Fields(string(f.Data)))
	case form != "":
		return errEntry
	case strings.HasSuffix(name, "/"):
		return layFiles(path, string(f.Data))
	}
	return os.WriteFile(path, f.Data, 0o644)
}

// cutName parts the name of an entry from what says its form.
func cutName(entry string) (name, form string, err error) {
	if quoted, err := strconv.QuotedPrefix(entry); err == nil && entry[0] == '"' {
		name, err = strconv.Unquote(quoted)
		return name, entry[len(quoted):], err
	}
	if i := strings.IndexByte(entry, ' '); i >= 0 {
		return entry[:i], entry[i:], nil
	}
	return entry, "", nil
}

func layExact(path, literal string) error {
	content, err := strconv.Unquote(literal)
	if err != nil {
		return fmt.Errorf("content %s: %w", literal, err)
	}
	return os.WriteFile(path, []byte(content), 0o644)
}

func layLink(path, target string) error {
	if strings.HasPrefix(target, `"`) {
		plain, err := strconv.Unquote(target)
		if err != nil {
			return fmt.Errorf("target %s: %w", target, err)
		}
		target = plain
	}
	return os.Symlink(target, path)
}

// layFiles makes a directory with a file for each line.
func layFiles(dir, lines string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for line := range strings.Lines(lines) {
		name, content, filled := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		if filled {
			content += `\n`
		}
		if err := layExact(filepath.Join(dir, name), `"`+strings.ReplaceAll(content, `"`, `\"`)+`"`); err != nil {
			return err
		}
	}
	return nil
}

// layLinks makes a directory of links.
func layLinks(dir string, links []string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, link := range links {
		name, target, named := strings.Cut(link, "=")
		if !named {
			name, _, _ = strings.Cut(link, ":")
			target = link
		}
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			return err
		}
	}
	return nil
}
