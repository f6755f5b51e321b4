package main

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"bulkhead/ui/uitest"
)

// A group that holds a thread alone is shown with it, though the process is elsewhere.
func TestShowThreadsOnly(t *testing.T) {
	h := layOut(t, "hybrid")
	uitest.Golden(t, "show-group-loose", h.succeed(t, "show", "/loose"))
	var shown struct {
		Groups []struct {
			Path      string
			ThreadsOf []int `json:"threads_of"`
		}
		Tasks []struct {
			PID     int
			TID     int
			Cgroups map[string]string
		}
	}
	if err := json.Unmarshal([]byte(h.succeed(t, "show", "/loose", "--json")), &shown); err != nil {
		t.Fatal(err)
	}
	if g := shown.Groups[len(shown.Groups)-1]; g.Path != "/loose" || !slices.Equal(g.ThreadsOf, []int{720}) {
		t.Errorf("group %+v, want /loose with threads of 720", g)
	}
	if len(shown.Tasks) != 2 || shown.Tasks[1].TID != 722 || shown.Tasks[1].Cgroups["v2"] != "/loose" {
		t.Errorf("tasks %+v, want process 720 and its thread 722", shown.Tasks)
	}
	if got := h.succeed(t, "list", "cgroups", "--filter", "cg:/loose"); !strings.Contains(got, "threads only (1)") {
		t.Errorf("listed as\n%s", got)
	}
}

// A filter finds the groups that the screen finds: not those whose processes are in another one that matches.
func TestFilterOfGroups(t *testing.T) {
	h := layOut(t, "hybrid")
	listed := func(expression string) (groups []string) {
		for _, line := range strings.Split(strings.TrimSpace(h.succeed(t, "list", "cgroups", "--filter", expression)), "\n")[1:] {
			fields := strings.Fields(line)
			groups = append(groups, fields[len(fields)-1])
		}
		return groups
	}
	for expression, want := range map[string][]string{
		"cg:/lab":           {"cpu:/lab", "cpuset:/lab", "freezer:/lab", "freezer:/lab/stop"},
		"cg:cpuset:/lab":    {"cpuset:/lab"},
		"comm:burn cg:/lab": {"cpu:/lab", "cpuset:/lab"},
	} {
		if got := listed(expression); !slices.Equal(got, want) {
			t.Errorf("%s lists %q, want %q", expression, got, want)
		}
	}
	if got := listed("comm:threads"); !slices.Contains(got, "/loose") || slices.Contains(got, "cpuset:/lab") {
		t.Errorf("the groups of process 720 are %q, want /loose among them for its thread, and not cpuset:/lab", got)
	}
}
