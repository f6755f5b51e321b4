package cgroup_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"bulkhead/probe/cgroup"
	"bulkhead/probe/reading"
)

func TestRefreshSeesWhatChanged(t *testing.T) {
	changes := map[string]func(g lab){
		"birth":                         func(g lab) { g.mkdir("/a/new") },
		"birth at the top":              func(g lab) { g.mkdir("/zz") },
		"birth of a subtree":            func(g lab) { g.mkdir("/b/x/y/z") },
		"death":                         func(g lab) { g.rmdir("/a/two") },
		"death of a subtree":            func(g lab) { g.rmdir("/c/d/e"); g.rmdir("/c/d"); g.rmdir("/c") },
		"death and birth, other name":   func(g lab) { g.rmdir("/a/two"); g.mkdir("/a/three") },
		"death and birth, same name":    func(g lab) { g.rmdir("/a/two"); g.mkdir("/a/two") },
		"the same with groups below":    func(g lab) { g.rmdir("/c/d/e"); g.rmdir("/c/d"); g.mkdir("/c/d/f") },
		"two births and a death":        func(g lab) { g.mkdir("/a/0"); g.rmdir("/b"); g.mkdir("/c/d/e/f") },
		"moved from one to another":     func(g lab) { g.rmdir("/a/one"); g.mkdir("/b/one") },
		"all gone":                      func(g lab) { removeGroups(g.tb, g.dir+"/a"); removeGroups(g.tb, g.dir+"/c"); g.rmdir("/b") },
		"sorts before a name's subtree": func(g lab) { g.mkdir("/a-") },
	}
	eachHierarchy(t, func(t *testing.T, g lab) {
		for name, change := range changes {
			t.Run(name, func(t *testing.T) {
				g := g
				g.tb, g.dir = t, filepath.Join(g.dir, "case")
				g.mkdir("")
				defer removeGroups(t, g.dir)
				for _, path := range []string{"/a/one", "/a/two", "/b", "/c/d/e"} {
					g.mkdir(path)
				}
				tree := g.tree()
				before := refresh(t, tree, nil)
				if again := refresh(t, tree, before); !same(before, again) {
					t.Errorf("nothing changed, yet the list is\n%safter\n%s", paths(again), paths(before))
				}
				saved := slices.Clone(before)
				change(g)
				after := refresh(t, tree, before)
				if same(before, after) || slices.Equal(before, after) {
					t.Errorf("the change was not seen:\n%s", paths(after))
				}
				if want := refresh(t, tree, nil); !slices.Equal(after, want) {
					t.Errorf("refreshed\n%swalked anew\n%s", paths(after), paths(want))
				}
				if !slices.Equal(before, saved) {
					t.Error("the earlier list was changed")
				}
				checkTree(t, g.dir, after)
			})
		}
	})
}

// TestRefreshSeesRenames holds for version 1 alone: groups of version 2 cannot be renamed.
func TestRefreshSeesRenames(t *testing.T) {
	g := inHierarchy(t, "freezer")
	g.mkdir("/a/inner")
	g.mkdir("/b")
	tree := g.tree()
	before := refresh(t, tree, nil)
	for _, pair := range [][2]string{{"/a", "/c"}, {"/b", "/a"}, {"/c", "/b"}} {
		if err := os.Rename(g.dir+pair[0], g.dir+pair[1]); err != nil {
			t.Fatal(err)
		}
	}
	after := refresh(t, tree, before)
	if got, want := paths(after), "/\n/a\n/b\n/b/inner\n"; got != want {
		t.Errorf("two groups swapped names: got\n%swant\n%s", got, want)
	}
	if after[1].Inode != before[3].Inode || after[2].Inode != before[1].Inode {
		t.Errorf("inodes did not move with the names: before %v, after %v", before, after)
	}
	checkTree(t, g.dir, after)
}

// TestRefreshAtRandom holds refreshes after random changes against walks.
func TestRefreshAtRandom(t *testing.T) {
	eachHierarchy(t, func(t *testing.T, g lab) {
		random := rand.New(rand.NewPCG(1, 2))
		tree := g.tree()
		nodes := refresh(t, tree, nil)
		most := 0
		for step := range 500 {
			for range 1 + random.IntN(4) {
				i := random.IntN(len(nodes))
				if i > 0 && random.IntN(5) < 2 {
					_ = os.Remove(g.dir + nodes[i].Path) // It fails for one with others below, or gone already.
				} else if nodes[i].Depth < 6 {
					_ = os.Mkdir(g.dir+nodes[i].Path+"/"+string(rune('a'+random.IntN(4))), 0o755)
				}
			}
			nodes = refresh(t, tree, nodes)
			if fresh := refresh(t, tree, nil); !slices.Equal(nodes, fresh) {
				t.Fatalf("step %d: refreshed\n%swalked anew\n%s", step, paths(nodes), paths(fresh))
			}
			most = max(most, len(nodes))
		}
		if most < 20 {
			t.Errorf("there were %d groups at most: this proves little", most)
		}
		checkTree(t, g.dir, nodes)
	})
}

