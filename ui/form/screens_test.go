package form

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"

	"bulkhead/actions"
	"bulkhead/probe"
	"bulkhead/ui/dialog"
	"bulkhead/ui/theme"
	"bulkhead/ui/uitest"
)

// examples are the forms as they are drawn by the tests.
func examples(t testing.TB) map[string]dialog.Dialog {
	hybrid, v2, v1, odd := scan(t, "hybrid"), scan(t, "v2"), scan(t, "v1"), scan(t, "odd")
	found, _ := press(NewMoveTo(hybrid.now, hybrid.tasks(t, 620)), "lab", "ctrl+t")
	named, _ := press(NewGroup(v2.now, probe.GroupKey{Hierarchy: "v2", Path: "/"}), "lab/one", "down", "right", "space")
	var enter actions.EnterOptions
	var run actions.RunOptions
	ran, _ := press(NewRun(hybrid.now, []probe.GroupKey{{Hierarchy: "cpuset", Path: "/lab"}, {Hierarchy: "freezer", Path: "/lab"}}, keep(&run)),
		"down", "down", "right", "space")
	edited, _ := press(NewKnob(probe.GroupKey{Hierarchy: "v2", Path: "/x"}, knobs[3]), "backspace", "x")
	atPartition, _ := press(NewPartitionedCPUs(invalidPartition(t), probe.GroupKey{Hierarchy: "v2", Path: "/lab"}, manyCPUs(t)), "shift+tab", "right")
	return map[string]dialog.Dialog{
		"move":       NewMoveTo(hybrid.now, hybrid.tasks(t, 620)),
		"move-found": found,
		"move-v2":    NewMoveTo(v2.now, v2.tasks(t, 1)),
		"move-odd":   NewMoveTo(odd.now, odd.tasks(t, odd.now.Tasks[len(odd.now.Tasks)-1].PID)),
		"group":      named,
		"cpus":       NewCPUs(fourCPUs(t), probe.GroupKey{Hierarchy: "cpuset", Path: "/lab"}, nodes(t)),
		"cpus-many":  NewCPUs(manyCPUs(t), probe.GroupKey{Hierarchy: "v2", Path: "/lab"}),
		"partition":  atPartition,
		"mount":      NewMount(hybrid.now, controllers, nobodyThere),
		"knobs":      NewKnobs(probe.GroupKey{Hierarchy: "v2", Path: "/system.slice/ssh.service"}, knobs),
		"knob":       edited,
		"signals":    NewSignals(v1.now, v1.tasks(t, 1)),
		"enter":      NewEnter(v2.now, "docker web-1", container(t, v2), nil, keep(&enter)),
		"run":        ran,
	}
}

func TestExamples(t *testing.T) {
	for name, d := range examples(t) {
		t.Run(name, func(t *testing.T) {
			uitest.Golden(t, name, screens(d))
			if _, o := press(d, "esc"); o != (dialog.Close{}) {
				t.Errorf("the outcome of esc is %T", o)
			}
			if len(d.(dialog.Keyed).Keys()) < 3 {
				t.Error("its keys are not told")
			}
			fitsSmallRooms(t, d)
			fitsRandomRooms(t, d)
		})
	}
}

// screens are what is kept of a form: all sizes as text, and the smallest with its colours.
func screens(d dialog.Dialog) string {
	var all []string
	for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 36}} {
		all = append(all, fmt.Sprintf("%dx%d:\n%s", size[0], size[1], plain(d, size[0], size[1])))
	}
	all = append(all, "dark:\n"+strings.Join(d.Draw(theme.New(true), 40, 12), "\n"))
	all = append(all, "light:\n"+strings.Join(d.Draw(theme.New(false), 40, 12), "\n"))
	all = append(all, "no colour:\n"+noColour(d.Draw(theme.New(true), 40, 12)))
	return strings.Join(all, "\n\n")
}

// noColour is a screen as a terminal without colours gets it.
func noColour(lines []string) string {
	var b bytes.Buffer
	w := colorprofile.Writer{Forward: &b, Profile: colorprofile.ASCII}
	_, _ = w.Write([]byte(strings.Join(lines, "\n")))
	return b.String()
}
