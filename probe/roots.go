package probe

// Locate returns where the host's path of a mount point, or of a directory below one, is found in these roots. On the
// live kernel it is the path itself.
func (r Roots) Locate(path string) string { return r.path(path) }
