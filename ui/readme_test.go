package ui

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"charm.land/bubbles/v2/key"
)

// TestReadmeKeys holds the table of keys in the README to the keys that the program has: the same source as its help.
func TestReadmeKeys(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(text), "| where | keys |\n|---|---|\n")
	got, _, ended := strings.Cut(after, "\n\n")
	if want := keyRows(); !found || !ended || got != want {
		t.Errorf("the README's table of keys is\n%s\n\nwant\n%s", got, want)
	}
}

// keyRows are the rows of the table: one for each section of the help, those of all screens first.
func keyRows() string {
	screens := newScreens()
	names := make([]string, len(screens))
	for i, s := range screens {
		names[i] = s.Name()
	}
	keys := defaultKeys(names)
	var rows []string
	for _, s := range keys.sections("", nil, true) {
		rows = append(rows, keyRow(s.title, s.keys))
	}
	for _, s := range screens {
		if own := s.Keys(); len(own) > 0 {
			rows = append(rows, keyRow("on "+s.Name(), own))
		}
	}
	return strings.Join(rows, "\n")
}

func keyRow(title string, keys []key.Binding) string {
	cells := make([]string, len(keys))
	for i, binding := range keys {
		cells[i] = fmt.Sprintf("`%s` %s", binding.Help().Key, binding.Help().Desc)
	}
	return fmt.Sprintf("| %s | %s |", title, strings.Join(cells, " · "))
}
