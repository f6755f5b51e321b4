package glossary

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe"
)

// sentenceEnd is where a sentence ends.
var sentenceEnd = regexp.MustCompile(`[.!?](\s|$)`)

func TestEntries(t *testing.T) {
	entries, err := parse(texts())
	if err != nil {
		t.Fatal(err)
	}
	of := map[string]string{}
	for _, e := range entries {
		if n := len(sentenceEnd.FindAllString(e.Text, -1)); n < 1 || n > 3 || !strings.HasSuffix(e.Text, ".") {
			t.Errorf("%s: %d sentences: %q", e.Words[0], n, e.Text)
		}
		if !regexp.MustCompile(`\(\d\)|\.rst|README`).MatchString(e.See) {
			t.Errorf("%s: %q is neither a man page nor a document", e.Words[0], e.See)
		}
		for _, w := range e.Words {
			if w == "" || w != strings.TrimSpace(w) || of[w] != "" {
				t.Errorf("%q stands in two entries, or is no word: %s and %s", w, of[w], e.Words[0])
			}
			of[w] = e.Words[0]
		}
	}
}

func TestMalformed(t *testing.T) {
	for _, text := range []string{"words: a\ntext: A.", "text: A.\nwords: a\nsee: b(1)", "words: a\ntext: A.\nsee: b(1)\nmore: c"} {
		if entries, err := parse(text); err == nil || len(entries) != 0 {
			t.Errorf("%q: %v, %v", text, entries, err)
		}
	}
}

// TestEveryWordHasItsEntry asks for all that the program knows by name.
func TestEveryWordHasItsEntry(t *testing.T) {
	var words []string
	for _, kind := range probe.NamespaceTypes {
		words = append(words, kind.String()+" namespace")
	}
	controllers, err := os.ReadFile("/proc/cgroups")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(controllers)) {
		if !strings.HasPrefix(line, "#") {
			words = append(words, strings.Fields(line)[0])
		}
	}
	for _, state := range "RSDZTtXIP" {
		words = append(words, "state "+string(state))
	}
	words = append(words, "perf_event", "name=systemd", "v2", "v1", "clone", "unshare", "setns", "world", "leader", "hierarchy", "group", "task",
		"process", "thread", "kernel thread", "frozen", "member", "owner", "parent", "no_new_privs", "seccomp")
	words = append(words, "kept by", "looked for", "not permitted", "at least", "not known", "none in sight", "narrowed by", "isolated", "CPU quota",
		"veth", "peer", "private", "setgroups", "NIS domain", "listening", "routes", "System V", "monotonic", "since boot", "no new privs",
		"pid in each", "made by", "known by", "holds", "in part", "OUID", "PROCS", "THR", "cgrp", "?", "–", "A", "container", "docker", "slice")
	for _, w := range words {
		if _, ok := Find(w); !ok {
			t.Errorf("%q has no entry", w)
		}
	}
}

func TestFind(t *testing.T) {
	for word, want := range map[string]string{
		"net": "net namespace", "NET": "net namespace", "hugetlb.2MB.max": "hugetlb.*.max", "hugetlb.1GB.rsvd.max": "hugetlb.*.max",
		"cpus": "cpuset.cpus", "R": "state R", "T": "state T", "t": "state t", "cgroup": "group", "capeff": "capability", "SetNS": "setns",
	} {
		if got, ok := Find(word); !ok || got.Words[0] != want {
			t.Errorf("%s: %v, want %s", word, got.Words, want)
		}
	}
	if got, ok := Find("no such word"); ok {
		t.Errorf("found %v", got)
	}
}

func TestNear(t *testing.T) {
	for word, want := range map[string]string{
		"cpuset.cpu": "cpuset.cpus", "freezer.sate": "freezer.state", "namspace": "namespace", "subtree": "cgroup.subtree_control", "hierachy": "hierarchy",
	} {
		if got := Near(word); !slices.Contains(got, want) || len(got) > mostNear {
			t.Errorf("%s: %q, want %s among them", word, got, want)
		}
	}
	if got := Near("xyzzy-plugh"); len(got) != 0 {
		t.Errorf("near nothing: %q", got)
	}
}
