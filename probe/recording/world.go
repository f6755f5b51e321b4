package recording

import (
	"bulkhead/probe"
	"bulkhead/probe/origin"
	"bulkhead/probe/reading"
)

// world is a probe.World.
type world struct {
	Name       Text              `json:"name"`
	Leader     int32             `json:"leader"`
	Host       bool              `json:"host"`
	Processes  int               `json:"processes"`
	Threads    int               `json:"threads"`
	Namespaces namespaces        `json:"namespaces,omitzero"`
	Walls      map[string]string `json:"walls"`
	Origin     *madeBy           `json:"origin,omitempty"` // Absent where it is not known.
	Unknown    unknown           `json:"unknown,omitempty"`
}

// madeBy is an origin.Origin.
type madeBy struct {
	Kind Text `json:"kind"`
	Name Text `json:"name,omitempty"`
	ID   Text `json:"id,omitempty"`
	In   Text `json:"in,omitempty"`
	From Text `json:"from"`
}

func fromOrigin(o *origin.Origin) *madeBy {
	if *o == (origin.Origin{}) {
		return nil
	}
	return &madeBy{Text(o.Kind), Text(o.Name), Text(o.ID), Text(o.In), Text(o.From)}
}

func (j *madeBy) origin() origin.Origin {
	if j == nil {
		return origin.Origin{}
	}
	return origin.Origin{Kind: string(j.Kind), Name: string(j.Name), ID: string(j.ID), In: string(j.In), From: string(j.From)}
}

// The walls that are no letter.
const (
	wallHost = "host"
	wallOwn  = "own"
)

func fromWorld(w *probe.World) world {
	j := world{
		Name: Text(w.Name), Leader: w.Leader, Host: w.Host, Processes: w.Processes, Threads: w.Threads,
		Walls: map[string]string{}, Origin: fromOrigin(&w.Origin),
	}
	j.Namespaces = putKey(&j.Unknown, &w.Key)
	for _, t := range probe.NamespaceTypes {
		switch cell := w.Cells[t]; cell.Kind {
		case probe.CellHost:
			j.Walls[t.String()] = wallHost
		case probe.CellOwn:
			j.Walls[t.String()] = wallOwn
		case probe.CellShared:
			j.Walls[t.String()] = cell.Letter
		case probe.CellUnknown, probe.CellAbsent:
		}
	}
	return j
}

func (j *world) world() probe.World {
	w := probe.World{
		Key: getKey(j.Unknown, j.Namespaces), Name: string(j.Name), Leader: j.Leader, Host: j.Host,
		Processes: j.Processes, Threads: j.Threads, Origin: j.Origin.origin(),
	}
	for _, t := range probe.NamespaceTypes {
		switch wall := j.Walls[t.String()]; wall {
		case wallHost:
			w.Cells[t] = probe.Cell{Kind: probe.CellHost}
		case wallOwn:
			w.Cells[t] = probe.Cell{Kind: probe.CellOwn}
		case "":
			w.Cells[t] = probe.Cell{Kind: missingCell(w.Key[t].State())}
		default:
			w.Cells[t] = probe.Cell{Kind: probe.CellShared, Letter: wall}
		}
	}
	return w
}

func missingCell(why reading.State) probe.CellKind {
	if why == reading.Denied {
		return probe.CellUnknown
	}
	return probe.CellAbsent
}
