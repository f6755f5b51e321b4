package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"bulkhead/ui/uitest"
)

func TestCompare(t *testing.T) {
	hosts := laidOut{}
	for name, test := range map[string]struct{ host, a, b string }{
		"container": {"v2", "host", "20553"},
		"sidecar":   {"v2", "20553", "sidecar"},
		"thread":    {"hybrid", "720/722", "720"},
		"zombie":    {"odd", "1", "201"},
	} {
		h := hosts.get(t, test.host)
		t.Run(name, func(t *testing.T) { uitest.Golden(t, "compare-"+name, h.succeed(t, "compare", test.a, test.b)) })
	}
}

func TestCompareRefuses(t *testing.T) {
	h := layOut(t, "v2")
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"one":     {[]string{"20553"}, exitUsage, "needs A and B"},
		"three":   {[]string{"20553", "1", "2"}, exitUsage, `"2" is too many`},
		"a group": {[]string{"20553", "/lab/frozen"}, exitRefused, "no process, thread or world"},
		"nothing": {[]string{"20553", "no-such"}, exitRefused, "not found"},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.execute(t, append([]string{"compare"}, test.args...)...)
			if got.code != test.code || !strings.Contains(got.err, test.says) {
				t.Errorf("got %+v, want code %d and %q", got, test.code, test.says)
			}
		})
	}
}

// compared is what is read of the JSON output.
type compared struct {
	Schema     int
	Comparison struct {
		A, B   struct{ PID int }
		Lines  []struct{ What, Relation, A, B string }
		AIntoB struct {
			All   struct{ May, Why string }
			Types map[string]struct{ May, Why string }
		} `json:"a_into_b"`
	}
}

// TestCompareLive compares this process with one in namespaces of its own of all types.
func TestCompareLive(t *testing.T) {
	pid := unshared(t)
	got := execute(t, "compare", fmt.Sprint(os.Getpid()), fmt.Sprint(pid), "--json")
	if got.code != exitDone {
		t.Fatalf("compare: %+v", got)
	}
	var c compared
	if err := json.Unmarshal([]byte(got.out), &c); err != nil {
		t.Fatal(err)
	}
	if c.Schema != 1 || c.Comparison.A.PID != os.Getpid() || c.Comparison.B.PID != pid {
		t.Errorf("schema, A and B are %d, %d and %d", c.Schema, c.Comparison.A.PID, c.Comparison.B.PID)
	}
	if into := c.Comparison.AIntoB; into.All.May != "yes" || len(into.Types) != 8 || into.Types["time"].Why == "" {
		t.Errorf("root may enter: %+v", into)
	}
	for i, line := range c.Comparison.Lines[:9] { // Those that differ are first: the worlds, and the namespaces.
		if line.Relation != "differs" || line.A == line.B || i == 0 && line.What != "world" || i == 1 && line.What != "user" {
			t.Errorf("line %d: %+v", i, line)
		}
	}
}
