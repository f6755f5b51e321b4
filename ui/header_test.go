package ui_test

import (
	"strings"
	"testing"
	"time"

	"bulkhead/ui"
)

// header returns the first line of the screen.
func header(t *testing.T, width, height int, waitFor string, keys ...string) string {
	t.Helper()
	source, _ := openHost(t, "hybrid")
	p := startWith(t, ui.Config{Source: source, Interval: time.Hour}, width, height)
	p.WaitFor("kdev") // A world of the picture.
	p.Send(keys...)
	p.WaitFor(waitFor)
	line, _, _ := strings.Cut(p.Screen(), "\n")
	return line
}

func TestHeaderByImportance(t *testing.T) {
	narrow := header(t, 80, 24, "41 groups")
	for part, want := range map[string]bool{
		"12 processes": true, "14 namespaces": true, "41 groups": true, "root": true, "Linux 6.18.44": false,
	} {
		if got := strings.Contains(narrow, part); got != want {
			t.Errorf("%q has %s: %v, want %v", narrow, part, got, want)
		}
	}
	wide := header(t, 120, 36, "41 groups")
	for _, part := range []string{"12 processes", "14 namespaces", "41 groups", "root", "Linux 6.18.44", "scan "} {
		if !strings.Contains(wide, part) {
			t.Errorf("%q lacks %s", wide, part)
		}
	}
	paused := header(t, 120, 36, "‖ paused, ", "p")
	if !strings.Contains(paused, "s old") {
		t.Errorf("%q does not tell how old the picture is", paused)
	}
	for width := 40; width < 130; width += 3 {
		line := header(t, width, 12, "●")
		if strings.Contains(line, "groups") && !strings.Contains(line, "namespaces") || strings.Contains(line, "namespaces") && !strings.Contains(line, "processes") {
			t.Errorf("%d wide: %q", width, line)
		}
	}
}

func TestInvalidFilterKeepsItsExplanation(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.Send("4")
	p.WaitFor("12 tasks")
	p.Send("/")
	p.Type("!")
	p.Send("enter")
	p.WaitFor("not in force: !: ")
	p.WaitFor("12 tasks, not filtered")
	p.Send("esc", "/")
	p.Type("comm:burn")
	p.WaitFor("1 of 12 match")
	p.Type(" !")
	p.Send("enter")
	p.WaitFor("1 of 12 match, still filtered by comm:burn")
	p.WaitFor("not in force: comm:burn !: ")
	p.Send("esc")
	p.WaitFor("12 tasks ─")
	p.WaitGone("not in force")
}

func TestHiddenGroupsAreTold(t *testing.T) {
	source, _ := openHost(t, "hybrid")
	p := startApp(t, source, 120, 36)
	p.Send("3")
	p.WaitFor("41 cgroups")
	p.Send("E")
	p.WaitFor("40 of 41, empty ones hidden")
	p.Send("/")
	p.Type("cg:/lab")
	p.WaitFor("4 of 41 match, empty ones hidden")
}
