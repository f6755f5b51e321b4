package actions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// seen makes a snapshot of processes, each written as "PID PPID UID GROUP COMM", on a host of version 2.
func seen(self int32, lines ...string) *probe.Snapshot {
	s := &probe.Snapshot{
		Host:        probe.Host{Self: self},
		Hierarchies: []probe.Hierarchy{{Label: "v2", Version: 2, MountPoint: "/sys/fs/cgroup"}},
	}
	paths := map[string]bool{"/": true}
	for _, line := range lines {
		var pid, ppid int32
		var uid uint32
		var path string
		head, comm, _ := strings.Cut(line, " COMM ")
		if _, err := fmt.Sscan(head, &pid, &ppid, &uid, &path); err != nil {
			panic(err)
		}
		s.Tasks = append(s.Tasks, probe.Task{
			TaskKey: probe.TaskKey{PID: pid, TID: pid}, Program: &probe.Program{UID: reading.Of(uid), Comm: comm}, PPID: ppid, State: 'S', Threads: 1,
			Namespaces: &probe.NamespaceSet{}, Cgroups: &probe.CgroupSet{Memberships: []proc.Membership{{Path: path}}},
		})
		paths[path] = true
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		s.Groups = append(s.Groups, probe.Group{
			GroupKey: v2(path), Dir: "/sys/fs/cgroup" + path, Parent: -1,
			Values: &cgroup.Values{Memory: reading.Of[uint64](3 << 20), PIDs: reading.Of[uint64](7)},
		})
	}
	return s
}

// sessions are a login by ssh, one at a console, and tmux in between.
var sessions = map[string]*probe.Snapshot{
	"ssh": seen(900, "1 0 0 /init.scope COMM systemd", "400 1 0 /ssh.service COMM sshd", "812 400 0 /user.slice COMM sshd",
		"813 812 1000 /user.slice COMM bash", "900 813 1000 /user.slice/b COMM bulkhead", "950 1 1000 /lab COMM sleep"),
	"tmux": seen(900, "1 0 0 /init.scope COMM systemd", "400 1 0 /ssh.service COMM sshd", "410 400 1000 /ssh COMM bash",
		"411 410 1000 /client COMM tmux: client", "500 1 1000 /tmux COMM tmux: server", "501 500 1000 /tmux COMM bash",
		"600 400 1001 /other COMM bash", "601 600 1001 /other COMM tmux: client", "900 501 1000 /b COMM bulkhead"),
	"screen":    seen(900, "1 0 0 /init COMM init", "411 1 1000 /client COMM screen", "500 1 1000 /screen COMM screen", "900 500 1000 /b COMM bulkhead"),
	"cycle":     seen(900, "500 501 0 /a COMM one", "501 500 0 /a COMM two", "900 500 0 /b COMM bulkhead"),
	"hidden":    seen(900, "812 400 1000 /a COMM sh", "900 812 1000 /b COMM bulkhead"),
	"container": seen(7, "1 0 0 / COMM sh", "7 1 0 / COMM bulkhead"),
	"fixture":   seen(0, "1 0 0 /init.scope COMM systemd", "812 1 0 /a COMM sshd"),
	"nobody's":  seen(0, "812 1 0 /a COMM sshd"),
	"unseen":    seen(900, "1 0 0 / COMM init"),
}

func TestProtected(t *testing.T) {
	for name, want := range map[string]string{
		"ssh":       "1 400 812 813 900",
		"tmux":      "1 400 410 411 500 501 900",
		"screen":    "1 411 500 900",
		"cycle":     "500 501 900",
		"hidden":    "400 812 900",
		"container": "1 7",
		"fixture":   "1",
		"nobody's":  "",
		"unseen":    "1 900",
	} {
		t.Run(name, func(t *testing.T) {
			var pids []string
			for _, pid := range slices.Sorted(maps.Keys(protected(sessions[name]))) {
				pids = append(pids, decimal(pid))
			}
			if got := strings.Join(pids, " "); got != want {
				t.Errorf("protected are %q, want %q", got, want)
			}
		})
	}
}

