package probe

// Held counts the namespaces that the scanner holds open.
func (s *Scanner) Held() int { return s.namespaces.held() }

// Worlds groups processes by the set of namespaces they are in, and names the worlds.
func Worlds(tasks []Task, reference WorldKey) []World {
	worlds := groupWorlds(tasks, reference)
	nameWorlds(tasks, worlds, nil)
	return worlds
}
