package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"bulkhead/actions"
	"bulkhead/probe"
)

// loggedChanges is what log --json prints.
type loggedChanges struct {
	Schema  int
	At      time.Time
	Changes []struct {
		At                                       time.Time
		Title, Outcome, State, EndedBy, ByItself string
		Steps, Undo                              []string
		Failed, Undoable                         bool
		Since, Ends                              *time.Time
	}
}

func logged(t *testing.T) loggedChanges {
	t.Helper()
	var got loggedChanges
	text := strings.NewReplacer(`"ended_by"`, `"EndedBy"`, `"by_itself"`, `"ByItself"`).Replace(execute(t, "log", "--json").out)
	if err := json.Unmarshal([]byte(text), &got); err != nil || got.Schema != 1 || got.At.IsZero() || got.Changes == nil {
		t.Fatalf("log --json is no list of schema 1 (%v):\n%s", err, text)
	}
	return got
}

// states are the titles of the logged changes, by their first word, with what became of them.
func (l loggedChanges) states() string {
	var all []string
	for _, c := range l.Changes {
		title, _, _ := strings.Cut(c.Title, " /")
		title, _, _ = strings.Cut(title, " freezer")
		all = append(all, title+" "+c.State)
	}
	return strings.Join(all, ", ")
}

// newGroup returns a group that is yet to be made in a hierarchy that can freeze, and a log of the test's own. The group is
// gone when the test ends.
func newGroup(t *testing.T) (dir, group string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root may make control groups everywhere")
	}
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	mount, group := freezerGroup(t)
	dir = filepath.Join(mount, filepath.Base(group))
	t.Cleanup(func() {
		for file, thawed := range map[string]string{"freezer.state": "THAWED", "cgroup.freeze": "0"} {
			if _, err := os.Stat(filepath.Join(dir, file)); err == nil {
				_ = os.WriteFile(filepath.Join(dir, file), []byte(thawed), 0) // The removal tells.
			}
		}
		eventually(t, func() string {
			if err := os.Remove(dir); err != nil && !os.IsNotExist(err) {
				return err.Error()
			}
			return ""
		})
	})
	return dir, group
}

// done runs commands that change something, which must succeed.
func done(t *testing.T, commands ...[]string) {
	t.Helper()
	for _, args := range commands {
		if got := execute(t, append(args, "--yes")...); got.code != exitDone {
			t.Fatalf("%v: %+v", args, got)
		}
	}
}

// TestUndoFromManyPrograms undoes the life of a group, each change by a program of its own.
func TestUndoFromManyPrograms(t *testing.T) {
	dir, group := newGroup(t)
	sleeper := exec.Command("sleep", "1000")
	if err := sleeper.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = sleeper.Process.Kill() // It ends here.
		_ = sleeper.Wait()
	})
	pid := strconv.Itoa(sleeper.Process.Pid)
	above := strings.TrimSuffix(group, filepath.Base(group))
	file, value := "cgroup.max.depth", "7"
	if above != "/" {
		file, value = "notify_on_release", "1"
	}
	done(t, []string{"group", "make", group}, []string{"set", group, file, value}, []string{"move", pid, "--to", group},
		[]string{"move", pid, "--to", above}, []string{"group", "remove", group})
	for _, want := range []string{"made", "is in " + group, "is in " + above, file + " is", "removed"} {
		out, err := program(t, "undo", "--yes").CombinedOutput()
		if err != nil || !strings.Contains(string(out), want) {
			t.Fatalf("undo: %q (%v), want %q", out, err, want)
		}
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
	if got := logged(t); strings.Count(got.states(), " undone") != 5 || len(got.Changes) != 5 {
		t.Errorf("the log says %s, want five changes undone", got.states())
	}
}

// TestUndoAtTheSameTime starts programs that undo at once: none takes back what another does.
func TestUndoAtTheSameTime(t *testing.T) {
	_, group := newGroup(t)
	done(t, []string{"group", "make", group})
	file, values := "cgroup.max.depth", []string{"7", "8", "9", "10"}
	if strings.HasPrefix(group, "freezer:") {
		file, values = "notify_on_release", []string{"1", "0", "1", "0"}
	}
	for _, value := range values {
		done(t, []string{"set", group, file, value})
	}
	var all []*exec.Cmd
	for range 4 {
		cmd := program(t, "undo", "--yes")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		all = append(all, cmd)
	}
	succeeded := 0
	for _, cmd := range all {
		if cmd.Wait() == nil {
			succeeded++
		}
	}
	if got := strings.Count(logged(t).states(), " undone"); got != succeeded || succeeded == 0 {
		t.Errorf("%d programs undid something, and %d changes are undone", succeeded, got)
	}
	for range len(values) - succeeded {
		done(t, []string{"undo"})
	}
	if got := logged(t).states(); strings.Count(got, " undone") != len(values) {
		t.Errorf("the log says %s, want all undone but the making of the group", got)
	}
}