func TestGuardGroup(t *testing.T) {
	for name, test := range map[string]struct{ session, path, verb, want string }{
		"itself":         {"ssh", "/user.slice/b", "freezing", "freezing /user.slice/b would freeze bulkhead (900), which is bulkhead itself"},
		"and others":     {"ssh", "/user.slice", "killing", "killing /user.slice would kill bulkhead (900), which is bulkhead itself, and 2 more that it stands on"},
		"sshd":           {"ssh", "/ssh.service", "freezing", "freezing /ssh.service would freeze sshd (400), through which bulkhead is used"},
		"init":           {"ssh", "/init.scope", "killing", "killing /init.scope would kill systemd (1), the first process of the system"},
		"all":            {"ssh", "/", "freezing", "freezing / would freeze bulkhead (900), which is bulkhead itself, and 4 more that it stands on"},
		"not concerned":  {"ssh", "/lab", "freezing", ""},
		"no such group":  {"ssh", "/gone", "freezing", ""},
		"tmux server":    {"tmux", "/tmux", "freezing", "freezing /tmux would freeze bash (501), through which bulkhead is used, and 1 more that it stands on"},
		"tmux client":    {"tmux", "/client", "killing", "killing /client would kill tmux: client (411), through which bulkhead is seen"},
		"client's shell": {"tmux", "/ssh", "killing", "killing /ssh would kill bash (410), through which bulkhead is used"},
		"another's":      {"tmux", "/other", "killing", ""},
		"fixture":        {"fixture", "/a", "freezing", ""},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, guardGroup(sessions[test.session], v2(test.path), test.verb), test.want)
		})
	}
}

func refused(t *testing.T, r *Refusal, want string) {
	t.Helper()
	switch {
	case r == nil && want == "":
	case r == nil:
		t.Errorf("it is allowed, want %q", want)
	case r.Says != want:
		t.Errorf("it is refused with %q\nwant %q", r.Says, want)
	case !r.Forcible:
		t.Error("the user cannot override it")
	}
}

func TestGuardTasks(t *testing.T) {
	for name, test := range map[string]struct {
		pids []int32
		verb string
		want string
	}{
		"none":      {nil, "sending SIGKILL to", ""},
		"another":   {[]int32{950}, "sending SIGKILL to", ""},
		"its shell": {[]int32{950, 813}, "sending SIGKILL to", "sending SIGKILL would hit bash (813), through which bulkhead is used"},
		"itself":    {[]int32{900, 1}, "sending SIGSTOP to", "sending SIGSTOP would hit bulkhead (900), which is bulkhead itself, and 1 more that it stands on"},
	} {
		t.Run(name, func(t *testing.T) {
			var keys []probe.TaskKey
			for _, pid := range test.pids {
				keys = append(keys, probe.TaskKey{PID: pid, TID: pid})
			}
			refused(t, guardTasks(sessions["ssh"], keys, test.verb), test.want)
		})
	}
}

// A thread may be in another group than its process.
func TestGuardLooseThread(t *testing.T) {
	s := seen(900, "900 1 0 / COMM bulkhead", "950 1 0 /lab COMM sleep")
	thread := s.Tasks[0]
	thread.TID, thread.Cgroups = 901, s.Tasks[1].Cgroups
	s.Threads = []probe.Task{thread}
	refused(t, guardGroup(s, v2("/lab"), "freezing"), "freezing /lab would freeze bulkhead (900), which is bulkhead itself")
}

