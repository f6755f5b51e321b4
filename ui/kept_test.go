package ui

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/ui/settings"
)

// run hands a key to the model, and what its command brings of the settings.
func run(m Model, key tea.Msg) Model {
	next, cmd := m.Update(key)
	return savedBy(next.(Model), cmd)
}

// savedBy runs a command, and those that it consists of. What else they bring is dropped.
func savedBy(m Model, cmd tea.Cmd) Model {
	if cmd == nil {
		return m
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, one := range msg {
			m = savedBy(m, one)
		}
	case savedMsg:
		m = send(m, msg)
	}
	return m
}

// groupsShown returns a model with the groups in view, and what it keeps.
func groupsShown(t *testing.T, fail error) (Model, *[]settings.Settings) {
	t.Helper()
	var kept []settings.Settings
	m := send(scanned(t, "hybrid"), tea.WindowSizeMsg{Width: 120, Height: 36}, press("3"))
	m.config.Save = func(s settings.Settings) (string, error) {
		kept = append(kept, s)
		return "~/there", fail
	}
	return m, &kept
}

func heading(m Model) []string {
	lines := strings.Split(ansi.Strip(m.current().View(m.styles, true)), "\n")
	return strings.Fields(lines[0])
}

func TestColumnsAreChosenAndKept(t *testing.T) {
	m, kept := groupsShown(t, nil)
	before := heading(m)
	m = send(m, press("C"))
	if !m.inDialog() {
		t.Fatal("no dialog was opened")
	}
	m = run(send(m, press("down"), press("x"), press("down"), press("K"), press("s")), press("enter"))
	if m.inDialog() || len(*kept) != 1 {
		t.Fatalf("a dialog is open: %v, kept %+v", m.inDialog(), *kept)
	}
	want := settings.Cgroups{Sort: "own", Columns: settings.Sets{Both: (*kept)[0].Cgroups.Columns.Both}}
	if got := (*kept)[0].Cgroups; got.Sort != want.Sort || !slices.Equal(got.Columns.Both[:3], []string{"group", "own", "state"}) {
		t.Errorf("kept %+v, want OWN behind GROUP, sorted by it, without PROCS", got)
	}
	if got := heading(m); slices.Equal(got, before) || got[1] != "OWN▼" {
		t.Errorf("heading %q, want OWN behind GROUP, sorted by it", got)
	}
	if want := "kept in ~/there"; m.notice != want {
		t.Errorf("it says %q, want %q", m.notice, want)
	}
	fresh, err := New(t.Context(), Config{Start: "cgroups", Settings: (*kept)[0]})
	if err != nil {
		t.Fatal(err)
	}
	fresh = send(fresh, tea.WindowSizeMsg{Width: 120, Height: 36}, scannedMsg{snapshot: m.live.scan})
	if got := heading(fresh); !slices.Equal(got, heading(m)) {
		t.Errorf("the next session has %q, want %q", got, heading(m))
	}
}

