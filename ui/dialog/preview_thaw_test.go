package dialog

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"bulkhead/actions"
	"bulkhead/ui/theme"
)

func freezePlan(guarded string) actions.Plan {
	group := actions.Group{Mount: "/sys/fs/cgroup", Below: "/lab"}
	group.Hierarchy, group.Path = "v2", "/lab"
	step := actions.Set{Group: group, File: "cgroup.freeze", From: "0", To: "1", Back: "0"}
	plan := actions.Plan{Title: "Freeze /lab", Guarded: guarded, Steps: []actions.Step{step}}
	if guarded != "" {
		return plan.ThawsAfter(actions.SelfThaw)
	}
	return plan
}

func drawn(d Dialog, width, height int) []string {
	lines := d.Draw(theme.New(true), width, height)
	for i := range lines {
		lines[i] = ansi.Strip(lines[i])
	}
	return lines
}

// TestPreviewThaws chooses by a key after what time a freeze is taken back by itself.
func TestPreviewThaws(t *testing.T) {
	tests := map[string]struct {
		guarded string
		key     tea.KeyPressMsg
		want    []time.Duration // After each press.
		shows   []string
	}{
		"freeze": {
			"",
			tea.KeyPressMsg{Code: 't', Text: "t"},
			[]time.Duration{10 * time.Second, 30 * time.Second, 5 * time.Minute, 0},
			[]string{"t thaws by itself never [10s] 30s 5m", "never 10s [30s] 5m", "never 10s 30s [5m]", "[never] 10s 30s 5m"},
		},
		"guarded": {
			"it is the terminal",
			tea.KeyPressMsg{Code: 't', Mod: tea.ModCtrl},
			[]time.Duration{5 * time.Minute, 10 * time.Second, 30 * time.Second},
			[]string{"ctrl+t thaws by itself 10s 30s [5m]", "[10s] 30s 5m", "10s [30s] 5m"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var d Dialog = NewPreview(freezePlan(test.guarded))
			d, _, _ = d.Update(Ready{})
			for i, want := range test.want {
				d, _, _ = d.Update(test.key)
				if got := d.(Preview).plan.ThawAfter; got != want {
					t.Errorf("after %d keys it thaws after %s, want %s", i+1, got, want)
				}
				for _, width := range []int{40, 100} {
					if screen := strings.Join(drawn(d, width, 20), "\n"); !strings.Contains(screen, test.shows[i]) {
						t.Errorf("%d wide, after %d keys %q is not on the screen:\n%s", width, i+1, test.shows[i], screen)
					}
				}
			}
		})
	}
	d, _, _ := NewPreview(freezePlan("")).Update(Ready{})
	d, _, _ = d.Update(tea.KeyPressMsg{Code: 't', Text: "t"})
	_, outcome, _ := d.Update(tea.KeyPressMsg{Code: 'a', Text: "a"})
	if apply, ok := outcome.(Apply); !ok || apply.Plan.ThawAfter != 10*time.Second {
		t.Errorf("the outcome is %+v, want a freeze for 10 s to be applied", outcome)
	}
}

// TestNoThawOfOthers: what freezes nothing has no such line.
func TestNoThawOfOthers(t *testing.T) {
	plan := freezePlan("")
	undo, _ := plan.Undo()
	d, _, _ := NewPreview(undo).Update(Ready{})
	d, _, _ = d.Update(tea.KeyPressMsg{Code: 't', Text: "t"})
	if screen := strings.Join(drawn(d, 80, 20), "\n"); strings.Contains(screen, "by itself") {
		t.Errorf("the preview of a thaw asks when it thaws:\n%s", screen)
	}
}

// TestPreviewDoesNotJump draws a preview before and after it takes keys: only the brackets of the button differ.
func TestPreviewDoesNotJump(t *testing.T) {
	for _, guarded := range []string{"", "it is the terminal"} {
		for _, size := range [][2]int{{40, 9}, {76, 21}, {108, 40}} {
			d := Dialog(NewPreview(freezePlan(guarded)))
			first := drawn(d, size[0], size[1])
			d, _, _ = d.Update(Ready{})
			later := drawn(d, size[0], size[1])
			unframed := strings.NewReplacer("[ cancel ]", "  cancel  ")
			for i := range later {
				later[i] = unframed.Replace(later[i])
			}
			if !slices.Equal(first, later) || !strings.Contains(strings.Join(first, "\n"), "cancel     apply") {
				t.Errorf("%v: at first\n%s\nlater\n%s", size, strings.Join(first, "\n"), strings.Join(later, "\n"))
			}
		}
	}
}
