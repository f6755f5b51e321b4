package glossary

import (
	_ "embed" // For the table.
	"strings"
)

// Topic is a part of the table of version 1 beside version 2.
type Topic struct {
	Name  string
	See   string // The man page, or the documents of the kernel.
	Twins []Twin
}

// Twin is the same thing in both versions of control groups.
type Twin struct {
	What     string
	One, Two []string // The files of each version, or words in brackets; none where it has nothing of the kind.
	Note     string   // What is other about it; may be empty.
}

//go:embed versions.txt
var versionsText string

// Versions returns the table of version 1 beside version 2. What has no right form is left out, which a test forbids.
func Versions() []Topic {
	topics, _ := parseVersions(versionsText)
	return topics
}

// parseVersions reads the table, and returns the lines that are malformed.
func parseVersions(text string) (topics []Topic, wrong []string) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		fields := strings.Split(line, "|")
		for i := range fields {
			fields[i] = strings.TrimSpace(fields[i])
		}
		name, heading := strings.CutPrefix(fields[0], "= ")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case heading && len(fields) == 2:
			topics = append(topics, Topic{Name: name, See: fields[1]})
		case !heading && len(fields) == 4 && len(topics) > 0:
			last := &topics[len(topics)-1]
			last.Twins = append(last.Twins, Twin{fields[0], names(fields[1]), names(fields[2]), fields[3]})
		default:
			wrong = append(wrong, line)
		}
	}
	return topics, wrong
}

// names parts the files of a version. Words in brackets are one name.
func names(field string) []string {
	switch {
	case field == "-":
		return nil
	case IsWords(field):
		return []string{field}
	}
	return strings.Split(field, ", ")
}

// IsWords reports whether a name is no file but words in its place.
func IsWords(name string) bool { return strings.HasPrefix(name, "(") }
