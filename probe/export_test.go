package probe

// Held counts the namespaces that the scanner holds open.
func (s *Scanner) Held() int { return s.namespaces.held() }
