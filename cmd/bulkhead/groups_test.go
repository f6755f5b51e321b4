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

// With a group as the root it is listed with those below it, and nothing else; a filter looks among these.
func TestListSubtree(t *testing.T) {
	h := layOut(t, "hybrid")
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"a group":       {[]string{"list", "cgroups", "--root", "freezer:/lab"}, []string{"/lab", "/lab/stop"}},
		"its directory": {[]string{"list", "cgroups", "--root", "/sys/fs/cgroup/freezer/lab/"}, []string{"/lab", "/lab/stop"}},
		"with a filter": {[]string{"list", "cgroups", "--root", "freezer:/lab", "--filter", "cg:stop"}, []string{"/lab/stop"}},
		"the screen":    {[]string{"cgroups", "--root", "freezer:/lab/stop"}, []string{"/lab/stop"}},
	} {
		t.Run(name, func(t *testing.T) {
			var listed struct{ Groups []struct{ Path string } }
			if err := json.Unmarshal([]byte(h.succeed(t, append(test.args, "--json")...)), &listed); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, g := range listed.Groups {
				got = append(got, g.Path)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("listed %q, want %q", got, test.want)
			}
		})
	}
	for root, want := range map[string]string{
		"freezer:/x": "there is no group /x in the hierarchy freezer", "nosuch:/": "no hierarchy has the controller nosuch",
	} {
		if got := h.execute(t, "list", "cgroups", "--root", root); got.code != exitRefused || !strings.Contains(got.err, want) {
			t.Errorf("--root %s: code %d, %q, want %d, %q", root, got.code, got.err, exitRefused, want)
		}
	}
}
