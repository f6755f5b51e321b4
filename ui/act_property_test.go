package ui

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	pages "bulkhead/ui/report"
)

// acting returns a model that has seen a test host, and whose actions are fake.
func actingOn(t *testing.T, name string, width, height int) Model {
	t.Helper()
	m := send(scanned(t, name), tea.WindowSizeMsg{Width: width, Height: height})
	m.config.Actions = &FakeActions{}
	return m
}

// longPlan is a plan with texts that are long, odd and many.
func longPlan(guarded string) actions.Plan {
	p := actions.Plan{Title: "Freeze " + strings.Repeat("/very/long", 20) + "\x1b[2J", Guarded: guarded}
	p.Effects = []string{strings.Repeat("many tasks stop running ", 12), "\x1b]52;c;aGk=\a日本語"}
	p.Warnings = []string{"owned by docker: it may thaw the group by itself; `docker pause web-1` is the owner's way", "odd\nlines"}
	for range 30 {
		p.Steps = append(p.Steps, actions.Set{
			Group: actions.Group{Mount: "/sys/fs/cgroup", Below: "/docker/" + strings.Repeat("3f1c", 30) + "/日本 \x1b[2J"},
			File:  "cgroup.freeze", From: "0", To: "1", Back: "0",
		})
	}
	return p
}

// TestNothingIsAppliedUnseen presses keys at random before a preview is there, and before it has been in sight: whatever
// they are nothing is applied. Afterwards one key is enough.
func TestNothingIsAppliedUnseen(t *testing.T) {
	keys := []string{"a", "enter", "right", "tab", "y", "l", "down", "f", "K", " "}
	plan := longPlan("")
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 1))
		mash := func(m Model) Model {
			for range random.IntN(6) {
				m = send(m, press(keys[random.IntN(len(keys))]))
				if m.acting.applying != "" {
					t.Fatalf("seed %d: applied a plan that nobody has seen", seed)
				}
			}
			return m
		}
		m := send(actingOnce(t), press("down"), press("down"), press("f"))
		asked := m.acting.asked
		if asked == 0 {
			t.Fatal("the key asked for no plan")
		}
		m = mash(m)
		m = send(m, plannedMsg{serial: asked, plan: plan})
		m = mash(m)
		if !m.inDialog() {
			t.Fatalf("seed %d: the preview was closed by keys that were not meant for it", seed)
		}
		m = send(m, readyMsg{m.acting.serial}, press("a"))
		if m.acting.applying == "" {
			t.Fatalf("seed %d: the key did not apply what had been seen", seed)
		}
	}
}

var once *Model

// actingOnce is the same model every time: models are values.
func actingOnce(t *testing.T) Model {
	t.Helper()
	if once == nil {
		m := actingOn(t, "hybrid", 120, 36)
		once = &m
	}
	return *once
}

func TestGuardNeedsItsWord(t *testing.T) {
	m := actingOnce(t)
	m, _ = m.open(dialog.NewPreview(longPlan("it would freeze bulkhead itself")), -1)
	m = send(m, readyMsg{m.acting.serial}, press("a"), press("enter"))
	if m.acting.applying != "" {
		t.Fatal("applied without the word")
	}
	m = actingOnce(t)
	m, _ = m.open(dialog.NewPreview(longPlan("it would freeze bulkhead itself")), -1)
	m = send(m, readyMsg{m.acting.serial}, press("n"), press("backspace"), press("y"), press("e"), press("tab"), press("enter"))
	if m.acting.applying != "" || !m.inDialog() {
		t.Fatal("applied with half of the word, or closed by its letters")
	}
	if m = send(m, press("s"), press("enter")); m.acting.applying == "" {
		t.Fatal("not applied with the word")
	}
}

