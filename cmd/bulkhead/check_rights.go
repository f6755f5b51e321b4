package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"bulkhead/probe"
	"bulkhead/probe/reading"
)

// usefulCaps are the capabilities that matter here, and for what.
var usefulCaps = []struct{ name, use string }{
	{"cap_sys_admin", "entering namespaces and making all but user ones"},
	{"cap_sys_ptrace", "reading the namespaces of other users' processes"},
	{"cap_kill", "signalling other users' processes"},
	{"cap_sys_chroot", "entering mount namespaces"},
	{"cap_dac_override", "writing groups that belong to others"},
}

func checkRights(e *examination) []finding {
	f := finding{"rights", works, fmt.Sprintf("user %s (%d)", e.Host.User, e.Host.UID), ""}
	if e.Host.Self == 0 {
		f.State, f.Text = unclear, f.Text+"; this program is in no process of that /proc, so that its capabilities are not known"
		return []finding{f}
	}
	var have, lack []string
	for _, c := range usefulCaps {
		if slices.Contains(e.Host.Caps, c.name) {
			have = append(have, c.name)
		} else {
			lack = append(lack, c.name+" ("+c.use+")")
		}
	}
	if len(have) > 0 {
		f.Text += " with " + strings.Join(have, " ")
	}
	if len(lack) > 0 {
		f.State, f.Help = partly, "there is no "+strings.Join(lack, ", ")
	}
	return []finding{f}
}

// checkSight says how many processes are seen, and how many of them only in part.
func checkSight(e *examination) []finding {
	denied, blind := 0, 0
	for i := range e.Tasks {
		t := &e.Tasks[i]
		if t.Access == reading.Denied {
			blind++
		} else if slices.ContainsFunc(t.Namespaces.Inodes[:], func(r reading.Reading[uint64]) bool { return r.State() == reading.Denied }) {
			denied++
		}
	}
	f := finding{"processes", works, fmt.Sprintf("%d in sight, all with their namespaces", len(e.Tasks)), ""}
	if denied+blind > 0 {
		f.State = partly
		f.Text = fmt.Sprintf("%d in sight, the namespaces of %d may not be read", len(e.Tasks), denied+blind)
		f.Help = "as root, or with cap_sys_ptrace, they may be"
		if slices.Contains(e.Host.Caps, "cap_sys_ptrace") {
			f.Help = "a security module, or another user namespace, denies it to cap_sys_ptrace too"
		}
	}
	findings := []finding{f}
	if hidden := e.Host.Hidepid; hidden != "" && hidden != "0" && hidden != "off" {
		findings = append(findings, finding{
			"hidepid", partly, "/proc is mounted with hidepid=" + hidden + ": other users' processes are hidden",
			"as root, in the group of the mount's gid option, or after mount -o remount,hidepid=0 /proc",
		})
	}
	if e.Host.SubsetPID {
		findings = append(findings, finding{"subset", partly, "/proc is mounted with subset=pid: it has processes only", ""})
	}
	switch r := e.Host.Reference; {
	case r.PID == 0, r.Initial:
	case r.Proven(probe.PID):
		findings = append(findings, finding{"host", partly, r.Blind(), "as root, who may look into the kernel's own threads, they may be found"})
	default:
		findings = append(findings, finding{
			"pid namespace", partly, "not the first one, as in a container: processes outside are not in sight",
			"start it on the host, or with the host's pid namespace (docker run --pid=host)",
		})
	}
	return findings
}

// userNamespaceLimits are the settings that may keep users without rights from making user namespaces.
var userNamespaceLimits = []struct {
	name   string
	forbid int64
	help   string
}{
	{"kernel.unprivileged_userns_clone", 0, "sysctl kernel.unprivileged_userns_clone=1"},
	{"user.max_user_namespaces", 0, "sysctl user.max_user_namespaces=10000"},
	{"kernel.apparmor_restrict_unprivileged_userns", 1, "an AppArmor profile for the program, or sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
}

func checkUserNamespaces(e *examination) []finding {
	f := finding{"user namespaces", works, "users without rights may make them", ""}
	known := false
	for _, limit := range userNamespaceLimits {
		value, err := sysctl(e, limit.name)
		if errors.Is(err, os.ErrNotExist) {
			continue // This kernel has no such setting.
		}
		if err != nil {
			return []finding{{f.Name, unclear, reason(err), ""}}
		}
		known = true
		if value == limit.forbid {
			return []finding{{f.Name, lacking, fmt.Sprintf("users without rights may not make them: %s is %d", limit.name, value), limit.help}}
		}
	}
	if !known {
		f.State, f.Text = unclear, "no setting says whether users without rights may make them"
	}
	return []finding{f}
}
