//go:build amd64 || arm64

package taskiter

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cilium/ebpf/link"
	"golang.org/x/sys/unix"
)

// iteration is the kernel's own iterator: it looks up one number after the other, and runs the program for each task.
type iteration struct {
	link  *link.Iter
	block []byte
}

func newIteration(loaded object) (*iteration, error) {
	attached, err := link.AttachIter(link.IterOptions{Program: loaded.program})
	if err != nil {
		return nil, err //nolint:wrapcheck // It says that it was to be attached.
	}
	return &iteration{attached, newBlock()}, nil
}

func (i *iteration) close() error { return i.link.Close() } //nolint:wrapcheck // It says what was closed.

func (i *iteration) read(c *collector) error { return i.each(c.take) }

// newBlock is what an iterator is read into. The kernel copies from a buffer of this size: a record is never split where it is read
// into one that is no smaller.
func newBlock() []byte { return make([]byte, 8*os.Getpagesize()) }

// each reads the iterator from its beginning to its end, and has each block of whole records taken.
func (i *iteration) each(take func([]byte) error) error {
	file, err := i.link.Open()
	if err != nil {
		return fmt.Errorf("open the iterator: %w", err)
	}
	defer file.Close() //nolint:errcheck // It was only read from.
	for {
		n, err := file.Read(i.block)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, unix.EAGAIN):
			continue // The kernel met a million things in a row that are of no interest.
		case err != nil:
			return fmt.Errorf("read the iterator: %w", err)
		}
		if err := take(i.block[:n]); err != nil {
			return err
		}
	}
}
