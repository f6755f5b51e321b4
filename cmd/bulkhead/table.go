package main

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/text"
)

// align is where the cells of a column stand.
type align uint8

const (
	left align = iota
	right
	middle
)

// column is the heading of a column.
type column struct {
	title string
	align align
}

// table is text in columns. Its cells are raw: they are made safe when they are written.
type table struct {
	columns []column
	rows    [][]string
}

// write writes the table with a line of headings. Lines end at the given width, if there is one.
func (t table) write(out io.Writer, width int) error {
	header := make([]string, len(t.columns))
	for i, c := range t.columns {
		header[i] = c.title
	}
	lines := append([][]string{header}, t.rows...)
	widths := make([]int, len(t.columns))
	for _, cells := range lines {
		for i, cell := range cells {
			widths[i] = max(widths[i], text.Width(cell))
		}
	}
	w := bufio.NewWriter(out)
	for _, cells := range lines {
		line := t.line(cells, widths)
		if width > 0 {
			line = text.Truncate(line, width)
		}
		if _, err := fmt.Fprintln(w, line); err != nil {
			return fmt.Errorf("write list: %w", err)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write list: %w", err)
	}
	return nil
}

// line joins cells, without blanks at the end.
func (t table) line(cells []string, widths []int) string {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteByte(' ')
		}
		room := widths[i] - text.Width(cell)
		before := 0
		switch t.columns[i].align {
		case left:
		case right:
			before = room
		case middle:
			before = room / 2
		}
		b.WriteString(text.Spaces(before) + text.Safe(cell) + text.Spaces(room-before))
	}
	return strings.TrimRight(b.String(), " ")
}

// The cells that stand for no value.
const (
	cellAbsent    = "–"
	cellUnknown   = "?"
	cellUnlimited = "max"
)

// cell writes a reading.
func cell[T any](r probe.Reading[T], write func(T) string) string {
	switch r.State() {
	case reading.Present:
		value, _ := r.Get()
		return write(value)
	case reading.Unlimited:
		return cellUnlimited
	case reading.Denied, reading.Unreached:
		return cellUnknown
	case reading.Absent, reading.Unsupported:
	}
	return cellAbsent
}

// number writes an integer.
func number[N int | int32 | uint32 | uint64](n N) string { return strconv.FormatInt(int64(n), 10) }
