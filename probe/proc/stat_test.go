package proc

import (
	"os"
	"strings"
	"testing"
	"time"
)

// statTail is a stat line of a kernel of today behind the name.
const statTail = " S 1 20 30 0 -1 4194560 5 6 7 8 150 25 11 12 20 0 3 0 777 14 2 18446744073709551615 15 16 17 18 19 20 21 22 23 24 25 26 17 1 27 28 29 30 31 32 33 34 35 36 37 38 39\n"

func TestParseStat(t *testing.T) {
	want := Stat{
		PID: 42, State: 'S', PPID: 1, Flags: 4194560, User: 1500 * time.Millisecond, System: 250 * time.Millisecond,
		Threads: 3, Start: 777, RSS: 2 * uint64(os.Getpagesize()), PSR: 1,
	}
	for name, comm := range map[string]string{
		"plain":              "cat",
		"empty":              "",
		"space":              "tmux: server",
		"parentheses":        "a) R 1 (b",
		"only a parenthesis": ")",
		"newline":            "a\nb",
		"invalid UTF-8":      "\xff\xfe",
		"escape code":        "\x1b[2J",
	} {
		t.Run(name, func(t *testing.T) {
			want.Comm = comm
			var got Stat
			if err := got.parse([]byte("42 (" + comm + ")" + statTail)); err != nil {
				t.Fatalf("parse: %v", err)
			}
			if got != want {
				t.Errorf("parse = %+v, want %+v", got, want)
			}
		})
	}
}

func TestParseStatOldKernel(t *testing.T) {
	line := "42 (cat)" + strings.Join(strings.SplitN(statTail, " ", 41)[:39], " ") + " 0\n"
	var s Stat
	if err := s.parse([]byte(line)); err != nil || s.PSR != 1 {
		t.Errorf("parse of %q: psr %d, %v; want psr 1", line, s.PSR, err)
	}
}

func TestParseStatRefusesEveryCut(t *testing.T) {
	line := "42 (cat)" + statTail
	before := Stat{Comm: "before", Threads: 7}
	for length := range len(line) {
		s := before
		if err := s.parse([]byte(line[:length])); err == nil {
			t.Errorf("parse(%q) = %+v, want an error", line[:length], s)
		}
		if s != before {
			t.Errorf("parse(%q) failed and changed the record to %+v", line[:length], s)
		}
	}
}

func TestParseStatRefuses(t *testing.T) {
	for name, line := range map[string]string{
		"no name":          "42 cat" + statTail,
		"no pid":           "(cat)" + statTail,
		"word for pid":     "x (cat)" + statTail,
		"few fields":       "42 (cat) S 1 2 3\n",
		"long state":       "42 (cat) SS" + strings.TrimPrefix(statTail, " S"),
		"word for a count": "42 (cat)" + strings.Replace(statTail, " 777 ", " x ", 1),
		"too large a pid":  "4294967297 (cat)" + statTail,
		"parentheses turn": ")42 cat(" + statTail,
	} {
		t.Run(name, func(t *testing.T) {
			var s Stat
			if err := s.parse([]byte(line)); err == nil {
				t.Errorf("parse(%q) = %+v, want an error", line, s)
			}
		})
	}
}

func TestKernelThread(t *testing.T) {
	for flags, want := range map[uint32]bool{0x00200000: true, 2129984: true, 4194560: false, 0: false} {
		if got := (&Stat{Flags: flags}).Kernel(); got != want {
			t.Errorf("flags %#x: Kernel() = %v, want %v", flags, got, want)
		}
	}
}

func FuzzStatName(f *testing.F) {
	for _, comm := range []string{"cat", "", "a) R 1 (b", "a\nb", "\xff", strings.Repeat(")", 15)} {
		f.Add(comm)
	}
	f.Fuzz(func(t *testing.T, comm string) {
		var s Stat
		if err := s.parse([]byte("42 (" + comm + ")" + statTail)); err != nil || s.Comm != comm || s.PSR != 1 {
			t.Errorf("name %q: got %q, psr %d, %v", comm, s.Comm, s.PSR, err)
		}
	})
}

func FuzzStat(f *testing.F) {
	f.Add([]byte("42 (cat)" + statTail))
	f.Add([]byte("42 (cat) S 1 2 3\n"))
	f.Add([]byte(")("))
	f.Fuzz(func(t *testing.T, line []byte) {
		var s Stat
		if s.parse(line) == nil && !strings.Contains(string(line), "("+s.Comm+")") {
			t.Errorf("parse(%q) has the name %q", line, s.Comm)
		}
	})
}
