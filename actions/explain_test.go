package actions

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
	"bulkhead/probe/reading"
)

// met makes the error of a call of the kernel, as a Kernel returns it.
func met(op string, errno syscall.Errno) error {
	return fmt.Errorf("deep inside: %w", &fs.PathError{Op: op, Path: "some/file", Err: errno})
}

func cpus(list string) probe.Reading[cpulist.Set] {
	set, err := cpulist.Parse(list)
	return reading.From(set, err)
}

// scene is what a fault is explained by: groups of version 2 and of the cpuset and cpu hierarchies, and their files.
func scene(files map[string]string) (*probe.Snapshot, Knobs) {
	s := seen(0, "1 0 0 / COMM init", "2 0 0 / COMM kthreadd", "20 1 1000 /lab COMM sleep", "21 1 1000 /lab COMM busy")
	s.Tasks[1].Kernel = true
	s.Host.User, s.Host.CPUs = "anna", cpus("0-1")
	s.Groups = nil
	s.Hierarchies = []probe.Hierarchy{
		{Label: "v2", Version: 2, MountPoint: "/cg/v2"},
		{ID: 3, Label: "cpuset", Version: 1, Controllers: []string{"cpuset"}, MountPoint: "/cg/cpuset"},
		{ID: 4, Label: "cpu,cpuacct", Version: 1, Controllers: []string{"cpu", "cpuacct"}, MountPoint: "/cg/cpu,cpuacct"},
	}
	for _, h := range s.Hierarchies {
		for _, p := range []string{"/", "/lab", "/lab/in", "/rival"} {
			s.Groups = append(s.Groups, probe.Group{GroupKey: probe.GroupKey{Hierarchy: h.Label, Path: p}, Dir: path.Join(h.MountPoint, p)})
		}
	}
	return s, func(dir, file string) probe.Reading[string] {
		if text, ok := files[strings.TrimPrefix(dir, "/cg/")+"/"+file]; ok {
			return reading.Of(text)
		}
		return reading.None[string](reading.Absent)
	}
}

// in returns a group of a scene.
func in(hierarchy, p string) Group {
	return Group{GroupKey: probe.GroupKey{Hierarchy: hierarchy, Path: p}, Mount: "/cg/" + hierarchy, Below: p, Inode: 7}
}

func setOf(hierarchy, p, file, value string) Set {
	return Set{Group: in(hierarchy, p), File: file, To: value}
}

func moveInto(to Group, file string) Move {
	return Move{Task: probe.TaskKey{PID: 20, TID: 20}, Comm: "sleep", From: in(to.Hierarchy, "/rival"), To: to, File: file}
}

// explained is one fault and what is said of it.
type explained struct {
	step       Step
	err        error
	files      map[string]string
	says, help string
	way        bool
}

// check explains each fault, and compares whole sentences.
func check(t *testing.T, all map[string]explained) {
	t.Helper()
	for name, test := range all {
		t.Run(name, func(t *testing.T) {
			s, knob := scene(test.files)
			got := Explain(test.err, test.step, s, knob)
			if got.Says != test.says {
				t.Errorf("says %q\nwant %q", got.Says, test.says)
			}
			if got.Help != test.help {
				t.Errorf("helps %q\nwant  %q", got.Help, test.help)
			}
			if (got.Way != nil) != test.way {
				t.Errorf("there is a way on: %v, want %v", got.Way != nil, test.way)
			}
		})
	}
}

// Without a snapshot and files less is told, and nothing fails.
func TestExplainBlindly(t *testing.T) {
	steps := []Step{
		setOf("v2", "/lab", fileSubtree, "+cpu"), setOf("cpuset", "/lab", "cpuset.cpus", "1"), setOf("v2", "/", "cpu.max", "1"), moveInto(in("v2", "/lab"), fileProcs),
		moveInto(in("cpu", "/lab"), fileTasks),
		Make{in("v2", "/lab")},
		Remove{Group: in("v2", "/lab")},
		Signal{},
		SignalGroup{},
		Mount{},
		Unmount{},
		Enter{},
		Run{},
		nil,
		Set{},
		Move{},
		Make{},
		Remove{},
	}
	none := func(string, string) probe.Reading[string] { return reading.None[string](reading.Denied) }
	for _, step := range steps {
		for errno := syscall.Errno(1); errno < 134; errno++ {
			for _, op := range []string{"openat", "write", "read", "mkdirat", ""} {
				err := met(op, errno)
				if op == "" {
					err = errno
				}
				for _, knob := range []Knobs{nil, none} {
					if e := Explain(err, step, nil, knob); e.Says == "" || strings.ContainsAny(e.Says+e.Help, "{}\n\x1b") {
						t.Errorf("%T, %v of %s: says %q, helps %q", step, errno, op, e.Says, e.Help)
					}
				}
			}
		}
	}
}

// Every name in the tables stands for words.
func TestExplainVocabulary(t *testing.T) {
	tables := [][]cause{moveCauses, makeCauses, removeCauses, signalCauses, mountCauses, unmountCauses, startCauses, fates, anywhere}
	for _, table := range append(tables, setCauses...) {
		for _, c := range table {
			for part := range strings.SplitSeq(c.says+c.help, "{") {
				name, _, closed := strings.Cut(part, "}")
				if closed && vocabulary[name] == nil {
					t.Errorf("%q: there are no words for %s", c.says, name)
				}
			}
			if c.says == "" || strings.HasSuffix(c.says, ".") {
				t.Errorf("%v says %q", c.errno, c.says)
			}
		}
	}
}
