package detail

import (
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/text"
)

// counter is something that happens to a group, and is counted in one of its files.
type counter struct {
	file  string // A pattern, as in path.Match.
	key   string // Of the line that has it; empty where the file is a number.
	label string
	time  time.Duration // What it counts, where that is time.
	mild  bool          // It is no trouble.
}

// counters are what is told of the events of a group; see "memory.events", "pids.events" and "cpu.stat" in the kernel's
// cgroup-v2 document, and admin-guide/cgroup-v1/memory.
var counters = []counter{
	{file: "cpu.stat", key: "nr_periods", label: "quota periods", mild: true},
	{file: "cpu.stat", key: "nr_throttled", label: "throttled in"},
	{file: "cpu.stat", key: "throttled_usec", label: "throttled for", time: time.Microsecond},
	{file: "cpu.stat", key: "throttled_time", label: "throttled for", time: time.Nanosecond},
	{file: "memory.events", key: "high", label: "over high"},
	{file: "memory.events", key: "max", label: "met max"},
	{file: "memory.events", key: "oom", label: "oom"},
	{file: "memory.events", key: "oom_kill", label: "oom kills"},
	{file: "memory.oom_control", key: "oom_kill", label: "oom kills"},
	{file: "memory.failcnt", label: "met the limit"},
	{file: "memory.memsw.failcnt", label: "met memsw limit"},
	{file: "memory.swap.events", key: "max", label: "met swap.max"},
	{file: "memory.swap.events", key: "fail", label: "no swap"},
	{file: "pids.events", key: "max", label: "forks refused"},
	{file: "hugetlb.*.events", key: "max", label: "met hugetlb max"},
	{file: "misc.events", key: "max", label: "met misc.max"},
}

// Counts returns what has happened to a group so far, by names of the file and the line.
func Counts(d probe.GroupDetail) map[string]uint64 {
	counts := map[string]uint64{}
	for _, file := range d.Files {
		for _, c := range counters {
			if n, ok := c.in(file).Get(); ok {
				counts[file.Name+" "+c.key] = n
			}
		}
	}
	return counts
}

// in returns what a file says of the counter; absent where it is not the one.
func (c counter) in(file probe.Knob) (none probe.Reading[uint64]) {
	if match, err := path.Match(c.file, file.Name); err != nil || !match {
		return none
	}
	says, ok := file.Text.Get()
	if !ok {
		return reading.None[uint64](file.Text.State())
	}
	for line := range strings.Lines(says) {
		key, number, _ := strings.Cut(strings.TrimSpace(line), " ")
		if c.key == "" {
			key, number = "", key
		}
		if n, err := strconv.ParseUint(number, 10, 64); key == c.key && err == nil {
			return reading.Of(n)
		}
	}
	return none
}

// events adds what happened to the group, and how much of it while it was watched.
func (p *Page) events(g *probe.Group, view GroupView) {
	d := view.Detail
	if d.GroupKey != g.GroupKey || d.Inode != g.Inode {
		return
	}
	from := len(p.Lines)
	p.heading("events")
	before, since, watched := view.Book.Counted(g)
	var never []string
	for _, file := range d.Files {
		for _, c := range counters {
			r := c.in(file)
			n, ok := r.Get()
			was, counted := before[file.Name+" "+c.key]
			switch {
			case r.State() == reading.Absent:
			case !ok:
				p.add(c.label, why(r.State()), Unknown)
			case watched && counted && n > was && since > 0:
				p.add(c.label, fmt.Sprintf("%s, +%s in %s", c.write(n), c.amount(n-was), since.Round(time.Second)), c.tone())
			case n == 0:
				never = append(never, c.label)
			default:
				p.add(c.label, c.write(n), Plain)
			}
		}
	}
	if len(never) > 0 {
		p.add("never", strings.Join(never, ", "), Dim)
	}
	if len(p.Lines) == from+1 {
		p.Lines = p.Lines[:from]
	}
}

// tone is that of a counter that has just grown.
func (c counter) tone() Tone {
	if c.mild {
		return Plain
	}
	return Warn
}

// write writes a count.
func (c counter) write(n uint64) string {
	if c.key == "nr_throttled" {
		return c.amount(n) + " of them"
	}
	return c.amount(n)
}

// amount writes a count or a time.
func (c counter) amount(n uint64) string {
	if c.time > 0 && n < 1<<62/uint64(c.time) {
		return text.Duration(time.Duration(n) * c.time) //nolint:gosec // It fits.
	}
	return text.Count(n)
}
