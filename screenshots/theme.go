package main

import (
	"fmt"
	"image/color"

	"github.com/charmbracelet/x/ansi"
)

// theme is a terminal's default colours and what it makes of the sixteen basic
// ones.
type theme struct {
	fg, bg, border color.RGBA
	basic          [16]color.RGBA
}

var themes = map[string]theme{
	"dark": {
		fg: rgb(0xd0d4db), bg: rgb(0x14171c), border: rgb(0x363c47),
		basic: [16]color.RGBA{
			rgb(0x2a2f38), rgb(0xe5686d), rgb(0x8fc06a), rgb(0xe0b357),
			rgb(0x62a6e8), rgb(0xc085dd), rgb(0x52b9c0), rgb(0xc3c9d3),
			rgb(0x6b7382), rgb(0xff8a8f), rgb(0xabd98a), rgb(0xf2cd7c),
			rgb(0x8cc2fa), rgb(0xd8a6ef), rgb(0x7fd6db), rgb(0xf4f6f9),
		},
	},
	"light": {
		fg: rgb(0x1f2328), bg: rgb(0xffffff), border: rgb(0xd0d7de),
		basic: [16]color.RGBA{
			rgb(0x24292f), rgb(0xc4262e), rgb(0x2c7a2f), rgb(0x8a6100),
			rgb(0x0b62c4), rgb(0x8339b0), rgb(0x0d7680), rgb(0x818a95),
			rgb(0x6b7480), rgb(0xde3b43), rgb(0x3c9440), rgb(0xa87a05),
			rgb(0x2a80e8), rgb(0xa155cf), rgb(0x1a95a0), rgb(0xffffff),
		},
	},
}

func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 0xff}
}

// color returns what the terminal shows for c; nil is def.
func (t theme) color(c color.Color, def color.RGBA) color.RGBA {
	switch c := c.(type) {
	case nil:
		return def
	case ansi.BasicColor:
		return t.basic[c%16]
	case ansi.IndexedColor:
		if c < 16 {
			return t.basic[c]
		}
	}
	r, g, b, _ := c.RGBA()
	return color.RGBA{R: uint8(r >> 8), G: uint8(g >> 8), B: uint8(b >> 8), A: 0xff}
}

// blend mixes share parts of a with the rest of b; share is from 0 to 1.
func blend(a, b color.RGBA, share float64) color.RGBA {
	mix := func(x, y uint8) uint8 { return uint8(float64(x)*share + float64(y)*(1-share) + 0.5) }
	return color.RGBA{R: mix(a.R, b.R), G: mix(a.G, b.G), B: mix(a.B, b.B), A: 0xff}
}

// hex writes a colour as SVG does.
func hex(c color.RGBA) string {
	return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
}
