package cgroup

import (
	"strings"

	"bulkhead/probe/reading"
)

// Account is what the control files of one group say, by controller. Where both versions mean the same, a value is the same
// field, in bytes, durations or CPUs; where they do not, each has a field of its own. What the group has no file for is
// absent. The controller perf_event has no files: whoever measures a group opens its directory.
type Account struct {
	Core     CoreAccount                       `json:"cgroup"`
	CPU      CPUAccount                        `json:"cpu"`
	Cpuset   CpusetAccount                     `json:"cpuset"`
	Memory   MemoryAccount                     `json:"memory"`
	IO       IOAccount                         `json:"io"`
	PIDs     PIDsAccount                       `json:"pids"`
	Freezer  FreezerAccount                    `json:"freezer"`
	Devices  reading.Reading[[]DeviceRule]     `json:"devices"` // devices.list of version 1.
	Hugetlb  []HugetlbAccount                  `json:"hugetlb"` // By size of the pages, the smallest first.
	RDMA     []Resource                        `json:"rdma"`    // Such as "mlx4_0 hca_handle": rdma.*, since Linux 4.11.
	Misc     []Resource                        `json:"misc"`    // Such as "sev": misc.*, since Linux 5.13.
	Dmem     []Resource                        `json:"dmem"`    // In bytes, by region of a device: dmem.*, since Linux 6.14.
	NetClass reading.Reading[uint32]           `json:"net_cls_classid"`
	NetPrio  reading.Reading[[]InterfaceValue] `json:"net_prio_ifpriomap"`
	// NetPrioIndex is the kernel's number of the group: net_prio.prioidx of version 1.
	NetPrioIndex reading.Reading[uint64] `json:"net_prio_prioidx"`
	Pressure     PressureAccount         `json:"pressure"`
	// Programs are the BPF programs that run for the group, of which no file tells: see Programs.
	Programs reading.Reading[[]Program] `json:"programs"`
}

// Texts is what the files of one group said when they were read.
type Texts struct {
	// Files are the texts by the names of the files, such as cpu.stat.
	Files map[string]reading.Reading[string]
	// Noprefix tells that the names lack the controller and the dot, as in a hierarchy mounted with that option.
	Noprefix bool
	// Device returns what a block device is called, by its number such as 8:0; empty where nothing tells it.
	Device func(number string) string
	// LimitedIOOnly tells that the kernel counts in version 1 only what groups under a limit read and write.
	LimitedIOOnly bool
}

// Account makes sense of the texts.
func (t Texts) Account() Account {
	return Account{
		Core: t.core(), CPU: t.cpu(), Cpuset: t.cpuset(), Memory: t.memory(), IO: t.io(), PIDs: t.pids(), Freezer: t.freezer(),
		Devices: t.file("devices.list").deviceRules(), Hugetlb: t.hugetlb(), RDMA: t.rdma(), Misc: t.misc(), Dmem: t.dmem(),
		NetClass: t.file("net_cls.classid").number32(), NetPrio: t.file("net_prio.ifpriomap").interfaceValues(),
		NetPrioIndex: t.file("net_prio.prioidx").number(),
		Pressure:     t.pressure(),
	}
}

// file returns what a file says.
func (t Texts) file(name string) content {
	if t.Noprefix {
		_, name, _ = strings.Cut(name, ".")
	}
	text := t.Files[name]
	return content{text: []byte(text.Or("")), why: text.State()}
}

// first returns the first of some readings that is not absent: the same value by its names in both versions, or on older
// kernels.
func first[T any](readings ...reading.Reading[T]) reading.Reading[T] {
	for _, r := range readings {
		if r.State() != reading.Absent {
			return r
		}
	}
	return reading.Reading[T]{}
}

// Count is a line of a flat-keyed file.
type Count struct {
	Name  string `json:"name"`
	Value uint64 `json:"value"`
}

// counts reads all lines of a flat-keyed file whose value is a number.
func (c content) counts() reading.Reading[[]Count] {
	return eachLine(c, func(line string) (Count, bool) {
		name, value, _ := strings.Cut(line, " ")
		n, ok := parseNumber([]byte(value))
		return Count{name, n}, ok
	})
}

// eachLine reads a file of lines. Those that are not of the form expected are left out, as a later kernel may add some.
func eachLine[T any](c content, parser func(line string) (T, bool)) reading.Reading[[]T] {
	if c.why != reading.Present {
		return reading.None[[]T](c.why)
	}
	all := []T{}
	for line := range strings.Lines(string(c.text)) {
		if value, ok := parser(strings.TrimSpace(line)); ok {
			all = append(all, value)
		}
	}
	return reading.Of(all)
}

// fields reads a file of words.
func (c content) fields() reading.Reading[[]string] {
	return parse(c, func(text []byte) ([]string, bool) { return strings.Fields(string(text)), true })
}
