package proc

import (
	"fmt"
	"math/bits"
	"strings"
)

// capabilityNames are the capabilities by number, up to Linux 5.9, which added the last one; see capabilities(7).
var capabilityNames = [...]string{
	"cap_chown", "cap_dac_override", "cap_dac_read_search", "cap_fowner", "cap_fsetid", "cap_kill", "cap_setgid",
	"cap_setuid", "cap_setpcap", "cap_linux_immutable", "cap_net_bind_service", "cap_net_broadcast", "cap_net_admin",
	"cap_net_raw", "cap_ipc_lock", "cap_ipc_owner", "cap_sys_module", "cap_sys_rawio", "cap_sys_chroot",
	"cap_sys_ptrace", "cap_sys_pacct", "cap_sys_admin", "cap_sys_boot", "cap_sys_nice", "cap_sys_resource",
	"cap_sys_time", "cap_sys_tty_config", "cap_mknod", "cap_lease", "cap_audit_write", "cap_audit_control",
	"cap_setfcap", "cap_mac_override", "cap_mac_admin", "cap_syslog", "cap_wake_alarm", "cap_block_suspend",
	"cap_audit_read", "cap_perfmon", "cap_bpf", "cap_checkpoint_restore",
}

// CapabilityNames returns the names of the capabilities in a mask, by rising number, as capsh(1) and getpcaps(8) write
// them. One that is not known by name is cap_41 and so on.
func CapabilityNames(mask uint64) []string {
	names := make([]string, 0, bits.OnesCount64(mask))
	for ; mask != 0; mask &= mask - 1 {
		names = append(names, capabilityName(bits.TrailingZeros64(mask)))
	}
	return names
}

func capabilityName(number int) string {
	if number < len(capabilityNames) {
		return capabilityNames[number]
	}
	return fmt.Sprintf("cap_%d", number)
}

// DescribeCapabilities writes a mask of capabilities for a person: none, all that Linux 5.9 and later know, a list, or, where
// most are in it, a list of those that are not.
func DescribeCapabilities(mask uint64) string {
	const all = len(capabilityNames)
	names := CapabilityNames(mask)
	switch {
	case len(names) == 0:
		return "none"
	case len(names) == all:
		return "all"
	case len(names) > all/2:
		return "all but " + strings.Join(CapabilityNames(^mask&(1<<all-1)), " ")
	}
	return strings.Join(names, " ")
}
