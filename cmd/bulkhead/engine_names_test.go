package main

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"bulkhead/probe"
)

// contained is a process that an engine has walled off, and what is to be known of it.
type contained struct {
	pid      int
	world    string // What its world is called.
	kind     string
	name, id string
	in       string
	from     string // What this is concluded from has this in it.
	walls    []probe.NamespaceType
}

// engine is one that a distribution has.
type engine struct {
	needs map[string]string // Its programs, and what Debian calls their packages.
	start func(t *testing.T, name string) contained
}

// boxWalls are the walls of what all engines call a container, whatever hierarchies the host has.
var boxWalls = []probe.NamespaceType{probe.Mnt, probe.PID, probe.Net, probe.UTS, probe.IPC}

var engines = map[string]engine{
	"docker":     {map[string]string{"dockerd": "docker.io", "docker": "docker.io"}, startDocker},
	"podman":     {map[string]string{"podman": "podman", "runc": "runc"}, startPodman},
	"rootless":   {map[string]string{"podman": "podman", "runc": "runc", "newuidmap": "uidmap"}, startRootless},
	"containerd": {map[string]string{"containerd": "containerd", "ctr": "containerd"}, startContainerd},
	"lxc":        {map[string]string{"lxc-start": "lxc", "lxc-info": "lxc"}, startLXC},
	"nspawn":     {map[string]string{"systemd-nspawn": "systemd-container"}, startNspawn},
	"firejail":   {map[string]string{"firejail": "firejail"}, startFirejail},
	"bubblewrap": {map[string]string{"bwrap": "bubblewrap"}, startBubblewrap},
	"runc":       {map[string]string{"runc": "runc"}, startRunc},
	"crun":       {map[string]string{"crun": "crun"}, startCrun},
}

// TestEngines has each engine wall off a process. Its world has the name that the engine gave it, its walls are those that the
// kernel tells of, and one gets in.
func TestEngines(t *testing.T) {
	for name, engine := range engines {
		t.Run(name, func(t *testing.T) {
			asRoot(t)
			needTool(t, "busybox", "busybox-static")
			for program, debian := range engine.needs {
				needTool(t, program, debian)
			}
			inYard(t, func(t *testing.T, name string) {
				c := engine.start(t, name)
				c.expectWorld(t)
				c.expectEntered(t)
			})
		})
	}
}

// expectWorld demands that what is listed of the world of a process is right.
func (c *contained) expectWorld(t *testing.T) {
	t.Helper()
	got := execute(t, "list", "worlds", "--json", "--filter", "pid:"+strconv.Itoa(c.pid))
	var listed struct {
		Worlds []struct {
			Name       string
			Namespaces map[string]uint64
			Walls      map[string]string
			Origin     struct{ Kind, Name, ID, In, From string }
		}
	}
	if err := json.Unmarshal([]byte(got.out), &listed); err != nil || len(listed.Worlds) != 1 {
		t.Fatalf("list worlds: %+v (%v), want that of %d alone", got, err, c.pid)
	}
	w := listed.Worlds[0]
	o := w.Origin
	if w.Name != c.world || o.Kind != c.kind || o.Name != c.name || o.ID != c.id || o.In != c.in || !strings.Contains(o.From, c.from) {
		t.Errorf("the world is called %q, made by %+v; want %+v", w.Name, o, *c)
	}
	host := links(t, proc(os.Getppid())) // The test outside of the yard.
	for kind, link := range links(t, proc(c.pid)) {
		name := kind.String()
		if want := name + ":[" + strconv.FormatUint(w.Namespaces[name], 10) + "]"; link != want {
			t.Errorf("its namespace is listed as %s, the kernel says %s", want, link)
		}
		if (w.Walls[name] == "host") != (link == host[kind]) {
			t.Errorf("its %s is listed as %q; it has %s, the host %s", name, w.Walls[name], link, host[kind])
		}
	}
	for _, kind := range c.walls {
		if w.Walls[kind.String()] == "host" {
			t.Errorf("there is no %s wall, of %v", kind, w.Walls)
		}
	}
}

// expectEntered demands that one gets behind all walls that there are.
func (c *contained) expectEntered(t *testing.T) {
	t.Helper()
	mine := links(t, "/proc/self")
	var walls []probe.NamespaceType
	for kind, link := range links(t, proc(c.pid)) {
		if link != mine[kind] {
			walls = append(walls, kind)
		}
	}
	expectInside(t, proc(c.pid), walls, strconv.Itoa(c.pid))
}
