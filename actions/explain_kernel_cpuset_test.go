package actions

import (
	"strings"
	"syscall"
)

// cpusetProvocations are those of version 1; they take a host with two CPUs.
var cpusetProvocations = map[string]provocation{
	"nobody enters an empty cpuset": {
		"cpuset", func(l lab) Step { return l.from(l.child(), "", fileProcs) },
		syscall.ENOSPC, "LAB has no CPUs or memory nodes yet, so no task may enter it",
		onto(func(l lab) Step { return l.from(l.child(), "", fileProcs) }),
	},
	"nor one without memory nodes": {
		"cpuset", func(l lab) Step {
			l.write("cpuset.cpus", "0")
			return l.from(l.child(), "", fileTasks)
		}, syscall.ENOSPC, "LAB has no memory nodes yet, so no task may enter it", onto(func(l lab) Step { return l.from(l.child(), "", fileTasks) }),
	},
	"no such CPU": {"cpuset", func(l lab) Step { return l.setting("", "cpuset.cpus", "9999") }, syscall.ERANGE, "9999 names a CPU beyond those that there are", nil},
	"no such node": {
		"cpuset", func(l lab) Step { return l.setting("", "cpuset.mems", "9999") }, syscall.ERANGE, "9999 names a memory node beyond those that there are", nil,
	},
	"no list of CPUs": {"cpuset", func(l lab) Step { return l.setting("", "cpuset.cpus", "one") }, syscall.EINVAL, "one is no value for cpuset.cpus", nil},
	"the topmost cpuset": {
		"cpuset", func(l lab) Step {
			step, _ := l.setting("..", "cpuset.cpus", "").(Set)
			step.To = step.From // Whatever the kernel makes of it, nothing changes.
			return step
		}, syscall.EACCES, "the topmost group has all there are: its cpuset.cpus cannot be written", nil,
	},
	"a CPU that the group above lacks": {
		"cpuset", func(l lab) Step {
			l.cpus("", "0")
			l.mkdir("/in")
			return l.setting("/in", "cpuset.cpus", "0-1")
		}, syscall.EACCES, "LAB, the group above, has not all of 0-1: its cpuset.cpus is 0", nil,
	},
	"a CPU that a group below has": {
		"cpuset", func(l lab) Step {
			l.cpus("", "0-1")
			l.cpus("/in", "1")
			return l.setting("", "cpuset.cpus", "0")
		}, syscall.EBUSY, "groups below LAB have more than 0: LAB/in has 1", nil,
	},
	"the last CPU under a process": {
		"cpuset", func(l lab) Step {
			l.cpus("", "0-1")
			l.start("exec sleep 1000")
			return l.setting("", "cpuset.cpus", "")
		}, syscall.ENOSPC, "LAB has 1 process (PID sleep) in it, which must keep at least one CPU", nil,
	},
	"the last node under a process": {
		"cpuset", func(l lab) Step {
			l.cpus("", "0-1")
			l.start("exec sleep 1000")
			return l.setting("", "cpuset.mems", "")
		}, syscall.ENOSPC, "LAB has 1 process (PID sleep) in it, which must keep at least one memory node", nil,
	},
	"exclusive below one that is not": {
		"cpuset", func(l lab) Step {
			l.cpus("", "0-1")
			l.cpus("/in", "1")
			return l.setting("/in", "cpuset.cpu_exclusive", "1")
		}, syscall.EACCES, "LAB/in cannot be exclusive, since LAB, the group above, is not", nil,
	},
}

