package actions

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"strings"

	"bulkhead/actions/spawn"
)

// errNoRanges is returned where a user has no ids beside his own.
var errNoRanges = errors.New("no subordinate ids")

// subordinateIDs returns the ranges that are this user's beside his own id, by /etc/subuid and /etc/subgid; see subuid(5).
// Inside they follow each other from the given id on.
func subordinateIDs(inside uint32) (uids, gids []spawn.IDMap, err error) {
	id := strconv.Itoa(os.Geteuid())
	name := id
	if u, err := user.LookupId(id); err == nil {
		name = u.Username
	}
	if uids, err = readRanges("/etc/subuid", name, id, inside); err != nil {
		return nil, nil, err
	}
	gids, err = readRanges("/etc/subgid", name, id, inside)
	return uids, gids, err
}

// readRanges reads the lines of a file that are of a user, by name or by number.
func readRanges(path, name, id string, inside uint32) ([]spawn.IDMap, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("%w: %w", errNoRanges, err)
	}
	if err != nil {
		return nil, fmt.Errorf("map the ranges of %s: %w", name, err)
	}
	defer file.Close() //nolint:errcheck // It was only read from.
	var maps []spawn.IDMap
	for lines := bufio.NewScanner(file); lines.Scan(); {
		fields := strings.Split(strings.TrimSpace(lines.Text()), ":")
		if len(fields) != 3 || fields[0] != name && fields[0] != id {
			continue
		}
		first, err := strconv.ParseUint(fields[1], 10, 32)
		count, err2 := strconv.ParseUint(fields[2], 10, 32)
		if err != nil || err2 != nil {
			continue
		}
		maps = append(maps, spawn.IDMap{Inside: inside, Outside: uint32(first), Count: uint32(count)})
		inside += uint32(count)
	}
	if len(maps) == 0 {
		return nil, fmt.Errorf("%w: %s has no range for %s", errNoRanges, path, name)
	}
	return maps, nil
}
