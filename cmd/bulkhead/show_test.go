package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bulkhead/ui/uitest"
)

// laidOut are hosts by name, each laid out once for a test and its subtests.
type laidOut map[string]host

func (l laidOut) get(t *testing.T, name string) host {
	t.Helper()
	if _, ok := l[name]; !ok {
		l[name] = layOut(t, name)
	}
	return l[name]
}

func TestShow(t *testing.T) {
	hosts := laidOut{}
	for name, test := range map[string]struct{ host, target string }{
		"process":       {"v2", "20553"},
		"thread":        {"hybrid", "720/722"},
		"kernel-thread": {"hybrid", "14"},
		"zombie":        {"odd", "201"},
		"namespace":     {"v2", "net:[4026532781]"},
		"group":         {"v2", "/lab/frozen"},
		"group-v1":      {"hybrid", "cpu:/lab"},
		"world":         {"v2", "sidecar"},
		"host":          {"container", "host"},
	} {
		h := hosts.get(t, test.host)
		t.Run(name, func(t *testing.T) { uitest.Golden(t, "show-"+name, h.succeed(t, "show", test.target)) })
	}
}

func TestShowAsJSON(t *testing.T) {
	tests := map[string]struct {
		host, target string
		arrays       []string
		pids         []float64
	}{
		"process":   {"v2", "20553", []string{"gaps", "tasks"}, []float64{20553}},
		"thread":    {"hybrid", "720/722", []string{"gaps", "tasks"}, []float64{720, 720}},
		"namespace": {"v2", "4026532781", []string{"gaps", "namespaces", "tasks"}, []float64{20553, 20570, 20571, 20590, 20601}},
		"group":     {"v2", "/lab/frozen", []string{"gaps", "groups", "hierarchies", "tasks"}, []float64{22000}},
		"world":     {"v2", "sidecar", []string{"gaps", "tasks", "worlds"}, []float64{20601}},
	}
	hosts := laidOut{}
	for name, test := range tests {
		h := hosts.get(t, test.host)
		t.Run(name, func(t *testing.T) {
			document := h.succeed(t, "show", test.target, "--json")
			if got := arrays(t, document); !slices.Equal(got, test.arrays) {
				t.Errorf("has %v, want %v", got, test.arrays)
			}
			var got struct {
				Tasks  []map[string]any
				Groups []map[string]any
			}
			if err := json.Unmarshal([]byte(document), &got); err != nil {
				t.Fatal(err)
			}
			var pids []float64
			for _, task := range got.Tasks {
				pid, _ := task["pid"].(float64)
				pids = append(pids, pid)
			}
			if !slices.Equal(pids, test.pids) {
				t.Errorf("has the processes %v, want %v", pids, test.pids)
			}
			if name == "group" && (len(got.Groups) != 3 || got.Groups[2]["parent"] != "/lab") {
				t.Errorf("has the groups %v, want those above it too", got.Groups)
			}
			if name == "process" && (got.Tasks[0]["seccomp"] != "filter" || fmt.Sprint(got.Tasks[0]["nspid"]) != "[20553 1]") {
				t.Errorf("has no details: %v", got.Tasks[0])
			}
		})
	}
}

// Paths of a target are those of this host.
func TestShowPath(t *testing.T) {
	link, err := os.Readlink("/proc/self/ns/uts")
	if err != nil {
		t.Fatal(err)
	}
	path := fmt.Sprintf("/proc/%d/ns/uts", os.Getpid())
	if got := execute(t, "show", path); got.code != exitDone || !strings.HasPrefix(got.out, link+"\n") {
		t.Errorf("show %s: %+v, want the page of %s", path, got, link)
	}
	t.Chdir(filepath.Dir(path))
	for _, near := range []string{"./uts", "../ns/uts"} {
		if got := execute(t, "show", near); got.code != exitDone || !strings.HasPrefix(got.out, link+"\n") {
			t.Errorf("show %s: %+v, want the page of %s", near, got, link)
		}
	}
	if got := execute(t, "show", "/etc/hostname"); got.code != exitRefused {
		t.Errorf("show of a file: %+v, want code %d", got, exitRefused)
	}
}
