package origin

import "strings"

// Group returns the group of what was made, by the path of one that its leader is in: the leader may have gone into a group of its
// own below, as a systemd does in a container. It reports false where the path does not tell, and for units, whose groups are
// called like them.
func (o Origin) Group(path string) (string, bool) {
	if o.ID == "" || o.Kind == Systemd {
		return "", false
	}
	var at place
	parent := ""
	for end, c := range path + "/" {
		if c != '/' {
			continue
		}
		segment := path[strings.LastIndexByte(path[:end], '/')+1 : end]
		if segment == "" || segment == ".." {
			continue
		}
		at.enter(parent, segment)
		parent = segment
		if at.rank != nowhere && at.ID == o.ID && (at.Kind == Conmon) == (o.Kind == Conmon) || segment == o.ID {
			return path[:end], true
		}
	}
	return "", false
}
