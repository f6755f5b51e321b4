package probe

import (
	"os"
	"path/filepath"
	"strings"
)

// BlockDevice returns what a block device is called, by its number such as 8:0: DEVNAME of its uevent in /sys/dev/block, the
// name of its directory there, in which a "!" stands for a slash, or what /proc/partitions says, as where /sys is that of a
// container. It is empty where none of them tells.
func (r Roots) BlockDevice(number string) string {
	link := filepath.Join(r.Sys, "dev/block", filepath.Base(number))
	text, err := os.ReadFile(filepath.Join(link, "uevent"))
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "DEVNAME="); ok && err == nil {
			return strings.TrimSpace(name)
		}
	}
	if target, err := os.Readlink(link); err == nil {
		return strings.ReplaceAll(filepath.Base(target), "!", "/")
	}
	major, minor, _ := strings.Cut(number, ":")
	text, err = os.ReadFile(filepath.Join(r.Proc, "partitions"))
	for line := range strings.Lines(string(text)) { // "254 0 268435456 vda", below a heading.
		fields := strings.Fields(line)
		if err == nil && len(fields) == 4 && fields[0] == major && fields[1] == minor {
			return fields[3]
		}
	}
	return ""
}