// TestThawerEndsItsFreeze: what thaws by itself is logged as that, and undo passes over it.
func TestThawerEndsItsFreeze(t *testing.T) {
	dir, group := newGroup(t)
	done(t, []string{"group", "make", group}, []string{"freeze", group})
	t.Setenv(asProgram, "1") // The thawer is this program again.
	snapshot, err := scanOnce(t.Context(), probe.Live, probe.Request{Facts: probe.AllFacts})
	if err != nil {
		t.Fatal(err)
	}
	key, err := snapshot.ResolveGroup(group, statIn(probe.Live))
	if err != nil {
		t.Fatal(err)
	}
	g, _ := snapshot.Group(key)
	f := freeze{actions.Group{GroupKey: key, Mount: filepath.Dir(dir), Below: "/" + filepath.Base(dir), Inode: g.Inode}, logged(t).Changes[1].At}
	if _, err := startThawer(t.Context(), probe.Live, f, 30*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() string {
		if got := logged(t).states(); !strings.Contains(got, "Freeze ended, Thaw stands") {
			return "the log says " + got + ", want the freeze ended"
		}
		return ""
	})
	last := logged(t).Changes
	if frozenNow(t, dir) || last[1].EndedBy != "thawed by itself after 30ms" || last[2].ByItself != last[1].EndedBy || last[2].Undoable {
		t.Errorf("frozen is %v, and the log is %+v, want it thawed by itself, for good", frozenNow(t, dir), last)
	}
	if got := execute(t, "undo", "--yes"); got.code != exitDone || !strings.Contains(got.err, "passed over: Freeze") {
		t.Errorf("undo: %+v, want the freeze passed over", got)
	}
	if _, err := os.Stat(dir); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", dir, err)
	}
}

// TestThawerSparesALaterFreeze: a freeze that was undone is not thawed again, nor is one that came after it.
func TestThawerSparesALaterFreeze(t *testing.T) {
	dir, group := newGroup(t)
	done(t, []string{"group", "make", group}, []string{"freeze", group}, []string{"undo"}, []string{"freeze", group})
	var inode string
	if info, err := exec.Command("stat", "-c", "%i", dir).Output(); err == nil {
		inode = strings.TrimSpace(string(info))
	}
	froze := logged(t).Changes[1].At.Format(time.RFC3339Nano)
	got := execute(t, "thaw", dir, "--yes", "--froze", froze, "--inode", inode)
	if got.code != exitRefused || !strings.Contains(got.err, "was undone already") || !frozenNow(t, dir) {
		t.Errorf("the thawer of the first freeze: %+v, frozen is %v; want it refused, and the later freeze to stand", got, frozenNow(t, dir))
	}
	later := logged(t).Changes[2].At.Format(time.RFC3339Nano)
	if got := execute(t, "thaw", dir, "--yes", "--froze", later, "--inode", "1"); got.code != exitRefused || !frozenNow(t, dir) {
		t.Errorf("the thawer of another group: %+v, want it refused", got)
	}
	done(t, []string{"undo"}, []string{"undo"})
}

func TestSkip(t *testing.T) {
	_, group := newGroup(t)
	done(t, []string{"group", "make", group})
	for _, args := range [][]string{{"--dry-run"}, {"--read-only"}} {
		execute(t, append([]string{"undo", "--skip"}, args...)...)
		if got := logged(t).states(); got != "Make stands" {
			t.Errorf("undo --skip %v made the log say %s", args, got)
		}
	}
	got := execute(t, "undo", "--skip", "--json")
	if got.code != exitDone || !json.Valid([]byte(got.out)) || logged(t).states() != "Make passed over" {
		t.Errorf("undo --skip: %+v, and the log says %s", got, logged(t).states())
	}
}

