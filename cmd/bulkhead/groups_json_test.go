package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// wholeGroup adds to a host a group of whose files a list and the group itself tell more than a table.
func wholeGroup(t *testing.T, h host) {
	t.Helper()
	dir := filepath.Join(h.Sys, "fs/cgroup/lab/frozen")
	for name, text := range map[string]string{
		"memory.high": "max\n", "memory.peak": "8192\n", "memory.events": "low 0\nhigh 0\nmax 3\noom 1\noom_kill 1\n",
		"cpu.weight": "250\n", "io.stat": "8:0 rbytes=4096 wbytes=512 rios=1 wios=1 dbytes=0 dios=0\n",
		"io.pressure": "some avg10=1.25 avg60=0.00 avg300=0.00 total=5\nfull avg10=0.50 avg60=0.00 avg300=0.00 total=5\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGroupsAsJSONTellAll(t *testing.T) {
	h := layOut(t, "v2")
	wholeGroup(t, h)
	want := map[string]any{
		"memory_high": "max", "memory_peak": 8192.0, "memory_oom_kill": 1.0, "cpu_weight": 250.0, "io_rbytes": 4096.0, "io_wbytes": 512.0,
		"io_pressure_some_avg10": 1.25, "io_pressure_full_avg10": 0.5,
	}
	for _, arguments := range [][]string{{"list", "cgroups", "--json"}, {"show", "/lab/frozen", "--json"}} {
		var got struct{ Groups []map[string]any }
		if err := json.Unmarshal([]byte(h.succeed(t, arguments...)), &got); err != nil {
			t.Fatal(err)
		}
		var group map[string]any
		for _, g := range got.Groups {
			if g["path"] == "/lab/frozen" {
				group = g
			}
		}
		for name, value := range want {
			if group[name] != value {
				t.Errorf("%v: %s is %v, want %v", arguments, name, group[name], value)
			}
		}
		account, _ := group["account"].(map[string]any)
		if (account != nil) != (arguments[0] == "show") {
			t.Errorf("%v: the account is %v", arguments, account)
		}
		if account == nil {
			continue
		}
		memory, _ := account["memory"].(map[string]any)
		if got := fmt.Sprint(memory["high"], memory["events"]); got != "maxmap[high:0 low:0 max:3 oom:1 oom_kill:1]" {
			t.Errorf("the account of memory has %s", got)
		}
	}
}
