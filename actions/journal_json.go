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

// lineJSON is how a change, or a note of one, stands in the log.
type lineJSON struct {
	At       time.Time        `json:"at"`
	Boot     string           `json:"boot,omitempty"` // The boot_id of the kernel it was made to.
	Proc     recording.Text   `json:"proc,omitempty"` // The roots of another host than the running kernel.
	Sys      recording.Text   `json:"sys,omitempty"`
	Title    recording.Text   `json:"title,omitempty"`
	Steps    []recording.Text `json:"steps,omitempty"`
	Outcome  recording.Text   `json:"outcome,omitempty"`
	Failed   bool             `json:"failed,omitempty"`
	Undo     []stepJSON       `json:"undo,omitempty"`
	Part     bool             `json:"undo_in_part,omitempty"`
	ByItself recording.Text   `json:"by_itself,omitempty"`
	Ends     *time.Time       `json:"ends,omitempty"`
	Remade   []remadeJSON     `json:"remade,omitempty"`

	Of    *time.Time `json:"note_of,omitempty"` // When the change was made that this is a note of.
	State State      `json:"state,omitempty"`
	Back  int        `json:"steps_back,omitempty"`
}

type remadeJSON struct {
	Group *groupJSON `json:"group"`
	Was   uint64     `json:"was"`
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

// MarshalJSON writes the line.
func (l line) MarshalJSON() ([]byte, error) {
	j := lineJSON{
		At: l.At, Boot: l.boot, Title: recording.Text(l.Title), Outcome: recording.Text(l.Outcome), Failed: l.Failed, Part: l.Part,
		ByItself: recording.Text(l.ByItself), Ends: pointer(l.Ends), Of: pointer(l.of), State: l.State, Back: l.back,
	}
	if l.roots != probe.Live {
		j.Proc, j.Sys = recording.Text(l.roots.Proc), recording.Text(l.roots.Sys)
	}
	for _, step := range l.Steps {
		j.Steps = append(j.Steps, recording.Text(step))
	}
	for _, r := range l.remade {
		j.Remade = append(j.Remade, remadeJSON{groupToJSON(r.Group), r.Was})
	}
	for _, step := range l.Undo {
		s, err := stepToJSON(step)
		if err != nil {
			return nil, err
		}
		j.Undo = append(j.Undo, s)
	}
	text, err := json.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("write entry: %w", err)
	}
	return text, nil
}

// UnmarshalJSON reads a line of the log.
func (l *line) UnmarshalJSON(data []byte) error {
	var j lineJSON
	if err := json.Unmarshal(data, &j); err != nil {
		return fmt.Errorf("read entry: %w", err)
	}
	*l = line{boot: j.Boot, roots: probe.Roots{Proc: string(j.Proc), Sys: string(j.Sys)}, of: moment(j.Of), back: j.Back}
	if l.roots == (probe.Roots{}) {
		l.roots = probe.Live
	}
	l.Entry = Entry{
		At: j.At, Title: string(j.Title), Outcome: string(j.Outcome), Failed: j.Failed, State: j.State, Part: j.Part,
		ByItself: string(j.ByItself), Ends: moment(j.Ends),
	}
	for _, step := range j.Steps {
		l.Steps = append(l.Steps, string(step))
	}
	for _, r := range j.Remade {
		l.remade = append(l.remade, Remade{r.Group.group(), r.Was})
	}
	for _, s := range j.Undo {
		step, err := s.step()
		if err != nil {
			return err
		}
		l.Undo = append(l.Undo, step)
	}
	return nil
}

// pointer returns nil for no time, which is then left out.
func pointer(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func moment(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
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
