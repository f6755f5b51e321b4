package cgroup_test

import (
	"fmt"
	"testing"

	"bulkhead/probe/cgroup"
)

// thousand returns a lab with 1,000 groups below it, ten in ten in ten.
func thousand(b *testing.B, label string) lab {
	b.Helper()
	m, ok := mounted(b)[label]
	if !ok {
		b.Skipf("no %s here", label)
	}
	g := makeLab(b, m)
	for i := range 10 {
		for j := range 9 {
			for k := range 10 {
				g.mkdir(fmt.Sprintf("/%d/%d/%d", i, j, k))
			}
		}
	}
	return g
}

func BenchmarkRefreshUnchanged(b *testing.B) {
	for _, label := range []string{cgroup.LabelV2, "freezer"} {
		b.Run(label, func(b *testing.B) {
			tree := thousand(b, label).tree()
			nodes := refresh(b, tree, nil)
			b.ReportAllocs()
			for b.Loop() {
				if again := refresh(b, tree, nodes); !same(nodes, again) || len(nodes) != 1001 {
					b.Fatalf("%d groups became %d", len(nodes), len(again))
				}
			}
		})
	}
}

func BenchmarkRefreshOneBirth(b *testing.B) {
	g := thousand(b, cgroup.LabelV2)
	tree := g.tree()
	nodes := refresh(b, tree, nil)
	b.ReportAllocs()
	for b.Loop() {
		g.mkdir("/5/new")
		nodes = refresh(b, tree, nodes)
		g.rmdir("/5/new")
		nodes = refresh(b, tree, nodes)
	}
}

func BenchmarkWalk(b *testing.B) {
	for _, label := range []string{cgroup.LabelV2, "freezer"} {
		b.Run(label, func(b *testing.B) {
			tree := thousand(b, label).tree()
			b.ReportAllocs()
			for b.Loop() {
				refresh(b, tree, nil)
			}
		})
	}
}

func BenchmarkValues(b *testing.B) {
	for _, label := range []string{cgroup.LabelV2, "freezer", "cpuset", "cpu", "memory", "pids"} {
		b.Run(label, func(b *testing.B) {
			m, ok := mounted(b)[label]
			if !ok {
				b.Skipf("no %s here", label)
			}
			g := makeLab(b, m)
			tree := openTree(b, m.MountPoint, m)
			b.ReportAllocs()
			for b.Loop() {
				tree.Values(g.path, 0)
			}
		})
	}
}
