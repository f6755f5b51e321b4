package actions

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"bulkhead/probe"
	"bulkhead/probe/recording"
)

// entryJSON is how an Entry stands in the log.
type entryJSON struct {
	At      time.Time      `json:"at"`
	Boot    string         `json:"boot,omitempty"`
	Title   recording.Text `json:"title"`
	Shell   recording.Text `json:"shell"`
	Outcome recording.Text `json:"outcome"`
	Failed  bool           `json:"failed,omitempty"`
	Undo    []stepJSON     `json:"undo,omitempty"`
	Undone  bool           `json:"undone,omitempty"`
}

// stepJSON is how a step stands in the log: the fields of all steps, of which Do says which it is.
type stepJSON struct {
	Do      string         `json:"do"`
	Group   *groupJSON     `json:"group,omitempty"`
	From    *groupJSON     `json:"from_group,omitempty"`
	File    recording.Text `json:"file,omitempty"`
	Value   recording.Text `json:"value,omitempty"`
	Before  recording.Text `json:"before,omitempty"`
	Back    recording.Text `json:"back,omitempty"`
	Blind   bool           `json:"blind,omitempty"`
	PID     int32          `json:"pid,omitempty"`
	TID     int32          `json:"tid,omitempty"`
	Start   uint64         `json:"start,omitempty"`
	Comm    recording.Text `json:"comm,omitempty"`
	Signal  int            `json:"signal,omitempty"`
	Dir     recording.Text `json:"dir,omitempty"`
	MakeDir bool           `json:"make_dir,omitempty"`

	Settings []Setting `json:"settings,omitempty"`
}

type groupJSON struct {
	Hierarchy recording.Text `json:"hierarchy"`
	Path      recording.Text `json:"path"`
	Mount     recording.Text `json:"mount_point"`
	Below     recording.Text `json:"below"`
	Inode     uint64         `json:"inode,omitempty"`
}

// MarshalJSON writes the entry as a line of the log.
func (e Entry) MarshalJSON() ([]byte, error) {
	j := entryJSON{
		At: e.At, Boot: e.Boot, Title: recording.Text(e.Title), Shell: recording.Text(e.Shell),
		Outcome: recording.Text(e.Outcome), Failed: e.Failed, Undone: e.Undone,
	}
	for _, step := range e.Undo {
		s, err := stepToJSON(step)
		if err != nil {
			return nil, err
		}
		j.Undo = append(j.Undo, s)
	}
	line, err := json.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("write entry: %w", err)
	}
	return line, nil
}

// UnmarshalJSON reads a line of the log.
func (e *Entry) UnmarshalJSON(data []byte) error {
	var j entryJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return fmt.Errorf("read entry: %w", err)
	}
	*e = Entry{
		At: j.At, Boot: j.Boot, Title: string(j.Title), Shell: string(j.Shell), Outcome: string(j.Outcome),
		Failed: j.Failed, Undone: j.Undone,
	}
	for _, s := range j.Undo {
		step, err := s.step()
		if err != nil {
			return err
		}
		e.Undo = append(e.Undo, step)
	}
	return nil
}

func stepToJSON(step Step) (stepJSON, error) {
	switch s := step.(type) {
	case Set:
		return stepJSON{
			Do: "set", Group: groupToJSON(s.Group), File: recording.Text(s.File), Value: recording.Text(s.To),
			Before: recording.Text(s.From), Back: recording.Text(s.Back), Blind: s.Blind,
		}, nil
	case Move:
		return stepJSON{
			Do: "move", Group: groupToJSON(s.To), From: groupToJSON(s.From), File: recording.Text(s.File),
			PID: s.Task.PID, TID: s.Task.TID, Start: s.Task.Start, Comm: recording.Text(s.Comm),
		}, nil
	case Make:
		return stepJSON{Do: "make", Group: groupToJSON(s.Group)}, nil
	case Remove:
		return stepJSON{Do: "remove", Group: groupToJSON(s.Group), Settings: s.Settings}, nil
	case Signal:
		return stepJSON{
			Do: "signal", PID: s.Task.PID, TID: s.Task.TID, Start: s.Task.Start, Comm: recording.Text(s.Comm), Signal: int(s.Signal),
		}, nil
	case SignalGroup:
		return stepJSON{Do: "signal group", Group: groupToJSON(s.Group), Signal: int(s.Signal)}, nil
	case Mount:
		return stepJSON{Do: "mount", Value: recording.Text(s.Options), Dir: recording.Text(s.Dir), MakeDir: s.MakeDir}, nil
	case Unmount:
		return stepJSON{Do: "unmount", Value: recording.Text(s.Options), Dir: recording.Text(s.Dir), MakeDir: s.MakeDir}, nil
	}
	return stepJSON{}, fmt.Errorf("%T cannot be logged", step)
}

// errStep is returned for a line of the log whose step is of no known form.
var errStep = errors.New("no step is of this form")

func (s stepJSON) step() (Step, error) {
	task := probe.TaskKey{PID: s.PID, TID: s.TID, Start: s.Start}
	switch s.Do {
	case "set":
		return Set{
			Group: s.Group.group(), File: string(s.File), From: string(s.Before), To: string(s.Value), Back: string(s.Back), Blind: s.Blind,
		}, nil
	case "move":
		return Move{Task: task, Comm: string(s.Comm), From: s.From.group(), To: s.Group.group(), File: string(s.File)}, nil
	case "make":
		return Make{s.Group.group()}, nil
	case "remove":
		return Remove{s.Group.group(), s.Settings}, nil
	case "signal":
		return Signal{task, string(s.Comm), unix.Signal(s.Signal)}, nil
	case "signal group":
		return SignalGroup{s.Group.group(), unix.Signal(s.Signal)}, nil
	case "mount":
		return Mount{string(s.Value), string(s.Dir), s.MakeDir}, nil
	case "unmount":
		return Unmount{string(s.Value), string(s.Dir), s.MakeDir}, nil
	}
	return nil, fmt.Errorf("%q: %w", s.Do, errStep)
}

func groupToJSON(g Group) *groupJSON {
	return &groupJSON{
		recording.Text(g.Hierarchy), recording.Text(g.Path), recording.Text(g.Mount), recording.Text(g.Below), g.Inode,
	}
}

func (g *groupJSON) group() Group {
	if g == nil {
		return Group{}
	}
	return Group{
		GroupKey: probe.GroupKey{Hierarchy: string(g.Hierarchy), Path: string(g.Path)},
		Mount:    string(g.Mount), Below: string(g.Below), Inode: g.Inode,
	}
}
