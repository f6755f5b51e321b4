package ui_test

import (
	"testing"
)

// TestJumpAndBack walks from a process to its group, to a member of that, and back the same way.
func TestJumpAndBack(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 140, 40)
	p.WaitFor("host")
	p.Send("4")
	p.WaitFor("─ Tasks ─")
	p.Send("/")
	p.Type("comm:redis")
	p.WaitFor("match")
	p.Send("enter", "enter") // Leave the filter line, then enter the details.
	p.WaitFor("▌parent")
	p.Send("down", "down", "down", "down")
	p.Send("enter")
	p.WaitFor("─ Namespaces ─")
	p.Send("backspace")
	p.WaitFor("─ Tasks ─")
	p.Send("backspace")
	p.WaitFor("nowhere to go back to")
}

func TestFilterWhileTyping(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.WaitFor("host")
	p.Send("/")
	p.Type("kdev")
	p.WaitFor("1 of ")
	p.WaitGone("docker")
	p.Type("nosuch")
	p.WaitFor("no world matches")
	p.Send("esc")
	p.WaitFor("docker")
	p.Send("/")
	p.Type("nosuchfield:1")
	p.WaitFor("nosuchfield")
	p.WaitFor("comm, ") // The fields there are.
	p.Send("esc")
	p.WaitFor("docker")
}

func TestCopy(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.WaitFor("host")
	p.Send("y")
	p.WaitFor("copied 1")
	p.WaitRaw("\x1b]52;c;MQ==") // "1" in base 64.
}

func TestMouse(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.WaitFor("kdevtmpfs")
	p.Click(20, 6) // The third row of the list.
	p.WaitFor("─ docker 30721a9d9")
	p.Click(28, 1)
	p.WaitFor("─ Cgroups ─")
	p.Wheel(10, 10, 1)
	p.Click(3, 1)
	p.WaitFor("─ Worlds ─")
	p.WaitFor("─ docker 30721a9d9") // Its selection was kept.
}
