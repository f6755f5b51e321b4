package proc

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

const cgroupFile = "cgroup\x00"

// Cgroup reads /proc/PID/cgroup, raw. The bytes are valid until the next call of any method; ParseCgroup reads them.
// The same bytes mean the same groups, so that a caller parses each distinct text once. The kernel locks all groups to
// write it, which may take a while where groups are being made or removed. See cgroups(7).
func (r *Reader) Cgroup() ([]byte, error) {
	text, err := r.slurp(false, r.fd, cgroupFile)
	if err != nil {
		return nil, r.failed(cgroupFile, err)
	}
	return text, nil
}

// Membership is the group that a process is in, in one hierarchy: one line of /proc/PID/cgroup.
type Membership struct {
	// Hierarchy is the number of the hierarchy, as in /proc/cgroups: 0 for v2, others for v1.
	Hierarchy int
	// Controllers are those of a v1 hierarchy as the kernel writes them, such as "cpu,cpuacct" or "name=systemd".
	// They are empty for v2.
	Controllers string
	// Path is the group's path, raw: the kernel escapes nothing here, while it writes the root of a mount in
	// mountinfo with blanks, tabs and backslashes in octal ("\040"). It may hold any byte but newline and NUL.
	// It is relative to the root of the reader's cgroup namespace, so it may start with "/..".
	Path string
	// Deleted tells that the group was removed, which can only be said of a v2 group that a zombie is left in. A
	// group whose name ends in " (deleted)" looks the same.
	Deleted bool
}

// errMembership is returned for a line that is not one of a cgroup file.
var errMembership = errors.New("not of the form ID:CONTROLLERS:PATH")

// ParseCgroup reads the content of /proc/PID/cgroup, in the order of the file. An empty file, as a kernel with cgroups
// but without any hierarchy has it, is no membership.
func ParseCgroup(text []byte) ([]Membership, error) {
	memberships := make([]Membership, 0, bytes.Count(text, []byte{'\n'}))
	for line := range bytes.Lines(text) {
		m, err := parseMembership(string(bytes.TrimSuffix(line, []byte{'\n'})))
		if err != nil {
			return nil, fmt.Errorf("cgroup line %q: %w", line, err)
		}
		memberships = append(memberships, m)
	}
	return memberships, nil
}

func parseMembership(line string) (Membership, error) {
	parts := strings.SplitN(line, ":", 3) // The path may hold colons.
	if len(parts) != 3 || !strings.HasPrefix(parts[2], "/") {
		return Membership{}, errMembership
	}
	id, ok := parseNumber([]byte(parts[0]))
	if !ok || id > 1<<31-1 {
		return Membership{}, errMembership
	}
	m := Membership{Hierarchy: int(id), Controllers: parts[1], Path: parts[2]}
	if m.Hierarchy == 0 {
		m.Path, m.Deleted = strings.CutSuffix(m.Path, " (deleted)")
	}
	return m, nil
}
