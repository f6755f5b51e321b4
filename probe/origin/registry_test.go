package origin

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe/proc"
	"bulkhead/probe/testhost"
)

// id returns an id of an engine's: the digit of the engine, and a last one of the container.
func id(engine, last string) string { return strings.Repeat(engine, idLength-1) + last }

func leader(pid int32, comm, path string) Facts {
	return Facts{PID: pid, Start: 7, Comm: comm, Cgroups: []proc.Membership{{Path: path}}}
}

// open lays out the host of the state files.
func open(t *testing.T) (*Registry, testhost.Host) {
	t.Helper()
	host := testhost.Load(t, "testdata/host.txtar")
	return New(host.Dir, host.Proc), host
}

// resolveCase is a leader and its parent, what its world is called and what that is concluded from.
type resolveCase struct {
	leader, parent Facts
	want, from     string
}

func resolveCases() map[string]resolveCase {
	const pods = "/kubepods/besteffort/pod6f1b4a36-5f0a-4c39-9f6e-1d1c9a2f7a11/"
	shim := Facts{PID: 90, Comm: "containerd-shim", Cmdline: "containerd-shim-runc-v2 -namespace apps -id x -address /opt/ctd/containerd.sock"}
	owned := Facts{PID: 91, Comm: "sh", UID: 1000}
	return map[string]resolveCase{
		"docker":                        {leader(100, "sh", "/docker/"+id("1", "1")), Facts{}, "docker web-1", "/var/lib/docker/"},
		"docker of a kubelet":           {leader(100, "sh", pods+id("1", "2")), Facts{}, "pod kube-system/coredns-1 dns", "config.v2.json"},
		"docker elsewhere":              {leader(100, "sh", "/docker/"+id("1", "3")), Facts{}, "docker elsewhere", "/srv/docker/"},
		"docker of a user":              {leader(100, "sh", "/user.slice/user-1000.slice/docker-"+id("1", "4")+".scope"), Facts{}, "docker rootless (uid 1000)", "/home/u/"},
		"docker of a snap":              {leader(100, "sh", "/docker/"+id("1", "b")), Facts{}, "docker snapped", "/var/snap/docker/"},
		"docker that nobody told of":    {leader(115, "sh", "/docker/"+id("1", "5")), Facts{}, "docker mounted", "/mnt/data/"},
		"docker, cut off":               {leader(100, "sh", "/docker/"+id("1", "6")), Facts{}, "docker 111111111111", "cgroup path"},
		"docker with an odd name":       {leader(100, "sh", "/docker/"+id("1", "7")), Facts{}, "docker \x1b[2Jevil\nname", "config.v2.json"},
		"docker that is a device":       {leader(100, "sh", "/docker/"+id("1", "8")), Facts{}, "docker 111111111111", "cgroup path"},
		"docker that is not there":      {leader(100, "sh", "/docker/"+id("1", "9")), Facts{}, "docker 111111111111", "cgroup path"},
		"containerd's pod":              {leader(100, "sh", pods+id("2", "1")), Facts{}, "pod kube-system/coredns-7d coredns", "/run/containerd/"},
		"a pod's sandbox":               {leader(100, "sh", pods+id("2", "2")), Facts{}, "pod kube-system/coredns-7d sandbox", "annotations in"},
		"nerdctl":                       {leader(100, "sh", "/system.slice/nerdctl-"+id("2", "3")+".scope"), Facts{}, "containerd cache (default)", "annotations in"},
		"k3s":                           {leader(100, "sh", pods+id("2", "4")), Facts{}, "pod kube-system/svclb-1 lb", "/run/k3s/"},
		"microk8s":                      {leader(100, "sh", pods+id("2", "6")), Facts{}, "pod micro/dash-0 api", "/var/snap/microk8s/"},
		"containerd's first shim":       {leader(100, "sh", pods+id("2", "7")), Facts{}, "pod default/legacy old", "runtime.v1.linux"},
		"where the shim says":           {leader(100, "sh", "/apps/"+id("2", "5")), shim, "containerd far (apps)", "/opt/ctd/"},
		"cri-o":                         {leader(100, "sh", pods+id("3", "1")), Facts{}, "pod prod/shop web", "/run/containers/"},
		"cri-o's sandbox":               {leader(100, "sh", pods+id("3", "2")), Facts{}, "pod prod/shop sandbox", "/run/containers/"},
		"podman":                        {leader(100, "sh", "/machine.slice/libpod-"+id("4", "1")+".scope"), Facts{}, "podman db", "containers.json"},
		"what is beside conmon":         {leader(100, "pasta", "/machine.slice/libpod-conmon-"+id("4", "1")+".scope"), Facts{}, "conmon of podman db", "containers.json"},
		"podman without a name":         {leader(100, "sh", "/machine.slice/libpod-"+id("4", "2")+".scope"), Facts{}, "podman 444444444444", "cgroup path"},
		"podman, volatile":              {leader(100, "sh", "/machine.slice/libpod-"+id("4", "3")+".scope"), Facts{}, "podman brief", "volatile"},
		"podman of a user":              {leader(100, "sh", "/user.slice/user-1000.slice/libpod-"+id("4", "4")+".scope"), Facts{}, "podman mine (uid 1000)", "/home/u/"},
		"podman of a user, volatile":    {leader(100, "sh", "/user.slice/user-1000.slice/libpod-"+id("4", "6")+".scope"), Facts{}, "podman fleeting (uid 1000)", "/run/user/1000/"},
		"podman of a kubelet":           {leader(100, "sh", "/machine.slice/libpod-"+id("4", "5")+".scope"), Facts{}, "pod default/pod-1 app", "containers.json"},
		"an unknown engine's of podman": {leader(100, "sh", "/custom/"+id("4", "1")), Facts{}, "podman db", "containers.json"},
		"runc":                          {leader(501, "sh", "/x"), Facts{}, "runc by-hand", "/run/runc/by-hand/state.json"},
		"a pid that runc had before":    {leader(502, "sh", "/x"), Facts{}, "sh", ""},
		"crun, with notes":              {leader(503, "sh", "/x"), Facts{}, "pod n/p c", "/srv/pod/config.json"},
		"crun of a user":                {leader(504, "sh", "/x"), owned, "crun small (uid 1000)", "/run/user/1000/crun/"},
		"crun":                          {leader(505, "sh", "/x"), Facts{}, "crun plain", "/run/crun/plain/status"},
		"youki":                         {leader(506, "sh", "/x"), Facts{}, "youki rusty", "/run/youki/rusty/state.json"},
		"a machine":                     {leader(100, "systemd", "/machine.slice/machine-deb.scope/payload/init.scope"), Facts{}, "nspawn deb", "/run/systemd/machines/deb"},
		"a machine by its leader":       {leader(602, "init", "/x"), Facts{}, "libvirt-lxc other", "/run/systemd/machines/other"},
		"a machine of whom is not told": {leader(603, "init", "/x"), Facts{}, "machine nobodys", "/run/systemd/machines/nobodys"},
		"container= of an engine":       {leader(701, "init", "/x"), Facts{PID: 700, Start: 7}, "newbox init", "container=newbox"},
		"container= of the parent":      {leader(702, "sh", "/x"), Facts{PID: 701, Start: 7}, "sh", ""},
		"container= of another process": {Facts{PID: 701, Start: 8, Comm: "sh"}, Facts{}, "sh", ""},
		"flatpak without a scope":       {leader(703, "bwrap", "/x"), Facts{}, "flatpak org.x.Editor", ".flatpak-info"},
		"flatpak that bwrap has become": {leader(704, "viewer", "/x"), Facts{}, "flatpak org.x.Viewer", ".flatpak-info"},
		"firejail":                      {leader(801, "firejail", "/x"), Facts{PID: 800, Comm: "firejail"}, "firejail tv", "/run/firejail/name/800"},
		"a unit":                        {leader(501, "sshd", "/system.slice/ssh.service"), Facts{}, "ssh.service", "cgroup path"},
	}
}

