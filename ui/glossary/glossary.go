// Package glossary has what the words mean that bulkhead uses and the kernel's files are called by: the one source for the
// screen and the command line.
package glossary

import (
	_ "embed" // For the texts.
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Entry is what some words mean.
type Entry struct {
	Words []string // The first one is the usual one.
	Text  string   // At most three sentences.
	See   string   // The man page, or the document of the kernel.
}

//go:embed words.txt
var wordsText string

//go:embed screen.txt
var screenText string

//go:embed files.txt
var filesText string

// texts are all of them.
func texts() string { return wordsText + "\n\n" + screenText + "\n\n" + filesText }

// Entries are all entries, in the order of the texts. What a text has in no right form is left out, which a test forbids.
func Entries() []Entry {
	entries, _ := parse(texts())
	return entries
}

// errEntry is returned for an entry that is not of the form that words.txt says.
var errEntry = errors.New("an entry has words, text and see")

// parse reads entries that are parted by blank lines. The error tells the first that is malformed.
func parse(text string) (entries []Entry, err error) {
	for block := range strings.SplitSeq(text, "\n\n") {
		var lines []string
		for line := range strings.Lines(block) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				lines = append(lines, line)
			}
		}
		if len(lines) == 0 {
			continue
		}
		e, ok := parseEntry(lines)
		if !ok {
			if err == nil {
				err = fmt.Errorf("%q: %w", lines[0], errEntry)
			}
			continue
		}
		entries = append(entries, e)
	}
	return entries, err
}

func parseEntry(lines []string) (e Entry, ok bool) {
	if len(lines) != 3 {
		return Entry{}, false
	}
	words, first := strings.CutPrefix(lines[0], "words: ")
	text, second := strings.CutPrefix(lines[1], "text: ")
	see, third := strings.CutPrefix(lines[2], "see: ")
	return Entry{strings.Split(words, ", "), text, see}, first && second && third
}

// Find returns the entry of a word: as it is written, else whatever the case of its letters. Files that differ in a number
// only, such as hugetlb.2MB.max, and those of a cpuset without its prefix are found too, and a state by its letter.
func Find(word string) (Entry, bool) {
	entries := Entries()
	for _, same := range []func(string, string) bool{func(a, b string) bool { return a == b }, strings.EqualFold} {
		for _, meant := range []string{word, generic(word), "cpuset." + word, "state " + word} {
			if at := find(entries, func(w string) bool { return same(w, meant) }); at >= 0 {
				return entries[at], true
			}
		}
	}
	return Entry{}, false
}

func find(entries []Entry, is func(string) bool) int {
	return slices.IndexFunc(entries, func(e Entry) bool { return slices.ContainsFunc(e.Words, is) })
}

// generic puts a star in place of the size of pages.
func generic(word string) string {
	controller, rest, ok := strings.Cut(word, ".")
	if !ok || controller != "hugetlb" {
		return word
	}
	_, rest, _ = strings.Cut(rest, ".")
	return controller + ".*." + rest
}