// TestFailuresAsJSON: what hinders a change is told as JSON, and on the standard error as ever.
func TestFailuresAsJSON(t *testing.T) {
	t.Setenv("XDG_STATE_HOME", t.TempDir())
	h := layOut(t, "v2")
	for name, test := range map[string]struct {
		args []string
		want string // In the error and in its explanation.
		says bool   // It is explained in words.
		plan bool   // There was a plan.
	}{
		"no group":  {[]string{"freeze", "/nope", "--yes"}, "there is no group /nope", true, false},
		"a guard":   {[]string{"kill", "/", "--yes"}, "topmost group", true, false},
		"read-only": {[]string{"freeze", "/lab", "--read-only"}, "--read-only", false, true},
		"nothing":   {[]string{"undo", "--yes"}, errNothingToUndo.Error(), false, false},
		"no number": {[]string{"signal", "TERM", "99999", "--yes"}, "99999", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			got := h.execute(t, append(test.args, "--json")...)
			var told struct {
				Schema int
				Plan   *struct{ Title string }
				Result struct {
					Done        []any
					Error       string
					Explanation *struct{ Says, Help string }
				}
			}
			if err := json.Unmarshal([]byte(got.out), &told); err != nil || told.Schema != 1 || told.Result.Done == nil {
				t.Fatalf("%v in %q", err, got.out)
			}
			if got.code != exitRefused || !strings.Contains(got.err, test.want) || !strings.Contains(told.Result.Error, test.want) {
				t.Errorf("%+v, want code %d and %q", got, exitRefused, test.want)
			}
			if (told.Result.Explanation != nil) != test.says || (told.Plan != nil) != test.plan {
				t.Errorf("explained as %+v, plan %+v", told.Result.Explanation, told.Plan)
			}
		})
	}
}

// TestHalfFailedAsJSON: the steps that stand are told with the error.
func TestHalfFailedAsJSON(t *testing.T) {
	dir, group := newGroup(t)
	done(t, []string{"group", "make", group}, []string{"group", "remove", group})
	if err := os.Mkdir(dir, 0o755); err != nil { // By somebody else, before the removal is undone.
		t.Fatal(err)
	}
	got := execute(t, "undo", "--yes", "--json")
	var told struct {
		Plan   struct{ Title string }
		Result struct {
			Done        []any
			Error       string
			Explanation struct{ Says string }
		}
	}
	if err := json.Unmarshal([]byte(got.out), &told); err != nil {
		t.Fatalf("%v in %q", err, got.out)
	}
	if got.code != exitRefused || !strings.Contains(told.Result.Error, "file exists") || told.Result.Explanation.Says == "" ||
		!strings.HasPrefix(told.Plan.Title, "Undo: Remove") {
		t.Errorf("%+v, want the undo refused since the group is there", got)
	}
	if want := "undo --skip passes over it"; !strings.Contains(got.err, want) {
		t.Errorf("said is %q, want %q", got.err, want)
	}
	done(t, []string{"undo", "--skip"})
	if got := execute(t, "undo", "--yes"); got.code != exitRefused || !strings.Contains(got.err, "it is passed over") {
		t.Errorf("undo of the making: %+v, want the group of somebody else spared", got)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Errorf("the group that somebody else made is gone: %v", err)
	}
}

// TestAgainFromTheScreen does a change again on the screen: it is a change in the log, and undo takes it back.
func TestAgainFromTheScreen(t *testing.T) {
	dir, group := newGroup(t)
	pid := sleeper(t)
	done(t, []string{"group", "make", group}, []string{"move", fmt.Sprint(pid), "--to", group})
	p := inTerminal(t, 120, 60, "tasks", "--filter", "pid:"+strconv.Itoa(pid))
	play(t, p, "wait:· cgroup,wait:"+filepath.Base(group)+",f,wait:]   apply,a,wait:: frozen,u,wait:]   apply,a,wait:: thawed")
	play(t, p, "L,wait:Changes of this session,enter,wait:Again: Freeze,wait:]   apply,a,wait:: frozen,q")
	ended(t, p, exitDone)
	if got := logged(t).states(); !strings.HasSuffix(got, "Freeze undone, Again: Freeze stands") || !frozenNow(t, dir) {
		t.Errorf("the log says %s, frozen is %v; want the freeze undone, and made again", got, frozenNow(t, dir))
	}
	for _, want := range []string{"thawed", "process " + strconv.Itoa(pid), "removed"} {
		if got := execute(t, "undo", "--yes"); got.code != exitDone || !strings.Contains(got.out, want) {
			t.Errorf("undo: %+v, want %q", got, want)
		}
	}
}
