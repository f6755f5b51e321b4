package actions

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cpulist"
)

// cpusetLab makes a group that has all CPUs and the first memory node.
func cpusetLab(t *testing.T) (l lab, cpus []int) {
	t.Helper()
	l = labWith(t, "cpuset")
	online := scanLive(t).Host.CPUs.Or(cpulist.Set{})
	must(t, l.set("cpuset.cpus", online.String()))
	must(t, l.set("cpuset.mems", "0"))
	return l, online.All()
}

// TestKernelCPUSet narrows a group to its last CPU, as the tutorial does, and takes it back.
func TestKernelCPUSet(t *testing.T) {
	l, cpus := cpusetLab(t)
	l.start("exec sleep 600")
	before := l.says("cpuset.cpus")
	last := strconv.Itoa(cpus[len(cpus)-1])
	choice, err := CPUs(scanLive(t), l.key, "cpuset.cpus", probe.Live.Knob)
	must(t, err)
	if choice.Set.String() != before || choice.Online.Len() != len(cpus) || choice.Allowed.Len() != len(cpus) {
		t.Errorf("to choose from: %+v, of %d CPUs", choice, len(cpus))
	}
	if len(cpus) == 1 {
		t.Skip("there is but one CPU")
	}
	result := apply(t, SetKnob(l.key, "cpuset.cpus", last, false))
	must(t, result.Err)
	if says := "cpuset.cpus is " + last + ", effective " + last; result.Done[0].Says != says {
		t.Errorf("it says %q, want %q", result.Done[0].Says, says)
	}
	undo, whole := result.Undo()
	if !whole {
		t.Fatal("it cannot be taken back")
	}
	must(t, NewKernel(probe.Live).Apply(t.Context(), undo).Err)
	if now := l.says("cpuset.cpus"); now != before {
		t.Errorf("taken back it says %q, want %q", now, before)
	}
}

// TestKernelCPUSetRefusals holds what is refused beforehand against what the kernel refuses.
func TestKernelCPUSetRefusals(t *testing.T) {
	asRoot(t)
	cpus := scanLive(t).Host.CPUs.Or(cpulist.Set{}).All()
	if len(cpus) < 2 {
		t.Skip("it takes two CPUs")
	}
	first := strconv.Itoa(cpus[0])
	second := strconv.Itoa(cpus[1])
	tests := map[string]struct {
		version1 syscall.Errno // 0 where only version 2 is meant.
		version2 syscall.Errno // 0 where the kernel takes it.
		set      func(l lab) (lab, string)
	}{
		"a CPU that there is not": {syscall.ERANGE, syscall.ERANGE, func(l lab) (lab, string) { return l, "60000" }},
		"outside the parent": {syscall.EACCES, 0, func(l lab) (lab, string) {
			must(l.t, l.set("cpuset.cpus", first))
			return l.make("inner"), second
		}},
		"narrower than a child": {syscall.EBUSY, 0, func(l lab) (lab, string) {
			must(l.t, l.make("inner").set("cpuset.cpus", first))
			return l, second
		}},
		"emptied": {syscall.ENOSPC, syscall.ENOSPC, func(l lab) (lab, string) {
			l.start("exec sleep 600")
			return l, ""
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			own, _ := cpusetLab(t)
			target, value := test.set(own)
			s := scanLive(t)
			_, err := SetKnob(target.key, "cpuset.cpus", value, false)(s, probe.Live.Knob)
			var refusal *Refusal
			refused := errors.As(err, &refusal)
			want := test.version2
			if target.key.Hierarchy != "v2" {
				want = test.version1
			}
			if refused != (want != 0) {
				t.Errorf("planned: %v, want a refusal: %v", err, want != 0)
			}
			if err := target.set("cpuset.cpus", value); want != 0 && !errors.Is(err, want) {
				t.Errorf("the kernel says %v, want %v", err, want)
			}
		})
	}
}

// TestKernelPartition takes CPUs for a partition of version 2. One without any comes to nothing, as the result says.
func TestKernelPartition(t *testing.T) {
	asRoot(t)
	if mountOf(t, "cpuset") != "" || mountOf(t, "v2") == "" {
		t.Skip("version 2 has no cpuset here")
	}
	l, cpus := cpusetLab(t)
	if len(cpus) == 1 {
		t.Skip("there is but one CPU")
	}
	must(t, l.set("cpuset.cpus", ""))
	warned, err := SetKnob(l.key, filePartition, "root", false)(scanLive(t), probe.Live.Knob)
	must(t, err)
	if want := "the partition will be invalid: cpuset.cpus is empty"; !slices.Contains(warned.Warnings, want) {
		t.Errorf("warnings %q, want %q", warned.Warnings, want)
	}
	empty := NewKernel(probe.Live).Apply(t.Context(), warned)
	must(t, empty.Err)
	if says := empty.Done[0].Says; !strings.HasPrefix(says, filePartition+" is root invalid (") {
		t.Errorf("it says %q", says)
	}
	must(t, l.set(filePartition, "member"))
	must(t, l.set("cpuset.cpus", strconv.Itoa(cpus[len(cpus)-1])))
	result := apply(t, SetKnob(l.key, filePartition, "root", false))
	must(t, result.Err)
	if says := result.Done[0].Says; says != filePartition+" is root" {
		t.Errorf("it says %q", says)
	}
	undo, _ := result.Undo()
	must(t, NewKernel(probe.Live).Apply(t.Context(), undo).Err)
	if now := l.says(filePartition); now != "member" {
		t.Errorf("taken back it says %q", now)
	}
}
