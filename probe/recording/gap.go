package recording

import "bulkhead/probe"

// gap is a probe.Gap.
type gap struct {
	Where text `json:"where"`
	Error text `json:"error"`
	Count int  `json:"count"`
	First text `json:"first,omitempty"`
}

func fromGap(g *probe.Gap) gap {
	return gap{Where: text(g.Where), Error: text(g.Err), Count: g.Count, First: text(g.First)}
}

func (j *gap) gap() probe.Gap {
	return probe.Gap{Where: string(j.Where), Err: string(j.Error), Count: j.Count, First: string(j.First)}
}
