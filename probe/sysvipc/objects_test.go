package sysvipc

import (
	"slices"
	"strings"
	"testing"
)

const (
	queues   = "       key      msqid perms      cbytes       qnum lspid lrpid   uid   gid  cuid  cgid      stime      rtime      ctime\n"
	segments = "       key      shmid perms                  size  cpid  lpid nattch   uid   gid  cuid  cgid      atime      dtime      ctime\n"
	sets     = "       key      semid perms      nsems   uid   gid  cuid  cgid      otime      ctime\n"
)

func TestParse(t *testing.T) {
	for name, test := range map[string]struct {
		kind Kind
		text string
		want []Object
		fail bool
	}{
		"none":      {kind: Queue, text: queues},
		"queue":     {Queue, queues + "      4660          0   600          12          2     1     1     0     0     0     0          0          0 1763900500\n", []Object{{Queue, 4660, 0, 0o600, 12, 2}}, false},
		"memory":    {Memory, segments + "-1733095315          3  1644  18446744073709551615   410   410      2     0     0     0     0          0          0 1763900500\n", []Object{{Memory, 2561871981, 3, 0o1644, 1<<64 - 1, 2}}, false},
		"sets":      {Semaphores, sets + "         0          7   666          4     0     0     0     0          0          0\n", []Object{{Semaphores, 0, 7, 0o666, 4, 0}}, false},
		"empty":     {kind: Queue, fail: true},
		"cut short": {kind: Queue, text: queues + "  4660  0\n", fail: true},
		"no number": {kind: Semaphores, text: sets + "x 7 666 4 0 0 0 0 0 0\n", fail: true},
		"another":   {kind: Queue, text: sets + " 0 7 666 4 0 0 0 0 0 0\n", fail: true},
	} {
		got, err := Parse(test.kind, strings.NewReader(test.text))
		if (err != nil) != test.fail || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %v, %v, want %v", name, got, err, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("shm", segments+"1 3 644 4096 1 1 1 0 0 0 0 0 0 0\n")
	f.Fuzz(func(t *testing.T, kind, text string) {
		all, err := Parse(Kind(kind), strings.NewReader(text))
		if err != nil && all != nil {
			t.Errorf("%d objects beside %v", len(all), err)
		}
	})
}
