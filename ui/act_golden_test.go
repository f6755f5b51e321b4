package ui_test

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"bulkhead/ui"
	"bulkhead/ui/uitest"
)

// still is a picture.
type still []string

func (s still) Init() tea.Cmd                       { return nil }
func (s still) Update(tea.Msg) (tea.Model, tea.Cmd) { return s, nil }
func (s still) View() tea.View                      { return tea.NewView(strings.Join(s, "\n")) }

// TestGoldenDialogs draws dialogs as they come to be by keys, on three sizes of screens, dark, light and without colours.
// What is behind them is left out.
func TestGoldenDialogs(t *testing.T) {
	const begin = "down,down,wait:▌docker"
	scripts := map[string]struct {
		fail int
		keys string
	}{
		"preview": {0, begin + ",f,wait:[ cancel ]"},
		"menu":    {0, "3,wait:▾ v2,down,a,wait:✗"},
		"log":     {0, begin + ",f,wait:[ cancel ],a,wait:so it is,L,wait:undo:"},
		"columns": {0, "3,wait:▾ v2,C,wait:enter keeps,down,down,space,s"},
		"failed":  {2, "3,wait:▾ v2,down,down,D,wait:[ cancel ],a,wait:leave it"},
	}
	looks := map[string][]uitest.Option{"dark": nil, "light": {uitest.Light}, "mono": {uitest.Env("NO_COLOR=1")}}
	for name, script := range scripts {
		for look, options := range looks {
			for _, size := range [][2]int{{40, 12}, {80, 24}, {120, 36}} {
				file := fmt.Sprintf("%s-%s-%dx%d", name, look, size[0], size[1])
				t.Run(file, func(t *testing.T) {
					t.Parallel()
					p, _ := startActing(t, size[0], size[1], func(f *ui.FakeActions) { f.Fail = script.fail }, options...)
					p.Play(script.keys)
					box := uitest.Start(t, still(ui.Box(p.Quit())), size[0], size[1], options...)
					box.WaitFor("╰")
					uitest.Golden(t, file, box.Styled())
				})
			}
		}
	}
}
