package report

import (
	"strings"

	"bulkhead/ui/glossary"
	"bulkhead/ui/theme"
)

// Glossary is the page of what some words mean.
func Glossary(title string, entries []glossary.Entry) Page {
	p := Page{Title: title}
	for _, e := range entries {
		p.Rows = append(p.Rows, heading(strings.Join(shortened(e.Words), ", ")), sentence(theme.Text, e.Text), sentence(theme.Dim, "see "+e.See))
	}
	return p
}

// mostWords is how many words stand above an entry: those of many files are much alike.
const mostWords = 4

func shortened(words []string) []string {
	if len(words) <= mostWords {
		return words
	}
	return append(words[:mostWords:mostWords], "…")
}
