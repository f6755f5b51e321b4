package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/dialog"
	"bulkhead/ui/glossary"
	"bulkhead/ui/report"
	"bulkhead/ui/screen"
	"bulkhead/ui/theme"
)

// explain opens what the selected thing is.
func (m Model) explain() (tea.Model, tea.Cmd) {
	target, ok := m.current().Selected()
	words := wordsOf(m.live.frame.Now, target)
	if !ok {
		words = screenWords[m.active] // A heading is selected.
	}
	var entries []glossary.Entry
	for _, word := range words {
		if e, found := glossary.Find(word); found && !slices.ContainsFunc(entries, func(o glossary.Entry) bool { return o.Text == e.Text }) {
			entries = append(entries, e)
		}
	}
	if len(entries) == 0 {
		return m.saying(theme.Warn, "select something to have it explained"), nil
	}
	return m.open(dialog.NewReader(report.Glossary("What it is", entries)), -1)
}

// screenWords are the words for what a screen lists.
var screenWords = map[int][]string{
	worldsScreen: {"world"}, namespacesScreen: {"namespace"}, cgroupsScreen: {"group", "hierarchy"}, tasksScreen: {"task"},
}

// wordsOf are the words for a thing, what tells it best first.
func wordsOf(now *probe.Snapshot, target screen.Target) []string {
	switch target.Kind {
	case screen.World:
		return worldWords(now, target.World)
	case screen.Namespace:
		words := []string{target.Namespace.Type.String() + " namespace"}
		if n, ok := now.Identified(target.Namespace); ok && (n.Processes == 0 || len(n.KeptBy) > 0) {
			words = append(words, "kept by")
		}
		return append(words, "owner", "namespace")
	case screen.Group:
		return groupWords(now, target.Group)
	case screen.Task:
		if t, ok := now.Find(target.Task); ok {
			return taskWords(t)
		}
	case screen.Nothing, screen.File:
	}
	return nil
}

// worldWords are those of a world, of one that may not be read first why.
func worldWords(now *probe.Snapshot, key probe.WorldKey) []string {
	words := []string{"world", "leader", "wall"}
	if w, ok := now.World(key); ok && slices.ContainsFunc(w.Key[:], func(r probe.Reading[uint64]) bool { return r.State() == reading.Denied }) {
		return append([]string{"not permitted"}, words...)
	}
	return words
}

// groupWords are those of a group: its controllers, its state and its hierarchy.
func groupWords(now *probe.Snapshot, key probe.GroupKey) []string {
	var words []string
	if g, ok := now.Group(key); ok {
		if state, known := g.Values.Freezer.Get(); known && state != cgroup.Thawed {
			words = append(words, "frozen")
		}
		if g.Values.Type.Or("domain") != "domain" {
			words = append(words, "threaded")
		}
	}
	switch {
	case key.Hierarchy == cgroup.LabelV2:
		words = append(words, "v2")
	case strings.HasPrefix(key.Hierarchy, "name="):
		words = append(words, "named hierarchy")
	default:
		words = append(words, strings.Split(key.Hierarchy, ",")...)
	}
	return append(words, "group", "hierarchy")
}

// taskWords are those of a task: its state and its kind.
func taskWords(t *probe.Task) []string {
	var words []string
	if t.State != 0 {
		words = append(words, "state "+string(rune(t.State)))
	}
	switch {
	case t.Kernel:
		words = append(words, "kernel thread")
	case !t.Thread():
		words = append(words, "process")
	}
	return append(words, "task")
}