// v2Provocations are those of version 2.
var v2Provocations = map[string]provocation{
	"freeze by 2":    {"v2", func(l lab) Step { return l.setting("", "cgroup.freeze", "2") }, syscall.ERANGE, "2 is out of the range of cgroup.freeze", nil},
	"freeze by word": {"v2", func(l lab) Step { return l.setting("", "cgroup.freeze", "yes") }, syscall.EINVAL, "yes is no value for cgroup.freeze", nil},
	"kill by 2":      {"v2", func(l lab) Step { return l.setting("", "cgroup.kill", "2") }, syscall.ERANGE, "2 is out of the range of cgroup.kill", nil},
	"kill threads": {
		"v2", func(l lab) Step {
			l.threaded("/in")
			return l.setting("/in", "cgroup.kill", "1")
		}, syscall.EOPNOTSUPP, "LAB/in is threaded, and only whole processes can be killed, not single threads", func(l lab, w Intent) {
			l.start("exec sleep 1000")
			must(l.t, apply(l.t, w).Err)
		},
	},
	"threads alone": {
		"v2", func(l lab) Step {
			l.scattered(crowd(l.t))
			return Remove{Group: l.group("/root/in/deep")}
		}, syscall.EBUSY, "LAB/root/in/deep has 1 thread in it, of processes that are elsewhere", func(l lab, w Intent) { must(l.t, apply(l.t, w).Err) },
	},
	"list of threads": {
		"v2", func(l lab) Step {
			l.threaded("/in")
			return SignalGroup{l.group("/in"), syscall.SIGKILL}
		}, syscall.EOPNOTSUPP, "LAB/in is threaded, so that its processes cannot be listed", nil,
	},
	"back to a domain": {
		"v2", func(l lab) Step {
			l.threaded("/in")
			return l.setting("/in", "cgroup.type", "domain")
		}, syscall.EINVAL, "threaded is all that can be written to cgroup.type: a threaded group never becomes a domain again", nil,
	},
	"threaded with members": {
		"v2", func(l lab) Step {
			l.mkdir("/in")
			lab{l.t, l.below("/in"), l.dir + "/in"}.start("exec sleep 1000")
			return l.setting("/in", "cgroup.type", "threaded")
		}, syscall.EOPNOTSUPP, "LAB/in has processes in it or below it, and only an empty group can become threaded", nil,
	},
	"threaded below what cannot be": {
		"v2", func(l lab) Step {
			l.mkdir("/side")
			lab{l.t, l.below("/side"), l.dir + "/side"}.start("exec sleep 1000")
			l.mkdir("/in")
			return l.setting("/in", "cgroup.type", "threaded")
		}, syscall.EOPNOTSUPP,
		"LAB, the group above, cannot be the root of a threaded subtree: it hands on controllers that do not work on threads, or is no valid domain itself", nil,
	},
	"into an invalid domain": {
		"v2", func(l lab) Step {
			l.threaded("/in")
			l.mkdir("/side")
			return l.from(l.child(), "/side", fileProcs)
		}, syscall.EOPNOTSUPP, "LAB/side is below a threaded group and is no valid domain (domain invalid), so that it takes nobody", nil,
	},
	"a thread into a domain": {
		"v2", func(l lab) Step { return l.from(l.child(), "", fileThreads) },
		syscall.EOPNOTSUPP, "LAB is no threaded group, so that single threads cannot be moved into it from outside", nil,
	},
	"a thread into another subtree": {
		"v2", func(l lab) Step {
			l.threaded("/in")
			return l.from(l.child(), "/in", fileThreads)
		}, syscall.EOPNOTSUPP, "sleep (PID) is of another threaded subtree than LAB/in: a thread cannot leave the subtree of its process", nil,
	},
	"no such controller": {
		"v2", func(l lab) Step { return l.setting("", fileSubtree, "+nosuch") }, syscall.EINVAL,
		"+nosuch names a controller that this kernel does not know, or lacks + or - before a name; nothing of it was done", nil,
	},
	"a controller of version 1": {
		"v2", func(l lab) Step {
			if mountOf(l.t, "cpuset") == "" {
				return nil
			}
			return l.setting("", fileSubtree, "+cpuset")
		}, syscall.ENOENT, "version 2 has not got cpuset: it belongs to version 1 here, mounted at CPUSET", nil,
	},
	"a controller that the group above keeps": {
		"v2", func(l lab) Step {
			c := l.domainController()
			if c == "" {
				return nil
			}
			l.mkdir("/in")
			return handOn(l.group("/in"), "", []string{c})
		}, syscall.ENOENT, "LAB/in has not got DOMAIN itself, so that it cannot hand it on", nil,
	},
	"members inside": {
		"v2", func(l lab) Step {
			c := l.domainController()
			if c == "" {
				return nil
			}
			l.start("exec sleep 1000")
			return handOn(l.group(""), "", []string{c})
		}, syscall.EBUSY, "LAB has 1 process (PID sleep) in it, and a group with processes in it cannot hand on controllers (+DOMAIN)",
		onto(func(l lab) Step {
			return handOn(l.group(""), "", lacking(threadedControllers, strings.Fields(l.says("cgroup.controllers")))[:1])
		}),
	},
	"into a group that is no leaf": {
		"v2", func(l lab) Step {
			c := l.domainController()
			if c == "" {
				return nil
			}
			l.write(fileSubtree, "+"+c)
			return l.from(l.child(), "", fileProcs)
		}, syscall.EBUSY, "LAB hands on DOMAIN to the groups below it, and then no process may be in it itself", nil,
	},
	"a controller in use below": {
		"v2", func(l lab) Step {
			c := l.domainController()
			if c == "" {
				return nil
			}
			l.mkdir("/in")
			l.write(fileSubtree, "+"+c)
			l.write("in/"+fileSubtree, "+"+c)
			return l.setting("", fileSubtree, "-"+c)
		}, syscall.EBUSY, "groups below LAB hand on what would be taken from them: LAB/in", nil,
	},
	"a controller that knows no threads": {
		"v2", func(l lab) Step {
			c := l.domainController()
			if c == "" {
				return nil
			}
			l.threaded("/in")
			return handOn(l.group(""), strings.TrimSpace(l.says(fileSubtree)), []string{c})
		}, syscall.EOPNOTSUPP, "LAB is in a threaded subtree, where only controllers of threads can be handed on: cpu, cpuset, perf_event and pids", nil,
	},
	"too deep": {
		"v2", func(l lab) Step {
			l.write("cgroup.max.depth", "0")
			return Make{l.group("").child("in")}
		}, syscall.EAGAIN, "LAB allows no group that deep below it: its cgroup.max.depth is 0", nil,
	},
	"too many": {
		"v2", func(l lab) Step {
			l.mkdir("/one")
			l.write("cgroup.max.descendants", "1")
			return Make{l.group("").child("in")}
		}, syscall.EAGAIN, "LAB allows no more groups below it: its cgroup.max.descendants is 1", nil,
	},
}

// threaded makes a group that is threaded.
func (l lab) threaded(path string) {
	l.t.Helper()
	l.mkdir(path)
	l.write(path+"/cgroup.type", "threaded")
}
