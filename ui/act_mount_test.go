package ui_test

import "testing"

func TestMountAndUnmountByKeys(t *testing.T) {
	p, fake := startActing(t, 120, 36, nil)
	p.Send("3")
	p.WaitFor("▾ v2")
	p.Send("V")
	p.WaitFor("select the topmost group of a version 1 hierarchy")
	p.Send("a")
	p.WaitFor("mount a version 1 hierarchy")
	p.Send("v")
	p.WaitFor("─ Mount a version 1 hierarchy")
	p.Send("tab")
	p.Type("lab")
	p.WaitFor("/sys/fs/cgroup/lab")
	p.Send("enter")
	p.WaitFor("─ Mount version 1: none,name=lab")
	p.WaitFor("mkdir /sys/fs/cgroup/lab && mount -t cgroup -o none,name=lab cgroup /sys/fs/cgroup/lab")
	p.WaitFor("[ cancel ]")
	p.Send("a")
	p.WaitFor("✓ Mount version 1")
	p.Send("end")
	p.WaitFor("▌  └▸ b")
	p.Send("up", "up", "up", "left", "left", "left", "left")
	p.WaitFor("▌▸ pids") // The topmost group of a hierarchy.
	p.Send("V")
	p.WaitFor("─ Unmount version 1: ")
	p.WaitFor("umount /sys/fs/cgroup/")
	if got := fake.Applied(); len(got) != 1 {
		t.Errorf("applied %v", titles(got))
	}
}
