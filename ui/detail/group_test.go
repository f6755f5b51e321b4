package detail

import (
	"strings"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/history"
	"bulkhead/ui/screen"
)

// watched is a host with a group below another, at a time.
func watched(at time.Time, memory uint64) *probe.Snapshot {
	return &probe.Snapshot{At: at, Hierarchies: []probe.Hierarchy{{Label: "v2", Version: 2, Controllers: []string{"memory", "cpu"}}}, Groups: []probe.Group{
		{GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/"}, Inode: 1, Parent: -1, Dir: "/sys/fs/cgroup", Values: &cgroup.Values{}},
		{GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/a"}, Inode: 2, Parent: 0, Dir: "/sys/fs/cgroup/a", Values: &cgroup.Values{
			Memory: reading.Of[uint64](990 << 20), MemoryMax: reading.Of[uint64](1000 << 20),
		}},
		{GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/a/b"}, Inode: 3, Parent: 1, Dir: "/sys/fs/cgroup/a/b", CPU: reading.Of(0.5), Values: &cgroup.Values{
			Memory: reading.Of(memory), MemoryMax: reading.Of[uint64](100 << 20), CPUQuota: reading.Of(0.5),
		}},
	}}
}

// said returns the values of the lines with a label, and those below it without one.
func said(p Page, label string) string {
	var all []string
	in := false
	for _, line := range p.Lines {
		if line.Label != "" {
			in = line.Label == label && line.Tone != Heading
		}
		if in {
			all = append(all, line.Value)
		}
	}
	return strings.Join(all, "; ")
}

// denied stands for a file that may not be read.
const denied = "\x00denied"

// account is what the files of a group say.
func account(files map[string]string) cgroup.Account {
	texts := map[string]probe.Reading[string]{}
	for name, says := range files {
		if texts[name] = reading.Of(says); says == denied {
			texts[name] = reading.None[string](reading.Denied)
		}
	}
	return cgroup.Texts{Files: texts}.Account()
}

// TestEvents names the resource where a controller counts several, and says which groups a count is of.
func TestEvents(t *testing.T) {
	many := map[string]string{
		"misc.current": "sev 1\nsev_es 0\n", "misc.events": "sev.max 2\nsev_es.max 0\n",
		"hugetlb.2MB.max": "max", "hugetlb.2MB.events": "max 3\n", "hugetlb.1GB.max": "max", "hugetlb.1GB.events": "max 0\n",
		"memory.events": "high 1\noom_kill 4\n", "cpu.stat": "nr_periods 9\nnr_throttled 2\nthrottled_usec 1500000\n",
	}
	old := map[string]string{
		"memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 4\n", "memory.failcnt": "6\n",
		"cpu.stat": "nr_periods 9\nnr_throttled 2\nthrottled_time 1500000000\n",
	}
	for name, test := range map[string]struct {
		version int
		options []string
		files   map[string]string
		want    map[string]string
	}{
		"version 2": {2, nil, many, map[string]string{
			"met sev max": "2", "met 2MB max": "3", "oom kills": "4 here and below", "over high": "1", "never": "met 1GB max, met sev_es max",
			"throttled in": "2 of them", "throttled for": "0:01.50",
		}},
		"local events": {2, []string{"rw", "memory_localevents"}, many, map[string]string{"oom kills": "4 in this group alone"}},
		"version 1":    {1, nil, old, map[string]string{"oom kills": "4 in this group alone", "met the limit": "6", "throttled for": "0:01.50"}},
		"none killed":  {2, nil, map[string]string{"memory.events": "oom_kill 0\n"}, map[string]string{"never": "oom kills here and below"}},
		"denied":       {2, nil, map[string]string{"memory.swap.events": denied}, map[string]string{"no swap": "not permitted"}},
		"no files":     {2, nil, nil, map[string]string{"oom kills": "", "never": ""}},
	} {
		s := watched(time.Unix(1e9, 0), 1)
		s.Hierarchies[0].Version, s.Hierarchies[0].Options = test.version, test.options
		key := s.Groups[2].GroupKey
		p := OfGroup(s, screen.ToGroup(key), GroupView{Detail: probe.GroupDetail{GroupKey: key, Inode: 3, Account: account(test.files)}})
		for label, want := range test.want {
			if got := said(p, label); got != want {
				t.Errorf("%s: %s: got %q, want %q", name, label, got, want)
			}
		}
	}
}