func TestRefreshOddNames(t *testing.T) {
	names := []string{
		"a:b", `back\slash`, "with space", "tab\there", "\xff\xfe", "-leading", "…", "a", "a-b", "cpu,cpuacct", "x (deleted)",
		"[0m\x1b", strings.Repeat("n", 255),
	}
	run := func(t *testing.T, dir string, m cgroup.Mount) {
		for _, name := range names {
			if err := os.MkdirAll(filepath.Join(dir, name, "below", name), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		nodes := refresh(t, openTree(t, dir, m), nil)
		if want := 1 + 3*len(names); len(nodes) != want {
			t.Errorf("%d groups, want %d:\n%q", len(nodes), want, paths(nodes))
		}
		checkTree(t, dir, nodes)
	}
	t.Run("fixture", func(t *testing.T) { run(t, t.TempDir(), cgroup.Mount{Version: 2}) })
	eachHierarchy(t, func(t *testing.T, g lab) { run(t, g.dir, g.mount) })
}

func TestRefreshDepth64(t *testing.T) {
	eachHierarchy(t, func(t *testing.T, g lab) {
		g.mkdir(strings.Repeat("/d", 64))
		tree := g.tree()
		nodes := refresh(t, tree, nil)
		if got := nodes[len(nodes)-1]; len(nodes) != 65 || got.Depth != 64 || got.Parent != 63 {
			t.Errorf("%d groups, the last one %+v; want 65, of depth 64 and with parent 63", len(nodes), got)
		}
		g.mkdir(strings.Repeat("/d", 64) + "/e")
		if nodes = refresh(t, tree, nodes); len(nodes) != 66 {
			t.Errorf("%d groups after a birth at the bottom, want 66", len(nodes))
		}
		checkTree(t, g.dir, nodes)
	})
}

// TestRefreshOfADirectoryTree is for filesystems that do not count the directories in a directory.
func TestRefreshOfADirectoryTree(t *testing.T) {
	const dir = "/proc/sys/kernel"
	tree := openTree(t, dir, cgroup.Mount{Version: 1})
	nodes := refresh(t, tree, nil)
	if got := paths(nodes); !strings.Contains(got, "/random\n") {
		t.Fatalf("%s is listed as\n%s", dir, got)
	}
	if got, want := paths(refresh(t, tree, nodes)), paths(nodes); got != want {
		t.Errorf("refreshed\n%swalked\n%s", got, want)
	}
}

func TestRefreshOfARemovedTree(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "tree")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	tree := openTree(t, dir, cgroup.Mount{Version: 1})
	before := refresh(t, tree, nil)
	if err := os.Remove(dir); err != nil {
		t.Fatal(err)
	}
	if after, err := tree.Refresh(before); !errors.Is(err, fs.ErrNotExist) || !same(before, after) {
		t.Errorf("Refresh of a removed tree: %v, %v; want the last list and an error", after, err)
	}
	if _, err := cgroup.OpenTree(dir, cgroup.Mount{Version: 1}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("OpenTree of a removed directory: %v", err)
	}
}

// checkTree holds nodes against the directory that they were read from.
func checkTree(t *testing.T, dir string, nodes []cgroup.Node) {
	t.Helper()
	wanted := map[string]bool{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			wanted["/"+strings.TrimPrefix(strings.TrimPrefix(path, dir), "/")] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range nodes {
		if !wanted[n.Path] {
			t.Errorf("%q is in the list twice, or is no directory", n.Path)
		}
		delete(wanted, n.Path)
		if problem := checkNode(dir, nodes, i); problem != "" {
			t.Errorf("node %d, %+v: %s", i, n, problem)
		}
	}
	for path := range wanted {
		t.Errorf("%q is not in the list", path)
	}
}

func checkNode(dir string, nodes []cgroup.Node, i int) string {
	n := nodes[i]
	if inode := inodeOf(dir + n.Path); n.Inode != inode {
		return fmt.Sprintf("its inode is %d", inode)
	}
	if n.Access != reading.Present {
		return "it could be listed"
	}
	if i == 0 {
		if n.Parent != -1 || n.Depth != 0 || n.Path != "/" {
			return "the topmost group should be / at depth 0 without a parent"
		}
		return ""
	}
	parent := nodes[n.Parent]
	if n.Parent >= i || parent.Depth != n.Depth-1 || filepath.Dir(n.Path) != parent.Path {
		return fmt.Sprintf("its parent is said to be %+v", parent)
	}
	for _, other := range nodes[n.Parent+1 : i] {
		if other.Depth <= parent.Depth {
			return "it does not follow its parent"
		}
		if other.Parent == n.Parent && other.Path >= n.Path {
			return "siblings are not in order"
		}
	}
	return ""
}
