package ui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

// footerOf is the last line of the screen.
func footerOf(m Model) string {
	lines := strings.Split(m.View().Content, "\n")
	return lines[len(lines)-1]
}

// messagesOf runs a command, and returns what it and those that it stands for tell.
func messagesOf(cmd tea.Cmd) []tea.Msg {
	if cmd == nil {
		return nil
	}
	msg := cmd()
	batch, several := msg.(tea.BatchMsg)
	if !several {
		return []tea.Msg{msg}
	}
	var all []tea.Msg
	for _, one := range batch {
		all = append(all, messagesOf(one)...)
	}
	return all
}

// TestLetterIsShownAheadOfItsList: where there are many processes a letter stands in the line of the filter at once, and the list
// follows; where there are few the list is there with it.
func TestLetterIsShownAheadOfItsList(t *testing.T) {
	for _, count := range []int{100, crowdedFrom} {
		next := crowd(count)
		m := send(shown(t, next, tasksScreen), press("/"), press("p"), press("i"), press("d"))
		m = send(m, press(":"), press("7"), typedMsg{})
		if got, _ := m.current().Count(); got != 1 {
			t.Fatalf("of %d processes %d have the number 7", count, got)
		}
		typed, cmd := m.Update(press("7"))
		m = typed.(Model)
		if got := footerOf(m); !strings.Contains(got, "pid:77") {
			t.Errorf("of %d processes: the last line is %q", count, got)
		}
		target, _ := m.current().Selected()
		if ahead := target.Task.PID == 7; ahead != (count >= crowdedFrom) {
			t.Errorf("of %d processes: the letter is ahead of the list: %v", count, ahead)
		}
		messages := messagesOf(cmd)
		if slices.Contains(messages, tea.Msg(typedMsg{})) != (count >= crowdedFrom) {
			t.Errorf("of %d processes: behind the letter come %v", count, messages)
		}
		if target, _ = send(m, messages...).current().Selected(); target.Task.PID != 77 {
			t.Errorf("of %d processes: process %d is selected, want 77", count, target.Task.PID)
		}
		if target, _ = refreshed(m, next()).current().Selected(); target.Task.PID != 77 {
			t.Errorf("of %d processes: after a scan process %d is selected, want 77", count, target.Task.PID)
		}
	}
}

// TestKeysBehindALetter: what is pressed right behind a letter, before the list has followed, is about what that finds.
func TestKeysBehindALetter(t *testing.T) {
	m := shown(t, crowd(crowdedFrom), tasksScreen)
	m = send(m, press("/"), press("p"), press("i"), press("d"), press(":"), press("7"), press("7"))
	for _, key := range []string{"enter", "tab", "down"} {
		if target, _ := send(m, press(key)).current().Selected(); target.Task.PID != 77 {
			t.Errorf("behind %s process %d is selected, want 77", key, target.Task.PID)
		}
	}
	if target, _ := send(m, press("down"), typedMsg{}).current().Selected(); target.Task.PID != 77 {
		t.Errorf("process %d is selected once the list has followed, want 77", target.Task.PID)
	}
}
