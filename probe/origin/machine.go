package origin

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
)

// machinesDir is where systemd-machined keeps what was registered with it, a file for each machine: src/machine/machine.c
// of systemd, machine_save.
const machinesDir = "/run/systemd/machines"

// machine looks for a machine that the world's leader is the first process of, or that has the name of its scope.
func (r *Registry) machine(ctx context.Context, f Family, o Origin) (Origin, bool) {
	for _, name := range r.files.list(ctx, machinesDir) {
		if strings.HasPrefix(name, "unit:") { // A link to the machine of a unit.
			continue
		}
		path := filepath.Join(machinesDir, name)
		text, err := r.files.read(ctx, path)
		if err != nil {
			continue
		}
		fields := assignments(text)
		if fields["LEADER"] != strconv.Itoa(int(f.Leader.PID)) && (o.Kind != Machine || o.ID != name) {
			continue
		}
		kind := fields["SERVICE"]
		switch kind {
		case "systemd-nspawn":
			kind = Nspawn
		case "":
			kind = Machine
		}
		return Origin{Kind: cut(kind), Name: name, ID: name, In: o.In, From: "state file " + path}, true
	}
	return o, false
}

// assignments reads lines of NAME=VALUE.
func assignments(text []byte) map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "="); ok {
			fields[strings.TrimSpace(name)] = strings.Trim(strings.TrimSpace(value), `"`)
		}
	}
	return fields
}
