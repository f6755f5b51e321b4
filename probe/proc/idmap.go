package proc

import (
	"bytes"
	"errors"
	"fmt"
)

// IDMap is one line of /proc/PID/uid_map or gid_map: Count ids from Inside on, as the process's user namespace numbers
// them, are those from Outside on. Outside is numbered in the reader's user namespace, or, if the reader is in the
// process's own, in the parent of that. See user_namespaces(7).
type IDMap struct{ Inside, Outside, Count uint32 }

// UIDMap reads /proc/PID/uid_map; since Linux 3.5. It is empty until someone writes it; a host has "0 0 4294967295".
func (r *Reader) UIDMap() ([]IDMap, error) { return r.idMap("uid_map\x00") }

// GIDMap reads /proc/PID/gid_map; since Linux 3.5. It is empty until someone writes it.
func (r *Reader) GIDMap() ([]IDMap, error) { return r.idMap("gid_map\x00") }

func (r *Reader) idMap(file string) ([]IDMap, error) {
	text, err := r.read(file)
	if err != nil {
		return nil, err
	}
	maps, err := ParseIDMap(text)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", r.name(file), err)
	}
	return maps, nil
}

// errIDMap is returned for a line that is not of three numbers.
var errIDMap = errors.New("not of the form INSIDE OUTSIDE COUNT")

// ParseIDMap reads the content of uid_map or gid_map.
func ParseIDMap(text []byte) ([]IDMap, error) {
	var maps []IDMap
	for line := range bytes.Lines(text) {
		f := fields{rest: line}
		m := IDMap{Inside: f.uint32(), Outside: f.uint32(), Count: f.uint32()}
		if f.bad || f.more() {
			return nil, fmt.Errorf("map %q: %w", line, errIDMap)
		}
		maps = append(maps, m)
	}
	return maps, nil
}
