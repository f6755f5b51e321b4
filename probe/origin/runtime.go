package origin

import (
	"context"
	"path/filepath"
	"strconv"
	"strings"
)

// state is what a low-level runtime keeps of a container.
type state struct {
	kind   string
	id     string
	start  uint64 // Of its first process; 0 where that is not told.
	bundle string
	path   string
}

// runtime looks for a container whose first process leads the world, among those of the runtimes that keep no names but
// ids: runc(8) and crun(1) started by hand, or by an engine that is not known.
func (r *Registry) runtime(ctx context.Context, f Family, o Origin) (Origin, bool) {
	for _, dir := range runtimeDirs(f, o) {
		states := recall(r, r.states, dir, func() map[int32]state { return r.readStates(ctx, dir) })
		s, ok := states[f.Leader.PID]
		if !ok || (s.start != 0 && s.start != f.Leader.Start) {
			continue
		}
		o := Origin{Kind: s.kind, Name: cut(s.id), ID: s.id, In: o.In, From: "state file " + s.path}
		if uid := userOf(dir); uid != "" {
			o.In = within("uid "+uid, strings.TrimPrefix(o.In, "uid "+uid))
		}
		if found, ok := r.fromBundle(ctx, s.bundle, o); ok {
			return found, true
		}
		return o, true
	}
	return o, false
}

// runtimeDirs are where runtimes keep their states: root's, and the users' own.
func runtimeDirs(f Family, o Origin) []string {
	roots := []string{"/run"}
	for _, uid := range ownersOf(f, o) {
		roots = append(roots, "/run/user/"+strconv.FormatUint(uint64(uid), 10))
	}
	var dirs []string
	for _, root := range roots {
		for _, kind := range []string{Runc, Crun, "youki"} {
			dirs = append(dirs, filepath.Join(root, kind))
		}
	}
	return dirs
}

// userOf returns the user of /run/user/UID/runc.
func userOf(dir string) string {
	uid, ok := strings.CutPrefix(filepath.Dir(dir), "/run/user/")
	if !ok {
		return ""
	}
	return uid
}

// readStates reads the states of all containers of a runtime, by the pid of their first process.
func (r *Registry) readStates(ctx context.Context, dir string) map[int32]state {
	states := map[int32]state{}
	for _, id := range r.files.list(ctx, dir) {
		for _, file := range []string{"state.json", "status"} {
			s := state{kind: filepath.Base(dir), id: id, path: filepath.Join(dir, id, file)}
			if pid, ok := r.readState(ctx, &s); ok {
				states[pid] = s
				break
			}
		}
	}
	return states
}

// readState reads one state: runc's state.json (libcontainer/container_linux.go), youki's, or crun's status
// (src/libcrun/status.c).
func (r *Registry) readState(ctx context.Context, s *state) (pid int32, ok bool) {
	var content struct {
		InitPID   int32  `json:"init_process_pid"` // runc.
		InitStart uint64 `json:"init_process_start"`
		Config    struct {
			Labels []string `json:"labels"` // "bundle=PATH" among them.
		} `json:"config"`
		PID    int32  `json:"pid"` // crun and youki.
		Start  uint64 `json:"process-start-time"`
		Bundle string `json:"bundle"`
	}
	if r.files.decode(ctx, s.path, &content) != nil {
		return 0, false
	}
	s.start, s.bundle = max(content.InitStart, content.Start), content.Bundle
	for _, label := range content.Config.Labels {
		if bundle, ok := strings.CutPrefix(label, "bundle="); ok {
			s.bundle = bundle
		}
	}
	pid = max(content.InitPID, content.PID)
	return pid, pid > 0
}
