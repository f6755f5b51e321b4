package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestMedian(t *testing.T) {
	for name, test := range map[string]struct {
		of   []time.Duration
		want time.Duration
	}{
		"none": {nil, 0},
		"odd":  {[]time.Duration{9, 1, 5}, 5},
		"even": {[]time.Duration{9, 1, 5, 7}, 6},
	} {
		if got := median(test.of); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
	}
}

func TestParse(t *testing.T) {
	o, err := parse([]string{"-r", "2", "-screen", "0", "7", "8"}, io.Discard)
	if err != nil || o.rounds != 2 || o.window != 0 || len(o.sizes) != 2 || o.sizes[1] != 8 {
		t.Errorf("got %+v, %v", o, err)
	}
	for _, args := range [][]string{{"-r", "0"}, {"ten"}, {"0"}, {"-x"}} {
		var said bytes.Buffer
		if _, err := parse(args, &said); !errors.Is(err, errUsage) || said.Len() == 0 {
			t.Errorf("%v: got %v and %q, want wrong usage, and why", args, err, said.String())
		}
	}
}

// crowds are what might be measured beside two crowds.
func crowds() []measured {
	of := func(size int, lsnsTook, own time.Duration) measured {
		return measured{
			size: size,
			oneShots: []oneShot{
				{command: command{name: lsns}, cpu: []time.Duration{lsnsTook}, wall: []time.Duration{2 * lsnsTook}, mib: 3},
				{command: command{name: "bulkhead <list>"}, cpu: []time.Duration{own}, wall: []time.Duration{own}, mib: 10},
			},
			refreshes: []refresh{{source: "proc", processes: size, cpu: 10 * time.Millisecond, allocations: 0.5}},
			screens:   []onScreen{{program: program{command: command{name: "htop"}}, first: time.Second, cpu: 0.25, mib: 6, bytes: 1500}},
			typing: []typing{{
				typist:  typist{program: program{command: command{name: "htop"}}},
				letters: []time.Duration{1 * time.Millisecond, 2 * time.Millisecond, 3 * time.Millisecond, 40 * time.Millisecond},
			}},
			pause: 7 * time.Millisecond,
		}
	}
	return []measured{of(100, 20*time.Millisecond, 10*time.Millisecond), of(1000, 400*time.Millisecond, 50*time.Millisecond)}
}

func TestPrint(t *testing.T) {
	var out bytes.Buffer
	all := crowds()
	all[1].print(&out)
	printSlope(&out, all)
	for _, want := range []string{
		"1000 processes, 1 rounds",
		"| `lsns` | 0.400 | 0.800 | 3.0 | 1.0x | 1.0x |  |",
		"| `bulkhead <list>` | 0.050 | 0.050 | 10.0 | 8.0x | 16.0x |  |",
		"| scanner, from proc | 10.0 | 10.00 | 0.50 |",
		"| `htop` | 25.0 | 6.0 | 1.00 | 1500 |",
		"| `htop` | 2 | 3 | 40 |",
		"| the longest pause of a loop that only looks at the clock | | | 7 |",
		"| one refresh, from proc | 100.00 | 10.00 |",
		"| `lsns` | 200.0 | 400.0 |",
	} {
		if !strings.Contains(out.String(), want+"\n") {
			t.Errorf("no line %q in:\n%s", want, out.String())
		}
	}
}

func TestPlot(t *testing.T) {
	text := plot(crowds())
	lines := 0
	for decoder := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v in:\n%s", err, text)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "polyline" {
			lines++
		}
	}
	if lines != 2 || !strings.Contains(text, "bulkhead &lt;list&gt;") || strings.Contains(text, "NaN") {
		t.Errorf("%d curves in:\n%s", lines, text)
	}
	if one := plot(crowds()[:1]); strings.Contains(one, "NaN") || strings.Contains(one, "Inf") {
		t.Errorf("one crowd alone is drawn as:\n%s", one)
	}
}

// TestPress presses a key of a program that writes what it reads.
func TestPress(t *testing.T) {
	echo := command{"echo", []string{"sh", "-c", "stty raw -echo; printf PID; dd bs=1 count=2 2>/dev/null"}}
	on, err := start(t.Context(), program{echo, "PID"})
	if err != nil {
		t.Fatal(err)
	}
	<-on.drawn
	took, err := on.press(t.Context(), "x")
	if err != nil || took <= 0 || took >= patience {
		t.Errorf("a key took %v, %v", took, err)
	}
	on.end()
	if got := on.written(); got < len("PIDx") {
		t.Errorf("%d bytes were written, want PID and the key", got)
	}
	if keys := script(); len(keys) != 100 {
		t.Errorf("%d keys are typed, want 100", len(keys))
	}
}

func TestReader(t *testing.T) {
	r := newReader("PID")
	for _, part := range []string{"\x1b[H", "P", "I", "D"} {
		if n, err := r.Write([]byte(part)); n != len(part) || err != nil {
			t.Fatal(n, err)
		}
	}
	select {
	case <-r.drawn:
	default:
		t.Error("a picture that came in parts was not seen")
	}
	answer := r.await()
	select {
	case at := <-answer:
		t.Errorf("an answer at %v, before anything was written", at)
	default:
	}
	for range 2 {
		if _, err := r.Write(nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(answer) != 1 {
		t.Errorf("%d answers were told, want the first one", len(answer))
	}
	if got := r.written(); got != 6 {
		t.Errorf("%d bytes counted, want 6", got)
	}
}