func TestResolve(t *testing.T) {
	_, host := open(t)
	for name, tc := range resolveCases() {
		t.Run(name, func(t *testing.T) {
			family := Family{Leader: tc.leader, Parent: tc.parent}
			o := New(host.Dir, host.Proc).Resolve(t.Context(), family, FromTask(family))
			if got := o.Label(tc.leader.Comm); got != tc.want || !strings.Contains(o.From, tc.from) {
				t.Errorf("%q, concluded from %q; want %q from %q", got, o.From, tc.want, tc.from)
			}
		})
	}
}

// What was found is good for a while, what was not is looked for again, and neither for ever.
func TestRemembers(t *testing.T) {
	r, host := open(t)
	now := time.Unix(1000, 0)
	r.now = func() time.Time { return now }
	family := Family{Leader: leader(100, "sh", "/docker/"+id("1", "1"))}
	resolve := func() string { return r.Resolve(t.Context(), family, FromTask(family)).Name }
	file := filepath.Join(host.Dir, "var/lib/docker/containers", id("1", "1"), "config.v2.json")
	put := func(name string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(`{"Name":"/`+name+`"}`), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	check := func(want, when string) {
		t.Helper()
		if got := resolve(); got != want {
			t.Errorf("%s it is called %q, want %q", when, got, want)
		}
	}
	check("web-1", "at first")
	put("renamed")
	check("web-1", "at once after a change")
	now = now.Add(goodFor)
	check("renamed", "a while later")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	now = now.Add(goodFor)
	check("", "without a file")
	put("late")
	check("", "at once after that")
	now = now.Add(missingFor)
	check("late", "a little later")
}

func TestMemoryIsBounded(t *testing.T) {
	r := New(t.TempDir(), t.TempDir())
	for pid := range int32(mostAnswers + 10) {
		r.remember(question{pid: pid}, Origin{}, true)
	}
	if len(r.known) > mostAnswers {
		t.Errorf("%d answers are remembered, want %d at most", len(r.known), mostAnswers)
	}
}

// daemon answers at a socket as Docker's does, and counts how often it is asked.
func daemon(t *testing.T, answer string) (socket string, asked *atomic.Int32) {
	t.Helper()
	dir, err := os.MkdirTemp("", "bulkhead-") // The path of a socket must be short.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket = filepath.Join(dir, "docker.sock")
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	asked = new(atomic.Int32)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			asked.Add(1)
			request := make([]byte, 512)
			n, _ := conn.Read(request)
			if strings.HasPrefix(string(request[:n]), "GET /containers/json HTTP/1.0\r\n") && answer != "" {
				_, _ = conn.Write([]byte(answer))
				_ = conn.Close()
				continue
			}
			defer func() { _ = conn.Close() }() // It is held until the test ends: nothing comes.
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-done
	})
	return socket, asked
}

