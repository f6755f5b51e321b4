package probe

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// What is kept of processes goes along with them, whoever comes and goes.
func TestLineup(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var before []int32
	var meta []taskMeta
	for round := range 500 {
		var now []int32
		for pid := range int32(40) {
			if random.IntN(10) < round%10 {
				now = append(now, pid)
			}
		}
		beside := newLineup(meta, len(now))
		for n, pid := range now {
			if i, known := slices.BinarySearch(before, pid); known {
				beside.stay(i).stat++
			} else {
				*beside.come(n) = taskMeta{inode: uint64(pid), full: uint32(round)} //nolint:gosec // Neither is negative.
			}
		}
		meta = beside.settle()
		if len(meta) != len(now) {
			t.Fatalf("round %d: kept of %d, there are %d", round, len(meta), len(now))
		}
		for n, pid := range now {
			m := meta[n]
			_, known := slices.BinarySearch(before, pid)
			if m.inode != uint64(pid) || int(m.full+m.stat) != round || known == (m.stat == 0) { //nolint:gosec // As above.
				t.Fatalf("round %d: beside %d there is %+v", round, pid, m)
			}
		}
		before = now
	}
}
