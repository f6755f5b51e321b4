package probe

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Controller is a controller that the kernel was built with: a line of /proc/cgroups, see "The /proc/cgroups file" in cgroups(7).
// Kernels since 6.14 list there only those that version 1 has.
type Controller struct {
	Name      string
	Hierarchy int  // The number of the hierarchy that it is bound to: 0 for version 2, or for none.
	Enabled   bool // False where it was turned off at the boot, by cgroup_disable=.
}

// Controllers reads /proc/cgroups. A /proc that shows processes only (subset=pid) has none.
func (r Roots) Controllers() ([]Controller, error) {
	text, err := os.ReadFile(filepath.Join(r.Proc, "cgroups"))
	if err != nil {
		return nil, fmt.Errorf("read controllers: %w", err)
	}
	return parseControllers(text), nil
}

// parseControllers passes over the heading, and lines that are not understood.
func parseControllers(text []byte) []Controller {
	var all []Controller
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) != 4 {
			continue
		}
		id, err := strconv.Atoi(fields[1])
		if err == nil && !strings.HasPrefix(fields[0], "#") {
			all = append(all, Controller{Name: fields[0], Hierarchy: id, Enabled: fields[3] == "1"})
		}
	}
	return all
}

// disabled returns the controllers that were turned off at the boot. Where /proc/cgroups cannot be read none is known.
func (r Roots) disabled() (names []string) {
	listed, _ := r.Controllers()
	for _, c := range listed {
		if !c.Enabled {
			names = append(names, c.Name)
		}
	}
	return names
}
