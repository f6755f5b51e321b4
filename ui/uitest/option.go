package uitest

import (
	"image/color"

	tea "charm.land/bubbletea/v2"
)

// Option changes how Run and Start set up a program before it runs.
type Option func(*setup)

// setup is what options choose.
type setup struct {
	colors func(*Terminal)
	env    []string
	tea    []tea.ProgramOption
}

func newSetup(opts []Option) setup {
	s := setup{colors: func(*Terminal) {}}
	for _, opt := range opts {
		opt(&s)
	}
	return s
}

// Colors chooses the terminal's default colours. See Terminal.SetColors.
func Colors(fg, bg color.Color) Option {
	return func(s *setup) { s.colors = func(t *Terminal) { t.SetColors(fg, bg) } }
}

// Light makes the terminal say that it shows black on white; without it the
// terminal is dark.
func Light(s *setup) {
	Colors(color.Black, color.White)(s)
}

// Env adds variables to the program's environment, such as NO_COLOR=1.
func Env(vars ...string) Option {
	return func(s *setup) { s.env = append(s.env, vars...) }
}

// Tea adds options for Bubble Tea; they win over those of Start. Run ignores
// them.
func Tea(opts ...tea.ProgramOption) Option {
	return func(s *setup) { s.tea = append(s.tea, opts...) }
}
