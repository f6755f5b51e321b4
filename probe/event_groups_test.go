package probe

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

// TestDiffOfAnyGroups tells of any two lists of groups what was made, removed and frozen, wherever in the lists it stands.
func TestDiffOfAnyGroups(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var prev, next Snapshot
		var want []string
		for i := range r.IntN(12) {
			name := fmt.Sprintf("/%02d", i)
			was := group("v2", name, uint64(i+1), reading.Of(cgroup.Thawed))
			is := was
			frozen := r.IntN(4) == 0
			if frozen {
				is = group("v2", name, uint64(i+1), reading.Of(cgroup.Frozen))
			}
			switch before, after := r.IntN(4) > 0, r.IntN(4) > 0; {
			case before && after:
				prev.Groups, next.Groups = append(prev.Groups, was), append(next.Groups, is)
				if frozen {
					want = append(want, fmt.Sprintf("group %s is frozen", name))
				}
			case before:
				prev.Groups = append(prev.Groups, was)
				want = append(want, fmt.Sprintf("group %s was removed", name))
			case after:
				next.Groups = append(next.Groups, is)
				want = append(want, fmt.Sprintf("group %s was made", name))
			}
		}
		var got []string
		for _, e := range Diff(&prev, &next) {
			got = append(got, e.Text())
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Fatalf("from %d groups to %d: got %q, want %q", len(prev.Groups), len(next.Groups), got, want)
		}
	}
}
