package form

import (
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/dialog"
)

func TestKnobs(t *testing.T) {
	key := probe.GroupKey{Hierarchy: "v2", Path: "/system.slice/ssh.service"}
	m := scan(t, "v2")
	form := NewKnobs(key, knobs)
	d, o := press(form, "enter")
	if o != nil {
		t.Errorf("the outcome is %T", o)
	}
	wants(t, d, "cgroup.controllers can only be read")
	_, o = press(form, "memory.max", "enter")
	open, ok := o.(dialog.Open)
	if !ok {
		t.Fatalf("the outcome is %T, want Open", o)
	}
	wants(t, open.Dialog, "memory.max of /system.slice/ssh.service")
	d, o = press(open.Dialog, "x", "enter")
	if o != nil {
		t.Errorf("the outcome is %T", o)
	}
	wants(t, d, "! memory.max takes")
	if _, o = press(d, "ctrl+u", "512M", "enter"); o == nil {
		t.Error("a size is not taken")
	}
	d, o = press(open.Dialog.Sync(m.without(0, key)), "enter")
	if o != nil {
		t.Errorf("the outcome is %T", o)
	}
	wants(t, d, "gone: /system.slice/ssh.service was removed")
	if _, o = press(form.Sync(m.without(0, key)), "memory.max", "enter"); o != nil {
		t.Errorf("the outcome is %T", o)
	}
}

func TestKnobOutcome(t *testing.T) {
	m := scan(t, "hybrid")
	key := probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"}
	all, err := m.roots.Knobs("/sys/fs/cgroup/cpuset/lab")
	if err != nil {
		t.Fatal(err)
	}
	_, o := press(NewKnobs(key, all), "notify", "enter")
	_, o = press(o.(dialog.Open).Dialog, "backspace", "1", "enter")
	if got, want := m.shell(t, o), "echo 1 > /sys/fs/cgroup/cpuset/lab/notify_on_release\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestKnobScrolls(t *testing.T) {
	form := NewKnob(probe.GroupKey{Hierarchy: "v2", Path: "/x"}, probe.Knob{
		Name: "memory.stat", Text: reading.Of("a 1\nb 2\nc 3\nd 4\ne 5\nf 6\ng 7\nh 8"), Writable: true,
	})
	d, _, _ := form.Update(dialog.Room{Width: 60, Height: 10})
	d, _ = press(d, "down", "down", "pgdown", "down")
	if screen := plain(d, 60, 10); !strings.Contains(screen, "h 8") || strings.Contains(screen, "a 1") {
		t.Errorf("the end is not in view:\n%s", screen)
	}
	d, _ = press(d, "up", "pgup")
	if screen := plain(d, 60, 10); !strings.Contains(screen, "a 1") {
		t.Errorf("the begin is not in view:\n%s", screen)
	}
}
