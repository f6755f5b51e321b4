package glossary

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// mostNear is how many words are suggested.
const mostNear = 5

// Near returns the words most like one that is not there: those it is a part of, and those that few letters make of it.
func Near(word string) []string {
	type candidate struct {
		word string
		far  int
	}
	var found []candidate
	lower := strings.ToLower(word)
	for _, e := range Entries() {
		best := candidate{far: -1}
		for _, w := range e.Words {
			far := levenshtein.ComputeDistance(strings.ToLower(w), lower)
			if len(lower) > 2 && strings.Contains(strings.ToLower(w), lower) {
				far = min(far, 1)
			}
			if far <= max(1, len(lower)/3) && (best.far < 0 || far < best.far) {
				best = candidate{w, far}
			}
		}
		if best.far >= 0 {
			found = append(found, best)
		}
	}
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Or(a.far-b.far, len(a.word)-len(b.word)) })
	var near []string
	for _, c := range found[:min(len(found), mostNear)] {
		near = append(near, c.word)
	}
	return near
}
