package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// withRanges runs the program as the user nobody, who has the given ranges in /etc/subuid and /etc/subgid. The files are laid over
// those of this host for that one process, which alone sees them. Its stdout and stderr come together.
func withRanges(t *testing.T, ranges string, args ...string) (string, int) {
	t.Helper()
	asRoot(t)
	needTool(t, "newuidmap", "uidmap")
	for _, file := range []string{"/etc/subuid", "/etc/subgid"} {
		if _, err := os.Stat(file); err != nil {
			t.Skipf("there is nothing to lay a file over: %v", err)
		}
	}
	file := filepath.Join(t.TempDir(), "ranges")
	if err := os.WriteFile(file, []byte(ranges), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	self, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer self.Close()
	const script = `mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid &&
exec setpriv --reuid 65534 --regid 65534 --clear-groups -- /proc/self/fd/3 "$@"`
	cmd := exec.CommandContext(t.Context(), "unshare", append([]string{"--mount", "sh", "-c", script, file}, args...)...)
	cmd.Env = append(os.Environ(), asProgram+"=1")
	cmd.Dir = "/"
	cmd.ExtraFiles = []*os.File{self} // The path of the test's binary leads through directories of root alone.
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}

// ids prints who a command is, and how the ids of its user namespace are mapped.
const ids = `id -u; id -g; cat /proc/self/uid_map /proc/self/gid_map`

// TestMapAuto has an ordinary user map his ranges, which only newuidmap and newgidmap may do.
func TestMapAuto(t *testing.T) {
	const both = "nobody:300000:1000\nsomebody:500000:9\n65534:400000:10\n"
	for name, test := range map[string]struct {
		flags []string
		want  string
	}{
		"ranges":        {nil, "65534 65534 0 300000 1000 1000 400000 10 0 300000 1000 1000 400000 10"},
		"root too":      {[]string{"--map-root"}, "0 0 0 65534 1 1 300000 1000 1001 400000 10 0 65534 1 1 300000 1000 1001 400000 10"},
		"unshare":       {[]string{"--map-root", "--fork-mode", "unshare"}, "0 0 0 65534 1 1 300000 1000 1001 400000 10 0 65534 1 1 300000 1000 1001 400000 10"},
		"others' walls": {[]string{"--map-root", "--new", "pid,net,mnt", "--mount-proc"}, "0 0 0 65534 1 1 300000 1000 1001 400000 10 0 65534 1 1 300000 1000 1001 400000 10"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append(append([]string{"run", "--new", "user", "--map-auto"}, test.flags...), "--", "sh", "-c", ids)
			out, code := withRanges(t, both, args...)
			if got := strings.Join(strings.Fields(out), " "); got != test.want || code != 0 {
				t.Errorf("exit code %d, ids and maps\n%s\nwant\n%s", code, got, test.want)
			}
		})
	}
}

// TestMapAutoOwns: what is made by a mapped user inside belongs to one of the ranges outside.
func TestMapAutoOwns(t *testing.T) {
	out, code := withRanges(t, "nobody:300000:1000\n", "run", "--new", "user,mnt", "--map-auto", "--map-root", "--",
		"sh", "-c", `mount -t tmpfs none /tmp && touch /tmp/it && chown 7:8 /tmp/it && stat -c %u:%g /tmp/it`)
	if out != "7:8\n" || code != 0 {
		t.Errorf("exit code %d, it says %q, want the owner 7:8", code, out)
	}
}

// TestMapAutoRefused says what is missing.
func TestMapAutoRefused(t *testing.T) {
	for name, test := range map[string]struct{ ranges, want string }{
		"no range": {"somebody:300000:1000\n", "nobody has no ids beside the own one in /etc/subuid and /etc/subgid"},
		"too many": {"nobody:4294967290:100\n", "newuidmap or newgidmap, which map the ids, refused"},
	} {
		t.Run(name, func(t *testing.T) {
			out, code := withRanges(t, test.ranges, "run", "--new", "user", "--map-auto", "--", "true")
			if code != exitRefused || !strings.Contains(out, test.want) {
				t.Errorf("exit code %d, it says %q; want %d and %q", code, out, exitRefused, test.want)
			}
		})
	}
}
