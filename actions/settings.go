package actions

// usual are the control files that people set, and what they say in a new group; see the kernel's cgroup-v2 and cgroup-v1
// documents. They are set again, in this order, where the removal of a group is undone.
var usual = []struct{ file, new string }{
	{"cgroup.type", "domain"},
	{"cpuset.cpus", ""},
	{"cpuset.mems", ""},
	{"cpuset.cpu_exclusive", "0"},
	{"cpuset.mem_exclusive", "0"},
	{"cpuset.cpus.partition", "member"},
	{"cpu.max", "max 100000"},
	{"cpu.weight", "100"},
	{"cpu.idle", "0"},
	{"cpu.shares", "1024"},
	{"cpu.cfs_period_us", "100000"},
	{"cpu.cfs_quota_us", "-1"},
	{"memory.max", "max"},
	{"memory.high", "max"},
	{"memory.low", "0"},
	{"memory.min", "0"},
	{"memory.swap.max", "max"},
	{"memory.oom.group", "0"},
	{fileLimit, "9223372036854771712"},
	{"memory.soft_limit_in_bytes", "9223372036854771712"},
	{"memory.swappiness", "60"},
	{"io.weight", "default 100"},
	{"blkio.weight", "500"},
	{"pids.max", "max"},
	{"net_cls.classid", "0"},
	{"notify_on_release", "0"},
	{"cgroup.clone_children", "0"},
	{"cgroup.max.depth", "max"},
	{"cgroup.max.descendants", "max"},
	{"cgroup.freeze", "0"},
	{"freezer.state", stateThawed},
}

// settings returns what is set in a group otherwise than in a new one.
func settings(g Group, knob Knobs) []Setting {
	var all []Setting
	for _, u := range usual {
		value, ok := knob(g.Dir(), u.file).Get()
		if ok && value != u.new && (u.file != fileType || value == typeThreaded) { // Any other type follows from the groups around it.
			all = append(all, Setting{u.file, u.new, value})
		}
	}
	return all
}
