package report

import (
	"fmt"
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/compare"
	"bulkhead/probe/reading"
	"bulkhead/probe/rights"
	"bulkhead/ui/theme"
)

// relations are how lines of a comparison are told: by a heading, a mark and a colour.
var relations = map[compare.Relation]struct {
	heading, mark string
	role          theme.Role
}{
	compare.Differs: {"different", "≠", theme.Changed},
	compare.Unknown: {"not known", "?", theme.Unknown},
	compare.Same:    {"the same", "=", theme.Text},
}

// Comparison is the page of two tasks, which go by these names: what differs, who may enter whom, and the rest.
func Comparison(c *compare.Comparison, a, b string) Page {
	p := Page{Title: a + " beside " + b, Columns: []string{"", "A " + a, "B " + b}}
	parts := map[compare.Relation][]compare.Line{}
	for _, line := range c.Lines {
		parts[line.Relation] = append(parts[line.Relation], line)
	}
	p.related(compare.Differs, parts)
	p.passage("A enter B", &c.AIntoB)
	p.passage("B enter A", &c.BIntoA)
	p.Rows = append(p.Rows, sentence(theme.Dim, verdictsNote))
	p.related(compare.Unknown, parts)
	p.related(compare.Same, parts)
	return p
}

// related adds the lines of one relation.
func (p *Page) related(relation compare.Relation, parts map[compare.Relation][]compare.Line) {
	told, lines := relations[relation], parts[relation]
	if len(lines) == 0 {
		return
	}
	lines = joined(lines)
	p.Rows = append(p.Rows, heading(fmt.Sprintf("%s (%d)", told.heading, len(lines))))
	for i, line := range lines {
		p.Rows = append(p.Rows, Row{Mark: told.mark, Role: told.role, Cells: []string{name(line), value(line.A, relation), value(line.B, relation)}})
		if line.Note != "" && (i == len(lines)-1 || lines[i+1].Note != line.Note) { // Said once, below all that it is true of.
			p.Rows = append(p.Rows, deep(theme.Dim, "", line.Note))
		}
	}
}

// joined joins the hierarchies in which both tasks are in the same two groups to one line: most are so everywhere.
func joined(lines []compare.Line) []compare.Line {
	var all []compare.Line
	for _, line := range lines {
		at := slices.IndexFunc(all, func(l compare.Line) bool {
			return l.Section == "groups" && line.Section == "groups" && l.A == line.A && l.B == line.B
		})
		if at >= 0 {
			all[at].What += ", " + line.What
			continue
		}
		all = append(all, line)
	}
	return all
}

// verdictsNote bounds what the verdicts say.
const verdictsNote = "These answers follow the rules of setns(2), ptrace(2) and user_namespaces(7), for a fresh child of who enters. " +
	"A security module or a seccomp filter may forbid what stands here as allowed."

// TaskName is what a task goes by.
func TaskName(t *probe.Task) string {
	if t.Thread() {
		return fmt.Sprintf("%d/%d %s", t.PID, t.TID, t.Comm)
	}
	return fmt.Sprintf("%d %s", t.PID, t.Comm)
}

// name is what a line is about, with its section where that is not plain.
func name(line compare.Line) string {
	switch line.Section {
	case "namespaces", "groups":
		return singular[line.Section] + " " + line.What
	case "limits":
		return "limit: " + line.What
	}
	return line.What
}

var singular = map[string]string{"namespaces": "ns", "groups": "group"}

// value writes a value, or why there is none.
func value(r probe.Reading[string], relation compare.Relation) string {
	switch r.State() {
	case reading.Present:
		return r.Or("")
	case reading.Unlimited:
		return "unlimited"
	case reading.Denied:
		return "not permitted"
	case reading.Unsupported, reading.Unreached:
		return "not read"
	case reading.Absent:
		if relation == compare.Unknown {
			return "not told"
		}
	}
	return "none"
}

// answers are how verdicts are told.
var answers = map[rights.Answer]struct {
	mark string
	role theme.Role
}{
	rights.Yes: {"✓", theme.Good}, rights.No: {"✗", theme.Bad}, rights.Unknown: {"?", theme.Unknown},
}

// passage adds whether one may enter the namespaces of the other, for those that differ.
func (p *Page) passage(way string, of *rights.Passage) {
	types, verdicts := verdictsOf(of)
	p.Rows = append(p.Rows, heading("may "+way+"? "+sum(of, types, verdicts)))
	if of.Unseen {
		a, b := way[:1], way[len(way)-1:]
		p.Rows = append(p.Rows, sentence(theme.Warn, "The /proc of the pid namespace of "+a+" does not show "+b+": it takes that of an outer one."))
	}
	for i, v := range verdicts {
		told := answers[v.Answer]
		says := fmt.Sprintf("%s: %s: %s", strings.Join(types[i], ", "), v.Answer, v.Why)
		p.Rows = append(p.Rows, Row{Mark: told.mark, Role: told.role, Cells: []string{says}})
	}
	if len(verdicts) == 0 {
		p.Rows = append(p.Rows, sentence(theme.Dim, of.All().Why))
	}
}

// sum is what the verdicts come to in a few words: of a door that is open beside one that is not it is told which.
func sum(of *rights.Passage, types [][]string, verdicts []rights.Verdict) string {
	var open []string
	for i, v := range verdicts {
		if v.Answer == rights.Yes {
			open = append(open, types[i]...)
		}
	}
	if all := of.All().Answer; all == rights.Yes || len(open) == 0 {
		return all.String()
	}
	return "in part: " + strings.Join(open, ", ")
}

// verdictsOf are the verdicts on the namespaces that differ, each with the types that it is the same for.
func verdictsOf(of *rights.Passage) (types [][]string, verdicts []rights.Verdict) {
	for _, d := range of.Doors {
		if d.Same {
			continue
		}
		v := d.Verdict()
		at := slices.Index(verdicts, v)
		if at < 0 {
			at = len(verdicts)
			types, verdicts = append(types, nil), append(verdicts, v)
		}
		types[at] = append(types[at], d.Type.String())
	}
	return types, verdicts
}
