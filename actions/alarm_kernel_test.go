package actions

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
)

// watched sets an alarm on a group of version 2, and hands what Next returns to a channel.
func watched(t *testing.T, l lab, a Alarm) (*Watcher, <-chan error) {
	t.Helper()
	plan, err := SetAlarm(l.key, a)(scanLive(t), probe.Live.Knob)
	must(t, err)
	step, ok := plan.Steps[0].(Watch)
	if !ok || len(plan.Steps) != 1 {
		t.Fatalf("steps %v", plan.Steps)
	}
	w, err := NewKernel(probe.Live).Watch(step)
	must(t, err)
	t.Cleanup(func() { must(t, w.Close()) })
	told := make(chan error, 1)
	go func() { told <- w.Next() }()
	return w, told
}

// pressureLab makes a group of version 2, where pressure is measured.
func pressureLab(t *testing.T) lab {
	t.Helper()
	asRoot(t)
	l := labIn(t, cgroup.LabelV2)
	if _, err := os.Stat(l.dir + "/cpu.pressure"); err != nil {
		t.Fatalf("this kernel measures no pressure, as it does from Linux 4.20 on, unless it was started with psi=0: %v", err)
	}
	return l
}

// TestAlarmGoesOff has two loops fight for one CPU: the alarm goes off. That of a group without anybody in it does not meanwhile, and
// ends when the group is removed.
func TestAlarmGoesOff(t *testing.T) {
	busy, quiet := pressureLab(t), pressureLab(t)
	alarm := DefaultAlarm(MayAnyWindow(scanLive(t)))
	_, silent := watched(t, quiet, alarm)
	_, told := watched(t, busy, alarm)
	for range 2 {
		busy.start("taskset -p 1 $$ >/dev/null; while :; do :; done")
	}
	select {
	case err := <-told:
		must(t, err)
	case <-time.After(20 * time.Second):
		t.Error("two loops on one CPU set off no alarm")
	}
	select {
	case err := <-silent:
		t.Errorf("an empty group set off its alarm: %v", err)
	default:
	}
	must(t, os.Remove(quiet.dir))
	select {
	case err := <-silent:
		if !errors.Is(err, ErrGone) {
			t.Errorf("the group is gone, and the alarm said %v", err)
		}
	case <-time.After(20 * time.Second):
		t.Error("the group is gone, and the alarm goes on")
	}
}

// TestAlarmUnmeasured turns the measuring off under an alarm: the trigger goes, and the group stays.
func TestAlarmUnmeasured(t *testing.T) {
	l := pressureLab(t)
	measure := func(line string) { must(t, os.WriteFile(l.dir+"/cgroup.pressure", []byte(line), 0o600)) }
	unmeasured := func(err error, says string) {
		t.Helper()
		if errors.Is(err, ErrGone) || !errors.Is(err, ErrUnmeasured) || !strings.Contains(err.Error(), says) {
			t.Errorf("the measuring is off, and the alarm said %v, want %q", err, says)
		}
	}
	w, told := watched(t, l, DefaultAlarm(MayAnyWindow(scanLive(t))))
	measure("0")
	select {
	case err := <-told:
		unmeasured(err, "1 in its cgroup.pressure begins it again")
	case <-time.After(20 * time.Second):
		t.Fatal("the measuring is off, and the alarm goes on")
	}
	measure("1")
	unmeasured(w.ended(), "set the alarm anew")
	must(t, os.Remove(l.dir))
	if err := w.ended(); !errors.Is(err, ErrGone) {
		t.Errorf("the group is gone, and the alarm said %v", err)
	}
	must(t, os.Mkdir(l.dir, 0o755))
	if err := w.ended(); !errors.Is(err, ErrGone) {
		t.Errorf("another group has its name, and the alarm said %v", err)
	}
}

// TestAlarmEnds closes a watcher that waits; the trigger goes with its descriptor.
func TestAlarmEnds(t *testing.T) {
	w, told := watched(t, pressureLab(t), DefaultAlarm(MayAnyWindow(scanLive(t))))
	must(t, w.Close())
	if err := <-told; !errors.Is(err, context.Canceled) {
		t.Errorf("closed, it said %v", err)
	}
	must(t, w.Close())
	if err := w.Next(); !errors.Is(err, context.Canceled) {
		t.Errorf("after it was closed it said %v", err)
	}
	var st unix.Stat_t
	if err := unix.Fstat(w.trigger, &st); err == nil && strings.Contains(readLink(t, w.trigger), "pressure") {
		t.Error("the descriptor is still there")
	}
}

func readLink(t *testing.T, fd int) string {
	t.Helper()
	to, _ := os.Readlink("/proc/self/fd/" + decimal(int32(fd)))
	return to
}

// TestAlarmRefused by the kernel itself: the words are for what it answers.
func TestAlarmRefused(t *testing.T) {
	l := pressureLab(t)
	wrong := Watch{Group: l.group(""), Alarm: Alarm{Resource: "cpu", Threshold: 2 * time.Second, Window: time.Second}}
	if _, err := NewKernel(probe.Live).Watch(wrong); !errors.Is(err, unix.EINVAL) || !strings.Contains(err.Error(), "takes no") {
		t.Errorf("a threshold above the window: %v", err)
	}
	gone := wrong
	gone.Group.Below += "-none"
	if _, err := NewKernel(probe.Live).Watch(gone); !errors.Is(err, ErrGone) {
		t.Errorf("of no group: %v", err)
	}
	must(t, os.WriteFile(l.dir+"/cgroup.pressure", []byte("0"), 0o600))
	_, err := SetAlarm(l.key, DefaultAlarm(false))(scanLive(t), probe.Live.Knob)
	if err == nil || !strings.Contains(err.Error(), "turned off") {
		t.Errorf("with the measuring off: %v", err)
	}
}

// TestAlarmWindows holds what is refused before the kernel is asked against what the kernel refuses, with the rights that there are.
func TestAlarmWindows(t *testing.T) {
	l := pressureLab(t)
	to := l.group("")
	privileged := MayAnyWindow(scanLive(t))
	for _, window := range []time.Duration{
		LeastWindow - time.Millisecond, LeastWindow, time.Second, 2 * time.Second, 3 * time.Second, 4 * time.Second, MostWindow, MostWindow + 2*time.Second,
	} {
		a := Alarm{Resource: "cpu", Threshold: 100 * time.Millisecond, Window: window}
		said := a.Check(privileged)
		w, err := NewKernel(probe.Live).Watch(Watch{Group: to, Alarm: a})
		if err == nil {
			must(t, w.Close())
		}
		if (said == nil) != (err == nil) {
			t.Errorf("a window of %s: it was said %v, and the kernel says %v; CAP_SYS_RESOURCE: %v", window, said, err, privileged)
		}
		if err != nil && !privileged && window%UnprivilegedWindow != 0 && window > LeastWindow && !strings.Contains(err.Error(), "without CAP_SYS_RESOURCE the window is a multiple of 2s") {
			t.Errorf("a window of %s: %v", window, err)
		}
	}
}
