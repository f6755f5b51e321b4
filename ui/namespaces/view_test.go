package namespaces

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
	"bulkhead/ui/uitest"
)

func TestView(t *testing.T) {
	for _, width := range []int{40, 80, 120} {
		m := synced(t, New().Resize(width, 36), host(), "")
		m = pressed(t, reveal(t, m, ref(probe.User, inodeOf(outer, probe.User))), "right")
		uitest.Golden(t, fmt.Sprintf("type-%d", width), strings.Join(lines(m), "\n"))
		uitest.Golden(t, fmt.Sprintf("owner-%d", width), strings.Join(lines(pressed(t, m, "o")), "\n"))
	}
	m := synced(t, New().Resize(80, 12), host(), "nginx")
	uitest.Golden(t, "found-80", strings.Join(lines(m), "\n"))
}

// Every line is as wide as the screen, whatever the processes call themselves.
func TestWidth(t *testing.T) {
	for width := range 130 {
		for _, keys := range [][]string{nil, {"*"}, {"o"}, {"o", "*"}} {
			m := pressed(t, synced(t, New().Resize(width, 60), host(), ""), keys...)
			got := strings.Split(m.View(theme.New(true), true), "\n")
			if len(got) != 60 {
				t.Fatalf("width %d: %d lines, want 60", width, len(got))
			}
			for _, line := range got {
				if ansi.StringWidth(line) != width || ansi.StringWidthWc(line) != width {
					t.Errorf("width %d: %d cells in %q", width, ansi.StringWidth(line), line)
				}
			}
		}
	}
}

// The host's are told from others by a sign and by a colour.
func TestSigns(t *testing.T) {
	m := synced(t, New().Resize(100, 60), host(), "").(Model)
	for i := range m.rows.lines {
		it := m.rows.at(i)
		if it.kind != aNamespace {
			continue
		}
		cell := m.rows.Row(i).Cells[0]
		sign, role := "■ ", theme.Own
		if it.space.Host {
			sign, role = "· ", theme.Host
		}
		if !strings.HasPrefix(cell.Text, sign) || cell.Role != role {
			t.Errorf("%s: %q in role %v, want sign %q in role %v", it.space, cell.Text, cell.Role, sign, role)
		}
	}
}

func TestEmpty(t *testing.T) {
	m := synced(t, New().Resize(60, 5), host(), "no-such-thing")
	if got := strings.Join(lines(m), "\n"); !strings.Contains(got, "no namespace matches the filter") {
		t.Errorf("got %q", got)
	}
	if _, ok := m.Selected(); ok {
		t.Error("something is selected where there is nothing")
	}
	if shown, total := m.Count(); shown != 0 || total != 20 {
		t.Errorf("counts %d of %d, want 0 of 20", shown, total)
	}
}

// Before the first snapshot there is nothing, and no key does harm.
func TestBeforeFirstSync(t *testing.T) {
	m := pressed(t, New().Resize(40, 4), "o", "*", "left", "right", "down")
	m = m.Click(2).Wheel(3)
	if got := strings.Count(m.View(theme.Styles{}, true), "\n"); got != 3 {
		t.Errorf("%d line feeds, want 3", got)
	}
	if _, ok := m.Reveal(screen.Target{Kind: screen.Namespace}); ok {
		t.Error("a namespace is revealed in nothing")
	}
	if shown, total := m.Count(); shown != 0 || total != 0 || len(m.Want().Watch) != 0 {
		t.Errorf("counts %d of %d, and wants %v", shown, total, m.Want())
	}
}

// A namespace that has a name is told by it in either order.
func TestNames(t *testing.T) {
	s := *host()
	s.Namespaces = slices.Clone(s.Namespaces)
	at := slices.IndexFunc(s.Namespaces, func(n probe.Namespace) bool { return n.Type == probe.Net && !n.Host })
	s.Namespaces[at].Name = "blue"
	m := synced(t, New().Resize(120, 60), &s, "")
	for name, view := range map[string]string{"type": strings.Join(lines(m), "\n"), "owner": strings.Join(lines(pressed(t, m, "o")), "\n")} {
		if !strings.Contains(view, strconv.FormatUint(s.Namespaces[at].Inode, 10)+" blue") && !strings.Contains(view, s.Namespaces[at].String()+" blue") {
			t.Errorf("by %s:\n%s\nwant blue beside %s", name, view, s.Namespaces[at].NamespaceRef)
		}
	}
}
