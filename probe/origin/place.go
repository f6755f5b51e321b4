package origin

import (
	"strconv"
	"strings"
)

// rank says how much a place tells of what made the worlds in it.
type rank uint8

const (
	nowhere   rank = iota
	session        // Of a user: anything may have been started there.
	unit           // A unit of systemd's.
	app            // A flatpak or snap, which starts sandboxes of its own inside.
	container      // A container or machine.
)

// place is where a group is: the innermost container, unit or session on its path.
type place struct {
	Origin
	rank  rank
	pod   string // The uid of the pod it is in.
	outer string // The container it is in.
	user  string // Whose it is: "uid 1000".
}

// placeOfPath reads a group's path from outside in.
func placeOfPath(path string) place {
	var at place
	parent := ""
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "" || segment == ".." {
			continue
		}
		at.enter(parent, segment)
		parent = segment
	}
	return at
}

// enter goes one directory further in.
func (p *place) enter(parent, segment string) {
	if uid, ok := podUID(parent, segment); ok {
		p.pod = uid
		p.set(container, Origin{Kind: Kubernetes, Name: uid, ID: uid})
		if !strings.Contains(segment, ":") { // Else the container stands in the same segment.
			return
		}
	}
	if o, ok := containerOf(parent, segment); ok {
		p.contain(o)
		return
	}
	if o, ok := machineOf(parent, segment); ok {
		p.set(container, o)
		return
	}
	p.enterUnit(segment)
}

// contain goes into a container.
func (p *place) contain(o Origin) {
	if p.pod != "" {
		o = Origin{Kind: Kubernetes, Name: firstPart(p.pod) + " " + short(o.ID), ID: o.ID}
		p.rank = nowhere // The container is not inside of its pod: it is the pod's.
		p.pod = ""
	}
	p.set(container, o)
}

// firstPart is enough of a uid to tell pods apart.
func firstPart(uid string) string {
	part, _, _ := strings.Cut(uid, "-")
	return part
}

// set notes what was entered.
func (p *place) set(r rank, o Origin) {
	if p.rank == container && p.Kind != "" {
		p.outer, p.user = p.Whole(), "" // Whatever is entered further on is inside of this one.
	}
	o.In = within(p.user, p.outer)
	p.Origin, p.rank = o, r
}

// enterUnit goes into the group of a unit of systemd's, which names them after the unit.
func (p *place) enterUnit(segment string) {
	name, kind := cutUnit(segment)
	switch {
	case kind == "slice":
		p.enterSlice(name)
	case kind == "", segment == "init.scope" && p.rank != nowhere:
		// A manager's own processes are those of its unit or container.
	case strings.HasPrefix(name, "user@") && kind == "service":
		p.setUser(name[len("user@"):])
		p.set(unit, Origin{Kind: Systemd, Name: unescape(segment), ID: segment})
	case strings.HasPrefix(name, "session-") && kind == "scope":
		p.set(session, Origin{Kind: Process, Name: "session " + unescape(name[len("session-"):]), ID: segment})
		p.In = p.outer // Whose it is, is told by the user of the processes.
	default:
		if o, ok := appOf(name, segment); ok {
			p.set(app, o)
			return
		}
		if o, ok := conmonOf(segment); ok {
			p.set(unit, o)
			return
		}
		p.set(unit, Origin{Kind: Systemd, Name: unescape(shorten(segment)), ID: segment})
	}
}

// enterSlice goes into a slice, which tells the user if it is one's.
func (p *place) enterSlice(name string) {
	if uid, ok := strings.CutPrefix(name, "user-"); ok {
		p.setUser(uid)
	}
}

// setUser notes whose the place is. What is inside of a container counts its users for itself.
func (p *place) setUser(uid string) {
	if _, err := strconv.ParseUint(uid, 10, 32); err == nil && uid != "0" && p.outer == "" && p.rank != container {
		p.user = "uid " + uid
	}
}