// A column nobody knows and a list without the groups are written otherwise by the screen; untouched they are kept as they were.
func TestWhatWasNotChosenIsKeptAsItWas(t *testing.T) {
	var kept []settings.Settings
	before := settings.Settings{Cgroups: settings.Cgroups{Columns: settings.Sets{V1: []string{"own", "new", "mem"}, V2: []string{"cpu"}}}}
	m, err := New(t.Context(), Config{Start: "cgroups", Settings: before, Save: func(s settings.Settings) (string, error) {
		kept = append(kept, s)
		return "", nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	m = send(m, tea.WindowSizeMsg{Width: 120, Height: 36}, scannedMsg{snapshot: scanned(t, "hybrid").live.scan})
	run(send(m, press("C"), press("down"), press("x")), press("enter"))
	if len(kept) != 1 || len(kept[0].Cgroups.Columns.Both) == 0 {
		t.Fatalf("kept %+v, want columns of both versions once", kept)
	}
	if got, want := kept[0].Cgroups.Columns, before.Cgroups.Columns; !slices.Equal(got.V1, want.V1) || !slices.Equal(got.V2, want.V2) {
		t.Errorf("kept %+v, want those of one version as in %+v", got, want)
	}
}

// Commands run beside each other, so that the one asked for first may come last.
func TestTheLaterOfTwoSavesWins(t *testing.T) {
	for name, order := range map[string][]int{"in order": {0, 1}, "the other way round": {1, 0}} {
		t.Run(name, func(t *testing.T) {
			var k keeping
			var last string
			var cmds []tea.Cmd
			for _, by := range []string{"mem", "cpu"} {
				cmds = append(cmds, k.saveCmd(func(s settings.Settings) (string, error) {
					last = s.Cgroups.Sort
					return last, nil
				}, settings.Settings{Cgroups: settings.Cgroups{Sort: by}}))
			}
			for _, nth := range order {
				if msg, ok := cmds[nth]().(savedMsg); ok && nth == 1 && msg.kept != "cpu" {
					t.Errorf("the later one says %+v", msg)
				}
			}
			if last != "cpu" {
				t.Errorf("kept last: %q, want cpu", last)
			}
		})
	}
}

func TestCancelledColumnsStay(t *testing.T) {
	m, kept := groupsShown(t, nil)
	before := heading(m)
	m = run(send(m, press("C"), press("down"), press("x"), press("s")), press("esc"))
	if got := heading(m); !slices.Equal(got, before) || len(*kept) > 0 || m.inDialog() {
		t.Errorf("heading %q, kept %+v, want all as before", got, *kept)
	}
}

func TestWhatCannotBeKeptIsTold(t *testing.T) {
	m, _ := groupsShown(t, errors.New("read-only file system\x1b[2J"))
	m = run(send(m, press("C"), press("down"), press("x")), press("enter"))
	if !strings.Contains(m.notice, "✗ not kept: read-only file system") || strings.Contains(m.notice, "\x1b") {
		t.Errorf("it says %q, want why nothing was kept", m.notice)
	}
	if got := heading(m); slices.Contains(got, "PROCS") {
		t.Errorf("heading %q, want the choice in force all the same", got)
	}
}

func TestSettingsThatAreNotUnderstoodAreTold(t *testing.T) {
	m, err := New(t.Context(), Config{
		SettingsSay: []string{"config.toml: toml: line 2"}, Settings: settings.Settings{Cgroups: settings.Cgroups{Sort: "age\x1b"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	m = send(m, tea.WindowSizeMsg{Width: 120, Height: 36})
	footer := ansi.Strip(m.lines()[35])
	if want := "‼ settings: config.toml: toml: line 2; there is no column age"; !strings.Contains(footer, want) {
		t.Errorf("the last line is %q, want %q", footer, want)
	}
	if footer = ansi.Strip(send(m, press("3")).lines()[35]); strings.Contains(footer, "settings") {
		t.Errorf("the last line is %q after a key, want it free", footer)
	}
}

// Other screens have no columns to be chosen.
func TestOnlyGroupsHaveColumns(t *testing.T) {
	for _, screen := range []string{"1", "2", "4", "5"} {
		if m := send(actingOnce(t), press(screen), press("C")); m.inDialog() {
			t.Errorf("screen %s opened a dialog", screen)
		}
	}
}

// TestListingIsKept keeps what the keys of the groups choose, and has the next session begin with it.
func TestListingIsKept(t *testing.T) {
	m, kept := groupsShown(t, nil)
	for i, test := range []struct {
		key  string
		want settings.Cgroups
	}{
		{"t", settings.Cgroups{Flat: true}},
		{"E", settings.Cgroups{Flat: true, HideEmpty: true}},
		{"M", settings.Cgroups{Flat: true, HideEmpty: true, Members: true}},
		{">", settings.Cgroups{Flat: true, HideEmpty: true, Members: true, Sort: "procs"}},
		{"I", settings.Cgroups{Flat: true, HideEmpty: true, Members: true, Sort: "procs", Reverse: true}},
		{"t", settings.Cgroups{HideEmpty: true, Members: true, Sort: "procs", Reverse: true}},
	} {
		m = run(m, press(test.key))
		if len(*kept) != i+1 {
			t.Fatalf("after %s it was kept %d times, want %d", test.key, len(*kept), i+1)
		}
		if got := (*kept)[i].Cgroups; !reflect.DeepEqual(got, test.want) {
			t.Errorf("after %s it kept %+v, want %+v", test.key, got, test.want)
		}
	}
	if m = run(m, press("down")); len(*kept) != 6 {
		t.Errorf("a key that chooses nothing kept %+v", (*kept)[6:])
	}
	fresh, err := New(t.Context(), Config{Start: "cgroups", Settings: (*kept)[5]})
	if err != nil {
		t.Fatal(err)
	}
	fresh = send(fresh, tea.WindowSizeMsg{Width: 120, Height: 36}, scannedMsg{snapshot: m.live.scan})
	was, _ := m.groups()
	now, _ := fresh.groups()
	if !reflect.DeepEqual(now.Settings(), was.Settings()) || now.Note() != was.Note() {
		t.Errorf("the next session begins with %+v, %q; want %+v, %q", now.Settings(), now.Note(), was.Settings(), was.Note())
	}
}
