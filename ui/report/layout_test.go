package report

import (
	"strings"
	"testing"

	"bulkhead/ui/text"
)

// page is a page of every kind of row, with texts that are long and odd.
func page() Page {
	return Page{Columns: []string{"", "A 1 init", "B " + strings.Repeat("name", 30)}, Rows: []Row{
		heading("different (2)"),
		{Mark: "≠", Cells: []string{"Cpus_allowed_list", "0-1", strings.Repeat("0,2,", 60)}},
		{Mark: "≠", Cells: []string{"cwd\x1b[2J", "/日本語/" + strings.Repeat("deep/", 40), ""}},
		deep(0, "", strings.Repeat("a note ", 30)),
		heading("the same"),
		sentence(0, strings.Repeat("sentence ", 30)),
	}}
}

// TestFits lays a page out in every width: no line is wider, and no text is lost.
func TestFits(t *testing.T) {
	for width := 20; width < 200; width += 7 {
		var all strings.Builder
		for _, line := range append(page().Head(width), page().Body(width)...) {
			plain := line.Plain()
			if text.Width(plain) > width || strings.ContainsRune(plain, '\x1b') {
				t.Errorf("width %d: %d cells: %q", width, text.Width(plain), plain)
			}
			all.WriteString(plain)
		}
		for what, count := range map[string]int{"sentence": 30, "note": 30, "2,": 60, "≠": 2, "deep": 40} {
			squeezed := strings.NewReplacer(" ", "", "│", "").Replace(all.String())
			if got := strings.Count(squeezed, strings.TrimSpace(what)); width > 100 && got < count {
				t.Errorf("width %d: %q stands there %d times, want %d", width, what, got, count)
			}
		}
	}
}

// TestColumns gives narrow columns what they need, and the rest to those that have not enough.
func TestColumns(t *testing.T) {
	for _, test := range []struct {
		width int
		want  []int
	}{{36, []int{10, 10, 10}}, {76, []int{17, 10, 43}}, {120, []int{17, 37, 60}}} {
		got := page().widths(test.width)
		sum := markRoom + 2*gap
		for i := range got {
			sum += got[i]
		}
		if sum > test.width || got[0] != test.want[0] || got[2] < test.want[2]/2 {
			t.Errorf("width %d: columns of %v", test.width, got)
		}
	}
	short := Page{Columns: []string{"", "A", "B"}, Rows: []Row{{Cells: []string{"net", "1", "22"}}}}
	if got := short.widths(80); got[0] != 3 || got[1] != 1 || got[2] != 2 {
		t.Errorf("short columns are %v wide", got)
	}
}
