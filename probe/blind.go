package probe

import "fmt"

// Blind says in sentences what the reader cannot see of the host because of how /proc is mounted, and what would help.
// What is denied file by file is in the gaps of a snapshot.
func (h *Host) Blind() []string {
	var says []string
	switch h.Hidepid {
	case "", "0", "off":
	case "1", "noaccess":
		says = append(says, "/proc is mounted with hidepid="+h.Hidepid+
			": of other users' processes only the number is shown; root, or the group of its gid= option, sees all")
	default:
		says = append(says, "/proc is mounted with hidepid="+h.Hidepid+
			": other users' processes are missing; root, or the group of its gid= option, sees all")
	}
	if h.SubsetPID {
		says = append(says, "/proc is mounted with subset=pid: the facts of the whole host are missing")
	}
	if h.Self == 0 {
		says = append(says, "the reader is not among these processes: they are of another pid namespace or another host")
	}
	if h.Reference.PID == 0 {
		says = append(says, "no process could be read whose namespaces count as the host's")
	} else if !h.Reference.Initial {
		says = append(says, fmt.Sprintf(
			"the host's own namespaces are out of sight: those of process %d count as the host's here", h.Reference.PID))
	}
	return says
}
