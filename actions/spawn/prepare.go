package spawn

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// IDMap says that Count ids from Inside on, as a user namespace numbers them, are those from Outside on, as its parent does.
type IDMap struct{ Inside, Outside, Count uint32 }

// prepared reports whether the parent has something to do to the child's namespaces.
func (r Run) prepared() bool {
	return r.UIDMap != nil || r.GIDMap != nil || r.DenySetgroups || r.Monotonic != 0 || r.Boottime != 0
}

// prepare numbers the users of the child's user namespace and sets the clocks of the time namespace for its children. The
// kernel lets do this whoever made the namespace, from outside.
func (r Run) prepare(pid int) error {
	dir := "/proc/" + strconv.Itoa(pid) + "/"
	if r.DenySetgroups {
		if err := write(dir+"setgroups", "deny"); err != nil {
			return err
		}
	}
	for _, m := range []struct {
		file, helper string
		ids          []IDMap
	}{{"uid_map", "newuidmap", r.UIDMap}, {"gid_map", "newgidmap", r.GIDMap}} {
		if m.ids == nil {
			continue
		}
		if err := r.mapIDs(pid, dir+m.file, m.helper, m.ids); err != nil {
			return err
		}
	}
	if r.Monotonic == 0 && r.Boottime == 0 {
		return nil
	}
	return write(dir+"timens_offsets", offset("monotonic", r.Monotonic)+offset("boottime", r.Boottime))
}

func (r Run) mapIDs(pid int, file, helper string, ids []IDMap) error {
	if r.MapHelpers {
		return help(helper, pid, ids)
	}
	var text []byte
	for _, m := range ids {
		text = fmt.Appendln(text, m.Inside, m.Outside, m.Count)
	}
	return write(file, string(text)) // In one call, or the kernel refuses it.
}

// help runs newuidmap(1) or newgidmap(1). The error is exec.ErrNotFound where it is not installed.
func help(helper string, pid int, ids []IDMap) error {
	args := []string{strconv.Itoa(pid)}
	for _, m := range ids {
		for _, n := range []uint32{m.Inside, m.Outside, m.Count} {
			args = append(args, strconv.FormatUint(uint64(n), 10))
		}
	}
	said, err := exec.CommandContext(context.Background(), helper, args...).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &exit):
		return fmt.Errorf("run %s: %w: %w: %s", helper, ErrMapHelper, err, bytes.TrimSpace(said))
	}
	return fmt.Errorf("run %s: %w", helper, err)
}

// offset is a line of timens_offsets: seconds of any sign, and nanoseconds of none.
func offset(clock string, by time.Duration) string {
	whole := by.Truncate(time.Second)
	if whole > by {
		whole -= time.Second
	}
	return fmt.Sprintln(clock, int64(whole/time.Second), int64(by-whole))
}

func write(file, text string) error {
	f, err := os.OpenFile(file, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("prepare namespaces: %w", err)
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("prepare namespaces: %w", err)
	}
	return nil
}
