package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe/recording"
	"bulkhead/ui/text"
	"bulkhead/ui/uitest"
)

// hosts are those of the scanner's tests.
var hosts = []string{"v2", "hybrid", "v1", "container", "odd"}

func TestLists(t *testing.T) {
	for _, name := range hosts {
		t.Run(name, func(t *testing.T) {
			h := layOut(t, name)
			for list := range listsByName {
				got := h.succeed(t, "list", list)
				if flat := strings.ReplaceAll(got, "\n", " "); text.Safe(flat) != flat {
					t.Errorf("list %s is not safe for a terminal:\n%q", list, got)
				}
				uitest.Golden(t, "list-"+name+"-"+list, got)
				if screen := h.succeed(t, list); screen != got {
					t.Errorf("%s without a terminal prints\n%s\nwant the same as the list", list, screen)
				}
				checkJSON(t, h, list)
			}
			if name == "hybrid" { // The hosts laid out have no threads else.
				uitest.Golden(t, "list-hybrid-threads", h.succeed(t, "list", "tasks", "--threads"))
			}
			if bare, worlds := h.succeed(t), h.succeed(t, "list", "worlds"); bare != worlds {
				t.Errorf("bulkhead alone prints\n%s\nwant the worlds", bare)
			}
		})
	}
}

// arrays are the names of the arrays that a document has.
func arrays(t *testing.T, document string) []string {
	t.Helper()
	var d map[string]json.RawMessage
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		t.Fatalf("%v in\n%s", err, document)
	}
	var names []string
	for name, value := range d {
		if bytes.HasPrefix(value, []byte("[")) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// arraysOf are the arrays of each list.
var arraysOf = map[string][]string{
	"worlds": {"gaps", "worlds"}, "namespaces": {"gaps", "namespaces"},
	"cgroups": {"gaps", "groups", "hierarchies"}, "tasks": {"gaps", "tasks"},
}

func checkJSON(t *testing.T, h host, list string) {
	t.Helper()
	got := h.succeed(t, "list", list, "--json")
	if names := arrays(t, got); !slices.Equal(names, arraysOf[list]) {
		t.Errorf("list %s --json has %v, want %v", list, names, arraysOf[list])
	}
	if _, err := recording.Read(strings.NewReader(got)); err != nil {
		t.Errorf("list %s --json: %v", list, err)
	}
	if screen := h.succeed(t, list, "--json"); len(screen) != len(got) && len(arrays(t, screen)) != len(arraysOf[list]) {
		t.Errorf("%s --json prints\n%s\nwant the same as the list", list, screen)
	}
}

func TestFilter(t *testing.T) {
	tests := map[string]struct {
		args []string
		want []string // What each line but the headings is about.
	}{
		"tasks by name":         {[]string{"tasks", "--filter", "comm:nginx !uid:0"}, []string{"20570", "20571"}},
		"tasks by command line": {[]string{"tasks", "--filter", "checkpointer"}, []string{"21040"}},
		"tasks by namespace":    {[]string{"tasks", "--filter", "net:4026532781 !comm:nginx"}, []string{"20590", "20601"}},
		"tasks by group":        {[]string{"tasks", "--filter", "cg:/lab"}, []string{"22000"}},
		"threads":               {[]string{"tasks", "--threads", "--filter", "x"}, nil},
		"worlds by name":        {[]string{"worlds", "--filter", "sidecar"}, []string{"docker"}},
		"worlds by member":      {[]string{"worlds", "--filter", "cmd:checkpointer"}, []string{"podman"}},
		"worlds by host":        {[]string{"worlds", "--filter", "comm:burn"}, []string{"host"}},
		"namespaces by type":    {[]string{"namespaces", "--filter", "type:user comm:conmon"}, nil},
		"namespaces by inode":   {[]string{"namespaces", "--filter", "ns:4026532664 type:net"}, []string{"net:[4026532664]"}},
		"groups by path":        {[]string{"cgroups", "--filter", "cg:/lab"}, []string{"/lab", "/lab/empty", "/lab/frozen"}},
		"groups by member":      {[]string{"cgroups", "--filter", "comm:burn"}, []string{"/lab/frozen"}},
		"nothing":               {[]string{"tasks", "--filter", "nosuchthing"}, nil},
	}
	h := layOut(t, "v2")
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			lines := strings.Split(strings.TrimSpace(h.succeed(t, append([]string{"list"}, test.args...)...)), "\n")[1:]
			var got []string
			for _, line := range lines {
				fields := strings.Fields(line)
				got = append(got, fields[0])
				if test.args[0] == "cgroups" {
					got[len(got)-1] = fields[len(fields)-1]
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%v lists %q, want %q", test.args, got, test.want)
			}
		})
	}
	// Every namespace that a member of this one is in.
	if got := strings.Count(h.succeed(t, "list", "namespaces", "--filter", "net:4026532664"), "\n"); got != 1+8 {
		t.Errorf("the namespaces of the members of one fill %d lines, want a heading and 8", got)
	}
}

// The groups that are left know their parents in the JSON.
func TestFilterKeepsParents(t *testing.T) {
	got, err := recording.Read(strings.NewReader(layOut(t, "v2").succeed(t, "list", "cgroups", "--json", "--filter", "cg:/lab")))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{-1, 0, 0} {
		if got.Groups[i].Parent != want {
			t.Errorf("%s has the parent %d, want %d", got.Groups[i].Path, got.Groups[i].Parent, want)
		}
	}
}

func TestTable(t *testing.T) {
	table := table{columns: []column{{"NAME", left}, {"N", right}, {"WALL", middle}, {"", left}}, rows: [][]string{
		{"日本語", "1", "·", ""}, {"a\x1b[2J", "1234", "AB", "end"},
	}}
	for name, test := range map[string]struct {
		width int
		want  string
	}{
		"as wide as it is": {0, "NAME        N WALL\n日本語      1  ·\na\\x1b[2J 1234  AB  end\n"},
		"cut":              {12, "NAME       …\n日本語     …\na\\x1b[2J 12…\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			if err := table.write(&got, test.width); err != nil || got.String() != test.want {
				t.Errorf("got\n%s(%v), want\n%s", got.String(), err, test.want)
			}
		})
	}
}
