package actions

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// Entries reads the log, the oldest change first.
func (j Journal) Entries() ([]Entry, error) {
	h, err := j.read()
	var all []Entry
	for l := h.next(); l != nil; l = h.next() {
		if l.of.IsZero() {
			all = append(all, h.entry(l))
		}
	}
	slices.Reverse(all)
	return inOrder(all), err
}

// Last returns the last change that can be undone here, and those after it that came to their end by themselves, where that
// was not told yet: an undo has to pass over them.
func (j Journal) Last() (last Entry, ended []Entry, ok bool, err error) {
	h, err := j.read()
	h.here = true
	var notes []line
	for l := h.next(); l != nil; l = h.next() {
		if !l.of.IsZero() {
			notes = append(notes, *l)
			continue
		}
		switch e := h.entry(l); {
		case e.Undoable():
			return e, ended, true, err
		case e.State == Ended && !e.passed(notes):
			ended = append(ended, e)
		}
	}
	return Entry{}, ended, false, err
}

// passed reports whether, since it ended, something before it was undone.
func (e Entry) passed(notes []line) bool {
	return slices.ContainsFunc(notes, func(l line) bool { return l.At.After(e.Since) && l.of.Before(e.At) })
}

// find returns the change that was made at a time, as it is now, and which groups were made again since.
func (j Journal) find(at time.Time) (e Entry, since renewal, err error) {
	h, err := j.read()
	for l := h.next(); l != nil; l = h.next() {
		if l.of.IsZero() && l.At.Equal(at) {
			return h.entry(l), h.renewed, err
		}
	}
	return Entry{}, nil, err
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// history is the log as it is read: from the newest line on, and no further than needed. What is told of a change stands in
// later lines, but for what ended one that was logged late.
type history struct {
	journal Journal
	here    bool     // Changes to other hosts are not asked for.
	texts   [][]byte // The lines that are still to be read.
	fates   map[int64]fate
	renewed renewal  // By the lines after the one that was read last.
	remade  []Remade // By that one.
}

// fate is what became of a change, by the notes of it and the changes that ended it.
type fate struct {
	state   State
	since   time.Time
	back    int
	endedBy string
}

// read opens the log for reading from its end.
func (j Journal) read() (history, error) {
	h := history{journal: j, fates: map[int64]fate{}, renewed: renewal{}}
	file, err := j.open(os.O_RDONLY)
	if errors.Is(err, os.ErrNotExist) {
		return h, nil
	}
	if err != nil {
		return h, fmt.Errorf("read log: %w", err)
	}
	defer file.Close() //nolint:errcheck // It was only read from.
	text, err := io.ReadAll(file)
	if err != nil {
		return h, fmt.Errorf("read log: %w", err)
	}
	h.texts = bytes.Split(text, []byte{'\n'})
	for _, text := range h.texts {
		if bytes.Contains(text, []byte(`"ends":`)) {
			h.ends(text)
		}
	}
	return h, nil
}

// ends notes what a line says came to its end.
func (h *history) ends(text []byte) {
	var l line
	if json.Unmarshal(text, &l) != nil || l.Ends.IsZero() {
		return
	}
	f := h.fates[l.Ends.UnixNano()]
	f.endedBy, f.since = l.ByItself, l.At
	h.fates[l.Ends.UnixNano()] = f
}

// next reads the line before the last one that was read; nil where there is none. A line that is not understood, as one that
// was cut off, is passed over.
func (h *history) next() *line {
	h.renewed.add(h.remade)
	h.remade = nil
	for len(h.texts) > 0 {
		last := len(h.texts) - 1
		text := h.texts[last]
		h.texts = h.texts[:last]
		var l line
		if len(text) == 0 || h.here && h.idle(text) || json.Unmarshal(text, &l) != nil {
			continue
		}
		if !l.of.IsZero() {
			h.note(&l)
		}
		h.remade = l.remade
		return &l
	}
	return nil
}

// idle reports whether a line can be told, before it is read, to have nothing that can be undone: it is not of this boot, or
// of a change that was undone. Most lines of a long log are such, and reading them takes a hundred times as long.
func (h *history) idle(text []byte) bool {
	if !bytes.Contains(text, []byte(`"boot":"`+h.journal.boot)) && h.journal.boot != "" {
		return true
	}
	begin, found := bytes.CutPrefix(text, []byte(`{"at":"`))
	stamp, _, closed := bytes.Cut(begin, []byte{'"'})
	at, err := time.Parse(time.RFC3339Nano, string(stamp))
	if !found || !closed || err != nil || bytes.Contains(text, []byte(`"remade":`)) {
		return false
	}
	state := h.fates[at.UnixNano()].state
	return state == Undone || state == PassedOver
}

// note takes a note of a change that stands before it.
func (h *history) note(l *line) {
	at := l.of.UnixNano()
	f := h.fates[at]
	f.back += l.back
	f.since = latest(f.since, l.At)
	if f.state == "" && l.State != Stands {
		f.state = l.State
	}
	h.fates[at] = f
}

// entry returns a change as it is now.
func (h *history) entry(l *line) Entry {
	e := l.Entry
	f := h.fates[e.At.UnixNano()]
	e.Undo = h.renewed.steps(e.Undo[min(f.back, len(e.Undo)):])
	e.State, e.Since, e.EndedBy = f.of(e), f.since, f.endedBy
	e.Foreign = l.boot != h.journal.boot || l.roots != h.journal.roots
	return e
}

// of returns the state of a change.
func (f fate) of(e Entry) State {
	switch {
	case f.endedBy != "":
		return Ended
	case f.state != "":
		return f.state
	case f.back > 0 && len(e.Undo) == 0:
		return Undone
	case f.back > 0:
		return UndoneInPart
	}
	return Stands
}

// inOrder puts what ended a change behind it, where it was logged before.
func inOrder(all []Entry) []Entry {
	early := map[int64]int{}
	for i := range all {
		e := all[i]
		if at, ok := early[e.At.UnixNano()]; ok {
			copy(all[at+1:i+1], all[at:i])
			all[at] = e
		}
		if !e.Ends.IsZero() {
			early[e.Ends.UnixNano()] = i
		}
	}
	return all
}
