package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/cilium/ebpf"
	"github.com/cilium/ebpf/asm"
	"github.com/cilium/ebpf/link"
)

// TestShowPrograms attaches a program to a group of version 2, and asks what a group below it and a process in it may use.
func TestShowPrograms(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may load programs everywhere")
	}
	mount := v2Mount(t)
	top := fmt.Sprintf("/bulkhead-test-%d-programs", os.Getpid())
	dir := madeGroup(t, mount+top)
	below := madeGroup(t, dir+"/below")
	program, err := ebpf.NewProgram(&ebpf.ProgramSpec{
		Name: "bulkhead_dev", Type: ebpf.CGroupDevice, License: "GPL", Instructions: asm.Instructions{asm.Mov.Imm(asm.R0, 1), asm.Return()},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	attached, err := link.AttachCgroup(link.CgroupOptions{Path: dir, Attach: ebpf.AttachCGroupDevice, Program: program})
	if err != nil {
		t.Fatal(err)
	}
	defer attached.Close()
	child := exec.CommandContext(t.Context(), "sh", "-c", "echo $$ > "+below+"/cgroup.procs && echo in && exec sleep 60")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = child.Process.Kill()
		_ = child.Wait() // It says that it was killed.
	}()
	if n, err := out.Read(make([]byte, 3)); n != 3 {
		t.Fatalf("the child does not join the group: %v", err)
	}
	for target, want := range map[string]string{
		top:                           "bulkhead_dev, attached here",
		top + "/below":                "bulkhead_dev, attached to a group above",
		fmt.Sprint(child.Process.Pid): "BPF program ",
	} {
		got := execute(t, "show", target)
		if !strings.Contains(got.out, want) || !strings.Contains(got.out, "bulkhead_dev") {
			t.Errorf("show %s: %q is missing: %+v", target, want, got)
		}
	}
	programsInJSON(t, top)
}

// programsInJSON looks for the program of a group in the JSON output.
func programsInJSON(t *testing.T, top string) {
	t.Helper()
	var got struct {
		Groups []struct {
			Path    string
			Account struct{ Programs []map[string]any }
		}
	}
	if err := json.Unmarshal([]byte(execute(t, "show", top, "--json").out), &got); err != nil {
		t.Fatal(err)
	}
	for _, g := range got.Groups {
		if g.Path != top {
			continue
		}
		if all := g.Account.Programs; len(all) == 0 || all[0]["attach_type"] != "cgroup_device" || all[0]["attached_here"] != true ||
			all[0]["attach_flags"] != "multi" || all[0]["name"] != "bulkhead_dev" || all[0]["uid"] != 0.0 {
			t.Errorf("programs in JSON: %v", all)
		}
		return
	}
	t.Errorf("no %s in %+v", top, got)
}
