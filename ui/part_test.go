package ui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/ui/screen"
)

// labGroup is a group of the test host.
var labGroup = probe.GroupKey{Hierarchy: "freezer", Path: "/lab"}

// TestBackLeadsOutOfASubtree goes into a subtree, from there to a process, and back step by step.
func TestBackLeadsOutOfASubtree(t *testing.T) {
	m := send(scanned(t, "hybrid"), tea.WindowSizeMsg{Width: 120, Height: 36}, press("3"))
	whole := m.listFrame().Note
	for name, leave := range map[string][]string{"back": {"backspace"}, "clear": {"esc"}, "the same key": {"R"}} {
		t.Run(name, func(t *testing.T) {
			in := send(m, press("down"), press("R"))
			if note := in.listFrame().Note; !strings.Contains(note, "in ") {
				t.Fatalf("below the list %q, want the root of the view", note)
			}
			for _, key := range leave {
				in = send(in, press(key))
			}
			if note := in.listFrame().Note; note != whole {
				t.Errorf("below the list %q, want %q as before", note, whole)
			}
		})
	}
}

func TestClearTakesTheFilterFirst(t *testing.T) {
	m := send(scanned(t, "hybrid"), tea.WindowSizeMsg{Width: 120, Height: 36}, press("3"), press("down"), press("R"))
	in := m.listFrame().Note
	m = send(m, press("/"), press("z"), press("z"), press("enter"), press("esc"))
	if note := m.listFrame().Note; note != in {
		t.Errorf("below the list %q, want %q", note, in)
	}
}

// TestTwoEscapesAtOnce: they are told as one with alt, and do what one after the other does.
func TestTwoEscapesAtOnce(t *testing.T) {
	m := send(scanned(t, "hybrid"), tea.WindowSizeMsg{Width: 120, Height: 36}, press("3"))
	whole := m.View().Content
	m = send(m, press("down"), press("R"), press("up"), press("/"), press("z"), press("enter"))
	if m.View().Content == whole {
		t.Fatal("neither the subtree nor the filter is to be seen")
	}
	want := send(m, press("esc"), press("esc")).View().Content
	got := send(m, tea.KeyPressMsg{Code: tea.KeyEscape, Mod: tea.ModAlt}).View().Content
	if got != want || got == send(m, press("esc")).View().Content {
		t.Errorf("after two escapes at once:\n%s\nwant\n%s", got, want)
	}
}

func TestBackFirstLeadsOutThenBack(t *testing.T) {
	m := send(scanned(t, "hybrid"), tea.WindowSizeMsg{Width: 120, Height: 36}, press("4"))
	next, _ := m.jump(screen.ToGroup(labGroup))
	m = send(next.(Model), press("R"), press("backspace"))
	if m.active != cgroupsScreen {
		t.Fatalf("screen %d in view, want the groups yet", m.active)
	}
	if m = send(m, press("backspace")); m.active != tasksScreen {
		t.Errorf("screen %d in view, want the tasks", m.active)
	}
}

func TestStartWithARoot(t *testing.T) {
	m := scanned(t, "hybrid")
	now := m.live.frame.Now
	for name, test := range map[string]struct {
		root    probe.GroupKey
		err     error
		notice  string
		subtree bool
	}{
		"found":        {root: labGroup, subtree: true},
		"no hierarchy": {err: errors.New("no hierarchy has it"), notice: "✗ root: no hierarchy has it"},
	} {
		t.Run(name, func(t *testing.T) {
			fresh, err := New(t.Context(), Config{Start: "cgroups", Root: func(*probe.Snapshot) (probe.GroupKey, error) {
				return test.root, test.err
			}})
			if err != nil {
				t.Fatal(err)
			}
			early := &probe.Snapshot{At: now.At} // The first picture comes before the groups are read.
			fresh = send(fresh, tea.WindowSizeMsg{Width: 120, Height: 36}, scannedMsg{snapshot: early})
			fresh = send(fresh, scannedMsg{snapshot: now, facts: probe.AllFacts}, scannedMsg{snapshot: now, facts: probe.AllFacts})
			if got := strings.Contains(fresh.listFrame().Note, "in "+test.root.String()); got != test.subtree {
				t.Errorf("below the list %q, want a subtree: %v", fresh.listFrame().Note, test.subtree)
			}
			if fresh.notice != test.notice {
				t.Errorf("notice %q, want %q", fresh.notice, test.notice)
			}
		})
	}
}
