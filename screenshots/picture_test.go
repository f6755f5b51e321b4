package main

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"bulkhead/ui/uitest"
)

// draw shows output on a terminal of 40x4 and returns its picture.
func draw(t *testing.T, output string) string {
	t.Helper()
	term := uitest.New(40, 4, io.Discard)
	if _, err := io.WriteString(term, "\x1b[?25l"+output); err != nil {
		t.Fatal(err)
	}
	svg := newPicture(term, themes["dark"]).svg()
	if err := term.Close(); err != nil {
		t.Fatal(err)
	}
	return svg
}

// element is one XML element: its name, attributes and text.
type element struct {
	name  string
	attrs map[string]string
	text  string
}

// parse returns the elements of an SVG and fails if it is not well-formed.
func parse(t *testing.T, svg string) []element {
	t.Helper()
	var elements []element
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return elements
		case err != nil:
			t.Fatalf("the picture is not well-formed: %v\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			e := element{name: token.Name.Local, attrs: map[string]string{}}
			for _, a := range token.Attr {
				e.attrs[a.Name.Local] = a.Value
			}
			elements = append(elements, e)
		case xml.CharData:
			if len(elements) > 0 {
				elements[len(elements)-1].text += strings.TrimSpace(string(token))
			}
		}
	}
}

// texts returns the content of all text elements, and the data of all paths.
func texts(elements []element) (texts, paths []string) {
	for _, e := range elements {
		switch e.name {
		case "text":
			texts = append(texts, e.text)
		case "path":
			paths = append(paths, e.attrs["d"])
		}
	}
	return texts, paths
}

func TestTexts(t *testing.T) {
	for name, test := range map[string]struct {
		output string
		want   []string
	}{
		"one space joins, two part":    {"two words  apart", []string{"two words", "apart"}},
		"styles part":                  {"a\x1b[1mb\x1b[31mc", []string{"a", "b", "c"}},
		"backgrounds do not":           {"a\x1b[41mb\x1b[m", []string{"ab"}},
		"wide characters stand alone":  {"a日本b", []string{"a", "日", "本", "b"}},
		"rare characters stand alone":  {"a✓b", []string{"a", "✓", "b"}},
		"no arrow out of two signs":    {"a->b != c", []string{"a-", ">b !", "= c"}},
		"clusters stay whole":          {"e\u0301x", []string{"e\u0301", "x"}},
		"lines and shapes are no text": {"│a■▌b●", []string{"a", "b"}},
		"special characters":           {`<a href="x">  &amp;'`, []string{`<a href="x">`, `&amp;'`}},
		"nothing":                      {"", nil},
		"concealed":                    {"\x1b[8msecret", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := texts(parse(t, draw(t, test.output)))
			if !slices.Equal(got, test.want) {
				t.Errorf("texts: got %q, want %q", got, test.want)
			}
		})
	}
}

// TestTextFits checks that each text is stretched over just its cells.
func TestTextFits(t *testing.T) {
	for _, e := range parse(t, draw(t, "\r\n  four日")) {
		if e.name != "text" {
			continue
		}
		want := map[string][3]string{"four": {"19.2", "35", "38.4"}, "日": {"57.6", "35", "19.2"}}[e.text]
		if got := [3]string{e.attrs["x"], e.attrs["y"], e.attrs["textLength"]}; got != want {
			t.Errorf("%q: got x, y, length %q, want %q", e.text, got, want)
		}
	}
}

// TestDrawnCharacters checks that whole blocks of Unicode are drawn as paths
// and never as text.
func TestDrawnCharacters(t *testing.T) {
	var all []rune
	for _, block := range [][2]rune{{'─', '╿'}, {'▀', '▟'}, {0x2801, 0x28ff}} {
		for r := block[0]; r <= block[1]; r++ {
			all = append(all, r)
		}
	}
	for _, r := range append(all, []rune("■□▪▲▼▶◀▴▾▸◂◆◇●○·•")...) {
		texts, paths := texts(parse(t, draw(t, string(r))))
		if len(texts) != 0 || len(paths) == 0 || !strings.HasPrefix(paths[0], "M") {
			t.Errorf("%c (%U): got texts %q and paths %q, want paths alone", r, r, texts, paths)
		}
	}
}

