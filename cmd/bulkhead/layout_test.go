package main_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// root is the top of the repository, seen from this package.
const root = "../.."

// The sizes which keep a file or a function readable in one go.
const (
	maxFileLines     = 400
	maxFunctionLines = 60
)

// listed is what `go list -json` says of a package, as far as it matters here.
type listed struct {
	ImportPath string
	Name       string
	Imports    []string // Direct, without tests.
	Deps       []string // Imports of imports too, without tests.
}

// packages lists the packages of this module.
func packages(t *testing.T) []listed {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Name,Imports,Deps", "./...")
	list.Dir = root
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatalf("decode go list: %v", err)
		}
		all = append(all, p)
	}
}

// below says whether an import path is one of the given ones or lies below it.
func below(importPath string, tops []string) bool {
	return slices.ContainsFunc(tops, func(top string) bool {
		return importPath == top || strings.HasPrefix(importPath, top+"/")
	})
}

// support are the packages which exist for tests: they lay out hosts in temporary folders and read screens.
var support = []string{"bulkhead/probe/testhost", "bulkhead/ui/uitest"}

func TestImports(t *testing.T) {
	all := packages(t)
	for name, wall := range map[string]struct {
		of    []string // Whom it binds, with what lies below.
		never []string // What they may not import, with what lies below.
		deep  bool     // Neither through other packages.
		why   string
	}{
		"ui and the system": {
			of:    []string{"bulkhead/ui"},
			never: []string{"os", "syscall", "golang.org/x/sys"},
			why:   "ui touches no file and makes no system call: let probe read or actions write, and hand the result over",
		},
		"probe and those above": {
			of:    []string{"bulkhead/probe"},
			never: []string{"bulkhead/ui", "bulkhead/actions", "bulkhead/cmd", "charm.land"},
			deep:  true,
			why:   "probe reads the kernel and knows nobody who uses it",
		},
		"probe and processes": {
			of:    []string{"bulkhead/probe"},
			never: []string{"os/exec"},
			why:   "probe reads, it starts no process",
		},
		"actions and those above": {
			of:    []string{"bulkhead/actions"},
			never: []string{"bulkhead/ui", "bulkhead/cmd", "charm.land"},
			deep:  true,
			why:   "actions works without a screen",
		},
		"the program and its tests": {
			of:    []string{"bulkhead/cmd", "bulkhead/ui", "bulkhead/actions", "bulkhead/probe"},
			never: append([]string{"testing", "github.com/google/go-cmp"}, support...),
			why:   "only tests import what is made for tests",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, p := range all {
				if !below(p.ImportPath, wall.of) || below(p.ImportPath, support) {
					continue
				}
				imports := p.Imports
				if wall.deep {
					imports = p.Deps
				}
				for _, i := range imports {
					if below(i, wall.never) {
						t.Errorf("%s imports %s: %s", p.ImportPath, i, wall.why)
					}
				}
			}
		})
	}
}

// TestModules holds each layer to the modules it may use beside the standard library, whose paths have no dot in front.
func TestModules(t *testing.T) {
	all := packages(t)
	system := []string{"golang.org/x/sys"}
	for layer, allowed := range map[string][]string{
		"bulkhead/probe":   append([]string{"bulkhead/probe", "github.com/prometheus/procfs", "github.com/cilium/ebpf", "github.com/moby/sys/mountinfo"}, system...),
		"bulkhead/actions": append([]string{"bulkhead/actions", "bulkhead/probe", "github.com/agnivade/levenshtein"}, system...),
	} {
		for _, p := range all {
			if !below(p.ImportPath, []string{layer}) || below(p.ImportPath, support) {
				continue
			}
			for _, i := range p.Imports {
				first, _, _ := strings.Cut(i, "/")
				outside := strings.Contains(first, ".") || first == "bulkhead"
				if outside && !below(i, allowed) {
					t.Errorf("%s imports %s: %s uses the standard library and %s alone", p.ImportPath, i, layer, strings.Join(allowed, ", "))
				}
			}
		}
	}
}

func TestPackageNames(t *testing.T) {
	vague := []string{"util", "utils", "common", "helper", "helpers", "types", "misc", "manager"}
	for _, p := range packages(t) {
		if slices.Contains(vague, p.Name) || slices.Contains(vague, path.Base(p.ImportPath)) {
			t.Errorf("%s, package %s: name it after what it knows", p.ImportPath, p.Name)
		}
	}
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	// The program itself is what `go build ./cmd/bulkhead` leaves there; git ignores it.
	known := []string{"cmd", "ui", "probe", "actions", "screenshots", "go.mod", "go.sum", "README.md", "LICENSE", "bulkhead"}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(known, e.Name()) {
			t.Errorf("%s at the top of the repository: it holds only %s and dotfiles", e.Name(), strings.Join(known, ", "))
		}
	}
}

