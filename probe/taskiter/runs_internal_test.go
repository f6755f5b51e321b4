//go:build amd64 || arm64

package taskiter

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestSortRuns(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // Nobody is to be surprised.
	for runs := range 9 {
		var s []int32
		for range runs {
			part := make([]int32, random.IntN(50))
			for i := range part {
				part[i] = random.Int32N(1000)
			}
			slices.Sort(part)
			s = append(s, part...)
		}
		want := slices.Sorted(slices.Values(s))
		if got, _ := sortRuns(s, nil); !slices.Equal(got, want) {
			t.Errorf("%d runs: %v, want %v", runs, got, want)
		}
	}
}

// What is put in the order of its numbers is otherwise what it was.
func TestSortRecords(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4)) //nolint:gosec // As above.
	kept := Record{PID: 1 << 30}
	c := newCollector([]Record{kept}, []int32{1 << 30})
	for _, pid := range random.Perm(100) {
		c.records = append(c.records, Record{PID: int32(pid), TGID: int32(-pid)})
		c.same = append(c.same, int32(1000+pid))
	}
	c.sort()
	if c.records[0] != kept || c.same[0] != 1<<30 {
		t.Errorf("what was there before is now %v and %d", c.records[0], c.same[0])
	}
	for i, r := range c.records[1:] {
		if r.PID != int32(i) || r.TGID != int32(-i) || c.same[1+i] != int32(1000+i) {
			t.Fatalf("in place %d are %v and %d", i, r, c.same[1+i])
		}
	}
}
