package origin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// files reads the files of a host, which may be laid out below a directory. Some of them belong to users who need not
// mean well: none is waited for longer than its reader wishes, and none is read further than it has to be.
type files struct {
	root string
	busy chan struct{} // One for each read under way, those that nobody waits for any more among them.
}

// How much is read, in bytes and directory entries, and how many reads may hang at the same time.
const (
	mostBytes   = 4 << 20
	mostEntries = 512
	mostReads   = 4
)

// Why a file is not read.
var (
	errIrregular = errors.New("not a regular file")
	errLong      = errors.New("too long")
	errStuck     = errors.New("earlier reads still hang")
)

func newFiles(root string) files { return files{root, make(chan struct{}, mostReads)} }

// at returns where a path of the host is.
func (f *files) at(path string) string { return filepath.Join(f.root, path) }

// read returns the content of a file.
func (f *files) read(ctx context.Context, path string) ([]byte, error) {
	return await(ctx, f.busy, func() ([]byte, error) { return slurp(f.at(path), true) })
}

// decode reads a file of JSON.
func (f *files) decode(ctx context.Context, path string, into any) error {
	text, err := f.read(ctx, path)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// list returns the names in a directory, at most mostEntries of them; none where it cannot be read.
func (f *files) list(ctx context.Context, dir string) []string {
	names, err := await(ctx, f.busy, func() ([]string, error) {
		d, err := os.Open(f.at(dir))
		if err != nil {
			return nil, fmt.Errorf("open: %w", err)
		}
		defer func() { _ = d.Close() }() // It was only read.
		names, err := d.Readdirnames(mostEntries)
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		return names, err //nolint:wrapcheck // It names the directory.
	})
	if err != nil {
		return nil
	}
	return names
}

// home returns the home directory of a user, by the host's own list of them; passwd(5).
func (f *files) home(ctx context.Context, uid uint32) (string, bool) {
	text, err := f.read(ctx, "/etc/passwd")
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), ":")
		if len(fields) > 5 && fields[2] == strconv.FormatUint(uint64(uid), 10) && filepath.IsAbs(fields[5]) {
			return fields[5], true
		}
	}
	return "", false
}

// await runs a read that may hang, on a file system that does not answer, and waits for it as long as ctx lasts.
func await[T any](ctx context.Context, busy chan struct{}, read func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
	}
	var none T
	select {
	case busy <- struct{}{}:
	default:
		return none, errStuck
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-busy }()
		value, err := read()
		done <- result{value, err}
	}()
	select {
	case got := <-done:
		return got.value, got.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// slurp reads a regular file of no more than mostBytes. Nothing else is ever opened, since a user may have laid a pipe there,
// which would be waited for, or a link to a device, which opening alone may set off. With sized, the same goes for the files
// that say they are empty, as those of the kernel do.
func slurp(path string, sized bool) ([]byte, error) {
	fd, err := unix.Open(path, unix.O_PATH|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { _ = unix.Close(fd) }() // It is but a handle.
	var stat unix.Stat_t
	if err := unix.Fstat(fd, &stat); err != nil {
		return nil, fmt.Errorf("stat %s: %w", path, err)
	}
	if stat.Mode&unix.S_IFMT != unix.S_IFREG || (sized && stat.Size == 0) {
		return nil, fmt.Errorf("%s: %w", path, errIrregular)
	}
	file, err := os.Open("/proc/self/fd/" + strconv.Itoa(fd))
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	defer func() { _ = file.Close() }() // It was only read.
	text, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", path, err)
	case len(text) > mostBytes:
		return nil, fmt.Errorf("%s: %w", path, errLong)
	}
	return text, nil
}