func TestPaths(t *testing.T) {
	for name, test := range map[string]struct {
		output string
		want   []string
	}{
		"lines are one":        {"──", []string{"M0 10h19.2"}},
		"corner":               {"┐", []string{"M0 10L4.8 10L4.8 20"}},
		"round corner":         {"╰", []string{"M4.8 0L4.8 5.2Q4.8 10 9.6 10"}},
		"tee":                  {"├", []string{"M9.6 10L4.8 10M4.8 0L4.8 20"}},
		"two weights":          {"┝", []string{"M4.8 0L4.8 20", "M9.6 10L4.8 10"}},
		"double and its gap":   {"═", []string{"M0 10h9.6", "M0 10h9.6"}},
		"one background":       {"\x1b[41m   \x1b[m", []string{"M0 0h28.8v20h-28.8z"}},
		"background of a wide": {"\x1b[41m日\x1b[m", []string{"M0 0h19.2v20h-19.2z"}},
		"two backgrounds":      {"\x1b[41m \x1b[42m \x1b[m", []string{"M0 0h9.6v20h-9.6z", "M9.6 0h9.6v20h-9.6z"}},
		"blocks meet":          {"██", []string{"M0 0h19.2v20h-19.2z"}},
		"eighths":              {"▂▍", []string{"M0 15h9.6v5h-9.6zM9.6 0h3.6v20h-3.6z"}},
		"quadrants":            {"▚", []string{"M0 0h4.8v10h-4.8zM4.8 10h4.8v10h-4.8z"}},
		"square":               {"■", []string{"M1.1 6.3L8.5 6.3L8.5 13.7L1.1 13.7z"}},
		"reverse":              {"\x1b[7m \x1b[m", []string{"M0 0h9.6v20h-9.6z"}},
		"underline":            {"\x1b[4mab\x1b[m", []string{"M0 17.5h19.2"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, got := texts(parse(t, draw(t, test.output)))
			if !slices.Equal(got, test.want) {
				t.Errorf("paths: got %q, want %q", got, test.want)
			}
		})
	}
}

func TestColors(t *testing.T) {
	for name, test := range map[string]struct{ output, attr, want string }{
		"default":       {"x", "fill", "#d0d4db"},
		"basic":         {"\x1b[31mx", "fill", "#e5686d"},
		"bright":        {"\x1b[91mx", "fill", "#ff8a8f"},
		"indexed basic": {"\x1b[38;5;1mx", "fill", "#e5686d"},
		"indexed":       {"\x1b[38;5;208mx", "fill", "#ff8700"},
		"24 bits":       {"\x1b[38;2;1;2;3mx", "fill", "#010203"},
		"reverse":       {"\x1b[7mx", "fill", "#14171c"},
		"faint":         {"\x1b[2mx", "fill", "#7b7f85"},
		"bold":          {"\x1b[1mx", "font-weight", "bold"},
		"italic":        {"\x1b[3mx", "font-style", "italic"},
	} {
		t.Run(name, func(t *testing.T) {
			elements := parse(t, draw(t, test.output))
			if got := elements[len(elements)-1].attrs[test.attr]; got != test.want {
				t.Errorf("%s of the text: got %q, want %q", test.attr, got, test.want)
			}
		})
	}
}

func TestCursor(t *testing.T) {
	for name, test := range map[string]struct{ output, want string }{
		"shown":  {"ab\x1b[?25h", "M19.2 0h9.6v20h-9.6z"},
		"hidden": {"ab", ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, paths := texts(parse(t, draw(t, test.output)))
			if got := strings.Join(paths, ""); got != test.want {
				t.Errorf("got path %q, want %q", got, test.want)
			}
		})
	}
}

func TestGoldenPicture(t *testing.T) {
	frame := "\x1b[34m╭ \x1b[1mWorlds\x1b[22m ─╮\x1b[m\r\n" +
		"\x1b[34m│\x1b[m\x1b[44;97m▌web ■ A ·\x1b[m\x1b[34m│\x1b[m\r\n" +
		"\x1b[34m╰──────────╯\x1b[m \x1b[4mq\x1b[m quit ▁▅█ ⣿"
	uitest.Golden(t, "frame", draw(t, frame))
}
