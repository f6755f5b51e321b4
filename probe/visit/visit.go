// Package visit says what is asked from inside namespaces. The kernel tells some things only to who is there: the host name,
// the System V objects, where a control group lies. Nothing here goes there; see spawn.Visit.
package visit

import (
	"os"

	"bulkhead/probe/proc"
)

// Door is an open namespace to go through, and its type.
type Door struct {
	Type proc.NamespaceType
	File *os.File
}

// Kind says what a Question is about.
type Kind uint8

// The kinds of Question.
const (
	OpenFile    Kind = iota // An open file; its content is that of the namespace wherever it is then read.
	ReadText                // The content of a file that answers whoever reads it, of at most MaxText bytes.
	SystemNames             // The host name and the NIS domain name: uname(2), as Names takes it apart.
	RouteSocket             // A socket for rtnetlink(7).
)

// MaxText is the most that is read of a file. /proc/PID/cgroup, which is the longest that is asked for, has a line of at most
// 4 KiB for each hierarchy, and usually far less than 1 KiB in all.
const MaxText = 16 << 10

// Question is what is asked, in the namespace of a type.
type Question struct {
	In   proc.NamespaceType
	Kind Kind
	Path string // Of the file, as the visitor sees it from outside: of files, only the content is of the namespace.
}

// Answer is what a Question brought. The File, if there is one, is the asker's to close.
type Answer struct {
	File *os.File
	Text []byte
	Err  error
}

// Func goes through doors, asks and comes back. Those doors that lead to where the asker is anyway are passed over. Where one
// is closed, the questions behind it have an error; where a user namespace is among them, it is entered where the rights to
// go through others come from that. The error is that nobody could go at all.
type Func func(doors []Door, questions []Question) ([]Answer, error)

// Close closes the files among answers.
func Close(answers []Answer) {
	for i := range answers {
		if answers[i].File != nil {
			_ = answers[i].File.Close() // It was only read from.
		}
	}
}
