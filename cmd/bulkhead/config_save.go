package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	"bulkhead/ui/settings"
)

// keeper keeps the settings of a session. It knows what the session found, or wrote last, so that what it did not change since is
// left as somebody else may have written it meanwhile.
type keeper struct {
	file configFile
	busy sync.Mutex // Held while the file is read and written.
	was  settings.Settings
}

// save keeps what the session has now.
func (k *keeper) save(now settings.Settings) (kept string, err error) {
	k.busy.Lock()
	defer k.busy.Unlock()
	kept, err = k.file.save(k.was, now)
	if err == nil {
		k.was = now
	}
	return kept, err
}

// save writes into the file what is other now than it was, whole or not at all; the rest stays as the file has it. A file that is not understood is left as it is, and so is one
// that is read-only. One that somebody wrote, whose comments and order would be lost, is kept beside the new one.
func (f configFile) save(was, now settings.Settings) (kept string, err error) {
	text, err := f.read()
	if err != nil {
		return "", err
	}
	c, err := f.parse(text)
	if err != nil {
		return "", fmt.Errorf("%w; mend or remove it", err)
	}
	composed, err := c.compose(settings.Merge(was, now, c.settings))
	if err != nil {
		return "", err
	}
	way := f.way()
	at := way[len(way)-1] // A link to where somebody keeps such files stays one.
	mode, err := writable(way)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
		return "", err //nolint:wrapcheck // It names the directory.
	}
	kept = f.String()
	if text != "" && !c.composes(text) {
		before, err := keepBefore(at, text, mode)
		if err != nil {
			return "", err
		}
		kept += ", the file as it was in " + filepath.Base(before)
	}
	return kept, replace(at, composed, mode)
}

// composes is true if the text is what the program itself writes, so that nothing of it is lost when it writes again.
func (c content) composes(text string) bool {
	own, err := c.compose(c.settings)
	return err == nil && string(own) == text
}

// mostBefore is how many files are kept beside the one with the settings until no more is written.
const mostBefore = 1000

// keepBefore keeps the text of a file beside it, under a name that no file has yet: what was kept there earlier stays. A text
// that is there already is not kept twice.
func keepBefore(at, text string, mode os.FileMode) (before string, err error) {
	for n := range mostBefore {
		before = at + ".before"
		if n > 0 {
			before = fmt.Sprintf("%s.%d", before, n)
		}
		if there, err := configFile(before).read(); err == nil && there == text {
			return before, nil
		}
		if err = create(before, []byte(text), mode); !errors.Is(err, os.ErrExist) {
			return before, err
		}
	}
	return "", fmt.Errorf("%s.before: there are %d such files, remove some", at, mostBefore)
}

// create writes a file that is not there yet.
func create(at string, text []byte, mode os.FileMode) error {
	file, err := os.OpenFile(at, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err //nolint:wrapcheck // It names the file.
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err != nil {
		_ = os.Remove(at) // What is told is why it could not be written.
	}
	return err
}

// replace writes a file beside the place and moves it there, so that nobody ever finds a part of it.
func replace(at string, text []byte, mode os.FileMode) error {
	file, err := os.CreateTemp(filepath.Dir(at), "."+filepath.Base(at)+".*") // Its mode is 0600.
	if err != nil {
		return err //nolint:wrapcheck // It names the file.
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(mode), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), at)
	}
	if err != nil {
		_ = os.Remove(file.Name()) // What is told is why it could not be used.
	}
	return err //nolint:wrapcheck // It names the file.
}
