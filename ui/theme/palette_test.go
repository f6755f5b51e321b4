package theme

import (
	"image/color"
	"math"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"
)

// pages are the palettes with a usual background each, and the colours that vanish on it among 16.
var pages = map[string]struct {
	p      palette
	page   string
	vanish []ansi.BasicColor
}{
	"dark":  {dark, "#16181d", []ansi.BasicColor{ansi.Black, ansi.Blue}},
	"light": {light, "#ffffff", []ansi.BasicColor{ansi.White, ansi.BrightWhite, ansi.BrightYellow}},
}

func TestContrast(t *testing.T) {
	for name, tt := range pages {
		for role := range Role(roles) {
			least := 4.0
			switch role {
			case Border, Host, Gone, KeyOff:
				least = 2.2 // Chrome, and what is on its way out.
			}
			fg := tt.p.color(role)
			if got := contrast(fg, lipgloss.Color(tt.page)); got < least {
				t.Errorf("%s: role %d on the page: contrast %.1f, want at least %.1f", name, role, got, least)
			}
			if got := contrast(tt.p.onBar(role), lipgloss.Color(tt.p.bar)); got < 2.7 {
				t.Errorf("%s: role %d on the bar: contrast %.1f, want at least 2.7", name, role, got)
			}
			if got := contrast(fg, lipgloss.Color(tt.p.quietBar)); got < least/2 {
				t.Errorf("%s: role %d on the quiet bar: contrast %.1f, want at least %.1f", name, role, got, least/2)
			}
		}
	}
}

func TestSixteenColours(t *testing.T) {
	for name, tt := range pages {
		bar := ansi.Convert16(lipgloss.Color(tt.p.bar))
		for role := range Role(roles) {
			got := ansi.Convert16(tt.p.color(role))
			for _, lost := range tt.vanish {
				if got == lost {
					t.Errorf("%s: role %d becomes colour %d, which is that of the page", name, role, got)
				}
			}
			if ansi.Convert16(tt.p.onBar(role)) == bar {
				t.Errorf("%s: role %d becomes colour %d, which is that of the selected row", name, role, bar)
			}
		}
	}
}

// What stands side by side in the same place must not become the same colour.
func TestApart(t *testing.T) {
	groups := map[string][]Role{
		"walls":  {Own, Host, Unknown},
		"states": {Good, Warn, Text},
		"faults": {Good, Bad, Text},
		"news":   {Born, Changed, Gone, Text},
		"chrome": {Border, BorderFocus},
		"dim":    {Text, Dim},
	}
	for n := range Letters {
		groups["letters"] = append(groups["letters"], Letter(n))
	}
	depths := map[string]func(color.Color) color.Color{
		"256": func(c color.Color) color.Color { return ansi.Convert256(c) },
		"16":  func(c color.Color) color.Color { return ansi.Convert16(c) },
	}
	for name, tt := range pages {
		for depth, convert := range depths {
			for group, members := range groups {
				seen := map[color.Color]Role{}
				for _, role := range members {
					c := convert(tt.p.color(role))
					if other, ok := seen[c]; ok {
						t.Errorf("%s, %s colours, %s: roles %d and %d are both %v", name, depth, group, other, role, c)
					}
					seen[c] = role
				}
			}
		}
	}
}

// contrast is the contrast ratio of two colours after the Web Content Accessibility Guidelines 2.1: from 1 to 21.
func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(c color.Color) float64 {
	linear := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.03928 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	r, g, b, _ := c.RGBA()
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b)
}
