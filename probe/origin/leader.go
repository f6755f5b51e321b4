package origin

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"bulkhead/probe/proc"
)

// environ reads container=, by which container managers tell the first process of a container what it is in; see "Environment
// Variables" in https://systemd.io/CONTAINER_INTERFACE. A child takes it over: only where the parent does not have it was
// the container made there.
func (r *Registry) environ(ctx context.Context, f Family, o Origin) (Origin, bool) {
	engine := r.variable(ctx, f.Leader, "container")
	if engine == "" || engine == r.variable(ctx, f.Parent, "container") {
		return o, false
	}
	o.From = within("container="+cut(engine)+" in its environment", o.From)
	switch engine {
	case "systemd-nspawn":
		engine = Nspawn
	case "oci":
		engine = Container
	}
	if o.Kind == "" || o.Kind == Process {
		o.Name = f.Leader.Comm
	}
	o.Kind = cut(engine)
	return o, true
}

// variable returns a variable from the environment that a process was started with; proc_pid_environ(5).
func (r *Registry) variable(ctx context.Context, of Facts, name string) string {
	if of.PID == 0 {
		return ""
	}
	text, err := r.factFile(ctx, of, "environ")
	if err != nil {
		return ""
	}
	for variable := range bytes.SplitSeq(text, []byte{0}) {
		if value, ok := bytes.CutPrefix(variable, []byte(name+"=")); ok {
			return string(value)
		}
	}
	return ""
}

// flatpak reads the file that flatpak puts into every sandbox of its; flatpak-metadata(5).
func (r *Registry) flatpak(ctx context.Context, f Family, o Origin) (Origin, bool) {
	text, err := r.factFile(ctx, f.Leader, "root/.flatpak-info")
	if err != nil {
		return o, false
	}
	section, _, _ := bytes.Cut(text, []byte("\n[Instance]"))
	name := cut(assignments(section)["name"])
	if name == "" {
		return o, false
	}
	return Origin{Kind: Flatpak, Name: name, ID: name, In: o.In, From: "/.flatpak-info in it"}, true
}

// firejail reads the name that was given to a sandbox; firejail keeps it by the pid of the process outside.
func (r *Registry) firejail(ctx context.Context, f Family, o Origin) (Origin, bool) {
	if o.Kind != Firejail {
		return o, false
	}
	for _, pid := range []int32{f.Parent.PID, f.Leader.PID} {
		path := "/run/firejail/name/" + strconv.Itoa(int(pid))
		if text, err := r.files.read(ctx, path); err == nil && len(bytes.TrimSpace(text)) > 0 {
			o.Name = cut(string(bytes.TrimSpace(text)))
			return o.knownBy("state file " + path), true
		}
	}
	return o, false
}

// factFile reads a file of a process, if the process is still the one that the facts are of.
func (r *Registry) factFile(ctx context.Context, of Facts, file string) ([]byte, error) {
	pid := strconv.Itoa(int(of.PID))
	text, err := r.processFile(ctx, pid, file)
	if err != nil {
		return nil, err
	}
	line, err := r.processFile(ctx, pid, "stat")
	if err != nil {
		return nil, err
	}
	stat, err := proc.ParseStat(line)
	if err != nil {
		return nil, fmt.Errorf("process %s: %w", pid, err)
	}
	if stat.Start != of.Start {
		return nil, fmt.Errorf("process %s: %w", pid, proc.ErrGone)
	}
	return text, nil
}

// processFile reads a file of a process.
func (r *Registry) processFile(ctx context.Context, pid, file string) ([]byte, error) {
	if !isNumber(pid) {
		return nil, fmt.Errorf("process %q: %w", pid, proc.ErrGone)
	}
	path := filepath.Join(r.proc, pid, file)
	sized := strings.HasPrefix(file, "root/") // Inside may be anything.
	return await(ctx, r.files.busy, func() ([]byte, error) { return slurp(path, sized) })
}
