package list

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// drawn writes lines as they are shown.
func drawn(lines []Line, names string) string {
	var b strings.Builder
	for _, l := range lines {
		fmt.Fprintf(&b, "%s%c\n", l.Prefix, names[l.Index])
	}
	return b.String()
}

func TestFlatten(t *testing.T) {
	tests := map[string]struct {
		parents []int
		closed  []int
		want    string
	}{
		"tree": {[]int{-1, 0, 1, 0, 0, -1}, nil, "" +
			"▾ a\n" + "├▾ b\n" + "│ └─ c\n" + "├─ d\n" + "└─ e\n" + "  f\n"},
		"collapsed":             {[]int{-1, 0, 1, 0}, []int{1}, "▾ a\n├▸ b\n└─ d\n"},
		"collapsed root":        {[]int{-1, 0, -1}, []int{0}, "▸ a\n  c\n"},
		"below the last":        {[]int{-1, 0, 1, 2}, nil, "▾ a\n└▾ b\n  └▾ c\n    └─ d\n"},
		"parent comes later":    {[]int{1, -1}, nil, "▾ b\n└─ a\n"},
		"flat":                  {[]int{-1, -1}, nil, "a\nb\n"},
		"orphan":                {[]int{-1, 77, 0}, nil, "▾ a\n└─ c\n  b\n"},
		"its own parent":        {[]int{0, 0}, nil, "▾ a\n└─ b\n"},
		"cycle":                 {[]int{2, 0, 1}, nil, "▾ a\n└▾ b\n  └─ c\n"},
		"a tail on a cycle":     {[]int{2, 2, 1, 0}, nil, "▾ b\n└▾ c\n  └▾ a\n    └─ d\n"},
		"nothing":               {nil, nil, ""},
		"negative and too high": {[]int{-9, 2}, nil, "a\nb\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			f := NewForest(len(tt.parents), func(i int) int { return tt.parents[i] })
			lines := f.Flatten(func(i int) bool { return !slices.Contains(tt.closed, i) })
			if got := drawn(lines, "abcdef"); got != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

func TestFlattenLines(t *testing.T) {
	f := NewForest(4, func(i int) int { return i - 1 })
	got := f.Flatten(func(i int) bool { return i < 2 })
	want := []Line{{0, 0, "▾ ", true, true}, {1, 1, "└▾ ", true, true}, {2, 2, "  └▸ ", true, false}}
	if !slices.Equal(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !slices.Equal(f.roots, []int32{0}) || !slices.Equal(f.Children(0), []int32{1}) || len(f.Children(3)) != 0 {
		t.Errorf("roots %v, children of 0 %v and of 3 %v", f.roots, f.Children(0), f.Children(3))
	}
}

// A chain of any depth is listed, each prefix within bounds.
func TestFlattenDeep(t *testing.T) {
	const n = 200_000
	lines := NewForest(n, func(i int) int { return i - 1 }).Flatten(func(int) bool { return true })
	if len(lines) != n || lines[n-1].Depth != n-1 {
		t.Fatalf("%d lines, the last at depth %d", len(lines), lines[len(lines)-1].Depth)
	}
	for _, l := range lines {
		if w := utf8.RuneCountInString(l.Prefix); w > 2*maxGuides+6 {
			t.Fatalf("depth %d has a prefix of %d characters", l.Depth, w)
		}
	}
	if got := lines[n-1].Prefix; !strings.HasPrefix(got, "…") || !strings.HasSuffix(got, "└─ ") {
		t.Errorf("the last prefix is %q", got)
	}
}

// FuzzForest holds any relation of parents to: each item is listed once, behind its parent if it has one.
func FuzzForest(f *testing.F) {
	f.Add([]byte{2, 0, 1})
	f.Add([]byte{255, 0, 0, 1, 9, 5})
	f.Fuzz(func(t *testing.T, parents []byte) {
		lines := NewForest(len(parents), func(i int) int { return int(parents[i]) - 1 }).Flatten(func(int) bool { return true })
		depth := make(map[int]int, len(lines))
		for _, l := range lines {
			if _, twice := depth[l.Index]; twice {
				t.Fatalf("item %d is listed twice", l.Index)
			}
			depth[l.Index] = l.Depth
			if above, ok := depth[int(parents[l.Index])-1]; l.Depth > 0 && (!ok || above != l.Depth-1) {
				t.Fatalf("item %d at depth %d, its parent at %d (%v)", l.Index, l.Depth, above, ok)
			}
		}
		if len(lines) != len(parents) {
			t.Fatalf("%d of %d items are listed", len(lines), len(parents))
		}
	})
}

func BenchmarkFlatten(b *testing.B) {
	for b.Loop() {
		NewForest(30_000, func(i int) int { return i/25 - 1 }).Flatten(func(int) bool { return true })
	}
}