func TestStarves(t *testing.T) {
	files := map[string]string{"cpu.max": "max 200000", "cpu.cfs_period_us": "50000", "cpu.cfs_quota_us": "5000", "memory.memsw.usage_in_bytes": "4194304"}
	knob := func(_, file string) probe.Reading[string] {
		if text, ok := files[file]; ok {
			return reading.Of(text)
		}
		return reading.None[string](reading.Absent)
	}
	const whom = " sshd (400), through which bulkhead is used"
	for set, want := range map[string]string{
		"cpu.max=1000":                   "setting cpu.max of /ssh.service to 1000, less than 1 % of a CPU, would starve" + whom,
		"cpu.max=2000":                   "",
		"cpu.max=1000 1000000":           "setting cpu.max of /ssh.service to '1000 1000000', less than 1 % of a CPU, would starve" + whom,
		"cpu.max=max":                    "",
		"cpu.max=":                       "",
		"cpu.cfs_quota_us=499":           "setting cpu.cfs_quota_us of /ssh.service to 499, less than 1 % of a CPU, would starve" + whom,
		"cpu.cfs_quota_us=500":           "",
		"cpu.cfs_quota_us=-1":            "",
		"memory.max=2M":                  "setting memory.max of /ssh.service to 2M, below the 3M in use, would starve" + whom,
		"memory.high=0":                  "setting memory.high of /ssh.service to 0, below the 3M in use, would starve" + whom,
		"memory.limit_in_bytes=3145727":  "setting memory.limit_in_bytes of /ssh.service to 3145727, below the 3M in use, would starve" + whom,
		"memory.limit_in_bytes=-1":       "",
		"memory.max=3M":                  "",
		"memory.max=max":                 "",
		"memory.max=1x":                  "",
		"memory.max=99999999999E":        "",
		"pids.max=7":                     "setting pids.max of /ssh.service to 7, with 7 tasks in it, would let no new process start beside" + whom,
		"pids.max=8":                     "",
		"pids.max=max":                   "",
		"cpu.cfs_period_us=999999":       "setting cpu.cfs_period_us of /ssh.service to 999999, less than 1 % of a CPU, would starve" + whom,
		"cpu.cfs_period_us=100000":       "",
		"memory.memsw.limit_in_bytes=3M": "setting memory.memsw.limit_in_bytes of /ssh.service to 3M, below the 4M in use, would starve" + whom,
		"memory.memsw.limit_in_bytes=4M": "",
		"cpuset.cpus=":                   "", // In version 2: those of the group above.
		"cpu.weight=1":                   "",
	} {
		t.Run(set, func(t *testing.T) {
			s := sessions["ssh"]
			g, _ := s.Group(v2("/ssh.service"))
			file, value, _ := strings.Cut(set, "=")
			refused(t, starves(s, g, file, value, knob), want)
			lab, _ := s.Group(v2("/lab"))
			refused(t, starves(s, lab, file, value, knob), "")
		})
	}
}

func TestStarvesEmptyCPUSet(t *testing.T) {
	s := seen(0, "1 0 0 /a COMM init")
	s.Hierarchies[0] = probe.Hierarchy{Label: "cpuset", Version: 1, ID: 0, Controllers: []string{"cpuset"}, MountPoint: "/sys/fs/cgroup"}
	for i := range s.Groups {
		s.Groups[i].Hierarchy = "cpuset"
	}
	g, _ := s.Group(v1("cpuset", "/a"))
	refused(t, starves(s, g, "cpuset.cpus", "\n", nil), "setting cpuset.cpus of cpuset:/a to '' would starve init (1), the first process of the system")
	refused(t, starves(s, g, "cpuset.cpus", "0", nil), "")
	refused(t, starves(s, g, "mems", "", nil), "setting mems of cpuset:/a to '' would starve init (1), the first process of the system")
}

