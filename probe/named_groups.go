package probe

// NamedGroups returns what is known by another name than its group's, such as "docker web-1", by the groups of containers, machines
// and applications. It is made anew by each call.
func (s *Snapshot) NamedGroups() map[GroupKey]string {
	names := map[GroupKey]string{}
	for i := range s.Worlds {
		w := &s.Worlds[i]
		leader, ok := s.Task(w.Leader)
		if !ok {
			continue
		}
		for j := range leader.Cgroups.Memberships {
			m := &leader.Cgroups.Memberships[j]
			if path, ok := w.Origin.Group(m.Path); ok {
				names[GroupKey{HierarchyLabel(m), path}] = w.Name
			}
		}
	}
	return names
}
