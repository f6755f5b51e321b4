// Package cpulist reads and writes the kernel's list format of CPU and memory-node numbers, such as "0-3,5".
//
// The format is that of cpuset.cpus, cpuset.mems, Cpus_allowed_list and /sys/devices/system/cpu/online; see
// "List format" in cpuset(7). The stepped form "0-9:1/2" (one of every two, from 0 to 9) is accepted as well.
package cpulist

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// maxCPU bounds the numbers accepted, so that a hostile file cannot make a set of gigabytes. Linux itself is built
// for at most 8,192 CPUs.
const maxCPU = 1 << 16

// Set is a set of CPU or memory-node numbers. The zero value is the empty set. Sets are compared with Equal.
type Set struct{ words *[]uint64 } // Nil where it is empty: many tasks have one, which is most often not known.

// all returns the numbers, 64 in each word.
func (s Set) all() []uint64 {
	if s.words == nil {
		return nil
	}
	return *s.words
}

// Parse reads a list such as "0-3,5" or "0-9:1/2". White space around it is ignored and the empty text is the empty set.
func Parse(text string) (Set, error) {
	var s Set
	text = strings.TrimSpace(text)
	if text == "" {
		return s, nil
	}
	for part := range strings.SplitSeq(text, ",") {
		if err := s.addRange(strings.TrimSpace(part)); err != nil {
			return Set{}, fmt.Errorf("cpu list %q: %w", text, err)
		}
	}
	return s, nil
}

// addRange adds one element of a list: "5", "0-3" or "0-9:1/2".
func (s *Set) addRange(part string) error {
	span, step, stepped := strings.Cut(part, ":")
	first, last, err := parseSpan(span)
	if err != nil {
		return err
	}
	used, group := 1, 1
	if stepped {
		if used, group, err = parseStep(step); err != nil {
			return err
		}
	}
	for base := first; base <= last; base += group {
		for n := base; n < base+used && n <= last; n++ {
			s.add(n)
		}
	}
	return nil
}

func parseSpan(span string) (first, last int, err error) {
	low, high, ranged := strings.Cut(span, "-")
	if first, err = parseNumber(low); err != nil || !ranged {
		return first, first, err
	}
	if last, err = parseNumber(high); err != nil {
		return 0, 0, err
	}
	if last < first {
		return 0, 0, fmt.Errorf("range %q runs backwards", span)
	}
	return first, last, nil
}

func parseStep(step string) (used, group int, err error) {
	a, b, ok := strings.Cut(step, "/")
	if !ok {
		return 0, 0, fmt.Errorf("step %q has no group size", step)
	}
	if used, err = parseNumber(a); err != nil {
		return 0, 0, err
	}
	if group, err = parseNumber(b); err != nil {
		return 0, 0, err
	}
	if used < 1 || group < used {
		return 0, 0, fmt.Errorf("step %q is no part of a group", step)
	}
	return used, group, nil
}

func parseNumber(text string) (int, error) {
	n, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		return 0, fmt.Errorf("%q is no number", text)
	}
	if n > maxCPU {
		return 0, fmt.Errorf("number %d is over %d", n, maxCPU)
	}
	return int(n), nil
}

// OfMask returns the set of those of the numbers 0 to 63 whose bits are set.
func OfMask(mask uint64) Set {
	if mask == 0 {
		return Set{}
	}
	return Set{&[]uint64{mask}}
}

func (s *Set) add(n int) {
	if s.words == nil {
		s.words = new([]uint64)
	}
	for len(*s.words) <= n/64 {
		*s.words = append(*s.words, 0)
	}
	(*s.words)[n/64] |= 1 << (n % 64)
}

// Contains reports whether n is in the set.
func (s Set) Contains(n int) bool {
	words := s.all()
	return n >= 0 && n/64 < len(words) && words[n/64]&(1<<(n%64)) != 0
}

// Len returns how many numbers are in the set.
func (s Set) Len() int {
	total := 0
	for _, w := range s.all() {
		total += bits.OnesCount64(w)
	}
	return total
}

// All returns the numbers of the set in rising order.
func (s Set) All() []int {
	all := make([]int, 0, s.Len())
	for i, w := range s.all() {
		for ; w != 0; w &= w - 1 {
			all = append(all, i*64+bits.TrailingZeros64(w))
		}
	}
	return all
}

// Equal reports whether both sets hold the same numbers.
func (s Set) Equal(other Set) bool { return s.String() == other.String() }

// String writes the set in the kernel's list format, the shortest way: "0-3,5". The empty set is the empty text.
func (s Set) String() string {
	var b strings.Builder
	all := s.All()
	for i := 0; i < len(all); {
		end := i
		for end+1 < len(all) && all[end+1] == all[end]+1 {
			end++
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(all[i]))
		if end > i {
			b.WriteByte('-')
			b.WriteString(strconv.Itoa(all[end]))
		}
		i = end + 1
	}
	return b.String()
}

// Without returns the numbers of the set that are not in the other.
func (s Set) Without(other Set) Set {
	var rest Set
	for _, n := range s.All() {
		if !other.Contains(n) {
			rest.add(n)
		}
	}
	return rest
}
