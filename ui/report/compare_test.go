package report

import (
	"strings"
	"testing"

	"bulkhead/probe"
	"bulkhead/probe/compare"
	"bulkhead/probe/reading"
	"bulkhead/probe/rights"
)

// TestPassages says above the verdicts what they come to: which doors are open, where some are and others not.
func TestPassages(t *testing.T) {
	yes, no, unknown := rights.Verdict{Answer: rights.Yes, Why: "by root"}, rights.Verdict{Answer: rights.No, Why: "no right"}, rights.Verdict{Why: "not read"}
	for name, test := range map[string]struct {
		user, net rights.Verdict
		want      string
	}{
		"all":           {yes, yes, "may A enter B? yes"},
		"none":          {no, no, "may A enter B? no"},
		"some":          {no, yes, "may A enter B? in part: net"},
		"some, unknown": {yes, unknown, "may A enter B? in part: user"},
		"unknown":       {unknown, unknown, "may A enter B? unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			c := compare.Comparison{AIntoB: passage(test.user, test.net), BIntoA: passage(yes, yes)}
			if all := all(Comparison(&c, "1 a", "2 b")); !strings.Contains(all, "\n"+test.want+"\n") {
				t.Errorf("there is no line %q:\n%s", test.want, all)
			}
		})
	}
}

// passage has two doors that differ.
func passage(user, net rights.Verdict) (p rights.Passage) {
	for _, t := range probe.NamespaceTypes {
		p.Doors[t] = rights.Door{Type: t, Same: true}
	}
	p.Doors[probe.User] = rights.Door{Type: probe.User, Direct: user}
	p.Doors[probe.Net] = rights.Door{Type: probe.Net, Direct: net}
	return p
}

// TestCounts counts the rows that stand there, hierarchies of one group as one, and says a note of several rows once.
func TestCounts(t *testing.T) {
	line := func(section, what string, relation compare.Relation, note string) compare.Line {
		return compare.Line{Section: section, What: what, A: reading.Of("/a"), B: reading.Of("/b"), Relation: relation, Note: note}
	}
	c := compare.Comparison{AIntoB: passage(rights.Verdict{}, rights.Verdict{}), Lines: []compare.Line{
		line("groups", "cpu", compare.Differs, ""), line("groups", "pids", compare.Differs, ""), line("rights", "CapEff", compare.Differs, ""),
		line("places", "root", compare.Unknown, "a note"), line("places", "cwd", compare.Unknown, "a note"),
	}}
	got := all(Comparison(&c, "1 a", "2 b"))
	for _, want := range []string{"different (2)", "group cpu, pids", "not known (2)"} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %q:\n%s", want, got)
		}
	}
	if n := strings.Count(got, "a note"); n != 1 {
		t.Errorf("the note stands there %d times:\n%s", n, got)
	}
}

// all is a page as plain text.
func all(p Page) string {
	var b strings.Builder
	for _, l := range append(p.Head(120), p.Body(120)...) {
		b.WriteString(l.Plain() + "\n")
	}
	return b.String()
}
