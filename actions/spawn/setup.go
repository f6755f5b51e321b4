package spawn

import (
	"os"
	"strconv"
	"unsafe"

	"golang.org/x/sys/unix"
)

// setUp adds the calls that furnish the new namespaces, from inside.
func (r Run) setUp(s *script) {
	if r.Flags&unix.CLONE_NEWNS != 0 {
		// Otherwise what is mounted inside may appear outside, and the other way round.
		s.mount("make mounts private", "none", "/", "", unix.MS_REC|unix.MS_PRIVATE)
	}
	if r.MountProc {
		s.mount("mount proc", "proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC)
	}
	if r.Hostname != "" {
		s.add("set hostname", unix.SYS_SETHOSTNAME, s.text(r.Hostname), uintptr(len(r.Hostname)))
	}
	if r.Loopback {
		s.raise("lo")
	}
}

func (s *script) mount(stage, source, target, kind string, flags uintptr) {
	s.add(stage, unix.SYS_MOUNT, s.text(source), s.text(target), s.text(kind), flags)
}

// raise adds the calls that set a network interface up; see netdevice(7).
func (s *script) raise(name string) {
	request, err := unix.NewIfreq(name)
	if err != nil {
		s.fail(err)
		return
	}
	request.SetUint16(unix.IFF_UP)
	stage := "set " + name + " up"
	s.add(stage, unix.SYS_SOCKET, unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	s.add(stage, unix.SYS_IOCTL, 0, unix.SIOCSIFFLAGS, uintptr(unsafe.Pointer(request))).chained = true
	s.kept = append(s.kept, request)
}

// group adds the calls that move the child into groups. It means itself by 0.
func (s *script) group(files []*os.File) {
	for _, f := range files {
		s.add("move into "+f.Name(), unix.SYS_WRITE, s.file(f), s.text("0"), 1)
	}
}

// changeRoot adds the calls that make open directories the root and the working directory.
func (s *script) changeRoot(root, cwd *os.File) {
	if root != nil {
		s.add("change to the root", unix.SYS_FCHDIR, s.file(root))
		s.add("change the root", unix.SYS_CHROOT, s.text("."))
	}
	if cwd != nil {
		s.add("change to the working directory", unix.SYS_FCHDIR, s.file(cwd))
	}
}

// become adds the calls that change the user and the group.
func (s *script) become(uid, gid *uint32) {
	if gid != nil {
		id := uintptr(*gid)
		s.add("drop groups", unix.SYS_SETGROUPS, 0, 0).may = oneOf(unix.EPERM)
		s.add("become group "+strconv.Itoa(int(*gid)), unix.SYS_SETRESGID, id, id, id)
	}
	if uid != nil {
		id := uintptr(*uid)
		s.add("become user "+strconv.Itoa(int(*uid)), unix.SYS_SETRESUID, id, id, id)
	}
}
