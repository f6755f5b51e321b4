package form

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
)

// machine is a test host with what was seen of it.
type machine struct {
	roots probe.Roots
	now   *probe.Snapshot
}

// scan lays out one of the test hosts and reads it.
func scan(t testing.TB, name string) machine {
	t.Helper()
	return scanFile(t, filepath.Join("../../probe/testdata/hosts", name+".txtar"))
}

func scanFile(t testing.TB, file string) machine {
	t.Helper()
	host := testhost.Load(t, file)
	m := machine{roots: probe.Roots{Proc: host.Proc, Sys: host.Sys}}
	scanner, err := probe.Open(m.roots)
	if err != nil {
		t.Fatal(err)
	}
	defer scanner.Close()
	m.now, err = scanner.Scan(context.Background(), probe.Request{Facts: probe.AllFacts, AllThreads: true})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// tasks are the keys of processes.
func (m machine) tasks(t testing.TB, pids ...int32) []probe.TaskKey {
	t.Helper()
	var keys []probe.TaskKey
	for _, pid := range pids {
		task, ok := m.now.Task(pid)
		if !ok {
			t.Fatalf("no process %d", pid)
		}
		keys = append(keys, task.TaskKey)
	}
	return keys
}

// shell is what the plan of an outcome comes to.
func (m machine) shell(t testing.TB, o dialog.Outcome) string {
	t.Helper()
	ask, ok := o.(dialog.Ask)
	if !ok {
		t.Fatalf("the outcome is %T, want Ask", o)
	}
	plan, err := ask.Intent(m.now, m.roots.Knob)
	if err != nil {
		return "refused: " + err.Error()
	}
	return strings.ReplaceAll(plan.Shell(), filepath.Dir(m.roots.Sys), "")
}

// without is the snapshot as if processes, and groups, had gone.
func (m machine) without(pid int32, group probe.GroupKey) *probe.Snapshot {
	next := *m.now
	next.Tasks, next.Groups = nil, nil
	for _, task := range m.now.Tasks {
		if task.PID != pid {
			next.Tasks = append(next.Tasks, task)
		}
	}
	for _, g := range m.now.Groups {
		if g.GroupKey != group {
			next.Groups = append(next.Groups, g)
		} else { // The indices of parents stay good.
			g.Path, g.Dir = "\x00gone", ""
			next.Groups = append(next.Groups, g)
		}
	}
	return &next
}

var codes = map[string]tea.KeyPressMsg{
	"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "left": {Code: tea.KeyLeft}, "right": {Code: tea.KeyRight},
	"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "home": {Code: tea.KeyHome},
	"end": {Code: tea.KeyEnd}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
	"space": {Code: tea.KeySpace, Text: " "}, "backspace": {Code: tea.KeyBackspace},
	"shift+tab": {Code: tea.KeyTab, Mod: tea.ModShift},
	"ctrl+n":    {Code: 'n', Mod: tea.ModCtrl}, "ctrl+t": {Code: 't', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl},
	"ctrl+u": {Code: 'u', Mod: tea.ModCtrl},
}

// press hands keys to a dialog, and returns it with the last outcome. What is no key is typed.
func press(d dialog.Dialog, keys ...string) (dialog.Dialog, dialog.Outcome) {
	var o dialog.Outcome
	for _, key := range keys {
		if code, ok := codes[key]; ok {
			d, o, _ = d.Update(code)
			continue
		}
		for _, r := range key {
			d, o, _ = d.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return d, o
}

// plain is what a dialog shows, without colours.
func plain(d dialog.Dialog, width, height int) string {
	return ansi.Strip(strings.Join(d.Draw(theme.New(true), width, height), "\n"))
}

// wants reports what is not on the screen.
func wants(t testing.TB, d dialog.Dialog, texts ...string) {
	t.Helper()
	screen := plain(d, 100, 40)
	for _, text := range texts {
		if !strings.Contains(screen, text) {
			t.Errorf("%q is not on the screen:\n%s", text, screen)
		}
	}
}

// keep is done for forms that end in options.
func keep[T any](into *T) func(T) dialog.Outcome {
	return func(o T) dialog.Outcome {
		*into = o
		return dialog.Close{}
	}
}
