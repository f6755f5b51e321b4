package cgroup

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe/reading"
)

// Resource is something that a group may use a limited amount of.
type Resource struct {
	Name     string                  `json:"name"`     // Empty where the field of the account says what it is.
	Capacity reading.Reading[uint64] `json:"capacity"` // What the host has, which only the topmost group tells.
	Current  reading.Reading[uint64] `json:"current"`
	Peak     reading.Reading[uint64] `json:"peak"`
	Min      reading.Reading[uint64] `json:"min"`
	Low      reading.Reading[uint64] `json:"low"`
	Max      reading.Reading[uint64] `json:"max"`
	Failures reading.Reading[uint64] `json:"failures"` // How often the limit was met: failcnt of version 1, max in *.events.
	// FailuresHere is without the groups below: max in *.events.local, of hugetlb since Linux 5.6 and of misc since 6.11.
	FailuresHere reading.Reading[uint64] `json:"failures_local"`
}

// resourceV1 reads the four files of version 1 with a prefix, in bytes.
func (t Texts) resourceV1(prefix, name string) Resource {
	return Resource{
		Name: name, Current: t.file(prefix + "usage_in_bytes").number(), Peak: t.file(prefix + "max_usage_in_bytes").number(),
		Max: t.file(prefix + "limit_in_bytes").limitV1(), Failures: t.file(prefix + "failcnt").number(),
	}
}

// resourceV2 reads the files of version 2 with a prefix.
func (t Texts) resourceV2(prefix, name string) Resource {
	return Resource{
		Name: name, Current: t.file(prefix + "current").number(), Peak: t.file(prefix + "peak").number(),
		Max: t.file(prefix + "max").limit(), Failures: t.file(prefix + "events").flat("max").number(),
		FailuresHere: t.file(prefix + "events.local").flat("max").number(),
	}
}

// HugetlbAccount is the huge pages of one size, in bytes; see "HugeTLB" in the kernel's cgroup-v2 document, and
// admin-guide/cgroup-v1/hugetlb.
type HugetlbAccount struct {
	Resource        // Its name is the kernel's for the size, such as 2MB.
	Size     uint64 `json:"page_size"`
	// Reserved is what was reserved, used or not: hugetlb.*.rsvd.*, since Linux 5.7.
	Reserved Resource `json:"rsvd"`
	// Nodes tells by memory node what is used: hugetlb.*.numa_stat, since Linux 5.17.
	Nodes reading.Reading[[]NodeStat] `json:"numa_stat"`
}

// hugetlb finds the sizes by the names of the files: hugetlb.2MB.max, or hugetlb.2MB.limit_in_bytes of version 1.
func (t Texts) hugetlb() []HugetlbAccount {
	var all []HugetlbAccount
	for file := range t.Files {
		name, ok := strings.CutPrefix(file, "hugetlb.")
		if t.Noprefix || !ok {
			continue
		}
		name, kind, _ := strings.Cut(name, ".")
		size, ok := pageSize(name)
		if !ok || (kind != "max" && kind != "limit_in_bytes") {
			continue
		}
		prefix := "hugetlb." + name + "."
		all = append(all, HugetlbAccount{
			Resource: t.hugePages(prefix, name), Size: size, Reserved: t.hugePages(prefix+"rsvd.", name),
			Nodes: t.file(prefix + "numa_stat").nodeStats(1),
		})
	}
	slices.SortFunc(all, func(a, b HugetlbAccount) int { return cmp.Compare(a.Size, b.Size) })
	return all
}

// hugePages reads a resource of huge pages in either version.
func (t Texts) hugePages(prefix, name string) Resource {
	r, old := t.resourceV2(prefix, name), t.resourceV1(prefix, name)
	r.Current, r.Peak = first(r.Current, old.Current), first(r.Peak, old.Peak)
	r.Max, r.Failures = first(r.Max, old.Max), first(r.Failures, old.Failures)
	return r
}

// pageSize reads a size such as 64KB, 2MB or 1GB.
func pageSize(name string) (uint64, bool) {
	for unit, shift := range map[string]int{"KB": 10, "MB": 20, "GB": 30} {
		if number, ok := strings.CutSuffix(name, unit); ok {
			n, err := strconv.ParseUint(number, 10, 32)
			return n << shift, err == nil && n > 0
		}
	}
	return 0, false
}

// rdma reads rdma.*, "mlx4_0 hca_handle=2 hca_object=2000", a resource for each device and kind.
func (t Texts) rdma() []Resource {
	return t.resources("rdma.", func(line string) map[string]string {
		device, pairs, _ := strings.Cut(line, " ")
		values := map[string]string{}
		for _, pair := range strings.Fields(pairs) {
			kind, value, _ := strings.Cut(pair, "=")
			values[device+" "+kind] = value
		}
		return values
	})
}

// misc reads misc.*, "res_a 3"; misc.events has "res_a.max 0".
func (t Texts) misc() []Resource {
	all := t.resources("misc.", plainLine)
	for i := range all {
		all[i].Failures = t.file("misc.events").flat(all[i].Name + ".max").number()
		all[i].FailuresHere = t.file("misc.events.local").flat(all[i].Name + ".max").number()
	}
	return all
}

// dmem reads dmem.*, "drm/0000:03:00.0/vram0 8514437120".
func (t Texts) dmem() []Resource { return t.resources("dmem.", plainLine) }

func plainLine(line string) map[string]string {
	name, value, _ := strings.Cut(line, " ")
	return map[string]string{name: value}
}

// resources reads the files with a prefix that have a line for each of several resources.
func (t Texts) resources(prefix string, parser func(line string) map[string]string) []Resource {
	var all []Resource
	for _, file := range []struct {
		name string
		of   func(*Resource) *reading.Reading[uint64]
	}{
		{"capacity", func(r *Resource) *reading.Reading[uint64] { return &r.Capacity }},
		{"current", func(r *Resource) *reading.Reading[uint64] { return &r.Current }},
		{"peak", func(r *Resource) *reading.Reading[uint64] { return &r.Peak }},
		{"min", func(r *Resource) *reading.Reading[uint64] { return &r.Min }},
		{"low", func(r *Resource) *reading.Reading[uint64] { return &r.Low }},
		{"max", func(r *Resource) *reading.Reading[uint64] { return &r.Max }},
	} {
		lines := eachLine(t.file(prefix+file.name), func(line string) (map[string]string, bool) { return parser(line), line != "" })
		for _, values := range lines.Or(nil) {
			for name, value := range values {
				var r *Resource
				all, r = resourceNamed(all, name)
				*file.of(r) = content{text: []byte(value), why: reading.Present}.limit()
			}
		}
		for i := range all {
			if of := file.of(&all[i]); !lines.Known() {
				*of = reading.None[uint64](lines.State())
			}
		}
	}
	slices.SortFunc(all, func(a, b Resource) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// resourceNamed returns a resource of a list by its name, and adds it where it is missing.
func resourceNamed(all []Resource, name string) ([]Resource, *Resource) {
	i := slices.IndexFunc(all, func(r Resource) bool { return r.Name == name })
	if i < 0 {
		i, all = len(all), append(all, Resource{Name: name})
	}
	return all, &all[i]
}
