//go:build amd64 || arm64

package taskiter

import (
	"slices"
	"testing"
)

// TestCollectorTellsOnce tells some numbers twice: of each the last record is left, and none is said to be the same besides.
func TestCollectorTellsOnce(t *testing.T) {
	c := newCollector([]Record{{PID: 9}}, []int32{5})
	for i, pid := range []int32{1, 4, 7, 2, 4} {
		c.records = append(c.records, Record{PID: pid, UID: uint32(i)})
	}
	c.keep([]int32{3, 7, 8, 3, 2})
	c.sort()
	c.once()
	var got [][2]int
	for _, r := range c.records {
		got = append(got, [2]int{int(r.PID), int(r.UID)})
	}
	if want := [][2]int{{9, 0}, {1, 0}, {2, 3}, {4, 4}, {7, 2}}; !slices.Equal(got, want) {
		t.Errorf("records %v, want %v", got, want)
	}
	if want := []int32{5, 3, 8}; !slices.Equal(c.same, want) {
		t.Errorf("the same are %v, want %v", c.same, want)
	}
}
