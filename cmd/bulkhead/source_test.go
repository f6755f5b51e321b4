package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// sourceOf is where the tasks of a document come from.
func sourceOf(t *testing.T, document string) string {
	t.Helper()
	var d struct{ Host struct{ Source string } }
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		t.Fatalf("%v in\n%s", err, document)
	}
	return d.Host.Source
}

func TestSourceFlag(t *testing.T) {
	h := layOut(t, "v2")
	if got := sourceOf(t, h.succeed(t, "list", "tasks", "--json")); got != "proc" {
		t.Errorf("a host in files is read from %q, want proc", got)
	}
	if got := execute(t, "list", "tasks", "--proc", t.TempDir(), "--source", "bpf"); got.code != exitRefused || !strings.Contains(got.err, "another /proc is read") {
		t.Errorf("--source bpf of another /proc: %+v", got)
	}
	if got := execute(t, "list", "tasks", "--source", "both"); got.code != exitUsage || !strings.Contains(got.err, `"both" is none of proc, bpf and auto`) {
		t.Errorf("--source both: %+v", got)
	}
}

func TestSourceHere(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs root, or CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE")
	}
	for _, source := range []string{"proc", "bpf"} {
		got := execute(t, "list", "worlds", "--quick", "--json", "--source", source)
		if got.code != exitDone {
			t.Fatalf("--source %s: %+v", source, got)
		}
		if told := sourceOf(t, got.out); told != source {
			t.Errorf("--source %s: the document says %q", source, told)
		}
	}
}
