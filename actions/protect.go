package actions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"bulkhead/probe"
)

// protected returns the processes that bulkhead stands on, and what each is to it, in words that end a sentence.
func protected(s *probe.Snapshot) map[int32]string {
	all := map[int32]string{}
	if _, ok := s.Task(1); ok {
		all[1] = "the first process of the system"
	}
	if s.Host.Self == 0 {
		return all // No process of this host reads it.
	}
	all[s.Host.Self] = "which is bulkhead itself"
	above(s, s.Host.Self, all)
	user := userOf(s, s.Host.Self)
	for _, server := range servers(s, all) {
		for i := range s.Tasks {
			if t := &s.Tasks[i]; server.isClient(t) && sameUser(t.UID, user) && t.PID != s.Host.Self {
				all[t.PID] = "through which bulkhead is seen"
				above(s, t.PID, all)
			}
		}
	}
	return all
}

// above adds the ancestors of a process.
func above(s *probe.Snapshot, pid int32, all map[int32]string) {
	for _, ancestor := range lineage(s, pid)[1:] {
		if _, met := all[ancestor]; !met {
			all[ancestor] = "through which bulkhead is used"
		}
	}
}

// lineage returns a process and its ancestors, the nearest first. It ends where a parent is not told, or comes twice: the
// parents were read one after the other, so that a number may have got another owner in between.
func lineage(s *probe.Snapshot, pid int32) []int32 {
	line := []int32{pid}
	for t, ok := s.Task(pid); ok && t.PPID > 0 && !slices.Contains(line, t.PPID); t, ok = s.Task(t.PPID) {
		line = append(line, t.PPID)
	}
	return line
}

// multiplexer is a program that keeps a terminal while those that look at it come and go: they are no ancestors of what runs
// in it.
type multiplexer struct{ server, client string }

// multiplexers are known by the names of their processes; the kernel cuts those off at 15 bytes.
var multiplexers = []multiplexer{{"tmux: server", "tmux: client"}, {"tmux", "tmux"}, {"screen", "screen"}, {"SCREEN", "screen"}}

// servers returns the multiplexers among processes.
func servers(s *probe.Snapshot, all map[int32]string) []multiplexer {
	return slices.DeleteFunc(slices.Clone(multiplexers), func(m multiplexer) bool {
		for pid := range all {
			if t, ok := s.Task(pid); ok && t.Comm == m.server {
				return false
			}
		}
		return true
	})
}

func (m multiplexer) isClient(t *probe.Task) bool { return t.Comm == m.client }

func userOf(s *probe.Snapshot, pid int32) probe.Reading[uint32] {
	if t, ok := s.Task(pid); ok {
		return t.UID
	}
	return probe.Reading[uint32]{}
}

// sameUser reports whether two users may be the same one: where that is not known, they are taken to be.
func sameUser(a, b probe.Reading[uint32]) bool {
	x, known := a.Get()
	y, knownToo := b.Get()
	return !known || !knownToo || x == y
}

// guardGroup refuses, until it is overridden, what would stop or end processes that bulkhead stands on; verb is such as
// "freezing".
func guardGroup(s *probe.Snapshot, key probe.GroupKey, verb string) *Refusal {
	g, ok := s.Group(key)
	if !ok {
		return nil
	}
	hit := protectedIn(s, g)
	if len(hit) == 0 {
		return nil
	}
	return refuse("%s %s would %s %s", verb, key, stem(verb), toll(s, hit)).guard()
}

// guardTasks does the same for single processes and threads.
func guardTasks(s *probe.Snapshot, keys []probe.TaskKey, verb string) *Refusal {
	all := protected(s)
	hit := map[int32]string{}
	for _, key := range keys {
		if why, ok := all[key.PID]; ok {
			hit[key.PID] = why
		}
	}
	if len(hit) == 0 {
		return nil
	}
	return refuse("%s would hit %s", strings.TrimSuffix(verb, " to"), toll(s, hit)).guard()
}

// protectedIn returns the protected processes in a group and below it. Threads may be elsewhere than their process, so that
// those that are known count too.
func protectedIn(s *probe.Snapshot, g *probe.Group) map[int32]string {
	all := protected(s)
	in := map[int32]string{}
	for _, t := range membersOf(s, g) {
		if why, ok := all[t.PID]; ok {
			in[t.PID] = why
		}
	}
	for _, b := range append([]*probe.Group{g}, groupsBelow(s, g.GroupKey)...) {
		for _, pid := range b.Loose.Or(nil) {
			if why, ok := all[pid]; ok {
				in[pid] = why
			}
		}
	}
	h := s.HierarchyOf(g)
	for i := range s.Threads {
		t := &s.Threads[i]
		path, ok := t.Cgroups.Path(h.ID)
		if why, hit := all[t.PID]; hit && ok && (probe.GroupKey{Hierarchy: g.Hierarchy, Path: path}).Within(g.GroupKey) {
			in[t.PID] = why
		}
	}
	return in
}

// stem makes "freeze" of "freezing".
func stem(verb string) string {
	if stem, ok := stems[verb]; ok {
		return stem
	}
	return strings.TrimSuffix(verb, "ing")
}

var stems = map[string]string{"freezing": "freeze", "moving": "move", "removing": "remove", "pausing": "pause"}

// toll names the process that matters most, and how many more there are: bulkhead itself, else its nearest ancestor.
func toll(s *probe.Snapshot, hit map[int32]string) string {
	pids := slices.Sorted(maps.Keys(hit))
	first := pids[len(pids)-1]
	for _, pid := range lineage(s, s.Host.Self) {
		if _, ok := hit[pid]; ok {
			first = pid
			break
		}
	}
	name := "process"
	if t, ok := s.Task(first); ok && t.Comm != "" {
		name = plain(t.Comm)
	}
	says := fmt.Sprintf("%s (%d), %s", name, first, hit[first])
	if more := len(pids) - 1; more > 0 {
		says += fmt.Sprintf(", and %d more that it stands on", more)
	}
	return says
}

// plain writes a name without what could do harm on a terminal.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, name)
}
