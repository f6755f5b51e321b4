package posture

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/proc"
	"bulkhead/probe/reading"
)

// spaces are the namespaces that matter most where they are the host's.
func (e *examination) spaces() {
	for _, s := range []struct {
		of             probe.NamespaceType
		allows, source string
	}{
		{probe.User, "User 0 in it is user 0 of the host: what gets past the other walls has the rights of root.", "user_namespaces(7)"},
		{probe.Mnt, "It sees the host's files, and only their permissions keep it from any of them.", "mount_namespaces(7)"},
		{probe.PID, "It sees all processes of the host, and may signal and trace those that its user and capabilities reach.", "pid_namespaces(7)"},
		{probe.Net, "It uses the host's interfaces, ports and abstract sockets, those of services on the loopback address among them.", "network_namespaces(7)"},
		{probe.IPC, "It reaches the shared memory, semaphores and message queues of the host.", "ipc_namespaces(7)"},
	} {
		if e.hosts(s.of) {
			what := fmt.Sprintf("the host's %s namespace", s.of)
			if s.of == probe.User {
				what = "no user namespace of its own"
			}
			link := fmt.Sprintf("%s:[%d]", s.of, e.Task.Namespaces.Inodes[s.of].Or(0))
			e.found(what, e.file("ns/"+s.of.String()), link, s.allows, s.source)
		}
	}
}

// right is a capability that reaches through walls where it counts on the host.
type right struct {
	number uint
	where  probe.NamespaceType // It counts only where this one is the host's too.
	allows string
}

// strong are the capabilities that reach through walls; see capabilities(7). Those of another user namespace than the host's
// count inside of that alone.
var strong = []right{
	{unix.CAP_SYS_ADMIN, probe.User, "It may mount file systems, enter namespaces and much more: with it most walls can be left."},
	{unix.CAP_SYS_MODULE, probe.User, "It may load code into the kernel, which all share."},
	{unix.CAP_SYS_RAWIO, probe.User, "It may use I/O ports, and raw memory where the kernel has not locked that."},
	{unix.CAP_BPF, probe.User, "It may load BPF programs into the kernel, which all share."},
	{unix.CAP_PERFMON, probe.User, "It may watch the kernel and all processes through perf and tracing."},
	{unix.CAP_DAC_READ_SEARCH, probe.User, "It may read any file that it can name, and open by handle files outside of its root."},
	{unix.CAP_SYS_PTRACE, probe.PID, "It may read and change the memory of any process of the host."},
	{unix.CAP_NET_ADMIN, probe.Net, "It may change the interfaces, routes and firewall of the host."},
	{unix.CAP_NET_RAW, probe.Net, "It may listen to and forge packets on the host's interfaces."},
	{unix.CAP_SYS_BOOT, probe.PID, "It may restart the machine, or have it start another kernel."},
	{unix.CAP_SYS_TIME, probe.User, "It may set the clock of the machine."},
	{unix.CAP_SYSLOG, probe.User, "It may read the kernel's messages, and addresses in the kernel."},
	{unix.CAP_MKNOD, probe.User, "It may make nodes of devices, and open those that the rules of its group let it."},
	{unix.CAP_MAC_ADMIN, probe.User, "It may change the rules of the security module."},
}

// rights looks at what the task may do.
func (e *examination) rights() {
	status, ok := e.Detail.Status.Get()
	if !ok {
		return // It was said with the walls.
	}
	permitted, known := status.Permitted.Get()
	if !known {
		e.unknown("its capabilities", status.Permitted.State())
	}
	seccomp, ok := status.Seccomp.Get()
	if e.hosts(probe.User) {
		if ok && seccomp == proc.SeccompDisabled && permitted&full == full {
			e.found("privileged", e.file("status"), fmt.Sprintf("CapPrm: %016x, Seccomp: 0", permitted),
				"It has every right of root that this looks for, and no filter of system calls: what is left are its namespaces.", "capabilities(7)")
		}
		e.capabilities(permitted)
	}
	switch {
	case !ok:
		e.unknown("seccomp", status.Seccomp.State())
	case seccomp == proc.SeccompDisabled:
		e.found("no seccomp filter", e.file("status"), "Seccomp: 0",
			"It may make every system call of the kernel, and so reach any fault in it.", "seccomp(2)")
	}
	switch set, ok := status.NoNewPrivs.Get(); {
	case !ok:
		e.unknown("no_new_privs", status.NoNewPrivs.State())
	case !set:
		e.found("no_new_privs is off", e.file("status"), "NoNewPrivs: 0",
			"A set-user-ID program, or one with capabilities, gives it more rights when it executes that.", "PR_SET_NO_NEW_PRIVS in prctl(2)")
	}
}

// full are the capabilities of a privileged container that this looks for.
const full = 1<<unix.CAP_SYS_ADMIN | 1<<unix.CAP_SYS_MODULE | 1<<unix.CAP_SYS_RAWIO | 1<<unix.CAP_SYS_PTRACE |
	1<<unix.CAP_NET_ADMIN | 1<<unix.CAP_DAC_READ_SEARCH | 1<<unix.CAP_MKNOD

// capabilities adds those that reach through walls.
func (e *examination) capabilities(permitted uint64) {
	for _, r := range strong {
		if permitted>>r.number&1 == 0 || !e.hosts(r.where) {
			continue
		}
		name := strings.ToUpper(proc.CapabilityNames(1 << r.number)[0])
		e.found(name, e.file("status"), fmt.Sprintf("CapPrm: %016x", permitted), r.allows, "capabilities(7)")
	}
}

// devices looks at which devices the task may use.
func (e *examination) devices() {
	rules, ok := e.Around.Devices.Get()
	switch {
	case !ok && e.Around.DevicesIn == "" && e.devicesByGroup():
		e.Unknown = append(e.Unknown, "which devices it may use: devices.list of its group was not read")
	case !ok && e.Around.DevicesIn == "" && e.Around.Devices.State() == reading.Absent:
		e.Unknown = append(e.Unknown, "which devices it may use: in version 2 of control groups a BPF program says that, which cannot be read")
	case !ok:
		e.unknown("which devices it may use ("+e.Around.DevicesIn+")", e.Around.Devices.State())
	}
	for _, rule := range rules {
		f := strings.Fields(rule)
		if len(f) != 3 || f[1] != "*:*" || !strings.Contains(f[2], "r") && !strings.Contains(f[2], "w") {
			continue // One that makes nodes only opens none.
		}
		e.found("every device", e.Around.DevicesIn, rule,
			"The rules of its group let it open every device of the host that it has a node for, disks among them.", "the kernel's admin-guide/cgroup-v1/devices.rst")
	}
}

// devicesByGroup reports whether version 1 of control groups has the controller, whose rules then decide.
func (e *examination) devicesByGroup() bool {
	return slices.ContainsFunc(e.Snapshot.Hierarchies, func(h probe.Hierarchy) bool {
		return h.Version == 1 && slices.Contains(strings.Split(h.Label, ","), "devices")
	})
}
