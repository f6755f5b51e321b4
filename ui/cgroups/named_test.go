package cgroups

import (
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/cgroup"
	"bulkhead/probe/origin"
	"bulkhead/ui/filter"
)

// The group of a container has its name beside it, and is found by it.
func TestContainersAreNamed(t *testing.T) {
	id := strings.Repeat("5a1e", 16)
	h := (&host{}).mount("v2", "/sys/fs/cgroup", 2).group("v2", "/docker", cgroup.Values{}).group("v2", "/docker/"+id, cgroup.Values{})
	h.task(7, "nginx", "v2:/docker/"+id)
	s := h.snapshot()
	s.Worlds = []probe.World{{Name: "docker web-1", Leader: 7, Processes: 1, Origin: origin.Origin{Kind: origin.Docker, Name: "web-1", ID: id}}}
	for width, want := range map[int]string{120: "docker web-1  " + id, 40: "docker web-1"} {
		if got := view(open(t, s, width, 12)); !strings.Contains(got, want) {
			t.Errorf("%d wide:\n%s\nwant %q", width, got, want)
		}
	}
	f, err := filter.Parse("web-1")
	if err != nil {
		t.Fatal(err)
	}
	if got := Find(s, f); !slices.Equal(got, []bool{false, false, true}) {
		t.Errorf("web-1 finds %v, want the container's group alone", got)
	}
}
