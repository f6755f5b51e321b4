package cgroups

import (
	"fmt"
	"testing"

	"bulkhead/ui/theme"
)

// bigHost has 5,000 groups in one tree of four levels, with two processes in each leaf.
func bigHost(b *testing.B) *host {
	h := (&host{}).mount("v2", "/sys/fs/cgroup", 2)
	values := limits(b)
	for i := range 9 {
		top := fmt.Sprintf("/slice%d", i)
		h.group("v2", top, values, 0.5)
		for j := range 5 {
			middle := fmt.Sprintf("%s/pod%d", top, j)
			h.group("v2", middle, values, 0.5)
			for k := range 110 {
				leaf := fmt.Sprintf("%s/%s%d", middle, container, k)
				h.group("v2", leaf, values, 0.01)
				h.task(int32(len(h.tasks)+1), "nginx", "v2:"+leaf).task(int32(len(h.tasks)+2), "sh", "v2:"+leaf)
			}
		}
	}
	return h
}

func BenchmarkSync(b *testing.B) {
	h := bigHost(b)
	first, second := h.snapshot(), h.snapshot()
	tests := map[string]struct {
		keys []string
		expr string
	}{
		"AtFirst": {}, "AllOpen": {keys: []string{"*"}}, "ByCPU": {keys: []string{"*", ">", ">", ">"}},
		"Flat": {keys: []string{"t", ">", ">", ">"}}, "AllMembers": {keys: []string{"*", "M"}}, "Filter": {expr: "nginx !pid:20"},
	}
	for name, test := range tests {
		b.Run(name, func(b *testing.B) {
			m := press(b, open(b, first, 120, 40, test.expr), test.keys...)
			b.ReportAllocs()
			for b.Loop() {
				first, second = second, first
				m = sync(b, m, first, test.expr)
			}
			b.ReportMetric(float64(m.rows.Len()), "rows")
		})
	}
}

func BenchmarkView(b *testing.B) {
	m := press(b, open(b, bigHost(b).snapshot(), 120, 40), "*")
	styles := theme.New(true)
	for b.Loop() {
		m.View(styles, true)
	}
}
