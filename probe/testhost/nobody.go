package testhost

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// nobody is the user and group whom nothing belongs to.
const nobody = 65534

// AsNobody runs a test without any rights. Root runs the whole calling test once more, in a process of the user nobody,
// and passes its outcome on; any other user runs it at once. What comes before AsNobody in the test is run by both.
func AsNobody(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	if os.Geteuid() != 0 {
		test(t)
		return
	}
	// The path of the test's binary leads through directories of root alone; this link jumps over them.
	again := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.v", "-test.run="+pattern(t.Name()))
	again.Env = append(os.Environ(), "GOCOVERDIR=", "HOME=/")
	again.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := again.CombinedOutput()
	if err != nil {
		t.Fatalf("as nobody: %v\n%s", err, out)
	}
	if !strings.Contains(string(out), "--- PASS: "+t.Name()) {
		t.Fatalf("as nobody: the test did not run\n%s", out)
	}
}

// pattern matches the one test or subtest of a name.
func pattern(name string) string {
	levels := strings.Split(name, "/")
	for i, level := range levels {
		levels[i] = "^" + regexp.QuoteMeta(level) + "$"
	}
	return strings.Join(levels, "/")
}
