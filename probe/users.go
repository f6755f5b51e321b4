package probe

import (
	"os/user"
	"strconv"
)

// users remembers the names of user ids; of an id without a name, the number.
type users map[uint32]string

func (u users) name(uid Reading[uint32]) string {
	id, ok := uid.Get()
	if !ok {
		return ""
	}
	if name, known := u[id]; known {
		return name
	}
	name := strconv.FormatUint(uint64(id), 10)
	if entry, err := user.LookupId(name); err == nil {
		name = entry.Username
	}
	u[id] = name
	return name
}