// everyDialog opens each kind of dialog in turn.
func everyDialog(t *testing.T, m Model, check func(name string, m Model)) {
	t.Helper()
	failed := actions.Result{Plan: longPlan(""), Err: errors.New(strings.Repeat("device or resource busy ", 20))}
	failed.Failed = failed.Plan.Steps[1]
	failed.Done = []actions.Done{{Step: failed.Plan.Steps[0], Inverse: failed.Plan.Steps[0].Inverse(), Says: "frozen\x1b[2J"}}
	report := dialog.Report{Result: failed, Why: actions.Explanation{Says: "日本語 " + strings.Repeat("busy ", 40), Help: "wait"}}
	m.acting = m.acting.withChange(report, -1, m.live.frame.Now.At)
	entries := entries(m.keys.Act, m.doing())
	verdicts := make(dialog.Verdicts, len(entries))
	for i := range verdicts {
		verdicts[i] = dialog.Verdict{Refused: errors.New(strings.Repeat("because of that ", i*6))}
	}
	dialogs := map[string]dialog.Dialog{
		"preview": dialog.NewPreview(longPlan("")),
		"guarded": dialog.NewPreview(longPlan(strings.Repeat("it would freeze bulkhead itself ", 8))),
		"empty":   dialog.NewPreview(actions.Plan{}),
		"menu":    dialog.NewMenu("\x1b[2J"+strings.Repeat("title", 30), entries),
		"failed":  dialog.NewFailed(report, 0),
		"log":     dialog.NewLog(m.acting.log()),
		"no log":  dialog.NewLog(nil),
		"reader": dialog.NewReader(pages.Page{Title: "\x1b[2J", Columns: []string{"", "A " + strings.Repeat("x", 200), "B"}, Rows: []pages.Row{
			{Cells: []string{strings.Repeat("long ", 30), "日本語\x1b[2J" + strings.Repeat("y", 300), ""}, Mark: "≠"},
			{Cells: []string{strings.Repeat("sentence ", 90)}, Deep: true},
			{Cells: []string{"heading"}, Head: true},
		}}),
		"notice": dialog.NewNotice("Not possible", strings.Repeat("because ", 100)),
	}
	for name, d := range dialogs {
		next, _ := m.open(d, -1)
		check(name, next)
		next = send(next, readyMsg{next.acting.serial}, judgedMsg{next.acting.serial, verdicts})
		check(name+", ready", next)
		for _, key := range []string{"down", "down", "end", "tab", "y"} {
			next = send(next, press(key))
			check(name+", "+key, next)
		}
	}
}

func TestEveryDialogFits(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {41, 11}, {40, 12}, {60, 15}, {71, 16}, {72, 16}, {80, 24}, {120, 36}, {250, 60}} {
		m := actingOn(t, "odd", size[0], size[1])
		everyDialog(t, m, func(name string, m Model) {
			checkLines(t, m, size, name)
			room := m.dialogRoom()
			box := m.acting.dialogs[0].Draw(m.styles, room.Width, room.Height)
			if len(box) > room.Height || len(box) < 3 {
				t.Errorf("%v %s: %d lines in a room of %d", size, name, len(box), room.Height)
			}
			for _, line := range box {
				if ansi.StringWidth(line) != ansi.StringWidth(box[0]) {
					t.Errorf("%v %s: a line is %d wide, the first one %d", size, name, ansi.StringWidth(line), ansi.StringWidth(box[0]))
				}
			}
			small := send(m, tea.WindowSizeMsg{Width: 41, Height: 10}, tea.WindowSizeMsg{Width: 20, Height: 5})
			checkLines(t, small, [2]int{20, 5}, name)
		})
	}
}

// TestSelectionSurvivesADialog opens a dialog, lets a scan go on below it, and closes it.
func TestSelectionSurvivesADialog(t *testing.T) {
	m := send(actingOnce(t), press("4"), press("down"), press("down"))
	want, _ := m.current().Selected()
	m = send(m, press("a"), press("down"), scannedMsg{snapshot: m.live.frame.Now, facts: probe.AllFacts}, press("down"), press("esc"))
	if got, ok := m.current().Selected(); !ok || got != want || m.inDialog() {
		t.Errorf("selected %v after the dialog, want %v", got, want)
	}
}

// TestNoStateByColourAlone draws what differs in meaning without colours: it must differ still.
func TestNoStateByColourAlone(t *testing.T) {
	drawn := func(d dialog.Dialog, messages ...tea.Msg) string {
		for _, msg := range append([]tea.Msg{dialog.Room{Width: 80, Height: 40}, dialog.Ready{}}, messages...) {
			d, _, _ = d.Update(msg)
		}
		return ansi.Strip(strings.Join(d.Draw(actingOnce(t).styles, 80, 40), "\n"))
	}
	m := actingOnce(t)
	all := entries(m.keys.Act, m.doing())
	good := dialog.Report{Result: actions.Result{Plan: longPlan("")}}
	bad := good
	bad.Err = errors.New("done")
	for name, pair := range map[string][2]string{
		"the button":  {drawn(dialog.NewPreview(longPlan(""))), drawn(dialog.NewPreview(longPlan("")), press("tab"))},
		"the entry":   {drawn(dialog.NewMenu("", all)), drawn(dialog.NewMenu("", all), press("down"))},
		"the refused": {drawn(dialog.NewMenu("", all)), drawn(dialog.NewMenu("", all), dialog.Verdicts{{Refused: errors.New("no")}})},
		"the guarded": {drawn(dialog.NewMenu("", all)), drawn(dialog.NewMenu("", all), dialog.Verdicts{{Guarded: "no"}})},
		"the result":  {good.Tell(80), bad.Tell(80)},
	} {
		if pair[0] == pair[1] {
			t.Errorf("%s is told by colour alone", name)
		}
	}
}
