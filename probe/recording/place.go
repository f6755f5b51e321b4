package recording

import "bulkhead/probe"

// place is a probe.Place.
type place struct {
	cgroupKey
	Version     int        `json:"version"`
	Controllers []string   `json:"controllers,omitempty"`
	Deleted     bool       `json:"deleted,omitempty"`
	OutOfSight  bool       `json:"out_of_sight,omitempty"`
	Freezer     string     `json:"freezer,omitempty"` // Where it does not run.
	FrozenBy    *cgroupKey `json:"frozen_by,omitempty"`
	Settings    []setting  `json:"settings,omitempty"`
}

// setting is a probe.Setting.
type setting struct {
	File    string    `json:"file"`
	Text    *Text     `json:"text,omitempty"`
	By      cgroupKey `json:"by"`
	Unknown unknown   `json:"unknown,omitempty"`
}

func fromPlace(p *probe.Place) place {
	j := place{cgroupKey: fromKey(p.GroupKey), Version: p.Version, Controllers: p.Controllers, Deleted: p.Deleted, OutOfSight: !p.Deleted && !p.Seen}
	if p.Frozen {
		j.Freezer = p.Freeze.State.String()
		if p.Freeze.By != (probe.GroupKey{}) {
			key := fromKey(p.Freeze.By)
			j.FrozenBy = &key
		}
	}
	for _, s := range p.Settings {
		one := setting{File: s.File, By: fromKey(s.By)}
		if text := put(&one.Unknown, "text", s.Text); text != nil {
			safe := Text(*text)
			one.Text = &safe
		}
		j.Settings = append(j.Settings, one)
	}
	return j
}
