package events

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/ui/filter"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
	"bulkhead/ui/uitest"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// frameAt is a frame of a scan so many seconds past noon.
func frameAt(seconds int, events []probe.Event) screen.Frame {
	return screen.Frame{Now: &probe.Snapshot{At: noon.Add(time.Duration(seconds) * time.Second)}, Events: events}
}

func filtered(t testing.TB, frame screen.Frame, expr string) screen.Frame {
	t.Helper()
	f, err := filter.Parse(expr)
	if err != nil {
		t.Fatal(err)
	}
	frame.Filter = f
	return frame
}

// moves are events numbered from one on, a second apart.
func moves(from, count int) []probe.Event {
	var events []probe.Event
	for i := range count {
		n := from + i
		events = append(events, probe.Event{
			At: noon.Add(time.Duration(n) * time.Second), Kind: probe.TaskMoved, Comm: "sh",
			Task:  probe.TaskKey{PID: int32(n), TID: int32(n), Start: 1},
			Group: probe.GroupKey{Hierarchy: "cpuset", Path: fmt.Sprintf("/lab/%d", n)}, From: "cpuset:/",
		})
	}
	return events
}

// everyKind is an event of each kind, with names that try to break the screen among them.
func everyKind() []probe.Event {
	at := noon.Add(1234 * time.Millisecond)
	nginx := probe.TaskKey{PID: 20553, TID: 20553, Start: 7}
	net := probe.NamespaceKey{NamespaceRef: probe.NamespaceRef{Type: probe.Net, Inode: 4026532010}}
	lab := probe.GroupKey{Hierarchy: "v2", Path: "/lab"}
	hostile := probe.GroupKey{Hierarchy: "cpuset", Path: "/a\x1b[2J\u202eb\n日本"}
	return []probe.Event{
		{At: at, Kind: probe.NamespaceBorn, Task: nginx, Comm: "nginx", Namespace: net},
		{At: at, Kind: probe.NamespaceGone, Task: nginx, Comm: "ngi\x07nx", Namespace: net},
		{At: at, Kind: probe.NamespaceFound, Namespace: net},
		{At: at, Kind: probe.GroupMade, Group: hostile},
		{At: at, Kind: probe.GroupRemoved, Group: lab},
		{At: at, Kind: probe.TaskEntered, Task: nginx, Comm: "nginx", Namespace: net, From: "net:[4026531840]"},
		{At: at, Kind: probe.TaskMoved, Task: nginx, Comm: "nginx", Group: lab, From: "/"},
		{At: at, Kind: probe.GroupFreezing, Group: lab},
		{At: at, Kind: probe.GroupFrozen, Group: lab},
		{At: at, Kind: probe.GroupThawed, Group: lab},
	}
}

func open(width, height int, frame screen.Frame) Model {
	return New().Resize(width, height).Sync(frame).(Model)
}

func press(m Model, keys ...string) Model {
	codes := map[string]rune{"up": tea.KeyUp, "down": tea.KeyDown, "pgup": tea.KeyPgUp}
	for _, key := range keys {
		msg := tea.KeyPressMsg{Code: codes[key]}
		if msg.Code == 0 {
			msg = tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
		}
		next, _ := m.Update(msg)
		m = next.(Model)
	}
	return m
}

