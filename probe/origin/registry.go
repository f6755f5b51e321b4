package origin

import (
	"context"
	"maps"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Registry finds the names that engines keep of their containers: in state files, most of which root alone may read, and
// where those cannot be read by one question to Docker's daemon. It starts nothing and writes nothing. It remembers what
// it found, and what it did not. It must not be used by two goroutines at once.
type Registry struct {
	files  files
	proc   string // The directory of processes; of its files only those of leaders are read.
	now    func() time.Time
	known  map[question]answer
	states map[string]remembered[map[int32]state]   // By directory: the containers of a low-level runtime, by pid.
	stores map[string]remembered[map[string]string] // By file or socket: names by id.
}

// question is what was asked of a world: another leader, or another conclusion from its groups, is another question.
type question struct {
	pid    int32
	start  uint64
	origin Origin
}

// answer is what was found out, and until when it is good.
type answer struct {
	origin Origin
	until  time.Time
}

// remembered is what was read, and until when it is good.
type remembered[T any] struct {
	value T
	until time.Time
}

// How long answers are good, how long one may take, and how many are remembered. A container may be renamed, and its
// state be written a while after its first process was started.
const (
	goodFor     = time.Minute
	missingFor  = 5 * time.Second
	storeFor    = 2 * time.Second
	resolveTime = time.Second
	mostAnswers = 4096
)

// New returns a registry that reads below two directories: the host's root, and its /proc.
func New(root, proc string) *Registry {
	return &Registry{
		files: newFiles(root), proc: proc, now: time.Now, known: map[question]answer{},
		states: map[string]remembered[map[int32]state]{}, stores: map[string]remembered[map[string]string]{},
	}
}

// Resolve improves on what FromTask concluded of a world. Where nothing better can be known it returns the same. It takes
// a second at most, and may be called for every world in turn: engines are asked once for all of theirs.
func (r *Registry) Resolve(ctx context.Context, f Family, o Origin) Origin {
	q := question{f.Leader.PID, f.Leader.Start, o}
	if a, ok := r.known[q]; ok && r.now().Before(a.until) {
		return a.origin
	}
	limited, cancel := context.WithTimeout(ctx, resolveTime)
	defer cancel()
	found, ok := r.search(limited, f, o)
	if !ok {
		found = o
	}
	if ctx.Err() == nil {
		r.remember(q, found, ok)
	}
	return found
}

func (r *Registry) remember(q question, o Origin, found bool) {
	now := r.now()
	if len(r.known) >= mostAnswers {
		maps.DeleteFunc(r.known, func(_ question, a answer) bool { return !now.Before(a.until) })
	}
	if len(r.known) >= mostAnswers {
		clear(r.known)
	}
	good := goodFor
	if !found {
		good = missingFor
	}
	r.known[q] = answer{o, now.Add(good)}
}

// search asks those who may know, by what is known already.
func (r *Registry) search(ctx context.Context, f Family, o Origin) (Origin, bool) {
	var ways []func(context.Context, Family, Origin) (Origin, bool)
	switch o.Kind {
	case Systemd, Snap, Flatpak, Kernel, Chromium, Firefox, Unshare, Nsenter, Nspawn, LXC, "lxd", "incus":
		return o, false // All that there is to know is known.
	case Docker:
		ways = append(ways, r.docker, r.bundle)
	case Conmon:
		return r.conmon(ctx, f, o)
	case Podman:
		ways = append(ways, r.podman, r.bundle)
	case Containerd, "cri-o":
		ways = append(ways, r.bundle)
	case Kubernetes:
		ways = append(ways, r.bundle, r.docker)
	case Machine:
		ways = append(ways, r.machine)
	case Bubblewrap, Firejail:
		ways = append(ways, r.flatpak, r.firejail)
	case "", Process:
		ways = append(ways, r.runtime, r.machine, r.flatpak, r.environ)
	default:
		ways = append(ways, r.runtime, r.bundle, r.docker, r.podman, r.environ)
	}
	for _, way := range ways {
		if found, ok := way(ctx, f, o); ok {
			return found, true
		}
	}
	return o, false
}

// InNetwork says of a process that nothing is known of, or that somebody started by a command, that it is in a network namespace
// that has a name by the path where it is mounted, as ip-netns(8) gives one: the program itself leaves no trace once it has become
// the command. The comm is that of the process. Of other origins it returns the same.
func (o Origin) InNetwork(comm, path string) Origin {
	switch o.Kind {
	case "":
		o.Kind, o.Name = Process, comm
	case Process, Unshare, Nsenter, Bubblewrap, Firejail:
	default:
		return o
	}
	o.In = within("netns "+filepath.Base(path), o.In)
	o.From = within("its network namespace is "+path, o.From)
	return o
}

// ownersOf are the users whose own directories may tell of a world: whose it is, or who runs its first processes.
func ownersOf(f Family, o Origin) []uint32 {
	var uids []uint32
	if text, ok := strings.CutPrefix(o.In, "uid "); ok {
		text, _, _ = strings.Cut(text, ",")
		if uid, err := strconv.ParseUint(text, 10, 32); err == nil {
			uids = append(uids, uint32(uid))
		}
	}
	for _, uid := range []uint32{f.Parent.UID, f.Leader.UID} {
		if uid != 0 {
			uids = append(uids, uid)
		}
	}
	return uids
}

// knownBy returns the origin with what it was concluded from.
func (o Origin) knownBy(path string) Origin {
	o.From = path
	return o
}

// recall returns what was read of a place a short while ago, or reads it anew. Where it could not be read the empty value is
// remembered as well, so that nobody is asked again for each world.
func recall[T any](r *Registry, kept map[string]remembered[T], key string, read func() T) T {
	if old, ok := kept[key]; ok && r.now().Before(old.until) {
		return old.value
	}
	if len(kept) >= mostAnswers {
		clear(kept)
	}
	value := read()
	kept[key] = remembered[T]{value, r.now().Add(storeFor)}
	return value
}
