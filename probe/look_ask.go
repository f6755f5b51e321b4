package probe

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"

	"bulkhead/probe/netns"
	"bulkhead/probe/reading"
	"bulkhead/probe/sysvipc"
	"bulkhead/probe/visit"
)

// inquest is the questions of one look, and what is made of their answers.
type inquest struct {
	questions []visit.Question
	answers   []visit.Answer
}

// read reads all that is wanted: from /proc what that tells from outside, the rest from inside.
func (k *look) read() {
	questions := k.questions()
	answers := k.ask(questions)
	defer visit.Close(answers)
	q := inquest{questions, answers}
	k.names(q)
	k.ipc(q)
	k.network(q)
	k.groups(q)
	k.outside()
}

// questions returns what is asked, of those namespaces alone that can be gone to: an answer from elsewhere would be a lie.
func (k *look) questions() (all []visit.Question) {
	if k.reachable(UTS) {
		all = append(all, visit.Question{In: UTS, Kind: visit.SystemNames})
	}
	if k.reachable(IPC) {
		for _, kind := range sysvipc.Kinds {
			all = append(all, visit.Question{In: IPC, Kind: visit.OpenFile, Path: filepath.Join(k.roots.Proc, "sysvipc", string(kind))})
		}
		for _, name := range sysvipc.LimitFiles {
			all = append(all, visit.Question{In: IPC, Kind: visit.ReadText, Path: filepath.Join(k.roots.Proc, "sys", name)})
		}
	}
	if k.reachable(Net) {
		all = append(all, visit.Question{In: Net, Kind: visit.RouteSocket})
		for i := 0; k.dir == "" && i < len(netns.Files); i++ {
			all = append(all, visit.Question{In: Net, Kind: visit.OpenFile, Path: Live.Proc + "/thread-self/net/" + netns.Files[i]})
		}
	}
	if k.reachable(Cgroup) && k.task != nil {
		all = append(all, visit.Question{In: Cgroup, Kind: visit.ReadText, Path: filepath.Join(k.dir, "cgroup")})
	}
	return all
}

// reachable reports whether a namespace of a type is wanted and can be asked in.
func (k *look) reachable(t NamespaceType) bool {
	if !k.wants(t) {
		return false
	}
	if k.atHome(t) {
		return true
	}
	for _, d := range k.doors {
		if d.Type == t {
			return true
		}
	}
	return false
}

// ask has the questions answered: those about the reader's own namespaces here, the others inside.
func (k *look) ask(questions []visit.Question) []visit.Answer {
	answers := make([]visit.Answer, len(questions))
	var away []visit.Question
	var places []int
	for i, q := range questions {
		if k.atHome(q.In) {
			answers[i] = k.answer(q)
			continue
		}
		away, places = append(away, q), append(places, i)
	}
	if len(away) == 0 {
		return answers
	}
	found, err := k.visit(k.doors, away)
	for j, i := range places {
		if err != nil {
			answers[i].Err = fmt.Errorf("ask inside: %w", err)
			continue
		}
		answers[i] = found[j]
	}
	return answers
}

// answer answers a question where the reader is.
func (k *look) answer(q visit.Question) (a visit.Answer) {
	switch q.Kind {
	case visit.OpenFile:
		a.File, a.Err = os.Open(q.Path)
	case visit.ReadText:
		a.Text, a.Err = os.ReadFile(q.Path)
	case visit.RouteSocket:
		a.Err = errOtherHost
		if k.visit != nil {
			a.File, a.Err = routeSocket()
		}
	case visit.SystemNames: // These files answer with the names of whoever reads them; see names.
	}
	return a
}

// routeSocket makes a socket of rtnetlink(7) in the reader's own namespace.
func routeSocket() (*os.File, error) {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_ROUTE)
	if err != nil {
		return nil, fmt.Errorf("open netlink socket: %w", err)
	}
	return os.NewFile(uintptr(fd), "rtnetlink"), nil
}

// each goes through the answers about the namespace of a type.
func (q inquest) each(t NamespaceType, found func(visit.Question, visit.Answer)) {
	for i := range q.questions {
		if q.questions[i].In == t {
			found(q.questions[i], q.answers[i])
		}
	}
}

