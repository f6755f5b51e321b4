package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"bulkhead/probe/recording"
	"bulkhead/ui/glossary"
	"bulkhead/ui/report"
)

// entryJSON is a glossary.Entry in the JSON output.
type entryJSON struct {
	Words []string `json:"words"`
	Text  string   `json:"text"`
	See   string   `json:"see"`
}

func newExplainCmd(s streams) *cobra.Command {
	var asJSON, all bool
	cmd := &cobra.Command{
		Use:   "explain [WORD]",
		Short: "Say what a word means in three sentences: a namespace, a controller, a control file, a state",
		Long: `Say in three sentences what a word means, and what to read: a type of namespace (net), a controller (cpuset), a control file
(cgroup.subtree_control), a state of a task (D), a system call (setns), or one of bulkhead's own words (world). Without a word
all that there are are listed; with --all they are explained too, as a manual to read through. The word "versions" prints the files of
version 1 beside those of version 2 that do the same.`,
		ValidArgsFunction: completeWord,
		RunE: work(func(_ *cobra.Command, args []string) error {
			entries, err := explained(strings.Join(args, " "))
			switch {
			case err != nil:
				return err
			case asJSON && len(entries) == 1:
				return writeEntries(s.out, entries, tableOf(entries[0]))
			case asJSON:
				return writeEntries(s.out, entries, nil)
			case len(args) == 0 && !all:
				return listWords(s.out, entries)
			}
			page := report.Glossary("", entries)
			if topics := tableOf(entries[0]); len(entries) == 1 && len(topics) > 0 {
				page = page.With(report.Versions(topics))
			}
			return writeReader(s.out, page)
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().BoolVar(&all, "all", false, "explain all words")
	return cmd
}

// explained returns the entry of a word; all of them for none.
func explained(word string) ([]glossary.Entry, error) {
	if word == "" {
		return glossary.Entries(), nil
	}
	if entry, ok := glossary.Find(word); ok {
		return []glossary.Entry{entry}, nil
	}
	says := fmt.Sprintf("unknown word %q", word)
	if near := glossary.Near(word); len(near) > 0 {
		says += ", did you mean " + strings.Join(near, " or ") + "?"
	}
	return nil, usageError{errors.New(says)}
}

// listWords prints all words, those of one meaning in a line.
func listWords(out io.Writer, entries []glossary.Entry) error {
	for _, e := range entries {
		if _, err := fmt.Fprintln(out, strings.Join(e.Words, ", ")); err != nil {
			return fmt.Errorf("write list: %w", err)
		}
	}
	return nil
}

// tableOf returns the table that belongs to a word: only "versions" has one.
func tableOf(e glossary.Entry) []glossary.Topic {
	if e.Words[0] != "versions" {
		return nil
	}
	return glossary.Versions()
}

// twinJSON is a glossary.Twin in the JSON output.
type twinJSON struct {
	Topic string   `json:"topic"`
	What  string   `json:"what"`
	One   []string `json:"v1,omitempty"`
	Two   []string `json:"v2,omitempty"`
	Note  string   `json:"note,omitempty"`
	See   string   `json:"see"`
}

func writeEntries(out io.Writer, entries []glossary.Entry, topics []glossary.Topic) error {
	document := struct {
		Schema  int         `json:"schema"`
		Entries []entryJSON `json:"entries"`
		Table   []twinJSON  `json:"versions,omitempty"`
	}{Schema: recording.Schema}
	for _, topic := range topics {
		for _, t := range topic.Twins {
			document.Table = append(document.Table, twinJSON{topic.Name, t.What, t.One, t.Two, t.Note, topic.See})
		}
	}
	for _, e := range entries {
		document.Entries = append(document.Entries, entryJSON(e))
	}
	return writeJSON(out, document)
}

// completeWord completes the first word.
func completeWord(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
	var words []string
	for _, e := range glossary.Entries() {
		for _, w := range e.Words {
			if len(args) == 0 && strings.HasPrefix(w, begun) && !strings.Contains(w, " ") {
				words = append(words, w)
			}
		}
	}
	return words, cobra.ShellCompDirectiveNoFileComp
}
