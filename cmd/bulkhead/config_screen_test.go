package main

import (
	"os"
	"strings"
	"testing"
)

// TestColumnsAreKeptBetweenSessions chooses in one run of the program and finds it again in the next, unless that is not wanted.
func TestColumnsAreKeptBetweenSessions(t *testing.T) {
	file := configIn(t, "")
	p := inTerminal(t, 220, 30, "cgroups")
	play(t, p, "wait:populated,C,wait:Columns of,down,down,x,enter,wait:kept in,q")
	ended(t, p, exitDone)
	if got, says := file.load(); len(says) > 0 || len(got.Cgroups.Columns.V1)+len(got.Cgroups.Columns.V2)+len(got.Cgroups.Columns.Both) == 0 {
		t.Fatalf("kept %+v, %q, want columns", got, says)
	}
	for name, test := range map[string]struct {
		args []string
		own  bool
	}{
		"next session": {[]string{"cgroups"}, false}, "--no-config": {[]string{"cgroups", "--no-config"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := inTerminal(t, 220, 30, test.args...)
			play(t, p, "wait:populated")
			if got := strings.Contains(p.Screen(), " OWN "); got != test.own {
				t.Errorf("OWN is shown: %v, want %v; screen:\n%s", got, test.own, p.Screen())
			}
			play(t, p, "q")
			ended(t, p, exitDone)
		})
	}
}

// What is not kept is told, and the file stays as it is.
func TestSettingsThatCannotBeKept(t *testing.T) {
	for name, test := range map[string]struct {
		text, first, then string
		args              []string
	}{
		"not understood": {"[cgroups", "wait:‼ settings,", "wait:✗ not kept", nil},
		"--no-config":    {"[cgroups]\nsort = \"mem\"\n", "", "gone:Columns of", []string{"--no-config"}},
		"--read-only":    {"[cgroups]\nsort = \"mem\"\n", "", "gone:Columns of", []string{"--read-only"}},
	} {
		t.Run(name, func(t *testing.T) {
			file := configIn(t, test.text)
			p := inTerminal(t, 220, 30, append([]string{"cgroups"}, test.args...)...)
			play(t, p, test.first+"wait:populated,C,wait:Columns of,down,x,enter,"+test.then+",q")
			ended(t, p, exitDone)
			if got := readFile(t, string(file)); got != test.text {
				t.Errorf("the file says %q, want %q", got, test.text)
			}
		})
	}
}

// As nobody chose anything the file is not made.
func TestNoSettingsNoFile(t *testing.T) {
	file := configIn(t, "")
	p := inTerminal(t, 220, 30, "cgroups")
	play(t, p, "wait:populated,C,wait:Columns of,x,esc,gone:Columns of,q")
	ended(t, p, exitDone)
	if _, err := os.Stat(string(file)); !os.IsNotExist(err) {
		t.Errorf("there is a file: %v", err)
	}
}
