package probe

import (
	"fmt"
	"strings"
)

// Blind says in sentences what the reader cannot see of the host because of how /proc is mounted, and what would help.
// What is denied file by file is in the gaps of a snapshot.
func (h *Host) Blind() []string {
	var sentences []string
	switch h.Hidepid {
	case "", "0", "off":
	case "1", "noaccess":
		sentences = append(sentences, "/proc is mounted with hidepid="+h.Hidepid+
			": of other users' processes only the number is shown; root, or the group of its gid= option, sees all")
	default:
		sentences = append(sentences, "/proc is mounted with hidepid="+h.Hidepid+
			": other users' processes are missing; root, or the group of its gid= option, sees all")
	}
	if h.SubsetPID {
		sentences = append(sentences, "/proc is mounted with subset=pid: the facts of the whole host are missing")
	}
	if h.Self == 0 {
		sentences = append(sentences, "the reader is not among these processes: they are of another pid namespace or another host")
	}
	if says := h.Reference.Blind(); says != "" {
		return append(sentences, says)
	}
	return sentences
}

// Inside says in a sentence that control groups are seen from inside a cgroup namespace or a container, so that their paths are
// not the host's or what limits them is out of sight; it is empty where the whole trees are seen, by the host's paths.
func (s *Snapshot) Inside() string {
	var partial []string
	renamed := false
	for i := range s.Hierarchies {
		h := &s.Hierarchies[i]
		if h.Partial {
			partial = append(partial, h.Label)
		}
		renamed = renamed || strings.HasPrefix(h.Root, "/..")
	}
	switch {
	case len(partial) > 0:
		return "control groups are seen from inside: of " + strings.Join(partial, ", ") +
			" the groups above the topmost one here are out of sight, and what they limit is not known"
	case renamed:
		return "control groups are seen from inside a cgroup namespace: / is its root, /.. the group above that"
	}
	return ""
}

// Blind says in sentences what of the host the reader does not see, or sees from inside.
func (s *Snapshot) Blind() []string {
	all := s.Host.Blind()
	if says := s.Inside(); says != "" {
		all = append(all, says)
	}
	return all
}

// Blind says in a sentence that the namespaces that count as the host's are not, or may not be; it is empty where they are.
func (r *Reference) Blind() string {
	switch {
	case r.PID == 0:
		return "no process could be read whose namespaces count as the host's"
	case r.Initial:
		return ""
	case r.foreign():
		return fmt.Sprintf("the host's own namespaces are out of sight: those of process %d count as the host's here", r.PID)
	}
	var unproven []string
	for _, t := range NamespaceTypes {
		if !r.Proven(t) {
			unproven = append(unproven, t.String())
		}
	}
	return fmt.Sprintf("the host's own namespaces (%s) may be out of sight: host means those of the reader, process %d, here",
		strings.Join(unproven, ", "), r.PID)
}
