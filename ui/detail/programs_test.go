package detail

import (
	"strings"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// TestPrograms tells no program from one that may not be seen, and from a kernel that has none.
func TestPrograms(t *testing.T) {
	own := cgroup.Program{
		Attach: cgroup.AttachDevice, ID: 7, Here: true, Flags: reading.Of("override"), Name: reading.Of("a\x1bb"), Tag: reading.Of("00ff"),
		Loaded: reading.Of(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)), UID: reading.Of[uint32](1000),
	}
	secret := cgroup.Program{
		Attach: "cgroup_sysctl", ID: 8, Name: reading.None[string](reading.Denied), Tag: reading.None[string](reading.Denied),
		Loaded: reading.None[time.Time](reading.Denied), UID: reading.None[uint32](reading.Denied),
	}
	none := func(why reading.State) probe.Reading[[]cgroup.Program] { return reading.None[[]cgroup.Program](why) }
	for name, test := range map[string]struct {
		programs probe.Reading[[]cgroup.Program]
		group    []string
		uses     string
	}{
		"two": {reading.Of([]cgroup.Program{own, secret}), []string{
			"device: 7 a\x1bb, attached here", "a group below may replace it (override) · loaded 2026-01-02 03:04:05 by uid 1000 · tag 00ff",
			"sysctl: 8, attached to a group above", "its name and who loaded it take CAP_SYS_ADMIN",
		}, "also decided by BPF program 7"},
		"none":        {reading.Of([]cgroup.Program{}), []string{"none: no program"}, "all: no BPF program restricts them"},
		"denied":      {none(reading.Denied), []string{"CAP_NET_ADMIN"}, "decides by a BPF program: not permitted"},
		"unsupported": {none(reading.Unsupported), []string{"not on this kernel"}, "decides by a BPF program: not on this kernel"},
		"laid out":    {none(reading.Absent), nil, "of which no file tells"},
	} {
		t.Run(name, func(t *testing.T) {
			s := watched(time.Unix(0, 0), 1)
			g := &s.Groups[2]
			d := probe.GroupDetail{GroupKey: g.GroupKey, Inode: g.Inode, Account: cgroup.Account{Programs: test.programs}}
			var lines []string
			for _, line := range OfGroup(s, screen.ToGroup(g.GroupKey), GroupView{Detail: d}).Lines {
				lines = append(lines, line.Label+": "+line.Value)
			}
			page := strings.Join(lines, "\n")
			if got := strings.Contains(page, "BPF programs"); got != (test.group != nil) {
				t.Errorf("has a heading: %v\n%s", got, page)
			}
			for _, want := range test.group {
				if !strings.Contains(page, want) {
					t.Errorf("%q is missing:\n%s", want, page)
				}
			}
			u := probe.Uses{Devices: reading.None[[]string](reading.Unsupported), Programs: reading.Map(test.programs, cgroup.OfDevices)}
			var p Page
			p.devicePrograms(&u)
			if len(p.Lines) != 1 || !strings.Contains(p.Lines[0].Value, test.uses) {
				t.Errorf("what it may use: %+v, want %q", p.Lines, test.uses)
			}
		})
	}
	var p Page
	if p.devicePrograms(&probe.Uses{Programs: reading.Of([]cgroup.Program{})}); len(p.Lines) != 0 {
		t.Errorf("where version 1 decides and no program does: %+v", p.Lines)
	}
}