func TestAskDocker(t *testing.T) {
	containers, err := json.Marshal([]map[string]any{
		{"Id": id("1", "9"), "Names": []string{"/web/alias", "/asked"}}, {"Id": id("1", "a"), "Names": []string{"/second"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	answer := "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + string(containers)
	for name, tc := range map[string]struct {
		answer, comm string
		want         string
		asked        bool
	}{
		"a daemon":              {answer, "dockerd\n", "docker asked docker second", true},
		"none that lives":       {answer, "sh\n", "docker 111111111111 docker 111111111111", false},
		"refused":               {"HTTP/1.0 403 Forbidden\r\n\r\n[]", "dockerd\n", "docker 111111111111 docker 111111111111", true},
		"another protocol":      {"SSH-2.0-x\r\n", "dockerd\n", "docker 111111111111 docker 111111111111", true},
		"cut off":               {answer[:len(answer)-9], "dockerd\n", "docker 111111111111 docker 111111111111", true},
		"a daemon that is mute": {"", "dockerd\n", "docker 111111111111 docker 111111111111", true},
	} {
		t.Run(name, func(t *testing.T) {
			socket, asked := daemon(t, tc.answer)
			dir := filepath.Dir(socket)
			for file, content := range map[string]string{"run/docker.pid": "77", "proc/77/comm": tc.comm} {
				file = filepath.Join(dir, file)
				if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Rename(socket, filepath.Join(dir, "run/docker.sock")); err != nil {
				t.Fatal(err)
			}
			r := New(dir, filepath.Join(dir, "proc"))
			var got []string
			for _, last := range []string{"9", "a"} {
				family := Family{Leader: leader(100, "sh", "/docker/"+id("1", last))}
				got = append(got, r.Resolve(t.Context(), family, FromTask(family)).Label("sh"))
			}
			if got := strings.Join(got, " "); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
			if n := asked.Load(); (n == 1) != tc.asked || n > 1 {
				t.Errorf("asked %d times for two containers, want once: %v", n, tc.asked)
			}
		})
	}
}

// Users may lay anything where a state file is looked for.
func TestSlurpRefuses(t *testing.T) {
	dir := t.TempDir()
	path := func(name string) string { return filepath.Join(dir, name) }
	if err := unix.Mkfifo(path("pipe"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, target := range map[string]string{"device": "/dev/zero", "kernel": "/proc/kmsg", "loop": "loop", "directory": "/"} {
		if err := os.Symlink(target, path(name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path("long"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path("long"), mostBytes+1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"pipe", "device", "kernel", "loop", "directory", "long", "none"} {
		if text, err := slurp(path(name), true); err == nil {
			t.Errorf("%s: read %d bytes, want an error", name, len(text))
		}
	}
}

// A file system that does not answer costs the time that was set, once for each of a few reads, and nothing from then on.
func TestHangingReads(t *testing.T) {
	f := newFiles(t.TempDir())
	hang := make(chan struct{})
	defer close(hang)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range mostReads {
		if _, err := await(ended, f.busy, func() (int, error) { <-hang; return 0, nil }); err == nil {
			t.Fatal("a read that hangs ended")
		}
	}
	if _, err := f.read(t.Context(), "/x"); !errors.Is(err, errStuck) {
		t.Errorf("the next read: %v, want %v", err, errStuck)
	}
}

func TestInNetwork(t *testing.T) {
	o := Origin{}.InNetwork("sleep", "/run/netns/blue")
	if got := o.Label("sleep"); got != "sleep (netns blue)" || !strings.Contains(o.From, "/run/netns/blue") {
		t.Errorf("%q, concluded from %q, want the name of the namespace", got, o.From)
	}
	if got := (Origin{Kind: Unshare, Name: "sh"}).InNetwork("sh", "/run/netns/blue").Label("sh"); got != "unshare sh (netns blue)" {
		t.Errorf("what a command made there is called %q", got)
	}
	docker := Origin{Kind: Docker, Name: "x"}
	if got := docker.InNetwork("sh", "/run/netns/blue"); got != docker {
		t.Errorf("a container: %+v, want it unchanged", got)
	}
}
