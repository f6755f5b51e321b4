package list

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestMoves(t *testing.T) {
	src := numbered(0, 100)
	at := New(nameColumn).SetSize(9, 11).Sync(src) // A heading and ten rows.
	tests := map[string]struct {
		from  int
		press tea.KeyPressMsg
		want  string
		first int
	}{
		"down":                 {0, tea.KeyPressMsg{Code: tea.KeyDown}, "1", 0},
		"down scrolls":         {9, tea.KeyPressMsg{Code: 'j'}, "10", 1},
		"down at the end":      {99, tea.KeyPressMsg{Code: tea.KeyDown}, "99", 90},
		"up":                   {99, tea.KeyPressMsg{Code: 'k'}, "98", 90},
		"up at the top":        {0, tea.KeyPressMsg{Code: tea.KeyUp}, "0", 0},
		"page down":            {0, tea.KeyPressMsg{Code: tea.KeyPgDown}, "9", 9},
		"page up":              {50, tea.KeyPressMsg{Code: tea.KeyPgUp}, "41", 32},
		"page up to the top":   {5, tea.KeyPressMsg{Code: tea.KeyPgUp}, "0", 0},
		"half a page down":     {0, tea.KeyPressMsg{Code: 'd', Mod: tea.ModCtrl}, "5", 5},
		"half a page up":       {50, tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}, "45", 36},
		"home":                 {50, tea.KeyPressMsg{Code: tea.KeyHome}, "0", 0},
		"end":                  {50, tea.KeyPressMsg{Code: 'G', Text: "G"}, "99", 90},
		"a key of another job": {50, tea.KeyPressMsg{Code: 'x'}, "50", 41},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m, ok := at.Move(src, tt.from).Press(tt.press, DefaultKeyMap(), src)
			if ok != (name != "a key of another job") {
				t.Errorf("the key is taken: %v", ok)
			}
			selected(t, m, tt.want)
			if first, _ := m.Visible(src); first != tt.first {
				t.Errorf("the first row is %d, want %d", first, tt.first)
			}
		})
	}
}

func TestWheelAndClick(t *testing.T) {
	src := numbered(0, 100)
	m := New(nameColumn).SetSize(9, 11).Sync(src).Wheel(src, 3)
	selected(t, m, "3")
	m, key, ok := m.Click(src, 5)
	if key != "7" || !ok {
		t.Errorf("a click on line 5 gives %q, %v; want 7", key, ok)
	}
	selected(t, m, "7")
	selected(t, m.Wheel(src, 2), "7")
	selected(t, m.Wheel(src, -99), "7")
	selected(t, m.Wheel(src, 99), "90")
	for name, line := range map[string]int{"heading": 0, "above": -1, "below": 11} {
		if _, key, ok := m.Click(src, line); ok {
			t.Errorf("%s: a click on line %d selects %q", name, line, key)
		}
	}
	if _, _, ok := m.Click(keys("a"), 5); ok {
		t.Error("a click below the last row selects something")
	}
}

func TestSelect(t *testing.T) {
	src := numbered(0, 100)
	m := New(nameColumn).SetSize(9, 11).Sync(src)
	m, ok := m.Select(src, "70")
	if !ok {
		t.Error("row 70 was not found")
	}
	if m, ok = m.Select(src, "nobody"); ok {
		t.Error("a row that is not there was found")
	}
	selected(t, m, "70")
}

func TestBindings(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range DefaultKeyMap().Bindings() {
		if b.Help().Key == "" || b.Help().Desc == "" {
			t.Errorf("keys %v have no help", b.Keys())
		}
		for _, k := range b.Keys() {
			if seen[k] {
				t.Errorf("key %s does two things", k)
			}
			seen[k] = true
		}
	}
	if len(seen) < 10 {
		t.Errorf("only %d keys", len(seen))
	}
}
