package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
)

// seen returns a model that has seen a host whose facts a test changes.
func seen(t *testing.T, width, height int, change func(*probe.Snapshot)) Model {
	t.Helper()
	m := scanned(t, "hybrid")
	now := *m.live.frame.Now
	now.Host.Name, now.Host.User, now.Host.Self = "vm", "nobody", 1
	now.Host.Reference.Initial = true
	now.Gaps = nil
	change(&now)
	return send(m, tea.WindowSizeMsg{Width: width, Height: height}, scannedMsg{snapshot: &now, facts: probe.AllFacts})
}

func drawnAs(m Model) string { return ansi.Strip(strings.Join(m.lines(), "\n")) }

func gapsOf(s *probe.Snapshot) {
	s.Gaps = []probe.Gap{{Where: "/proc/PID/ns", Err: "permission denied", Count: 67, First: "/proc/1/ns"}}
}

// TestHeaderOfAnOrdinaryUser: who reads is told before what could be counted.
func TestHeaderOfAnOrdinaryUser(t *testing.T) {
	tests := map[string]struct {
		width  int
		change func(*probe.Snapshot)
		want   []string
	}{
		"80 columns, gaps":    {80, gapsOf, []string{"vm · nobody", "! 67 unreadable", "12 processes", "14 namespaces"}},
		"40 columns, gaps":    {40, gapsOf, []string{"vm · nobody", "! 67 "}},
		"80 columns, partial": {80, func(s *probe.Snapshot) { s.Host.Self = 0 }, []string{"vm · nobody", "! partial view", "12 processes"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			line, _, _ := strings.Cut(drawnAs(seen(t, test.width, 24, test.change)), "\n")
			for _, part := range test.want {
				if !strings.Contains(line, part) {
					t.Errorf("%q lacks %q", line, part)
				}
			}
		})
	}
}

// TestGapsPage: the sign in the header is the key that tells what it means.
func TestGapsPage(t *testing.T) {
	tests := map[string]struct {
		change func(*probe.Snapshot)
		want   string
	}{
		"gaps":    {gapsOf, "/proc/PID/ns: permission denied, such as /proc/1/ns"},
		"partial": {func(s *probe.Snapshot) { s.Host.Self = 0 }, "the reader is not among these processes"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := send(seen(t, 80, 24, test.change), press("!"))
			screen := drawnAs(m)
			if !strings.HasPrefix(screen, "╭─ Could not be read ") || !strings.Contains(screen, test.want) {
				t.Errorf("the page is\n%s\nwant one with %q", screen, test.want)
			}
			checkLines(t, m, [2]int{80, 24}, "gaps")
			if screen := drawnAs(send(m, press("x"))); !strings.Contains(screen, "─ Worlds ") {
				t.Errorf("after another key\n%s", screen)
			}
		})
	}
	if screen := drawnAs(send(seen(t, 80, 24, func(*probe.Snapshot) {}), press("!"))); !strings.Contains(screen, "all could be read") {
		t.Errorf("where nothing is missing:\n%s", screen)
	}
}
