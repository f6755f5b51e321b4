package ui_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bulkhead/probe"
	"bulkhead/probe/testhost"
	"bulkhead/ui"
	"bulkhead/ui/uitest"
)

// openFurnished lays out the host v2, with what is inside a container of it.
func openFurnished(t *testing.T) (*hostSource, probe.Looker) {
	t.Helper()
	var archive strings.Builder
	for _, name := range []string{"hosts/v2", "inside"} {
		text, err := os.ReadFile("../probe/testdata/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		archive.Write(text)
	}
	host := testhost.Parse(t, archive.String())
	roots := probe.Roots{Proc: host.Proc, Sys: host.Sys}
	scanner, err := probe.Open(roots)
	if err != nil {
		t.Fatal(err)
	}
	source := &hostSource{Scanner: scanner}
	t.Cleanup(func() {
		source.setFail(errors.New("the test is over")) // The program may have left a scan behind.
		if err := scanner.Close(); err != nil {
			t.Error(err)
		}
	})
	return source, probe.NewLooker(roots, nil)
}

// TestGoldenAspects draws what a container sees and may use beside the list, below it and in its place.
func TestGoldenAspects(t *testing.T) {
	const begin = "4,wait:─ Tasks ─,/,type:pid:20553,wait:1 of,enter,wait:▌"
	const group = "3,wait:─ Cgroups ─,/,type:lab/frozen,wait:1 of,enter,down,down,enter,wait:v2 /lab/fr"
	for name, script := range map[string]string{
		"sees":   begin + ",],wait:[sees],wait:is told",
		"uses":   begin + ",],],wait:[uses],wait:0-1 (2 CPUs)",
		"groups": begin + ",],],],wait:[groups],wait:one tree",
		// Of a group:
		"files":  group + ",],],],],wait:[files],wait:cgroup.controllers",
		"inside": group + ",],wait:[sees],wait:0::/",
	} {
		for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 36}} {
			file := fmt.Sprintf("%s-%dx%d", name, size[0], size[1])
			t.Run(file, func(t *testing.T) {
				source, looker := openFurnished(t)
				p := startWith(t, ui.Config{Source: source, Looker: looker, Interval: 20 * time.Millisecond}, size[0], size[1])
				p.Play(script)
				pane := uitest.Start(t, still(ui.Details(p.Quit())), size[0], size[1])
				pane.WaitFor("╰")
				uitest.Golden(t, file, pane.Styled())
			})
		}
	}
}

// TestTurn goes through the pages of the details in both directions, and keeps the page while the selection moves.
func TestTurn(t *testing.T) {
	source, looker := openFurnished(t)
	p := startWith(t, ui.Config{Source: source, Looker: looker, Interval: 20 * time.Millisecond}, 120, 40)
	p.Play("wait:[facts],],wait:[sees],wait:host name,],wait:[uses],wait:why this CPU,],wait:[groups],wait:one tree,],wait:[facts],wait:walls")
	p.Play("[,wait:[groups],[,wait:[uses],[,wait:[sees],down,wait:[sees],2,wait:─ Namespaces ─,wait:[sees],3,wait:─ Cgroups ─,wait:from inside")
	p.Play("],wait:[uses],2,wait:A namespace limits nothing,],wait:A namespace is in no group")
}

// slowLooker takes as long for a look as the test wants, and counts those that go on at once.
type slowLooker struct {
	probe.Looker
	hold    chan struct{}
	looking atomic.Int32
	most    atomic.Int32
}

// Look waits for the test.
func (l *slowLooker) Look(now *probe.Snapshot, target probe.Target) probe.Sight {
	l.most.Store(max(l.most.Load(), l.looking.Add(1)))
	defer l.looking.Add(-1)
	<-l.hold
	return l.Looker.Look(now, target)
}

// TestTypingNeverWaitsForALook moves on while a look hangs; there is never a second one beside it.
func TestTypingNeverWaitsForALook(t *testing.T) {
	source, looker := openFurnished(t)
	slow := &slowLooker{Looker: looker, hold: make(chan struct{})}
	p := startWith(t, ui.Config{Source: source, Looker: slow, Interval: 20 * time.Millisecond}, 120, 36)
	p.Play("4,wait:─ Tasks ─,wait:▌,],wait:[sees],wait:reading…,down,down,down,?,wait:any other key closes,esc,wait:reading…")
	close(slow.hold)
	p.WaitFor("host name")
	p.Quit()
	if most := slow.most.Load(); most != 1 {
		t.Errorf("%d looks at once, want one", most)
	}
}