// source is one parsed Go file.
type source struct {
	path  string // From the top of the repository.
	lines int
	files *token.FileSet
	*ast.File
}

// sources parses every Go file of the repository, whatever its build constraints; testdata is not code.
func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != "." && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata"):
			return fs.SkipDir
		case e.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		parsed, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
		all = append(all, source{path: name, lines: strings.Count(string(text), "\n"), files: files, File: parsed})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestSizes(t *testing.T) {
	for _, s := range sources(t) {
		if s.lines > maxFileLines {
			t.Errorf("%s has %d lines, the cap is %d: split it where its vocabulary changes", s.path, s.lines, maxFileLines)
		}
		for _, d := range s.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			start, end := s.files.Position(f.Pos()), s.files.Position(f.End())
			if n := end.Line - start.Line + 1; n > maxFunctionLines {
				t.Errorf("%s: %s has %d lines, the cap is %d", start, f.Name.Name, n, maxFunctionLines)
			}
		}
	}
}

// system matches the calls and flags of golang.org/x/sys/unix and syscall which change something outside the process,
// or the process itself.
var system = regexp.MustCompile(`^(Setns|Unshare|P?[Ww]rite(v|v2)?|Mkdir.*|Mknod.*|Unlink.*|Rmdir|Rename.*|Link|Linkat|Symlink.*|` +
	`Mount|MountSetattr|MoveMount|Unmount|PivotRoot|Chroot|F?[Tt]runcate|F?[Cc]h(mod|own)(at)?|Lchown|Sethostname|Setpriority|` +
	`SchedSet[Aa].*|Kill|Tgkill|PidfdSendSignal|Exec|ForkExec|StartProcess|O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)|` +
	`SYS_(SETNS|UNSHARE|CLONE3?|FORK|VFORK|WRITE|PWRITE64|WRITEV|MKDIR|MKDIRAT|RMDIR|UNLINK|UNLINKAT|MOUNT|UMOUNT2|KILL|TGKILL|EXECVE))$`)

// writers matches, by import path, the names which write.
var writers = map[string]*regexp.Regexp{
	"os": regexp.MustCompile(`^(WriteFile|Create.*|OpenFile|Mkdir.*|Remove.*|Rename|Link|Symlink|Truncate|` +
		`Ch(mod|own|times|dir)|Lchown|CopyFS|StartProcess|O_(WRONLY|RDWR|CREATE|TRUNC|APPEND))$`),
	"syscall":               system,
	"golang.org/x/sys/unix": system,
}

// TestOnlyActionsWrites looks for the names of writing calls in the layers that only read or draw. It sees neither
// methods of an os.Root nor what a module does: the imports above bound those.
func TestOnlyActionsWrites(t *testing.T) {
	for _, s := range sources(t) {
		layer := "bulkhead/" + path.Dir(s.path)
		if strings.HasSuffix(s.path, "_test.go") || !below(layer, []string{"bulkhead/probe", "bulkhead/ui"}) || below(layer, support) {
			continue
		}
		for _, call := range writes(s) {
			t.Errorf("%s: only actions may write", call)
		}
	}
}

func TestWrites(t *testing.T) {
	const text = `package p
import ("os"; u "golang.org/x/sys/unix"; "example.org/os2")
var _ = os.ReadFile
var _ = os.WriteFile
var _ = u.O_RDONLY | u.O_RDWR
var _ = os2.WriteFile
func _() { u.Setns(0, u.CLONE_NEWNET); w.Write(nil) }`
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "p.go", text, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	got := writes(source{files: files, File: file})
	want := []string{"p.go:4:9: os.WriteFile", "p.go:5:22: u.O_RDWR", "p.go:7:12: u.Setns"}
	if !slices.Equal(got, want) {
		t.Errorf("writes = %q, want %q", got, want)
	}
}

// writes returns the places of a file which name something of writers.
func writes(s source) []string {
	imported := map[string]string{}
	for _, i := range s.Imports {
		importPath := strings.Trim(i.Path.Value, `"`)
		name := path.Base(importPath)
		if i.Name != nil {
			name = i.Name.Name
		}
		imported[name] = importPath
	}
	var found []string
	ast.Inspect(s.File, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		x, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		if names := writers[imported[x.Name]]; names != nil && names.MatchString(selector.Sel.Name) {
			found = append(found, s.files.Position(selector.Pos()).String()+": "+x.Name+"."+selector.Sel.Name)
		}
		return true
	})
	return found
}
