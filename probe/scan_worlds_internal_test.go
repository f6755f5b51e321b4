package probe

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// The worlds of a scan do not depend on those before, whatever is taken over of them.
func TestWorldsOfScanAfterScan(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	sets := []*NamespaceSet{namespaces(nil)}
	for i := range uint64(6) {
		sets = append(sets, namespaces(map[NamespaceType]uint64{Mnt: i / 2, Net: i % 3}))
	}
	var lost NamespaceSet // As of one that has exited.
	lost.Inodes[User], lost.Inodes[PID] = sets[0].Inodes[User], sets[0].Inodes[PID]
	var p parter
	var w WorldMaker
	var tasks []Task
	shared := 0
	for range 300 {
		for range random.IntN(3) {
			tasks = stir(random, tasks, append(sets, &lost))
		}
		key := WorldKey(sets[random.IntN(20)/19].Inodes)
		before, parts := w.last, p.part(tasks, make([]taskMeta, len(tasks)))
		if random.IntN(5) == 0 {
			continue // A scan that was not asked for worlds.
		}
		w.Group(tasks, parts, key)
		w.name(tasks)
		got := w.List()
		if want := namedWorlds(tasks, key); !slices.Equal(got, want) {
			t.Fatalf("worlds after others:\n%+v\nanew:\n%+v", got, want)
		}
		if len(got) > 0 && len(before) > 0 && &got[0] == &before[0] {
			shared++
		}
	}
	if shared == 0 {
		t.Error("no list was that of the scan before")
	}
}

// stir has one process come, go, exit or move.
func stir(random *rand.Rand, tasks []Task, sets []*NamespaceSet) []Task {
	set := sets[random.IntN(len(sets))]
	if len(tasks) < 5 || random.IntN(4) == 0 {
		pid := int32(len(tasks) + 1) //nolint:gosec // There are few.
		return append(tasks[:len(tasks):len(tasks)], process(pid, random.Int32N(pid), "sh", set))
	}
	next := append([]Task(nil), tasks...)
	t := &next[random.IntN(len(next))]
	switch random.IntN(4) {
	case 0:
		return next[:len(next)-1]
	case 1:
		t.State, t.Namespaces = 'Z', sets[len(sets)-1]
	case 2:
		t.State, t.Namespaces = 'S', set
	default:
		t.Threads, t.Start = 1+random.Int32N(3), t.Start+1
	}
	return next
}
