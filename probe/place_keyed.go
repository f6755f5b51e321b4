package probe

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"bulkhead/probe/reading"
)

// keyedLimit is the limit of one key of a file that has several: rdma.max, "mlx4_0 hca_handle=2 hca_object=max", misc.max,
// "res_a 3", or dmem.max, "drm/0000:03:00.0/vram0 1048576".
type keyedLimit struct{ name, kind string } // kind is empty but in rdma.max.

// keyed finds the least limit of each key in the groups from the root on, of equal ones the nearest. What is told is by the
// group that sets it, the nearest first, in the form of the file. Keys without a limit are left out.
func (l Looker) keyed(name string, chain []*Group) []Setting {
	type least struct {
		number uint64
		by     int
	}
	found := map[keyedLimit]least{}
	var all []Setting
	for i, g := range slices.Backward(chain) {
		text := l.roots.Knob(g.Dir, name)
		if why := text.State(); why != reading.Present && why != reading.Absent && len(all) == 0 {
			all = append(all, Setting{name, text, g.GroupKey}) // What is not known may be less than all others.
		}
		for key, number := range keyedLimits(text.Or("")) {
			if had, ok := found[key]; !ok || number < had.number {
				found[key] = least{number, i}
			}
		}
	}
	for i, g := range slices.Backward(chain) {
		set := map[keyedLimit]uint64{}
		for key, limit := range found {
			if limit.by == i {
				set[key] = limit.number
			}
		}
		if len(set) > 0 {
			all = append(all, Setting{name, reading.Of(writeKeyed(set)), g.GroupKey})
		}
	}
	return all
}

// keyedLimits reads a file of keys. Those without a limit, "max", are left out.
func keyedLimits(text string) map[keyedLimit]uint64 {
	limits := map[keyedLimit]uint64{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		for _, field := range fields[min(1, len(fields)):] {
			kind, value, pair := strings.Cut(field, "=")
			if !pair {
				kind, value = "", field
			}
			if number, err := strconv.ParseUint(value, 10, 64); err == nil {
				limits[keyedLimit{fields[0], kind}] = number
			}
		}
	}
	return limits
}

// writeKeyed is the inverse of keyedLimits, in the order of the keys.
func writeKeyed(limits map[keyedLimit]uint64) string {
	var text strings.Builder
	before := ""
	for _, key := range slices.SortedFunc(maps.Keys(limits), func(a, b keyedLimit) int {
		return slices.Compare([]string{a.name, a.kind}, []string{b.name, b.kind})
	}) {
		if key.name != before {
			if before != "" {
				text.WriteByte('\n')
			}
			text.WriteString(key.name)
		}
		before = key.name
		text.WriteByte(' ')
		if key.kind != "" {
			text.WriteString(key.kind + "=")
		}
		text.WriteString(strconv.FormatUint(limits[key], 10))
	}
	return text.String()
}
