package ui

import (
	"path/filepath"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

// scanned returns a model that has seen a test host twice, so that its screens are full.
func scanned(t *testing.T, name string) Model {
	t.Helper()
	host := testhost.Load(t, filepath.Join("../probe/testdata/hosts", name+".txtar"))
	roots := probe.Roots{Proc: host.Proc, Sys: host.Sys}
	scanner, err := probe.Open(roots)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = scanner.Close() }) // It was only read from.
	m, err := New(t.Context(), Config{Source: scanner, Looker: probe.NewLooker(roots, nil), Interval: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		snapshot, err := scanner.Scan(t.Context(), probe.Request{Facts: probe.AllFacts})
		if err != nil {
			t.Fatal(err)
		}
		m = send(m, scannedMsg{snapshot: snapshot, facts: probe.AllFacts})
	}
	return m
}

// send hands messages to a model; what they want done is not done.
func send(m Model, messages ...tea.Msg) Model {
	for _, msg := range messages {
		next, _ := m.Update(msg)
		m = next.(Model)
	}
	return m
}

// press makes the message of a key.
func press(key string) tea.KeyPressMsg {
	codes := map[string]rune{
		"enter": tea.KeyEnter, "down": tea.KeyDown, "right": tea.KeyRight, "left": tea.KeyLeft, "esc": tea.KeyEscape,
		"end": tea.KeyEnd, "backspace": tea.KeyBackspace, "tab": tea.KeyTab,
	}
	if code, ok := codes[key]; ok {
		return tea.KeyPressMsg{Code: code}
	}
	r := []rune(key)[0]
	return tea.KeyPressMsg{Code: r, Text: key}
}

// TestEveryLineFits draws every screen of every test host at many sizes, after each of a row of keys: there are never more
// lines than the terminal has, and none is wider.
func TestEveryLineFits(t *testing.T) {
	sizes := [][2]int{{1, 1}, {20, 5}, {39, 10}, {40, 10}, {41, 11}, {60, 15}, {80, 24}, {109, 30}, {110, 20}, {120, 36}, {200, 50}, {250, 60}}
	keys := []string{"1", "2", "3", "4", "5", "3", "right", "down", "right", "*", "end", "C", "down", "J", "s", "esc", "{", "R", "t", "R", "enter", "down", "enter", "backspace", "d", "d", "?", "end", "esc", "/", "n", "o", "p", "e", "x", "enter", "4", "t", "I", "]", "down", "]", "["}
	for _, host := range []string{"hybrid", "odd", "container", "v2"} {
		t.Run(host, func(t *testing.T) {
			full := scanned(t, host)
			for _, size := range sizes {
				m := send(full, tea.WindowSizeMsg{Width: size[0], Height: size[1]})
				checkLines(t, m, size, "at first")
				for _, key := range keys {
					m = send(m, press(key))
					checkLines(t, m, size, key)
				}
			}
		})
	}
}

func checkLines(t *testing.T, m Model, size [2]int, after string) {
	t.Helper()
	lines := m.lines()
	if len(lines) > size[1] {
		t.Errorf("%dx%d after %q: %d lines", size[0], size[1], after, len(lines))
	}
	for i, line := range lines {
		if width := ansi.StringWidth(line); width > size[0] {
			t.Errorf("%dx%d after %q: line %d is %d wide: %q", size[0], size[1], after, i, width, ansi.Strip(line))
		}
	}
}
