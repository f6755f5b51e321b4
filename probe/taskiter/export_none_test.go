//go:build !amd64 && !arm64

package taskiter

// Programs are those that this kernel must take: none were made for it.
func Programs() []string { return nil }

// OpenWith fails as Open does.
func OpenWith(...string) (*Iterator, error) { return Open() }

// Lose does nothing.
func (*Iterator) Lose(int) {}

// GoOn does nothing.
func (*Iterator) GoOn(*Record, uint64) error { return nil }
