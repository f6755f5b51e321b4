package actions

import (
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

func TestAlarmCheck(t *testing.T) {
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		alarm      Alarm
		privileged bool
		says       string // Empty where it is allowed.
	}{
		"the usual":            {DefaultAlarm(true), true, ""},
		"the usual of a user":  {DefaultAlarm(false), false, ""},
		"a user, any window":   {DefaultAlarm(true), false, "a multiple of 2s, not 1s"},
		"longest":              {Alarm{"memory", true, 10 * time.Second, 10 * time.Second}, false, ""},
		"too long":             {Alarm{"memory", true, time.Second, 11 * time.Second}, true, "the window is 500ms to 10s, not 11s"},
		"too short":            {Alarm{"memory", true, time.Second, 499 * ms}, true, "the window is"},
		"more than the window": {Alarm{"io", false, 1001 * ms, time.Second}, true, "at most the window of 1s, not 1.001s"},
		"nothing":              {Alarm{"io", false, 0, time.Second}, true, "more than 0"},
		"another resource":     {Alarm{"irq", false, ms, time.Second}, true, `"irq" has no pressure`},
	} {
		got := ""
		if err := test.alarm.Check(test.privileged); err != nil {
			got = err.Error()
		}
		if (got == "") != (test.says == "") || !strings.Contains(got, test.says) {
			t.Errorf("%s: got %q, want %q", name, got, test.says)
		}
	}
	if got, want := (Alarm{"io", true, 1500 * time.Microsecond, time.Second}).Line(), "full 1500 1000000"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestSetAlarm previews what is written, and refuses what has no pressure.
func TestSetAlarm(t *testing.T) {
	s := &probe.Snapshot{
		Host: probe.Host{Caps: []string{"cap_sys_resource"}},
		Hierarchies: []probe.Hierarchy{
			{Label: cgroup.LabelV2, Version: 2, MountPoint: "/sys/fs/cgroup"}, {ID: 1, Label: "cpu", Version: 1, MountPoint: "/cpu"},
		},
		Groups: []probe.Group{
			{GroupKey: probe.GroupKey{Hierarchy: cgroup.LabelV2, Path: "/a b"}, Dir: "/sys/fs/cgroup/a b", Parent: -1, Values: &cgroup.Values{}},
			{GroupKey: probe.GroupKey{Hierarchy: "cpu", Path: "/a"}, Dir: "/cpu/a", Parent: -1, Values: &cgroup.Values{}},
		},
	}
	files := func(states map[string]probe.Reading[string]) Knobs {
		return func(_, file string) probe.Reading[string] { return states[file] }
	}
	there := files(map[string]probe.Reading[string]{"cpu.pressure": reading.Of("some avg10=0.00")})
	plan, err := SetAlarm(s.Groups[0].GroupKey, DefaultAlarm(true))(s, there)
	want := "exec 9<>'/sys/fs/cgroup/a b/cpu.pressure' && printf %s 'some 150000 1000000' >&9  # then poll(2) descriptor 9 for POLLPRI\n"
	if err != nil || plan.Shell() != want {
		t.Errorf("got %q, %v, want %q", plan.Shell(), err, want)
	}
	if _, whole := plan.Undo(); whole {
		t.Error("there is nothing to take back")
	}
	for says, test := range map[string]struct {
		key  probe.GroupKey
		knob Knobs
	}{
		"version 1 measures no pressure":  {s.Groups[1].GroupKey, there},
		"CONFIG_PSI":                      {s.Groups[0].GroupKey, files(nil)},
		"psi=1":                           {s.Groups[0].GroupKey, files(map[string]probe.Reading[string]{"cpu.pressure": reading.None[string](reading.Unsupported)})},
		"1 in its cgroup.pressure begins": {s.Groups[0].GroupKey, files(map[string]probe.Reading[string]{"cgroup.pressure": reading.Of("0")})},
		"there is no group /gone":         {probe.GroupKey{Hierarchy: cgroup.LabelV2, Path: "/gone"}, there},
	} {
		if _, err := SetAlarm(test.key, DefaultAlarm(true))(s, test.knob); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("got %v, want %q", err, says)
		}
	}
}

func TestAlarmErrors(t *testing.T) {
	w := Watch{Group: Group{GroupKey: probe.GroupKey{Hierarchy: cgroup.LabelV2, Path: "/a"}}, Alarm: DefaultAlarm(true)}
	for number, says := range map[error]string{
		unix.EOPNOTSUPP: "CONFIG_PSI", unix.EBUSY: "a trigger already", unix.EPERM: "before Linux 6.5", unix.EACCES: "the right to write cpu.pressure",
		unix.EINVAL: "multiple of 2s", unix.EIO: "input/output",
	} {
		if err := w.explained(number); !errors.Is(err, number) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v: got %q, want %q", number, err, says)
		}
	}
}
