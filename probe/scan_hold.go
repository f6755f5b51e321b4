package probe

import (
	"bulkhead/probe/nsfs"
	"bulkhead/probe/reading"
)

// mostHeld is how many namespaces a scanner holds open at most.
const mostHeld = 1024

// hold is a namespace that is held open, so that its inode number is given to no other one: that is how it is known again on
// a kernel without NS_GET_ID (before Linux 6.18). Who holds a namespace keeps it alive, but only until the next scan finds
// nobody in it. Its parent and its owner live as long as it does.
type hold struct {
	file nsfs.File
	held bool
}

// holdOrClose holds a namespace that has no id, where there is room for it, and closes any other.
func holdOrClose(file nsfs.File, info *nsfs.Info, room bool) hold {
	if room && info.ID.State() == reading.Unsupported {
		return hold{file, true}
	}
	_ = file.Close() // It was only asked.
	return hold{}
}

// release lets the namespace go.
func (h *hold) release() {
	if h.held {
		_ = h.file.Close() // Nothing was written.
		*h = hold{}
	}
}

// held counts the namespaces that are held open.
func (c *census) held() (count int) {
	for i := range c.all {
		if c.all[i].hold.held {
			count++
		}
	}
	return count
}

// release lets go what is still held.
func (c *census) release() {
	for i := range c.all {
		c.all[i].hold.release()
	}
}

// Release lets go of the namespaces that are held open to know them again; it is called where no scan follows soon, so that
// nothing is kept alive for a viewer that does not look.
func (s *Scanner) Release() { s.namespaces.release() }
