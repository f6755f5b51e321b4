package probe

// numbers gives values a number each, in the order in which they are met: most of them are met again and again.
type numbers[T comparable] struct {
	values []T
	known  map[T]int32
}

// of returns the number of a value. A guess that is right saves a search.
func (n *numbers[T]) of(value T, guess int32) int32 {
	if int(guess) < len(n.values) && n.values[guess] == value {
		return guess
	}
	number, known := n.known[value]
	if !known {
		if n.known == nil {
			n.known = map[T]int32{}
		}
		number = int32(len(n.values)) //nolint:gosec // There are no more of them than pids.
		n.values = append(n.values, value)
		n.known[value] = number
	}
	return number
}
