package actions

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestSetKnob holds the plans, and the refusals, of writes against testdata/set/plans.txtar. The name of each section there is
// what is written: the host, the group, the file and the value; force stands before those that override a guard.
func TestSetKnob(t *testing.T) {
	const file = "testdata/set/plans.txtar"
	text, err := os.ReadFile(file)
	must(t, err)
	archive := txtar.Parse(text)
	hosts := map[string]*view{"v1": viewOf(t, "v1"), "v2": viewOf(t, "v2")}
	for i := range archive.Files {
		f := &archive.Files[i]
		t.Run(f.Name, func(t *testing.T) {
			got := planText(t, hosts, f.Name)
			if *update {
				f.Data = []byte(got)
			} else if got != string(f.Data) {
				t.Errorf("got\n%s\nwant\n%s", got, f.Data)
			}
		})
	}
	if *update && !bytes.Equal(txtar.Format(archive), text) {
		must(t, os.WriteFile(file, txtar.Format(archive), 0o644))
	}
}

// planText writes the plan of one section.
func planText(t *testing.T, hosts map[string]*view, section string) string {
	t.Helper()
	name, force := strings.CutPrefix(section, "force ")
	words := strings.SplitN(name, " ", 4)
	value, err := strconv.Unquote(`"` + strings.TrimSuffix(words[3], "(empty)") + `"`)
	must(t, err)
	on := hosts[words[0]]
	plan, err := SetKnob(keyNamed(words[1]), words[2], value, Force(force))(on.s, on.knob)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return fmt.Sprintf("refused: %v%s\n", refusal, map[bool]string{true: " (a guard)"}[refusal.Forcible])
	}
	must(t, err)
	return previewOf(plan)
}

// view is what plans are made from.
type view struct {
	s    *probe.Snapshot
	knob Knobs
}

func viewOf(t *testing.T, name string) *view {
	t.Helper()
	h := laySet(t, name)
	return &view{h.scan(t), h.roots.Knob}
}

// laySet lays out one of the hosts of these tests.
func laySet(t *testing.T, name string) *host {
	t.Helper()
	laid := testhost.Load(t, "testdata/set/"+name+".txtar")
	return &host{Host: laid, roots: probe.Roots{Proc: laid.Proc, Sys: laid.Sys}}
}

// keyNamed is the key of cpuset:/lab, and of /lab in version 2.
func keyNamed(text string) probe.GroupKey {
	if hierarchy, path, ok := strings.Cut(text, ":"); ok {
		return probe.GroupKey{Hierarchy: hierarchy, Path: path}
	}
	return probe.GroupKey{Hierarchy: "v2", Path: text}
}

// previewOf writes all that a preview shows.
func previewOf(p Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", p.Title)
	for _, effect := range p.Effects {
		fmt.Fprintf(&b, "  %s\n", effect)
	}
	b.WriteString(p.Shell())
	undo, whole := p.Undo()
	if !whole {
		b.WriteString("no way back\n")
	}
	for line := range strings.Lines(undo.Shell()) {
		b.WriteString("undo: " + line)
	}
	for _, warning := range p.Warnings {
		fmt.Fprintf(&b, "! %s\n", warning)
	}
	if p.Guarded != "" {
		fmt.Fprintf(&b, "overridden: %s\n", p.Guarded)
	}
	return b.String()
}