func (k *look) names(q inquest) {
	k.sees.Names = k.lacking(UTS)
	q.each(UTS, func(_ visit.Question, a visit.Answer) {
		if k.atHome(UTS) {
			dir := filepath.Join(k.roots.Proc, "sys/kernel")
			if host := firstLine(filepath.Join(dir, "hostname")); host != "" {
				k.sees.Names = reading.Of(SystemNames{host, firstLine(filepath.Join(dir, "domainname"))})
			}
			return
		}
		host, domain, err := visit.Names(a.Text)
		if a.Err != nil {
			err = a.Err
		}
		k.refuse(UTS, err)
		k.sees.Names = reading.From(SystemNames{host, domain}, err)
	})
}

// lacking is the reading of something that could not be asked.
func (k *look) lacking(t NamespaceType) Reading[SystemNames] {
	return reading.None[SystemNames](k.state(t))
}

// state says why nothing was asked in the namespace of a type.
func (k *look) state(t NamespaceType) reading.State {
	if k.task != nil && k.task.Namespaces.Inodes[t].State() == reading.Denied {
		return reading.Denied
	}
	return reading.None[struct{}](reading.Why(k.causes[t])).State()
}

func (k *look) ipc(q inquest) {
	k.sees.IPC.Objects = reading.None[[]sysvipc.Object](k.state(IPC))
	var objects []sysvipc.Object
	q.each(IPC, func(asked visit.Question, a visit.Answer) {
		switch {
		case errors.Is(a.Err, os.ErrNotExist): // A kernel without this kind.
		case a.Err != nil:
			k.refuse(IPC, a.Err)
			k.sees.IPC.Objects = reading.None[[]sysvipc.Object](reading.Why(a.Err))
		case asked.Kind == visit.ReadText:
			name, _ := filepath.Rel(filepath.Join(k.roots.Proc, "sys"), asked.Path)
			k.sees.IPC.Limits = append(k.sees.IPC.Limits, sysvipc.Limit{Name: name, Text: trimmed(a.Text)})
		default:
			some, err := sysvipc.Parse(sysvipc.Kind(filepath.Base(asked.Path)), a.File)
			k.refuse(IPC, err)
			objects = append(objects, some...)
			k.sees.IPC.Objects = reading.From(objects, err)
		}
	})
}

func (k *look) network(q inquest) {
	if !k.wants(Net) {
		return
	}
	source := netns.Source{Neighbours: k.neighbours()}
	if k.causes[Net] != nil {
		source.Refused = refusal{k.sees.Refusals[Net], k.causes[Net]}
	}
	files := map[string]*os.File{}
	q.each(Net, func(asked visit.Question, a visit.Answer) {
		switch {
		case a.Err != nil:
			k.refuse(Net, a.Err)
			source.Refused = a.Err
		case asked.Kind == visit.RouteSocket:
			source.Socket = a.File
		default:
			files[filepath.Base(asked.Path)] = a.File
		}
	})
	source.Open = func(name string) (io.ReadCloser, error) {
		if k.dir != "" {
			return os.Open(filepath.Join(k.dir, "net", name))
		}
		if file, ok := files[name]; ok {
			return io.NopCloser(file), nil
		}
		if source.Refused != nil {
			return nil, source.Refused // That nothing was asked is no word of what is there.
		}
		return nil, os.ErrNotExist
	}
	k.sees.Network = netns.Read(source)
}

// refusal is an error in the words in which it was noted.
type refusal struct {
	text  string
	cause error
}

func (r refusal) Error() string { return r.text }

func (r refusal) Unwrap() error { return r.cause }

// neighbours are the other network namespaces in sight.
func (k *look) neighbours() (all []netns.Neighbour) {
	if k.visit == nil {
		return nil
	}
	for i := range k.now.Namespaces {
		n := &k.now.Namespaces[i]
		if n.Type != Net {
			continue
		}
		neighbour := netns.Neighbour{Inode: n.Inode, Open: func() (*os.File, error) { return k.openAnywhere(n.NamespaceRef) }}
		if self, ok := k.now.Task(k.now.Host.Self); ok && self.Namespaces.Inodes[Net] == reading.Of(n.Inode) {
			neighbour.Socket = routeSocket
		}
		all = append(all, neighbour)
	}
	return all
}

// openAnywhere opens a namespace in the first place where that is permitted.
func (k *look) openAnywhere(ref NamespaceRef) (*os.File, error) {
	err := os.ErrNotExist
	for _, p := range k.places(k.now, ref) {
		var file *os.File
		if file, err = openNamespace(p.path); err == nil {
			return file, nil
		}
	}
	return nil, err
}
