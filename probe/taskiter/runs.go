//go:build amd64 || arm64

package taskiter

import "cmp"

// sortRuns sorts what is sorted but for few places, as numbers are that began anew now and then: it merges what is sorted already,
// which takes no longer than to copy it for each doubling of their count. The sorted slice is one of both, and the other is spare.
func sortRuns[T cmp.Ordered](s, spare []T) (sorted, left []T) {
	spare = append(spare[:0], s...)
	for {
		runs := 0
		for at := 0; at < len(s); runs++ {
			middle := at + run(s[at:])
			end := middle + run(s[middle:])
			merge(spare[at:end], s[at:middle], s[middle:end])
			at = end
		}
		if runs <= 1 {
			return spare, s
		}
		s, spare = spare, s
	}
}

// run returns how long the beginning is that is sorted.
func run[T cmp.Ordered](s []T) int {
	for i := 1; i < len(s); i++ {
		if s[i] < s[i-1] {
			return i
		}
	}
	return len(s)
}

// merge puts two sorted slices together.
func merge[T cmp.Ordered](into, a, b []T) {
	for i := range into {
		if len(b) == 0 || len(a) > 0 && a[0] <= b[0] {
			into[i], a = a[0], a[1:]
		} else {
			into[i], b = b[0], b[1:]
		}
	}
}
