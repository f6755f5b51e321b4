package actions

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// Alarm is a trigger of pressure stall information: the kernel tells when tasks of a group waited for a resource for longer than
// the threshold within any window of time; see "Monitoring for pressure thresholds" in the kernel's accounting/psi.rst, since
// Linux 5.2.
type Alarm struct {
	Resource  string        // cpu, memory or io.
	Full      bool          // All tasks that had something to do waited at once, not only some.
	Threshold time.Duration // More than 0, and at most the window.
	Window    time.Duration // LeastWindow to MostWindow.
}

// The bounds of the window, of the kernel's kernel/sched/psi.c. Without CAP_SYS_RESOURCE it has to be a multiple of
// UnprivilegedWindow, since Linux 6.5; before then the capability is needed for any trigger.
const (
	LeastWindow        = 500 * time.Millisecond
	MostWindow         = 10 * time.Second
	UnprivilegedWindow = 2 * time.Second
)

// AlarmResources are those whose pressure is measured for each group. That of interrupts has no trigger for groups of its own.
var AlarmResources = []string{"cpu", "memory", "io"}

// DefaultAlarm returns the alarm to begin with: 150 ms in 1 s, and the same share of the shortest window for those who may use
// no other.
func DefaultAlarm(privileged bool) Alarm {
	if privileged {
		return Alarm{Resource: "cpu", Threshold: 150 * time.Millisecond, Window: time.Second}
	}
	return Alarm{Resource: "cpu", Threshold: 300 * time.Millisecond, Window: UnprivilegedWindow}
}

// MayAnyWindow reports whether the scanning process has what it takes for a window of any length: CAP_SYS_RESOURCE. The kernel
// looks for it among the effective capabilities of whoever opens the file, in whichever user namespace: root in one that was made
// without rights has it, and root of a host that was started without it has not.
func MayAnyWindow(now *probe.Snapshot) bool {
	return slices.Contains(now.Host.Caps, "cap_sys_resource")
}

// File is the control file that the trigger is written to.
func (a Alarm) File() string { return a.Resource + ".pressure" }

// Line is what is written: times are in microseconds.
func (a Alarm) Line() string {
	return fmt.Sprintf("%s %d %d", a.kind(), a.Threshold.Microseconds(), a.Window.Microseconds())
}

// kind is how much has to wait.
func (a Alarm) kind() string {
	if a.Full {
		return "full"
	}
	return "some"
}

// String says the alarm in words.
func (a Alarm) String() string {
	return fmt.Sprintf("%s %s, %s in %s", a.kind(), a.Resource, a.Threshold, a.Window)
}

// Check refuses an alarm that the kernel would.
func (a Alarm) Check(privileged bool) error {
	switch {
	case !slices.Contains(AlarmResources, a.Resource):
		return refuse("%q has no pressure: it is measured of cpu, memory and io", a.Resource)
	case a.Window < LeastWindow || a.Window > MostWindow:
		return refuse("the window is %s to %s, not %s", LeastWindow, MostWindow, a.Window)
	case a.Threshold < time.Microsecond || a.Threshold > a.Window:
		return refuse("the threshold is more than 0 and at most the window of %s, not %s", a.Window, a.Threshold)
	case !privileged && a.Window%UnprivilegedWindow != 0:
		return refuse("without CAP_SYS_RESOURCE the window is a multiple of %s, not %s", UnprivilegedWindow, a.Window).
			help("with it any window will do")
	}
	return nil
}

// Watch sets an alarm on a group. It lasts as long as somebody waits for it: a Kernel starts it by Watch, and nothing is left to
// be taken back.
type Watch struct {
	Group Group
	Alarm Alarm
}

// Shell implements Step. The trigger lasts as long as the descriptor; a shell can write it, and has no poll(2) to wait for it.
func (w Watch) Shell() string {
	return fmt.Sprintf("exec 9<>%s && printf %%s %s >&9  # then poll(2) descriptor 9 for POLLPRI", words(w.Group.file(w.Alarm.File())), words(w.Alarm.Line()))
}

// Inverse implements Step.
func (Watch) Inverse() []Step { return nil }

// SetAlarm tells of pressure in a group of version 2 until it is ended. Nothing of the group changes.
func SetAlarm(key probe.GroupKey, a Alarm) Intent {
	return func(s *probe.Snapshot, knob Knobs) (Plan, error) {
		to, g, err := writable(s, key)
		if err != nil {
			return Plan{}, err
		}
		if s.HierarchyOf(g).Version == 1 {
			return Plan{}, errNoPressure
		}
		if err := a.Check(MayAnyWindow(s)); err != nil {
			return Plan{}, err
		}
		if err := measured(to, a, knob); err != nil {
			return Plan{}, err
		}
		return Plan{
			Title: "Alarm on " + key.String(),
			Effects: []string{
				fmt.Sprintf("it is told when %s of the tasks in it wait for %s for %s or more within %s", a.whom(), a.Resource, a.Threshold, a.Window),
				"the alarm ends with the same key, with bulkhead, or with the group; the group itself does not change",
			},
			Steps: []Step{Watch{Group: to, Alarm: a}},
			Final: true,
		}, nil
	}
}

// whom says how much has to wait.
func (a Alarm) whom() string {
	if a.Full {
		return "all"
	}
	return "some"
}

// errNoPressure is the refusal for a group of version 1.
var errNoPressure = &Refusal{Says: "version 1 measures no pressure of groups", Help: "version 2 does; /proc/pressure has that of the whole host"}

// ErrUnmeasured is what ends an alarm whose group is still there.
var ErrUnmeasured = errors.New("pressure is no longer measured there")

// measured refuses a group whose pressure is not measured.
func measured(to Group, a Alarm, knob Knobs) error {
	state := knob(to.Dir(), a.File()).State()
	switch {
	case state == reading.Unsupported:
		return noPSI(to, a)
	case state == reading.Absent && knob(to.Dir(), "cgroup.pressure").Or("") == "0":
		return turnedOff(to)
	case state == reading.Absent:
		return noPSI(to, a)
	}
	return nil
}

// turnedOff says that nothing is measured in this group.
func turnedOff(to Group) *Refusal {
	return refuse("the measuring of pressure is turned off in %s", to.GroupKey).help("1 in its cgroup.pressure begins it again")
}

// noPSI says that nothing is measured on this host.
func noPSI(to Group, a Alarm) *Refusal {
	return refuse("this kernel measures no pressure: %s has no %s that tells", to.GroupKey, a.File()).
		help("it takes CONFIG_PSI, and psi=1 at the boot where that is turned off")
}