func TestWatchedGroup(t *testing.T) {
	begin := time.Unix(1e9, 0)
	book := history.NewBook()
	detail := func(kills string) probe.GroupDetail {
		return probe.GroupDetail{GroupKey: probe.GroupKey{Hierarchy: "v2", Path: "/a/b"}, Inode: 3, Account: account(map[string]string{
			"memory.events": "low 0\nhigh 0\nmax 7\noom 0\noom_kill " + kills, "pids.events": denied,
		})}
	}
	var p Page
	for i, kills := range []string{"2", "5"} {
		s := watched(begin.Add(time.Duration(i)*time.Second), uint64(10*(i+1))<<20) //nolint:gosec // Small.
		key := s.Groups[2].GroupKey
		book.Take(s, []probe.GroupKey{key}, time.Second)
		d := detail(kills)
		book.Count(key, 3, Counts(d))
		p = OfGroup(s, screen.ToGroup(key), GroupView{Detail: d, Book: book})
	}
	for label, want := range map[string]string{
		"cpu":       "0.50 CPUs of its own 0.50 CPUs; 50% now, 50% to 50% in 4s",
		"memory":    "20M of its own 100M; but only 10M are left of the 1000M; of /a; 20M now, 10M to 20M in 4s",
		"oom kills": "5 here and below, +3 in 1s",
		"met max":   "7",
		"never":     "over high, oom",

		"forks refused": "not permitted",
	} {
		if got := said(p, label); got != want {
			t.Errorf("%s: got %q, want %q", label, got, want)
		}
	}
}

func TestFiles(t *testing.T) {
	s := watched(time.Unix(1e9, 0), 1)
	target := screen.ToGroup(s.Groups[2].GroupKey)
	files := []probe.Knob{
		{Name: "cgroup.kill", Writable: true},
		{Name: "cgroup.procs", Text: reading.Of(strings.TrimSpace(strings.Repeat("7\n", 20))), Writable: true},
		{Name: "memory.max", Text: reading.Of("104857600"), Writable: true},
		{Name: "memory.stat", Text: reading.Of("anon 1048576\nfile 0\npgfault 17\npgscan 3")},
		{Name: "memory.reclaim", Text: reading.None[string](reading.Denied), Writable: true},
		{Name: "odd\x1b.file", Text: reading.Of("a\nb\nc\nd\ne\nf")},
	}
	p := Files(s, target, GroupView{Detail: probe.GroupDetail{GroupKey: target.Group, Inode: 3, Files: files}})
	var got []string
	for _, line := range p.Lines {
		got = append(got, strings.TrimSpace(line.Label+" "+line.Value))
	}
	want := []string{
		"w cgroup.kill: can only be written", "1 kills all processes in the group and below it",
		"rw cgroup.procs: 7 7 7 7 7 7 7 7 7 7 7 7 … and 8 more", "the processes in the group: writing a pid moves it in with all its threads",
		"rw memory.max: 104857600 bytes (100M)", "hard limit: beyond it memory is reclaimed, and then the OOM killer comes",
		"r memory.stat", "anon 1.0M", "file 0", "… and 2 more", "what the memory is used for",
		"w memory.reclaim: not permitted", "takes memory from the group now",
		"r odd\x1b.file", "a", "b", "c", "d", "… and 2 more lines", "what it means is not known here",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for name, view := range map[string]GroupView{
		"reading…": {Detail: probe.GroupDetail{GroupKey: target.Group, Inode: 4, Files: files}},
		"not found": {
			Detail: probe.GroupDetail{GroupKey: target.Group}, Err: probe.ErrNotFound,
		},
	} {
		if p := Files(s, target, view); len(p.Lines) != 1 || p.Lines[0].Value != name {
			t.Errorf("%s: got %v", name, p.Lines)
		}
	}
}
