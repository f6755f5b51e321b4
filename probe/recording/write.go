package recording

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"bulkhead/probe"
)

// Sections says which arrays of a snapshot are written.
type Sections uint8

// The sections of a recording.
const (
	Worlds Sections = 1 << iota
	Namespaces
	Groups // Together with their hierarchies.
	Tasks  // Processes and threads.

	All = Worlds | Namespaces | Groups | Tasks
)

// Close is what is known of one thing beyond a snapshot. Read passes over it.
type Close struct {
	Details []probe.Detail     // Of tasks; they are written with these.
	Sees    *probe.Sees        // What a task sees, or what is in a namespace.
	Uses    *probe.Uses        // What a task or group may use.
	Group   *probe.GroupDetail // All that the files of a group say; it is written with this.
}

// Write writes a snapshot, or some sections of it. Of the tasks with details these are written too; Read passes over them.
func Write(w io.Writer, s *probe.Snapshot, sections Sections, details ...probe.Detail) error {
	return WriteClose(w, s, sections, Close{Details: details})
}

// WriteClose writes some sections of a snapshot, with what is known of one thing beyond it.
func WriteClose(w io.Writer, s *probe.Snapshot, sections Sections, c Close) error {
	d := document{Writer: bufio.NewWriter(w)}
	d.field("{", "schema", Schema)
	d.field(",\n", "at", s.At.UTC().Format(time.RFC3339Nano))
	if s.Findings != nil {
		d.field(",\n", "searched_at", s.Findings.At.UTC().Format(time.RFC3339Nano))
	}
	d.field(",\n", "host", fromHost(&s.Host))
	if sections&Worlds != 0 {
		array(&d, "worlds", s.Worlds, fromWorld)
	}
	if sections&Namespaces != 0 {
		array(&d, "namespaces", s.Namespaces, fromNamespace)
	}
	if sections&Groups != 0 {
		array(&d, "hierarchies", s.Hierarchies, fromHierarchy)
		array(&d, "groups", s.Groups, func(g *probe.Group) group { return fromGroup(g, s.Groups).with(c.Group) })
	}
	if sections&Tasks != 0 {
		array(&d, "tasks", list(s), func(t *listed) task { return fromTask(t).with(c.Details) })
	}
	if c.Sees != nil {
		d.field(",\n", "sees", fromSees(c.Sees))
	}
	if c.Uses != nil {
		d.field(",\n", "uses", fromUses(c.Uses))
	}
	array(&d, "gaps", s.Gaps, fromGap)
	d.raw("}\n")
	if d.err != nil {
		return fmt.Errorf("write recording: %w", d.err)
	}
	if err := d.Flush(); err != nil {
		return fmt.Errorf("write recording: %w", err)
	}
	return nil
}

// document is a recording while it is written; it remembers the first error.
type document struct {
	*bufio.Writer
	err error
}

func (d *document) raw(s string) {
	if d.err == nil {
		_, d.err = d.WriteString(s)
	}
}

func (d *document) field(before, name string, value any) {
	d.raw(before + `"` + name + `":`)
	d.value(value)
}

// value writes one value. Of Go's encoder only this one leaves the characters of HTML as they are; it ends the line.
func (d *document) value(value any) {
	if d.err != nil {
		return
	}
	encoder := json.NewEncoder(trimmed{d.Writer})
	encoder.SetEscapeHTML(false)
	d.err = encoder.Encode(value)
}

// trimmed drops the line end at the end of each write.
type trimmed struct{ *bufio.Writer }

// Write writes all but the line end.
func (t trimmed) Write(p []byte) (int, error) {
	end := len(p)
	if end > 0 && p[end-1] == '\n' {
		end--
	}
	if _, err := t.Writer.Write(p[:end]); err != nil {
		return 0, err //nolint:wrapcheck // Write says what was written.
	}
	return len(p), nil
}

// array writes a section, an element to a line.
func array[T, U any](d *document, name string, elements []T, convert func(*T) U) {
	d.raw(",\n\"" + name + "\":[")
	for i := range elements {
		before := ",\n"
		if i == 0 {
			before = "\n"
		}
		d.raw(before)
		d.value(convert(&elements[i]))
	}
	if len(elements) > 0 {
		d.raw("\n")
	}
	d.raw("]")
}
