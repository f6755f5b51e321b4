package probe

import (
	"os/user"
	"strconv"
	"sync"
)

// users remembers the names of user ids; of an id without a name, the number.
type users struct {
	mu    sync.Mutex
	names map[uint32]string
}

func (u *users) name(uid Reading[uint32]) string {
	id, ok := uid.Get()
	if !ok {
		return ""
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if name, known := u.names[id]; known {
		return name
	}
	name := strconv.FormatUint(uint64(id), 10)
	if entry, err := user.LookupId(name); err == nil {
		name = entry.Username
	}
	if u.names == nil {
		u.names = map[uint32]string{}
	}
	u.names[id] = name
	return name
}
