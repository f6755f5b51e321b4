package cgroups

import (
	"slices"

	"charm.land/bubbles/v2/key"

	"bulkhead/ui/screen"
	"bulkhead/ui/settings"
)

// ArrangeKey implements screen.Arranger.
func (m Model) ArrangeKey() key.Binding { return m.keys.columns }

// kind is of which kind the hierarchies in view are.
func (m Model) kind() kind {
	if m.catalog == nil {
		return onlyV2
	}
	return m.catalog.kindOf(m.catalog.topOf(m.choice.roots))
}

// Columns implements screen.Arranger. Before the hierarchies are known there is nothing to choose: it depends on them.
func (m Model) Columns() screen.Columns {
	if m.catalog == nil || len(m.catalog.hierarchies) == 0 {
		return screen.Columns{}
	}
	of := m.kind()
	set := m.choice.set(of)
	return screen.Columns{
		Of: kindNames[of], All: m.offer(set.columns), Usual: m.offer(usual[of]), AsUsual: !set.chosen,
		Sort: columns[m.choice.sort].name, Reversed: m.choice.reversed,
	}
}

// offer lists all columns: first those that are on, in their order.
func (m Model) offer(on []columnID) []screen.Column {
	all := slices.Clone(on)
	for id := range columnEnd {
		if !slices.Contains(on, id) {
			all = append(all, id)
		}
	}
	blank := m.catalog.blanks(all, m.rows.within)
	read := m.parts()
	offered := make([]screen.Column, len(all))
	for i, id := range all {
		c := &columns[id]
		offered[i] = screen.Column{
			Name: c.name, Title: c.head.Title, What: c.what, On: i < len(on), Always: id == columnGroup,
			Sorts: id.sorts(), Greatest: c.group != nil, Blank: blank[id] && c.parts&^read == 0,
		}
	}
	return offered
}

// sorts reports whether groups can be sorted by a column.
func (id columnID) sorts() bool { return id == columnGroup || columns[id].group != nil }

// WithColumns implements screen.Arranger. They are of the hierarchies that were in view when they were asked for.
func (m Model) WithColumns(chosen screen.Columns) screen.Screen {
	of := slices.Index(kindNames[:], chosen.Of)
	if of < 0 {
		return m
	}
	set := columnSet{chosen: !chosen.AsUsual, unknown: m.choice.sets[of].unknown}
	for _, c := range chosen.All {
		if id, ok := columnNamed(c.Name); ok && c.On && set.chosen {
			set.columns = append(set.columns, id)
		}
	}
	m.choice.sets[of] = set
	if id, ok := columnNamed(chosen.Sort); ok && (id != m.choice.sort || chosen.Reversed != m.choice.reversed) {
		return m.sortedBy(id, chosen.Reversed)
	}
	return m.rebuild()
}

// Settings returns what is to be kept.
func (m Model) Settings() settings.Cgroups {
	kept := settings.Cgroups{
		Sort: m.choice.sortUnknown, Reverse: m.choice.reversed, Flat: m.choice.flat, Members: m.choice.peopled,
		HideEmpty: m.choice.hideEmpty || m.choice.revealed,
	}
	if m.choice.sort != columnGroup {
		kept.Sort = columns[m.choice.sort].name
	}
	for of, names := range setsOf(&kept.Columns) {
		set := &m.choice.sets[of]
		for _, id := range set.columns {
			*names = append(*names, columns[id].name)
		}
		*names = append(*names, set.unknown...)
	}
	return kept
}

// setsOf returns the lists of names, by kind.
func setsOf(s *settings.Sets) [kinds]*[]string {
	return [kinds]*[]string{onlyV1: &s.V1, onlyV2: &s.V2, bothVersions: &s.Both}
}

// WithSettings returns the screen with what was kept, and the names in it that no column has.
func (m Model) WithSettings(kept settings.Cgroups) (_ Model, unknown []string) {
	m.choice.reversed, m.choice.flat, m.choice.hideEmpty, m.choice.peopled = kept.Reverse, kept.Flat, kept.HideEmpty, kept.Members
	if kept.Members {
		m.choice.members = m.choice.members.SetAll(true)
	}
	if kept.Sort != "" {
		id, ok := columnNamed(kept.Sort)
		switch {
		case !ok || !id.sorts():
			unknown = append(unknown, kept.Sort)
			m.choice.sortUnknown = kept.Sort
		default:
			m.choice.sort = id
		}
	}
	for of, names := range setsOf(&kept.Columns) {
		if len(*names) > 0 {
			m.choice.sets[of] = setNamed(*names)
			unknown = append(unknown, m.choice.sets[of].unknown...)
		}
	}
	return m.rebuild(), unknown
}

// setNamed returns the columns of some names, each once; the one with the groups is always among them. Where none of the names
// is known the usual ones stay.
func setNamed(names []string) columnSet {
	set := columnSet{}
	for _, name := range names {
		id, ok := columnNamed(name)
		switch {
		case !ok:
			set.unknown = append(set.unknown, name)
		case !slices.Contains(set.columns, id):
			set.columns = append(set.columns, id)
		}
	}
	set.chosen = len(set.columns) > 0
	if set.chosen && !slices.Contains(set.columns, columnGroup) {
		set.columns = append([]columnID{columnGroup}, set.columns...)
	}
	return set
}
