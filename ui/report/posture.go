package report

import (
	"fmt"

	"bulkhead/probe/posture"
	"bulkhead/ui/theme"
)

// Posture is the page of what weakens the walls around a task that goes by this name.
func Posture(r *posture.Report, name string) Page {
	p := Page{Title: "The walls around " + name}
	if r.None != "" {
		p.Rows = append(p.Rows, sentence(theme.Text, r.None))
	}
	if len(r.Walls) > 0 {
		p.Rows = append(p.Rows, heading(fmt.Sprintf("walled off by (%d)", len(r.Walls))))
	}
	for _, w := range r.Walls {
		p.Rows = append(p.Rows, Row{Mark: "■", Role: theme.Own, Cells: []string{w.Value + "  " + w.File}})
	}
	if len(r.Walls) > 0 {
		p.Rows = append(p.Rows, heading(fmt.Sprintf("what lets it through (%d)", len(r.Findings))))
	}
	for _, f := range r.Findings {
		p.Rows = append(p.Rows,
			Row{Mark: "!", Role: theme.Warn, Cells: []string{f.What}},
			deep(theme.Text, "", f.Allows))
		for _, e := range f.Evidence {
			p.Rows = append(p.Rows, deep(theme.Dim, "", e.File+": "+e.Value))
		}
		p.Rows = append(p.Rows, deep(theme.Dim, "", "see "+f.Source))
	}
	if len(r.Walls) > 0 && len(r.Findings) == 0 {
		p.Rows = append(p.Rows, sentence(theme.Good, "nothing of what is looked for"))
	}
	if len(r.Unknown) > 0 {
		p.Rows = append(p.Rows, heading(fmt.Sprintf("not known (%d)", len(r.Unknown))))
	}
	for _, says := range r.Unknown {
		p.Rows = append(p.Rows, Row{Mark: "?", Role: theme.Unknown, Cells: []string{says}})
	}
	return p
}