// TestStarvesMoved moves a shell that bulkhead is used through, or another process, into a group below another.
func TestStarvesMoved(t *testing.T) {
	const shell, sleeper = 813, 950
	const whom = "bash (813), through which bulkhead is used"
	for set, want := range map[string]string{
		"/lab cgroup.freeze=1":               "moving into /lab, whose cgroup.freeze is 1, would freeze " + whom,
		"/lab freezer.state=FREEZING":        "moving into /lab, whose freezer.state is FREEZING, would freeze " + whom,
		"/lab freezer.state=THAWED":          "",
		"/lab cpu.max=1000 200000":           "moving into /lab, whose cpu.max is '1000 200000', less than 1 % of a CPU, would starve " + whom,
		"/lab cpu.max=max 200000":            "",
		"/lab cpu.cfs_quota_us=1000":         "", // The period is the usual one.
		"/lab cpu.cfs_quota_us=999":          "moving into /lab, whose cpu.cfs_quota_us is 999, less than 1 % of a CPU, would starve " + whom,
		"/lab memory.max=8191":               "moving into /lab, whose memory.max is 8191, below the 8K that is used by those who come in, would starve " + whom,
		"/lab memory.max=8192":               "",
		"/lab memory.max=max":                "",
		"/lab memory.memsw.limit_in_bytes=1": "moving into /lab, whose memory.memsw.limit_in_bytes is 1, below the 8K that is used by those who come in, would starve " + whom,
		"/lab memory.limit_in_bytes=1":       "moving into /lab, whose memory.limit_in_bytes is 1, below the 8K that is used by those who come in, would starve " + whom,
		"/lab pids.max=8":                    "moving into /lab, whose pids.max is 8, with 7 tasks in it, would let no new process start beside " + whom,
		"/lab pids.max=9":                    "",
		"/ cgroup.freeze=1":                  "", // There it is already.
		"/user.slice cpu.max=1":              "", // And there.
		"/lab/in cpuset.cpus=":               "",
	} {
		t.Run(set, func(t *testing.T) {
			s := seen(900, "1 0 0 / COMM init", "813 1 0 /user.slice COMM bash", "900 813 0 /user.slice COMM bulkhead", "950 1 0 /lab/in COMM sleep")
			parents := map[string]string{"/lab/in": "/lab", "/lab": "/", "/user.slice": "/"}
			s.Groups = append(s.Groups, probe.Group{GroupKey: v2("/lab"), Dir: "/sys/fs/cgroup/lab", Values: s.Groups[0].Values, Parent: -1})
			slices.SortFunc(s.Groups, func(a, b probe.Group) int { return strings.Compare(a.Path, b.Path) })
			for i := range s.Groups {
				s.Groups[i].Parent = slices.IndexFunc(s.Groups, func(g probe.Group) bool { return g.Path == parents[s.Groups[i].Path] })
			}
			where, value, _ := strings.Cut(set, "=")
			dir, file, _ := strings.Cut(where, " ")
			knob := func(of, name string) probe.Reading[string] {
				switch {
				case of == "/sys/fs/cgroup"+dir && name == file:
					return reading.Of(value)
				case of == "/proc/813" && name == "stat":
					return reading.Of("813 (bash) S 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 5 0 2 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0")
				}
				return reading.None[string](reading.Absent)
			}
			into, _ := s.Group(v2("/lab/in"))
			one, _ := s.Task(shell)
			refused(t, starvesMoved(s, into, []*probe.Task{one}, false, knob), want)
			other, _ := s.Task(sleeper)
			one.Threads = 2 // Of which but one moves.
			refused(t, starvesMoved(s, into, []*probe.Task{one}, true, knob), want)
			refused(t, starvesMoved(s, into, []*probe.Task{other}, false, knob), "")
		})
	}
}

func FuzzProtected(f *testing.F) {
	f.Add([]byte{1, 0, 2, 1, 3, 2}, byte(3))
	f.Fuzz(func(t *testing.T, parents []byte, self byte) {
		var lines []string
		for i := range parents {
			lines = append(lines, fmt.Sprintf("%d %d 0 /g COMM tmux: server", i+1, parents[i]))
		}
		s := seen(int32(self), lines...)
		_ = protected(s)
		if r := guardGroup(s, v2("/"), "freezing"); r == nil && len(parents) > 0 {
			t.Error("pid 1 is not protected")
		}
	})
}
