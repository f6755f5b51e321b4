package recording

import "bulkhead/probe"

// gap is a probe.Gap.
type gap struct {
	Where Text `json:"where"`
	Error Text `json:"error"`
	Count int  `json:"count"`
	First Text `json:"first,omitempty"`
}

func fromGap(g *probe.Gap) gap {
	return gap{Where: Text(g.Where), Error: Text(g.Err), Count: g.Count, First: Text(g.First)}
}

func (j *gap) gap() probe.Gap {
	return probe.Gap{Where: string(j.Where), Err: string(j.Error), Count: j.Count, First: string(j.First)}
}
