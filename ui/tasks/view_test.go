package tasks

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/list"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
	"bulkhead/ui/uitest"
)

func TestView(t *testing.T) {
	now := host(t)
	for _, width := range []int{40, 80, 120} {
		m := synced(t, New().Resize(width, 14), now, "")
		m = pressed(t, reveal(t, m, 812, 812), "H")
		uitest.Golden(t, fmt.Sprintf("tree-%d", width), strings.Join(lines(m), "\n"))
	}
	flat := pressed(t, synced(t, New().Resize(80, 14), now, ""), ">", ">", ">")
	uitest.Golden(t, "flat-80", strings.Join(lines(flat), "\n"))
	found := synced(t, New().Resize(80, 8), now, "nginx")
	uitest.Golden(t, "found-80", strings.Join(lines(found), "\n"))
}

// Every line is as wide as the screen, whatever the processes call themselves.
func TestWidth(t *testing.T) {
	now := host(t)
	for width := range 130 {
		for _, keys := range [][]string{{"H"}, {">"}, {"*"}} {
			m := synced(t, New().Resize(width, 16), now, "")
			m = pressed(t, reveal(t, m, 812, 812), keys...)
			got := strings.Split(m.View(theme.New(true), true), "\n")
			if len(got) != 16 {
				t.Fatalf("width %d: %d lines, want 16", width, len(got))
			}
			for _, line := range got {
				if ansi.StringWidth(line) != width || ansi.StringWidthWc(line) != width {
					t.Errorf("width %d: %d cells in %q", width, ansi.StringWidth(line), line)
				}
			}
		}
	}
}

func TestWalls(t *testing.T) {
	now := host(t)
	tests := map[string]struct {
		pid         int32
		text, roles string
	}{
		"host":   {17, "········", "hhhhhhhh"},
		"web":    {20553, "·mpnhic·", "hooooooh"},
		"user":   {21000, "um······", "oohhhhhh"},
		"zombie": {20571, "·–·–––––", "hdhddddd"},
		"denied": {30000, "????????", "uuuuuuuu"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			task, ok := now.Task(tt.pid)
			if !ok {
				t.Fatalf("no task %d", tt.pid)
			}
			cell := wallsCell(&look{host: &now.Host}, task)
			if got := roles(cell); cell.Text != tt.text || got != tt.roles {
				t.Errorf("got %q in %q, want %q in %q", cell.Text, got, tt.text, tt.roles)
			}
		})
	}
}

func TestCells(t *testing.T) {
	now := host(t)
	base := process(7, 1, "x")
	tests := map[string]struct {
		column string
		change func(*probe.Task)
		want   list.Cell
	}{
		"no second reading yet":    {"CPU%", func(t *probe.Task) { t.CPU = probe.Reading[float64]{} }, list.Cell{}},
		"next to nothing":          {"CPU%", func(t *probe.Task) { t.CPU = reading.Of(0.0004) }, list.Cell{Text: "0.0", Role: theme.Dim}},
		"a little":                 {"CPU%", func(t *probe.Task) { t.CPU = reading.Of(0.0006) }, list.Cell{Text: "0.1"}},
		"just below ten CPUs":      {"CPU%", func(t *probe.Task) { t.CPU = reading.Of(9.9993) }, list.Cell{Text: "999.9"}},
		"ten CPUs":                 {"CPU%", func(t *probe.Task) { t.CPU = reading.Of(9.9996) }, list.Cell{Text: "1000"}},
		"an allowed CPU":           {"PSR", allowed(t, "0-3"), list.Cell{Text: "3"}},
		"a CPU forbidden since":    {"PSR", allowed(t, "0-1"), list.Cell{Text: "3", Role: theme.Warn}},
		"all CPUs":                 {"ALLOWED", allowed(t, "0-3"), list.Cell{Text: "0-3", Role: theme.Dim}},
		"some CPUs":                {"ALLOWED", allowed(t, "0,2"), list.Cell{Text: "0,2"}},
		"CPUs not read":            {"ALLOWED", nil, list.Cell{}},
		"CPUs not permitted":       {"ALLOWED", denied, list.Cell{Text: "?", Role: theme.Unknown}},
		"one thread":               {"THR", nil, list.Cell{Text: "1", Role: theme.Dim}},
		"many threads":             {"THR", func(t *probe.Task) { t.Threads = 123_456 }, list.Cell{Text: "123k"}},
		"a directory":              {"COMMAND", command("/usr/sbin/x -v"), list.Cell{Text: "x -v"}},
		"of a program named else":  {"COMMAND", command("/usr/sbin/y /x"), list.Cell{Text: "/usr/sbin/y /x"}},
		"a name cut by the kernel": {"COMMAND", command("/opt/xyz a"), list.Cell{Text: "xyz a"}},
		"no arguments":             {"COMMAND", command(""), list.Cell{Text: "x"}},
		"a kernel thread":          {"COMMAND", kernel, list.Cell{Text: "[x]", Role: theme.Dim}},
		"a zombie":                 {"COMMAND", zombie, list.Cell{Text: "x <defunct>", Role: theme.Dim}},
		"a zombie's state":         {"S", zombie, list.Cell{Text: "Z", Role: theme.Bad}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			task := base
			if tt.change != nil {
				tt.change(&task)
			}
			at := slices.IndexFunc(columns[:], func(c column) bool { return c.Title == tt.column })
			got := columns[at].cell(&look{host: &now.Host}, &task)
			if got.Text != tt.want.Text || got.Role != tt.want.Role {
				t.Errorf("got %q in role %v, want %q in role %v", got.Text, got.Role, tt.want.Text, tt.want.Role)
			}
		})
	}
}

// roles returns a letter for the role of each character of a cell.
func roles(c list.Cell) string {
	letters := map[theme.Role]byte{theme.Host: 'h', theme.Own: 'o', theme.Dim: 'd', theme.Unknown: 'u'}
	var all []byte
	for at := range c.Text {
		role := c.Role
		for _, s := range c.Spans {
			if at >= s.From && at < s.To {
				role = s.Role
			}
		}
		all = append(all, letters[role])
	}
	return string(all)
}

func TestEmpty(t *testing.T) {
	m := synced(t, New().Resize(60, 5), host(t), "no-such-thing")
	if got := strings.Join(lines(m), "\n"); !strings.Contains(got, "no task matches the filter") {
		t.Errorf("got %q", got)
	}
	if _, ok := m.Selected(); ok {
		t.Error("something is selected where there is nothing")
	}
	if shown, total := m.Count(); shown != 0 || total != 10 {
		t.Errorf("counts %d of %d, want 0 of 10", shown, total)
	}
}

// Before the first snapshot there is nothing, and no key does harm.
func TestBeforeFirstSync(t *testing.T) {
	m := pressed(t, New().Resize(40, 4), "t", "H", ">", "*", "left", "right", "down")
	m = m.Click(2).Wheel(3)
	if got := strings.Count(m.View(theme.Styles{}, true), "\n"); got != 3 {
		t.Errorf("%d line feeds, want 3", got)
	}
	if _, ok := m.Reveal(screen.Target{Kind: screen.Task}); ok {
		t.Error("a task is revealed in nothing")
	}
	if shown, total := m.Count(); shown != 0 || total != 0 || len(m.Want().Watch) != 0 {
		t.Errorf("counts %d of %d, and wants %v", shown, total, m.Want())
	}
}
