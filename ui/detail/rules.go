package detail

import (
	"slices"
	"strings"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/probe/reading"
	"bulkhead/ui/screen"
)

// rules adds which rules of version 2 hold for a group as it is.
func (p *Page) rules(g *probe.Group, h *probe.Handing) {
	if h.GroupKey != g.GroupKey {
		return
	}
	p.heading("rules of version 2 here")
	hands := h.Hands.Or(nil)
	domain := actions.DomainControllers(hands)
	if len(hands) > 0 {
		p.add("hands down", strings.Join(hands, " "), Plain)
	} else {
		show(p, "hands down", h.Hands, func([]string) string { return "nothing: the groups below have no files of controllers" })
	}
	p.lacks(h)
	switch top := g.Parent < 0 && g.Values.Type.State() == reading.Absent; { // The root of a namespace has a cgroup.type.
	case top:
		p.add("topmost", "it has no limits of its own, and may hold processes beside groups below", Dim)
	case len(domain) > 0:
		p.add("processes", "none may be put into it, since it hands "+strings.Join(domain, ", ")+" down: only into the groups below", Dim)
	case g.Processes > 0:
		p.add("processes", "it holds some, so that it cannot hand down such as memory or io before they are moved into groups below", Dim)
	}
	if says := kinds[g.Values.Type.Or("")]; says != "" {
		p.add("type", says, Dim)
	}
	if g.Depth > 0 {
		p.add("limits", "those of the groups above hold too: the tightest binds, whatever stands here", Dim)
	}
}

// kinds say what the types of a group other than domain are for.
var kinds = map[string]string{
	"threaded":        "threaded: single threads are moved into it, of processes within the same threaded part",
	"domain threaded": "domain threaded: the root of a threaded part, which holds the processes of the threads below it",
	"domain invalid":  "domain invalid: it is below a threaded group, and takes nobody until threaded is written to its cgroup.type",
}

// lacks adds which controllers a group has no files of, and who would have to hand them down.
func (p *Page) lacks(h *probe.Handing) {
	var by []probe.GroupKey
	for _, l := range h.Lacks {
		if !slices.Contains(by, l.By) {
			by = append(by, l.By)
		}
	}
	for _, key := range by {
		var names []string
		for _, l := range h.Lacks {
			if l.By == key {
				names = append(names, l.Controller)
			}
		}
		p.Lines = append(p.Lines, Line{
			Label: "lacks", Tone: Dim, Link: screen.ToGroup(key),
			Value: strings.Join(names, ", ") + ": " + key.Path + " does not hand it down; +" + strings.Join(names, " +") + " in its cgroup.subtree_control would",
		})
	}
}
