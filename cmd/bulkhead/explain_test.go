package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestExplain(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		code int
		says []string
	}{
		"a type":      {[]string{"net"}, exitDone, []string{"net namespace, net, network namespace", "interfaces, addresses", "see network_namespaces(7)"}},
		"of a screen": {[]string{"kept", "by"}, exitDone, []string{"lives as long as something keeps it"}},
		"two words":   {[]string{"network", "namespace"}, exitDone, []string{"network_namespaces(7)"}},
		"a file":      {[]string{"hugetlb.2MB.max"}, exitDone, []string{"huge pages"}},
		"all":         {nil, exitDone, []string{"\ncpu.max, quota, CPU quota\n", "net namespace, net, network namespace", "state R, running"}},
		"a manual":    {[]string{"--all"}, exitDone, []string{"\ncpu.max, quota, CPU quota\n  cpu.max of version 2", "see network_namespaces(7)", "state R, running"}},
		"misspelled":  {[]string{"freezer.sate"}, exitUsage, []string{`unknown word "freezer.sate", did you mean freezer.state`, "--help"}},
		"unknown":     {[]string{"xyzzy-plugh"}, exitUsage, []string{`unknown word "xyzzy-plugh"` + "\n"}},
		"odd":         {[]string{"\x1b[2J"}, exitUsage, []string{`unknown word`}},
	} {
		t.Run(name, func(t *testing.T) {
			got := execute(t, append([]string{"explain"}, test.args...)...)
			for _, says := range test.says {
				if text := got.out + got.err; got.code != test.code || !strings.Contains(text, says) || strings.Contains(text, "\x1b") {
					t.Errorf("got %+v, want code %d and %q", got, test.code, says)
				}
			}
		})
	}
}

func TestExplainAsJSON(t *testing.T) {
	got := execute(t, "explain", "setns", "--json")
	var document struct {
		Schema  int
		Entries []entryJSON
	}
	if err := json.Unmarshal([]byte(got.out), &document); err != nil {
		t.Fatal(err)
	}
	if e := document.Entries; document.Schema != 1 || len(e) != 1 || e[0].Words[0] != "setns" || e[0].Text == "" || e[0].See == "" {
		t.Errorf("got %+v", document)
	}
}

// TestExplainVersions prints the table of both versions with the word for it alone.
func TestExplainVersions(t *testing.T) {
	text, document := execute(t, "explain", "versions").out, execute(t, "explain", "versions", "--json").out
	for _, want := range []string{"cpu.cfs_quota_us, cpu.cfs_period_us", "cpu.max", "freezer.state", "cgroup.freeze", "a BPF program"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
	if !strings.Contains(document, `"versions": [`) {
		t.Errorf("the document has no table: %s", document)
	}
	if one := execute(t, "explain", "v1", "--json").out; strings.Contains(one, `"versions": [`) {
		t.Error("every word has the table")
	}
}
