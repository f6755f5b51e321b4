package detail

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/glossary"
	"bulkhead/ui/screen"
	"bulkhead/ui/text"
)

// Files returns the page of the control files of a group: what each says, in which unit, and what it means. A line that begins
// one leads to it: rw can be read and written, r only read, w only written.
func Files(s *probe.Snapshot, target screen.Target, view GroupView) Page {
	d := view.Detail
	p := Page{Title: For(s, target, probe.Detail{}).Title}
	g, ok := s.Group(target.Group)
	switch {
	case target.Kind != screen.Group:
		p.add("", "Control files are those of groups.", Dim)
	case !ok:
		p.add("", "It is no longer there.", Dim)
	case g.Dir == "":
		p.add("", "Its hierarchy is not mounted in sight.", Unknown)
	case d.GroupKey == g.GroupKey && view.Err != nil:
		p.sentence(view.Err.Error(), Unknown)
	case d.GroupKey != g.GroupKey || d.Inode != g.Inode:
		p.add("", "reading…", Dim)
	default:
		for i := range d.Files {
			p.file(g.GroupKey, &d.Files[i])
		}
	}
	return p
}

// file adds one file.
func (p *Page) file(key probe.GroupKey, file *probe.Knob) {
	kind := actions.KindOf(file.Name)
	tone := Plain
	access := accessOf(kind, file)
	if access == "r" {
		tone = Dim
	}
	lines, says := fold(kind, file)
	head := file.Name
	if len(lines) == 1 {
		head += ": " + lines[0]
		lines = nil
	}
	if !says {
		tone = Unknown
	}
	p.link(access, head, tone, screen.ToFile(key, file.Name))
	for _, line := range lines {
		p.add("", "  "+line, tone)
	}
	if means := Means(file.Name); means != "" {
		p.add("", means, Dim)
	}
}

// Means is what a file is for, in one line.
func Means(file string) string {
	if kind := actions.KindOf(file); kind.Means != "" {
		return kind.Means
	}
	entry, ok := glossary.Find(file)
	if !ok {
		return "what it means is not known here"
	}
	first, _, _ := strings.Cut(entry.Text, ". ")
	return strings.TrimSuffix(first, ".")
}

// accessOf is how a file can be used.
func accessOf(kind actions.KnobKind, file *probe.Knob) string {
	readable := kind.Access != actions.AccessWrite && file.Text.State() != reading.Absent
	writable := kind.Access != actions.AccessRead && file.Writable
	switch {
	case readable && writable:
		return "rw"
	case writable:
		return "w"
	}
	return "r"
}

// mostLines is how many lines of a file the page has.
const mostLines = 4

// fold returns what a file says: one line, the lines that one looks for, or the first ones. It is false where the file could
// not be read.
func fold(kind actions.KnobKind, file *probe.Knob) (lines []string, ok bool) {
	says, ok := file.Text.Get()
	switch {
	case !ok && file.Text.State() == reading.Absent && (kind.Access == actions.AccessWrite || file.Writable):
		return []string{"can only be written"}, true
	case !ok && file.Text.State() == reading.Unsupported:
		return []string{"the kernel does not tell it here"}, false
	case !ok:
		return []string{why(file.Text.State())}, false
	case !strings.Contains(says, "\n"):
		return []string{kind.Say(says)}, true
	}
	all := strings.Split(says, "\n")
	if allNumbers(all) {
		return []string{inOneLine(all)}, true
	}
	if sought, others := soughtIn(file.Name, all); len(sought) > 0 {
		return append(sought, fmt.Sprintf("… and %d more", others)), true
	}
	if len(all) <= mostLines+1 {
		return all, true
	}
	return append(slices.Clone(all[:mostLines]), fmt.Sprintf("… and %d more lines", len(all)-mostLines)), true
}

// allNumbers reports whether each line is a number, as in cgroup.procs.
func allNumbers(lines []string) bool {
	return !slices.ContainsFunc(lines, func(line string) bool {
		_, err := strconv.ParseUint(line, 10, 64)
		return err != nil
	})
}

// mostNumbers is how many pids the page has of a file.
const mostNumbers = 12

func inOneLine(lines []string) string {
	says := strings.Join(lines[:min(len(lines), mostNumbers)], " ")
	if more := len(lines) - mostNumbers; more > 0 {
		says += fmt.Sprintf(" … and %d more", more)
	}
	return says
}

// soughtLines are the parts of memory.stat that a person looks for, in bytes, as version 2 and version 1 call them.
var soughtLines = []string{
	"anon", "file", "kernel", "shmem", "sock", "file_dirty", "slab_reclaimable", "slab_unreclaimable", "zswap", "swapcached",
	"total_cache", "total_rss", "total_shmem", "total_mapped_file", "total_dirty", "total_swap", "total_unevictable",
	"hierarchical_memory_limit",
}

// soughtIn returns those of the lines of memory.stat that a person looks for, and how many others there are.
func soughtIn(name string, lines []string) (sought []string, others int) {
	if name != "memory.stat" {
		return nil, 0
	}
	for _, line := range lines {
		key, number, _ := strings.Cut(line, " ")
		n, err := strconv.ParseUint(number, 10, 64)
		if err != nil || !slices.Contains(soughtLines, key) {
			others++
			continue
		}
		value := text.Bytes(n)
		if key == "hierarchical_memory_limit" {
			value = actions.KindOf("memory.limit_in_bytes").Say(number)
		}
		sought = append(sought, key+" "+value)
	}
	return sought, others
}