func view(m Model) string {
	var lines []string
	for line := range strings.SplitSeq(ansi.Strip(m.View(theme.New(true), true)), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// selectedPID checks which process the selected event is about.
func selectedPID(t *testing.T, m Model, want int32) {
	t.Helper()
	if target, ok := m.Selected(); !ok || target.Task.PID != want {
		t.Errorf("selected is about %+v, want process %d", target, want)
	}
}

func TestGolden(t *testing.T) {
	var all []string
	for _, width := range []int{40, 80, 120} {
		m := open(width, 11, frameAt(9, everyKind()))
		all = append(all, fmt.Sprintf("%d wide:\n%s", width, view(m)))
	}
	uitest.Golden(t, "events", strings.Join(all, "\n\n"))
}

func TestEveryLineIsExactlyTheWidth(t *testing.T) {
	for width := range 140 {
		m := open(width, 12, frameAt(9, everyKind()))
		lines := strings.Split(m.View(theme.New(true), true), "\n")
		if len(lines) != 12 {
			t.Fatalf("width %d: %d lines, want 12", width, len(lines))
		}
		for i, line := range lines {
			if got := ansi.StringWidth(line); got != width {
				t.Errorf("width %d: line %d is %d wide: %q", width, i, got, line)
			}
		}
	}
}

func TestFollowsTheEnd(t *testing.T) {
	events := moves(1, 30)
	m := open(80, 11, frameAt(30, events))
	selectedPID(t, m, 30)
	events = append(events, moves(31, 5)...)
	m = m.Sync(frameAt(31, events)).(Model)
	selectedPID(t, m, 35)

	m = press(m, "up")
	events = append(events, moves(36, 5)...)
	m = m.Sync(frameAt(32, events)).(Model)
	selectedPID(t, m, 34)
	first, _, total := m.Scroll()
	m = m.Sync(frameAt(33, append(events, moves(41, 50)...))).(Model)
	if later, _, more := m.Scroll(); later != first || more != total+50 {
		t.Errorf("first row in view %d of %d, want still %d of %d", later, more, first, total+50)
	}

	m = press(m, "G")
	m = m.Sync(frameAt(34, append(events, moves(41, 60)...))).(Model)
	selectedPID(t, m, 100)
}

func TestWheelStopsFollowing(t *testing.T) {
	m := open(80, 11, frameAt(30, moves(1, 30)))
	m = m.Wheel(-3).(Model)
	m = m.Sync(frameAt(31, moves(1, 40))).(Model)
	selectedPID(t, m, 27)
}

func TestSelectionSurvivesForgettingTheOldest(t *testing.T) {
	m := open(80, 11, frameAt(30, moves(1, 50)))
	m = press(m, "pgup")
	selectedPID(t, m, 41)
	m = m.Sync(frameAt(31, moves(31, 50))).(Model)
	selectedPID(t, m, 41)
	if _, total := m.Count(); total != 50 {
		t.Errorf("total %d, want 50", total)
	}
	m = m.Sync(frameAt(32, moves(500, 50))).(Model)
	if first, _, total := m.Scroll(); first < 0 || total != 50 {
		t.Errorf("after all were forgotten: first %d of %d, want some of 50", first, total)
	}
}

func TestFilter(t *testing.T) {
	tests := map[string]int{
		"nginx": 3, "comm:nginx": 3, "pid:20553": 4, "cg:/lab": 5, "cg:cpuset": 1, "type:net": 4,
		"net:4026532010": 4, "net:4026531840": 1, "mnt:4026532010": 0, "frozen": 1, "!frozen": 9, "ns:4026531840": 1,
	}
	for expr, want := range tests {
		t.Run(expr, func(t *testing.T) {
			frame := frameAt(9, everyKind())
			m := open(80, 20, filtered(t, frame, expr))
			if got, total := m.Count(); got != want || total != 10 {
				t.Errorf("%d of %d events, want %d of 10:\n%s", got, total, want, view(m))
			}
			frame.Events = append(frame.Events, everyKind()...)
			if got, _ := m.Sync(filtered(t, frame, expr)).Count(); got != 2*want {
				t.Errorf("%d of twice the events, want %d", got, 2*want)
			}
			if got, _ := m.Sync(frame).Count(); got != 20 {
				t.Errorf("%d events without the filter, want 20", got)
			}
		})
	}
}

func TestKinds(t *testing.T) {
	m := open(80, 20, frameAt(9, everyKind()))
	for _, want := range []int{3, 5, 2, 10} {
		m = press(m, "n")
		if got, _ := m.Count(); got != want {
			t.Errorf("%d events%s, want %d", got, m.what.title(), want)
		}
	}
	if shown := view(press(m, "n", "n")); !strings.Contains(shown, "EVENT of groups") {
		t.Errorf("the heading does not say what is shown:\n%s", shown)
	}
}

func TestSelectedIsWhatTheEventIsAbout(t *testing.T) {
	events := everyKind()
	want := map[probe.EventKind]screen.Kind{
		probe.NamespaceBorn: screen.Namespace, probe.NamespaceGone: screen.Namespace, probe.NamespaceFound: screen.Namespace, probe.GroupMade: screen.Group,
		probe.GroupRemoved: screen.Group, probe.TaskEntered: screen.Task, probe.TaskMoved: screen.Task,
		probe.GroupFreezing: screen.Group, probe.GroupFrozen: screen.Group, probe.GroupThawed: screen.Group,
	}
	for i := range events {
		m := open(80, 20, frameAt(9, events[i:i+1]))
		if target, ok := m.Selected(); !ok || target.Kind != want[events[i].Kind] {
			t.Errorf("%s: target %+v, want kind %d", events[i].Kind, target, want[events[i].Kind])
		}
	}
}

func TestReveal(t *testing.T) {
	m := open(80, 20, frameAt(9, moves(1, 30)))
	next, ok := m.Reveal(screen.ToTask(probe.TaskKey{PID: 12, TID: 12, Start: 1}))
	if !ok {
		t.Fatal("the event of process 12 was not found")
	}
	selectedPID(t, next.(Model), 12)
	if _, ok := m.Reveal(screen.ToTask(probe.TaskKey{PID: 99, TID: 99})); ok {
		t.Error("an event was found that is not there")
	}
}

func TestNewOnesGlowForTwoRefreshes(t *testing.T) {
	m := open(80, 20, frameAt(0, nil))
	frame := frameAt(1, moves(1, 1))
	for i, want := range []bool{true, true, true, false} {
		m = m.Sync(frame).(Model)
		if got := m.rows.Row(0).Mark != 0; got != want {
			t.Errorf("sync %d: marked %v, want %v", i, got, want)
		}
		if i == 0 {
			m = m.Sync(filtered(t, frame, "sh")).(Model) // The same snapshot does not age the mark.
			continue
		}
		frame = frameAt(1+i, frame.Events)
	}
}

func TestEmpty(t *testing.T) {
	m := open(60, 5, frameAt(0, nil))
	if shown := view(m); !strings.Contains(shown, "nothing has changed since 12:00:00") {
		t.Errorf("empty screen says\n%s", shown)
	}
	if _, ok := m.Selected(); ok {
		t.Error("something is selected on an empty screen")
	}
	m = m.Sync(filtered(t, frameAt(1, moves(1, 3)), "nothing")).(Model)
	if shown := view(m); !strings.Contains(shown, "no event matches the filter") {
		t.Errorf("filtered screen says\n%s", shown)
	}
}

func BenchmarkSync(b *testing.B) {
	events := moves(1, 5010)
	frames := []screen.Frame{filtered(b, frameAt(1, events[:5000]), "sh"), filtered(b, frameAt(2, events[10:]), "sh")}
	m := open(120, 40, frames[0])
	for b.Loop() {
		m.Sync(frames[1])
	}
}
